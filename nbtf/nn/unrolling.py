"""Recurrent networks written out step by step: static_rnn and its kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf import nest
from nbtf.array.filling import zeros
from nbtf.array.joining import concat, stack, unstack
from nbtf.array.moving import identity
from nbtf.array.rearranging import reverse_sequence
from nbtf.array.shapes import shape
from nbtf.dtypes import int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_max, reduce_min
from nbtf.nn.recurrence import read_where_op_is
from nbtf.nn.recurrence_terms import first_state, joined_shape, joined_static_shape, state_dtype, step
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.tensor_shape import TensorShape, dimension_value
from nbtf.variables.scoping import variable_scope


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Runs `cell` over a list of inputs [batch, size], one a step. Returns (list of outputs, final state).

    sequence_length: [batch] ints; behind the end of a sequence outputs are zero and the state stays.
    Raises TypeError for what is no cell or no list, ValueError for an empty list and sizes that differ.
    """
    assert_like_cell("cell", cell)
    if not nest.is_nested(inputs):
        raise TypeError(f"Argument `inputs` must be a sequence. Received: {inputs}")
    if not inputs:
        raise ValueError("Argument `inputs` must not be empty.")
    outputs = []
    with variable_scope(scope or "rnn") as varscope:
        read_where_op_is(varscope)
        first = inputs
        while nest.is_nested(first):
            first = first[0]
        static_batch = _static_batch(first, inputs)
        batch_size = shape(first)[0] if static_batch is None else static_batch
        state = first_state(cell, batch_size, dtype) if initial_state is None else initial_state
        limits: tuple[Any, Any] = (None, None)
        zero_output = None
        if sequence_length is not None:
            sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if sequence_length.shape.ndims not in (None, 1):
                raise ValueError(
                    "Argument `sequence_length` must be a vector of length: batch_size. "
                    f"Received sequence_length={sequence_length}."
                )
            dtype_of_outputs = state_dtype(dtype, state)
            zero_output = nest.map_structure(
                lambda size: _zero_output(batch_size, static_batch, size, dtype_of_outputs), cell.output_size
            )
            sequence_length = cast(sequence_length, int32)
            limits = (reduce_min(sequence_length), reduce_max(sequence_length))
        for time, current in enumerate(inputs):
            if time > 0:
                varscope.reuse_variables()
            if sequence_length is None:
                output, state = cell(current, state)
            else:
                output, state = step(
                    time, sequence_length, limits, zero_output, state, _call(cell, current, state), skip=False
                )
            outputs.append(output)
    return outputs, state


def _call(cell: Any, current: Any, state: Any) -> Any:
    return lambda: cell(current, state)


def _static_batch(first: Any, inputs: Any) -> int | None:
    """The batch size that the inputs agree on, where it is known; their other extents must be."""
    if first.shape.ndims == 1:
        return None
    known = first.shape.with_rank_at_least(2)
    batch = known[:1]
    for one in nest.flatten(inputs):
        dims = one.shape.with_rank_at_least(2)
        batch = batch.merge_with(dims[:1])
        for i, extent in enumerate(dims.as_list()[1:], 1):
            if extent is None:
                raise ValueError(
                    f"Input size (dimension {i} of input {one}) must be accessible via shape inference, but saw value "
                    "None."
                )
    return dimension_value(batch[0])


def _zero_output(batch_size: Any, static_batch: int | None, size: Any, dtype: Any) -> Any:
    output = zeros(stack(joined_shape(batch_size, size)), dtype)
    output.set_shape(TensorShape(joined_static_shape([static_batch], size)))
    return output


def static_state_saving_rnn(
    cell: Any,
    inputs: Sequence[Any],
    state_saver: Any,
    state_name: Any,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """static_rnn whose state comes from state_saver.state(name) and goes to state_saver.save_state(name, value).

    state_name: one name, or a structure of names like the cell's state.
    """
    size = cell.state_size
    if nest.is_nested(size) != nest.is_nested(state_name):
        raise ValueError(
            "Argument `state_name` should be the same type as `cell.state_size`. Received: "
            f"state_name={state_name!s}, cell.state_size={size!s}."
        )
    names = nest.flatten(state_name)
    if len(names) != len(nest.flatten(size)):
        raise ValueError(
            f"Number of elements in argument `state_name` and `cell.state_size` are mismatched. "
            f"Received state_name={state_name} with {len(names)} elements and cell.state_size={size} with "
            f"{len(nest.flatten(size))} elements."
        )
    initial_state = nest.map_structure(state_saver.state, state_name)
    outputs, state = static_rnn(cell, inputs, initial_state=initial_state, sequence_length=sequence_length, scope=scope)
    saved = [state_saver.save_state(name, part) for name, part in zip(names, nest.flatten(state), strict=True)]
    with control_dependencies(saved):
        last = nest.map_structure(identity, outputs[-1])
        outputs[-1] = last
        if nest.is_nested(state):
            state = nest.map_structure(identity, state)
        else:
            state = identity(state)
    return outputs, state


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """static_rnn forwards with one cell and backwards with another.

    Returns (outputs of both joined along axis 1, final state forwards, final state backwards).
    """
    assert_like_cell("cell_fw", cell_fw)
    assert_like_cell("cell_bw", cell_bw)
    if not nest.is_nested(inputs):
        raise TypeError(f"Argument `inputs` must be a sequence. Received: {inputs}")
    if not inputs:
        raise ValueError("Argument `inputs` must not be empty.")
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            output_fw, state_fw = static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=fw_scope)
        with variable_scope("bw") as bw_scope:
            reversed_inputs = _backwards(inputs, sequence_length)
            reversed_output, state_bw = static_rnn(
                cell_bw, reversed_inputs, initial_state_bw, dtype, sequence_length, scope=bw_scope
            )
    output_bw = _backwards(reversed_output, sequence_length)
    flat_bw = nest.flatten(output_bw)
    joined = [concat([one, other], 1) for one, other in zip(nest.flatten(output_fw), flat_bw, strict=True)]
    return nest.pack_sequence_as(output_fw, joined), state_fw, state_bw


def _backwards(steps: Sequence[Any], lengths: Any) -> list[Any]:
    """A list of steps in reverse order, of each sequence as far as it goes."""
    if lengths is None:
        return list(reversed(steps))
    parts = [nest.flatten(one) for one in steps]
    results: list[list[Any]] = [[] for _ in parts]
    for sequence in zip(*parts, strict=True):
        known = (
            TensorShape([None] * sequence[0].shape.ndims) if sequence[0].shape.ndims is not None else TensorShape(None)
        )
        for one in sequence:
            known = known.merge_with(one.shape)
            one.set_shape(known)
        turned = reverse_sequence(stack(sequence), lengths, 0, 1)
        for result, one in zip(results, unstack(turned), strict=True):
            one.set_shape(known)
            result.append(one)
    return [nest.pack_sequence_as(structure, flat) for structure, flat in zip(steps, results, strict=True)]
