"""What depends on constants alone is computed once a session, and nothing else can tell."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.compiler import fold_constants

Built = tuple[list[Any], dict[Any, Any]]


def arithmetic() -> Built:
    x = tf.placeholder(tf.float32, [None, 3])
    table = tf.exp(tf.constant([1.0, 2.0, 3.0])) * 2.0
    return [tf.matmul(x, tf.transpose(tf.stack([table, table + 1.0])))], {x: np.ones((4, 3), np.float32)}


def several_outputs() -> Built:
    x = tf.placeholder(tf.float32, [2])
    first, _, last = tf.split(tf.range(6.0) + 1.0, 3)
    return [x + first, x * last, last], {x: [3.0, 4.0]}


def of_strings() -> Built:
    x = tf.placeholder(tf.int64, [2])
    return [x + tf.string_to_hash_bucket_fast(["a", "b"], 100)], {x: [1, 2]}


def in_a_branch() -> Built:
    x = tf.placeholder(tf.float32, [])
    return [tf.cond(x > 0, lambda: x * tf.sqrt(2.0), lambda: tf.sqrt(3.0))], {x: -1.0}


def in_a_loop() -> Built:
    start = tf.placeholder(tf.float32, [])
    _, last = tf.while_loop(lambda i, x: i < 5, lambda i, x: (i + tf.square(1), tf.sqrt(2.0) * 3.0), [0, start])
    return [last], {start: 1.0}


def fetched() -> Built:
    return [tf.sqrt(tf.constant([4.0, 9.0])), tf.constant(1.0)], {}


FOLDED = {
    arithmetic: ["_DenseMatMul"],
    several_outputs: ["AddV2", "Mul"],
    of_strings: ["AddV2"],
    in_a_branch: ["Greater", "Mul"],
    in_a_loop: ["Less", "AddV2"],
    fetched: [],
}


@pytest.mark.parametrize("build", FOLDED, ids=lambda build: build.__name__)
def test_constants_are_folded(build: Callable[[], Built]) -> None:
    folded, plain = run(build, "fuse_elementwise"), run(build, "fold_constants", "fuse_elementwise")
    for one, other in zip(folded.values, plain.values, strict=True):
        np.testing.assert_array_equal(one, other)
    assert [op for op in folded.ops if op not in ("Merge", "NextIteration", "Enter")] == FOLDED[build]
    assert len(plain.ops) > len(folded.ops)


def test_fed_and_fetched_all_the_same() -> None:
    with tf.Graph().as_default():
        base = tf.constant([1.0, 4.0])
        root = tf.sqrt(base)
        y = tf.negative(root) * tf.placeholder_with_default(1.0, [])
        with tf.Session() as session:
            assert session.run(y).tolist() == [-1, -2]
            assert session.run(y, {root: [5.0, 6.0]}).tolist() == [-5, -6]
            assert session.run(y, {base: [9.0, 16.0]}).tolist() == [-3, -4]
            assert session.run([root, y])[0].tolist() == [1, 2]
            assert session.run(y).tolist() == [-1, -2]


def test_a_fetched_value_is_the_callers_own() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        y = tf.sqrt(tf.constant([4.0, 9.0]))
        session.run(y)[...] = 0
        assert session.run(y).tolist() == [2, 3]


def test_once_a_session_for_all_programs() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2])
        table = tf.exp(tf.constant([1.0, 2.0]))
        session.run(x + table, {x: [0, 0]})
        (kept,) = session._resources.folded.arrays.values()
        session.run(x * table, {x: [0, 0]})
        assert [kept] == list(session._resources.folded.arrays.values())


def test_variables_and_random_numbers_are_not_constants() -> None:
    def build() -> Built:
        v = tf.Variable([1.0], name="v")
        with tf.control_dependencies([tf.assign(v, [4.0])]):
            read = tf.sqrt(v.read_value())
        return [read, tf.random_uniform([2]) * tf.constant(1.0)], {}

    ran = run(build)
    assert "RandomUniform" in ran.ops and "Sqrt" in ran.ops
    assert ran.values[0].tolist() == [2]


def test_an_error_belongs_to_the_run_that_comes_to_it() -> None:
    with tf.Graph().as_default():
        divided = tf.placeholder(tf.bool, [])
        result = tf.cond(divided, lambda: tf.constant(1) // tf.constant(0, name="zero"), lambda: tf.constant(7))
        with tf.Session() as session:
            assert session.run(result, {divided: False}) == 7
            with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
                session.run(result, {divided: True})
            assert session.run(result, {divided: False}) == 7


def test_what_waits_still_waits() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(0, name="v")
        session.run(v.initializer)
        with tf.control_dependencies([tf.assign_add(v, 1)]):
            two = tf.sqrt(tf.constant(4.0))
        assert session.run(two * 2.0) == 4 and session.run(v) == 1
        assert session.run(two) == 2 and session.run(v) == 2


def kept_bytes(build: Callable[[], Built]) -> int:
    return sum(array.nbytes for array in run(build).folded)


def test_no_large_constant_from_a_small_one() -> None:
    def filled(size: int) -> Callable[[], Built]:
        return lambda: (
            [tf.reduce_sum(tf.exp(tf.fill([size], 1.0)), keepdims=True) + tf.placeholder_with_default([1.0], [1])],
            {},
        )

    assert kept_bytes(filled(1000)) == 4
    assert kept_bytes(filled(fold_constants.MOST_GROWN_BYTES)) == 0

    def many() -> Built:
        x = tf.placeholder(tf.float32, [1 << 19])
        grown = [tf.exp(tf.fill([1 << 19], float(k))) for k in range(20)]
        return [tf.add_n([x * one for one in grown])[:1]], {x: np.ones(1 << 19)}

    assert 0 < kept_bytes(many) <= fold_constants.MOST_GROWN_BYTES_OF_ALL

    def no_larger_than_what_was_there() -> Built:
        x = tf.placeholder(tf.float32, [1 << 21])
        return [(x * tf.negative(tf.constant(np.ones(1 << 21, np.float32))))[:1]], {x: np.ones(1 << 21)}

    assert kept_bytes(no_larger_than_what_was_there) == 4 << 21


def test_long_chains_and_shared_subexpressions() -> None:
    def build() -> Built:
        x, value = tf.placeholder(tf.float32, []), tf.constant(1.0)
        read = []
        for _ in range(1500):
            value = value + value * 0.0
            read.append(x * value)
        return [tf.add_n(read)], {x: 1.0}

    assert run(build).values == [1500.0]


def test_branches_whose_constants_have_the_same_names_keep_their_own() -> None:
    with tf.Graph().as_default():
        which = tf.placeholder(tf.int32, [])

        def branch(number: float) -> Callable[[], Any]:
            return lambda: tf.sqrt(tf.constant(number, name="number"), name="root")

        chosen = tf.switch_case(which, [branch(4.0), branch(9.0), branch(16.0)])
        with tf.Session() as session:
            assert [float(session.run(chosen, {which: i})) for i in range(3)] == [2.0, 3.0, 4.0]
