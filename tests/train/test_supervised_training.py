"""Monitored sessions and supervisors: a small training program, started, stopped and started again from its checkpoint."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf


class Program:
    """Two variables on their way to zero; a summary; a queue of numbers."""

    def __init__(self) -> None:
        self.step = tf.train.get_or_create_global_step()
        self.weights = tf.get_variable("weights", initializer=[1.0, 2.0])
        self.local = tf.get_local_variable("local", initializer=3.0)
        self.loss = tf.reduce_sum(tf.square(self.weights))
        tf.summary.scalar("loss", self.loss)
        self.number = tf.train.range_input_producer(1000, shuffle=False).dequeue()
        self.train = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss, global_step=self.step)


@pytest.fixture
def program() -> Any:
    with tf.Graph().as_default():
        yield Program()
    tf.summary.FileWriterCache.clear()


def _checkpoints(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("model.ckpt-*.index")}


def test_training_stops_at_its_step_and_is_saved(program: Program, tmp_path: Path) -> None:
    final = tf.train.FinalOpsHook(program.loss)
    hooks = [tf.train.StopAtStepHook(last_step=10), tf.train.NanTensorHook(program.loss), final]
    numbers = []
    with tf.train.MonitoredTrainingSession(
        checkpoint_dir=str(tmp_path), save_checkpoint_steps=4, hooks=hooks, log_step_count_steps=3
    ) as session:
        while not session.should_stop():
            numbers.append(session.run([program.train, program.number])[1])
    assert numbers == list(range(10))
    assert _checkpoints(tmp_path) == {"model.ckpt-0", "model.ckpt-4", "model.ckpt-8", "model.ckpt-10"}
    np.testing.assert_allclose(final.final_ops_values, 5 * 0.8**20, rtol=1e-5)
    assert list(tmp_path.glob("events.out.tfevents.*")) and (tmp_path / "graph.pbtxt").exists()


def test_training_goes_on_from_its_checkpoint(program: Program, tmp_path: Path) -> None:
    for last in (3, 5):
        hooks = [tf.train.StopAtStepHook(last_step=last)]
        with tf.train.MonitoredTrainingSession(checkpoint_dir=str(tmp_path), hooks=hooks) as session:
            while not session.should_stop():
                session.run(program.train)
    with tf.train.SingularMonitoredSession(checkpoint_dir=str(tmp_path)) as session:
        assert session.run(program.step) == 5
        assert session.raw_session().run(program.local) == 3


def test_the_end_of_the_input_ends_the_block(program: Program) -> None:
    with tf.Graph().as_default():
        one = tf.train.range_input_producer(3, num_epochs=1, shuffle=False).dequeue()
        seen = []
        with tf.train.MonitoredSession() as session:
            while not session.should_stop():
                seen.append(int(session.run(one)))
        assert seen == [0, 1, 2]


def test_a_hook_is_called_in_order(program: Program) -> None:
    calls: list[Any] = []

    class Recorder(tf.train.SessionRunHook):
        def begin(self) -> None:
            calls.append("begin")

        def after_create_session(self, session: Any, coord: Any) -> None:
            calls.append("created")

        def before_run(self, run_context: Any) -> Any:
            calls.append(run_context.original_args.fetches is program.train)
            return tf.train.SessionRunArgs({"loss": program.loss})

        def after_run(self, run_context: Any, run_values: Any) -> None:
            calls.append(float(run_values.results["loss"]))
            run_context.request_stop()

        def end(self, session: Any) -> None:
            calls.append("end")

    with tf.train.MonitoredSession(hooks=[Recorder()]) as session:
        assert session.run(program.train) is None
        assert session.should_stop()
    assert calls[:3] == ["begin", "created", True] and calls[4:] == ["end"]


def test_an_error_of_the_block_is_raised(program: Program) -> None:
    with pytest.raises(KeyError), tf.train.MonitoredSession():
        raise KeyError


def test_a_loss_of_nan_stops_training(program: Program) -> None:
    bad = tf.constant(np.float32(np.nan))
    with (
        pytest.raises(tf.train.NanLossDuringTrainingError),
        tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(bad)]) as session,
    ):
        session.run(program.train)


def test_a_supervisor_saves_and_restores(program: Program, tmp_path: Path) -> None:
    supervisor = tf.train.Supervisor(logdir=str(tmp_path), save_model_secs=0, save_summaries_secs=0)
    with supervisor.managed_session() as session:
        for _ in range(4):
            session.run(program.train)
        supervisor.saver.save(session, supervisor.save_path, global_step=program.step)
    with supervisor.managed_session() as session:
        assert session.run(program.step) == 4
    with pytest.raises(KeyError), supervisor.managed_session():
        raise KeyError


def test_a_session_manager_says_what_is_not_initialized(program: Program) -> None:
    manager = tf.train.SessionManager(ready_op=tf.report_uninitialized_variables())
    with pytest.raises(RuntimeError, match="Variables not initialized: .*weights"):
        manager.prepare_session("", init_op=program.step.initializer)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.train.StopAtStepHook(),
        lambda: tf.train.StopAtStepHook(1, 2),
        lambda: tf.train.LoggingTensorHook([]),
        lambda: tf.train.SecondOrStepTimer(),
        lambda: tf.train.SummarySaverHook(save_steps=1),
        lambda: tf.train.StepCounterHook(every_n_steps=1, every_n_secs=1),
    ],
)
def test_hooks_refuse_what_is_unclear(make: Any) -> None:
    with pytest.raises(ValueError, match="."):
        make()
