"""Tensors that must hold neither NaN nor infinities."""

from __future__ import annotations

from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import colocate_with, name_scope

check_numerics = OpFunction("CheckNumerics")


def verify_tensor_all_finite(
    t: Any = None, msg: str | None = None, name: str | None = None, x: Any = None, message: str | None = None
) -> Any:
    """`x` (older: t), which a run refuses with `message` (older: msg) if it has a NaN or an infinity."""
    x = renamed("x", x, "t", t)
    message = renamed("message", message, "msg", msg)
    with name_scope(name, "VerifyFinite", [x]):
        x = convert_to_tensor(x, name="x")
        with colocate_with(x):
            check = raw.CheckNumerics(x, message=message)
            return after([check], x)
