"""Supervisor: a session that is restored or initialized, and threads that save it and write summaries."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from nbtf import dtypes
from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.lookup.initializing import tables_initializer
from nbtf.session import Session
from nbtf.summary import summaries
from nbtf.summary.file_writer import FileWriter
from nbtf.train import steps
from nbtf.train.coordinator import Coordinator, LooperThread
from nbtf.train.saver import Saver
from nbtf.train.session_manager import SessionManager
from nbtf.variables.initialization import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
)
from nbtf.wire import schema

_log = logging.getLogger("nbtf")


class Supervisor:
    """Makes sessions that start where the last checkpoint in `logdir` ended, and keeps checkpoints and summaries going.

    What is USE_DEFAULT is found in the graph's collections, or made. The graph is final afterwards.
    """

    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Any = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Any = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        """save_summaries_secs, save_model_secs: between two; 0: never. init_fn: called with a session after init_op."""
        self._graph = graph if graph is not None else default_stacks.get_default_graph()
        with self._graph.as_default():
            self._init_ops(ready_op, ready_for_local_init_op, init_op, local_init_op, summary_op, saver, global_step)
        self._is_chief = is_chief
        self._init_feed_dict, self._init_fn = init_feed_dict, init_fn
        self._coord = Coordinator()
        self._stop_grace_secs = stop_grace_secs
        self._save_summaries_secs, self._save_model_secs = save_summaries_secs, save_model_secs
        self._logdir = logdir if is_chief else None
        self._save_path = os.path.join(logdir, checkpoint_basename) if self._logdir and logdir else None
        self._summary_writer = summary_writer
        if self._is_default(summary_writer):
            self._summary_writer = FileWriter(self._logdir) if self._logdir else None
        self._graph_added_to_summary = False
        self._session_manager = session_manager or SessionManager(
            local_init_op=self._local_init_op,
            ready_op=self._ready_op,
            ready_for_local_init_op=self._ready_for_local_init_op,
            graph=self._graph,
            recovery_wait_secs=recovery_wait_secs,
            local_init_run_options=local_init_run_options,
        )
        self._graph.finalize()

    @classmethod
    def _is_default(cls, value: Any) -> bool:
        return value is cls.USE_DEFAULT

    def _init_ops(
        self, ready: Any, ready_for_local: Any, init: Any, local_init: Any, summary: Any, saver: Any, step: Any
    ) -> None:
        self._ready_op = self._found(ready, GraphKeys.READY_OP, report_uninitialized_variables)
        self._ready_for_local_init_op = self._found(ready_for_local, GraphKeys.READY_FOR_LOCAL_INIT_OP, None)
        self._init_op = self._found(init, GraphKeys.INIT_OP, global_variables_initializer)
        self._local_init_op = self._found(local_init, GraphKeys.LOCAL_INIT_OP, _local_initializer)
        has_variables = bool(self._graph.get_collection(GraphKeys.GLOBAL_VARIABLES))
        self._saver = self._found(saver, GraphKeys.SAVERS, Saver if has_variables else None)
        self._summary_op = self._found(summary, GraphKeys.SUMMARY_OP, summaries.merge_all)
        self._global_step = self._found(step, GraphKeys.GLOBAL_STEP, _step_by_name)

    def _found(self, given: Any, key: str, make: Callable[[], Any] | None) -> Any:
        """What was given; else the first of a collection; else a new one, which joins it."""
        if not self._is_default(given):
            return given
        kept = self._graph.get_collection(key)
        if kept:
            return kept[0]
        made = make() if make is not None else None
        if made is not None:
            self._graph.add_to_collection(key, made)
        return made

    # ---- what it has ----

    @property
    def is_chief(self) -> bool:
        return self._is_chief

    @property
    def session_manager(self) -> SessionManager:
        return self._session_manager

    @property
    def coord(self) -> Coordinator:
        return self._coord

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def summary_writer(self) -> Any:
        return self._summary_writer

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def save_summaries_secs(self) -> float:
        return self._save_summaries_secs

    @property
    def global_step(self) -> Any:
        return self._global_step

    @property
    def saver(self) -> Any:
        return self._saver

    @property
    def save_model_secs(self) -> float:
        return self._save_model_secs

    @property
    def save_path(self) -> str | None:
        return self._save_path

    # ---- sessions ----

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """A session that is ready, with its queue runners and, unless told otherwise, the standard services."""
        self._coord.clear_stop()
        if self._summary_writer is not None:
            self._summary_writer.reopen()
        if self._is_chief:
            session = self._session_manager.prepare_session(
                master,
                init_op=self._init_op,
                saver=self._saver,
                checkpoint_dir=self._logdir,
                wait_for_checkpoint=wait_for_checkpoint,
                max_wait_secs=max_wait_secs,
                config=config,
                init_feed_dict=self._init_feed_dict,
                init_fn=self._init_fn,
            )
            self._write_graph()
            if start_standard_services:
                self.start_standard_services(session)
        else:
            session = self._session_manager.wait_for_session(master, config=config, max_wait_secs=max_wait_secs)
        self.start_queue_runners(session)
        return session

    @contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """A session for a block. An error of the block or of a thread stops all threads, and is raised in the end."""
        session: Session | None = None
        try:
            session = self.prepare_or_wait_for_session(
                master=master, config=config, start_standard_services=start_standard_services
            )
            yield session
        except Exception as error:  # noqa: BLE001  # stop() raises it, unless it is the end of the input
            self.request_stop(error)
        finally:
            try:
                self.stop(close_summary_writer=close_summary_writer)
            finally:
                if session is not None:
                    session.close()

    def start_standard_services(self, sess: Session) -> list[LooperThread] | None:
        """Threads that write summaries and steps per second, and save checkpoints. RuntimeError where it is no chief."""
        if not self._is_chief:
            raise RuntimeError(
                "Only chief supervisor can start standard services. Because only chief supervisors can write events."
            )
        if not self._logdir:
            _log.warning("Standard services need a 'logdir' passed to the SessionManager")
            return None
        if self._global_step is not None and self._summary_writer is not None:
            log = schema.SessionLog(status=schema.SessionLog.START)
            self._summary_writer.add_session_log(log, steps.global_step(sess, self._global_step))
        services: list[tuple[float, Callable[..., Any]]] = []
        if self._save_summaries_secs and self._summary_writer is not None:
            if self._summary_op is not None:
                services.append((self._save_summaries_secs, self._write_summary))
            if self._global_step is not None:
                services.append((self._save_summaries_secs, _StepRate(self)))
        if self._saver is not None and self._save_model_secs:
            services.append((self._save_model_secs, self._save))
        threads = [LooperThread(self._coord, secs, target=function, args=(sess,)) for secs, function in services]
        for thread in threads:
            thread.start()
        return threads

    def start_queue_runners(self, sess: Session, queue_runners: Sequence[Any] | None = None) -> list[Any]:
        """The threads of queue runners, those of the graph unless given."""
        runners = self._graph.get_collection(GraphKeys.QUEUE_RUNNERS) if queue_runners is None else queue_runners
        threads: list[Any] = []
        for runner in runners:
            threads += runner.create_threads(sess, coord=self._coord, daemon=True, start=True)
        return threads

    def loop(
        self, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None
    ) -> LooperThread:
        """A thread that calls `target` again and again until the supervisor stops."""
        return LooperThread.loop(self._coord, timer_interval_secs, target, args or (), kwargs)

    def summary_computed(self, sess: Session, summary: Any, global_step: int | None = None) -> None:
        """Writes a summary that a step has computed. RuntimeError where there is no summary writer."""
        if self._summary_writer is None:
            raise RuntimeError("Writing a summary requires a summary writer.")
        if global_step is None and self._global_step is not None:
            global_step = steps.global_step(sess, self._global_step)
        self._summary_writer.add_summary(summary, global_step)

    # ---- stopping ----

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop; see Coordinator.request_stop."""
        self._coord.request_stop(ex=ex)

    def should_stop(self) -> bool:
        return self._coord.should_stop()

    def stop_on_exception(self) -> AbstractContextManager[None]:
        return self._coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        self._coord.wait_for_stop()

    def stop(self, threads: Any = None, close_summary_writer: bool = True, ignore_live_threads: bool = False) -> None:
        """Stops and joins all threads. Raises what one of them reported."""
        self._coord.request_stop()
        try:
            self._coord.join(
                threads, stop_grace_period_secs=self._stop_grace_secs, ignore_live_threads=ignore_live_threads
            )
        finally:
            if close_summary_writer and self._summary_writer is not None:
                self._summary_writer.add_session_log(schema.SessionLog(status=schema.SessionLog.STOP))
                self._summary_writer.close()
                self._graph_added_to_summary = False

    # ---- services ----

    def _write_graph(self) -> None:
        if self._logdir:
            os.makedirs(self._logdir, exist_ok=True)
            with open(os.path.join(self._logdir, "graph.pbtxt"), "w", encoding="utf-8") as file:
                file.write(str(self._graph.as_graph_def(add_shapes=True)))
        if self._summary_writer is not None and not self._graph_added_to_summary:
            self._summary_writer.add_graph(self._graph)
            self._graph_added_to_summary = True

    def _write_summary(self, sess: Session) -> None:
        if self._global_step is None:
            self._summary_writer.add_summary(sess.run(self._summary_op))
            return
        summary, step = sess.run([self._summary_op, self._global_step])
        self._summary_writer.add_summary(summary, step)

    def _save(self, sess: Session) -> None:
        self._saver.save(sess, self._save_path, global_step=self._global_step)
        if self._summary_writer is not None and self._global_step is not None:
            log = schema.SessionLog(status=schema.SessionLog.CHECKPOINT, checkpoint_path=self._save_path)
            self._summary_writer.add_session_log(log, steps.global_step(sess, self._global_step))

    Loop = loop
    PrepareSession = prepare_or_wait_for_session
    RequestStop = request_stop
    ShouldStop = should_stop
    StartQueueRunners = start_queue_runners
    StartStandardServices = start_standard_services
    Stop = stop
    StopOnException = stop_on_exception
    SummaryComputed = summary_computed
    WaitForStop = wait_for_stop


