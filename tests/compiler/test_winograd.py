"""3x3 convolutions and gradients by Winograd's points: near the plain ones, and not finite, or zero, just where those are."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.graph.raw_ops import raw
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


# ---- what is blank ---------------------------------------------------------------------------------------------------


def blank_in_parts(shape: tuple[int, ...]) -> np.ndarray:
    """Images with rectangles of 0 and of -0, some as wide as a window, along the borders and within; one pixel amidst them
    has a last channel that is not zero."""
    rng = np.random.default_rng(3)
    images = rng.standard_normal(shape, np.float32)
    for zero in (0.0, -0.0):
        for _ in range(6):
            top, left = rng.integers(-2, shape[1] - 2), rng.integers(-2, shape[2] - 2)
            height, width = rng.integers(2, 9, 2)
            images[:, max(top, 0) : top + height, max(left, 0) : left + width] = zero
    images[:, 3:, 5] *= rng.integers(0, 2, (1, shape[1] - 3, 1))
    images[-1] = 0
    images[-1, 6, 6, -1] = 1e-30
    return images


@pytest.mark.parametrize("padding", ["SAME", "VALID", [[0, 0], [2, 1], [0, 2], [0, 0]]], ids=str)
@pytest.mark.parametrize(("channels", "filters"), [(16, 16), (32, 37), (40, 33)])
@pytest.mark.parametrize("height", [13, 14, 15, 16])
@pytest.mark.parametrize("trains", [False, True])
def test_sums_of_what_is_blank_are_zero(height: int, channels: int, filters: int, padding: Any, trains: bool) -> None:
    """As training decides, by larger tiles or by smaller ones."""
    images, results = blank_in_parts((3, height, 15, channels)), []
    for config in (None, without_winograd()):
        rng = np.random.default_rng(5)
        with tf.Graph().as_default():
            x, w = tf.placeholder(tf.float32, images.shape), tf.placeholder(tf.float32, [3, 3, channels, filters])
            sums = tf.nn.conv2d(x, w, 1, padding)
            gate = raw.ReluGrad(tf.ones_like(sums), sums)
            addend = tf.placeholder(tf.float32, sums.shape)
            dw = tf.gradients(sums, w)[0] if trains else tf.no_op()
            bias = tf.constant(np.linspace(-1, 1, filters, dtype=np.float32))
            y = tf.nn.relu(tf.nn.bias_add(sums, bias) + tf.negative(addend))  # which it may be written over
            feeds = {value: rng.standard_normal(value.shape.as_list(), np.float32) for value in (w, addend)}
            feeds[x] = images
            with tf.Session(config=config) as session:
                results.append([*session.run([sums, gate, dw], feeds)[:2], session.run([y, dw], feeds)[0]])
    (ours, gate, y), (plain, plain_gate, plain_y) = results
    blank = (plain == 0).all(axis=-1)
    assert 0.1 < blank.mean() < 0.9
    np.testing.assert_array_equal((ours == 0).all(axis=-1), blank)
    assert not np.signbit(ours[blank]).any()
    np.testing.assert_array_equal(gate[blank], plain_gate[blank])
    np.testing.assert_array_equal(y[blank], plain_y[blank])
    assert np.abs(y - plain_y).max() <= BOUND * np.abs(plain).max()


# ---- gradients -------------------------------------------------------------------------------------------------------

TRAINED = ["_WinogradConv2D", "_WinogradConv2DBackpropInput", "_WinogradConv2DBackpropFilter"]


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
        w: given.get("w", rng.standard_normal(w.shape.as_list(), np.float32)),
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


@pytest.mark.parametrize("operand", ["x", "w", "dy"])
def test_training_by_what_is_not_finite(operand: str) -> None:
    shape, filters, padding = SHAPES[0]
    dims = (3, 3, 32, 32) if operand == "w" else shape  # channels and filters are as many
    value = np.random.default_rng(1).standard_normal(dims, np.float32)
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


# ---- filters that are no constants -----------------------------------------------------------------------------------


def losses(config: Any, steps: int = 6) -> list[float]:
    """Of some steps of training two convolutions by digits, as it were: blank all around."""
    rng = np.random.default_rng(0)
    images = np.zeros((8, 20, 20, 1), np.float32)
    images[:, 4:12, 5:13] = rng.random((8, 8, 8, 1), np.float32)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 20, 20, 1])
        w1, w2, w3 = (
            tf.Variable((rng.standard_normal(shape) * 0.2).astype(np.float32))
            for shape in [(3, 3, 1, 16), (3, 3, 16, 32), (3, 3, 32, 24)]
        )
        y = tf.nn.relu(tf.nn.conv2d(x, w1, 1, "SAME"))
        y = tf.nn.relu(tf.nn.conv2d(y, w2, 1, "SAME"))
        y = tf.nn.max_pool(y, 2, 2, "SAME")
        y = tf.nn.relu(tf.nn.conv2d(y, w3, 1, "SAME"))
        loss = tf.reduce_mean(tf.square(tf.reduce_sum(y, [1, 2]) / 20 - rng.random((8, 24), np.float32)))
        step = tf.train.GradientDescentOptimizer(0.02).minimize(loss)
        with tf.Session(config=config) as session:
            session.run(tf.global_variables_initializer())
            return [session.run([loss, step], {x: images})[0] for _ in range(steps)]


def test_training_goes_the_same_way() -> None:
    ours = losses(None)
    assert ours[-1] < 0.9 * ours[0]
    np.testing.assert_allclose(ours, losses(without_winograd()), rtol=1e-5)


def labels_of(session: Any, fetch: Any, feeds: Any) -> tuple[Any, list[str]]:
    """What a run gives, and what it ran, as often as it did."""
    options, metadata = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    result = session.run(fetch, feeds, options=options, run_metadata=metadata)
    return result, [node.timeline_label for device in metadata.step_stats.dev_stats for node in device.node_stats]


def five_times(config: Any) -> tuple[np.ndarray, list[str]]:
    """A convolution in a loop, by a filter from outside."""
    rng = np.random.default_rng(0)
    with tf.Graph().as_default():
        x, w = tf.placeholder(tf.float32, [1, 16, 16, 16]), tf.placeholder(tf.float32, [3, 3, 16, 16])
        y = tf.while_loop(lambda i, x: i < 5, lambda i, x: (i + 1, tf.nn.conv2d(x, w, 1, "SAME")), [0, x])[1]
        feeds = {value: rng.standard_normal(value.shape.as_list(), np.float32) / 12 for value in (x, w)}
        with tf.Session(config=config) as session:
            return labels_of(session, y, feeds)


def test_a_filter_is_transformed_before_the_loop() -> None:
    y, labels = five_times(None)
    assert sum("_TransformFilter(" in label for label in labels) == 1
    assert sum("_WinogradConv2D(" in label for label in labels) == 5
    np.testing.assert_allclose(y, five_times(without_winograd())[0], atol=1e-4)


def test_a_variable_is_transformed_after_what_the_convolution_waits_for() -> None:
    images = np.ones((1, 16, 16, 16), np.float32)
    with tf.Graph().as_default():
        w = tf.Variable(tf.ones([3, 3, 16, 16]), use_resource=False)
        read = tf.identity(w)
        with tf.control_dependencies([tf.assign_add(w, w)]):
            y = tf.nn.conv2d(images, read, 1, "SAME")
        x = tf.constant(images) * tf.reduce_mean(tf.assign_add(w, w))
        z = tf.nn.conv2d(x, read, 1, "SAME")
        with tf.Session() as session:
            for fetch in (y, z):
                session.run(tf.global_variables_initializer())
                result, labels = labels_of(session, fetch, {})
                assert any("_WinogradConv2D(" in label for label in labels)
                scale = 2 if fetch is y else 4
                np.testing.assert_allclose(result[0, 5, 5], np.full(16, 144 * scale), rtol=1e-5)


def test_a_variable_may_get_other_dims() -> None:
    images = np.ones((1, 16, 16, 16), np.float32)
    with tf.Graph().as_default():
        w = tf.Variable(tf.ones([3, 3, 16, 16]), use_resource=False)
        y = tf.nn.conv2d(images, w, 1, "SAME")
        change = tf.assign(w, tf.ones([5, 5, 16, 20]), validate_shape=False)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run(y)[0, 5, 5, 0] == 144
            session.run(change)
            np.testing.assert_array_equal(session.run(y)[0, 5, 5], np.full(20, 400))


def test_dims_that_no_program_was_made_for_are_refused() -> None:
    images = np.ones((1, 16, 16, 16), np.float32)
    with tf.Graph().as_default():
        w = tf.Variable(tf.ones([3, 3, 16, 16]), use_resource=False)
        y = tf.nn.conv2d(images, w, 1, "SAME")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(y)
            session.run(tf.assign(w, tf.ones([3, 3, 16, 20]), validate_shape=False))
            with pytest.raises(errors.InvalidArgumentError, match=r"other dims than those of its variable"):
                session.run(y)


@pytest.mark.parametrize(
    ("shape", "filters", "suits"),
    [
        ((4, 8, 8, 16), 16, True),
        ((3, 8, 8, 16), 16, False),
        ((None, 8, 8, 16), 16, False),  # one image, where nothing is trained
        ((1, 24, 20, 128), 128, False),
        ((1, 24, 24, 128), 128, True),
    ],
)
def test_filters_that_are_no_constants_need_some_tiles(shape: Any, filters: int, suits: bool) -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, shape)
        w = tf.placeholder(tf.float32, [3, 3, shape[3], filters])
        y = tf.nn.conv2d(x, w, 1, "SAME")
        with tf.Session() as session:
            feeds = {x: np.zeros([dim or 1 for dim in shape], np.float32), w: np.zeros(w.shape.as_list(), np.float32)}
            _, labels = labels_of(session, y, feeds)
    assert any("_WinogradConv2D(" in label for label in labels) == suits
