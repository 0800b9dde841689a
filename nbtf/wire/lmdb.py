"""Databases of LMDB (Lightning Memory-Mapped Database), read: the pairs of the main database in the order of their keys.

A database is pages of one size. The two first ones, meta pages, say where the roots of the latest two transactions are;
the greater transaction number is the later. Inner pages of the tree have a page number a key; leaf pages have values,
and long values lie on overflow pages of their own. All numbers are little-endian.

A file is untrusted: each page is checked before it is followed, no page is visited twice, and at no time is more in memory
than a path from the root to a leaf and one value.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import IO

from nbtf.errors import DataLossError, UnimplementedError

_MAGIC, _VERSION = 0xBEEFC0DE, 1
_BRANCH, _LEAF, _OVERFLOW, _META, _FIXED_LEAF = 0x01, 0x02, 0x04, 0x08, 0x20
_LONG_VALUE, _SEVERAL_VALUES = 0x01, 0x04
_NO_PAGE = (1 << 64) - 1
_PAGE = struct.Struct("<QHHHH")  # its number, padding, kind, end of the offsets of its entries, start of the entries
_HEADER_BYTES = _PAGE.size
_COUNT = struct.Struct("<I")  # of an overflow page, in the place of the last two
_META_START = struct.Struct("<IIQQ")  # magic number, version, address, size of the map
_DATABASE = struct.Struct("<IHHQQQQQ")  # page size (of the first), flags, depth, pages of three kinds, entries, root
_META_END = struct.Struct("<QQ")  # last page, transaction
_ENTRY = struct.Struct("<HHHH")  # two halves of the length or the page, flags, length of the key
_LARGEST_PAGE, _DEEPEST = 1 << 16, 32


def pairs(path: str | os.PathLike[str]) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of the database at `path`, a file or a folder with a file data.mdb, by key.

    Raises OSError where there is no file to read, DataLossError for one that is no database or a broken one,
    UnimplementedError for keys with several values.
    """
    file_path = os.path.join(path, "data.mdb") if os.path.isdir(path) else path
    with open(file_path, "rb") as file:
        yield from _Database(file, os.fspath(path)).pairs()


class _Database:
    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._size = os.fstat(file.fileno()).st_size
        self._page_size, self._root = self._latest()

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        if self._root == _NO_PAGE:
            return
        unseen = self._size // self._page_size  # pages; a tree that needs more has one twice
        path = [iter([self._root])]
        while path:
            number = next(path[-1], None)
            if number is None:
                path.pop()
                continue
            unseen -= 1
            if unseen < 0 or len(path) > _DEEPEST:
                raise self._broken("its tree does not end")
            page, kind = self._page(number)
            if kind & _FIXED_LEAF:
                raise UnimplementedError(None, None, f"{self._name}: keys with several values are not read")
            if kind & _LEAF:
                yield from self._leaf(page, number)
            elif kind & _BRANCH:
                path.append(iter(self._children(page, number)))
            else:
                raise self._broken(f"page {number} is of kind {kind:#x}")

    def _latest(self) -> tuple[int, int]:
        """The page size, and the root of the last transaction."""
        found = [self._meta(0)]
        if found[0] is None:  # the size of pages is not known
            candidates = [self._meta(1 << bits) for bits in range(9, 17)]
            found = [meta for meta in candidates if meta is not None]
        else:
            found.append(self._meta(found[0][1]))
        metas = [meta for meta in found if meta is not None]
        if not metas:
            raise self._broken("it has no meta page")
        _, page_size, root = max(metas)
        return page_size, root

    def _meta(self, offset: int) -> tuple[int, int, int] | None:
        """Transaction, page size and root of the meta page there, or None."""
        size = _HEADER_BYTES + _META_START.size + 2 * _DATABASE.size + _META_END.size
        data = self._read(offset, size)
        if len(data) < size or not _PAGE.unpack_from(data)[2] & _META:
            return None
        at = _HEADER_BYTES
        magic, version = _META_START.unpack_from(data, at)[:2]
        at += _META_START.size
        page_size = _DATABASE.unpack_from(data, at)[0]
        flags, root = _DATABASE.unpack_from(data, at + _DATABASE.size)[1::6]
        transaction = _META_END.unpack_from(data, at + 2 * _DATABASE.size)[1]
        is_size = 256 <= page_size <= _LARGEST_PAGE and page_size & (page_size - 1) == 0
        if magic != _MAGIC or version & 0xFFFF != _VERSION or not is_size:
            return None
        if flags & _SEVERAL_VALUES:
            raise UnimplementedError(None, None, f"{self._name}: keys with several values are not read")
        return transaction, page_size, root

    def _page(self, number: int) -> tuple[bytes, int]:
        """A page and its kind."""
        page = self._read(number * self._page_size, self._page_size)
        if len(page) < self._page_size:
            raise self._broken(f"page {number} is behind its end")
        own, _, kind, _, _ = _PAGE.unpack_from(page)
        if own != number:
            raise self._broken(f"page {number} says that it is page {own}")
        return page, kind

    def _entries(self, page: bytes, number: int) -> list[tuple[int, int, int, int, int]]:
        """Where each entry of a page begins, and what it begins with."""
        end = _PAGE.unpack_from(page)[3]
        if not _HEADER_BYTES <= end <= len(page):
            raise self._broken(f"page {number} has entries up to {end}")
        count = (end - _HEADER_BYTES) // 2
        found = []
        for offset in struct.unpack_from(f"<{count}H", page, _HEADER_BYTES):
            if offset < end or offset + _ENTRY.size > len(page):
                raise self._broken(f"page {number} has an entry at {offset}")
            low, high, flags, key_size = _ENTRY.unpack_from(page, offset)
            start = offset + _ENTRY.size
            if start + key_size > len(page):
                raise self._broken(f"a key of page {number} is longer than the page")
            found.append((start, start + key_size, low, high, flags))
        return found

    def _children(self, page: bytes, number: int) -> list[int]:
        return [low | high << 16 | flags << 32 for _, _, low, high, flags in self._entries(page, number)]

    def _leaf(self, page: bytes, number: int) -> Iterator[tuple[bytes, bytes]]:
        for start, end, low, high, flags in self._entries(page, number):
            size = low | high << 16
            if flags & _SEVERAL_VALUES:
                raise UnimplementedError(None, None, f"{self._name}: keys with several values are not read")
            inside = 8 if flags & _LONG_VALUE else size
            if end + inside > len(page):
                raise self._broken(f"a value of page {number} is longer than the page")
            value = page[end : end + inside]
            yield (
                page[start:end],
                self._long_value(struct.unpack("<Q", value)[0], size) if flags & _LONG_VALUE else value,
            )

    def _long_value(self, number: int, size: int) -> bytes:
        header = self._read(number * self._page_size, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES or _PAGE.unpack(header)[0] != number or not _PAGE.unpack(header)[2] & _OVERFLOW:
            raise self._broken(f"page {number} should have a long value")
        room = _COUNT.unpack_from(header, _HEADER_BYTES - _COUNT.size)[0] * self._page_size - _HEADER_BYTES
        start = number * self._page_size + _HEADER_BYTES
        if size > min(room, self._size - start):
            raise self._broken(f"the value of page {number} is longer than its pages")
        return self._read(start, size)

    def _read(self, offset: int, size: int) -> bytes:
        """What is there of these bytes."""
        return os.pread(self._file.fileno(), size, offset) if offset < self._size else b""

    def _broken(self, words: str) -> DataLossError:
        return DataLossError(None, None, f"{self._name} is no LMDB database, or a broken one: {words}")
