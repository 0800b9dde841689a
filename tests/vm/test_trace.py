"""Traced runs: what RunMetadata tells of them, and that they compute the same."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.vm.trace import Trace

F = np.float32
FULL_TRACE = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


@pytest.fixture
def session() -> Any:
    with tf.Graph().as_default(), tf.Session() as made:
        yield made


def traced(session: Any, fetches: Any, feeds: Any = None) -> tuple[Any, Any]:
    """The fetched values and the NodeExecStats of the run."""
    metadata = tf.RunMetadata()
    values = session.run(fetches, feeds, options=FULL_TRACE, run_metadata=metadata)
    (device,) = metadata.step_stats.dev_stats
    assert device.device == "/job:localhost/replica:0/task:0/device:CPU:0"
    return values, device.node_stats


def test_nodes_in_order_with_labels_and_outputs(session: Any) -> None:
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    total, index = tf.reduce_sum(tf.matmul(x, np.ones([3, 2], F), name="product"), 1), tf.argmax(x, 1, name="index")
    values, nodes = traced(session, [total, index], {x: np.eye(3)[:2]})
    assert values[0].tolist() == [2, 2] and values[1].tolist() == [0, 1]
    assert sorted(node.timeline_label.split("(")[0] for node in nodes) == [
        "Sum = Sum",
        "index = ArgMax",
        "product = _DenseMatMul",
    ]
    (product,) = (node for node in nodes if node.node_name == "product")
    description = product.output[0].tensor_description
    assert [dim.size for dim in description.shape.dim] == [2, 2]
    assert description.allocation_description.requested_bytes == 16
    assert description.dtype == tf.float32.as_datatype_enum


def test_times_follow_each_other(session: Any) -> None:
    y = tf.placeholder(tf.float32, [8, 8], name="x")
    for _ in range(5):
        y = tf.matmul(y, y)
    _, nodes = traced(session, y, {"x:0": np.eye(8)})
    end = 0
    for node in nodes:
        assert 0 <= node.op_start_rel_nanos <= node.op_end_rel_nanos == node.all_end_rel_nanos
        assert node.all_start_nanos >= end
        assert node.all_start_nanos // 1000 == node.all_start_micros == node.scheduled_micros
        end = node.all_start_nanos + node.all_end_rel_nanos
    assert len(nodes) == 5


@pytest.mark.parametrize("iterations", [3, 3000], ids=["few", "more than the buffer holds"])
def test_loops_have_a_record_an_iteration(session: Any, iterations: int) -> None:
    limit = tf.placeholder(tf.int32, [])
    end = tf.while_loop(lambda i: i < limit, lambda i: i + 2, [0])
    value, nodes = traced(session, end, {limit: 2 * iterations})
    assert value == 2 * iterations
    assert sum(node.timeline_label.startswith("while/add = ") for node in nodes) == iterations


def test_what_python_computes_is_there(session: Any) -> None:
    joined = tf.strings.join([tf.placeholder(tf.string, [], name="x"), "b"], name="joined")
    value, nodes = traced(session, joined, {"x:0": "a"})
    assert value == b"ab"
    assert [node.node_name for node in nodes] == ["joined"]
    assert nodes[0].all_end_rel_nanos > 0


def test_callables_take_options(session: Any) -> None:
    x = tf.placeholder(tf.float32, [])
    call = session.make_callable(tf.sqrt(x, name="root"), [x], accept_options=True)
    metadata = tf.RunMetadata()
    assert call(4.0, options=FULL_TRACE, run_metadata=metadata) == 2
    assert metadata.step_stats.dev_stats[0].node_stats[0].node_name == "root"


def test_without_a_trace_the_metadata_is_empty(session: Any) -> None:
    y = tf.sqrt(tf.placeholder_with_default(F(4), []))
    metadata = tf.RunMetadata()
    session.run(y, options=FULL_TRACE, run_metadata=metadata)
    assert metadata.ByteSize()
    assert session.run(y, options=tf.RunOptions(), run_metadata=metadata) == 2
    assert not metadata.ByteSize()


def test_an_error_is_the_same_with_a_trace(session: Any) -> None:
    x = tf.placeholder(tf.int32, [None])
    y = tf.gather([1, 2], x, name="y")
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[0\] = 5 is not in \[0, 2\)"):
        traced(session, y, {x: [5]})


IMAGE, FILTER = np.ones([2, 8, 8, 3], F), np.ones([3, 3, 3, 5], F)


@pytest.mark.parametrize(
    ("build", "fed", "flops"),
    [
        (lambda x: tf.matmul(x, np.ones([3, 4], F)), np.ones([2, 3], F), 2 * 2 * 3 * 4),
        (lambda x: tf.matmul(x, np.ones([2, 4], F), transpose_a=True), np.ones([2, 3], F), 2 * 2 * 3 * 4),
        (lambda x: tf.matmul(x, x, adjoint_a=True), np.ones([5, 2, 3], F), 5 * 2 * 3 * 2 * 3),
        (lambda x: tf.nn.conv2d(x, FILTER, 2, "SAME"), IMAGE, 2 * (2 * 4 * 4 * 5) * (3 * 3 * 3)),
        (lambda x: tf.nn.conv2d(x, x[0, :3, :3, :, None], 1, "VALID"), IMAGE, 2 * (2 * 6 * 6) * (3 * 3 * 3)),
        (lambda x: tf.nn.depthwise_conv2d(x, FILTER[..., :1], [1] * 4, "SAME"), IMAGE, 2 * (2 * 8 * 8 * 3) * 9),
        (lambda x: tf.tanh(x) * 2.0 + 1.0, IMAGE, 3 * IMAGE.size),
    ],
    ids=["product", "transposed", "batch", "convolution", "unpacked", "depthwise", "elementwise"],
)
def test_floating_point_operations(session: Any, build: Any, fed: Any, flops: int) -> None:
    x = tf.placeholder(tf.float32, fed.shape)
    trace: Trace = session._trace(build(x), {x: fed})
    assert sum(trace.flops(event.instruction) for event in trace.events) == flops
