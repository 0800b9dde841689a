"""What every test has: a kernel cache kept between runs, the golden files, and repeatable property tests."""

import importlib.util
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

_USER_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")

# Compiling kernels is most of a cold run's time, so runs share their images: the key of an image covers the kernels'
# sources, and a stale one is never loaded. Set here, before nbtf is imported, so that child processes inherit it.
os.environ.setdefault("NBTF_CACHE_DIR", str(_USER_CACHE / "nbtf-tests"))

# The same examples in every run: a failure must show again when someone looks at it. No deadline, because the first
# example of a test may compile a kernel. `--hypothesis-profile=explore` searches with fresh examples.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of golden files, which TensorFlow wrote."""
    return Path(__file__).parent / "golden"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip interop tests where TensorFlow is missing; looked up, not imported, so other tests stay free of it."""
    if importlib.util.find_spec("tensorflow") is not None:
        return
    skip = pytest.mark.skip(reason="needs TensorFlow: .ci/interop runs it in a virtual environment of its own")
    for item in items:
        if item.get_closest_marker("interop"):
            item.add_marker(skip)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, for a test of programs that write files by relative paths: its own, as tests run at once."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT is a KeyboardInterrupt, also where the tests run in the background and the shell has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
