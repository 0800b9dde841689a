"""The lazy name space: what `import nbtf as tf` offers, its stub, and that it costs nothing until it is used."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nbtf as tf

ROOT = Path(__file__).resolve().parent.parent
DIGITS = ROOT / "models" / "digits" / "digits.pb"


@pytest.mark.parametrize("tool", ["make_stubs.py", "make_families.py"])
def test_what_tools_wrote_is_what_the_packages_offer(tool: str) -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "tools" / tool, "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


def packages() -> list[str]:
    folder = Path(tf.__file__).parent
    found = [".".join(("nbtf", *path.parent.relative_to(folder).parts)) for path in folder.rglob("__init__.py")]
    return sorted(name for name in found if hasattr(importlib.import_module(name), "_names"))


@pytest.mark.parametrize("package", packages())
def test_every_name_can_be_had(package: str) -> None:
    module = importlib.import_module(package)
    for name in dir(module):
        getattr(module, name)


@pytest.mark.parametrize("package", packages())
def test_no_module_shadows_a_name(package: str) -> None:
    """Importing a submodule binds it in its package, over a function of the same name."""
    module = importlib.import_module(package)
    submodules = {name for _, name, _ in pkgutil.iter_modules(module.__path__)}
    assert not submodules & set(module._names.sources)


@pytest.mark.parametrize("name", dir(tf))
def test_compat_v1_has_the_same_names(name: str) -> None:
    v1 = importlib.import_module("nbtf.compat.v1")
    assert getattr(v1, name) is getattr(tf, name)
    assert name in dir(v1)


def test_versions_agree() -> None:
    v1 = importlib.import_module("nbtf.compat.v1")
    assert tf.VERSION == tf.__version__ == tf.version.VERSION == v1.VERSION == v1.__version__


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


def test_a_run_of_a_loaded_graph_imports_no_more_than_it_needs() -> None:
    code = (
        "import sys, numpy as np\n"
        "before = set(sys.modules)\n"
        "import nbtf as tf\n"
        "graph_def = tf.GraphDef()\n"
        f"graph_def.ParseFromString(open({str(DIGITS)!r}, 'rb').read())\n"
        "tf.import_graph_def(graph_def, name='')\n"
        "images = np.zeros((1, 8, 8, 1), np.float32)\n"
        "tf.Session(config=tf.ConfigProto()).run('digit:0', {'image:0': images})\n"
        "print(*set(sys.modules) - before)"
    )
    for _ in range(2):  # the first compiles kernels that no process has needed before
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    imported = run.stdout.split()
    needless = {"nbtf.graph.gradient_walk", "nbtf.vm.failure", "nbtf.vm.trace", "nbtf.checkpoint", "nbtf.variables"}
    slow = {"hashlib", "numpy.typing"}
    assert not (needless | slow) & set(imported)


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
