"""3x3 convolutions through Winograd's transform: near the plain ones, and for what is not finite just the same."""

from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire import schema
from nbtf.wire.tensor import make_tensor_proto


def constant(array: np.ndarray) -> Any:
    return apply_op("Const", value=make_tensor_proto(array), dtype=dtypes.float32)


def convolved(images: np.ndarray, filters: int, padding: str, config: Any = None) -> tuple[np.ndarray, list[str]]:
    """relu(conv + bias), and the ops that ran."""
    rng, channels = np.random.default_rng(filters), images.shape[-1]
    weights = rng.standard_normal((3, 3, channels, filters), np.float32) * (2 / 9 / channels) ** 0.5
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


SHAPES = [((1, 14, 14, 32), 32, "SAME"), ((2, 13, 15, 40), 37, "SAME"), ((1, 12, 17, 33), 64, "VALID")]


@pytest.mark.parametrize(("shape", "filters", "padding"), SHAPES, ids=str)
def test_error_is_bounded(shape: tuple[int, ...], filters: int, padding: str) -> None:
    images = np.random.default_rng(1).standard_normal(shape, np.float32)
    y, ran = convolved(images, filters, padding)
    plain, plainly = convolved(images, filters, padding, without_winograd())
    assert ran == ["_WinogradConv2D"] and plainly == ["_DenseConv2D"]
    assert np.abs(y - plain).max() <= 1e-5 * np.abs(plain).max()


@pytest.mark.parametrize("strange", [np.nan, np.inf, 3e38])
def test_what_is_not_finite_stays_where_it_belongs(strange: float) -> None:
    shape, filters, padding = SHAPES[0]
    images = np.random.default_rng(1).standard_normal(shape, np.float32)
    images[0, 5, 5, 3] = strange
    y, _ = convolved(images, filters, padding)
    plain, _ = convolved(images, filters, padding, without_winograd())
    np.testing.assert_array_equal(np.isfinite(y), np.isfinite(plain))
    scale = np.abs(plain[np.isfinite(plain)]).max()
    np.testing.assert_allclose(y, plain, rtol=1e-4, atol=1e-5 * scale)


def test_few_channels_and_small_images_do_without() -> None:
    for shape, filters in (((1, 14, 14, 16), 32), ((1, 14, 14, 32), 16), ((1, 7, 7, 32), 32)):
        _, ran = convolved(np.zeros(shape, np.float32), filters, "SAME")
        assert ran == ["_DenseConv2D"]
