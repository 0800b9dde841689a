"""The kernel image: what the cache holds is loaded without numba, and no cache breaks a run."""

import os
import shutil
import stat
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf.compiler.variant import Variant
from nbtf.graph import registry
from nbtf.native import elf
from nbtf.vm import image as image_module
from nbtf.vm.image import Image, ImageWarning

HALT = Variant("instruction", "halt", "loop")

SCRIPT = """
import sys
import numpy as np
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
graph = Graph()
with graph.as_default():
    x = apply_op("Placeholder", dtype="float32")
    y = apply_op("AddV2", x=x, y=np.float32(1))
print(Session(graph=graph).run(y, {x: [1.0, 2.0]}).tolist(), *(name for name in ("numba", "llvmlite") if name in sys.modules))
"""
COMPILED = "[2.0, 3.0] numba llvmlite"  # what SCRIPT prints where it has to compile, and where it does not
LOADED = "[2.0, 3.0]" if elf.home() is not None else "[2.0, 3.0] llvmlite"


def run_script(cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NBTF_CACHE_DIR": str(cache)}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)


def image_files(cache: Path) -> list[Path]:
    return sorted(cache.glob("*/*.o"))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds what SCRIPT needs."""
    cache = tmp_path_factory.mktemp("compiled")
    assert run_script(cache).stdout.strip() == COMPILED
    return cache


@pytest.fixture
def cache(compiled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(compiled, tmp_path / "cache"))


@pytest.mark.cold
def test_second_process_needs_no_compiler(compiled: Path) -> None:
    warm = run_script(compiled)
    assert warm.stdout.strip() == LOADED
    assert not warm.stderr


@pytest.mark.cold
@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "foreign_text"])
def test_damaged_files_are_compiled_again(cache: Path, damage: str) -> None:
    for path in image_files(cache)[:2]:
        data = path.read_bytes()
        changed = {
            "truncate": data[: len(data) // 2],
            "flip": data[:100] + bytes([data[100] ^ 1]) + data[101:],
            "empty": b"",
            "foreign_text": b"nbtfimg1 but then something else",
        }[damage]
        path.write_bytes(changed)
    again = run_script(cache)
    assert again.stdout.strip() == COMPILED
    assert run_script(cache).stdout.strip() == LOADED


@pytest.mark.cold
@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_folder_that_others_may_write_is_refused(cache: Path) -> None:
    cache.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
    result = run_script(cache)
    assert result.stdout.strip() == COMPILED
    assert "others may write" in result.stderr


@pytest.mark.cold
def test_folder_that_cannot_be_made_warns_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run_script(tmp_path / "file")
    assert result.stdout.strip() == COMPILED
    assert result.stderr.count("ImageWarning") == 1


@pytest.mark.cold
def test_processes_may_fill_one_image_at_once(cache: Path) -> None:
    for path in image_files(cache)[:3]:
        path.unlink()
    environment = {**os.environ, "NBTF_CACHE_DIR": str(cache)}
    started = [
        subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in started:
        output, _ = process.communicate()
        assert output.startswith("[2.0, 3.0]")
    assert run_script(cache).stdout.strip() == LOADED


def test_code_with_undefined_symbols_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image(str(tmp_path))
    image.require([HALT])
    monkeypatch.setattr(image_module, "undefined_symbols", lambda code: {"system"})
    assert image._read(HALT) is None


def test_an_edited_kernel_source_makes_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    one = image_module._source_digest.__wrapped__("math")
    monkeypatch.setattr(image_module, "_source", image_module._source.__wrapped__)  # reads again
    read = image_module._content

    def edited(path: str) -> bytes:
        return (read(path) or b"") + (b"# edited" if path.endswith("math.py") else b"")

    monkeypatch.setattr(image_module, "_content", edited)
    assert image_module._source_digest.__wrapped__("math") != one


def test_an_edited_shape_rule_makes_another_file_and_an_edited_gradient_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = image_module._source_digest.__wrapped__("math")
    blocks = registry.family("math")

    def with_first(**changes: Any) -> list[registry.Block]:
        return [blocks[0]._replace(**changes), *blocks[1:]]

    monkeypatch.setattr(registry, "family", lambda stem: with_first(gradient=lambda op, dy: [dy, dy], doc="another"))
    assert image_module._source_digest.__wrapped__("math") == one
    monkeypatch.setattr(registry, "family", lambda stem: with_first(shape=lambda a, b: (len(a), len(b), 7)))
    assert image_module._source_digest.__wrapped__("math") != one


def test_helper_modules_of_a_family_are_part_of_its_digest() -> None:
    assert "kernels/jit.py" in image_module._kernel_sources("math")


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NBTF_CACHE_DIR", str(tmp_path))
    assert image_module.cache_folder() == str(tmp_path)


def test_unwritable_folder_is_no_failure(tmp_path: Path) -> None:
    image = Image(str(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        image.require([HALT])
        image.require([Variant("instruction", "jump", "loop")])
    assert [w.category for w in caught] == [ImageWarning]
    assert image.address(HALT)
    assert np.iinfo(np.int64).max > image.address(HALT)
