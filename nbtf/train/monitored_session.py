"""Monitored sessions: made ready by a scaffold, watched by hooks, made anew when they are lost, and stopped in order."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from nbtf.errors import AbortedError, OutOfRangeError, UnavailableError
from nbtf.graph import default_stacks
from nbtf.train import hooks as hook_module
from nbtf.train.coordinator import Coordinator
from nbtf.train.queue_runner import start_queue_runners
from nbtf.train.scaffold import Scaffold
from nbtf.train.session_manager import SessionManager
from nbtf.train.session_run_hook import SessionRunArgs, SessionRunContext, SessionRunHook, SessionRunValues
from nbtf.wire import schema

_log = logging.getLogger("nbtf")
_LOST = (AbortedError, UnavailableError)
"""What a session raises that is lost: another one may do better."""
USE_DEFAULT = object()


class SessionCreator:
    """Makes sessions."""

    def create_session(self) -> Any:
        raise NotImplementedError("create_session is not implemented.")


class ChiefSessionCreator(SessionCreator):
    """Makes sessions from the last checkpoint in a folder, or by the scaffold's initializers."""

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master, self._config = master, config
        self._checkpoint_dir = checkpoint_dir
        self._checkpoint_filename_with_path = checkpoint_filename_with_path
        self._manager: SessionManager | None = None

    def _session_manager(self) -> SessionManager:
        if self._manager is None:
            self._manager = SessionManager(
                local_init_op=self._scaffold.local_init_op,
                local_init_feed_dict=self._scaffold.local_init_feed_dict,
                ready_op=self._scaffold.ready_op,
                ready_for_local_init_op=self._scaffold.ready_for_local_init_op,
                graph=default_stacks.get_default_graph(),
            )
        return self._manager

    def create_session(self) -> Any:
        self._scaffold.finalize()
        return self._session_manager().prepare_session(
            self._master,
            saver=self._scaffold.saver,
            checkpoint_dir=self._checkpoint_dir,
            checkpoint_filename_with_path=self._checkpoint_filename_with_path,
            config=self._config,
            init_op=self._scaffold.init_op,
            init_feed_dict=self._scaffold.init_feed_dict,
            init_fn=self._scaffold.init_fn,
        )


class WorkerSessionCreator(SessionCreator):
    """Makes sessions once a chief has initialized the model."""

    def __init__(
        self, scaffold: Scaffold | None = None, master: str = "", config: Any = None, max_wait_secs: float = 1800
    ) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master, self._config, self._max_wait_secs = master, config, max_wait_secs

    def create_session(self) -> Any:
        self._scaffold.finalize()
        manager = SessionManager(
            local_init_op=self._scaffold.local_init_op,
            local_init_feed_dict=self._scaffold.local_init_feed_dict,
            ready_op=self._scaffold.ready_op,
            ready_for_local_init_op=self._scaffold.ready_for_local_init_op,
            graph=default_stacks.get_default_graph(),
        )
        return manager.wait_for_session(self._master, config=self._config, max_wait_secs=self._max_wait_secs)


class StepContext:
    """What `run_step_fn` gives a step function: the raw session, and a run with hooks."""

    def __init__(self, session: Any, run_with_hooks_fn: Callable[..., Any]) -> None:
        self._session = session
        self._run_with_hooks_fn = run_with_hooks_fn

    @property
    def session(self) -> Any:
        return self._session

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        return self._run_with_hooks_fn(*args, **kwargs)

    def request_stop(self) -> None:
        """Ends training after this step."""
        raise StopIteration("step_fn has requested the iterations to stop.")


