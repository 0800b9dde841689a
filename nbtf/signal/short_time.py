"""Spectra of the frames of a signal, and back: the short-time Fourier transform and the modified cosine transform."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.joining import concat, pad, split
from nbtf.array.rearranging import reverse
from nbtf.array.shapes import rank, reshape, shape
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum
from nbtf.shapes import UNKNOWN
from nbtf.signal.cosine import dct
from nbtf.signal.fourier import irfft, rfft
from nbtf.signal.framing import frame, overlap_and_add
from nbtf.signal.windows import hann_window, vorbis_window

Window = Callable[..., Any]


def _scalar(value: Any, name: str) -> Tensor:
    scalar = convert_to_tensor(value, name=name)
    scalar.shape.assert_has_rank(0)
    return scalar


def _fft_length(given: Any, frame_length: Tensor) -> Any:
    """The given one, or the smallest power of two that holds a frame."""
    if given is not None:
        return convert_to_tensor(given, name="fft_length")
    known = constant_value(frame_length)
    if known is not None:
        return constant(int(2 ** math.ceil(math.log(int(known)) / math.log(2.0))), frame_length.dtype)
    exponent = raw.Ceil(raw.Log(cast(frame_length, dtypes.float32)) / raw.Log(2.0))
    return cast(raw.Pow(2.0, exponent), frame_length.dtype)


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Any:
    """The spectra of a signal's frames: float [..., samples] -> complex [..., frames, fft_length // 2 + 1].

    fft_length: of the transform; the smallest power of two that holds a frame if None. window_fn: (length, dtype=) -> the
    weights of a frame, or None. pad_end: zeros fill up the last frames, see `frame`.
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = _scalar(frame_length, "frame_length")
        frame_step = _scalar(frame_step, "frame_step")
        fft_length = _fft_length(fft_length, frame_length)
        frames = frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        return rfft(frames, [fft_length])


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    name: str | None = None,
) -> Any:
    """Signals from spectra of frames: complex [..., frames, fft_length // 2 + 1] -> float [..., samples].

    window_fn: what the frames are weighed with before they are added up; `inverse_stft_window_fn` gives the one that
    makes this the inverse of `stft`.
    """
    with name_scope(name, "inverse_stft", [stfts]):
        stfts = convert_to_tensor(stfts, name="stfts")
        stfts.shape.with_rank_at_least(2)
        frame_length = _scalar(frame_length, "frame_length")
        frame_step = _scalar(frame_step, "frame_step")
        fft_length = _fft_length(fft_length, frame_length)
        frames = _of_length(irfft(stfts, [fft_length]), frame_length)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=stfts.dtype.real_dtype)
        return overlap_and_add(frames, frame_step)


def _of_length(frames: Tensor, frame_length: Tensor) -> Any:
    """The frames cut, or filled up with zeros, to their length."""
    known = constant_value(frame_length)
    if known is None or frames.dims is None or frames.dims[-1] == UNKNOWN:
        frames = frames[..., :frame_length]
        frames_rank, dims = rank(frames), shape(frames)
        outer = zeros([frames_rank - 1, 2], frame_length.dtype)
        return pad(frames, concat([outer, [[0, raw.Maximum(0, frame_length - dims[-1])]]], 0))
    length, found = int(known), frames.dims[-1]
    if found > length:
        return frames[..., :length]
    if found < length:
        return pad(frames, [[0, 0]] * (len(frames.dims) - 1) + [[0, length - found]])
    return frames


def inverse_stft_window_fn(frame_step: Any, forward_window_fn: Window = hann_window, name: str | None = None) -> Window:
    """The `window_fn` of an `inverse_stft` that gives back the signal which `stft` got with `forward_window_fn`.

    Returns a function (frame_length, dtype) -> [frame_length].
    """

    def window(frame_length: Any, dtype: Any) -> Any:
        with name_scope(name, "inverse_stft_window_fn", [forward_window_fn]):
            step = _scalar(frame_step, "frame_step")
            length = _scalar(frame_length, "frame_length")
            forward = forward_window_fn(length, dtype=dtype)
            sums = raw.Square(forward)
            overlaps = -(-length // step)
            sums = pad(sums, [(0, overlaps * step - length)])
            sums = reshape(sums, [overlaps, step])
            sums = raw.Tile(reduce_sum(sums, 0, keepdims=True), [overlaps, 1])
            sums = reshape(sums, [overlaps * step])
            return forward / sums[:length]

    return window


def mdct(
    signals: Any,
    frame_length: Any,
    window_fn: Window | None = vorbis_window,
    pad_end: bool = False,
    norm: str | None = None,
    name: str | None = None,
) -> Any:
    """The modified discrete cosine transform: [..., samples] -> [..., frames, frame_length // 2].

    Frames start half a frame apart. window_fn: see `stft`; None: a factor of sqrt(1/2). norm: see `dct`.
    Raises ValueError for a frame length that is no multiple of 4.
    """
    with name_scope(name, "mdct", [signals, frame_length]):
        signals = convert_to_tensor(signals, name="signals")
        signals.shape.with_rank_at_least(1)
        frame_length = _scalar(frame_length, "frame_length")
        known = constant_value(frame_length)
        if known is None:
            frame_step = frame_length // 2
        elif known % 4:
            raise ValueError("The frame length must be a multiple of 4.")
        else:
            frame_step = convert_to_tensor(int(known) // 2, frame_length.dtype)
        frames = frame(signals, frame_length, frame_step, pad_end=pad_end)
        frames *= math.sqrt(0.5) if window_fn is None else window_fn(frame_length, dtype=frames.dtype)
        a, b, c, d = split(frames, 4, -1)
        first = -reverse(c, [-1]) - d
        second = a - reverse(b, [-1])
        return dct(concat((first, second), -1), type=4, norm=norm)


def inverse_mdct(
    mdcts: Any, window_fn: Window | None = vorbis_window, norm: str | None = None, name: str | None = None
) -> Any:
    """The signals whose `mdct` this is: [..., frames, n] -> [..., (frames + 1) * n].

    The first and the last n samples, which only one frame covers, do not come back as they were.
    """
    with name_scope(name, "inverse_mdct", [mdcts]):
        mdcts = convert_to_tensor(mdcts, name="mdcts")
        mdcts.shape.with_rank_at_least(2)
        half = cast(mdcts.shape[-1], dtypes.int32)
        if norm is None:
            result = (0.5 / cast(half, mdcts.dtype)) * dct(mdcts, type=4)
        elif norm == "ortho":
            result = dct(mdcts, type=4, norm="ortho")
        else:
            raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
        a, b = split(result, 2, -1)
        frames = concat((b, -reverse(b, [-1]), -reverse(a, [-1]), -a), -1)
        frames *= math.sqrt(0.5) if window_fn is None else window_fn(2 * half, dtype=mdcts.dtype)
        return overlap_and_add(frames, half)
