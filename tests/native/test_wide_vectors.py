"""Tiles of AVX-512 give numpy's numbers; that LLVM makes good code of them there, test_inner_loops.py tells."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from native import kernel_cases

from nbtf.vm.image import cache_folder

PROGRAM = Path(__file__).with_name("wide_sessions.py")
CASES = kernel_cases.cases_of("wide")


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray[Any, Any]]:
    file = tmp_path_factory.mktemp("wide") / "values.npz"
    environment = {**os.environ, "NBTF_CACHE_DIR": os.path.join(cache_folder(), "shapes-of-x86-64-v4")}
    subprocess.run([sys.executable, PROGRAM, file], env=environment, check=True, timeout=600)
    with np.load(file) as arrays:
        return dict(arrays)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_numbers(values: dict[str, np.ndarray[Any, Any]], name: str) -> None:
    kernel_cases.check(CASES[name], values[name])
