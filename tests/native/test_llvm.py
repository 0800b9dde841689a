"""Code goes into a library as IR or object file, and runs at its address."""

import ctypes

import pytest

from nbtf.native import llvm

ADD_SEVEN = "define i64 @add_seven(i64 %x) {\n  %y = add i64 %x, 7\n  ret i64 %y\n}"
CALL_TWICE = """declare i64 @add_seven(i64)
define i64 @add_fourteen(i64 %x) {
  %y = call i64 @add_seven(i64 %x)
  %z = call i64 @add_seven(i64 %y)
  ret i64 %z
}"""


def call(library: llvm.Library, name: str, value: int) -> int:
    return ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(library.address(name))(value)


def test_ir_runs():
    library = llvm.Library()
    library.add_ir(ADD_SEVEN)
    library.finalize()
    assert call(library, "add_seven", 5) == 12


def test_object_file_of_the_host_runs():
    machine = llvm.target_machine(jit=False)
    code = machine.emit_object(llvm.binding().parse_assembly(ADD_SEVEN))
    library = llvm.Library()
    library.add_object(code)
    library.finalize()
    assert call(library, "add_seven", -7) == 0


def test_modules_see_each_other_and_later_ones_join():
    library = llvm.Library()
    library.add_ir(ADD_SEVEN)
    library.finalize()
    library.add_ir(CALL_TWICE)
    library.finalize()
    assert call(library, "add_fourteen", 1) == 15


def test_malformed_ir_is_refused():
    with pytest.raises(RuntimeError, match="parsing error"):
        llvm.Library().add_ir("define i64 @f(")


def test_unknown_symbol():
    library = llvm.Library()
    library.finalize()
    with pytest.raises(KeyError, match="nothing_of_this_name"):
        library.address("nothing_of_this_name")
