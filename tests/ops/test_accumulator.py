"""Accumulators wait for enough gradients, and refuse those that fit no others."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nbtf as tf


def test_taking_waits_for_enough_gradients() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        accumulator = tf.ConditionalAccumulator(tf.float32, [])
        value = tf.placeholder(tf.float32, [])
        apply, take, count = accumulator.apply_grad(value), accumulator.take_grad(3), accumulator.num_accumulated()
        found: list[Any] = []
        taker = threading.Thread(target=lambda: found.append(session.run(take)))
        taker.start()
        for one in (1, 2):
            session.run(apply, {value: one})
        assert not found
        session.run(apply, {value: 6})
        taker.join(10)
        assert found == [3]
        assert session.run(count) == 0


def test_closing_the_session_gives_up_what_waits() -> None:
    with tf.Graph().as_default():
        session = tf.Session()
        take = tf.ConditionalAccumulator(tf.float32, []).take_grad(1)
        caught: list[Exception] = []

        def wait() -> None:
            try:
                session.run(take)
            except tf.errors.CancelledError as error:
                caught.append(error)

        taker = threading.Thread(target=wait)
        taker.start()
        taker.join(0.2)
        session.close()
        taker.join(10)
        assert "TakeGrad operation was cancelled" in str(caught[0]) or "closed" in str(caught[0])


REF_OPS = (
    "ConditionalAccumulator", "AccumulatorApplyGradient", "AccumulatorTakeGradient", "AccumulatorNumAccumulated",
    "AccumulatorSetGlobalStep",
)  # fmt: skip


def test_ref_ops() -> None:
    make, apply, take, count, set_step = (getattr(tf.raw_ops, op) for op in REF_OPS)
    with tf.Graph().as_default(), tf.Session() as session:
        handle = make(dtype=tf.float64, shape=[2], shared_name="one")
        again = make(dtype=tf.float64, shape=[2], shared_name="one")
        session.run(set_step(handle=handle, new_global_step=2))
        for step in (1, 2, 3):
            gradient = np.float64([step, 2 * step])
            session.run(apply(handle=again, local_step=step, gradient=gradient))
        assert session.run(count(handle=handle)) == 2
        taken = take(handle=handle, num_required=1, dtype=tf.float64)
        assert session.run(taken).tolist() == [2.5, 5]


def _dense(shape: Any, *gradients: Any) -> Callable[[], list[Any]]:
    def make() -> list[Any]:
        accumulator = tf.ConditionalAccumulator(tf.float32, shape)
        fed = [tf.placeholder_with_default(np.float32(g), None) for g in gradients]
        return [
            tf.raw_ops.ResourceAccumulatorApplyGradient(handle=accumulator.accumulator_ref, local_step=0, gradient=g)
            for g in fed
        ]

    return make


def _sparse(shape: Any, *gradients: Any) -> Callable[[], list[Any]]:
    def make() -> list[Any]:
        accumulator = tf.SparseConditionalAccumulator(tf.float32, shape)
        return [accumulator.apply_grad(indices, np.float32(values), dims) for indices, values, dims in gradients]

    return make


def _taking(required: Any) -> Callable[[], list[Any]]:
    return lambda: [tf.ConditionalAccumulator(tf.float32).take_grad(tf.placeholder_with_default(required, None))]


def _two_dtypes() -> list[Any]:
    first, second = (tf.ConditionalAccumulator(dtype, shared_name="same") for dtype in (tf.float32, tf.float64))
    return [first.num_accumulated(), second.apply_grad(1.0)]


REFUSED = {
    "dense shape": (_dense([2, None], [1, 2]), r"Shape mismatch: expected \[2,\?\], got \[2\]"),
    "dense shape of the first": (_dense(None, [1, 2], [1]), r"Shape mismatch: expected \[2\], got \[1\]"),
    "rows": (_sparse(None, ([0, 1], [[1], [2], [3]], None)), "Expected 2 non-empty input values, got 3"),
    "a row's length": (_sparse([4, 2], ([0], [[1, 2, 3]], None)), "expected values dim 1 to be 2, got 3"),
    "shape": (_sparse([4, 2], ([0], [[1, 2]], [4, 3])), "expected shape dim 1 to be 2, got 3"),
    "rank": (_sparse([4, 2, 1], ([0], [[1, 2]], None)), "expected values rank at least 3, got 2"),
    "the first rows' length": (_sparse(None, ([0], [[1, 2]], None), ([0], [[1]], None)), "values dim 1 to be 2, got 1"),
    "none required": (_taking(0), "Argument num_required must be positive, but was 0"),
    "required": (_taking([1]), r"Argument num_required must be scalar, but had bad shape \[1\]"),
    "dtypes": (_two_dtypes, "holds gradients of dtype float32, not float64"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, words = REFUSED[name]
    with tf.Graph().as_default(), tf.Session() as session:
        *before, last = make()
        session.run(before)
        with pytest.raises(tf.errors.InvalidArgumentError, match=words):
            session.run(last)
