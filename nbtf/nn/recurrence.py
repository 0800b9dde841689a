"""Recurrent networks as loops: dynamic_rnn, raw_rnn, and both directions at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.filling import range as range_
from nbtf.array.filling import zeros
from nbtf.array.indexing import where
from nbtf.array.joining import concat, stack
from nbtf.array.moving import identity
from nbtf.array.rearranging import reverse, reverse_sequence
from nbtf.array.shapes import rank, shape, transpose
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import int32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, control_dependencies, name_scope
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_all, reduce_max, reduce_min
from nbtf.nn.recurrence_terms import (
    batch_size_of,
    element_shape,
    first_state,
    joined_shape,
    joined_static_shape,
    state_dtype,
    step,
)
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.tensor_shape import TensorShape, dimension_value
from nbtf.variables.scoping import variable_scope


def read_where_op_is(varscope: Any) -> None:
    """Variables made in a recurrent network's scope are read on the device of whoever reads them."""
    if varscope.caching_device is None:
        varscope.set_caching_device(lambda op: op.device)


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Runs `cell` over every step of `inputs`, in a loop that knows the number of steps only when it runs.

    inputs: [batch, time, ...], [time, batch, ...] if time_major; nested structures of such tensors too.
    sequence_length: [batch] ints; behind the end of a sequence outputs are zero and the state stays.
    initial_state: what cell.state_size describes, with a batch axis; without one, zeros of `dtype`.
    Returns (outputs, final state), outputs shaped like the inputs.
    Raises TypeError for what is no cell, ValueError for inputs and lengths of a wrong rank.
    """
    assert_like_cell("cell", cell)
    with variable_scope(scope or "rnn") as varscope:
        read_where_op_is(varscope)
        flat_input = [convert_to_tensor(one) for one in nest.flatten(inputs)]
        if not time_major:
            flat_input = [transpose_batch_time(one) for one in flat_input]
        parallel_iterations = parallel_iterations or 32
        if sequence_length is not None:
            sequence_length = _int_lengths(sequence_length)
        batch_size = batch_size_of(flat_input)
        state = first_state(cell, batch_size, dtype) if initial_state is None else initial_state
        if sequence_length is not None:
            with control_dependencies([_assert_shape(sequence_length, [batch_size])]):
                sequence_length = identity(sequence_length, name="CheckSeqLen")
        loop = _DynamicLoop(cell, nest.pack_sequence_as(inputs, flat_input), state, sequence_length, dtype)
        outputs, final_state = loop.run(parallel_iterations, swap_memory)
        if not time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
        return outputs, final_state


def _int_lengths(sequence_length: Any) -> Any:
    lengths = cast(sequence_length, int32)
    if lengths.shape.ndims not in (None, 1):
        raise ValueError(f"sequence_length must be a vector of length batch_size. Received sequence_length={lengths}.")
    return identity(lengths, name="sequence_length")


def _assert_shape(x: Any, dims: list[Any]) -> Any:
    actual = shape(x)
    packed = stack(dims)
    return assert_v1(
        reduce_all(raw.Equal(actual, packed)),
        ["Expected shape for Tensor %s is " % x.name, packed, " but saw shape: ", actual],  # noqa: UP031
    )


def transpose_batch_time(x: Any) -> Any:
    """Axes 0 and 1 exchanged, the static shape kept; what has no two axes stays as it is."""
    known = x.shape
    if known.ndims is not None and known.ndims < 2:
        return x
    result = transpose(x, concat(([1, 0], range_(2, rank(x))), axis=0))
    if known.ndims is not None:
        dims = known.as_list()
        result.set_shape(TensorShape([dims[1], dims[0], *dims[2:]]))
    return result


class _DynamicLoop:
    """The loop of one dynamic_rnn: time-major inputs, one TensorArray for each of them and for each output."""

    def __init__(self, cell: Any, inputs: Any, state: Any, lengths: Any, dtype: Any) -> None:
        self.cell, self.inputs, self.state, self.lengths, self.dtype = cell, inputs, state, lengths, dtype
        self.flat_input = nest.flatten(inputs)
        self.steps = shape(self.flat_input[0])[0]
        self.batch_size = batch_size_of(self.flat_input)
        self.const_steps, self.const_batch_size = self._static_extents()
        self.output_sizes = nest.flatten(cell.output_size)
        self.zero_output = nest.pack_sequence_as(cell.output_size, [self._zeros(size) for size in self.output_sizes])
        self.limits: tuple[Any, Any] = (None, self.steps)
        if lengths is not None:
            self.limits = (reduce_min(lengths), reduce_max(lengths))

    def _static_extents(self) -> tuple[int | None, int | None]:
        shapes = [one.shape.with_rank_at_least(3) for one in self.flat_input]
        steps, batch_size = shapes[0].as_list()[:2]
        for known in shapes:
            if not known[2:].is_fully_defined():
                raise ValueError(
                    "Input size (depth of inputs) must be accessible via shape inference, but saw value None."
                )
            if known.as_list()[0] != steps:
                raise ValueError(f"Time steps is not the same for all the elements in the input in a batch. {shapes}")
            if known.as_list()[1] != batch_size:
                raise ValueError(f"Batch_size is not the same for all the elements in the input. {shapes}")
        return steps, batch_size

    def _zeros(self, size: Any) -> Any:
        return zeros(stack(joined_shape(self.batch_size, size)), state_dtype(self.dtype, self.state))

    def run(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any]:
        time = constant(0, dtype=int32, name="time")
        with name_scope("dynamic_rnn") as base_name:
            pass
        output_tas = tuple(
            self._array(
                f"{base_name}output_{i}",
                element_shape(self.const_batch_size, size),
                state_dtype(self.dtype, self.state),
            )
            for i, size in enumerate(self.output_sizes)
        )
        input_tas = tuple(
            self._array(f"{base_name}input_{i}", one.shape[1:], one.dtype) for i, one in enumerate(self.flat_input)
        )
        input_tas = tuple(ta.unstack(one) for ta, one in zip(input_tas, self.flat_input, strict=True))
        bound = raw.Minimum(self.steps, raw.Maximum(1, self.limits[1]))
        _, final_tas, final_state = while_loop(
            cond=lambda time, *_: time < bound,
            body=lambda time, tas, state: self._step(time, tas, state, input_tas),
            loop_vars=(time, output_tas, self.state),
            parallel_iterations=parallel_iterations,
            maximum_iterations=self.steps,
            swap_memory=swap_memory,
        )
        outputs = [ta.stack() for ta in final_tas]
        for output, size in zip(outputs, self.output_sizes, strict=True):
            output.set_shape(joined_static_shape([self.const_steps, self.const_batch_size], size))
        return nest.pack_sequence_as(self.cell.output_size, outputs), final_state

    def _array(self, name: str, known: Any, dtype: Any) -> TensorArray:
        return TensorArray(dtype=dtype, size=self.steps, element_shape=known, tensor_array_name=name)

    def _step(self, time: Any, output_tas: Any, state: Any, input_tas: Any) -> tuple[Any, Any, Any]:
        now = [ta.read(time) for ta in input_tas]
        for one, whole in zip(now, self.flat_input, strict=True):
            one.set_shape(whole.shape[1:])
        current = nest.pack_sequence_as(self.inputs, now)
        if self.lengths is None:
            output, new_state = self.cell(current, state)
        else:
            output, new_state = step(
                time, self.lengths, self.limits, self.zero_output, state, lambda: self.cell(current, state), skip=True
            )
        written = (ta.write(time, one) for ta, one in zip(output_tas, nest.flatten(output), strict=True))
        tas = tuple(written)
        return time + 1, tas, new_state


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Runs `cell` in a loop whose inputs, emissions and end `loop_fn` decides at every step.

    loop_fn(time, cell_output, cell_state, loop_state) -> (finished [batch] bools, next input, next state, emission, next
    loop state); at the start cell_output, cell_state and loop_state are None, and the emission is a structure of shapes
    or None (what the cell gives).
    Returns (TensorArrays of the emissions, final state, final loop state).
    """
    assert_like_cell("cell", cell)
    if not callable(loop_fn):
        raise TypeError("Argument `loop_fn` must be a callable.")
    parallel_iterations = parallel_iterations or 32
    with variable_scope(scope or "rnn") as varscope:
        read_where_op_is(varscope)
        return _RawLoop(cell, loop_fn).run(parallel_iterations, swap_memory)


