"""SessionManager: sessions whose variables come from a checkpoint or from their initializers."""

from __future__ import annotations

import logging
import time
from typing import Any

import numpy as np

from nbtf.checkpoint.state import checkpoint_exists, get_checkpoint_state
from nbtf.errors import DeadlineExceededError, FailedPreconditionError
from nbtf.graph import default_stacks
from nbtf.session import Session

_log = logging.getLogger("nbtf")


class SessionManager:
    """Makes sessions that are ready to train."""

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Any = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        """ready_op: names of what is not initialized; local_init_op is run once ready_for_local_init_op names nothing.
        recovery_wait_secs: between two looks at whether another process has initialized a session."""
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = graph if graph is not None else default_stacks.get_default_graph()
        self._recovery_wait_secs = recovery_wait_secs
        self._local_init_run_options = local_init_run_options
        self._local_init_feed_dict = local_init_feed_dict
        if ready_for_local_init_op is not None and local_init_op is None:
            raise ValueError(
                "If you pass a ready_for_local_init_op you must also pass a local_init_op , "
                f"ready_for_local_init_op [{ready_for_local_init_op}]"
            )

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Any = None,
        init_fn: Any = None,
    ) -> Session:
        """A session restored from the last checkpoint, or, where there is none, initialized by init_op and init_fn.

        Raises RuntimeError where there is neither, or where it is not ready afterwards.
        """
        session, restored = self._restore(
            master,
            saver,
            checkpoint_dir,
            checkpoint_filename_with_path,
            wait_for_checkpoint,
            max_wait_secs,
            config,
        )
        if not restored:
            if init_op is None and not init_fn and self._local_init_op is None:
                raise RuntimeError("Model is not initialized and no init_op or init_fn or local_init_op was given")
            if init_op is not None:
                session.run(init_op, feed_dict=init_feed_dict)
            if init_fn:
                init_fn(session)
        initialized, message = self._try_local_init(session)
        if not initialized:
            raise RuntimeError(
                f"Init operations did not make model ready for local_init.  Init op: {_name(init_op)}, "
                f"init fn: {init_fn}, error: {message}"
            )
        ready, message = self._is_ready(session)
        if not ready:
            raise RuntimeError(
                f"Init operations did not make model ready.  Init op: {_name(init_op)}, init fn: {init_fn}, "
                f"local_init_op: {_name(self._local_init_op)}, error: {message}"
            )
        return session

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """A session, and whether it was restored from a checkpoint and is ready."""
        session, restored = self._restore(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint, max_wait_secs, config
        )
        initialized, message = self._try_local_init(session)
        if not initialized:
            _log.info("Restoring model did not make model ready for local init: %s", message)
            return session, False
        ready, message = self._is_ready(session)
        if not ready:
            _log.info("Restoring model did not make model ready: %s", message)
            return session, False
        return session, restored

    def wait_for_session(self, master: str, config: Any = None, max_wait_secs: float = float("inf")) -> Session:
        """A session whose model somebody else initializes: waits until it is ready.

        In one process nobody else can, so without a model that is ready by local initialization alone this raises
        DeadlineExceededError after max_wait_secs.
        """
        started = time.monotonic()
        while True:
            session = Session(master, graph=self._graph, config=config)
            initialized, message = self._try_local_init(session)
            if initialized:
                ready, message = self._is_ready(session)
                if ready:
                    return session
            session.close()
            left = max_wait_secs - (time.monotonic() - started)
            if left <= 0:
                raise DeadlineExceededError(
                    None, None, f"Session was not ready after waiting {max_wait_secs} secs. ({message})"
                )
            time.sleep(min(self._recovery_wait_secs, left))

    # ---- steps ----

    def _restore(
        self,
        master: str,
        saver: Any,
        checkpoint_dir: str | None,
        path: str | None,
        wait: bool,
        max_wait_secs: float,
        config: Any,
    ) -> tuple[Session, bool]:
        """A new session, restored from a checkpoint if there is one."""
        if checkpoint_dir and path:
            raise ValueError("Can not provide both checkpoint_dir and checkpoint_filename_with_path.")
        session = Session(master, graph=self._graph, config=config)
        if saver is None or not (checkpoint_dir or path):
            return session, False
        if path is not None:
            saver.restore(session, path)
            return session, True
        assert checkpoint_dir is not None
        state = get_checkpoint_state(checkpoint_dir)
        waited = 0.0
        while not state or not state.model_checkpoint_path:
            if not wait or waited >= max_wait_secs:
                return session, False
            _log.info("Waiting for checkpoint to be available.")
            time.sleep(self._recovery_wait_secs)
            waited += self._recovery_wait_secs
            state = get_checkpoint_state(checkpoint_dir)
        if not checkpoint_exists(state.model_checkpoint_path):
            return session, False
        saver.restore(session, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return session, True

    def _try_local_init(self, session: Session) -> tuple[bool, str | None]:
        """Whether local_init_op has run, or there is none; else why it could not."""
        if self._local_init_op is None:
            return True, None
        ready, message = check_ready(self._ready_for_local_init_op, session, "Model not ready for local init")
        if ready:
            _log.info("Running local_init_op.")
            session.run(self._local_init_op, feed_dict=self._local_init_feed_dict, options=self._local_init_run_options)
            _log.info("Done running local_init_op.")
        return ready, message

    def _is_ready(self, session: Session) -> tuple[bool, str | None]:
        return check_ready(self._ready_op, session, "Model not ready")


def check_ready(ready_op: Any, session: Session, what: str) -> tuple[bool, str | None]:
    """Whether a ready_op names nothing; else what it names."""
    if ready_op is None:
        return True, None
    try:
        value = session.run(ready_op)
    except FailedPreconditionError as error:
        if "uninitialized" not in str(error):
            _log.warning("%s : error [%s]", what, error)
            raise
        return False, str(error)
    if value is None or np.asarray(value).dtype == bool:
        return (True, None) if value is None or np.all(value) else (False, f"{what}: {_name(ready_op)}")
    if np.size(value) == 0:
        return True, None
    names = ", ".join(name.decode() for name in np.ravel(value).tolist())
    return False, f"Variables not initialized: {names}"


def _name(op: Any) -> str:
    if op is None:
        return "None"
    if isinstance(op, (list, tuple)):
        return ", ".join(_name(one) for one in op)
    return str(getattr(op, "name", op))
