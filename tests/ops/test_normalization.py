"""Batch normalization in all its forms, and local response normalization."""

from typing import Any

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

import nbtf as tf
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire import schema
from nbtf.wire.tensor import make_tensor_proto

X = ((np.arange(2 * 3 * 4 * 5) * 37 % 101) / 25 - 2).astype(np.float32).reshape(2, 3, 4, 5)
DY = ((np.arange(2 * 3 * 4 * 5) * 29 % 97) / 25 - 2).astype(np.float32).reshape(2, 3, 4, 5)
SCALE, OFFSET = np.float32([1, 2, 0.5, -1, 3]), np.float32([0, 1, -1, 0.5, 2])
MEAN, VARIANCE = np.float32([0.5, -0.5, 0, 1, 0.25]), np.float32([1, 2, 0.5, 3, 1])
NONE = np.zeros(0, np.float32)
FIRST = {"data_format": "NCHW"}
EPSILON = 1e-4


def first(x: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


def normalized(x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> Any:
    return (x - mean) / np.sqrt(variance + EPSILON) * scale + offset


def inferred(x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> tuple[Any, ...]:
    return (normalized(x, scale, offset, mean, variance), mean, variance, mean, variance)


def trained(x: Any, scale: Any, offset: Any, mean: Any, variance: Any, fresh: float = 1) -> tuple[Any, ...]:
    axes = tuple(range(x.ndim - 1))
    m, v = x.mean(axes, dtype=np.float64), x.var(axes, dtype=np.float64)
    count = x.size // x.shape[-1]
    unbiased = v * count / (count - 1)
    moving = (
        (m, unbiased) if fresh == 1 else ((1 - fresh) * mean + fresh * m, (1 - fresh) * variance + fresh * unbiased)
    )
    return (normalized(x, scale, offset, m, v), *moving, m, v)


def gradients(dy: Any, x: Any, scale: Any, mean: Any, variance: Any, training: bool = True) -> tuple[Any, ...]:
    axes = tuple(range(x.ndim - 1))
    root = np.sqrt(variance + np.float64(EPSILON))
    scaled = (x - mean) / root
    d_offset, d_scale = dy.sum(axes, dtype=np.float64), (dy * scaled).sum(axes, dtype=np.float64)
    count = x.size // x.shape[-1]
    dx = dy - (d_offset + scaled * d_scale) / count if training else dy
    return (dx * scale / root, d_scale, d_offset, NONE, NONE)


def moved(outputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return (first(outputs[0]), *outputs[1:])


def with_scalar(outputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*outputs, 0)


GIVEN = [X, SCALE, OFFSET, MEAN, VARIANCE]
MOMENTS = [X.mean((0, 1, 2)), X.var((0, 1, 2))]
FLOAT = ["float32"]

ROWS = [
    Row("FusedBatchNorm", GIVEN, inferred, {"is_training": False}),
    Row("FusedBatchNorm", [*GIVEN[:3], NONE, NONE], trained, label="training"),
    Row("FusedBatchNormV2", GIVEN, inferred, {"is_training": False}, rtol=1e-4, atol=1e-4),
    Row(
        "FusedBatchNormV2",
        GIVEN,
        lambda *a: trained(*a, fresh=0.25),
        {"exponential_avg_factor": 0.25},
        only=FLOAT,
        label="moving",
    ),
    Row(
        "FusedBatchNormV3",
        [first(X), *GIVEN[1:]],
        lambda x, *rest: with_scalar(moved(inferred(np.moveaxis(x, 1, -1), *rest))),
        {"is_training": False, **FIRST},
        only=FLOAT,
        label="channels_first",
    ),
    Row(
        "FusedBatchNormV3",
        [first(X), *GIVEN[1:3], NONE, NONE],
        lambda x, *rest: with_scalar(moved(trained(np.moveaxis(x, 1, -1), *rest))),
        FIRST,
        only=FLOAT,
        label="channels_first_training",
    ),
    Row("FusedBatchNormV3", GIVEN, lambda *a: with_scalar(inferred(*a)), {"is_training": False}, rtol=1e-2, atol=1e-2),
    Row(
        "FusedBatchNormV3",
        [X[None], *GIVEN[1:]],
        lambda *a: with_scalar(trained(*a)),
        {"data_format": "NDHWC"},
        only=FLOAT,
        label="volume",
    ),
    Row("FusedBatchNormGrad", [DY, X, SCALE, *MOMENTS], gradients, rtol=1e-4, atol=1e-4),
    Row("FusedBatchNormGradV2", [DY, X, SCALE, *MOMENTS], gradients, only=FLOAT, rtol=1e-4, atol=1e-4),
    Row(
        "FusedBatchNormGradV3",
        [first(DY), first(X), SCALE, *MOMENTS, NONE],
        lambda dy, x, s, m, v, _: moved(gradients(np.moveaxis(dy, 1, -1), np.moveaxis(x, 1, -1), s, m, v)),
        FIRST,
        only=FLOAT,
        label="channels_first",
        rtol=1e-4,
        atol=1e-4,
    ),
    Row(
        "FusedBatchNormGradV3",
        [DY, X, SCALE, MEAN, VARIANCE, NONE],
        lambda dy, x, s, m, v, _: gradients(dy, x, s, m, v, training=False),
        {"is_training": False},
        only=FLOAT,
        rtol=1e-4,
        atol=1e-4,
    ),
]


def response(x: np.ndarray, radius: int = 2, bias: float = 1.5, alpha: float = 0.25) -> np.ndarray:
    channels = x.shape[-1]
    near = [(x[..., max(c - radius, 0) : c + radius + 1] ** 2).sum(-1) for c in range(channels)]
    return np.asarray(bias + alpha * np.stack(near, -1))


def lrn(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * response(x) ** -0.75)


def lrn_gradient(dy: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """From the definition: the sum over every output c of dy[c] times its derivative for x[k]."""
    norm = response(x)
    dx = dy * norm**-0.75
    for c in range(x.shape[-1]):
        for k in range(max(c - 2, 0), min(c + 3, x.shape[-1])):
            dx[..., k] -= dy[..., c] * y[..., c] * 2 * 0.25 * 0.75 / norm[..., c] * x[..., k]
    return dx


LOCAL = {"depth_radius": 2, "bias": 1.5, "alpha": 0.25, "beta": 0.75}
ROWS += [
    Row("LRN", [X], lrn, LOCAL),
    Row("LRN", [X[:0]], np.zeros((0, 3, 4, 5)), only=FLOAT, label="empty"),
    Row("LRNGrad", [DY, X, lrn(X)], lrn_gradient, LOCAL, rtol=1e-4, atol=1e-2),
]

BAD = [
    Bad("FusedBatchNormV3", [X[0], *GIVEN[1:]], r"input must be 4 or 5-dimensional\[3,4,5\]", {"is_training": False}),
    Bad("FusedBatchNorm", [X, SCALE[:4], *GIVEN[2:]], "Dimensions must be equal, but are 5 and 4"),
    Bad(
        "FusedBatchNorm", [*GIVEN[:3], NONE, NONE], "Dimensions must be equal, but are 5 and 0", {"is_training": False}
    ),
    Bad(
        "FusedBatchNorm",
        [*GIVEN[:3], NONE, NONE],
        "Dimensions must be equal, but are 5 and 0",
        {"exponential_avg_factor": 0.5},
    ),
    Bad("FusedBatchNormGrad", [DY[:1], X, SCALE, MEAN, VARIANCE], "x and y_backprop must have same shape"),
    Bad(
        "FusedBatchNormGrad",
        [first(DY), first(X), SCALE, MEAN, VARIANCE],
        "is_training=False only support NHWC",
        {"is_training": False, **FIRST},
        at_build=False,
    ),
    Bad("LRN", [X[0]], "must be rank 4 but is rank 3"),
    Bad("LRN", [X], "depth_radius = -1 larger than int max", {"depth_radius": -1}, at_build=False),
    Bad("LRNGrad", [DY[:1], X, X], "should have the same shape"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("training", [True, False])
def test_no_elements_have_no_moments(training: bool) -> None:
    results, _ = run_op("FusedBatchNorm", [X[:0], *GIVEN[1:]], {"is_training": training}, known=False)
    assert results[0].shape == (0, 3, 4, 5)
    assert np.isnan(results[1]).all()
    assert np.isnan(results[2]).all()


@pytest.mark.parametrize("passes", ["all", ""])
@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_an_empty_batch_are_zero(training: bool, passes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through what the normalization itself keeps for them."""
    monkeypatch.setenv("NBTF_DISABLE_PASSES", passes)
    with Graph().as_default() as graph, Session(graph=graph) as session:
        x = tf.placeholder(tf.float32, [None, *X.shape[1:]])
        moments = [] if training else [MEAN, VARIANCE]
        y, *_ = tf.nn.fused_batch_norm(x, SCALE, OFFSET, *moments, is_training=training)
        found = tf.gradients(y, [y.op.inputs[1], y.op.inputs[2]])
        assert not np.any(session.run(found, {x: X[:0]}))


def test_gradient_of_no_elements_is_zero() -> None:
    results, _ = run_op("FusedBatchNormGrad", [X[:0], X[:0], SCALE, MEAN, VARIANCE], {}, known=False)
    assert not results[1].any()
    assert not results[2].any()


def run_old(op: str, inputs: list[np.ndarray], **attrs: Any) -> list[np.ndarray]:
    """An op that TensorFlow keeps only for graphs of old producers."""
    definition = schema.GraphDef()
    definition.versions.producer = 8
    node = definition.node.add(name="old", op=op)
    for name, value in attrs.items():
        if isinstance(value, bool):
            node.attr[name].b = value
        else:
            node.attr[name].f = value
    node.attr["T"].type = 1
    for i, array in enumerate(inputs):
        made = definition.node.add(name=f"in{i}", op="Const")
        made.attr["dtype"].type = 1
        made.attr["value"].tensor.CopyFrom(make_tensor_proto(array))
        node.input.append(made.name)
    graph = Graph()
    with graph.as_default():
        import_graph_def(definition, name="")
    with Session(graph=graph) as session:
        return list(session.run(graph.get_operation_by_name("old").outputs))


@pytest.mark.parametrize("scaled", [True, False])
def test_global_normalization(scaled: bool) -> None:
    attrs = {"variance_epsilon": EPSILON, "scale_after_normalization": scaled}
    gamma = SCALE if scaled else np.ones_like(SCALE)
    (y,) = run_old("BatchNormWithGlobalNormalization", [X, MEAN, VARIANCE, OFFSET, SCALE], **attrs)
    np.testing.assert_allclose(y, normalized(X, gamma, OFFSET, MEAN, VARIANCE), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scaled", [True, False])
def test_gradient_of_global_normalization(scaled: bool) -> None:
    """Each gradient is the slope of sum(y * dy), taken numerically."""
    attrs = {"variance_epsilon": EPSILON, "scale_after_normalization": scaled}
    found = run_old("BatchNormWithGlobalNormalizationGrad", [X, MEAN, VARIANCE, SCALE, DY], **attrs)

    def total(x: Any, mean: Any, variance: Any, offset: Any, scale: Any) -> Any:
        gamma = scale if scaled else np.ones_like(scale)
        return (normalized(x, gamma, offset, mean, variance) * DY).sum((0, 1, 2))

    arguments = [array.astype(np.float64) for array in (X, MEAN, VARIANCE, OFFSET, SCALE)]
    for position, gradient in enumerate(found[1:], 1):
        step = np.zeros(5) + 1e-5
        above, below = list(arguments), list(arguments)
        above[position], below[position] = arguments[position] + step, arguments[position] - step
        slope = (total(*above) - total(*below)) / (2 * step)
        np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-4)
    gamma = SCALE if scaled else np.ones_like(SCALE)
    np.testing.assert_allclose(found[0], DY * gamma / np.sqrt(VARIANCE + EPSILON), rtol=1e-5, atol=1e-5)
