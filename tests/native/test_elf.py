"""Object files of Linux run without LLVM's loader; what is damaged or unknown is refused, not run."""

import ctypes
import math
import random

import pytest

from nbtf.native import elf, placement
from nbtf.native.llvm import binding, target_machine
from nbtf.native.relocation import NotPlaceable

pytestmark = pytest.mark.skipif(elf.home() is None, reason="another system")

# A call of a library, constants in memory, a jump table and a table of addresses.
IR = """
declare double @exp(double)
define double @grow(double %x) {
  %y = call double @exp(double %x)
  %z = fmul double %y, 1.25
  ret double %z
}
define i64 @pick(i64 %i) {
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
  %t = call double @exp(double 0.5)
  %u = fptosi double %t to i64
  ret i64 %u
other:
  ret i64 -1
}
@table = internal constant [2 x ptr] [ptr @pick, ptr @answer]
define i64 @answer(i64 %i) { ret i64 42 }
define i64 @through(i64 %which, i64 %x) {
  %place = getelementptr [2 x ptr], ptr @table, i64 0, i64 %which
  %function = load ptr, ptr %place
  %y = call i64 %function(i64 %x)
  ret i64 %y
}
"""
VARIABLE = """
@count = global i64 0
define i64 @next(i64 %x) {
  %old = load i64, ptr @count
  %new = add i64 %old, %x
  store i64 %new, ptr @count
  ret i64 %new
}
"""


def object_code(text: str) -> bytes:
    code: bytes = target_machine(jit=False).emit_object(binding().parse_assembly(text))
    return code


@pytest.fixture(scope="module")
def code() -> bytes:
    return object_code(IR)


def test_it_runs(code: bytes) -> None:
    other = object_code("define i64 @other(i64 %x) {\n %y = mul i64 %x, 3\n ret i64 %y\n}")
    placed = elf.Code([other, code])
    grow = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(placed.address("grow"))
    pick, multiply = (
        ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(placed.address(name)) for name in ("pick", "other")
    )
    through = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)(placed.address("through"))
    assert grow(2.0) == math.exp(2.0) * 1.25
    assert [pick(i) for i in range(6)] == [3, 70, 35, -5, 1, -1]
    assert [through(0, 1), through(1, 1), multiply(14)] == [70, 42, 42]
    with pytest.raises(KeyError):
        placed.address("nothing_of_this_name")


def test_cut_and_changed_files_are_refused_or_placed(code: bytes) -> None:
    """Whatever they hold, nothing outside of the file is read, and nothing outside of the memory written."""
    rng = random.Random(0)
    damaged = [code[:size] for size in range(0, len(code), 5)]
    for _ in range(2000):
        changed = bytearray(code)
        for _ in range(rng.randint(1, 3)):
            changed[rng.randrange(len(code))] = rng.choice((0, 1, 2, 4, 255, rng.randrange(256)))
        damaged.append(bytes(changed))
    refused = 0
    for data in damaged:
        try:
            elf.Code([data])
        except NotPlaceable:
            refused += 1
    assert len(damaged) // 4 < refused < len(damaged)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (VARIABLE, "variables|another kind"),
        (
            "declare i64 @no_such_function(i64)\ndefine i64 @f(i64 %x) {\n %y = call i64 @no_such_function(i64 %x)\n ret i64 %y\n}",
            "no library has",
        ),
    ],
    ids=["variable", "unknown"],
)
def test_what_is_not_done_here(text: str, words: str) -> None:
    with pytest.raises(NotPlaceable, match=words):
        elf.Code([object_code(text)])


def test_llvm_places_the_rest() -> None:
    address = placement.place([object_code(VARIABLE)])
    count = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address("next"))
    assert [count(2), count(3)] == [2, 5]
