"""As a program, `emulated_sessions.py FILE`, with NBTF_CPU_LEVEL=aarch64: values of all cases, from the emulated processor."""

import sys

import numpy as np
from emulator import emulate
from kernel_cases import cases_of, values_of

if __name__ == "__main__":
    emulator = emulate()
    values = values_of(cases_of("narrow"))
    np.savez(sys.argv[1], called=sorted(emulator.called), **values)
