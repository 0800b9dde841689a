"""The nodes that control flow is made of: Switch, Merge, Enter, Exit, NextIteration, and what one may ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

if TYPE_CHECKING:
    from nbtf.graph.control_flow_context import ControlFlowContext


# ---- making them -----------------------------------------------------------------------------------------------------


def switch(data: Any, pred: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(data where pred is false, data where it is true): the other one is dead."""
    with name_scope(name, "Switch", [data, pred]) as scope:
        data = convert_to_tensor(data, name="data", as_ref=True)
        pred = convert_to_tensor(pred, name="pred")
        made = (raw.RefSwitch if data.dtype._is_ref_dtype else raw.Switch)(data, pred, name=scope)
    return made[0], made[1]


def colocated_switch(data: Any, pred: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """`switch` where `data` lives."""
    data = convert_to_tensor(data, name="data", as_ref=True)
    with data.graph.colocate_with(data, ignore_existing=True):
        return switch(data, pred, name)


def merge(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """Whichever of the inputs is alive."""
    with name_scope(name, "Merge", inputs) as scope:
        tensors = [convert_to_tensor(one, as_ref=True) for one in inputs]
        refs = all(tensor.dtype._is_ref_dtype for tensor in tensors)
        made = (raw.RefMerge if refs else raw.Merge)(tensors, name=scope)
    return made[0]  # type: ignore[no-any-return]


def identity(data: Tensor, name: str | None = None) -> Tensor:
    """The tensor through an Identity; a reference stays one."""
    return _of_kind(raw.RefIdentity, raw.Identity, data, name)


def exit_loop(data: Tensor, name: str | None = None) -> Tensor:
    """The tensor outside of the loop."""
    return _of_kind(raw.RefExit, raw.Exit, data, name)


def next_iteration(data: Tensor, name: str | None = None) -> Tensor:
    """The tensor in the next iteration."""
    return _of_kind(raw.RefNextIteration, raw.NextIteration, data, name)


def _of_kind(of_ref: Any, of_value: Any, data: Tensor, name: str | None) -> Tensor:
    return of_ref(data, name=name) if data.dtype._is_ref_dtype else of_value(data, name=name)  # type: ignore[no-any-return]


def enter(
    data: Tensor,
    frame_name: str,
    is_constant: bool,
    parallel_iterations: int,
    keep_shape: bool = True,
    name: str | None = None,
) -> Tensor:
    """The tensor inside of the loop `frame_name`.

    is_constant: it is there in every iteration; else in the first one. keep_shape: it has the static shape it has
    outside, though it is a loop variable.
    """
    make = raw.RefEnter if data.dtype._is_ref_dtype else raw.Enter
    entered: Tensor = make(
        data, frame_name=frame_name, is_constant=is_constant, parallel_iterations=parallel_iterations, name=name
    )
    if keep_shape:
        entered.set_shape(data.shape)
    return entered


def close_cycle(merged: Tensor, value: Any, enforce_shape: bool = True) -> Tensor:
    """`value` is what the loop variable behind the Merge `merged` becomes; gives the NextIteration.

    Raises ValueError where `value` may have another shape than the variable and `enforce_shape` holds.
    """
    following = next_iteration(convert_to_tensor(value))
    if enforce_shape:
        check_shape_invariant(merged, following)
    merged.op._update_input(1, following)
    return following


def check_shape_invariant(merged: Tensor, following: Tensor) -> None:
    """Raises ValueError where a loop variable comes out of an iteration less precise than its Merge has it."""
    if fits_shape(following, merged):
        return
    entered = merged.op.inputs[0].op
    assert is_loop_enter(entered)
    before = entered.inputs[0]
    raise ValueError(
        f"Input tensor '{before.name}' enters the loop with shape {before.shape}, but has shape {following.shape} "
        "after one iteration. To allow the shape to vary across iterations, use the `shape_invariants` argument of "
        "tf.while_loop to specify a less-specific shape."
    )


def fits_shape(tensor: Tensor, wanted: Tensor) -> bool:
    """Whether the static shape of `tensor` is that of `wanted`, or more precise."""
    return dims_fit(tensor.dims, wanted.dims)


def dims_fit(dims: tuple[int, ...] | None, wanted: tuple[int, ...] | None) -> bool:
    if wanted is None:
        return True
    if dims is None or len(dims) != len(wanted):
        return False
    return all(b < 0 or a == b for a, b in zip(dims, wanted, strict=True))


# ---- asking about them -----------------------------------------------------------------------------------------------


def is_switch(op: Operation) -> bool:
    return op.type in ("Switch", "RefSwitch")


def is_merge(op: Operation) -> bool:
    return op.type in ("Merge", "RefMerge")


def is_loop_enter(op: Operation) -> bool:
    return op.type in ("Enter", "RefEnter")


def is_loop_exit(op: Operation) -> bool:
    return op.type in ("Exit", "RefExit")


def is_loop_constant_enter(op: Operation) -> bool:
    """Whether `op` brings the same value into every iteration."""
    return is_loop_enter(op) and bool(op._node.attr["is_constant"].b)


def loop_constant_enter(tensor: Tensor) -> Operation | None:
    """The Enter of a loop invariant that `tensor` is, through switches and identities; None if it is no invariant."""
    op = tensor.op
    while op.type in ("Switch", "RefSwitch", "Identity", "RefIdentity"):
        op = op.inputs[0].op
    return op if is_loop_constant_enter(op) else None


def is_cond_switch(op: Operation) -> bool:
    """Whether `op` is the Switch of a branch, which may itself be in a loop: whoever reads it is in a branch."""
    if not is_switch(op):
        return False
    for consumer in (consumer for tensor in op.outputs for consumer in tensor.consumers()):
        context = consumer._get_control_flow_context()
        if is_loop_enter(consumer):
            context = context.outer_context
        if context is None or not context.IsCondContext():
            return False
    return True


def is_loop_switch(op: Operation) -> bool:
    """Whether `op` is the Switch of a loop variable."""
    context = op._get_control_flow_context()
    return is_switch(op) and context is not None and context.IsWhileContext() and not is_cond_switch(op)


def output_context(op: Operation) -> ControlFlowContext | None:
    """The context that the outputs of `op` are in: for an Exit, the one around the loop."""
    context = op._get_control_flow_context()
    if context is not None and is_loop_exit(op):
        context = context.outer_context
    return context  # type: ignore[no-any-return]


def while_context_of(op: Operation) -> Any:
    """The innermost loop that `op` is in, or None."""
    context = op._get_control_flow_context()
    return None if context is None else context.GetWhileContext()
