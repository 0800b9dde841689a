"""How checkpoints are written and read."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any


class CheckpointOptions:
    """experimental_io_device: where files are written and read. Callbacks are called, with the path, after a write.

    Writing in the background is for programs that run without a graph; here it has no effect.
    """

    def __init__(
        self,
        experimental_io_device: str | None = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: Sequence[Callable[..., Any]] | None = None,
        enable_async: bool = False,
    ) -> None:
        """experimental_write_callbacks: functions of one path, or of nothing. Raises ValueError for other functions,
        TypeError for what is none.
        """
        self.experimental_io_device = experimental_io_device
        self.enable_async = self.experimental_enable_async_checkpoint = (
            enable_async or experimental_enable_async_checkpoint
        )
        for callback in experimental_write_callbacks or ():
            if len(inspect.signature(callback).parameters) > 1:  # TypeError for what cannot be called
                raise ValueError(f"A write callback is a function of one path, or of nothing; got {callback}.")
        self.experimental_write_callbacks = experimental_write_callbacks

    def _written(self, path: str) -> None:
        """Calls the callbacks."""
        for callback in self.experimental_write_callbacks or ():
            callback(*([path] if inspect.signature(callback).parameters else []))
