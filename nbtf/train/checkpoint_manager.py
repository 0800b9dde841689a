"""tf.train.CheckpointManager: keeps the latest checkpoints of a folder, and deletes the others."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from nbtf import logging
from nbtf.checkpoint.state import get_checkpoint_state, remove_checkpoint, update_checkpoint_state
from nbtf.train.checkpoint_options import CheckpointOptions
from nbtf.train.object_checkpoint import Checkpoint
from nbtf.train.object_saver import session_of

_SECONDS_PER_HOUR = 3600.0


class CheckpointManager:
    """Saves a Checkpoint again and again, in the default session."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: str | os.PathLike[str],
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
    ) -> None:
        """max_to_keep: older checkpoints are deleted, None keeps all; one every so many hours stays all the same.

        checkpoint_interval: steps, by step_counter, between saves. init_fn: called where there is nothing to restore.
        What the folder's state file names is taken over. Raises ValueError for max_to_keep below 1, and for an interval
        without a counter.
        """
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError("Expected a positive integer or `None` for `max_to_keep`, got " + repr(max_to_keep) + ".")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self._checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._max_to_keep = max_to_keep
        self._hours_between_kept = keep_checkpoint_every_n_hours
        self._step_counter, self._interval, self._init_fn = step_counter, checkpoint_interval, init_fn
        self._last_saved_step: int | None = None
        self._kept: dict[str, float] = {}
        self._latest: str | None = None
        self._take_over()

    def _take_over(self) -> None:
        """Goes on where an earlier manager of the folder ended."""
        now = time.time()
        self._last_preserved = now - 1.0  # what is saved at once is later than it
        state = get_checkpoint_state(self._directory)
        if state is None:
            return
        self._latest = str(state.model_checkpoint_path)
        self._last_preserved = min(now, state.last_preserved_timestamp)
        paths = list(state.all_model_checkpoint_paths)
        times = list(state.all_model_checkpoint_timestamps) or [self._last_preserved] * len(paths)
        for path, saved_at in zip(paths, times, strict=False):
            if min(saved_at, now) > self._last_preserved:
                self._kept[str(path)] = min(saved_at, now)

    @property
    def directory(self) -> str:
        return self._directory

    @property
    def checkpoint(self) -> Checkpoint:
        return self._checkpoint

    @property
    def checkpoint_interval(self) -> int | None:
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The path of the last one saved, also by an earlier manager of the folder; None where there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The paths of those that it keeps and may delete, the oldest first."""
        return list(self._kept)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: CheckpointOptions | None = None
    ) -> str | None:
        """Saves, numbered by checkpoint_number or the Checkpoint's counter, and deletes what is too much.

        Gives the path; None where fewer steps than the interval have gone by and check_interval is true.
        """
        if self._interval is not None:
            step = self._step()
            last = self._last_saved_step
            if check_interval and last is not None and step - last < self._interval:
                return None
            self._last_saved_step = step
        session = session_of(None)
        number = self._checkpoint._count(session) if checkpoint_number is None else checkpoint_number
        path = self._checkpoint.write(f"{self._prefix}-{_value(number)}", session, options)
        self._kept.pop(path, None)
        self._kept[path] = time.time()
        self._latest = path
        self._record()  # first with the new one, so that a program that is killed while it deletes has it
        self._sweep()
        self._record()
        return path

    def _sweep(self) -> None:
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            path, saved_at = next(iter(self._kept.items()))
            del self._kept[path]
            between = (self._hours_between_kept or 0) * _SECONDS_PER_HOUR
            if between and saved_at - between >= self._last_preserved:
                self._last_preserved = saved_at
            else:
                remove_checkpoint(path)

    def _record(self) -> None:
        assert self._latest is not None
        update_checkpoint_state(
            self._directory,
            self._latest,
            list(self._kept),
            all_model_checkpoint_timestamps=list(self._kept.values()),
            last_preserved_timestamp=self._last_preserved,
            save_relative_paths=True,
        )

    def restore_or_initialize(self) -> str | None:
        """Has the latest checkpoint restored, as `Checkpoint.restore`, and gives its path.

        Where there is none, `init_fn` is called, and None is given.
        """
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            if self._interval is not None:
                self._last_saved_step = self._step()
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
            logging.info("Customized initialization is done through the passed `init_fn`.")
        return None

    def sync(self) -> None:
        """Waits for what is being written: nothing ever is once `save` has returned."""

    def _step(self) -> int:
        return int(_value(self._step_counter))


def _value(number: Any) -> Any:
    """A number, or what a tensor or variable holds in the default session."""
    return session_of(None).run(number) if hasattr(number, "op") else number
