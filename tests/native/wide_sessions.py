"""As a program, `wide_sessions.py FILE`: values from kernels of the shape that AVX-512 gives them, on whatever this is.

Tiles and vectors are those of a processor with AVX-512; LLVM takes each vector apart into what the host has. The cache must
be another one than usual: nothing in a kernel's name tells its shape.
"""

import sys

import numpy as np
from kernel_cases import cases_of, values_of

from nbtf.native import processor
from nbtf.vm import compile_pool

if __name__ == "__main__":
    usual = processor.code_cpu
    processor.code_cpu = lambda: processor.LEVELS["x86-64-v4"]
    from nbtf.kernels.simd import HOST

    processor.code_cpu = usual
    assert HOST.register_bytes == 64
    compile_pool.WORTH_A_PROCESS = float("inf")  # another process would not know
    np.savez(sys.argv[1], **values_of(cases_of("wide")))