class _MonitoredSession:
    """What both kinds share. A context manager; on leaving it OutOfRangeError and StopIteration are an end like any."""

    StepContext = StepContext

    def __init__(
        self,
        session_creator: SessionCreator,
        hooks: Sequence[SessionRunHook] | None,
        should_recover: bool,
        stop_grace_period_secs: float = 120,
    ) -> None:
        self._graph_was_finalized = default_stacks.get_default_graph().finalized
        self._hooks = list(hooks or [])
        for hook in self._hooks:
            hook.begin()
        self._creator = session_creator
        self._recovers = should_recover
        self._grace = stop_grace_period_secs
        self._stop_requested = False
        self._closed = False
        self._coordinator = Coordinator()
        self._session: Any = None
        self._create()

    def _create(self) -> None:
        """A session with its threads, and the hooks told of it."""
        self._coordinator = Coordinator()
        while True:
            try:
                self._session = self._creator.create_session()
                start_queue_runners(sess=self._session, coord=self._coordinator)
                for hook in self._hooks:
                    hook.after_create_session(self._session, self._coordinator)
            except _LOST as error:
                if not self._recovers:
                    raise
                _log.info("An error was raised while a session was being created: %s. It is created again.", error)
            else:
                return

    @property
    def graph(self) -> Any:
        """The graph of the session; None once it is closed."""
        return None if self._session is None else self._session.graph

    def should_stop(self) -> bool:
        """Whether training is over: a hook asked for it, a thread failed, or the session is closed."""
        return self._closed or self._stop_requested or self._coordinator.should_stop()

    # ---- running ----

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """As Session.run, with the hooks around it. A session that is lost is made anew, where that is this one's way."""
        while True:
            try:
                if self._session is None:
                    self._create()
                return self._run_with_hooks(fetches, feed_dict, options, run_metadata)
            except _LOST as error:
                if not self._recovers:
                    raise
                _log.info("An error was raised by a session that is lost: %s. It is created again.", error)
                self._close_session()
            except BaseException:
                # what a thread reported says more than that its queue is closed
                self._coordinator.raise_requested_exception()
                raise

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """What step_fn(step_context) returns. Raises ValueError for a function of other parameters."""
        import inspect

        names = list(inspect.signature(step_fn).parameters)
        if "step_context" not in names or len(names) > 2 or (len(names) == 2 and names[0] != "self"):
            raise ValueError("'step_fn' may either have one 'step_context' argument, or a `self` argument before it")
        try:
            return step_fn(StepContext(self._session, self._run_with_hooks))
        except StopIteration:
            self._stop_requested = True
            return None

    def _run_with_hooks(
        self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        if self._session is None:
            raise RuntimeError("Attempted to use a closed Session.")
        if self.should_stop():
            raise RuntimeError("Run called even after should_stop requested.")
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict), self._session)
        wanted: dict[Any, Any] = {"caller": fetches}
        options = options or schema.RunOptions()
        feeds = self._asked_for(context, wanted, feed_dict, options)
        run_metadata = run_metadata or schema.RunMetadata()
        outputs = self._session.run(wanted, feed_dict=feeds, options=options, run_metadata=run_metadata)
        for hook in self._hooks:
            hook.after_run(context, SessionRunValues(outputs.get(hook), options, run_metadata))
        self._stop_requested = self._stop_requested or context.stop_requested
        return outputs["caller"]

    def _asked_for(self, context: SessionRunContext, wanted: dict[Any, Any], feed_dict: Any, options: Any) -> Any:
        """Adds what the hooks want to fetch; the feeds of all. RuntimeError where two feed one tensor."""
        feeds = dict(feed_dict or {})
        by_hooks: set[Any] = set()
        for hook in self._hooks:
            request = hook.before_run(context)
            if request is None:
                continue
            if request.fetches is not None:
                wanted[hook] = request.fetches
            for key in request.feed_dict or {}:
                if key in by_hooks:
                    raise RuntimeError("Same tensor is fed by two hooks.")
                if key in feeds:
                    raise RuntimeError("Same tensor is fed by a SessionRunHook and user.")
                by_hooks.add(key)
            feeds.update(request.feed_dict or {})
            if request.options is not None:
                options.MergeFrom(request.options)
        return feeds or None

    # ---- the end ----

    def __enter__(self) -> Any:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        ended = kind is not None and issubclass(kind, (OutOfRangeError, StopIteration))
        self._close(failed=kind is not None and not ended)
        return ended

    def close(self) -> None:
        """Stops threads, tells the hooks, and closes the session."""
        self._close(failed=False)

    def _close(self, failed: bool) -> None:
        try:
            if not failed and not self._closed and self._session is not None:
                for hook in self._hooks:
                    hook.end(self._session)
        finally:
            self._closed = True
            try:
                self._close_session()
            finally:
                if not self._graph_was_finalized:
                    default_stacks.get_default_graph()._unsafe_unfinalize()

    def _close_session(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        self._coordinator.request_stop()
        try:
            self._coordinator.join(stop_grace_period_secs=self._grace, ignore_live_threads=True)
        finally:
            session.close()

    def _is_closed(self) -> bool:
        return self._closed

    def _tf_sess(self) -> Any:
        return self._session


class MonitoredSession(_MonitoredSession):
    """A session that calls hooks, starts queue runners, and is made anew from the last checkpoint when it is lost."""

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        """session_creator: a ChiefSessionCreator unless given."""
        super().__init__(session_creator or ChiefSessionCreator(), hooks, True, stop_grace_period_secs)


class SingularMonitoredSession(_MonitoredSession):
    """A session that calls hooks and starts queue runners; what makes it fail is raised."""

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(
            scaffold=scaffold,
            master=master,
            config=config,
            checkpoint_dir=checkpoint_dir,
            checkpoint_filename_with_path=checkpoint_filename_with_path,
        )
        super().__init__(creator, hooks, False, stop_grace_period_secs)

    def raw_session(self) -> Any:
        """The session behind."""
        return self._session


def MonitoredTrainingSession(  # noqa: N802  # TensorFlow's name
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = USE_DEFAULT,
    save_summaries_steps: Any = USE_DEFAULT,
    save_summaries_secs: Any = USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = USE_DEFAULT,
    summary_dir: str | None = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A MonitoredSession for training: it saves checkpoints, every 600 seconds, and summaries, every 100 steps, unless
    told otherwise. With is_chief false, it waits for another process to make the model ready, and saves nothing."""
    if save_summaries_steps is USE_DEFAULT and save_summaries_secs is USE_DEFAULT:
        save_summaries_steps, save_summaries_secs = 100, None
    if save_checkpoint_secs is USE_DEFAULT and save_checkpoint_steps is USE_DEFAULT:
        save_checkpoint_secs, save_checkpoint_steps = 600, None
    save_summaries_steps, save_summaries_secs, save_checkpoint_secs, save_checkpoint_steps = (
        None if value is USE_DEFAULT else value
        for value in (save_summaries_steps, save_summaries_secs, save_checkpoint_secs, save_checkpoint_steps)
    )
    scaffold = scaffold or Scaffold()
    all_hooks: list[SessionRunHook] = []
    if not is_chief:
        worker = WorkerSessionCreator(scaffold=scaffold, master=master, config=config, max_wait_secs=max_wait_secs)
        return MonitoredSession(worker, hooks, stop_grace_period_secs)
    all_hooks += chief_only_hooks or []
    creator = ChiefSessionCreator(scaffold=scaffold, checkpoint_dir=checkpoint_dir, master=master, config=config)
    summary_dir = summary_dir or checkpoint_dir
    if summary_dir:
        os.makedirs(summary_dir, exist_ok=True)
        if log_step_count_steps and log_step_count_steps > 0:
            all_hooks.append(hook_module.StepCounterHook(output_dir=summary_dir, every_n_steps=log_step_count_steps))
        if (save_summaries_steps and save_summaries_steps > 0) or (save_summaries_secs and save_summaries_secs > 0):
            all_hooks.append(
                hook_module.SummarySaverHook(
                    scaffold=scaffold,
                    save_steps=save_summaries_steps,
                    save_secs=save_summaries_secs,
                    output_dir=summary_dir,
                )
            )
    if checkpoint_dir and ((save_checkpoint_secs or 0) > 0 or (save_checkpoint_steps or 0) > 0):
        all_hooks.append(
            hook_module.CheckpointSaverHook(
                checkpoint_dir,
                save_steps=save_checkpoint_steps,
                save_secs=save_checkpoint_secs,
                scaffold=scaffold,
                save_graph_def=save_graph_def,
            )
        )
    return MonitoredSession(creator, [*all_hooks, *(hooks or [])], stop_grace_period_secs)
