"""Reading a file at given offsets, from several threads, in pieces the operating system takes."""

from __future__ import annotations

import errno
import glob
import os
import re
import threading
from types import TracebackType
from typing import Self

from nbtf import errors

_CHUNK = 1 << 30
"""Bytes asked for in one call: Linux returns at most 2**31 - 4096, macOS refuses more than 2**31 - 1."""

_WILD = re.compile(r"[*?\[]")


def file_error(path: str, error: OSError) -> errors.OpError:
    """The tf.errors form of what the operating system raised for ``path``."""
    message = f"{path}; {error.strerror or error}"
    if isinstance(error, FileNotFoundError):
        return errors.NotFoundError(None, None, message)
    if isinstance(error, FileExistsError):
        return errors.AlreadyExistsError(None, None, message)
    if isinstance(error, PermissionError):
        return errors.PermissionDeniedError(None, None, message)
    if isinstance(error, (IsADirectoryError, NotADirectoryError)) or error.errno == errno.ENOTEMPTY:
        return errors.FailedPreconditionError(None, None, message)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE):
        return errors.ResourceExhaustedError(None, None, message)
    return errors.UnknownError(None, None, message)


def matching_paths(pattern: str) -> list[str]:
    """Sorted paths that match a pattern (`*`, `?`, `[a-z]`, `[^a]`), each beginning with a folder, as TensorFlow's."""
    wild = _WILD.search(pattern)
    if wild is not None and not os.path.dirname(pattern[: wild.start()]):
        pattern = os.path.join(os.path.curdir, pattern)
    return sorted(glob.glob(pattern.replace("[^", "[!"), include_hidden=True))


class RandomAccessFile:
    """A file open for reading. Raises NotFoundError and its kin on opening, DataLossError on reading past the end."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            # Opened unbuffered: every read says how much it wants.
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - lives as long as this object
            self.size = os.fstat(self._file.fileno()).st_size
        except OSError as error:
            raise file_error(path, error) from None
        self._seek_lock = threading.Lock()

    def read(self, offset: int, size: int) -> bytearray:
        """``size`` bytes from ``offset``, which are checked against the file's size before memory is taken."""
        self.check(offset, size)
        out = bytearray(size)
        self.read_into(offset, memoryview(out))
        return out

    def read_into(self, offset: int, out: memoryview) -> None:
        """Fills ``out`` (writable, of bytes) from ``offset``."""
        self.check(offset, out.nbytes)
        done = 0
        while done < out.nbytes:
            count = self._read_some(offset + done, out[done : done + _CHUNK])
            if count == 0:  # shrunk since it was opened
                raise errors.DataLossError(None, None, f"{self.path}: truncated at byte {offset + done}")
            done += count

    def check(self, offset: int, size: int) -> None:
        """Raises DataLossError unless the file has ``size`` bytes at ``offset``."""
        if not (0 <= offset <= self.size and 0 <= size <= self.size - offset):
            raise errors.DataLossError(
                None,
                None,
                f"{self.path}: truncated: {size} bytes at offset {offset} needed, the file has {self.size}",
            )

    def _read_some(self, offset: int, out: memoryview) -> int:
        try:
            if hasattr(os, "preadv"):
                return os.preadv(self._file.fileno(), [out], offset)
            with self._seek_lock:
                self._file.seek(offset)
                return self._file.readinto(out) or 0
        except OSError as error:
            raise file_error(self.path, error) from None

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