class _StepRate:
    """Writes steps per second since the last call."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._last: tuple[float, int] | None = None

    def __call__(self, sess: Session) -> None:
        step, now = steps.global_step(sess, self._supervisor.global_step), time.time()
        if self._last is not None:
            rate = (step - self._last[1]) / max(now - self._last[0], 1e-9)
            value = schema.Summary.Value(tag=f"{self._supervisor.global_step.op.name}/sec", simple_value=rate)
            self._supervisor.summary_writer.add_summary(schema.Summary(value=[value]), step)
        self._last = now, step


def _local_initializer() -> Any:
    return group(local_variables_initializer(), tables_initializer())


def _step_by_name() -> Any:
    """The integer tensor "global_step:0", or None."""
    graph = default_stacks.get_default_graph()
    try:
        step = graph.get_tensor_by_name("global_step:0")
    except KeyError:
        return None
    return step if step.dtype.base_dtype in (dtypes.int32, dtypes.int64) else None


def basic_train_loop(
    supervisor: Supervisor, train_step_fn: Callable[..., Any], args: Any = None, kwargs: Any = None, master: str = ""
) -> None:
    """Calls train_step_fn(session, *args, **kwargs) again and again until the supervisor stops."""
    with supervisor.managed_session(master) as session:
        while not supervisor.should_stop():
            train_step_fn(session, *(args or ()), **(kwargs or {}))
