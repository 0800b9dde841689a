"""Object code into this process, by the cheapest way that can."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nbtf.native import elf
from nbtf.native.llvm import Library
from nbtf.native.processor import code_triple, runs_here
from nbtf.native.relocation import NotPlaceable


def place(codes: Sequence[bytes]) -> Callable[[str], int]:
    """Makes object files ready to run; what it returns tells the address of each of their functions by its name.

    Their content is trusted: the caller has checked that it is whole and its own. The code lives as long as what is
    returned, which raises KeyError for what is no function of them. Raises ValueError for code of another architecture.
    """
    if not runs_here():
        raise ValueError(f"NBTF_CPU_LEVEL: code for {code_triple()} can be made here, but not run")
    if elf.home() is not None:
        try:
            return elf.Code(codes).address
        except (NotPlaceable, OSError):
            pass  # LLVM can place anything that it made, and says it where the system runs no code from memory
    library = Library()
    for code in codes:
        library.add_object(code)
    library.finalize()
    return library.address
