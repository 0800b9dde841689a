"""Fourier transforms: numpy computes them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _of_real_fft(inverse, axes):
    """The inverse transform, and what the half of the spectrum that is left out would have added."""

    def gradient(op, dy):
        x, length = op.inputs
        kind, real = dy.dtype, dy.dtype.real_dtype
        dims = terms.shape(x)
        is_even = terms.cast(1 - (length[-1] % 2), kind)
        first = dy[..., 0:1]
        if axes == 1:
            last = dy[..., -1:]
            extra = first + is_even * last * _alternating(dims[-1], kind)
        else:
            mask = _tiled(_phases(dims[-2], kind), first)
            extra = terms.matmul(mask, terms.conj(first))
            last = dy[..., -1:]
            ends = terms.matmul(mask, terms.conj(last))
            columns = dims[-1]
            repeats = terms.concat([terms.ones([terms.rank(dy) - 1], dtypes.int32), [columns]], 0)
            extra += is_even * (raw.Tile(ends, repeats) * _alternating(columns, kind))
        size = terms.cast(_size(x, axes), real)
        known = constant_value(length)
        length = length if known is None else known
        whole = getattr(raw, inverse)(dy, length, Treal=real, name=inverse.lower())
        return 0.5 * (whole * size + raw.Real(extra, Tout=real)), None

    return gradient


def _alternating(length, dtype):
    """[1, -1, 1 ...]"""
    return terms.cast(1 - 2 * (raw.Range(0, length, 1, name="range") % 2), dtype)


def _phases(length, dtype):
    """exp(-2 pi i j k / length): [length, length]."""
    rows = raw.Tile(raw.ExpandDims(raw.Range(0, length, 1, name="range"), 0), (length, 1))
    turns = terms.cast(rows * terms.transpose(rows, [1, 0]), dtype)
    return raw.Exp(-2j * np.pi * turns / terms.cast(length, dtype))


def _tiled(matrix, x):
    """The matrix once for each matrix of x."""
    ones = terms.ones([terms.rank(x) - 2], dtypes.int32)
    expanded = raw.Reshape(matrix, terms.concat([ones, terms.shape(matrix)], 0))
    return raw.Tile(expanded, terms.concat([terms.shape(x)[:-2], [1, 1]], 0))


def _of_inverse_real_fft(forward, axes):
    """The forward transform; all but the first and (of an even length) the last column stand for two."""

    def gradient(op, dy):
        x, length = op.inputs
        real = dy.dtype.base_dtype
        known = constant_value(length)
        is_odd = raw.FloorMod(length[-1] if known is None else int(known[-1]), 2, name="mod")
        columns = terms.shape(x)[-1]
        inner = 2.0 * terms.ones([columns - 2 + is_odd], real)
        last = terms.ones([1 - is_odd], real)
        mask = terms.concat([[1.0], inner, last], 0)
        scale = raw.Reciprocal(terms.cast(_size(dy, axes), real))
        with terms.op_scope(forward.lower()) as scope:
            if known is not None:
                terms.constant(known, length.dtype)  # nothing reads it: TensorFlow's graphs have it
                length = known
            whole = getattr(raw, forward)(dy, length, Tcomplex=x.dtype, name=scope)
        return whole * terms.cast(scale * mask, x.dtype), None

    return gradient


def _size(x, axes):
    return terms.reduce_prod(terms.shape(x)[-axes:])


def _of_fft(inverse, axes):
    def gradient(op, dy):
        size = terms.cast(_size(dy, axes), dy.dtype)
        return getattr(raw, inverse)(dy) * size

    return gradient


def _of_inverse_fft(forward, axes):
    def gradient(op, dy):
        real = dy.dtype.real_dtype
        size = terms.cast(1.0 / terms.cast(_size(dy, axes), real), dy.dtype)
        return getattr(raw, forward)(dy) * size

    return gradient


Array = np.ndarray[Any, Any]

# ---- complex ---------------------------------------------------------------------------------------------------------


def _transform(transform: Callable[..., Array], rank: int) -> tuple[Callable[..., Array], Callable[..., None]]:
    """Host and shape rule of a complex transform over the last `rank` axes."""
    axes = tuple(range(-rank, 0))

    def host(call, input: Array) -> Array:
        return transform(input, axes=axes) if input.size else input

    def shape(input, out):
        check(len(input) >= rank, "Input must have rank of at least {} but got: {}", rank, input)
        shapes.copy_dims(input, out)

    return host, shape


@op("FFT")
class FFT:
    """Discrete Fourier transform over the last axis: complex [..., N] -> [..., N]."""

    host, shape = _transform(np.fft.fftn, 1)
    checked = True
    gradient = _of_fft("IFFT", 1)


@op("FFT2D")
class FFT2D:
    """Discrete Fourier transform over the last two axes."""

    host, shape = _transform(np.fft.fftn, 2)
    checked = True
    gradient = _of_fft("IFFT2D", 2)


@op("FFT3D")
class FFT3D:
    """Discrete Fourier transform over the last three axes."""

    host, shape = _transform(np.fft.fftn, 3)
    checked = True
    gradient = _of_fft("IFFT3D", 3)


@op("IFFT")
class IFFT:
    """Inverse of FFT."""

    host, shape = _transform(np.fft.ifftn, 1)
    checked = True
    gradient = _of_inverse_fft("FFT", 1)


@op("IFFT2D")
class IFFT2D:
    """Inverse of FFT2D."""

    host, shape = _transform(np.fft.ifftn, 2)
    checked = True
    gradient = _of_inverse_fft("FFT2D", 2)


@op("IFFT3D")
class IFFT3D:
    """Inverse of FFT3D."""

    host, shape = _transform(np.fft.ifftn, 3)
    checked = True
    gradient = _of_inverse_fft("FFT3D", 3)


# ---- real numbers and half a spectrum ----------------------------------------------------------------------------------


def _real_transform(rank: int, inverse: bool) -> tuple[Callable[..., Array], Callable[..., None]]:
    """Host and shape rule of a transform between real numbers and the half of their spectrum that tells all."""
    axes = tuple(range(-rank, 0))
    transform: Callable[..., Array] = np.fft.irfftn if inverse else np.fft.rfftn

    def host(call, input: Array, fft_length: Array) -> Array:
        lengths = [int(n) for n in fft_length]
        for i, wanted in enumerate(lengths):
            # no padding: what the transform reads must be there
            needed = wanted // 2 + 1 if inverse and i == rank - 1 and wanted else wanted
            size = input.shape[i - rank]
            message = "Input dimension {} must have length of at least {} but got: {}"
            check(size >= needed, message, input.ndim + i - rank, needed, size)
        dtype = (call.attrs.Treal if inverse else call.attrs.Tcomplex).as_numpy_dtype
        last = lengths[-1] if inverse else lengths[-1] // 2 + 1 if lengths[-1] else 0
        shape = (*input.shape[: input.ndim - rank], *lengths[:-1], last)
        if not input.size or 0 in shape:
            return np.zeros(shape, dtype)
        return transform(input, s=lengths, axes=axes).astype(dtype)

    def shape(input, fft_length: Value, fft_length_dims, out):
        check(len(input) >= rank, "Input must have rank of at least {} but got: {}", rank, input)
        check(
            len(fft_length_dims) == 1 and may_equal(fft_length_dims[0], rank), "fft_length must have shape [{}]", rank
        )
        for i in range(len(input) - rank):
            out.append(input[i])
        for i in range(rank):
            length = fft_length[i]
            check(length >= 0 or length == HIDDEN, "fft_length[{}] must >= 0, but got: {}", i, length)
            halved = i == rank - 1 and not inverse and length > 0
            out.append(UNKNOWN if length == HIDDEN else length // 2 + 1 if halved else length)

    return host, shape


@op("RFFT")
class RFFT:
    """Spectrum of real numbers over the last axis: [..., N] -> complex [..., fft_length / 2 + 1]."""

    host, shape = _real_transform(1, inverse=False)
    checked = True
    gradient = _of_real_fft("IRFFT", 1)


@op("RFFT2D")
class RFFT2D:
    """RFFT over the last two axes; the last is halved."""

    host, shape = _real_transform(2, inverse=False)
    checked = True
    gradient = _of_real_fft("IRFFT2D", 2)


@op("RFFT3D")
class RFFT3D:
    """RFFT over the last three axes; the last is halved."""

    host, shape = _real_transform(3, inverse=False)
    checked = True


@op("IRFFT")
class IRFFT:
    """Inverse of RFFT: complex [..., fft_length / 2 + 1] -> [..., fft_length]."""

    host, shape = _real_transform(1, inverse=True)
    checked = True
    gradient = _of_inverse_real_fft("RFFT", 1)


@op("IRFFT2D")
class IRFFT2D:
    """Inverse of RFFT2D."""

    host, shape = _real_transform(2, inverse=True)
    checked = True
    gradient = _of_inverse_real_fft("RFFT2D", 2)


@op("IRFFT3D")
class IRFFT3D:
    """Inverse of RFFT3D."""

    host, shape = _real_transform(3, inverse=True)
    checked = True


# ---- any axes --------------------------------------------------------------------------------------------------------


def _axes_transform(
    transform: Callable[..., Array], halved: bool = False, output: str = "Tcomplex"
) -> tuple[Callable[..., Array], Callable[..., None]]:
    """Host and shape rule of a transform over axes that are an input."""

    def host(call, input: Array, fft_length: Array, axes: Array) -> Array:
        at = [int(axis) for axis in axes]
        check(len({axis % input.ndim for axis in at}) == len(at), "axes must be unique, but are {}", at)
        lengths = [int(n) for n in fft_length]
        for axis, wanted in zip(at, lengths, strict=True):
            needed = wanted // 2 + 1 if output == "Treal" and axis == at[-1] else wanted
            message = "Input dimension {} must have length of at least {} but got: {}"
            check(input.shape[axis] >= needed, message, axis, needed, input.shape[axis])
        return np.asarray(transform(input, s=lengths, axes=at), getattr(call.attrs, output).as_numpy_dtype)

    def shape(input, fft_length: Value, fft_length_dims, axes: Value, axes_dims, out):
        check(len(fft_length_dims) == 1 and len(axes_dims) == 1, "fft_length and axes must be vectors")
        check(may_equal(fft_length_dims[0], axes_dims[0]), "fft_length and axes must have the same length")
        rank = len(input)
        count = axes_dims[0]
        for i in range(rank):
            out.append(input[i])
        if count == UNKNOWN:
            for i in range(rank):
                out[i] = UNKNOWN
        else:
            for i in range(count):
                axis = axes[i]
                if axis == HIDDEN:
                    for k in range(rank):
                        out[k] = UNKNOWN
                else:
                    check(-rank <= axis < rank, "axis {} is not in [{}, {})", axis, -rank, rank)
                    length = fft_length[i]
                    check(length >= 0 or length == HIDDEN, "fft_length[{}] must >= 0, but got: {}", i, length)
                    half = halved and i == count - 1 and length > 0
                    out[axis % rank] = UNKNOWN if length == HIDDEN else length // 2 + 1 if half else length

    return host, shape


@op("FFTND")
class FFTND:
    """Discrete Fourier transform of complex numbers over `axes`, each cut to its fft_length."""

    host, shape = _axes_transform(np.fft.fftn)
    checked = True


@op("IFFTND")
class IFFTND:
    """Inverse of FFTND."""

    host, shape = _axes_transform(np.fft.ifftn)
    checked = True


@op("RFFTND")
class RFFTND:
    """Spectrum of real numbers over `axes`; the last of them is halved."""

    host, shape = _axes_transform(np.fft.rfftn, halved=True)
    checked = True


@op("IRFFTND")
class IRFFTND:
    """Inverse of RFFTND: the last of `axes` is halved, fft_length tells its length."""

    host, shape = _axes_transform(np.fft.irfftn, output="Treal")
    checked = True
