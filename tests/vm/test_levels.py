"""Code for levels of processors: made for one below the host's it gives the same numbers, and a package may carry it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nbtf.compiler.variant import Variant
from nbtf.native.processor import LEVELS, host, levels_of
from nbtf.vm import image as image_module
from nbtf.vm.image import Image, file_name

SCRIPT = """
import sys
import numpy as np
import nbtf as tf
random = np.random.RandomState(0)
def floats(*dims):
    return random.standard_normal(dims).astype(np.float32)
image = floats(2, 20, 20, 32)
np.savez(sys.argv[1], *tf.Session().run([
    tf.matmul(floats(37, 50), floats(50, 45)),
    tf.matmul(floats(1, 50), floats(50, 45)),
    tf.nn.conv2d(image, floats(3, 3, 32, 48), 1, "SAME"),
    tf.nn.conv2d(image, floats(3, 3, 32, 20), 2, "VALID"),
    tf.nn.depthwise_conv2d(image, floats(3, 3, 32, 1), [1, 1, 1, 1], "SAME"),
    tf.nn.softmax(tf.tanh(floats(5, 77))),
    tf.nn.max_pool(image, 2, 2, "SAME"),
]))
print("numba" in sys.modules)
"""


def answers(tmp_path: Path, level: str | None) -> list[np.ndarray]:
    environment = {**os.environ, "NBTF_CPU_LEVEL": level or ""}
    file = tmp_path / f"{level}.npz"
    subprocess.run([sys.executable, "-c", SCRIPT, file], env=environment, check=True, timeout=500)
    with np.load(file) as arrays:
        return list(arrays.values())


@pytest.mark.skipif("x86-64-v2" not in levels_of(host()), reason="needs an x86-64 processor")
def test_a_lower_level_gives_the_same_numbers(tmp_path: Path) -> None:
    for found, expected in zip(answers(tmp_path, "x86-64-v2"), answers(tmp_path, None), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    environment = {**os.environ, "NBTF_CPU_LEVEL": "pdp-11", "NBTF_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "import nbtf as tf; tf.Session().run(tf.constant(1) + 1)"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 1
    assert "no level of processors is named 'pdp-11'; there are x86-64-v4" in run.stderr


OTHER_LEVEL = "x86-64-v2" if "aarch64" in levels_of(host()) else "aarch64"
FOREIGN_SCRIPT = """
from nbtf.compiler.program import HALT
from nbtf.vm.image import image
image().make([HALT])
print(image().compiled)
image().require([HALT])
"""


def test_code_for_another_architecture_is_made_and_not_run(tmp_path: Path) -> None:
    environment = {**os.environ, "NBTF_CPU_LEVEL": OTHER_LEVEL, "NBTF_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", FOREIGN_SCRIPT]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert run.stdout == "1\n" and "can be made here, but not run" in run.stderr
    assert "recognized feature" not in run.stderr  # LLVM knows each feature, of what it makes code for
    assert len(list(tmp_path.glob("*/nbtf_instruction_halt-*.o"))) == 1


def test_code_that_came_with_the_package_is_not_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halt = Variant("instruction", "halt", "loop", ())
    made = Image(str(tmp_path / "cache"))
    made.require([halt])
    level = levels_of(host())[0]
    (tmp_path / "images" / level).mkdir(parents=True)
    shutil.copy(tmp_path / "cache" / file_name(halt), tmp_path / "images" / level)
    monkeypatch.setattr(image_module, "IMAGES", str(tmp_path / "images"))
    image_module._shipped_folders.cache_clear()
    try:
        carried = Image(str(tmp_path / "empty"))
        carried.require([halt])
    finally:
        image_module._shipped_folders.cache_clear()
    assert (made.compiled, carried.compiled) == (1, 0)
    assert carried.address(halt) != 0


def test_levels_of_an_architecture_contain_each_other() -> None:
    features = [set(LEVELS[f"x86-64-v{n}"].features.split(",")) for n in (2, 3, 4)]
    assert features[0] < features[1] < features[2]
