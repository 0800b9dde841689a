"""Kernels on several threads: bit-equal results, whatever the number, and a team that survives forks and stops."""

import os
import threading

import numpy as np
import pytest

import nbtf as tf
from nbtf.kernels.team import PROBING
from nbtf.vm.team import TEAM, thread_count

RANDOM = np.random.RandomState(0)


@pytest.fixture(autouse=True)
def compute_in_every_run(monkeypatch):
    monkeypatch.setenv("NBTF_DISABLE_PASSES", "fold_constants")


def floats(*dims):
    return RANDOM.standard_normal(dims).astype(np.float32)


def gradients_of_conv(stride):
    x, w = tf.constant(floats(2, 16, 16, 24)), tf.constant(floats(3, 3, 24, 40))
    return tf.gradients(tf.nn.conv2d(x, w, [1, stride, stride, 1], "SAME"), [x, w])


def gradient_of_max_pool():
    x = tf.nn.relu(floats(5, 40, 40, 40))
    return tf.gradients(tf.nn.max_pool(x, 2, 2, "SAME"), x.op.inputs[0])


def gradients_of_normalization():
    x, scale, offset = tf.constant(floats(16, 60, 61, 24)), tf.constant(floats(24)), tf.constant(floats(24))
    y, mean, variance = tf.nn.fused_batch_norm(x, scale, offset)
    return [mean, variance, y, *tf.gradients(tf.nn.relu(y), [x, scale, offset], floats(16, 60, 61, 24))]


GRAPHS = {
    "matmul": lambda: tf.matmul(floats(130, 200), floats(200, 75)),
    "matmul of a row": lambda: tf.matmul(floats(1, 1000), floats(1000, 1007)),
    "matmul transposed": lambda: tf.matmul(floats(130, 200), floats(75, 200), transpose_b=True),
    "matmul transposed of a row": lambda: tf.matmul(floats(1, 1500), floats(703, 1500), transpose_b=True),
    "matmul of few rows": lambda: tf.matmul(tf.nn.relu(floats(5, 600)), tf.nn.relu(floats(600, 301))),
    "batch matmul": lambda: tf.matmul(floats(7, 60, 50), floats(7, 50, 70)),
    "one batch": lambda: tf.matmul(floats(1, 160, 100), floats(1, 100, 170)),
    "conv 1x1 of few positions": lambda: tf.nn.conv2d(floats(1, 7, 7, 128), floats(1, 1, 128, 256), 1, "SAME"),
    "conv 3x3": lambda: tf.nn.conv2d(floats(1, 28, 28, 8), floats(3, 3, 8, 24), 1, "SAME"),
    "conv 3x3 by Winograd": lambda: tf.nn.conv2d(floats(2, 20, 20, 32), floats(3, 3, 32, 48), 1, "SAME"),
    "conv 3x3 by Winograd of few tiles": lambda: tf.nn.conv2d(floats(1, 14, 14, 32), floats(3, 3, 32, 150), 1, "SAME"),
    "conv of a photograph": lambda: tf.nn.conv2d(floats(1, 40, 40, 3), floats(7, 7, 3, 32), 2, "SAME"),
    "grouped conv": lambda: tf.nn.conv2d(floats(1, 28, 28, 32), floats(3, 3, 8, 32), 1, "VALID"),
    "depthwise conv": lambda: tf.nn.depthwise_conv2d(floats(1, 40, 40, 32), floats(3, 3, 32, 1), [1, 1, 1, 1], "SAME"),
    "gradients of conv": lambda: gradients_of_conv(1),
    "gradients of strided conv": lambda: gradients_of_conv(2),
    "max pool": lambda: tf.nn.max_pool(floats(2, 60, 60, 40), 3, 2, "SAME"),
    "gradient of max pool": lambda: gradient_of_max_pool(),
    "normalization in training": lambda: gradients_of_normalization(),
    "gradient of a bias": lambda: tf.raw_ops.BiasAddGrad(out_backprop=floats(40, 50, 50, 37)),
    "gradient for a filter of a photograph": lambda: tf.nn.conv2d_backprop_filter(
        floats(4, 40, 40, 3), [7, 7, 3, 70], floats(4, 20, 20, 70), [1, 2, 2, 1], "SAME"
    ),
    "sum of three": lambda: tf.add_n([floats(300, 1001), floats(300, 1001), floats(300, 1001)]),
    "average pool": lambda: tf.nn.avg_pool(floats(2, 60, 60, 40), 3, 2, "VALID"),
    "softmax": lambda: tf.nn.softmax(floats(300, 333)),
    "log softmax": lambda: tf.nn.log_softmax(floats(300, 333)),
    "sums of rows": lambda: tf.reduce_sum(floats(500, 1003), 1),
    "means of columns": lambda: tf.reduce_mean(floats(20, 33, 777), [0, 1]),
    "maxima of planes": lambda: tf.reduce_max(floats(60, 7, 90, 11), [1, 3]),
    "norm": lambda: tf.norm(floats(70, 80, 90), axis=[0, 2]),
    "elementwise": lambda: tf.tanh(tf.nn.relu(floats(300, 1001)) * floats(1001) + 1.0),
    "elementwise, broadcast": lambda: tf.maximum(floats(3, 1, 70000), floats(3, 2, 1)) / floats(1, 2, 1),
}


