"""The one place that sets LLVM up: the target that code is made for, and a library of machine code in this process.

llvmlite is imported on first use, not with this module.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from nbtf.native.processor import code_cpu, code_triple, host, runs_here

if TYPE_CHECKING:
    import llvmlite.binding as _binding


@functools.cache
def binding() -> Any:
    """llvmlite.binding, with the native target and its assembly printer initialized."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def target_machine(jit: bool, speed_level: int = 3) -> _binding.TargetMachine:
    """A fresh target machine. ``jit`` code is for the host, placed by MCJIT at addresses it chooses.

    Otherwise the code is for ``code_cpu``, position independent and of the small code model, to be written out as an
    object file and loaded later.
    """
    llvm = binding()
    cpu, triple = (host().cpu, host().triple) if jit else (code_cpu(), code_triple())
    if not runs_here():
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(
        cpu=cpu.name,
        features=cpu.features,
        opt=speed_level,
        reloc="pic",
        codemodel="jitdefault" if jit else "small",
    )


class Library:
    """Machine code in this process: object files and LLVM IR go in, addresses of their symbols come out.

    The code lives as long as the library: whoever holds an address keeps the library too.
    """

    def __init__(self) -> None:
        self._llvm = binding()
        # An engine owns a target machine and a first module; the code proper is added afterwards.
        self._engine = self._llvm.create_mcjit_compiler(self._llvm.parse_assembly(""), target_machine(jit=True))

    def add_object(self, code: bytes) -> None:
        """Adds an object file. LLVM trusts its content: the caller has checked that it is whole and its own."""
        self._engine.add_object_file(self._llvm.ObjectFileRef.from_data(code))

    def add_ir(self, text: str) -> None:
        """Parses, verifies and adds a module of LLVM IR. Raises RuntimeError with LLVM's words if it is not valid."""
        module = self._llvm.parse_assembly(text)
        module.verify()
        self._engine.add_module(module)

    def finalize(self) -> None:
        """Generates, relocates and makes executable all that was added since the last call."""
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """The address of a function. Raises KeyError where no such symbol was added."""
        address = int(self._engine.get_function_address(name))
        if address == 0:
            raise KeyError(name)
        return address
