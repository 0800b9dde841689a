"""What is large runs for a part of the batch at a time: the same bits, whatever the batch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run, without

import nbtf as tf
from nbtf.compiler import split_batches

RANDOM = np.random.default_rng(0)
FILTER = RANDOM.standard_normal((3, 3, 4, 4)).astype(np.float32)
BIAS = RANDOM.standard_normal(4).astype(np.float32)
BATCHES = (0, 1, 2, 3, 7)


@pytest.fixture(autouse=True)
def a_small_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds what a convolution of two images with an addend reads and writes."""
    monkeypatch.setattr(split_batches, "_CACHE_BYTES", 2 * 3 * images(1).nbytes)


def images(batch: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(batch).standard_normal((batch, 12, 12, 4)).astype(np.float32)


def net(x: Any) -> Any:
    """Convolutions with a way round them; an output of 3x3x8 an image."""
    y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, FILTER, 1, "SAME"), BIAS))
    y = tf.nn.conv2d(y, FILTER, 1, "SAME") + x
    y = tf.nn.max_pool2d(y, 2, 2, "SAME")
    return tf.nn.max_pool2d(tf.concat([y, tf.tanh(y)], 3), 2, 2, "SAME")


SPLIT: dict[str, Callable[[Any], list[Any]]] = {
    "a net": lambda x: [net(x)],
    "one value more": lambda x: (lambda y: [y, tf.tanh(net(y))])(tf.nn.max_pool2d(x, 1, 1, "SAME")),
    "means": lambda x: [tf.reduce_mean(tf.tanh(tf.nn.conv2d(x, FILTER, 1, "SAME")), [1, 2])],
    "padded": lambda x: [tf.nn.max_pool2d(tf.pad(tf.tanh(x), [[0, 0], [1, 2], [0, 0], [0, 0]]), 3, 3, "VALID")],
    "rows": lambda x: [tf.nn.softmax(tf.reshape(net(x), [tf.shape(net(x))[0], 72]))],
    "a way out": lambda x: [tf.reduce_sum(net(x), 0)],
}
WHOLE: dict[str, Callable[[Any], list[Any]]] = {
    "sums over the batch": lambda x: [tf.tanh(x - tf.reduce_sum(x, 0, keepdims=True)) * 2.0],
    "reversed": lambda x: [tf.nn.max_pool2d(tf.reverse(tf.nn.max_pool2d(x, 2, 2, "SAME"), [0]), 2, 2, "SAME")],
    "a constant of several images": lambda x: [tf.nn.max_pool2d(x + images(2), 2, 2, "SAME")],
    "weights that are fed": lambda x: [
        tf.nn.relu(tf.nn.conv2d(x, tf.placeholder_with_default(FILTER, None), 1, "SAME"))
    ],
    "joined batches": lambda x: [tf.nn.max_pool2d(tf.concat([x, x], 0), 2, 2, "SAME")],
}


def built(make: Callable[[Any], list[Any]], batch: int) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 12, 12, 4])
        return make(x), {x: images(batch)}

    return build


def check_equal(values: list[Any], expected: list[Any]) -> None:
    for value, wanted in zip(values, expected, strict=True):
        np.testing.assert_array_equal(value, wanted)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("name", SPLIT)
def test_split(name: str, batch: int) -> None:
    ran, plain = run(built(SPLIT[name], batch)), run(built(SPLIT[name], batch), "split_batches")
    assert ran.ops.count("_BatchLoop") == 2 and "_BatchLoop" not in plain.ops
    check_equal(ran.values, plain.values)


@pytest.mark.parametrize("name", WHOLE)
def test_whole(name: str) -> None:
    ran, plain = run(built(WHOLE[name], 2)), run(built(WHOLE[name], 2), "split_batches")
    assert ran.ops == plain.ops
    check_equal(ran.values, plain.values)


def test_a_batch_that_fits_is_not_split() -> None:
    def build(images_at_once: int) -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [images_at_once, 12, 12, 4])
        return [net(x)], {x: images(images_at_once)}

    assert "_BatchLoop" not in run(lambda: build(2)).ops
    assert "_BatchLoop" in run(lambda: build(3)).ops


def test_batches_of_all_sizes_in_one_session() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 12, 12, 4])
        y = net(x)
        with tf.Session() as split, tf.Session(config=without("split_batches")) as whole:
            for batch in (7, 1, 3, 7, 0, 2, 7):
                fed = {x: images(batch)}
                check_equal([split.run(y, fed)], [whole.run(y, fed)])


def test_in_a_loop_and_in_a_branch() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 12, 12, 4])
        again = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, tf.tile(net(y), [1, 4, 4, 1])[..., :4]), [0, x])
        taken = tf.cond(tf.shape(x)[0] > 2, lambda: net(x), lambda: net(x) + 1.0)
        return [again[1], taken], {x: images(5)}

    check_equal(run(build).values, run(build, "split_batches").values)


def test_less_memory_is_taken() -> None:
    def arena(*off: str) -> int:
        with tf.Graph().as_default():
            x = tf.placeholder(tf.float32, [None, 12, 12, 4])
            y = net(x)
            with tf.Session(config=without(*off)) as session:
                for _ in range(2):  # the first run tells what the second one takes
                    session.run(y, {x: images(16)})
                (executable,) = session._executables.values()
                return max(len(binding.context.arena) for binding in executable._idle)

    assert arena() < arena("split_batches") / 2
