"""What unrolled and looped recurrent networks share: shapes of states and outputs, zero states, steps of sequences that
may have ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.array.filling import zeros
from nbtf.array.indexing import where
from nbtf.array.joining import concat
from nbtf.array.shapes import expand_dims, shape
from nbtf.control_flow.branching import cond
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import DType, int32
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import colocate_with
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape, as_shape, dimension_value


def joined_shape(prefix: Any, suffix: Any) -> Any:
    """A shape tensor: `prefix`, then `suffix`; each an int32 scalar or vector, or a known shape.

    Raises ValueError for a tensor of another rank and for a shape that is not fully known.
    """
    before, after = _shape_tensor(prefix, "prefix"), _shape_tensor(suffix, "suffix")
    if before is None or after is None:
        raise ValueError(f"Provided a prefix or suffix of None: {prefix} and {suffix}")
    return concat((before, after), 0)


def joined_static_shape(prefix: Any, suffix: Any) -> list[int | None] | None:
    """What is known of `prefix`, then `suffix`; None where a rank is not."""
    known = []
    for part, name in ((prefix, "prefix"), (suffix, "suffix")):
        _shape_tensor(part, name)
        known.append(as_shape(constant_value(part)) if isinstance(part, Tensor) else as_shape(part))
    joined = known[0].concatenate(known[1])
    return None if joined.ndims is None else joined.as_list()


def _shape_tensor(part: Any, name: str) -> Any:
    if not isinstance(part, Tensor):
        known = as_shape(part)
        return constant(known.as_list(), dtype=int32) if known.is_fully_defined() else None
    if part.shape.ndims == 0:
        return expand_dims(part, 0)
    if part.shape.ndims != 1:
        raise ValueError(f"{name} tensor must be either a scalar or vector, but saw tensor: {part}")
    return part


def zero_states(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros [batch_size, s] for every s of a nested structure of sizes."""

    def zero(size: Any) -> Any:
        made = zeros(joined_shape(batch_size, size), dtype=dtype)
        made.set_shape(joined_static_shape(batch_size, size))
        return made

    return nest.map_structure(zero, state_size)


def state_dtype(explicit: Any, state: Any) -> DType:
    """The dtype given, else the one that all parts of the state have. Raises ValueError where there is none."""
    if explicit is not None:
        return explicit  # type: ignore[no-any-return]
    if not nest.is_nested(state):
        return state.dtype  # type: ignore[no-any-return]
    inferred = [part.dtype for part in nest.flatten(state)]
    if not inferred:
        raise ValueError(f"Unable to infer dtype from argument state={state}.")
    if any(dtype != inferred[0] for dtype in inferred):
        raise ValueError(
            "Argument state has tensors of different inferred dtypes. Unable to infer a single representative dtype. "
            f"Dtypes received: {inferred}"
        )
    return inferred[0]  # type: ignore[no-any-return]


def batch_size_of(inputs: Sequence[Tensor]) -> Any:
    """Extent of axis 1 of time-major inputs: an int where one of them tells, else a tensor."""
    for one in inputs:
        if one.shape.ndims is None or one.shape.ndims < 2:
            continue
        known = dimension_value(one.shape[1])
        if known is not None:
            return known
    return shape(inputs[0])[1]


def first_state(cell: Any, batch_size: Any, dtype: Any) -> Any:
    """The state that a cell starts with. Raises ValueError without a dtype."""
    if not dtype:
        raise ValueError("If no initial_state is provided, argument `dtype` must be specified")
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


def step(
    time: Any, lengths: Any, limits: tuple[Any, Any], zero_output: Any, state: Any, call: Callable[[], Any], skip: bool
) -> tuple[Any, Any]:
    """(output, state) of one step, where a sequence that has ended gives zeros and keeps its state.

    limits: the shortest and the longest length. skip: no conditionals around the cell: every step computes it.
    """
    flat_state, flat_zeros = nest.flatten(state), nest.flatten(zero_output)
    ended = time >= lengths

    def kept_where_ended(old: Any, new: Any) -> Any:
        if isinstance(old, TensorArray) or old.shape.ndims == 0:
            return new
        with colocate_with(new):
            return where(ended, old, new)

    def computed() -> tuple[list[Any], list[Any]]:
        output, new_state = call()
        nest.assert_same_structure(zero_output, output)
        nest.assert_same_structure(state, new_state)
        return nest.flatten(output), nest.flatten(new_state)

    def some_kept(outputs: list[Any], states: list[Any]) -> list[Any]:
        kept = [kept_where_ended(old, new) for old, new in zip(flat_zeros, outputs, strict=True)]
        return kept + [kept_where_ended(old, new) for old, new in zip(flat_state, states, strict=True)]

    def maybe_some_kept() -> Any:
        outputs, states = computed()
        return cond(time < limits[0], lambda: outputs + states, lambda: some_kept(outputs, states))

    if skip:
        flat = some_kept(*computed())
    else:
        flat = cond(time >= limits[1], lambda: flat_zeros + flat_state, maybe_some_kept)
    if len(flat) != len(flat_zeros) + len(flat_state):
        raise ValueError(f"Internal error: state and output were not concatenated correctly: {flat}")
    outputs, states = flat[: len(flat_zeros)], flat[len(flat_zeros) :]
    for output, zero in zip(outputs, flat_zeros, strict=True):
        output.set_shape(zero.shape)
    for new, old in zip(states, flat_state, strict=True):
        if not isinstance(new, TensorArray):
            new.set_shape(old.shape)
    return nest.pack_sequence_as(zero_output, outputs), nest.pack_sequence_as(state, states)


def element_shape(batch_size: int | None, size: Any) -> TensorShape:
    """Static shape of what one step gives for this part of an output size."""
    if isinstance(size, Tensor):
        known = constant_value(size)
        part = TensorShape(None if known is None else known)
    else:
        part = as_shape(size)
    return TensorShape([batch_size]).concatenate(part)
