"""Signals cut into frames that overlap, and frames added up to a signal again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros, zeros_like
from nbtf.array.indexing import gather, strided_slice
from nbtf.array.joining import concat, pad, split
from nbtf.array.shapes import rank, reshape, shape, size, transpose
from nbtf.control_flow.looping import while_loop
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_sum
from nbtf.shapes import UNKNOWN


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Any:
    """Frames of `frame_length` samples, one every `frame_step`: signal [..., samples, ...] -> [..., frames, length, ...].

    pad_end: `pad_value` fills up the frames that reach beyond the end; else there are only whole ones.
    Raises ValueError for a signal that is a scalar, and for lengths that are none.
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        signal = convert_to_tensor(signal, name="signal")
        frame_length = convert_to_tensor(frame_length, name="frame_length")
        frame_step = convert_to_tensor(frame_step, name="frame_step")
        axis = convert_to_tensor(axis, name="axis")
        signal.shape.with_rank_at_least(1)
        for scalar in (frame_length, frame_step, axis):
            scalar.shape.assert_has_rank(0)
        result_shape = _static_frames(signal, frame_length, frame_step, pad_end, axis)
        dims, axis, outer, samples, inner = _parts(signal, axis)
        outer_rank, inner_rank = size(outer), size(inner)
        if pad_end:
            pad_value = convert_to_tensor(pad_value, signal.dtype)
            frames = -(-samples // frame_step)
            missing = raw.Maximum(0, frame_length + frame_step * (frames - 1) - samples)
            before = zeros([outer_rank, 2], missing.dtype)
            paddings = concat([before, convert_to_tensor([[0, missing]]), zeros([inner_rank, 2], missing.dtype)], 0)
            padded_shape = _static_padded(signal, frame_length, frame_step, axis)
            signal = pad(signal, paddings, constant_values=pad_value)
            signal.set_shape(padded_shape)
            dims = shape(signal)
            samples = dims[axis]
        else:
            frames = raw.Maximum(constant(0, frame_length.dtype), 1 + (samples - frame_length) // frame_step)

        # Pieces that both length and step are whole numbers of: every frame gathers its own.
        piece = _greatest_common_divisor(frame_length, frame_step)
        in_frame, in_step, pieces = frame_length // piece, frame_step // piece, samples // piece
        cut_shape = concat([outer, [pieces * piece], inner], 0)
        piece_shape = concat([outer, [pieces, piece], inner], 0)
        cut = reshape(strided_slice(signal, zeros_like(dims), cut_shape), piece_shape)
        starts = reshape(range_of(frames) * in_step, [frames, 1])
        selector = starts + reshape(range_of(in_frame), [1, in_frame])
        outer, inner = convert_to_tensor(outer), convert_to_tensor(inner)
        middle = convert_to_tensor([frames, frame_length])
        result = reshape(gather(cut, selector, axis=axis), concat([outer, middle, inner], 0))
        result.set_shape(result_shape)
        return result


def _parts(signal: Tensor, axis: Tensor) -> tuple[Any, Any, Any, Any, Any]:
    """The signal's shape, the axis counted from 0, the dims before it, at it and after it; arrays where known."""
    dims = shape(signal)
    known_axis = constant_value(axis)
    if signal.shape.is_fully_defined() and known_axis is not None:
        known = np.array(signal.dims, np.int32)
        at = range(len(known))[int(known_axis)]
        return known, at, known[:at], known[at], known[at + 1 :]
    signal_rank = rank(signal)
    axis = range_of(signal_rank)[axis if known_axis is None else int(known_axis)]
    outer, samples, inner = split(dims, [axis, 1, signal_rank - 1 - axis], 0)
    return dims, axis, outer, reshape(samples, []), inner


def _static_frames(signal: Tensor, frame_length: Tensor, frame_step: Tensor, pad_end: bool, axis: Tensor) -> Any:
    """The dims of the frames as far as they are known; None if not even the rank is."""
    at: Any = constant_value(axis)
    if signal.dims is None:
        return None
    dims: list[int | None] = list(signal.shape.as_list())
    if at is None:
        return [None] * (len(dims) + 1)
    at = range(len(dims))[int(at)]
    length, step = (None if one is None else int(one) for one in map(constant_value, (frame_length, frame_step)))
    samples, frames = dims[at], None
    if samples is not None and length is not None and step is not None:
        frames = -(-samples // step) if pad_end else max(0, (samples - length) // step + 1)
    return [*dims[:at], frames, length, *dims[at + 1 :]]


def _static_padded(signal: Tensor, frame_length: Tensor, frame_step: Tensor, axis: Any) -> Any:
    """The dims of the signal with the last frame filled up, as far as they are known."""
    length, step = constant_value(frame_length), constant_value(frame_step)
    if isinstance(axis, Tensor) or length is None or step is None:
        return None
    dims = signal.shape.as_list()
    samples = dims[axis]
    frames = -(-samples // int(step))
    dims[axis] = samples + max(0, int(length) + int(step) * (frames - 1) - samples)
    return dims


def _greatest_common_divisor(a: Tensor, b: Tensor) -> Any:
    """Of two positive scalars; a number where both are known."""
    with name_scope("gcd"):
        a_known, b_known = constant_value(a), constant_value(b)
        if a_known is not None and b_known is not None:
            known = constant(math.gcd(int(a_known), int(b_known)), a.dtype)
            return np.asarray(constant_value(known))[()]
        result, _ = while_loop(
            lambda a, b: raw.Greater(b, zeros_like(b)), lambda a, b: [b, raw.FloorMod(a, b, name="mod")], [a, b]
        )
        return result


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Any:
    """Frames that start `frame_step` apart, added up: signal [..., frames, frame_length] -> [..., samples].

    There are (frames - 1) * frame_step + frame_length samples. Raises ValueError for a step that is no int scalar.
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        signal = convert_to_tensor(signal, name="signal")
        signal.shape.with_rank_at_least(2)
        step = convert_to_tensor(frame_step, name="frame_step")
        step.shape.assert_has_rank(0)
        if not step.dtype.is_integer:
            raise ValueError(f"frame_step must be an integer. Got {step.dtype}")
        step = _as_number(step)
        dims = shape(signal)
        if signal.shape.is_fully_defined():
            dims = np.array(signal.dims, np.int32)
        outer = dims[:-2]
        outer_rank = _as_number(size(outer))
        length, frames = dims[-1], dims[-2]
        total = length + step * (frames - 1)

        def with_outer(*inner: Any) -> Any:
            return concat([outer, list(inner)], 0)

        if not isinstance(step, Tensor) and signal.dims is not None and UNKNOWN != signal.dims[-1] == step:
            return reshape(signal, with_outer(total), name="fast_path")

        # Columns of one step each: frame i's column j belongs to column i + j of the sum. With as many empty frames
        # behind as a frame has columns, the columns in turn are rows that are each one longer than the sum: what is
        # cut off the end moves every column one row back.
        columns = -(-length // step)
        paddings = [[0, columns], [0, columns * step - length]]
        signal = pad(signal, concat([zeros([outer_rank, 2], dtypes.int32), paddings], 0))
        signal = reshape(signal, with_outer(frames + columns, columns, step))
        perm = concat([range_of(outer_rank), outer_rank + np.array([1, 0, 2], np.int32)], 0)
        known = constant_value(perm)
        signal = transpose(signal, perm if known is None else known)
        signal = reshape(signal, with_outer((frames + columns) * columns, step))
        signal = signal[..., : (frames + columns - 1) * columns, :]
        signal = reshape(signal, with_outer(columns, frames + columns - 1, step))
        signal = reduce_sum(signal, -3)
        signal = reshape(signal, with_outer((frames + columns - 1) * step))
        return signal[..., :total]


def _as_number(scalar: Tensor) -> Any:
    known = constant_value(scalar)
    return scalar if known is None else np.asarray(known)[()]
