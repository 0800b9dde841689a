"""Rules that hold for the repository as a whole, and for the package as it is installed."""

import importlib.metadata
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nbtf import version

ROOT = Path(__file__).resolve().parent.parent

# Names that say nothing of what a file holds.
VAGUE_STEMS = {"common", "helper", "helpers", "misc", "util", "utils"}

# A path on someone's own machine. The look-behind lets through the same words inside a longer path or a node name.
PRIVATE_PATH = re.compile(r"(?<![\w./*)}\]-])/(?:root|work|Users|home/\w+)(?![\w-])")

# Kernels are tested through their ops: the rows of tests/ops run every kernel, with its shape rule and its errors.
TESTED_ELSEWHERE = {
    "bitwise": "programs/math",
    "data/experimental": "programs/data",
    "debugging": "programs/math",
    "estimator/canned": "programs/estimator",
    "estimator/experimental": "programs/estimator",
    "estimator/export": "programs/estimator",
    "estimator/inputs": "programs/estimator",
    "kernels": "ops",
    "linalg/experimental": "programs/linear_operators",
    "manip": "programs/array",
    "math/special": "programs/math",
    "nn/experimental": "programs/nn",
    "nn/rnn_cell": "programs/rnn",
    "python/ops": "ops",
    "python_io": "io",
    "quantization": "programs/math",
    "queue": "programs/queues",
    "random/experimental": "programs/random",
    "saved_model/utils": "saved_model",
    "sets": "programs/sparse",
    "signal": "programs/signal",
    "spectral": "programs/signal",
    "train/experimental": "programs/training",
    "user_ops": "programs/control",
}
"""Packages whose tests stand in another folder than one of their own name, of tests or of tests/programs."""


@pytest.fixture(scope="module")
def tracked_files() -> list[PurePosixPath]:
    """Every file git tracks, relative to the root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [PurePosixPath(name) for name in listing.split("\0") if name]
    assert files, "git tracks no file"
    return [file for file in files if (ROOT / file).is_file()]  # a deletion may not be committed yet


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_file_names_say_what_is_inside(tracked_files: list[PurePosixPath]) -> None:
    vague = [str(file) for file in tracked_files if file.stem.lower().strip("_") in VAGUE_STEMS]
    assert not vague, f"name these after what they hold: {vague}"


def test_no_file_names_a_path_of_someones_machine(tracked_files: list[PurePosixPath]) -> None:
    found = []
    for file in tracked_files:
        # Latin-1 decodes any file: a graph or a checkpoint can name the folder it was written in, too.
        lines = (ROOT / file).read_bytes().decode("latin-1").splitlines()
        for number, line in enumerate(lines, start=1):
            found += [f"{file}:{number}: {match.group()}" for match in PRIVATE_PATH.finditer(line)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_private"),
    [
        ("open('/{}/x.pb')", True),
        ("cd /{}", True),
        ("scope/{}/kernel", False),
        ("/{}shop/x", False),
        ("${{HOME}}/{}", False),
    ],
)
def test_private_path_pattern(text: str, is_private: bool) -> None:
    for folder in ("root", "work"):
        assert bool(PRIVATE_PATH.search(text.format(folder))) == is_private


def packages() -> Iterator[tuple[PurePosixPath, str]]:
    """Each package folder of the sources, relative to the root, with the name of its folder of tests."""
    for marker in sorted((ROOT / "nbtf").rglob("__init__.py")):
        inside = PurePosixPath(marker.parent.relative_to(ROOT / "nbtf").as_posix())
        if inside != PurePosixPath("."):
            folder = "contrib" if inside.parts[0] == "contrib" else str(inside)
            yield PurePosixPath("nbtf") / inside, TESTED_ELSEWHERE.get(folder, folder)
    for marker in sorted((ROOT / "tools").glob("*/__init__.py")):
        yield PurePosixPath("tools", marker.parent.name), "tools"


def has_tests(folder: str) -> bool:
    """Whether there are tests, or programs that nbtf and TensorFlow are compared by."""
    tests = ROOT / "tests"
    programs = tests / "programs" / folder.removeprefix("programs/")
    return any((tests / folder).rglob("test_*.py")) or any(programs.glob("*.py"))


def test_every_package_has_its_folder_of_tests() -> None:
    mirrored = dict(packages())
    assert mirrored, "no package found"
    missing = [
        f"{package}: no test in tests/{tests} or tests/programs/{tests}"
        for package, tests in mirrored.items()
        if not has_tests(tests)
    ]
    assert not missing, "\n".join(missing)


def test_the_build_reads_the_version_that_the_package_states(pyproject: dict[str, Any]) -> None:
    assert "version" in pyproject["project"]["dynamic"]
    source = (ROOT / pyproject["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    stated = re.findall(pyproject["tool"]["hatch"]["version"]["pattern"], source)
    assert stated == [version.NBTF_VERSION]


def test_the_changelog_tells_of_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    expected = "Unreleased" if "dev" in version.NBTF_VERSION else version.NBTF_VERSION
    assert expected in headings


def declared_requirements(pyproject: dict[str, Any]) -> list[Requirement]:
    project = pyproject["project"]
    groups = [
        pyproject["build-system"]["requires"],
        project["dependencies"],
        *(needs for extra, needs in project["optional-dependencies"].items() if extra != "examples"),
    ]
    return [Requirement(text) for group in groups for text in group]


def test_the_lock_pins_what_the_project_asks_for(pyproject: dict[str, Any]) -> None:
    pinned: dict[str, list[str]] = {}
    for line in (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.lstrip().startswith("#"):
            (stated,) = Requirement(line).specifier
            assert stated.operator == "==", f"not pinned: {line}"
            pinned.setdefault(canonicalize_name(Requirement(line).name), []).append(stated.version)
    for requirement in declared_requirements(pyproject):
        versions = pinned.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in the lock: run the command in its first lines again"
        for pin in versions:
            assert requirement.specifier.contains(pin), f"the lock has {pin}, outside of {requirement}"


@pytest.mark.parametrize("script", ["run", "interop"])
def test_ci_scripts_are_executable_and_parse(script: str, tracked_files: list[PurePosixPath]) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    path = PurePosixPath(".ci", script)
    assert path in tracked_files
    mode = subprocess.run(["git", "ls-files", "-s", path], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert mode.startswith("100755"), f"{path} is not executable in git"
    subprocess.run([bash, "-n", ROOT / path], check=True)


@pytest.fixture(scope="module")
def installed() -> importlib.metadata.Distribution:
    """The installed copy of the project; an editable install has none."""
    try:
        distribution = importlib.metadata.distribution("nbtf")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("nbtf is not installed")
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        pytest.skip("nbtf is installed in editable mode")
    return distribution


def test_the_installed_package_is_whole(
    installed: importlib.metadata.Distribution, tracked_files: list[PurePosixPath]
) -> None:
    assert installed.version == version.NBTF_VERSION
    present = {file.as_posix() for file in installed.files or []}
    expected = {str(file) for file in tracked_files if file.parts[0] == "nbtf"}
    expected |= {str(file.relative_to("tools")) for file in tracked_files if file.parts[:2] == ("tools", "nbtf_tools")}
    missing = sorted(expected - present)
    assert not missing, f"not in the installed copy (is it older than the checkout? install again): {missing}"


def test_the_installed_commands_load(installed: importlib.metadata.Distribution) -> None:
    commands = {entry.name: entry for entry in installed.entry_points if entry.group == "console_scripts"}
    assert set(commands) == {"nbtf", "freeze_graph"}
    for entry in commands.values():
        assert callable(entry.load())
