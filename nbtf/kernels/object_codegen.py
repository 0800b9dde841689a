"""Numba's compiler without its last step: a function becomes an LLVM module, and nothing is loaded into this process.

Numba makes machine code of every function at once, and of every function that it calls. An image takes none of it: it
is made from the module alone, so that step would be a third of the time that a kernel takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from numba.core import codegen
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target


class _ModuleLibrary(codegen.JITCodeLibrary):
    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name):
        self._ensure_finalized()
        return 0


class _ModuleCodegen(codegen.JITCPUCodegen):
    _library_class = _ModuleLibrary

    def set_env(self, env_name, env):
        """Nothing to set: an environment is for functions that Python calls."""


@cache
def _module_codegen():
    return _ModuleCodegen("nbtf.modules")


@contextmanager
def modules_only() -> Iterator[None]:
    """Within, numba compiles functions to modules; other threads that want to compile wait, as they always do."""
    with global_compiler_lock:
        context = cpu_target.target_context
        context.refresh()  # the first one makes numba's own run-time library, which others in this process will call
        usual = context._internal_codegen
        context._internal_codegen = _module_codegen()
        try:
            yield
        finally:
            context._internal_codegen = usual
