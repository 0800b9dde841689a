"""Python functions of a graph: how long they live, and what becomes of a graph that leaves its process."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import nbtf as tf


def test_a_function_lives_as_long_as_its_graph() -> None:
    def function(a: Any) -> Any:
        return a + 1

    lives = weakref.ref(function)
    graph = tf.Graph()
    with graph.as_default():
        y = tf.py_func(function, [np.float32(1)], tf.float32)
    del function
    gc.collect()
    assert lives() is not None
    with tf.Session(graph=graph) as session:
        assert session.run(y) == 2
    definition = graph.as_graph_def()
    del y, graph, session
    gc.collect()
    assert lives() is None
    with tf.Graph().as_default() as copy:
        tf.import_graph_def(definition, name="")
        with (
            tf.Session() as session,
            pytest.raises(tf.errors.InvalidArgumentError, match="callback pyfunc_.* not found"),
        ):
            session.run(copy.get_tensor_by_name("PyFunc:0"))


def test_a_function_may_keep_what_it_gets() -> None:
    kept = []
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2])
        y = tf.py_func(lambda a: kept.append(a) or a, [x * 1.0], tf.float32)
        with tf.Session() as session:
            for value in (1.0, 2.0):
                session.run(y, {x: [value, value]})
    np.testing.assert_array_equal(kept, [[1, 1], [2, 2]])


def test_errors_of_the_library_keep_their_class() -> None:
    def function(_: Any) -> Any:
        raise tf.errors.NotFoundError(None, None, "no such thing")

    with tf.Graph().as_default(), tf.Session() as session:
        y = tf.py_func(function, [1.0], tf.float32)
        with pytest.raises(tf.errors.NotFoundError, match="no such thing"):
            session.run(y)
