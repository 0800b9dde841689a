"""tf.contrib.slim.learning.train: the loop, its checkpoints and what ends it."""

from pathlib import Path
from typing import Any

import pytest

import nbtf as tf

slim = tf.contrib.slim


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def halving() -> Any:
    """A loss that each step makes four times smaller."""
    w = tf.get_variable("w", initializer=8.0)
    tf.summary.scalar("w", w)
    return slim.learning.create_train_op(w * w, tf.train.GradientDescentOptimizer(0.25))


def test_it_trains_to_the_given_step_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    assert slim.learning.train(halving(), str(tmp_path), number_of_steps=3) == 4.0
    assert tf.train.latest_checkpoint(tmp_path) == str(tmp_path / "model.ckpt-3")
    assert list(tmp_path.glob("events.out.tfevents.*"))
    with tf.Graph().as_default():
        assert slim.learning.train(halving(), str(tmp_path), number_of_steps=5) == 0.25
    assert tf.train.latest_checkpoint(tmp_path) == str(tmp_path / "model.ckpt-5")


def test_it_starts_from_what_init_fn_restores(tmp_path: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("old", initializer=2.0)
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "old"))
    train_op = halving()
    restore = slim.assign_from_checkpoint_fn(path, {"old": slim.get_unique_variable("w")})
    assert slim.learning.train(train_op, None, number_of_steps=1, init_fn=restore, log_every_n_steps=0) == 4.0


def test_it_ends_where_a_step_says_so_and_where_the_inputs_end() -> None:
    losses = []

    def step(session: Any, train_op: Any, global_step: Any, kwargs: Any) -> tuple[Any, bool]:
        losses.append(session.run(train_op))
        return losses[-1], len(losses) == kwargs["most"]

    assert slim.learning.train(halving(), None, step, {"most": 2}) == 16.0 == losses[-1]
    with tf.Graph().as_default():
        (one,) = tf.train.slice_input_producer([tf.constant([1.0, 2.0, 3.0])], num_epochs=1, shuffle=False)
        w = tf.get_variable("w", initializer=0.0)
        train_op = slim.learning.create_train_op((w - one) ** 2, tf.train.GradientDescentOptimizer(0.5))
        assert slim.learning.train(train_op, None) == 1.0


@pytest.mark.parametrize("given", [{"sync_optimizer": object()}, {"trace_every_n_steps": 1}])
def test_what_it_has_not_is_said(given: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="neither sync_optimizer nor trace_every_n_steps"):
        slim.learning.train(tf.constant(1.0), str(tmp_path), **given)


def test_what_is_not_trainable_is_not_trained() -> None:
    fixed = tf.get_variable("fixed", [], trainable=False)
    with pytest.raises(ValueError, match="no trainable variable"):
        slim.learning.create_train_op(fixed * 2.0, tf.train.AdamOptimizer(), variables_to_train=[fixed])
