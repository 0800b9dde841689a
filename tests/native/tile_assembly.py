"""As a program: writes, as JSON, the tile that kernels are made of for NBTF_CPU_LEVEL, and the assembly of some."""

import json
import sys
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types

from nbtf.kernels import depthwise_tile, tile
from nbtf.kernels.simd import HOST, lane_count
from nbtf.native.llvm import target_machine
from nbtf.native.processor import code_triple
from nbtf.vm.builder import _optimize


def assembly() -> dict[str, Any]:
    module, dtype = ir.Module(), types.float32
    module.triple = code_triple()
    machine = target_machine(jit=False)
    module.data_layout = str(machine.target_data)
    functions = [
        tile._tile_function(module, dtype, rows, vectors)
        for rows, vectors in [(1, tile.WIDE), (HOST.tile_rows, 1), (HOST.tile_rows, HOST.tile_vectors)]
    ]
    name = "nbtf_depthwise_tile_3_1"
    arguments = [ir.IntType(64)] * len(depthwise_tile.PARAMETERS) + [ir.FloatType()] * 2
    functions.append(depthwise_tile._internal_function(module, name, arguments))
    depthwise_tile._Tile(functions[-1], dtype, 3, 1, partial=False).generate()
    for function in functions:
        function.linkage = "external"
    parsed = llvm.parse_assembly(str(module))
    _optimize(parsed, machine)
    text = machine.emit_assembly(parsed)
    return {
        "rows": HOST.tile_rows,
        "vectors": HOST.tile_vectors,
        "wide": tile.WIDE,
        "lanes": lane_count(dtype),
        "text": text,
    }


if __name__ == "__main__":
    json.dump(assembly(), sys.stdout)
