"""Event files: TFRecords of Event messages, named events.out.tfevents.<seconds>.<host>."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

from nbtf.checkpoint.source import file_error
from nbtf.io.tf_record import tf_record_iterator
from nbtf.wire import records, schema

_FILE_VERSION = "brain.Event:2"
_WRITER = "tensorflow.core.util.events_writer"


class EventFile:
    """A new file in a folder, for events; safe to use from several threads."""

    def __init__(self, folder: str, suffix: str = "", flush_secs: float = 120) -> None:
        """folder: made if missing. flush_secs: an event that comes so long after the last flush brings the next.

        Raises what fits of tf.errors where the file cannot be made.
        """
        self._lock = threading.Lock()
        self._flush_secs = flush_secs
        try:
            os.makedirs(folder, exist_ok=True)
            self.path, self._file = _new_file(folder, suffix)
        except OSError as error:
            raise file_error(folder, error) from None
        first = schema.Event(wall_time=time.time() // 1, file_version=_FILE_VERSION)
        first.source_metadata.writer = _WRITER
        self._next_flush = 0.0
        self.write(first)

    def write(self, event: Any) -> None:
        """Appends an Event message."""
        framed = records.framed(event.SerializeToString())
        with self._lock:
            self._put(framed)
            now = time.monotonic()
            if now < self._next_flush:
                return
            self._next_flush = now + self._flush_secs
        self.flush()

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise file_error(self.path, error) from None

    def flush(self) -> None:
        """What was written can be read from the file."""
        try:
            with self._lock:
                self._file.flush()
        except OSError as error:
            raise file_error(self.path, error) from None

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise file_error(self.path, error) from None


def _new_file(folder: str, suffix: str) -> tuple[str, BinaryIO]:
    """A file that nobody else writes: where two are made in one second, the later one counts on from it."""
    seconds = int(time.time())
    while True:
        path = os.path.join(folder, f"events.out.tfevents.{seconds:010d}.{socket.gethostname()}{suffix}")
        try:
            return path, open(path, "xb")
        except FileExistsError:
            seconds += 1


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Any]:
    """The Event messages of a file, in order. Raises as `tf_record_iterator` does."""
    return map(_event, tf_record_iterator(path))


def _event(record: bytes) -> Any:
    event = schema.Event()
    event.ParseFromString(record)
    return event
