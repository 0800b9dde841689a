"""Checkpoints of objects: what the programs of tests/programs/saving cannot compare with TensorFlow."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.errors import InvalidArgumentError, NotFoundError
from nbtf.train.tracking import children


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as made:
        yield made


class Module:
    """What tracking takes for a module."""

    submodules: tuple[Any, ...] = ()
    trainable_variables: tuple[Any, ...] = ()


def test_a_checkpoint_of_tensorflow_is_restored(golden: Path) -> None:
    first, second = tf.get_variable("a", [2]), tf.get_variable("b", [], tf.int32, use_resource=True)
    checkpoint = tf.train.Checkpoint(first=first, second=second)
    with tf.Session() as session:
        status = checkpoint.restore(str(golden / "ckpt" / "objects" / "ckpt-1"))
        status.assert_consumed().run_restore_ops(session)
        np.testing.assert_array_equal(session.run(first), [1.5, 2.5])
        assert session.run([second, checkpoint.save_counter]) == [7, 1]


def test_names_are_restored_into_objects(tmp_path: Path) -> None:
    variables = [tf.get_variable("a", initializer=1.5), tf.get_variable("b", initializer=2.5, use_resource=True)]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "names"))
        session.run([variable.assign(0.0) for variable in variables])
        checkpoint = tf.train.Checkpoint(x=variables)
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        assert session.run(variables) == [1.5, 2.5]
        assert checkpoint.save(str(tmp_path / "objects"), session).endswith("objects-1")
        with pytest.raises(AssertionError, match="no variable has a name"):
            tf.train.Checkpoint(x=tf.Variable(1.0, name="c")).restore(path).assert_nontrivial_match()
        with pytest.raises(AssertionError, match=r"were not restored: \['b'\]"):
            tf.train.Checkpoint(x=variables[0]).restore(path).assert_consumed()
        with pytest.raises(NotFoundError, match="c"):
            tf.train.Checkpoint(x=tf.Variable(1.0, name="c_1")).restore(path).run_restore_ops(session)


def test_modules_are_tracked_by_their_attributes() -> None:
    outer, inner = Module(), Module()
    outer.v, outer.count, outer.inner = tf.Variable(1.0), 3, [inner]  # type: ignore[attr-defined]
    assert list(children(outer)) == ["v", "inner"]
    assert children(inner) == {}


def test_what_is_added_later_is_restored(tmp_path: Path) -> None:
    """Items of lists, slots of optimizers and their other variables, made after `restore`."""
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    optimizer = tf.train.AdamOptimizer(0.1)
    train = optimizer.minimize(tf.reduce_sum(v * v))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        path = tf.train.Checkpoint(o=optimizer, list=[v]).save(str(tmp_path / "m"), session)
        expected = session.run([v, *optimizer.variables()])
    with tf.Graph().as_default(), tf.Session() as session:
        optimizer = tf.train.AdamOptimizer(0.1)
        variables: list[Any] = []
        status = tf.train.Checkpoint(o=optimizer, list=variables).restore(path)
        with pytest.raises(AssertionError, match="Unresolved object in checkpoint"):
            status.assert_consumed()
        variables.append(tf.get_variable("v", [2]))
        optimizer.minimize(tf.reduce_sum(variables[0]))
        status.assert_consumed().run_restore_ops(session)
        for found, value in zip(session.run([*variables, *optimizer.variables()]), expected, strict=True):
            np.testing.assert_array_equal(found, value)


def test_an_attribute_that_is_replaced_is_restored(tmp_path: Path) -> None:
    checkpoint = tf.train.Checkpoint(x=tf.Variable(1.0))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = checkpoint.save(str(tmp_path / "m"), session)
        checkpoint.restore(path).run_restore_ops(session)
        checkpoint.x = tf.Variable(2.0)
        checkpoint.restore(path).run_restore_ops(session)
        assert session.run(checkpoint.x) == 1.0


def test_one_object_that_became_two_is_restored_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    v = tf.Variable(1.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Checkpoint(a=v, b=v).save(str(tmp_path / "m"), session)
        other = tf.Variable(2.0)
        with caplog.at_level("WARNING", logger="tensorflow"):
            status = tf.train.Checkpoint(a=v, b=other).restore(path)
        assert "Inconsistent references" in caplog.text
        status.initialize_or_restore(session)
        assert session.run([v, other]) == [1.0, 2.0]


def test_tables_are_saved(tmp_path: Path) -> None:
    table = tf.lookup.experimental.DenseHashTable(tf.string, tf.int64, -1, "", "$", initial_num_buckets=4)
    checkpoint = tf.train.Checkpoint(t=table)
    words = tf.constant(["a", "bc", "other"])
    with tf.Session() as session:
        session.run(table.insert(words[:2], tf.constant([10, 20], tf.int64)))
        path = checkpoint.save(str(tmp_path / "m"), session)
        session.run(table.remove(words))
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        np.testing.assert_array_equal(session.run(table.lookup(words)), [10, 20, -1])
        assert session.run(table.size()) == 2
    with tf.Session() as session:
        rows = tf.constant([[b""], [b"a"], [b"b"]]), tf.constant([[0], [1], [2]], tf.int64)
        keys, values = (tf.placeholder_with_default(one, None) for one in rows)
        buckets = tf.raw_ops.LookupTableImportV2(table_handle=table.resource_handle, keys=keys, values=values)
        with pytest.raises(InvalidArgumentError, match="no buckets of a dense table"):
            session.run(buckets)


def test_without_a_session_there_is_nothing_to_save() -> None:
    with pytest.raises(ValueError, match="needs a session"):
        tf.train.Checkpoint().save("m")


def test_callbacks_are_told_of_what_was_written(tmp_path: Path) -> None:
    told: list[Any] = []
    options = tf.train.CheckpointOptions("/cpu:0", experimental_write_callbacks=[told.append, lambda: told.append(2)])
    with tf.Session() as session:
        path = tf.train.Checkpoint().save(str(tmp_path / "m"), session, options)
    assert told == [path, 2]
