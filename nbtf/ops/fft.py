"""Fourier transforms: numpy computes them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


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


@op("RFFT2D")
class RFFT2D:
    """RFFT over the last two axes; the last is halved."""

    host, shape = _real_transform(2, inverse=False)
    checked = True


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


@op("IRFFT2D")
class IRFFT2D:
    """Inverse of RFFT2D."""

    host, shape = _real_transform(2, inverse=True)
    checked = True


@op("IRFFT3D")
class IRFFT3D:
    """Inverse of RFFT3D."""

    host, shape = _real_transform(3, inverse=True)
    checked = True
