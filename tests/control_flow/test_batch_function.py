"""Runs that meet in a batch function share one call."""

import threading

import numpy as np
import pytest

import nbtf as tf


def meet(most: int, timeout: int, rows: list[list[float]]) -> list[np.ndarray]:
    """What runs that start together get for their rows."""
    found: dict[int, np.ndarray] = {}
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None])

        @tf.nondifferentiable_batch_function(1, most, timeout)
        def total(a):
            return tf.zeros_like(a) + tf.reduce_sum(a), a

        y = total(x)
        session.run(y, {x: [0.0] * most})  # compiles; full, so nobody waits

        def run(i: int) -> None:
            found[i] = session.run(y, {x: rows[i]})

        threads = [threading.Thread(target=run, args=[i]) for i in range(len(rows))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [found[i] for i in range(len(rows))]


def test_runs_that_fill_a_batch_are_computed_together() -> None:
    results = meet(4, 60_000_000, [[1.0], [2.0, 3.0], [4.0]])  # a minute: only a full batch ends in time
    for (sums, own), rows in zip(results, [[1.0], [2.0, 3.0], [4.0]], strict=True):
        np.testing.assert_array_equal(sums, [10.0] * len(rows))
        np.testing.assert_array_equal(own, rows)


def test_a_run_alone_is_computed_when_its_time_is_up() -> None:
    ((sums, _),) = meet(4, 1000, [[1.0, 2.0]])
    np.testing.assert_array_equal(sums, [3.0, 3.0])


@pytest.mark.parametrize("splitting", [True, False])
def test_what_fails_fails_for_all_runs_of_the_batch(splitting: bool) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None])

        @tf.nondifferentiable_batch_function(1, 2, 60_000_000, enable_large_batch_splitting=splitting)
        def refused(a):
            return tf.check_numerics(a, "bad rows")

        y = refused(x)
        words: list[str] = []

        def run(value: float) -> None:
            with pytest.raises(tf.errors.InvalidArgumentError) as error:
                session.run(y, {x: [value]})
            words.append(str(error.value))

        threads = [threading.Thread(target=run, args=[value]) for value in (1.0, np.nan)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(words) == 2
        assert all("bad rows" in one for one in words)
