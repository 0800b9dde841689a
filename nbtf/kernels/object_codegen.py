"""Numba's compiler without what an image does not take: a function becomes an LLVM module, and no more.

Numba makes machine code of every function at once, and of every function that it calls, each with a wrapper for C; and it
optimizes each of them in two rounds. An image is made from the last module alone, which is optimized as a whole then. The
rest would be half of the time that a kernel takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from numba.core import codegen
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.targetconfig import TargetConfig

from nbtf.native.llvm import target_machine
from nbtf.native.processor import code_triple


class _ModuleLibrary(codegen.JITCodeLibrary):
    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def _optimize_final_module(self):
        """The first of Numba's two rounds, with which it does away with reference counts."""
        codegen = self._codegen
        passes, builder = codegen._module_pass_manager(
            loop_vectorize=codegen._loopvect, slp_vectorize=False, opt=codegen._opt_level, cost="cheap"
        )
        passes.run(self._final_module, builder)

    def get_pointer_to_function(self, name):
        self._ensure_finalized()
        return 0


class _ModuleCodegen(codegen.JITCPUCodegen):
    """For the processor that code is made for, whatever machine this is."""

    _library_class = _ModuleLibrary

    def _init(self, llvm_module):
        self._tm = target_machine(jit=False)
        self._target_data = self._tm.target_data
        self._data_layout = str(self._target_data)
        self._loopvect, self._opt_level = False, 0

    def _create_empty_module(self, name):
        module = super()._create_empty_module(name)
        module.triple = code_triple()
        return module

    def set_env(self, env_name, env):
        """Nothing to set: an environment is for functions that Python calls."""


@cache
def _defaults(config):
    return {name: option.default for name, option in config.options.items()}


def _config_values(self):
    """As numba has it, without a call an option: settings are compared for every function that is called."""
    return {**_defaults(type(self)), **self._values}


@cache
def _module_codegen():
    return _ModuleCodegen("nbtf.modules")


@contextmanager
def modules_only() -> Iterator[None]:
    """Within, numba compiles functions to modules; other threads that want to compile wait, as they always do."""
    with global_compiler_lock:
        context = cpu_target.target_context
        context.refresh()  # the first one makes numba's own run-time library, which others in this process will call
        usual, usual_values = context._internal_codegen, TargetConfig.values
        context._internal_codegen = _module_codegen()
        TargetConfig.values = _config_values  # type: ignore[method-assign]
        context.create_cfunc_wrapper = lambda *arguments: None  # hides the method of its class
        try:
            yield
        finally:
            context._internal_codegen = usual
            TargetConfig.values = usual_values  # type: ignore[method-assign]
            del context.create_cfunc_wrapper
