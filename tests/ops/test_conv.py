"""Convolutions over images and volumes, dense, grouped and depthwise, and their gradients."""

from typing import Any

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op
from ops.windows import as_grouped, conv, conv_filter_gradient, conv_input_gradient

from nbtf.errors import UnimplementedError

INTS = np.int32
ONES, PLANE = [1, 1, 1, 1], [1, 1]


def ramp(*shape: int) -> np.ndarray:
    """Small numbers without a pattern, exact in every dtype."""
    size = int(np.prod(shape))
    return ((np.arange(size) * 7 % 11 - 5) / 4).astype(np.float32).reshape(shape)


X, F = ramp(2, 5, 6, 6), ramp(3, 2, 6, 4)
Y = conv(X, F, [2, 1], "SAME")
D, DY = ramp(3, 3, 6, 2), ramp(2, 5, 6, 12)
V, W = ramp(1, 3, 4, 5, 2), ramp(2, 3, 2, 2, 3)
EXPLICIT = {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 2, 0, 1, 3, 0, 0]}
GIVEN = ((2, 0), (1, 3))
FLOAT = ["float32"]

ROWS = [
    Row(
        "Conv2D",
        [X * 4, F * 4],
        lambda x, f: conv(x, f, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
    ),
    Row(
        "Conv2D",
        [X, F],
        lambda x, f: conv(x, f, PLANE, "VALID", [1, 2]),
        {"strides": ONES, "padding": "VALID", "dilations": [1, 1, 2, 1]},
        only=FLOAT,
        label="dilated",
    ),
    Row(
        "Conv2D",
        [X, F],
        lambda x, f: conv(x, f, PLANE, GIVEN),
        {"strides": ONES, **EXPLICIT},
        only=FLOAT,
        label="explicit",
    ),
    Row("Conv2D", [X[:0], F], np.zeros((0, 5, 6, 4)), {"strides": ONES, "padding": "SAME"}, only=FLOAT, label="empty"),
    Row(
        "Conv2D",
        [X, F[..., :0]],
        np.zeros((2, 5, 6, 0)),
        {"strides": ONES, "padding": "SAME"},
        only=FLOAT,
        label="no_filters",
    ),
    Row(
        "Conv2DBackpropInput",
        [INTS([2, 5, 6, 6]), F * 4, Y * 4],
        lambda sizes, f, dy: conv_input_gradient(sizes, f, dy, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        rtol=1e-4,
    ),
    Row(
        "Conv2DBackpropInput",
        [INTS([5, 6]), F, Y],
        lambda sizes, f, dy: conv_input_gradient((2, 5, 6, 6), f, dy, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        only=FLOAT,
        label="two_sizes",
    ),
    Row(
        "Conv2DBackpropFilter",
        [X, INTS([3, 2, 6, 4]), Y],
        lambda x, sizes, dy: conv_filter_gradient(x, sizes, dy, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        rtol=1e-4,
    ),
    Row(
        "Conv2DBackpropFilter",
        [X[:0], INTS([3, 2, 6, 4]), Y[:0]],
        np.zeros((3, 2, 6, 4)),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        only=FLOAT,
        label="empty",
    ),
    Row(
        "Conv2DBackpropInputV2",
        [X, F, Y],
        lambda x, f, dy: conv_input_gradient(x.shape, f, dy, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        only=FLOAT,
        vary=None,
    ),
    Row(
        "Conv2DBackpropFilterV2",
        [X, F, Y],
        lambda x, f, dy: conv_filter_gradient(x, f.shape, dy, [2, 1], "SAME"),
        {"strides": [1, 2, 1, 1], "padding": "SAME"},
        only=FLOAT,
        vary=None,
        rtol=1e-4,
    ),
    Row(
        "DepthwiseConv2dNative",
        [X, D],
        lambda x, f: conv(x, as_grouped(f), [2, 2], "SAME"),
        {"strides": [1, 2, 2, 1], "padding": "SAME"},
    ),
    Row(
        "DepthwiseConv2dNative",
        [X, D[..., :1]],
        lambda x, f: conv(x, as_grouped(f), PLANE, GIVEN),
        {"strides": ONES, **EXPLICIT},
        only=FLOAT,
        label="explicit",
    ),
    Row(
        "DepthwiseConv2dNativeBackpropInput",
        [INTS([2, 5, 6, 6]), D, DY],
        lambda sizes, f, dy: conv_input_gradient(sizes, _scattered(f), dy, PLANE, "SAME"),
        {"strides": ONES, "padding": "SAME"},
    ),
    Row(
        "DepthwiseConv2dNativeBackpropFilter",
        [X, INTS([3, 3, 6, 2]), DY],
        lambda x, sizes, dy: _gathered(conv_filter_gradient(x, (3, 3, 6, 12), dy, PLANE, "SAME")),
        {"strides": ONES, "padding": "SAME"},
        rtol=1e-4,
    ),
    Row(
        "Conv3D",
        [V, W],
        lambda x, f: conv(x, f, [1, 2, 1], "SAME"),
        {"strides": [1, 1, 2, 1, 1], "padding": "SAME"},
    ),
    Row(
        "Conv3DBackpropInputV2",
        [INTS(V.shape), W, conv(V, W, [1, 2, 1], "SAME")],
        lambda sizes, f, dy: conv_input_gradient(sizes, f, dy, [1, 2, 1], "SAME"),
        {"strides": [1, 1, 2, 1, 1], "padding": "SAME"},
    ),
    Row(
        "Conv3DBackpropFilterV2",
        [V, INTS(W.shape), conv(V, W, [1, 1, 1], "VALID")],
        lambda x, sizes, dy: conv_filter_gradient(x, sizes, dy, [1, 1, 1], "VALID"),
        {"strides": [1] * 5, "padding": "VALID"},
    ),
]


def _scattered(f: np.ndarray) -> np.ndarray:
    """A depthwise filter as a dense one, zero between channels."""
    dense = np.zeros((*f.shape[:-2], f.shape[-2], f.shape[-2] * f.shape[-1]), f.dtype)
    for c in range(f.shape[-2]):
        dense[..., c, c * f.shape[-1] : (c + 1) * f.shape[-1]] = f[..., c, :]
    return dense


def _gathered(dense: np.ndarray) -> np.ndarray:
    count = dense.shape[-1] // dense.shape[-2]
    return np.stack([dense[..., c, c * count : (c + 1) * count] for c in range(dense.shape[-2])], -2)


SAME = {"strides": ONES, "padding": "SAME"}
BAD = [
    Bad("Conv2D", [X, ramp(3, 3, 4, 4)], "Depth of input .6. is not a multiple of input depth of filter .4.", SAME),
    Bad("Conv2D", [X, ramp(3, 3, 2, 4)], "Depth of output .4. is not a multiple of the number of groups .3.", SAME),
    Bad("Conv2D", [X[0], F], "must be rank 4 but is rank 3", SAME),
    Bad("Conv2D", [X, ramp(7, 3, 6, 4)], "subtracting 7 from 5", {"strides": ONES, "padding": "VALID"}),
    Bad("Conv2D", [X, F], "Stride must be > 0, but got 0", {"strides": [1, 0, 1, 1], "padding": "SAME"}),
    Bad(
        "Conv2D", [X, F], "stride attribute to contain 4 values, but got: 3", {"strides": [1, 1, 1], "padding": "SAME"}
    ),
    Bad("Conv2D", [X, F], "Dilation rate must be >= 1, but got -2", {**SAME, "dilations": [1, -2, 1, 1]}),
    Bad(
        "Conv2D",
        [X, F],
        "must contain 8 values, but got: 2",
        {**SAME, "padding": "EXPLICIT", "explicit_paddings": [1, 1]},
    ),
    Bad(
        "Conv2D", [X, F], "strides in the batch and depth", {"strides": [2, 1, 1, 1], "padding": "SAME"}, at_build=False
    ),
    Bad("Conv2D", [X, F], "too large", {**SAME, "dilations": [1, 1 << 40, 1, 1]}),
    Bad(
        "Conv2DBackpropInput", [INTS([2, 4, 6, 6]), F, Y], "actual = 3, computed = 2", {**SAME, "strides": [1, 2, 1, 1]}
    ),
    Bad("Conv2DBackpropInput", [INTS([2, 5, 6]), F, Y], "4 values or 2 values, but got: 3", SAME),
    Bad(
        "Conv2DBackpropInput",
        [INTS([2, 5, 6, 6]), ramp(3, 3, 3, 4), ramp(2, 5, 6, 4)],
        "Gradients for grouped convolutions are not supported on CPU",
        SAME,
        at_build=False,
    ),
    Bad("Conv2DBackpropFilter", [X, INTS([3, 2, 6, 5]), Y], "must have the same out_depth", SAME),
    Bad("DepthwiseConv2dNative", [X, ramp(3, 3, 5, 2)], "Dimensions must be equal, but are 6 and 5", SAME),
    Bad(
        "DepthwiseConv2dNative",
        [X, D],
        "equal length strides",
        {"strides": [1, 1, 2, 1], "padding": "SAME"},
        at_build=False,
    ),
    Bad("DepthwiseConv2dNativeBackpropInput", [INTS([2, 5, 7, 6]), D, DY], "actual = 6, computed = 7", SAME),
    Bad(
        "Conv3D",
        [V, ramp(2, 2, 2, 1, 3)],
        "must match last dimension",
        {"strides": [1] * 5, "padding": "SAME"},
        at_build=False,
    ),
    Bad("Conv3DBackpropInputV2", [INTS([1, 4, 4, 5, 2]), W, V], "actual = ", {"strides": [1] * 5, "padding": "SAME"}),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


# images, window, input channels, output channels, strides, dilations, padding: whole tiles, tails, single pixels
GEOMETRIES = [
    ((2, 7, 9), (3, 3), 1, 1, [1, 1], [1, 1], "SAME"),
    ((1, 9, 11), (5, 2), 3, 17, [2, 2], [1, 1], "SAME"),
    ((1, 12, 31), (7, 7), 3, 64, [2, 2], [1, 1], "SAME"),
    ((1, 3, 2), (7, 7), 5, 8, [1, 1], [1, 1], "SAME"),
    ((2, 30, 30), (3, 3), 1, 32, [1, 1], [1, 1], "SAME"),
    ((3, 10, 7), (3, 3), 4, 48, [1, 1], [1, 1], GIVEN),
    ((2, 11, 12), (3, 2), 2, 100, [3, 4], [1, 1], "VALID"),
    ((2, 8, 8), (2, 3), 5, 33, [3, 1], [1, 1], "VALID"),
    ((1, 13, 13), (3, 3), 17, 5, [1, 1], [2, 3], "SAME"),
    ((1, 13, 13), (3, 3), 3, 20, [2, 1], [1, 2], "VALID"),
    ((2, 10, 7), (3, 3), 64, 17, [1, 1], [1, 1], GIVEN),
    ((1, 30, 30), (3, 3), 16, 24, [1, 1], [1, 1], "SAME"),
    ((3, 7, 7), (1, 1), 300, 30, [1, 1], [1, 1], "VALID"),
    ((1, 7, 7), (1, 1), 64, 64, [2, 2], [1, 1], "SAME"),
    ((1, 5, 6), (3, 3), 130, 64, [1, 1], [1, 1], "SAME"),
]
NAMES = ["-".join(map(str, ("x".join(map(str, g[0])), *g[2:4], g[6]))) for g in GEOMETRIES]


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)


def attributes(strides: list[int], padding: Any, dilations: list[int] | None = None) -> dict[str, Any]:
    attrs: dict[str, Any] = {"strides": [1, *strides, 1], "padding": padding}
    if not isinstance(padding, str):
        attrs |= {"padding": "EXPLICIT", "explicit_paddings": [0, 0, *padding[0], *padding[1], 0, 0]}
    if dilations:
        attrs["dilations"] = [1, *dilations, 1]
    return attrs


def assert_close(result: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(result, wanted, rtol=0, atol=3e-5 * max(np.abs(wanted).max(initial=0), 1))


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=NAMES)
def test_geometries(geometry: Any) -> None:
    images, window, channels, filters, strides, dilations, padding = geometry
    x, f = random(*images, channels), random(*window, channels, filters)
    y = conv(x, f, strides, padding, dilations)
    (result,), _ = run_op("Conv2D", [x, f], attributes(strides, padding, dilations), known=False)
    assert_close(result, y)
    if dilations == [1, 1]:
        dy, attrs = random(*y.shape), attributes(strides, padding)
        (result,), _ = run_op("Conv2DBackpropInput", [INTS(x.shape), f, dy], attrs, known=False)
        assert_close(result, conv_input_gradient(x.shape, f, dy, strides, padding))
        (result,), _ = run_op("Conv2DBackpropFilter", [x, INTS(f.shape), dy], attrs, known=False)
        assert_close(result, conv_filter_gradient(x, f.shape, dy, strides, padding))


def test_padding_meets_gradients_that_are_not_finite() -> None:
    """As in TensorFlow, where the image has few channels: zeros times Inf."""
    dy = np.ones((1, 6, 6, 3), np.float32)
    dy[0, 0, 0, 1] = np.inf
    inputs = [np.ones((1, 6, 6, 1), np.float32), INTS([3, 3, 1, 3]), dy]
    (result,), _ = run_op("Conv2DBackpropFilter", inputs, attributes([1, 1], "SAME"), known=False)
    wanted = np.float32([[np.nan, np.nan, np.nan], [np.nan, np.inf, np.inf], [np.nan, np.inf, np.inf]])
    np.testing.assert_array_equal(result[:, :, 0, 1], wanted)
    assert np.isfinite(result[:, :, 0, ::2]).all()


@pytest.mark.parametrize("channels", [1, 3, 5, 17, 64])
@pytest.mark.parametrize(("stride", "padding"), [(1, "SAME"), (2, "SAME"), (3, "VALID"), (1, GIVEN)])
@pytest.mark.parametrize(("width", "window"), [(21, (3, 5)), (21, (5, 3)), (9, (3, 3)), (5, (2, 3)), (22, (1, 7))])
def test_depthwise_geometries(channels: int, stride: int, padding: Any, width: int, window: tuple[int, int]) -> None:
    """Tiles, runs of positions, ends of lines, channels that fill no vector."""
    x, f = random(2, 6, width, channels), random(*window, channels, 1)
    attrs = attributes([stride, stride], padding)
    y = conv(x, as_grouped(f), [stride, stride], padding)
    (result,), _ = run_op("DepthwiseConv2dNative", [x, f], attrs, known=False)
    assert_close(result, y)
    dy, steps = random(*y.shape), [stride, stride]
    (result,), _ = run_op("DepthwiseConv2dNativeBackpropInput", [INTS(x.shape), f, dy], attrs, known=False)
    assert_close(result, conv_input_gradient(x.shape, _scattered(f), dy, steps, padding))
    (result,), _ = run_op("DepthwiseConv2dNativeBackpropFilter", [x, INTS(f.shape), dy], attrs, known=False)
    dense = conv_filter_gradient(x, (*window, channels, channels), dy, steps, padding)
    assert_close(result, _gathered(dense))


def test_a_nan_reaches_every_window_that_sees_it_and_no_other() -> None:
    x, f = random(1, 12, 12, 17), random(3, 3, 17, 20)
    x[0, 5, 5, 3] = np.nan
    (y,), _ = run_op("Conv2D", [x, f], SAME, known=False)
    seen = np.isnan(y).all(-1)[0]
    assert seen[4:7, 4:7].all() and seen.sum() == 9 and np.isnan(y).sum() == 9 * 20


def test_groups() -> None:
    """Three groups of two channels, each with two filters."""
    f = ramp(3, 2, 2, 6)
    for known in (True, False):
        (y,), _ = run_op("Conv2D", [X, f], SAME, known=known)
        np.testing.assert_allclose(y, conv(X, f, PLANE, "SAME"), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("op", ["Conv2D", "DepthwiseConv2dNative"])
def test_channels_first_are_unimplemented(op: str) -> None:
    """TensorFlow infers the shape, and its CPU kernels refuse to run."""
    f = ramp(2, 2, 5, 2)
    with pytest.raises(UnimplementedError, match="NHWC"):
        run_op(op, [X, f], {**SAME, "data_format": "NCHW"}, known=True)
