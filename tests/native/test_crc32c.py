"""crc32c against published values, and its implementations against each other."""

import struct

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtf.native import crc32c, llvm

# Of RFC 3720, appendix B.4, and the customary check value.
PUBLISHED = [
    (b"", 0x00000000),
    (b"123456789", 0xE3069283),
    (b"\x00" * 32, 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(range(31, -1, -1)), 0x113FDB5C),
]


@pytest.fixture(scope="module")
def by_tables():
    """The code of processors without a crc instruction."""
    function = crc32c._load(crc32c._table_steps())

    def compute(data: bytes, crc: int = 0) -> int:
        array = np.frombuffer(data, np.uint8)
        return function(array.ctypes.data, array.nbytes, crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    return compute


@pytest.mark.parametrize(("data", "expected"), PUBLISHED)
def test_published_values(data, expected, by_tables):
    assert crc32c.crc32c(data) == expected
    assert crc32c._crc32c_python(memoryview(data), 0) == expected
    assert by_tables(data) == expected


@given(st.binary(max_size=200), st.integers(0, 7), st.integers(0, 0xFFFFFFFF))
def test_implementations_agree_at_every_alignment(by_tables, data, start, crc):
    crc32c._native()
    part = memoryview(data)[start:]
    expected = crc32c._crc32c_python(part, crc)
    assert crc32c.crc32c(part, crc) == expected
    assert by_tables(bytes(part), crc) == expected


@given(st.binary(max_size=20000), st.integers(0, 20000))
def test_continues(data, cut):
    assert crc32c.crc32c(data[cut:], crc32c.crc32c(data[:cut])) == crc32c.crc32c(data)


@given(st.integers(0, 0xFFFFFFFF))
def test_mask_and_back(crc):
    assert crc32c.unmask(crc32c.mask(crc)) == crc


def test_masked_value():
    assert crc32c.masked_crc32c(b"") == 0xA282EAD8
    assert crc32c.masked_crc32c(b"123456789") == crc32c.mask(0xE3069283)


@pytest.mark.parametrize("dtype", [np.float64, np.complex64, bool, ml_dtypes.bfloat16])
def test_takes_the_bytes_of_arrays(dtype):
    array = np.arange(12).astype(dtype).reshape(3, 4)
    assert crc32c.crc32c(array) == crc32c.crc32c(array.tobytes())
    assert crc32c.crc32c(array[1]) == crc32c.crc32c(array[1].tobytes())


def test_takes_empty_and_scalar_arrays():
    assert crc32c.crc32c(np.empty((0, 3), np.float32), 7) == 7
    assert crc32c.crc32c(np.array(1.5)) == crc32c.crc32c(struct.pack("<d", 1.5))


def test_refuses_gaps():
    with pytest.raises(BufferError, match="contiguous"):
        crc32c.crc32c(np.arange(10)[::2])
    with pytest.raises(BufferError, match="contiguous"):
        crc32c.crc32c(memoryview(b"0123456789")[::2])
    with pytest.raises(TypeError):
        crc32c.crc32c("text")


@pytest.mark.slow
def test_lengths_past_2_gb():
    zeros = np.zeros(2**31 + 9, np.uint8)  # pages of zeros share one page: no memory is taken
    crc = 0
    for start in range(0, zeros.size, 1 << 26):
        crc = crc32c.crc32c(zeros[start : start + (1 << 26)], crc)
    assert crc32c.crc32c(zeros) == crc


@pytest.mark.parametrize("steps", [crc32c._x86_steps, crc32c._aarch64_steps, crc32c._table_steps])
def test_code_is_valid_for_every_processor(steps):
    llvm.binding().parse_assembly(crc32c._module_text(steps())).verify()
