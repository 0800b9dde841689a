"""Keys of slices: TensorFlow's bytes, order, round trips, and refusal of everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtf import errors
from nbtf.checkpoint import ordered_code, varint
from nbtf.checkpoint.slices import TensorSlice, parse_key

SIGNED = st.integers(-(2**63), 2**63 - 1)

# Out of files that TensorFlow wrote.
SEEN = {3: "83", 20001: "e04e21", 14000000: "f0d59f80", 28000000: "f1ab3f00", -1: "7f", 0: "80"}


@pytest.mark.parametrize(("value", "code"), SEEN.items())
def test_signed_bytes(value, code):
    assert ordered_code.encode_signed(value).hex() == code


@given(SIGNED, SIGNED)
def test_signed_order(first, second):
    assert (first < second) == (ordered_code.encode_signed(first) < ordered_code.encode_signed(second))


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_text_order(first, second):
    assert (first < second) == (ordered_code.encode_text(first) < ordered_code.encode_text(second))


@given(st.integers(0, 2**64 - 1), st.binary(max_size=30), SIGNED)
def test_round_trip(number, text, signed):
    code = ordered_code.encode_num(number) + ordered_code.encode_text(text) + ordered_code.encode_signed(signed)
    decoder = ordered_code.Decoder(code)
    assert (decoder.num(), decoder.text(), decoder.signed()) == (number, text, signed)
    assert decoder.at_end()


@pytest.mark.parametrize("power", [6, 7, 13, 14, 55, 56, 62, 63])
def test_signed_edges(power):
    for value in (2**power - 1, -(2**power), min(2**power, 2**63 - 1), max(-(2**power) - 1, -(2**63))):
        assert ordered_code.Decoder(ordered_code.encode_signed(value)).signed() == value


def test_out_of_range():
    for encode, value in (
        (ordered_code.encode_num, -1),
        (ordered_code.encode_num, 2**64),
        (ordered_code.encode_signed, 2**63),
        (ordered_code.encode_signed, -(2**63) - 1),
        (varint.encode, -1),
        (varint.encode, 2**64),
    ):
        with pytest.raises(ValueError, match="not"):
            encode(value)


@given(st.text(min_size=1, max_size=20), st.lists(st.tuples(st.integers(0, 2**62), st.integers(-1, 2**62)), max_size=4))
def test_slice_key_round_trip(name, extents):
    part = TensorSlice(tuple(extents))
    assert parse_key(part.key(name)) == (name.encode(), part)


@given(st.binary(max_size=40))
def test_arbitrary_keys_decode_or_are_refused(data):
    try:
        name, part = parse_key(data)
    except errors.DataLossError:
        return
    assert ordered_code.encode_text(name) in data
    assert len(part.extents) <= len(data)


@given(st.data())
def test_cut_and_changed_keys(data):
    key = bytearray(TensorSlice(((3, 4), (0, -1))).key("scope/w"))
    position = data.draw(st.integers(0, len(key) - 1))
    key[position] ^= data.draw(st.integers(1, 255))
    try:
        name, part = parse_key(bytes(key))
    except errors.DataLossError:
        pass
    else:
        assert (name, part) != (b"scope/w", TensorSlice(((3, 4), (0, -1))))
    with pytest.raises(errors.DataLossError):
        parse_key(bytes(key[:position]))


@given(st.integers(0, 2**64 - 1), st.binary(max_size=4))
def test_varint_round_trip(value, tail):
    code = varint.encode(value)
    assert varint.decode(code + tail, 0) == (value, len(code))
    with pytest.raises(errors.DataLossError, match="varint"):
        varint.decode(code, 0, len(code) - 1)


def test_varint_past_64_bits():
    for code in (b"\xff" * 9 + b"\x02", b"\x80" * 10 + b"\x01", b"\xff" * 20):
        with pytest.raises(errors.DataLossError, match="varint"):
            varint.decode(code, 0)
