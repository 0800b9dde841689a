"""Grayscale dilation and its gradients, against windows written out in numpy."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

RNG = np.random.default_rng(3)
X = RNG.permutation(2 * 5 * 6 * 3).reshape(2, 5, 6, 3).astype(np.float32) / 2 - 40
F = RNG.integers(-9, 9, (2, 3, 3)).astype(np.float32)
SMALL = (np.arange(16).reshape(1, 4, 4, 1) * 7 % 11).astype(np.float32)
PLUS = np.float32([[[0], [1]], [[2], [-1]]])


def windows(x, f, strides, rates, same):
    """(output position, tap, pixel) of every tap that meets a pixel, and the output's height and width."""
    found, sizes, starts = [], [], []
    for axis in (0, 1):
        n, k, s, r = x.shape[1 + axis], f.shape[axis], strides[axis], rates[axis]
        extent = (k - 1) * r + 1
        sizes.append(-(-n // s) if same else (n - extent + s) // s)
        starts.append(max((sizes[axis] - 1) * s + extent - n, 0) // 2 if same else 0)
    for y in range(sizes[0]):
        for z in range(sizes[1]):
            for i in range(f.shape[0]):
                for j in range(f.shape[1]):
                    row, column = y * strides[0] - starts[0] + i * rates[0], z * strides[1] - starts[1] + j * rates[1]
                    if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                        found.append(((y, z), (i, j), (row, column)))
    return found, sizes


def dilated(x, f, strides=(1, 1), rates=(1, 1), same=True):
    """The output, and for each element of it the tap and the pixel that won."""
    found, sizes = windows(x, f, strides, rates, same)
    dims = (x.shape[0], *sizes, x.shape[3])
    lowest = (np.finfo if x.dtype.kind == "f" else np.iinfo)(x.dtype if x.dtype.kind in "fiu" else np.float32).min
    y = np.full(dims, lowest, x.dtype)
    winners = {}
    for n in range(x.shape[0]):
        for c in range(x.shape[3]):
            for (r, s), tap, pixel in found:
                value = (x[n, *pixel, c] + f[*tap, c]).astype(x.dtype)
                if value > y[n, r, s, c]:
                    y[n, r, s, c] = value
                    winners[n, r, s, c] = tap, pixel
    return y, winners


def of(strides=(1, 1), rates=(1, 1), same=True):
    def forward(x, f):
        return dilated(x, f, strides, rates, same)[0]

    def to_input(x, f, dy):
        dx = np.zeros_like(x)
        for (n, r, s, c), (_, pixel) in dilated(x, f, strides, rates, same)[1].items():
            dx[n, *pixel, c] += dy[n, r, s, c]
        return dx

    def to_filter(x, f, dy):
        df = np.zeros_like(f)
        for (n, r, s, c), (tap, _) in dilated(x, f, strides, rates, same)[1].items():
            df[*tap, c] += dy[n, r, s, c]
        return df

    attrs = {
        "strides": [1, *strides, 1],
        "rates": [1, *rates, 1],
        "padding": "SAME" if same else "VALID",
    }
    return forward, to_input, to_filter, attrs


def rows(x, f, label, vary=None, **how):
    forward, to_input, to_filter, attrs = of(**how)
    y = forward(x, f)
    dy = (np.arange(y.size).reshape(y.shape) % 5 - 1).astype(x.dtype)
    return [
        Row("Dilation2D", [x, f], forward, attrs, vary=vary, label=label, only=["float32", "int32"]),
        Row("Dilation2DBackpropInput", [x, f, dy], to_input, attrs, vary=vary, label=label, only=["float32", "int32"]),
        Row(
            "Dilation2DBackpropFilter", [x, f, dy], to_filter, attrs, vary=vary, label=label, only=["float32", "int32"]
        ),
    ]


BYTES = (np.arange(24).reshape(1, 4, 3, 2) * 37 % 256).astype(np.uint8)
STEP = {"strides": [1, 1, 1, 1], "rates": [1, 1, 1, 1], "padding": "SAME"}
ROWS = [
    *rows(X, F, "same", vary="T"),
    *rows(X, F, "valid", same=False),
    *rows(X, F, "strided", strides=(2, 1)),
    *rows(X, F, "rates", rates=(2, 3), same=False, strides=(1, 2)),
    *rows(X, F, "one place", rates=(0, 1)),
    *rows(X, np.zeros((5, 7, 3), np.float32), "no window", same=False)[:1],
    Row("Dilation2DBackpropInput", [SMALL, PLUS[:0], np.ones((1, 5, 3, 1), np.float32)],
        lambda x, f, dy: np.ones_like(x) * np.float32([1, 1, 1, 0]).reshape(4, 1), of(same=False)[3], vary=None,
        label="no taps"),
    Row("Dilation2D", [BYTES, BYTES[0, :2]], of()[0], STEP, vary=None, label="wraps"),
    Row("Dilation2D", [np.full_like(SMALL, np.nan), PLUS], np.full_like(SMALL, np.finfo(np.float32).min), STEP, vary=None,
        label="nan"),
    Row("Dilation2DBackpropInput", [SMALL * np.float32("nan"), PLUS, SMALL], lambda x, f, dy: dy, STEP, vary=None,
        label="nobody wins"),
]  # fmt: skip


def with_(**attrs):
    return STEP | attrs


BAD = [
    Bad("Dilation2D", [X[0], F], "must be rank 4 but is rank 3", STEP),
    Bad("Dilation2D", [X, F[0]], "must be rank 3 but is rank 2", STEP),
    Bad("Dilation2D", [X, F[..., :2]], "must be equal, but are 3 and 2", STEP),
    Bad("Dilation2D", [X, F], "Stride must be > 0, but got 0", with_(strides=[1, 0, 1, 1])),
    Bad("Dilation2D", [X, F], "contain 4 values, but got: 5", with_(rates=[1, 1, 1, 1, 1])),
    Bad("Dilation2D", [X, F], "would be negative: -4", with_(rates=[1, 9, 1, 1], padding="VALID")),
    Bad("Dilation2D", [X, F], "Stride is only supported across spatial", with_(strides=[2, 1, 1, 1]), at_build=False),
    Bad("Dilation2D", [X, F], "Rate is only supported across spatial", with_(rates=[1, 1, 1, 2]), at_build=False),
    Bad("Dilation2DBackpropInput", [X, F, X[:, :3]], "out_backprop has incompatible size", STEP),
    Bad("Dilation2DBackpropFilter", [X, F, X[..., 0]], "out_backprop has incompatible size", STEP),
]

test_values = forward_tests(ROWS)
test_refusals = refusal_tests(BAD)
