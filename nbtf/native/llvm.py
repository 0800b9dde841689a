"""The one place that sets LLVM up: the target that code is made for, and a library of machine code in this process.

NBTF_CPU_LEVEL names a level of processors, such as x86-64-v3, to make code for instead of for the very host.

llvmlite is imported on first use, not with this module.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import llvmlite.binding as _binding


class Cpu(NamedTuple):
    """What LLVM calls a processor: ``name`` as in ``skylake-avx512``, ``features`` as in ``+avx2,-avx512f,...``."""

    name: str
    features: str

    def has(self, feature: str) -> bool:
        """Whether it has ``feature``, in LLVM's spelling (``sse4.2``, ``crc``)."""
        return f"+{feature}" in self.features.split(",")


_V2 = "+cx16,+popcnt,+sse3,+ssse3,+sse4.1,+sse4.2"
_V3 = f"{_V2},+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe"
LEVELS = {
    "x86-64-v4": Cpu("x86-64-v4", f"{_V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"),
    "x86-64-v3": Cpu("x86-64-v3", _V3),
    "x86-64-v2": Cpu("x86-64-v2", _V2),
    "aarch64": Cpu("generic", "+neon"),
}
"""Levels of processors by name; of one architecture the highest first."""


@functools.cache
def binding() -> Any:
    """llvmlite.binding, with the native target and its assembly printer initialized."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@functools.cache
def host_cpu() -> Cpu:
    """Name and features of the processor this process runs on."""
    llvm = binding()
    return Cpu(llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())


def host_levels() -> list[str]:
    """The levels that the host reaches, the highest first."""
    host, architecture = host_cpu(), binding().get_process_triple().partition("-")[0]
    architecture = {"arm64": "aarch64", "x86_64": "x86-64", "amd64": "x86-64"}.get(architecture, architecture)
    reached = [name for name, cpu in LEVELS.items() if all(host.has(f[1:]) for f in cpu.features.split(","))]
    return [name for name in reached if name.startswith(architecture)]


@functools.cache
def code_cpu() -> Cpu:
    """The processor that code is made for: the host, or the level in the environment's NBTF_CPU_LEVEL."""
    level = os.environ.get("NBTF_CPU_LEVEL")
    if not level:
        return host_cpu()
    if level not in LEVELS:
        raise ValueError(f"NBTF_CPU_LEVEL: no level of processors is named {level!r}; there are {', '.join(LEVELS)}")
    return LEVELS[level]


def target_machine(jit: bool, speed_level: int = 3) -> _binding.TargetMachine:
    """A fresh target machine. ``jit`` code is for the host, placed by MCJIT at addresses it chooses.

    Otherwise the code is for ``code_cpu``, position independent and of the small code model, to be written out as an
    object file and loaded later.
    """
    llvm = binding()
    cpu = host_cpu() if jit else code_cpu()
    target = llvm.Target.from_triple(llvm.get_process_triple())
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
