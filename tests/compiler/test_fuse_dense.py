"""What follows a convolution or a product goes into it, only where nothing can tell; constant weights are packed once."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.session import Session
from nbtf.wire import schema
from nbtf.wire.tensor import make_tensor_proto

CHANNELS = 20
IMAGES = np.random.default_rng(1).standard_normal((2, 6, 7, CHANNELS), np.float32)


def constant(*shape: int) -> Tensor:
    array = np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)
    tensor: Tensor = apply_op("Const", value=make_tensor_proto(array), dtype=dtypes.float32)
    return tensor


def placeholder(*shape: int | None) -> Tensor:
    tensor: Tensor = apply_op("Placeholder", dtype=dtypes.float32, shape=shape)
    return tensor


def conv(x: Tensor, size: int = 3, **attrs: Any) -> Tensor:
    weights = apply_op("Identity", input=constant(size, size, CHANNELS, CHANNELS))
    tensor: Tensor = apply_op("Conv2D", input=x, filter=weights, strides=[1, 1, 1, 1], padding="SAME", **attrs)
    return tensor


def depthwise(x: Tensor) -> Tensor:
    weights = constant(3, 3, CHANNELS, 1)
    tensor: Tensor = apply_op("DepthwiseConv2dNative", input=x, filter=weights, strides=[1, 1, 1, 1], padding="SAME")
    return tensor


def biased(x: Tensor) -> Tensor:
    tensor: Tensor = apply_op("BiasAdd", value=x, bias=constant(CHANNELS))
    return tensor


def add(x: Tensor, y: Tensor) -> Tensor:
    tensor: Tensor = apply_op("AddV2", x=x, y=y)
    return tensor


def relu(x: Tensor, op: str = "Relu") -> Tensor:
    tensor: Tensor = apply_op(op, features=x)
    return tensor


def product(x: Tensor, **attrs: Any) -> Tensor:
    flat = apply_op(
        "Reshape", tensor=x, shape=apply_op("Const", value=make_tensor_proto([-1, CHANNELS]), dtype=dtypes.int32)
    )
    tensor: Tensor = apply_op("MatMul", a=flat, b=constant(CHANNELS, CHANNELS), **attrs)
    return tensor


def results(build: Callable[[Tensor], Any], value: Any = IMAGES, **session: Any) -> tuple[list[Any], list[str]]:
    """What the graph gives for the images, and the ops that ran."""
    graph = Graph()
    with graph.as_default():
        x = placeholder(None, *IMAGES.shape[1:])
        fetches = build(x)
        fetches = list(fetches) if isinstance(fetches, Sequence) else [fetches]
    with Session(graph=graph, **session) as running:
        found = running.run(fetches, {x: value})
        (executable,) = running._executables.values()
        ops = [i.node.op_type for i in executable.program.instructions if i.node is not None]
    return found, ops


CHAINS = {
    "bias": (lambda x: biased(conv(x)), ["_DenseConv2D"]),
    "relu": (lambda x: relu(conv(x)), ["_DenseConv2D"]),
    "bias and relu6": (lambda x: relu(biased(conv(x)), "Relu6"), ["_DenseConv2D"]),
    "vector added": (lambda x: relu(add(conv(x), constant(CHANNELS))), ["_DenseConv2D"]),
    "residual": (lambda x: relu(add(x, biased(conv(x)))), ["_DenseConv2D"]),
    "two branches": (lambda x: relu(add(biased(conv(x)), conv(x, 1))), ["_DenseConv2D", "_DenseConv2D"]),
    "depthwise": (lambda x: relu(biased(depthwise(x)), "Relu6"), ["_DenseDepthwiseConv2D"]),
    "product": (lambda x: relu(biased(product(x))), ["Reshape", "_DenseMatMul"]),
    "transposed product": (lambda x: biased(product(x, transpose_b=True)), ["Reshape", "_DenseMatMul"]),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_one_op_and_gives_the_same_bits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build, ops = CHAINS[name]
    fused, ran = results(build)
    assert [op for op in ran if op != "Reshape"] == [op for op in ops if op != "Reshape"]
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "fuse_dense,fuse_elementwise")
    plain, ran = results(build)
    assert ran != ops
    np.testing.assert_array_equal(fused[0], plain[0])
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "all")
    plain, ran = results(build)
    assert not [op for op in ran if op.startswith("_")]
    np.testing.assert_allclose(fused[0], plain[0], rtol=1e-5, atol=1e-4)


def between_is_fetched(x: Tensor) -> list[Tensor]:
    y = conv(x)
    return [y, relu(y)]


def between_is_read_twice(x: Tensor) -> Tensor:
    y = conv(x)
    return add(relu(y), apply_op("Tanh", x=y))


def something_waits(x: Tensor) -> list[Tensor]:
    y = conv(x)
    with y.graph.control_dependencies([y.op]):
        other = apply_op("Tanh", x=x)
    return [relu(y), other]


@pytest.mark.parametrize("build", [between_is_fetched, between_is_read_twice, something_waits])
def test_what_something_sees_stays(build: Callable[[Tensor], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "fuse_elementwise")
    _, ran = results(build)
    assert "Relu" in ran


def test_what_is_fed_stays() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(None, *IMAGES.shape[1:])
        y = conv(x)
        z = relu(biased(y))
    with Session(graph=graph) as session:
        fed = np.full_like(IMAGES, -1e6)
        assert not session.run(z, {y: fed}).any()


def test_batches_that_may_differ_broadcast() -> None:
    graph = Graph()
    with graph.as_default():
        x, other = placeholder(None, 6, 7, CHANNELS), placeholder(None, 6, 7, CHANNELS)
        y = conv(x)
        z = add(y, other)
    with Session(graph=graph) as session:
        one = IMAGES[:1]
        got = session.run(z, {x: one, other: IMAGES})
        np.testing.assert_allclose(got, session.run(y, {x: one}) + IMAGES, rtol=1e-6, atol=1e-6)


def test_a_nan_passes_the_clamp() -> None:
    images = IMAGES.copy()
    images[0, 3, 3, 0] = np.nan
    (y,), _ = results(lambda x: relu(biased(conv(x)), "Relu6"), images)
    assert np.isnan(y[0, 2:5, 2:5]).all() and np.isnan(y).sum() == 9 * CHANNELS


def test_a_config_turns_it_off() -> None:
    config = schema.ConfigProto()
    config.graph_options.rewrite_options.remapping = schema.RewriterConfig.OFF
    _, ran = results(lambda x: relu(conv(x)), config=config)
    assert ran[-1] == "Relu"
    config = schema.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    _, ran = results(lambda x: relu(conv(x)), config=config)
    assert ran == ["Conv2D", "Relu"]


def test_weights_are_packed_once_a_session() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(None, *IMAGES.shape[1:])
        y = conv(x)
        z = relu(apply_op("Tanh", x=y))
    with Session(graph=graph) as session:
        session.run(y, {x: IMAGES})
        (packed,) = session._resources.folded.arrays.values()
        session.run(z, {x: IMAGES})
        assert [packed] == list(session._resources.folded.arrays.values())
        assert packed.ctypes.data % 64 == 0


def test_refusals_name_the_op_of_the_graph() -> None:
    graph = Graph()
    with graph.as_default():
        x = placeholder(None, None, None, CHANNELS)
        weights = constant(3, 3, CHANNELS, CHANNELS)
        y = relu(apply_op("Conv2D", input=x, filter=weights, strides=[1, 1, 1, 1], padding="VALID", name="narrow"))
    with Session(graph=graph) as session, pytest.raises(Exception, match="Conv2D 'narrow': Negative dimension size"):
        session.run(y, {x: IMAGES[:, :2]})
