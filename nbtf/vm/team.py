"""The threads that help with big kernels: one team a process, started when the first kernel asks for it.

What they do is compiled: nbtf/kernels/team.py. Here they are started, counted, stopped before the interpreter ends, and
forgotten in a forked child, which has none of them.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import threading
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.compiler.variant import Variant
from nbtf.layout import CALL_WORDS, CALLS, WORD
from nbtf.vm.image import image

_HELP = Variant("instruction", "help_team", "team", ())
_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)


class Team:
    """Helpers beside the threads that run sessions."""

    def __init__(self) -> None:
        self._memory = np.zeros(layout.TEAM_WORDS + 8, np.int64)
        start = -self._memory.ctypes.data % 64 // WORD
        self._words = self._memory[start : start + layout.TEAM_WORDS]
        self.address = int(self._words.ctypes.data)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._pipe: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Helpers there are."""
        return len(self._threads)

    @property
    def jobs(self) -> int:
        """Instructions that were shared so far."""
        return int(self._words[layout.LAST_JOB])

    def start(self, helpers: int) -> bool:
        """Makes the team at least so large; whether there is any helper now."""
        with self._lock:
            try:
                while len(self._threads) < min(helpers, layout.MOST_THREADS - 1):
                    self._add_helper()
            except (OSError, RuntimeError):  # the system gives no more files or threads
                pass
            return bool(self._threads)

    def _add_helper(self) -> None:
        if self._pipe is None:
            self._pipe = os.pipe()
            self._words[layout.WAKE_READ], self._words[layout.WAKE_WRITE] = self._pipe
            self._words[layout.STOP] = 0
        image().require([_HELP])
        seat = len(self._threads) + 1
        arguments = (self.address, self.address + WORD * (CALLS + CALL_WORDS * seat + layout.CALL_SEAT + 1))
        helper = threading.Thread(
            target=_ENTRY(image().address(_HELP)), args=arguments, name=f"nbtf helper {seat}", daemon=True
        )
        helper.start()
        self._threads.append(helper)
        self._words[layout.HELPERS] = len(self._threads)

    def stop(self) -> None:
        """Ends all helpers; the next kernel that wants some starts new ones."""
        with self._lock:
            if self._pipe is None:
                return
            self._words[layout.HELPERS] = 0
            self._words[layout.STOP] = 1
            os.write(self._pipe[1], bytes(len(self._threads)))
            for helper in self._threads:
                helper.join()
            for end in self._pipe:
                os.close(end)
            self._forget()

    def _forget(self) -> None:
        self._words[:] = 0
        self._threads = []
        self._pipe = None

    def forget_in_child(self) -> None:
        """After a fork: the threads are the parent's, and so is the pipe, of which this process has copies."""
        for end in self._pipe or ():
            os.close(end)
        self._lock = threading.Lock()
        self._forget()


TEAM = Team()
atexit.register(TEAM.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=TEAM.forget_in_child)


def thread_count(config: Any) -> int:
    """Threads that may work on one kernel of a session: `intra_op_parallelism_threads`, else the environment's
    TF_NUM_INTRAOP_THREADS, else as many as this process has processors."""
    wanted = config.intra_op_parallelism_threads if config is not None else 0
    if wanted < 0:
        raise ValueError(f"intra_op_parallelism_threads must not be negative, got {wanted}")
    if wanted == 0:
        wanted = _environment_count()
    if os.name != "posix":
        return 1  # helpers wait in POSIX calls
    return min(wanted or processor_count(), layout.MOST_THREADS)


def _environment_count() -> int:
    text = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return int(text) if text.isdecimal() else 0


def processor_count() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
