"""Numba in the user's own hands stays as it is, whoever calls it first."""

import subprocess
import sys

SCRIPT = """
import numpy as np
from nbtf.compiler.variant import Variant
from nbtf.vm.builder import object_code

code = object_code(Variant("kernel", "Softmax", "nn", ("float32", "float32")))
assert code[:4] in (b"\\x7fELF", b"\\xcf\\xfa\\xed\\xfe"), code[:4]

import numba

@numba.njit
def counted(limit):
    kept = np.zeros(limit)
    for i in range(limit):
        kept[i] = max(i, 3) + len(kept)
    if kept.sum() > 1e6:
        raise ValueError("too many: ", limit)
    return kept

assert counted(4).tolist() == [7, 7, 7, 7]
try:
    counted(5000)
except ValueError as error:
    assert error.args == ("too many: ", 5000), error.args
else:
    raise AssertionError("nothing raised")
assert object_code(Variant("kernel", "Softmax", "nn", ("float64", "float64")))
assert counted(np.int64(2)).tolist() == [5, 5]
"""


def test_own_functions_compile_and_run_after_kernels():
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
