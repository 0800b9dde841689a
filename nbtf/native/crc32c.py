"""crc32c (Castagnoli, reflected polynomial 0x82f63b78), and the masking TensorFlow's files apply to it.

Large buffers run through machine code that LLVM makes on first use: the processor's crc instruction where it has one,
eight tables at a time where not. Small buffers, most of what a file's framing needs, take a table in Python, so that
reading a small file never loads LLVM.
"""

from __future__ import annotations

import ctypes
import functools
import platform
from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf.native import llvm, processor

Buffer = Any
"""Whatever exposes a C-contiguous buffer: bytes, bytearray, memoryview, numpy array."""

_POLYNOMIAL = 0x82F63B78
_ALL_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8
_PYTHON_LIMIT = 8192
"""Bytes up to which the Python loop (0.7 ms) is taken while there is no native code: making that takes 12 ms, and
before it the import of llvmlite about 100 ms."""

_TINY = 16
"""Bytes for which the call through ctypes costs more than the loop."""


def crc32c(data: Buffer, crc: int = 0) -> int:
    """The crc32c of ``data``, continuing from ``crc``: ``crc32c(a + b) == crc32c(b, crc32c(a))``.

    data: C-contiguous buffer of any item size, its bytes are taken. Raises TypeError/BufferError for anything else.
    """
    view = _byte_view(data)
    if view.nbytes <= (_PYTHON_LIMIT if not _native_is_ready() else _TINY):
        return _crc32c_python(view, crc)
    array = np.frombuffer(view, np.uint8)
    return int(_native()(array.ctypes.data, array.nbytes, crc ^ _ALL_ONES)) ^ _ALL_ONES


def mask(crc: int) -> int:
    """The form in which files store a crc: rotated and offset, so that a crc over data holding crcs stays useful."""
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & _ALL_ONES


def unmask(masked: int) -> int:
    """The inverse of `mask`."""
    rotated = (masked - _MASK_DELTA) & _ALL_ONES
    return ((rotated >> 17) | (rotated << 15)) & _ALL_ONES


def masked_crc32c(data: Buffer) -> int:
    """``mask(crc32c(data))``."""
    return mask(crc32c(data))


def _byte_view(data: Buffer) -> memoryview:
    if isinstance(data, np.ndarray) and data.flags.c_contiguous:
        # Through uint8, because extension types such as bfloat16 export no buffer of their own.
        data = data.reshape(-1).view(np.uint8)
    view = memoryview(data)
    if not view.c_contiguous:
        raise BufferError("crc32c needs a C-contiguous buffer")
    return view.cast("B") if view.nbytes else memoryview(b"")


@functools.cache
def _tables() -> list[list[int]]:
    """``_tables()[k][b]``: the crc register after byte b and then k zero bytes."""
    first = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = (register >> 1) ^ (_POLYNOMIAL if register & 1 else 0)
        first.append(register)
    tables = [first]
    for _ in range(7):
        tables.append([(value >> 8) ^ first[value & 0xFF] for value in tables[-1]])
    return tables


def _crc32c_python(view: memoryview, crc: int) -> int:
    table = _tables()[0]
    register = crc ^ _ALL_ONES
    for byte in view:
        register = (register >> 8) ^ table[(register ^ byte) & 0xFF]
    return register ^ _ALL_ONES


def _native_is_ready() -> bool:
    return _native.cache_info().currsize > 0


@functools.cache
def _native() -> Callable[[int, int, int], int]:
    """(address, byte count, register) -> register. ctypes releases the GIL around the call."""
    return _load(_select_steps())


def _load(steps: _Steps) -> Callable[[int, int, int], int]:
    library = llvm.Library()
    library.add_ir(_module_text(steps))
    library.finalize()
    function = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32)(
        library.address("nbtf_crc32c")
    )

    def call(address: int, length: int, register: int, _library: llvm.Library = library) -> int:
        return int(function(address, length, register))

    return call


class _Steps:
    """LLVM IR that advances the register: ``word`` from %register by the i64 %word, ``byte`` from %old by the i8 %byte.

    Both define %next and %after respectively; ``declarations`` is what they refer to.
    """

    def __init__(self, declarations: str, word: str, byte: str) -> None:
        self.declarations = declarations
        self.word = word
        self.byte = byte


