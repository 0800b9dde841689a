"""String tensors in a bundle: lengths as varints, a masked crc32c of the lengths, then the bytes of all elements.

The checksums take the lengths as fixed integers, 4 bytes each, 8 where a length does not fit; the entry's own crc runs
over those, the 4 bytes of the first checksum, and the elements' bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from nbtf import errors
from nbtf.checkpoint import varint
from nbtf.native import crc32c

ByteOrder = Literal["<", ">"]
_MAX_UINT32 = (1 << 32) - 1


class Encoded(NamedTuple):
    """head: lengths and their checksum; elements: written behind it in order; crc: unmasked, of the entry."""

    head: bytes
    elements: list[bytes]
    size: int
    crc: int


def as_bytes(element: object) -> bytes:
    """An element of a string array. Raises TypeError unless it is bytes or str."""
    if isinstance(element, bytes):
        return bytes(element)
    if isinstance(element, str):
        return element.encode()
    raise TypeError(f"a string tensor holds bytes or str, not {type(element).__name__}")


def _fixed_lengths(lengths: Iterable[int], order: ByteOrder) -> bytes:
    return b"".join(struct.pack(order + ("I" if length <= _MAX_UINT32 else "Q"), length) for length in lengths)


def encode(array: npt.NDArray[np.object_]) -> Encoded:
    """array: any shape, elements bytes or str."""
    elements = [as_bytes(element) for element in array.reshape(-1).tolist()]
    lengths = [len(element) for element in elements]
    crc = crc32c.crc32c(_fixed_lengths(lengths, "<"))
    checksum = struct.pack("<I", crc32c.mask(crc))
    crc = crc32c.crc32c(checksum, crc)
    for element in elements:
        crc = crc32c.crc32c(element, crc)
    head = b"".join(varint.encode(length) for length in lengths) + checksum
    return Encoded(head, elements, len(head) + sum(lengths), crc)


def decode(data: bytearray, count: int, order: ByteOrder, what: str) -> tuple[npt.NDArray[np.object_], int]:
    """(``count`` elements of bytes, unmasked crc of the entry). Raises DataLossError, naming ``what``."""
    lengths = []
    position = 0
    for _ in range(count):
        length, position = varint.decode(data, position)
        lengths.append(length)
    if len(data) - position < 4 or sum(lengths) != len(data) - position - 4:
        raise errors.DataLossError(
            None, None, f"{what}: {count} strings of {sum(lengths)} bytes do not fill an entry of {len(data)} bytes"
        )
    crc = crc32c.crc32c(_fixed_lengths(lengths, order))
    checksum = data[position : position + 4]
    (stored,) = struct.unpack(order + "I", checksum)
    if stored != crc32c.mask(crc):
        raise errors.DataLossError(
            None,
            None,
            f"{what}: The length checksum does not match: expected {stored} but got {crc32c.mask(crc)}",
        )
    position += 4
    crc = crc32c.crc32c(memoryview(data)[position:], crc32c.crc32c(checksum, crc))
    out = np.empty(count, object)
    for index, length in enumerate(lengths):
        out[index] = bytes(data[position : position + length])
        position += length
    return out, crc
