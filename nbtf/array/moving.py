"""Elements handed on as they are, or to other places."""

from __future__ import annotations

from typing import Any

from nbtf.composite_tensor import CompositeTensor
from nbtf.graph.raw_ops import OpFunction, raw

identity_n = OpFunction("IdentityN")
stop_gradient = OpFunction("StopGradient")
no_op = OpFunction("NoOp")
guarantee_const = OpFunction("GuaranteeConst")


def identity(input: Any, name: str | None = None) -> Any:
    """The same value from an operation of its own; of each part of a composite tensor."""
    if isinstance(input, CompositeTensor):
        return input._with_components([raw.Identity(part, name=name) for part in input._components()])
    return raw.Identity(input, name=name)