class _RawLoop:
    """The loop of one raw_rnn."""

    def __init__(self, cell: Any, loop_fn: Callable[..., Any]) -> None:
        self.cell, self.loop_fn = cell, loop_fn
        self.time = constant(0, dtype=int32)
        self.finished, self.next_input, self.state, emitted, self.loop_state = loop_fn(self.time, None, None, None)
        flat_input = nest.flatten(self.next_input)
        self.keeps_loop_state = self.loop_state is not None
        if not self.keeps_loop_state:
            self.loop_state = constant(0, dtype=int32)
        static_batch = self._static_batch([one.shape for one in flat_input])
        self.batch_size = shape(flat_input[0])[0] if static_batch is None else static_batch
        nest.assert_same_structure(self.state, cell.state_size)
        flat_state = [convert_to_tensor(one) for one in nest.flatten(self.state)]
        self.state = nest.pack_sequence_as(self.state, flat_state)
        if emitted is None:
            emitted = cell.output_size
            sizes = nest.flatten(emitted)
            dtypes = [flat_state[0].dtype] * len(sizes)
        else:
            flat = nest.flatten(emitted)
            sizes = [one.shape if one.shape.is_fully_defined() else shape(one) for one in flat]
            dtypes = [one.dtype for one in flat]
        arrays = [
            TensorArray(
                dtype=dtype,
                dynamic_size=True,
                element_shape=element_shape(static_batch, size),
                size=0,
                name=f"rnn_output_{i}",
            )
            for i, (dtype, size) in enumerate(zip(dtypes, sizes, strict=True))
        ]
        self.arrays = nest.pack_sequence_as(emitted, arrays)
        blank = [zeros(joined_shape(self.batch_size, s), d) for s, d in zip(sizes, dtypes, strict=True)]
        self.blank = nest.pack_sequence_as(emitted, blank)

    def _static_batch(self, shapes: list[TensorShape]) -> int | None:
        batch = shapes[0][0] if shapes[0].ndims is not None else None
        known = TensorShape([dimension_value(batch)])
        for one in shapes[1:]:
            known = known.merge_with(one[:1])
        return dimension_value(known[0])

    def run(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any, Any]:
        returned = while_loop(
            lambda time, finished, *_: raw.LogicalNot(reduce_all(finished)),
            self._body,
            loop_vars=[self.time, self.finished, self.next_input, self.arrays, self.state, self.loop_state],
            parallel_iterations=parallel_iterations,
            swap_memory=swap_memory,
        )
        arrays, final_state, final_loop_state = returned[-3:]
        return arrays, final_state, final_loop_state if self.keeps_loop_state else None

    def _body(self, time: Any, finished: Any, current: Any, arrays: Any, state: Any, loop_state: Any) -> Any:
        output, cell_state = self.cell(current, state)
        nest.assert_same_structure(state, cell_state)
        nest.assert_same_structure(self.cell.output_size, output)
        next_time = time + 1
        ended, next_input, next_state, emission, next_loop_state = self.loop_fn(
            next_time, output, cell_state, loop_state
        )
        nest.assert_same_structure(state, next_state)
        nest.assert_same_structure(current, next_input)
        nest.assert_same_structure(arrays, emission)
        if next_loop_state is not None:
            loop_state = next_loop_state

        def unless_finished(old: Any, new: Any) -> Any:
            if isinstance(old, TensorArray):
                return new
            with colocate_with(new):
                return where(finished, old, new)

        emission = nest.map_structure(unless_finished, self.blank, emission)
        next_state = nest.map_structure(unless_finished, state, next_state)
        arrays = nest.map_structure(lambda array, emitted: array.write(time, emitted), arrays, emission)
        finished = raw.LogicalOr(finished, ended)
        return next_time, finished, next_input, arrays, next_state, loop_state


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """dynamic_rnn forwards with one cell and backwards with another.

    Returns ((outputs forwards, outputs backwards), (state forwards, state backwards)); see dynamic_rnn.
    """
    assert_like_cell("cell_fw", cell_fw)
    assert_like_cell("cell_bw", cell_bw)
    common = {
        "sequence_length": sequence_length,
        "dtype": dtype,
        "parallel_iterations": parallel_iterations,
        "swap_memory": swap_memory,
        "time_major": time_major,
    }
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)

    def backwards(one: Any) -> Any:
        if sequence_length is None:
            return reverse(one, axis=[time_axis])
        return reverse_sequence(one, sequence_length, seq_axis=time_axis, batch_axis=batch_axis)

    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            output_fw, state_fw = dynamic_rnn(cell_fw, inputs, initial_state=initial_state_fw, scope=fw_scope, **common)
        with variable_scope("bw") as bw_scope:
            reversed_inputs = nest.map_structure(backwards, inputs)
            output_bw, state_bw = dynamic_rnn(
                cell_bw, reversed_inputs, initial_state=initial_state_bw, scope=bw_scope, **common
            )
    output_bw = nest.map_structure(backwards, output_bw)
    return (output_fw, output_bw), (state_fw, state_bw)
