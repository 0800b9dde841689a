"""Base-128 integers, the low seven bits first, as protobuf and sorted tables write them."""

from __future__ import annotations

from nbtf import errors

MAX_UINT64 = (1 << 64) - 1
Bytes = bytes | bytearray | memoryview


def encode(value: int) -> bytes:
    """The varint of ``value``, which must be in [0, 2**64)."""
    if not 0 <= value <= MAX_UINT64:
        raise ValueError(f"a varint holds 0 to 2**64 - 1, not {value}")
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def decode(data: Bytes, position: int, limit: int | None = None) -> tuple[int, int]:
    """(value, position behind it) of the varint at ``position``. Raises DataLossError past ``limit`` or 64 bits."""
    limit = len(data) if limit is None else min(limit, len(data))
    value = shift = 0
    while position < limit and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value > MAX_UINT64:
                break
            return value, position
        shift += 7
    raise errors.DataLossError(None, None, f"truncated or oversized varint before byte {position}")
