"""Coordinator: threads that stop together, and the error that made them."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from nbtf.errors import OutOfRangeError

_log = logging.getLogger("nbtf")


class Coordinator:
    """Asks threads to stop, and waits until they have.

    Any thread may call `request_stop`; all look at `should_stop` now and then. An exception given to `request_stop` is
    raised by `join`, unless its class is one of those that end threads well.
    """

    def __init__(self, clean_stop_exception_types: Sequence[type[BaseException]] | None = None) -> None:
        """clean_stop_exception_types: exceptions that are a reason to stop and no error; OutOfRangeError unless given."""
        self._clean = tuple(clean_stop_exception_types or (OutOfRangeError,))
        self._lock = threading.Lock()
        self._stop_event = threading.Event()
        self._reported: tuple[BaseException, TracebackType | None] | None = None
        self._joined = False
        self._registered: set[threading.Thread] = set()

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop. ex: the exception, or what sys.exc_info() gives, that is the reason.

        Once `join` is over, an exception is raised here and now.
        """
        with self._lock:
            error, trace = _exception_of(ex)
            if self._joined:
                if error is not None and not isinstance(error, self._clean):
                    raise error.with_traceback(trace)
                return
            if self._stop_event.is_set():
                return
            if error is not None:
                if isinstance(error, self._clean):
                    _log.info("Coordinator stopped: %s", error)
                else:
                    _log.info("Error reported to Coordinator: %s, %s", type(error), error)
                    self._reported = (error, trace)
            self._stop_event.set()

    def clear_stop(self) -> None:
        """Threads may run again; what was reported is forgotten."""
        with self._lock:
            self._joined = False
            self._reported = None
            self._stop_event.clear()

    def should_stop(self) -> bool:
        return self._stop_event.is_set()

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """Reports an exception of the block instead of raising it."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # whatever it is, join raises it
            self.request_stop(ex=error)

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until threads are asked to stop, `timeout` seconds at most; whether they were."""
        return self._stop_event.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """A thread that `join` waits for."""
        with self._lock:
            self._registered.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits until `threads` and the registered ones have ended.

        Once a stop is requested they have stop_grace_period_secs to end. Raises the exception that was reported;
        RuntimeError for threads that live on, unless ignore_live_threads.
        """
        with self._lock:
            waited_for = self._registered | set(threads or ())
        while any(thread.is_alive() for thread in waited_for) and not self.wait_for_stop(1.0):
            pass
        started = time.monotonic()
        while any(thread.is_alive() for thread in waited_for):
            left = started + stop_grace_period_secs - time.monotonic()
            if left <= 0:
                break
            next(thread for thread in waited_for if thread.is_alive()).join(min(left, 1.0))
        stragglers = [thread.name for thread in waited_for if thread.is_alive()]
        with self._lock:
            self._joined = True
            self._registered = set()
            if self._reported is not None:
                raise self._reported[0].with_traceback(self._reported[1])
            if stragglers and not ignore_live_threads:
                raise RuntimeError(f"Coordinator stopped with threads still running: {' '.join(stragglers)}")
            if stragglers:
                _log.info("Coordinator stopped with threads still running: %s", " ".join(stragglers))

    @property
    def joined(self) -> bool:
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises what was reported to `request_stop`, if anything was."""
        with self._lock:
            if self._reported is not None:
                raise self._reported[0].with_traceback(self._reported[1])


def _exception_of(ex: Any) -> tuple[BaseException | None, TracebackType | None]:
    if ex is None:
        return None, None
    if isinstance(ex, BaseException):
        return ex, ex.__traceback__ or sys.exc_info()[2]
    if isinstance(ex, tuple) and len(ex) == 3:
        return ex[1], ex[2]
    raise TypeError(f"ex must be an exception or what sys.exc_info() gives, but is {ex!r}")


class LooperThread(threading.Thread):
    """Calls a function again and again until a coordinator says stop."""

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """timer_interval_secs: between two calls; None: without a pause. Raises ValueError for what is no Coordinator."""
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord}")
        super().__init__(daemon=True)
        self._coord = coord
        self._interval = timer_interval_secs
        self._function, self._arguments, self._named = target, args, kwargs or {}
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """A thread, started."""
        looper = LooperThread(coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        looper.start()
        return looper

    def run(self) -> None:
        with self._coord.stop_on_exception():
            self.start_loop()
            if self._interval is None:
                while not self._coord.should_stop():
                    self.run_loop()
            else:
                due = time.monotonic()
                while not self._coord.wait_for_stop(max(0.0, due - time.monotonic())):
                    due += self._interval
                    self.run_loop()
            self.stop_loop()

    def start_loop(self) -> None:
        """Called once, before the first call."""

    def stop_loop(self) -> None:
        """Called once, after the last."""

    def run_loop(self) -> None:
        """One call of the function."""
        if self._function is not None:
            self._function(*self._arguments, **self._named)