def _select_steps() -> _Steps:
    machine = platform.machine().lower()
    cpu = processor.host().cpu
    if machine in ("x86_64", "amd64") and cpu.has("sse4.2"):
        return _x86_steps()
    if machine in ("aarch64", "arm64") and cpu.has("crc"):
        return _aarch64_steps()
    return _table_steps()


def _x86_steps() -> _Steps:
    return _Steps(
        "declare i64 @llvm.x86.sse42.crc32.64.64(i64, i64)\ndeclare i32 @llvm.x86.sse42.crc32.32.8(i32, i8)",
        """
  %wide = zext i32 %register to i64
  %advanced = call i64 @llvm.x86.sse42.crc32.64.64(i64 %wide, i64 %word)
  %next = trunc i64 %advanced to i32""",
        """
  %after = call i32 @llvm.x86.sse42.crc32.32.8(i32 %old, i8 %byte)""",
    )


def _aarch64_steps() -> _Steps:
    return _Steps(
        "declare i32 @llvm.aarch64.crc32cx(i32, i64)\ndeclare i32 @llvm.aarch64.crc32cb(i32, i32)",
        """
  %next = call i32 @llvm.aarch64.crc32cx(i32 %register, i64 %word)""",
        """
  %wide_byte = zext i8 %byte to i32
  %after = call i32 @llvm.aarch64.crc32cb(i32 %old, i32 %wide_byte)""",
    )


def _table_steps() -> _Steps:
    """Slicing by 8: the eight bytes of a word look up one table each. The word is read as little-endian."""
    rows = ", ".join(f"[256 x i32] [{', '.join(f'i32 {value}' for value in table)}]" for table in _tables())
    lookups = [
        f"""
  %shifted{position} = lshr i64 %mixed, {8 * position}
  %index{position} = and i64 %shifted{position}, 255
  %place{position} = getelementptr [8 x [256 x i32]], ptr @tables, i64 0, i64 {7 - position}, i64 %index{position}
  %entry{position} = load i32, ptr %place{position}"""
        for position in range(8)
    ]
    sums = ["\n  %sum0 = add i32 %entry0, 0"]
    sums += [f"\n  %sum{k} = xor i32 %sum{k - 1}, %entry{k}" for k in range(1, 7)]
    return _Steps(
        f"@tables = private unnamed_addr constant [8 x [256 x i32]] [{rows}]",
        """
  %wide = zext i32 %register to i64
  %mixed = xor i64 %word, %wide"""
        + "".join(lookups)
        + "".join(sums)
        + "\n  %next = xor i32 %sum6, %entry7",
        """
  %wide_byte = zext i8 %byte to i32
  %difference = xor i32 %old, %wide_byte
  %low = and i32 %difference, 255
  %row = zext i32 %low to i64
  %place = getelementptr [8 x [256 x i32]], ptr @tables, i64 0, i64 0, i64 %row
  %looked_up = load i32, ptr %place
  %rest = lshr i32 %old, 8
  %after = xor i32 %rest, %looked_up""",
    )


def _module_text(steps: _Steps) -> str:
    """i32 nbtf_crc32c(ptr data, i64 length, i32 register): whole words first, then the bytes that remain."""
    return f"""
{steps.declarations}

define i32 @nbtf_crc32c(ptr %data, i64 %length, i32 %start) {{
entry:
  %words_end = and i64 %length, -8
  br label %word_test
word_test:
  %offset = phi i64 [ 0, %entry ], [ %next_offset, %word_body ]
  %register = phi i32 [ %start, %entry ], [ %next, %word_body ]
  %more_words = icmp ult i64 %offset, %words_end
  br i1 %more_words, label %word_body, label %byte_test
word_body:
  %word_place = getelementptr i8, ptr %data, i64 %offset
  %word = load i64, ptr %word_place, align 1
{steps.word}
  %next_offset = add i64 %offset, 8
  br label %word_test
byte_test:
  %position = phi i64 [ %words_end, %word_test ], [ %next_position, %byte_body ]
  %old = phi i32 [ %register, %word_test ], [ %after, %byte_body ]
  %more_bytes = icmp ult i64 %position, %length
  br i1 %more_bytes, label %byte_body, label %exit
byte_body:
  %byte_place = getelementptr i8, ptr %data, i64 %position
  %byte = load i8, ptr %byte_place
{steps.byte}
  %next_position = add i64 %position, 1
  br label %byte_test
exit:
  ret i32 %old
}}
"""
