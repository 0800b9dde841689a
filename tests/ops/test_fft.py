"""Fourier transforms."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.sin(np.arange(2 * 3 * 4 * 6, dtype=np.float32)).reshape(2, 3, 4, 6)
C = (X + 1j * X[::-1]).astype(np.complex64)
INTS = np.int32


def axes(rank):
    return tuple(range(-rank, 0))


ROWS = [
    *[
        Row(
            op,
            [C],
            lambda x, f=function, n=rank: f(x, axes=axes(n)),
            vary="Tcomplex",
            only=["complex64", "complex128"],
            rtol=1e-4,
            atol=1e-4,
        )
        for rank, names in ((1, ("FFT", "IFFT")), (2, ("FFT2D", "IFFT2D")), (3, ("FFT3D", "IFFT3D")))
        for op, function in zip(names, (np.fft.fftn, np.fft.ifftn), strict=True)
    ],
    *[
        Row(
            op,
            [X, INTS([3, 4, 6][-rank:])],
            lambda x, size, n=rank: np.fft.rfftn(x, axes=axes(n)),
            vary=None,
            rtol=1e-4,
            atol=1e-4,
        )
        for rank, op in ((1, "RFFT"), (2, "RFFT2D"), (3, "RFFT3D"))
    ],
    *[
        Row(
            op,
            [C, INTS([3, 4, 10][-rank:])],
            lambda x, size, n=rank: np.fft.irfftn(x, s=size, axes=axes(n)),
            vary=None,
            rtol=1e-4,
            atol=1e-4,
        )
        for rank, op in ((1, "IRFFT"), (2, "IRFFT2D"), (3, "IRFFT3D"))
    ],
    Row("RFFT", [np.float32([1, 2, 3, 4]), INTS([2])], np.complex64([3, -1]), vary=None, label="crop"),
    Row(
        "RFFT",
        [X.astype(np.float64), INTS([6])],
        lambda x, size: np.fft.rfft(x),
        {"Tcomplex": "complex128"},
        vary=None,
        label="float64",
    ),
    Row(
        "IRFFT",
        [np.complex64([1, 2, 3]), INTS([5])],
        np.float32([2.2, -0.52360684, -0.0763932, -0.0763932, -0.52360684]),
        vary=None,
        label="odd",
    ),
    Row(
        "FFTND",
        [C, INTS([2, 5]), INTS([0, -1])],
        lambda x, size, axes: np.fft.fftn(x, size, axes),
        vary="Tcomplex",
        only=["complex64", "complex128"],
        rtol=1e-4,
        atol=1e-4,
    ),
    Row(
        "IFFTND",
        [C, INTS([2, 1]), INTS([1, 0])],
        lambda x, size, axes: np.fft.ifftn(x, size, axes),
        vary=None,
        rtol=1e-4,
        atol=1e-4,
    ),
    Row(
        "RFFTND",
        [X, INTS([2, 4]), INTS([3, 2])],
        lambda x, size, axes: np.fft.rfftn(x, size, axes),
        vary=None,
        rtol=1e-4,
        atol=1e-4,
    ),
    Row(
        "IRFFTND",
        [C, INTS([2, 9]), INTS([1, 3])],
        lambda x, size, axes: np.fft.irfftn(x, size, axes),
        vary=None,
        rtol=1e-4,
        atol=1e-4,
    ),
    Row("FFT", [C[:0]], lambda x: x, vary=None, label="empty"),
    Row("RFFT2D", [X, INTS([0, 6])], np.zeros((2, 3, 0, 4), np.complex64), vary=None, label="no rows"),
]

BAD = [
    Bad("FFTND", [C, INTS([2]), INTS([4])], r"axis 4 is not in \[-4, 4\)"),
    Bad("FFTND", [C, INTS([2, 3]), INTS([0])], "fft_length and axes must have the same length"),
    Bad(
        "RFFTND",
        [X, INTS([8]), INTS([3])],
        "Input dimension 3 must have length of at least 8 but got: 6",
        at_build=False,
    ),
    Bad("FFT2D", [C[0, 0, 0]], r"Input must have rank of at least 2 but got: \[6\]"),
    Bad("RFFT", [X, INTS([8])], "Input dimension 3 must have length of at least 8 but got: 6", at_build=False),
    Bad("IRFFT", [C, INTS([12])], "Input dimension 3 must have length of at least 7 but got: 6", at_build=False),
    Bad("RFFT", [X, INTS([-2])], r"fft_length\[0\] must >= 0, but got: -2"),
    Bad("RFFT", [X, INTS([2, 2])], r"fft_length must have shape \[1\]"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
