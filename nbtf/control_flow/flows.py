"""Values that travel through branches and loops as one tensor, their flow: TensorArrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Self

from nbtf.graph.tensor import Tensor


class FlowCarrier(ABC):
    """A value whose state a flow tensor stands for."""

    @property
    @abstractmethod
    def flow(self) -> Tensor:
        """The tensor to carry along."""

    @abstractmethod
    def _with_flow(self, flow: Tensor) -> Self:
        """The same value where `flow` is its state."""


def flow_of(value: Any) -> Any:
    """The flow of a carrier; anything else as it is."""
    return value.flow if isinstance(value, FlowCarrier) else value


def with_flow(original: Any, flow: Tensor) -> Any:
    """`original` at the state `flow` if it carries one; else `flow` itself."""
    return original._with_flow(flow) if isinstance(original, FlowCarrier) else flow
