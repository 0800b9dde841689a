"""GFile: a file, opened when it is first read or written."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from nbtf import errors, logging
from nbtf.checkpoint.source import file_error

Path = str | bytes | os.PathLike[str]
_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A file of bytes, or with a mode without "b" of UTF-8 text. A context manager and an iterator over lines."""

    def __init__(self, name: Path, mode: str = "r") -> None:
        """mode: r, w, a, r+, w+ or a+, with or without b. Raises InvalidArgumentError for another."""
        self._name = name
        self._mode = mode
        kind = mode.replace("b", "")
        if kind not in _MODES:
            raise errors.InvalidArgumentError(None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'")
        self._is_binary = "b" in mode
        self._kind = kind
        self._may_read = kind == "r" or kind.endswith("+")
        self._may_write = kind != "r"
        self._file: BinaryIO | None = None

    @property
    def name(self) -> Path:
        return self._name

    @property
    def mode(self) -> str:
        return self._mode

    # ---- reading ----

    def size(self) -> int:
        """Bytes of the file."""
        self.flush()
        try:
            return os.path.getsize(self._name)
        except OSError as error:
            raise self._error(error) from None

    def read(self, n: int = -1) -> Any:
        """Up to n bytes, or characters; all that are left if n is -1."""
        file = self._readable()
        data = file.read(n)
        if self._is_binary:
            return data
        while n >= 0 and len(data.decode(errors="ignore")) < n and (more := file.read(1)):
            data += more  # characters of several bytes
        return data.decode()

    def readline(self) -> Any:
        """The next line with its end; nothing at the end of the file. Carriage returns are left out, as by TensorFlow."""
        line = self._readable().readline().replace(b"\r", b"")
        return line if self._is_binary else line.decode()

    def readlines(self) -> list[Any]:
        """All lines that are left."""
        return list(self)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Goes to a place: from the start, from here (whence 1) or from the end (2). position: an older name of offset.

        Raises InvalidArgumentError for another whence and for a place before the file, OutOfRangeError for one behind it.
        """
        file = self._readable()
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if offset is not None and position is not None:
            raise TypeError("seek(): offset and position may not be set simultaneously.")
        if position is not None:
            logging.warning("position is deprecated in favor of the offset argument.")
        if whence not in (os.SEEK_SET, os.SEEK_CUR, os.SEEK_END):
            raise errors.InvalidArgumentError(
                None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            )
        start = {os.SEEK_SET: 0, os.SEEK_CUR: file.tell(), os.SEEK_END: self.size()}[whence]
        place = start + (offset if offset is not None else position or 0)
        if place < 0:
            raise errors.InvalidArgumentError(None, None, f"Seeking to a negative position: {place}")
        if place > self.size():
            raise errors.OutOfRangeError(None, None, f"{self._text}; seek to {place} in a file of {self.size()} bytes")
        file.seek(place)

    def tell(self) -> int:
        """The place in the file."""
        file = self._file if self._may_write and self._file is not None else self._readable()
        return file.tell()

    def seekable(self) -> bool:
        return True

    # ---- writing ----

    def write(self, file_content: str | bytes) -> None:
        """Writes text or bytes."""
        if not self._may_write:
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        data = file_content.encode() if isinstance(file_content, str) else file_content
        try:
            self._opened().write(data)
        except OSError as error:
            raise self._error(error) from None

    def flush(self) -> None:
        """What was written so far can be read from the file."""
        if self._file is not None and self._may_write:
            try:
                self._file.flush()
            except OSError as error:
                raise self._error(error) from None

    def close(self) -> None:
        """Finishes the file; the next use opens it anew. A file that nothing was written to is not made."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                raise self._error(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- the file ----

    @property
    def _text(self) -> str:
        return os.fsdecode(self._name)

    def _error(self, error: OSError) -> errors.OpError:
        return file_error(self._text, error)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            try:
                opened = open(self._name, self._kind + "b")  # noqa: SIM115 - lives as long as this object
            except OSError as error:
                raise self._error(error) from None
            self._file = cast(BinaryIO, opened)
        return self._file

    def _readable(self) -> BinaryIO:
        if not self._may_read:
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        return self._opened()


class FastGFile(GFile):
    """The same."""
