"""Snappy blocks, composed element by element, and damaged ones."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtf import errors
from nbtf.checkpoint import snappy, varint


def literal(data: bytes) -> bytes:
    size = len(data) - 1
    if size < 60:
        return bytes([size << 2]) + data
    count = (size.bit_length() + 7) // 8
    return bytes([(59 + count) << 2]) + size.to_bytes(count, "little") + data


def copy(size: int, offset: int) -> bytes:
    if 4 <= size <= 11 and offset < 2048:
        return bytes([1 | (size - 4) << 2 | offset >> 8 << 5, offset & 0xFF])
    width = 2 if offset < 1 << 16 else 4
    return bytes([(2 if width == 2 else 3) | (size - 1) << 2]) + offset.to_bytes(width, "little")


@st.composite
def blocks(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """(plain, compressed)."""
    plain, elements = bytearray(), bytearray()
    for _ in range(draw(st.integers(0, 8))):
        if not plain or draw(st.booleans()):
            data = draw(st.binary(min_size=1, max_size=90))
            plain += data
            elements += literal(data)
            continue
        size, offset = draw(st.integers(1, 64)), draw(st.integers(1, len(plain)))
        for _ in range(size):
            plain.append(plain[-offset])
        elements += copy(size, offset)
    return bytes(plain), varint.encode(len(plain)) + bytes(elements)


@given(blocks())
def test_decompresses(block):
    plain, compressed = block
    assert snappy.decompress(compressed) == plain


def test_long_literals_and_offsets():
    data = bytes(range(256)) * 300
    compressed = varint.encode(len(data) + 64) + literal(data) + copy(64, len(data))
    assert snappy.decompress(compressed) == data + data[:64]


@given(blocks(), st.data())
def test_damage_never_escapes(block, data):
    _, compressed = block
    position = data.draw(st.integers(0, len(compressed) - 1))
    damaged = bytearray(compressed)
    damaged[position] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(errors.DataLossError):
        assert len(snappy.decompress(bytes(damaged))) <= 32 * len(damaged)


@pytest.mark.parametrize(
    ("compressed", "why"),
    [
        (b"", "varint"),
        (varint.encode(1 << 40) + literal(b"a"), "cannot hold"),
        (varint.encode(3) + literal(b"abcd"), "more than"),
        (varint.encode(5) + literal(b"abcd"), "instead of"),
        (varint.encode(8) + literal(b"abcd") + copy(4, 5), "reaches 5 bytes back"),
        (varint.encode(8) + literal(b"abcd") + bytes([1, 0]), "reaches 0 bytes back"),
        (varint.encode(4) + literal(b"abcd")[:-1], "past the end"),
        (varint.encode(8) + literal(b"abcd") + copy(60, 4)[:-1], "cut off"),
    ],
)
def test_refusals(compressed, why):
    with pytest.raises(errors.DataLossError, match=why):
        snappy.decompress(compressed)
