"""Order-preserving encoding of integers and strings: comparing encoded bytes compares the values.

Slices of tensors are filed under keys in this code. Formats:

- num(v), v >= 0: one byte n, then v in n bytes, big-endian, without leading zeros.
- text(s): 00 -> 00 ff, ff -> ff 00, then the end mark 00 01.
- signed(v): the smallest n with -2**(7n-1) <= v < 2**(7n-1); v as n-byte two's complement, big-endian, xored with a
  mask whose first n bits are ones.
"""

from __future__ import annotations

import re

from nbtf import errors

_ESCAPED = re.compile(rb"[\x00\xff]")
_TEXT_END = b"\x00\x01"


def encode_num(value: int) -> bytes:
    """num(value) for 0 <= value < 2**64."""
    if not 0 <= value < 1 << 64:
        raise ValueError(f"num holds 0 to 2**64 - 1, not {value}")
    body = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(body)]) + body


def encode_text(value: bytes) -> bytes:
    """text(value)."""
    return _ESCAPED.sub(lambda match: b"\x00\xff" if match[0] == b"\x00" else b"\xff\x00", value) + _TEXT_END


def encode_signed(value: int) -> bytes:
    """signed(value) for -2**63 <= value < 2**63."""
    if not -(1 << 63) <= value < 1 << 63:
        raise ValueError(f"signed holds 64-bit integers, not {value}")
    length = _signed_size(value)
    unsigned = value & ((1 << 8 * length) - 1)
    return (unsigned ^ _length_mask(length)).to_bytes(length, "big")


def _signed_size(value: int) -> int:
    magnitude = value if value >= 0 else ~value
    return magnitude.bit_length() // 7 + 1


def _length_mask(length: int) -> int:
    """``length`` one bits at the front of ``length`` bytes."""
    return ((1 << length) - 1) << 7 * length


class Decoder:
    """Reads values off the front of an encoded key. Every malformed encoding raises DataLossError."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def at_end(self) -> bool:
        return self._position == len(self._data)

    def num(self) -> int:
        length = self._take(1)[0]
        body = self._take(length)
        if length > 8 or (length and body[0] == 0):
            raise self._malformed("integer")
        return int.from_bytes(body, "big")

    def text(self) -> bytes:
        out = bytearray()
        while True:
            # Everything up to the next 00 or ff stands for itself.
            start = self._position
            while self._position < len(self._data) and self._data[self._position] not in (0x00, 0xFF):
                self._position += 1
            out += self._data[start : self._position]
            pair = self._take(2)
            if pair == _TEXT_END:
                return bytes(out)
            if pair not in (b"\x00\xff", b"\xff\x00"):
                raise self._malformed("string")
            out.append(pair[0])

    def signed(self) -> int:
        length = self._signed_length()
        body = int.from_bytes(self._take(length), "big") ^ _length_mask(length)
        # The sign is the bit after the length bits; xoring with it clear means the value was not negative.
        if body >> 8 * length - 1:
            body -= 1 << 8 * length
        if _signed_size(body) != length:
            raise self._malformed("signed integer")
        return body

    def _signed_length(self) -> int:
        """The count of leading bits that equal the first: ones before a non-negative value, zeros before a negative."""
        head = self._data[self._position : self._position + 2]
        if not head:
            raise self._malformed("signed integer")
        bits = int.from_bytes(head.ljust(2, b"\x00"), "big")
        if not bits >> 15:
            bits ^= 0xFFFF
        length = 0
        while length < 16 and bits >> (15 - length) & 1:
            length += 1
        if length > 10:
            raise self._malformed("signed integer")
        return length

    def _take(self, count: int) -> bytes:
        if count > len(self._data) - self._position:
            raise self._malformed("key")
        piece = self._data[self._position : self._position + count]
        self._position += count
        return piece

    def _malformed(self, what: str) -> errors.DataLossError:
        return errors.DataLossError(None, None, f"malformed {what} at byte {self._position} of key {self._data[:64]!r}")
