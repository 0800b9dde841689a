"""3x3 convolutions and gradients by Winograd's points: near the plain ones, and not finite just where those are not."""

from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire import schema
from nbtf.wire.tensor import make_tensor_proto


def constant(array: np.ndarray) -> Any:
    return apply_op("Const", value=make_tensor_proto(array), dtype=dtypes.float32)


def convolved(
    images: np.ndarray, filters: int, padding: str, config: Any = None, odd_weight: float | None = None
) -> tuple[np.ndarray, list[str]]:
    """relu(conv + bias), and the ops that ran; odd_weight: two elements of the filter."""
    rng, channels = np.random.default_rng(filters), images.shape[-1]
    weights = rng.standard_normal((3, 3, channels, filters), np.float32) * (2 / 9 / channels) ** 0.5
    if odd_weight is not None:
        weights[0, 0, 3, 5] = weights[1, 1, 7, -1] = odd_weight
    graph = Graph()
    with graph.as_default():
        x = apply_op("Placeholder", dtype=dtypes.float32, shape=[None, *images.shape[1:]])
        y = apply_op("Conv2D", input=x, filter=constant(weights), strides=[1, 1, 1, 1], padding=padding)
        y = apply_op("BiasAdd", value=y, bias=constant(rng.standard_normal(filters, np.float32)))
        y = apply_op("Relu", features=y)
    with Session(graph=graph, config=config) as session:
        result = session.run(y, {x: images})
        (executable,) = session._executables.values()
        return result, [i.node.op_type for i in executable.program.instructions if i.node is not None]


def without_winograd() -> Any:
    config = schema.ConfigProto()
    config.graph_options.rewrite_options.custom_optimizers.add(name="winograd").parameter_map["enable"].b = False
    return config


BOUND = 2e-5  # of the largest
SHAPES = [((1, 14, 14, 32), 32, "SAME"), ((2, 13, 15, 40), 37, "SAME"), ((1, 12, 17, 33), 64, "VALID")]


@pytest.mark.parametrize(("shape", "filters", "padding"), SHAPES, ids=str)
def test_error_is_bounded(shape: tuple[int, ...], filters: int, padding: str) -> None:
    images = np.random.default_rng(1).standard_normal(shape, np.float32)
    y, ran = convolved(images, filters, padding)
    plain, plainly = convolved(images, filters, padding, without_winograd())
    assert ran == ["_WinogradConv2D"] and plainly == ["_DenseConv2D"]
    assert np.abs(y - plain).max() <= BOUND * np.abs(plain).max()


@pytest.mark.parametrize(("strange", "case"), list(zip([np.nan, np.inf, 3e38], SHAPES, strict=True)), ids=str)
def test_what_is_not_finite_stays_where_it_belongs(strange: float, case: tuple[tuple[int, ...], int, str]) -> None:
    shape, filters, padding = case
    images = np.random.default_rng(1).standard_normal(shape, np.float32)
    images[0, 5, 5, 3] = strange
    y, _ = convolved(images, filters, padding)
    plain, _ = convolved(images, filters, padding, without_winograd())
    np.testing.assert_array_equal(np.isfinite(y), np.isfinite(plain))
    scale = np.abs(plain[np.isfinite(plain)]).max()
    np.testing.assert_allclose(y, plain, rtol=1e-4, atol=1e-5 * scale)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_in_a_filter_stays_where_it_belongs(strange: float) -> None:
    images = np.random.default_rng(1).standard_normal((2, 13, 15, 40), np.float32)
    y, ran = convolved(images, 37, "SAME", odd_weight=strange)
    plain, _ = convolved(images, 37, "SAME", without_winograd(), odd_weight=strange)
    assert ran == ["_WinogradConv2D"]
    np.testing.assert_array_equal(np.isfinite(y), np.isfinite(plain))
    np.testing.assert_allclose(y, plain, rtol=1e-4, atol=1e-5 * plain[..., :5].max())


def test_few_channels_and_small_images_do_without() -> None:
    for shape, filters in (((1, 14, 14, 15), 32), ((1, 14, 14, 32), 15), ((1, 7, 7, 32), 32), ((1, 12, 12, 128), 128)):
        _, ran = convolved(np.zeros(shape, np.float32), filters, "SAME")
        assert ran == ["_DenseConv2D"]


# ---- gradients -------------------------------------------------------------------------------------------------------

TRAINED = ["Conv2D", "_WinogradConv2DBackpropInput", "_WinogradConv2DBackpropFilter"]


