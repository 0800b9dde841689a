"""Kernels of every kind that a processor makes differ, and what numpy says of their values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]


class Case(NamedTuple):
    inputs: tuple[Array, ...]
    build: Callable[..., Any]
    """Of `tf` and placeholders for the inputs: what is fetched."""
    expected: Array
    tolerance: float
    """Of what is computed in the dtype, relative to `scale`."""
    scale: Array | float = 1.0


def floats(seed: int, *dims: int, dtype: Any = np.float32) -> Array:
    return np.random.RandomState(seed).standard_normal(dims).astype(dtype)


def products(dtype: Any, rows: Sequence[int], depth: int, columns: Sequence[int]) -> dict[str, Case]:
    """Tiles of all heights, the last columns too; sums that go onto what c holds."""
    cases = {}
    for m, n in itertools.product(rows, columns):
        a, b = floats(m, m, depth, dtype=dtype), floats(n, depth, n, dtype=dtype)
        facts = (a @ b, product_tolerance(dtype, depth), np.abs(a) @ np.abs(b))
        name = f"{np.dtype(dtype)} {m}x{depth}x{n}"
        cases[name] = Case((a, b), lambda tf, a, b: tf.matmul(a, b), *facts)
        cases[f"{name}, b transposed"] = Case(
            (a, b.T.copy()), lambda tf, a, b: tf.matmul(a, b, transpose_b=True), *facts
        )
        cases[f"{name}, both transposed"] = Case(
            (a.T.copy(), b.T.copy()), lambda tf, a, b: tf.matmul(a, b, transpose_a=True, transpose_b=True), *facts
        )
    return cases


def epilogues(rows: Sequence[int], depth: int, columns: Sequence[int]) -> dict[str, Case]:
    """By packed matrices, and what follows while the sums are in registers."""
    cases = {}
    for m, n in itertools.product(rows, columns):
        a, b, bias, addend = floats(m, m, depth), floats(n, depth, n), floats(1, n), floats(2, m, n)
        product, tolerance, scale = a @ b, product_tolerance(np.float32, depth), np.abs(a) @ np.abs(b) + 3
        name = f"packed {m}x{depth}x{n}"
        cases[name] = Case((a,), lambda tf, a, b=b: tf.matmul(a, tf.constant(b)), product, tolerance, scale)
        cases[f"{name}, bias, relu"] = Case(
            (a, bias),
            lambda tf, a, bias, b=b: tf.nn.relu(tf.matmul(a, tf.constant(b)) + bias),
            np.maximum(product + bias, 0),
            tolerance,
            scale,
        )
        cases[f"{name}, addend"] = Case(
            (a, addend), lambda tf, a, c, b=b: tf.matmul(a, tf.constant(b)) + c, product + addend, tolerance, scale
        )
    return cases


def product_tolerance(dtype: Any, depth: int) -> float:
    return float(np.finfo(dtype).eps) * (2 + math.sqrt(depth))


def windows(image: Array, size: int, stride: int, padding: str) -> Array:
    """[batch, height, width, channel, size, size] in float64; the image has zeros around it where padding is SAME."""
    extents = image.shape[1:3]
    total = [max((-(-n // stride) - 1) * stride + size - n, 0) if padding == "SAME" else 0 for n in extents]
    padded = np.pad(image.astype(np.float64), [(0, 0), *[(n // 2, n - n // 2) for n in total], (0, 0)])
    return np.lib.stride_tricks.sliding_window_view(padded, (size, size), (1, 2))[:, ::stride, ::stride]


def convolutions() -> dict[str, Case]:
    """Indirect products, of which padding is a part, and depthwise tiles of every window, at the ends of lines too."""
    cases = {}
    image = floats(0, 1, 9, 11, 21)
    for size, stride, padding in [(1, 1, "VALID"), (3, 1, "SAME"), (3, 2, "VALID"), (5, 1, "SAME"), (5, 2, "SAME")]:
        seen, strides = windows(image, size, stride, padding), [1, stride, stride, 1]
        whole, single = floats(1, size, size, 21, 7), floats(2, size, size, 21, 1)
        cases[f"convolution {size} {stride} {padding}"] = Case(
            (image, whole),
            lambda tf, x, w, s=strides, p=padding: tf.nn.conv2d(x, w, s, p),
            np.einsum("nhwcij,ijco->nhwo", seen, whole),
            1e-4,
        )
        cases[f"depthwise {size} {stride} {padding}"] = Case(
            (image, single),
            lambda tf, x, w, s=strides, p=padding: tf.nn.depthwise_conv2d(x, w, s, p),
            np.einsum("nhwcij,ijc->nhwc", seen, single[..., 0]),
            1e-5,
        )
    cases["pooling"] = Case(
        (image,),
        lambda tf, x: tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "VALID"),
        windows(image, 3, 2, "VALID").max(axis=(4, 5)),
        0,
    )
    return cases


def winograd() -> dict[str, Case]:
    """3x3 convolutions and gradients by way of points, with lanes and tiles that are not full."""
    image, weights, dy = floats(0, 4, 9, 10, 20), floats(1, 3, 3, 20, 37), floats(2, 4, 9, 10, 37)
    attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
    wide, square = floats(3, 4, 9, 10, 40), floats(4, 3, 3, 40, 37)
    image[0, 2:8, 3:9] = wide[0, 2:8, 3:9] = 0

    def in_training(tf: Any, x: Any, w: Any) -> Any:
        y = tf.nn.conv2d(x, w, **attrs)
        return y + 0 * tf.reduce_max(tf.nn.conv2d_backprop_filter(x, square.shape, y, **attrs))

    seen, seen_back = windows(image, 3, 1, "SAME"), windows(dy, 3, 1, "SAME")
    return {
        "winograd": Case(
            (image,),
            lambda tf, x: tf.nn.conv2d(x, tf.constant(weights), **attrs),
            np.einsum("nhwcij,ijco->nhwo", seen, weights),
            1e-3,
        ),
        "winograd, in training": Case(
            (wide, square), in_training, np.einsum("nhwcij,ijco->nhwo", windows(wide, 3, 1, "SAME"), square), 1e-3
        ),
        "winograd, gradient for the input": Case(
            (weights, dy),
            lambda tf, w, dy: tf.nn.conv2d_backprop_input(image.shape, w, dy, **attrs),
            np.einsum("nhwoij,ijco->nhwc", seen_back, weights[::-1, ::-1]),
            1e-3,
        ),
        "winograd, gradient for the filter": Case(
            (image, dy),
            lambda tf, x, dy: tf.nn.conv2d_backprop_filter(x, weights.shape, dy, **attrs),
            np.einsum("nhwcij,nhwo->ijco", seen, dy),
            1e-3,
        ),
    }


def elementwise() -> dict[str, Case]:
    """Loops that LLVM turns into vector code: polynomials, selections, bits; calls of the C library."""
    x = np.concatenate([np.linspace(-95, 95, 1001), [0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 5e-324, 0.3]])
    x = x.astype(np.float32)
    wide = x.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        answers = {
            "exp": np.exp(wide),
            "tanh": np.tanh(wide),
            "erf": np.array([math.erf(value) for value in wide]),
            "log1p": np.log1p(wide),
            "sigmoid": 1 / (1 + np.exp(-wide)),
        }
        answers = {name: answer.astype(np.float32) for name, answer in answers.items()}
    cases = {}
    for name, answer in answers.items():
        scale = np.maximum(np.abs(answer), np.float32(1e-30))  # less may be 0
        cases[name] = Case((x,), lambda tf, x, name=name: getattr(tf.math, name)(x), answer, 1e-6, scale)
    rows = floats(3, 5, 77)
    powers = np.exp(rows.astype(np.float64))
    cases["softmax"] = Case((rows,), lambda tf, x: tf.nn.softmax(x), powers / powers.sum(axis=1, keepdims=True), 1e-6)
    cases["exp of float64"] = Case(
        (rows.astype(np.float64),), lambda tf, x: tf.exp(x), np.exp(rows.astype(np.float64)), 1e-15, powers
    )
    return cases


def cases_of(part: str) -> dict[str, Case]:
    """For tiles of six rows and vectors of 16 bytes, or for tiles of twelve rows and vectors of 64."""
    if part == "wide":
        return {
            **products(np.float32, (1, 2, 5, 11, 12, 13), 50, (1, 7, 16, 17, 31, 32, 33, 130)),
            **products(np.float32, (13,), 800, (33,)),
            **winograd(),
        }
    return {
        **products(np.float32, (1, 2, 3, 4, 5, 6, 7, 13), 50, (1, 7, 16, 71)),
        **products(np.float64, (1, 3, 6), 50, (1, 9)),
        **epilogues((1, 2, 3, 4, 5, 6, 13), 50, (1, 7, 16, 71)),
        **epilogues((9,), 800, (18,)),
        **convolutions(),
        **winograd(),
        **elementwise(),
    }


def values_of(cases: dict[str, Case]) -> dict[str, Array]:
    """Each in a session of its own."""
    import nbtf as tf

    values = {}
    for name, case in cases.items():
        with tf.Graph().as_default(), tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=1)) as session:
            places = [tf.placeholder(array.dtype, array.shape) for array in case.inputs]
            fetch = case.build(tf, *places)
            values[name] = session.run(fetch, dict(zip(places, case.inputs, strict=True)))
    return values


def check(case: Case, found: Array) -> None:
    assert found.dtype == case.inputs[0].dtype and found.shape == case.expected.shape
    with np.errstate(invalid="ignore"):
        error = np.abs(found - case.expected) / case.scale
    alike = (found == case.expected) | (np.isnan(found) & np.isnan(case.expected))
    assert float(np.max(error, where=~alike, initial=0)) <= case.tolerance
