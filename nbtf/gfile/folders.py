"""Files and folders by their names: tf.io.gfile, and tf.gfile under older names.

Errors are those of tf.errors: NotFoundError, AlreadyExistsError, PermissionDeniedError, FailedPreconditionError.
"""

from __future__ import annotations

import os
import shutil
import stat as stat_module
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from nbtf import errors
from nbtf.checkpoint.source import file_error, matching_paths

Path = str | bytes | os.PathLike[str]
Entry = tuple[str, list[str], list[str]]
"""(folder, names of its folders, names of its files)."""


class FileStatistics(NamedTuple):
    """length in bytes, time of change in nanoseconds since the epoch."""

    length: int
    mtime_nsec: int
    is_directory: bool


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise file_error(os.fsdecode(path), error) from None


def exists(path: Path) -> bool:
    """Whether there is a file or folder of this name."""
    return os.path.exists(path)


def isdir(path: Path) -> bool:
    """Whether there is a folder of this name."""
    return os.path.isdir(path)


def listdir(path: Path) -> list[str]:
    """The names in a folder, sorted. Raises NotFoundError where there is no such folder."""
    name = os.fsdecode(path)
    if not os.path.isdir(name):
        raise errors.NotFoundError(None, None, f"Could not find directory {name}")
    with _translated(path):
        return sorted(os.listdir(name))


def glob(pattern: Path | Sequence[Path]) -> list[str]:
    """The paths that match a pattern (`*`, `?`, `[a-z]`), or any of several."""
    patterns = [pattern] if isinstance(pattern, (str, bytes, os.PathLike)) else pattern
    return [path for one in patterns for path in matching_paths(os.fsdecode(one))]


def mkdir(path: Path) -> None:
    """Makes a folder where its parent exists; one that exists is no error, nor is the empty name."""
    with _translated(path):
        if os.fsdecode(path) and not os.path.isdir(path):
            os.mkdir(path)


def makedirs(path: Path) -> None:
    """Makes a folder and those that lead to it; one that exists is no error, nor is the empty name.

    Raises FailedPreconditionError where a file stands in the way.
    """
    with _translated(path):
        try:
            os.makedirs(os.fsdecode(path) or ".", exist_ok=True)
        except FileExistsError:
            raise errors.FailedPreconditionError(None, None, f"{os.fsdecode(path)} is not a directory") from None


def remove(path: Path) -> None:
    """Removes a file."""
    with _translated(path):
        os.remove(path)


def rmtree(path: Path) -> None:
    """Removes a folder with all that it holds."""
    if not os.path.lexists(path):
        raise errors.NotFoundError(None, None, f"{os.fsdecode(path)} not found")
    with _translated(path):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def copy(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Copies a file. Raises AlreadyExistsError where `dst` exists and is not to be overwritten."""
    _refuse_existing(dst, overwrite)
    with _translated(src):
        shutil.copyfile(src, dst)


def rename(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Renames a file or folder. Raises AlreadyExistsError where `dst` exists and is not to be overwritten."""
    _refuse_existing(dst, overwrite)
    with _translated(src):
        os.replace(src, dst)


def _refuse_existing(path: Path, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise errors.AlreadyExistsError(None, None, "file already exists")


def stat(path: Path) -> FileStatistics:
    """Size and time of change of a file or folder."""
    with _translated(path):
        found = os.stat(path)
    return FileStatistics(found.st_size, found.st_mtime_ns, stat_module.S_ISDIR(found.st_mode))


def walk(top: Path, topdown: bool = True, onerror: Callable[[errors.OpError], None] | None = None) -> Iterator[Entry]:
    """(folder, names of its folders, names of its files), of a folder and all below it, in the order of names.

    topdown: a folder before those inside, else after. onerror: called with the error for a folder that cannot be
    listed, which else is left out.
    """
    folder = os.fsdecode(top)
    try:
        names = listdir(folder)
    except errors.OpError as error:
        if onerror is not None:
            onerror(error)
        return
    folders = [name for name in names if os.path.isdir(os.path.join(folder, name))]
    here = (folder, folders, [name for name in names if name not in folders])
    if topdown:
        yield here
    for name in folders:
        yield from walk(os.path.join(folder, name), topdown, onerror)
    if not topdown:
        yield here


def walk_in_order(top: Path, in_order: bool = True) -> Iterator[Entry]:
    """`walk`; in_order: a folder before those inside, else after."""
    return walk(top, in_order)


def join(path: Path, *paths: Path) -> str:
    """The names with the separator between them."""
    return os.path.join(os.fsdecode(path), *(os.fsdecode(part) for part in paths))


def get_registered_schemes() -> list[str]:
    """The kinds of paths that there are: "" for plain ones, "file" for `file://`."""
    return ["", "file"]
