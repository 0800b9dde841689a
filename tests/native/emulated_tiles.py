"""As a program, with NBTF_CPU_LEVEL=aarch64: tiles of all heights and widths on the emulated processor, compared with numpy.

Every row ends where a page ends, and behind it is memory that nobody may touch.
"""

import ctypes
import itertools
import mmap
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from emulator import Emulator
from llvmlite import ir
from numba import types

from nbtf.kernels import tile
from nbtf.kernels.simd import FLOATS, HOST, I64, lane_count
from nbtf.native.llvm import target_machine
from nbtf.native.processor import code_triple
from nbtf.vm.builder import _optimize

DTYPE, ITEM = np.float32, 4
DEPTH, TAPS = 5, 2
FIRST = 8  # bytes of a's rows before the first element
LINE = tile.LINE // ITEM
INFINITY = float("inf")
Array = np.ndarray[Any, Any]


class Guarded:
    """Rows of memory, each at the end of a page behind which is none."""

    def __init__(self, rows: int) -> None:
        self._memory = mmap.mmap(-1, 2 * rows * mmap.PAGESIZE)
        self._bytes = np.frombuffer(self._memory, np.uint8)
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        for i in range(rows):
            place = int(self._bytes.ctypes.data) + (2 * i + 1) * mmap.PAGESIZE
            assert protect(ctypes.c_void_p(place), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0

    def row(self, i: int, values: Array) -> Array:
        """The values, at the end of a page."""
        end = (2 * i + 1) * mmap.PAGESIZE
        place = self._bytes[end - values.nbytes : end].view(values.dtype)
        place[:] = values
        return place


def dispatcher(emulator: Emulator) -> Any:
    """The tiles' switch, as a function of the address of its arguments, a word each."""
    module, dtype = ir.Module(), types.float32
    module.triple = code_triple()
    machine = target_machine(jit=False)
    module.data_layout = str(machine.target_data)
    tiles = tile._dispatcher(module, dtype)
    run = ir.Function(module, ir.FunctionType(I64, [I64]), "run")
    b = ir.IRBuilder(run.append_basic_block())
    arguments = []
    for i, argument in enumerate(tiles.args):
        place = b.inttoptr(b.add(run.args[0], I64(8 * i)), argument.type.as_pointer())
        arguments.append(b.load(place, typ=argument.type))
    b.call(tiles, arguments)
    b.ret(I64(0))
    assert arguments[-1].type == FLOATS[dtype]
    parsed = llvm.parse_assembly(str(module))
    _optimize(parsed, machine)
    return emulator.entry(emulator.place([machine.emit_object(parsed)])("run"))


def check(run: Any, rows: int, vectors: int, columns: int, onto: bool, epilogue: bool) -> None:
    random = np.random.RandomState(columns)
    width = vectors * lane_count(types.float32)
    panels = -(-width // LINE)
    a = random.standard_normal((TAPS, rows, DEPTH)).astype(DTYPE)
    b = random.standard_normal((TAPS * DEPTH, panels * LINE)).astype(DTYPE)
    old, addend = random.standard_normal((2, rows, columns)).astype(DTYPE)
    bias = random.standard_normal(columns).astype(DTYPE)
    low, high = (-1.0, 1.5) if epilogue else (-INFINITY, INFINITY)

    memory = Guarded((TAPS + 2) * rows + 1)
    padding = np.full(FIRST // ITEM, np.nan, DTYPE)
    table = [
        memory.row(t * rows + m, np.concatenate([padding, a[t, m]])).ctypes.data
        for t, m in itertools.product(range(TAPS), range(rows))
    ]
    results = [memory.row(TAPS * rows + m, old[m]) for m in range(rows)]
    addends = [memory.row((TAPS + 1) * rows + m, addend[m]) for m in range(rows)]
    packed = np.ascontiguousarray(b.reshape(TAPS * DEPTH, panels, LINE).transpose(1, 0, 2))
    biases = memory.row((TAPS + 2) * rows, bias)
    sources, targets = np.array(table), np.array([c.ctypes.data for c in results])
    values = {
        "table": sources.ctypes.data,
        "table_step": 8 * rows,
        "taps": TAPS,
        "first": FIRST,
        "end": FIRST + DEPTH * ITEM,
        "a_step": ITEM,
        "b": packed.ctypes.data,
        "b_step": tile.LINE,
        "b_skip": 0,
        "panel_step": TAPS * DEPTH * tile.LINE,
        "c_table": targets.ctypes.data,
        "c_offset": 0,
        "columns": columns,
        "onto": onto,
        "bias": biases.ctypes.data if epilogue else 0,
        "addend": addends[0].ctypes.data - results[0].ctypes.data if epilogue else 0,
    }
    words = np.array([rows, vectors, *(int(values[name]) for name in tile.PARAMETERS), 0, 0], np.int64)
    words.view(DTYPE)[[-4, -2]] = low, high
    run(words.ctypes.data)

    exact = np.einsum("tmk,tkn->mn", a.astype(np.float64), b.reshape(TAPS, DEPTH, -1)[..., :columns])
    exact += old * onto + (bias + addend) * epilogue
    np.testing.assert_allclose(np.array(results), np.clip(exact, low, high), rtol=1e-5, atol=1e-5)


def main() -> None:
    run = dispatcher(Emulator())
    shapes = [(rows, vectors) for rows in range(1, tile.MOST_ROWS + 1) for vectors in (1, HOST.tile_vectors)]
    for rows, vectors in [*shapes, (1, tile.WIDE)]:
        width = vectors * lane_count(types.float32)
        for columns, (onto, epilogue) in itertools.product(
            sorted({1, width // 2 + 1, width - 1, width}), [(False, False), (True, True)]
        ):
            check(run, rows, vectors, columns, onto, epilogue)


if __name__ == "__main__":
    main()
