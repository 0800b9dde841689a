"""tf.wrap_function: what TensorFlow refuses, and checkpoints of what it makes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as made:
        yield made


def test_arguments_may_be_nested_or_flat() -> None:
    spec = tf.TensorSpec([], tf.float32)
    wrapped = tf.wrap_function(lambda d, c: d["a"] - d["b"] * c, [{"a": spec, "b": spec}, spec])
    with tf.Session() as session:
        assert session.run([wrapped({"a": 7.0, "b": 2.0}, 3.0), wrapped(7.0, 2.0, 3.0)]) == [1.0, 1.0]
    with pytest.raises(ValueError, match="takes 3 tensors, but got 1"):
        wrapped(1.0)


def test_an_operation_is_pruned_to_be_run() -> None:
    v = tf.get_variable("v", initializer=1.0, use_resource=True)

    def count(x: Any) -> Any:
        return tf.assign_add(v, x, name="count")

    wrapped = tf.wrap_function(count, [tf.TensorSpec([], tf.float32)])
    update = next(op for op in wrapped.graph.get_operations() if op.type == "AssignAddVariableOp")
    pruned = wrapped.prune(wrapped.inputs[0], update)
    assert pruned.structured_outputs is None
    pruned(tf.constant(2.0))
    with tf.Session() as session:
        session.run(v.initializer)
        session.run(session.graph.get_operations()[-1])
        assert session.run(v) == 3.0


def test_what_is_not_fed_is_refused() -> None:
    wrapped = tf.wrap_function(lambda x: tf.negative(x, name="minus"), [tf.TensorSpec([], tf.float32)])
    with pytest.raises(ValueError, match="need the argument Placeholder:0"):
        wrapped.prune([], "minus:0")


def test_its_variables_are_saved(tmp_path: Path) -> None:
    wrapped = tf.wrap_function(lambda: tf.get_variable("v", initializer=[1.0, 2.0]), [])
    checkpoint = tf.train.Checkpoint(model=wrapped, variables=wrapped.variables)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = checkpoint.save(str(tmp_path / "m"), session)
        session.run(wrapped.variables[0].assign([0.0, 0.0]))
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        np.testing.assert_array_equal(session.run(wrapped()), [1.0, 2.0])