def trained(
    shape: tuple[int, ...], filters: int, padding: str, config: Any, **given: Any
) -> tuple[list[Any], list[str]]:
    """A convolution by a fed filter, both its gradients, and the convolutions that ran; `given` replaces operands."""
    rng, graph = np.random.default_rng(2), Graph()
    with graph.as_default():
        x = apply_op("Placeholder", dtype=dtypes.float32, shape=[None, *shape[1:]])
        w = apply_op("Placeholder", dtype=dtypes.float32, shape=[3, 3, shape[3], filters])
        attrs = {"strides": [1, 1, 1, 1], "padding": padding}
        y = apply_op("Conv2D", input=x, filter=w, **attrs)
        dy = apply_op("Placeholder", dtype=dtypes.float32, shape=y.shape)
        x_shape, w_shape = apply_op("Shape", input=x), apply_op("Shape", input=w)
        dx = apply_op("Conv2DBackpropInput", input_sizes=x_shape, filter=w, out_backprop=dy, **attrs)
        dw = apply_op("Conv2DBackpropFilter", input=x, filter_sizes=w_shape, out_backprop=dy, **attrs)
    dims = [shape[0], *y.shape.as_list()[1:]]
    feeds = {
        x: given.get("x", rng.standard_normal(shape, np.float32)),
        w: rng.standard_normal(w.shape.as_list(), np.float32),
        dy: given.get("dy", rng.standard_normal(dims, np.float32)),
    }
    with Session(graph=graph, config=config) as session:
        results = session.run([y, dx, dw], feeds)
        (executable,) = session._executables.values()
        ran = [i.node.op_type for i in executable.program.instructions if i.node is not None]
        return results, [op for op in ran if "Conv" in op]


def two_threads() -> Any:
    return schema.ConfigProto(intra_op_parallelism_threads=2)


@pytest.mark.parametrize(("shape", "filters", "padding"), SHAPES, ids=str)
def test_error_in_training_is_bounded(shape: tuple[int, ...], filters: int, padding: str) -> None:
    results, ran = trained(shape, filters, padding, None)
    assert ran == TRAINED
    for result, plain in zip(results, trained(shape, filters, padding, without_winograd())[0], strict=True):
        assert np.abs(result - plain).max() <= BOUND * np.abs(plain).max()


def test_threads_change_nothing() -> None:
    shape = (64, 14, 14, 40)  # enough for kernels to be shared out
    results, ran = trained(shape, 70, "SAME", two_threads())
    assert ran == TRAINED
    for result, alone in zip(results, trained(shape, 70, "SAME", None)[0], strict=True):
        np.testing.assert_array_equal(result, alone)


@pytest.mark.parametrize("operand", ["x", "dy"])
def test_gradients_of_what_is_not_finite(operand: str) -> None:
    shape, filters, padding = SHAPES[0]
    value = np.random.default_rng(1).standard_normal(shape, np.float32)  # channels and filters are as many
    value[0, 0, 0, 3] = np.inf
    results, _ = trained(shape, filters, padding, None, **{operand: value})
    for result, plain in zip(
        results, trained(shape, filters, padding, without_winograd(), **{operand: value})[0], strict=True
    ):
        np.testing.assert_array_equal(np.isfinite(result), np.isfinite(plain))
        finite = np.isfinite(plain)
        np.testing.assert_allclose(result[finite], plain[finite], rtol=1e-4, atol=BOUND * np.abs(plain[finite]).max())


def test_gradients_of_an_empty_batch() -> None:
    results, ran = trained((0, 14, 14, 32), 32, "SAME", None)
    assert ran == TRAINED
    assert results[0].shape == results[1].shape == (0, 14, 14, 32)
    assert results[2].shape == (3, 3, 32, 32) and not results[2].any()


@pytest.mark.parametrize("sizes", [(2, 15, 14, 32), (2, 14, 14, 31), (3, 14, 14, 32)])
def test_sizes_that_do_not_fit_are_refused(sizes: tuple[int, ...]) -> None:
    graph = Graph()
    with graph.as_default():
        given = apply_op("Placeholder", dtype=dtypes.int32, shape=[4])
        dy = apply_op("Placeholder", dtype=dtypes.float32, shape=[None, 14, 14, 32])
        w = apply_op("Placeholder", dtype=dtypes.float32, shape=[3, 3, 32, 32])
        attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
        dx = apply_op("Conv2DBackpropInput", input_sizes=given, filter=w, out_backprop=dy, **attrs)
        dx.set_shape([None, 14, 14, 32])
    with Session(graph=graph) as session, pytest.raises(errors.InvalidArgumentError, match="Conv2DBackpropInput"):
        session.run(
            dx, {given: sizes, dy: np.zeros((2, 14, 14, 32), np.float32), w: np.zeros((3, 3, 32, 32), np.float32)}
        )


@pytest.mark.parametrize(("shape", "suits"), [((4, 8, 8, 16), True), ((3, 8, 8, 16), False), ((32, 5, 5, 16), False)])
def test_gradients_need_some_tiles(shape: tuple[int, ...], suits: bool) -> None:
    graph = Graph()
    with graph.as_default():
        x = apply_op("Placeholder", dtype=dtypes.float32, shape=shape)
        sizes = apply_op("Const", value=make_tensor_proto([3, 3, 16, 16]), dtype=dtypes.int32)
        attrs = {"strides": [1, 1, 1, 1], "padding": "SAME"}
        dw = apply_op("Conv2DBackpropFilter", input=x, filter_sizes=sizes, out_backprop=x, **attrs)
    with Session(graph=graph) as session:
        session.run(dw, {x: np.zeros(shape, np.float32)})
        (executable,) = session._executables.values()
        ran = [i.node.op_type for i in executable.program.instructions if i.node is not None]
    assert ran == ["_WinogradConv2DBackpropFilter" if suits else "Conv2DBackpropFilter"]
