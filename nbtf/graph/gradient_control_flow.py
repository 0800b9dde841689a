"""Where the gradient walk meets control flow: what a state that knows about loops and branches has to answer.

The walk asks `control_flow_state` once; where no operation on its way lies in a loop that is all. Otherwise the state
goes with it: it opens and closes the loops that compute gradients, holds back what leaves a loop until all of it is
there, and makes the zeros of outputs that nothing depends on.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Set
from typing import Any, Protocol

from nbtf import dtypes
from nbtf.graph import gradient_terms
from nbtf.graph.control_flow_nodes import is_switch
from nbtf.graph.conversion import constant
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor


class LoopGradient(Protocol):
    """The gradient of one forward loop, as far as the walk deals with it."""

    deferred_exits: list[Tensor]
    """Outputs of Exit operations that were reached while others are still to come."""
    pending_exits_count: int
    """How many are still to come."""
    unused_exits: list[Tensor]
    """Outputs of Exit operations whose gradient is None."""


class ControlFlowState(Protocol):
    """The loops that a gradient walk crosses."""

    def enter_grad_while_context(self, op: Operation, before: bool) -> None:
        """Operations made from now on belong to the loop of gradients of the loop that `op` is in.

        before: `op` itself has not been dealt with yet; an Exit still counts as inside its loop then.
        """

    def exit_grad_while_context(self, op: Operation, before: bool) -> None:
        """Undoes `enter_grad_while_context`."""

    def get_grad_state(self, op: Operation, before: bool) -> LoopGradient | None:
        """The gradient of the loop that `op` is in."""

    def process_unused_loop_exits(
        self, pending_count: MutableMapping[Operation, int], ends: Set[Operation]
    ) -> list[Tensor]:
        """The outputs of Exit operations of loops from which nothing on the way to the targets comes."""

    def zeros_like_for_exit(self, tensor: Tensor) -> Tensor:
        """Zeros as the gradient of a loop's result that is not used."""

    def zeros_like(self, op: Operation, index: int) -> Any:
        """Zeros as the gradient of an output that nothing depends on; None where none is needed."""

    def post_processing(self) -> None:
        """Closes the cycles of the loops of gradients, after the walk."""


def control_flow_state(
    between: MutableMapping[Operation, None], colocate_gradients_with_ops: bool
) -> ControlFlowState | None:
    """The state for a walk over the operations `between`, to which it adds; None where none of them is in a loop."""
    from nbtf.graph.control_flow_state import loops_state  # it builds on this module

    return loops_state(between, colocate_gradients_with_ops)


def zeros_like_outside_loops(op: Operation, index: int) -> Any:
    """Zeros for an output that nothing depends on; of a Switch, zeros that exist only when its branch is taken."""
    value = op.outputs[index]
    context = op._get_control_flow_context()
    if not is_switch(op) or context is None:
        return _zeros(value, value)
    branch = raw.Switch(op.inputs[0], context.pred)[1 - context.branch]
    pivot = raw.Identity(branch)
    return _zeros(value, branch, pivot)


def _zeros(value: Tensor, source: Tensor, pivot: Tensor | None = None) -> Any:
    """Zeros of the shape of `source`, made after `pivot`."""
    graph = value.graph
    if value.dtype == dtypes.resource:
        with graph.control_dependencies([] if pivot is None else [pivot]):
            return gradient_terms.zeros(raw.VariableShape(source), zeros_dtype(value))
    if pivot is None and getattr(graph, "is_loop_body", False) and value.dtype != dtypes.variant:
        # zeros like the value itself would have the loop keep all of it
        if gradient_terms.fully_known(value.dims):
            return constant(0, value.dtype, value.shape)
        return gradient_terms.zeros(gradient_terms.shape(value, optimize=False), value.dtype)
    if pivot is None:
        return gradient_terms.zeros_like(source, optimize=False)
    dims = gradient_terms.shape(source, optimize=False)
    with graph.control_dependencies([pivot]):
        return gradient_terms.zeros(dims, value.dtype)


def zeros_dtype(tensor: Tensor) -> Any:
    """The dtype of a gradient of `tensor`: of a variable's handle, that of the variable."""
    if tensor.dtype == dtypes.resource and tensor.handle_data:
        return tensor.handle_data[0][0]
    return tensor.dtype
