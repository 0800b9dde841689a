"""What a monitored session calls around each run."""

from __future__ import annotations

from typing import Any, NamedTuple


class SessionRunHook:
    """Base of hooks: extends what a monitored session runs, and sees what came out."""

    def begin(self) -> None:
        """Called once, before the session is made: the last chance to add to the graph."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Called when a session was made, also after one was lost. The graph is final."""

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Called before each run; what it returns is fetched and fed, too."""
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Called after each run that raised nothing; run_values: what `before_run` asked for."""

    def end(self, session: Any) -> None:
        """Called at the end, unless an error other than OutOfRangeError or StopIteration led to it."""


class _SessionRunArgs(NamedTuple):
    fetches: Any
    feed_dict: Any
    options: Any


class SessionRunArgs(_SessionRunArgs):
    """What a hook adds to a run: fetches, feeds and options."""

    def __new__(cls, fetches: Any, feed_dict: Any = None, options: Any = None) -> SessionRunArgs:
        return super().__new__(cls, fetches, feed_dict, options)


class SessionRunContext:
    """A run from before it to behind it: what was asked for, and whether training shall stop."""

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self._original_args = original_args
        self._session = session
        self._stop_requested = False

    @property
    def original_args(self) -> SessionRunArgs:
        """What the caller of `run` asked for."""
        return self._original_args

    @property
    def session(self) -> Any:
        return self._session

    @property
    def stop_requested(self) -> bool:
        return self._stop_requested

    def request_stop(self) -> None:
        """Makes the monitored session's `should_stop` true after this run."""
        self._stop_requested = True


class SessionRunValues(NamedTuple):
    """What came out of a run: results of what a hook asked for, and the options and metadata of the run."""

    results: Any
    options: Any
    run_metadata: Any