def run(fetches, threads):
    with tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=threads)) as session:
        return session.run(fetches)


@pytest.mark.parametrize("name", GRAPHS)
def test_any_number_of_threads_gives_the_same_bits(name):
    with tf.Graph().as_default():
        fetches = tf.nest.flatten(GRAPHS[name]())
        expected = run(fetches, 1)
        for threads in (2, 3, 5):
            for found, value in zip(run(fetches, threads), expected, strict=True):
                np.testing.assert_array_equal(found, value)


def test_what_is_not_finite_spreads_no_further_with_threads():
    with tf.Graph().as_default():
        image = floats(1, 24, 24, 32)
        image[0, 5, 5, 3] = np.inf
        filter = np.abs(floats(3, 3, 32, 32))
        output = tf.nn.conv2d(image, filter, 1, "SAME")
        found = run(output, 2)
        np.testing.assert_array_equal(found, run(output, 1))
        assert np.isinf(found).sum() == 9 * 32


def test_several_sessions_at_once_take_turns_with_the_team():
    with tf.Graph().as_default():
        product = tf.matmul(floats(200, 200), floats(200, 200))
        expected = run(product, 1)
        with tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=3)) as session:
            found = []

            def many():
                found.extend(session.run(product) for _ in range(30))

            threads = [threading.Thread(target=many) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(found) == 120
    for value in found:
        np.testing.assert_array_equal(value, expected)


def test_small_kernels_are_shared_while_they_follow_each_other():
    with tf.Graph().as_default():
        product = tf.matmul(floats(60, 60), floats(60, 60))
        expected = run(product, 1)
        with tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=2)) as session:
            jobs = TEAM.jobs
            for _ in range(2 * PROBING):
                np.testing.assert_array_equal(session.run(product), expected)
    assert TEAM.jobs > jobs


def test_a_stopped_team_starts_again():
    with tf.Graph().as_default():
        product = tf.matmul(floats(200, 200), floats(200, 200))
        before = run(product, 2)
        assert TEAM.size >= 1
        TEAM.stop()
        assert TEAM.size == 0
        np.testing.assert_array_equal(run(product, 2), before)
        assert TEAM.size >= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_has_a_team_of_its_own():
    with tf.Graph().as_default():
        product = tf.matmul(floats(200, 200), floats(200, 200))
        with tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=2)) as session:
            before = session.run(product)
            child = os.fork()
            if child == 0:
                same = np.array_equal(session.run(product), before)
                os._exit(0 if same and TEAM.size == 1 else 2 if same else 3)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            np.testing.assert_array_equal(session.run(product), before)


def test_the_number_of_threads(monkeypatch):
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    assert thread_count(None) == len(os.sched_getaffinity(0))
    assert thread_count(tf.ConfigProto(intra_op_parallelism_threads=3)) == 3
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "7")
    assert thread_count(tf.ConfigProto()) == 7
    assert thread_count(tf.ConfigProto(intra_op_parallelism_threads=1)) == 1
    with pytest.raises(ValueError, match="must not be negative, got -1"):
        thread_count(tf.ConfigProto(intra_op_parallelism_threads=-1))
