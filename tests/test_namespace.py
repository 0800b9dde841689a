"""The lazy name space: what `import nbtf as tf` offers, its stub, and that it costs nothing until it is used."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nbtf as tf

STUB = Path(tf.__file__).with_suffix(".pyi")
# What importing the package itself binds.
OWN = {"VERSION", "__version__", "importlib", "Any"}


def stubbed() -> dict[str, str]:
    """Name -> module it is imported from, of the stub."""
    sources = {}
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            for alias in node.names:
                assert alias.asname == alias.name, f"{alias.name} is not re-exported"
                sources[alias.name] = node.module
    return sources


def public_names() -> set[str]:
    """The names on offer, without submodules that some import has bound besides."""
    fresh = subprocess.run(
        [sys.executable, "-c", "import nbtf; print(*dir(nbtf))"], capture_output=True, text=True, check=True
    )
    return {name for name in fresh.stdout.split() if not name.startswith("_")} - OWN


def test_the_stub_names_what_the_package_has() -> None:
    assert set(stubbed()) == public_names()


@pytest.mark.parametrize(("name", "module"), sorted(stubbed().items()))
def test_every_name_is_what_the_stub_says(name: str, module: str) -> None:
    if module == "nbtf":
        expected = importlib.import_module(f"nbtf.{name}")
    else:
        expected = getattr(importlib.import_module(module), name)
    assert getattr(tf, name) is expected


@pytest.mark.parametrize("name", sorted(stubbed()))
def test_compat_v1_has_the_same_names(name: str) -> None:
    v1 = importlib.import_module("nbtf.compat.v1")
    assert getattr(v1, name) is getattr(tf, name)
    assert name in dir(v1)


def test_versions_agree() -> None:
    v1 = importlib.import_module("nbtf.compat.v1")
    assert tf.VERSION == tf.__version__ == v1.VERSION == v1.__version__


@pytest.mark.parametrize("module", ["nbtf", "nbtf.compat.v1"])
def test_an_unknown_name_is_an_attribute_error(module: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'no_such_name'"):
        _ = importlib.import_module(module).no_such_name


def test_importing_imports_nothing() -> None:
    code = "import sys, nbtf; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    if run.returncode:
        pytest.skip("nbtf is not installed in this environment")
    assert "nbtf" in run.stdout.split()
    assert not {"numpy", "google", "numba", "llvmlite", "ml_dtypes"} & set(run.stdout.split())


def test_building_a_graph_imports_no_numba() -> None:
    code = (
        "import sys, nbtf as tf\n"
        "x = tf.placeholder(tf.float32, [None, 2])\n"
        "tf.Session(); tf.saved_model.load; tf.train.latest_checkpoint\n"
        "assert 'numba' not in sys.modules, 'numba'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_placeholder() -> None:
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        anything = tf.placeholder("int64")
    assert repr(x) == "<tf.Tensor 'x:0' shape=(?, 2) dtype=float32>"
    assert repr(anything) == "<tf.Tensor 'Placeholder:0' shape=<unknown> dtype=int64>"
    assert x.op.type == "Placeholder"


def test_placeholder_with_default() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder_with_default([1.0, 2.0], [None], name="x")
    assert [op.name for op in graph.get_operations()] == ["x/input", "x"]
    assert repr(x) == "<tf.Tensor 'x:0' shape=(?,) dtype=float32>"
    with tf.Session(graph=graph) as session:
        np.testing.assert_array_equal(session.run(x), [1, 2])
        np.testing.assert_array_equal(session.run(x, {x: [3.0]}), [3])
