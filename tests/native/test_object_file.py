"""Undefined symbols of object files, as LLVM writes them for each system."""

import pytest

from nbtf.native.llvm import binding
from nbtf.native.object_file import is_native, undefined_symbols

IR = """
declare double @exp(double)
declare double @a_symbol_with_a_long_name(double)
define double @f(double %x) {
  %y = call double @exp(double %x)
  %z = call double @a_symbol_with_a_long_name(double %y)
  ret double %z
}
"""
TRIPLES = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "x86_64-pc-windows-msvc"]


def object_code(triple: str) -> bytes:
    llvm = binding()
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    module = llvm.parse_assembly(IR)
    module.triple = triple
    machine = llvm.Target.from_triple(triple).create_target_machine()
    code: bytes = machine.emit_object(module)
    return code


@pytest.mark.parametrize("triple", TRIPLES)
def test_finds_what_is_not_defined(triple: str) -> None:
    found = undefined_symbols(object_code(triple)) - {"_fltused"}
    assert found == {"exp", "a_symbol_with_a_long_name"}


@pytest.mark.parametrize("triple", TRIPLES)
def test_systems_are_told_apart(triple: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = object_code(triple)
    systems = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
    for platform, name in systems.items():
        monkeypatch.setattr("sys.platform", platform)
        assert is_native(code) == (name in triple)


@pytest.mark.parametrize("triple", TRIPLES)
def test_cut_file_is_refused_or_read(triple: str) -> None:
    code = object_code(triple)
    for size in range(0, len(code), 7):
        try:
            undefined_symbols(code[:size])
        except ValueError:
            continue


def test_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="not an object file"):
        undefined_symbols(b"\x7fELF but not really")
