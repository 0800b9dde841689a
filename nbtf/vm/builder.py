"""Compiles variants to object code: the only importer of nbtf.kernels, and so of numba, and only when called.

Also a program of its own, `python -m nbtf.vm.builder`: reads variants as JSON lines, answers with object code, so that
several processes can compile at once.
"""

import base64
import importlib
import json
import os
import sys
from collections.abc import Iterable
from typing import Any

import llvmlite.binding as llvm

from nbtf.compiler.packing import packed_attrs
from nbtf.compiler.variant import Variant
from nbtf.graph import registry
from nbtf.layout import REFUSED
from nbtf.native.llvm import target_machine
from nbtf.native.object_file import undefined_symbols
from nbtf.native.processor import chosen_level, code_cpu
from nbtf.vm.library_symbols import LIBRARY_SYMBOLS
from nbtf.wire import op_defs


def object_code(variant: Variant) -> bytes:
    """Compile one variant to an object file with one exported symbol."""
    _tell_numba_the_processor()
    return _emit(variant.symbol, _source_function(variant))


def _tell_numba_the_processor() -> None:
    """Numba asks the host, unless its settings name a processor; it reads them when it is imported."""
    if chosen_level() and "numba" not in sys.modules:
        os.environ["NUMBA_CPU_NAME"], os.environ["NUMBA_CPU_FEATURES"] = code_cpu()


def _source_function(variant: Variant) -> Any:
    jit = importlib.import_module("nbtf.kernels.jit")
    importlib.import_module(f"nbtf.kernels.{variant.family}")
    if variant.kind == "instruction":
        return jit.INSTRUCTIONS[variant.name]
    if variant.kind == "handler":
        return importlib.import_module("nbtf.kernels.map").handler(variant.name, variant.dtypes)
    block = registry.find(variant.name)
    assert block is not None
    kernel = jit.KERNELS[block.kernel] if block.kernel else None
    signature = _signature(jit, block)
    names = [argument.name for argument in signature.arguments]
    dtypes = dict(zip(names, variant.dtypes, strict=True))
    make = jit.make_prepare if variant.kind == "prepare" else jit.make_entry
    return make(kernel, signature, block, dtypes)


def plain_rule(block: registry.Block, dtype: Any) -> Any:
    """The scalar rule of an elementwise op, for a first operand of this numpy dtype, as a plain Python function."""
    importlib.import_module(f"nbtf.kernels.{block.family}")
    return importlib.import_module("nbtf.kernels.jit").rule_for(block.rule, dtype)


def plain_body(block: registry.Block) -> tuple[Any, dict[str, int]]:
    """The kernel of an op as a plain Python function over arrays, and the rank of each array that is not flat."""
    importlib.import_module(f"nbtf.kernels.{block.family}")
    kernel = importlib.import_module("nbtf.kernels.jit").KERNELS[block.kernel]
    return kernel.body, {name: rank for name, rank in kernel.rank.items() if rank}


def _signature(jit: Any, block: registry.Block) -> Any:
    """Operand positions as expressions: a list argument shifts all that follow by its length, an attribute word."""
    definition = op_defs.signature(block.op_type)
    assert definition is not None
    packed = packed_attrs(definition)
    at, lists, arguments = 0, "", []
    for argument in (*definition.inputs, *definition.outputs):
        length = argument.number_attr or argument.type_list_attr
        count = f"word(attrs, {packed[length][1]})" if length else None
        arguments.append(jit.Argument(argument.name, f"{at}{lists}", count, argument.name in block.variables))
        if count:
            lists += f" + {count}"
        else:
            at += 1
    own = tuple(jit.Argument(name, f"{at + i}{lists}", None) for i, name in enumerate([*block.workspace, *block.keeps]))
    split = len(definition.inputs)
    attrs = {name: place for name, place in packed.items() if place[0] != "length"}
    workspace, kept = own[: len(block.workspace)], own[len(block.workspace) :]
    return jit.Signature(tuple(arguments[:split]), tuple(arguments[split:]), workspace, kept, attrs)


# Numba's convention is `i32 f(i64* result, excinfo**, args...)`; the exported symbol has the plain C interface, and an
# exception inside becomes the status REFUSED.
_EXPORT = """
declare i32 @"{inner}"(ptr, ptr, i64, i64)
define i64 @"{symbol}"(i64 %first, i64 %second) {{
  %result = alloca i64
  %exception = alloca ptr
  %raised = call i32 @"{inner}"(ptr %result, ptr %exception, i64 %first, i64 %second)
  %fine = icmp eq i32 %raised, 0
  %value = load i64, ptr %result
  %status = select i1 %fine, i64 %value, i64 {refused}
  ret i64 %status
}}"""


def _emit(symbol: str, function: Any) -> bytes:
    jit = importlib.import_module("nbtf.kernels.jit")
    with importlib.import_module("nbtf.kernels.object_codegen").modules_only():
        dispatcher = jit.njit(jit.ENTRY, **jit.OPTIONS)(function)
    compiled = dispatcher.overloads[dispatcher.signatures[0]]
    inner = compiled.fndesc.llvm_func_name
    module = llvm.parse_bitcode(compiled.library._final_module.as_bitcode())
    export = llvm.parse_assembly(_EXPORT.format(inner=inner, symbol=symbol, refused=REFUSED))
    export.triple = module.triple
    module.link_in(export)
    for item in [*module.functions, *module.global_variables]:
        if not item.is_declaration and item.name != symbol:
            item.linkage = "internal"
    machine = target_machine(jit=False)
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    passes.getModulePassManager().run(module, passes)
    code: bytes = machine.emit_object(module)
    foreign = undefined_symbols(code) - LIBRARY_SYMBOLS
    if foreign:  # NRT_*: it allocates; Py*: it holds Python objects
        raise TypeError(f"{symbol} needs {sorted(foreign)}, which no image can resolve")
    return code


def main(lines: Iterable[str]) -> None:
    """A worker: each line a variant; each answer a line with its symbol and its object code, or what went wrong."""
    for line in lines:
        kind, name, family, dtypes = json.loads(line)
        variant = Variant(kind, name, family, tuple(dtypes))
        try:
            answer = {"symbol": variant.symbol, "code": base64.b64encode(object_code(variant)).decode()}
        except Exception as error:
            answer = {"symbol": variant.symbol, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.stdin)
