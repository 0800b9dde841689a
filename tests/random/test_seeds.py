"""Seeds of operations by the rule of TensorFlow 2.15, and of TensorFlow 1.15 where a program asks for it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

import nbtf as tf


@pytest.fixture
def rule() -> Iterator[None]:
    before = tf.compat.op_seeds()
    yield
    tf.compat.op_seeds(before)


def drawn() -> list[tuple[int, int]]:
    """The seeds of operations without one, in a graph with one."""
    with tf.Graph().as_default():
        tf.set_random_seed(42)
        first = tf.random_normal([2])
        second = tf.random_uniform([2], -1.0, 1.0)
        own = tf.random_uniform([2], seed=9)
        shuffled = tf.random_shuffle(tf.constant([1, 2]))
        nodes = [tensor.op for tensor in (first, second, own, shuffled)]
        ops = [op for op in tf.get_default_graph().get_operations() if "seed2" in op.node_def.attr]
        assert len(ops) == len(nodes)
        return [(op.get_attr("seed"), op.get_attr("seed2")) for op in ops]


def test_counts_requests_by_default() -> None:
    assert tf.compat.op_seeds() == "2.15"
    assert drawn() == [(42, 0), (42, 1), (42, 9), (42, 2)]


def test_takes_the_number_of_operations_on_request(rule: None) -> None:
    assert tf.compat.op_seeds("1.15") == "1.15"
    # shape, mean, stddev; 6 operations, then shape, min, max; 14 operations and the constant
    assert drawn() == [(42, 3), (42, 9), (42, 9), (42, 16)]


def test_refuses_other_rules(rule: None) -> None:
    with pytest.raises(ValueError, match=r"one of \('2\.15', '1\.15'\), not '1\.14'"):
        tf.compat.op_seeds("1.14")
    assert tf.compat.op_seeds() == "2.15"


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBTF_OP_SEEDS", "1.15")
    program = "import nbtf as tf; print(tf.compat.op_seeds())"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "1.15"


def test_graphs_count_for_themselves() -> None:
    assert drawn() == drawn()
