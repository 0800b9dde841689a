"""Code for aarch64 runs on an emulated processor: whole sessions, and what object files ask of whoever places them."""

from __future__ import annotations

import ctypes
import functools
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from native import kernel_cases

from nbtf.native import crc32c, elf
from nbtf.native.llvm import binding
from nbtf.native.relocation import AARCH64, NotPlaceable

pytest.importorskip("unicorn", reason="the emulator")
if sys.platform != "linux":
    pytest.skip("the emulator sees this process's memory as Linux lists it", allow_module_level=True)

from native.emulator import Emulator

PROGRAMS = Path(__file__).parent
CASES = kernel_cases.cases_of("narrow")


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray[Any, Any]]:
    """Of all cases, by code for aarch64."""
    file = tmp_path_factory.mktemp("emulated") / "values.npz"
    environment = {**os.environ, "NBTF_CPU_LEVEL": "aarch64"}
    subprocess.run([sys.executable, PROGRAMS / "emulated_sessions.py", file], env=environment, check=True, timeout=600)
    with np.load(file) as arrays:
        return dict(arrays)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_numbers(values: dict[str, np.ndarray[Any, Any]], name: str) -> None:
    kernel_cases.check(CASES[name], values[name])


@pytest.mark.slow
def test_the_library_is_called(values: dict[str, np.ndarray[Any, Any]]) -> None:
    assert "exp" in values["called"]


@pytest.mark.slow
def test_tiles_touch_nothing_else() -> None:
    environment = {**os.environ, "NBTF_CPU_LEVEL": "aarch64"}
    subprocess.run([sys.executable, PROGRAMS / "emulated_tiles.py"], env=environment, check=True, timeout=300)


@pytest.mark.parametrize("steps", [crc32c._aarch64_steps, crc32c._table_steps])
def test_crc32c(steps: Callable[[], Any]) -> None:
    emulator = Emulator()
    address = emulator.place([object_code(crc32c._module_text(steps()), "+neon,+crc")])("nbtf_crc32c")
    for text in (b"", b"123456789", bytes(range(256)) * 3 + b"end"):
        data = np.frombuffer(text + b"?", np.uint8)
        found = emulator.entry(address)(int(data.ctypes.data), len(text), 0xFFFFFFFF)
        assert found & 0xFFFFFFFF ^ 0xFFFFFFFF == crc32c._crc32c_python(memoryview(text), 0)


# A call and a tail call of a library, constants of all widths in memory, a jump table and a table of addresses.
IR = """
declare double @exp(double)
@a = internal constant [2 x i8] c"\\01\\02"
@b = internal constant [2 x i16] [i16 30, i16 40]
@c = internal constant [2 x i32] [i32 500, i32 600]
@d = internal constant [2 x i64] [i64 7000, i64 8000]
@e = internal constant <2 x i64> <i64 90000, i64 100000>
@table = internal constant [2 x ptr] [ptr @pick, ptr @answer]
define double @grow(double %x) {
  %y = call double @exp(double %x)
  %z = fmul double %y, 1.25
  ret double %z
}
define double @same(double %x) {
  %y = tail call double @exp(double %x)
  ret double %y
}
define i64 @constants(i64 %i, i64 %unused) {
  %a = load volatile i8, ptr @a
  %b = load volatile i16, ptr @b
  %c = load volatile i32, ptr @c
  %d = load volatile i64, ptr @d
  %e = load volatile <2 x i64>, ptr @e
  %a64 = zext i8 %a to i64
  %b64 = zext i16 %b to i64
  %c64 = zext i32 %c to i64
  %e0 = extractelement <2 x i64> %e, i32 0
  %e1 = extractelement <2 x i64> %e, i32 1
  %s = add i64 %a64, %b64
  %t = add i64 %s, %c64
  %u = add i64 %t, %d
  %v = add i64 %u, %e0
  %w = add i64 %v, %e1
  ret i64 %w
}
define i64 @pick(i64 %i, i64 %unused) {
  switch i64 %i, label %other [ i64 0, label %a i64 1, label %b i64 2, label %c i64 3, label %d i64 4, label %e ]
a:
  %r = call double @grow(double 1.0)
  %s = fptosi double %r to i64
  ret i64 %s
b:
  ret i64 70
c:
  ret i64 35
d:
  ret i64 -5
e:
  %t = call double @same(double 2.0)
  %u = fptosi double %t to i64
  ret i64 %u
other:
  ret i64 -1
}
define i64 @answer(i64 %i, i64 %unused) { ret i64 42 }
define i64 @through(i64 %which, i64 %x) {
  %place = getelementptr [2 x ptr], ptr @table, i64 0, i64 %which
  %function = load ptr, ptr %place
  %y = call i64 %function(i64 %x, i64 0)
  ret i64 %y
}
"""


@functools.cache
def object_code(text: str, features: str = "+neon") -> bytes:
    llvm = binding()
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple("aarch64-unknown-linux-gnu")
    machine = target.create_target_machine(cpu="generic", features=features, opt=3, reloc="pic", codemodel="small")
    code: bytes = machine.emit_object(llvm.parse_assembly(text))
    return code


def test_it_is_placed_and_runs() -> None:
    emulator = Emulator()
    other = object_code("define i64 @other(i64 %x, i64 %y) {\n %z = mul i64 %x, %y\n ret i64 %z\n}")
    address = emulator.place([other, object_code(IR)])
    pick, through, constants, multiply = (
        emulator.entry(address(name)) for name in ("pick", "through", "constants", "other")
    )
    signed = [ctypes.c_int64(pick(i, 0)).value for i in range(6)]
    assert signed == [int(math.e * 1.25), 70, 35, -5, int(math.e**2), -1]
    assert [through(0, 2), through(1, 2), multiply(14, 3)] == [35, 42, 42]
    assert constants(0, 0) == 1 + 30 + 500 + 7000 + 90000 + 100000


def test_every_kind_of_relocation_is_met() -> None:
    """By what the test before runs; the tables of kernels have no other ones, but for that of unwinding."""
    file = elf.ObjectFile(object_code(IR), AARCH64.machine)
    kinds = {int(kind) for _, table in file.relocations() for kind in table["kind"]}
    assert kinds == set(AARCH64.relocations)


def test_cut_and_changed_files_are_refused_or_placed() -> None:
    """Whatever they hold, nothing outside of the file is read, and nothing outside of the memory written."""
    code, rng, refused = object_code(IR), random.Random(0), 0
    damaged = [code[:size] for size in range(0, len(code), 11)]
    for _ in range(1000):
        changed = bytearray(code)
        for _ in range(rng.randint(1, 3)):
            changed[rng.randrange(len(code))] = rng.choice((0, 1, 2, 4, 255, rng.randrange(256)))
        damaged.append(bytes(changed))
    for data in damaged:
        try:
            elf.Layout([data], AARCH64).content(1 << 46, lambda name: 0)
        except NotPlaceable:
            refused += 1
    assert len(damaged) // 4 < refused < len(damaged)


def test_code_of_another_architecture_is_refused() -> None:
    if elf.home() is not AARCH64:
        with pytest.raises(NotPlaceable, match="not an object file of this architecture"):
            elf.Code([object_code(IR)])
