"""Bringing written files to their names so that a process killed at any moment leaves a whole checkpoint.

A single file is written under a temporary name, synced and renamed: the name holds the old or the new file, never a
part.

A bundle is an index and data files, and only one name can change at a time. The index is what a reader opens first,
and it says (with the number of shards) which data files belong to it, so the rename of the index is the moment of
change:

1. Where the new data files have names that the live index refers to (the same prefix saved anew, with as many
   shards), the live checkpoint steps aside first: its data files get second names, as if they were shards of one more
   (hard links, so nothing is copied), and an index that says so replaces the live one. The old checkpoint is whole
   before and after.
2. The new data files take their names; no live index refers to them.
3. The new index replaces the live one.
4. Data files of other numbers of shards are removed: no index refers to them any more.

Any reader of the format, TensorFlow among them, loads the old checkpoint until step 3 and the new one from then on.
What a killed save leaves behind besides are files that no index refers to: data of step 1 or 2, which the next save
of the prefix overwrites or removes, and temporary files, whose names hold ``.tempstate``.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Self

from nbtf import errors
from nbtf.checkpoint.bundle import HEADER_KEY, data_path, index_path, read_header
from nbtf.checkpoint.source import file_error
from nbtf.checkpoint.table import Table, TableWriter
from nbtf.wire import schema

_BUFFER = 1 << 20


def make_folder(path: str) -> None:
    """Makes the folder of file ``path`` where its parent exists, as TensorFlow does. Raises NotFoundError where not."""
    folder = os.path.dirname(path)
    if not folder:
        return
    try:
        os.mkdir(folder)
    except FileExistsError:
        return
    except OSError as error:
        raise file_error(folder, error) from None


class StagedFile:
    """A file being written under a temporary name beside ``path``. Left undone, `discard` removes it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.temporary_path = f"{path}.tempstate{secrets.randbits(64)}"
        with _translated(path):
            self._file = open(self.temporary_path, "xb", buffering=_BUFFER)  # noqa: SIM115 - lives as long as this object

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        with _translated(self.path):
            return self._file.write(data)

    def finish(self) -> None:
        """Everything written reaches the disk; the name is still the temporary one."""
        with _translated(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Removes the file, if it still has its temporary name."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            os.remove(self.temporary_path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def publish_file(staged: StagedFile) -> None:
    """Gives a finished file its name, durably."""
    with _translated(staged.path):
        os.replace(staged.temporary_path, staged.path)
        _sync_folder(staged.path)


def publish_bundle(prefix: str, data: Sequence[str], index: StagedFile) -> None:
    """Makes ``data`` (paths of synced files, by shard) and ``index`` (finished) the checkpoint at ``prefix``."""
    with _translated(prefix):
        if _live_shard_count(prefix) == len(data):
            _step_aside(prefix, len(data))
        for shard, path in enumerate(data):
            os.replace(path, data_path(prefix, shard, len(data)))
        _sync_folder(prefix)
        os.replace(index.temporary_path, index_path(prefix))
        _sync_folder(prefix)
        for file in _data_files(prefix):
            if file.shard_count != len(data):
                os.remove(file.path)


def _live_shard_count(prefix: str) -> int | None:
    """Shards of the checkpoint at ``prefix``; None where there is none that loads, and so none to keep."""
    try:
        table = Table(index_path(prefix))
    except errors.OpError:
        return None
    try:
        return read_header(table).shard_count
    except errors.OpError:
        return None
    finally:
        table.close()


def _step_aside(prefix: str, shard_count: int) -> None:
    """Renames the live checkpoint's data to the names of one shard more."""
    aside = shard_count + 1
    files = _data_files(prefix)
    for file in files:
        if file.shard_count == aside:  # of a save killed earlier
            os.remove(file.path)
    for file in files:
        if file.shard_count == shard_count:
            _link_or_copy(file.path, data_path(prefix, file.shard, aside))
    _sync_folder(prefix)
    with StagedFile(index_path(prefix)) as staged:
        _write_relabelled(prefix, aside, staged)
        staged.finish()
        publish_file(staged)


def _write_relabelled(prefix: str, shard_count: int, staged: StagedFile) -> None:
    """The live index with another number of shards: entries name shards by number alone, so only the header changes."""
    table = Table(index_path(prefix))
    try:
        writer = TableWriter(staged)
        for key, value in table:
            if key != HEADER_KEY:
                writer.add(key, value)
                continue
            header = schema.BundleHeaderProto()
            header.ParseFromString(bytes(value))
            header.num_shards = shard_count
            writer.add(key, header.SerializeToString())
        writer.finish()
    finally:
        table.close()


class _DataFile(NamedTuple):
    shard: int
    shard_count: int
    path: str


def _data_files(prefix: str) -> list[_DataFile]:
    """The data files there are, found by name: a count out of a damaged index is not one to try names with."""
    folder, base = os.path.split(prefix)
    pattern = re.compile(rf"{re.escape(base)}\.data-(\d{{5,}})-of-(\d{{5,}})")
    matches = (pattern.fullmatch(name) for name in os.listdir(folder or "."))
    return [_DataFile(int(match[1]), int(match[2]), os.path.join(folder, match[0])) for match in matches if match]


def _link_or_copy(path: str, name: str) -> None:
    try:
        os.link(path, name)
    except (OSError, NotImplementedError, AttributeError):  # a file system, or a platform, without hard links
        shutil.copyfile(path, name)
        with open(name, "rb+") as file:
            os.fsync(file.fileno())


def _sync_folder(path: str) -> None:
    """Makes the names in the folder of ``path`` durable, where the platform has a way to."""
    if os.name == "nt":
        return
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        # Some network file systems sync no folders; their names are durable by other means, or not at all.
        pass
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _translated(path: str) -> Iterator[None]:
    """OSError becomes the class of tf.errors that fits, naming ``path``."""
    try:
        yield
    except OSError as error:
        raise file_error(path, error) from error
