"""The example models learn as with TensorFlow: from the same seeds and data their losses fall by the same curve."""

import importlib.util
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def load_curves() -> Any:
    """training_curves.py, which finds the models in the checkout: they are no part of the package."""
    sys.path.insert(0, str(ROOT))
    try:
        spec = importlib.util.spec_from_file_location("training_curves", HERE / "training_curves.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name in module.MODELS:
            module.parts(name)
        return module
    finally:
        sys.path.remove(str(ROOT))


CURVES = load_curves()


def check(golden: Path, name: str, steps: int) -> None:
    """Losses are within 1e-4 of TensorFlow's, or as close to them as those of TensorFlow's own ways to add numbers up.

    Training multiplies differences of rounding: where one decides which unit of a layer is active, curves part.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = CURVES.losses(name, steps)
    with np.load(golden / "loss_curves.npz") as recorded:
        one, *others = (recorded[f"{name}_{way}"][:steps] for way in ("one", "two", "onednn"))
    apart = np.maximum.accumulate(np.max([np.abs(other / one - 1) for other in others], axis=0))
    difference = np.abs(found / one - 1)
    allowed = np.maximum(1e-4, 3 * apart)
    assert (difference <= allowed).all(), f"apart by {difference.ravel()}, allowed {allowed.ravel()}"


@pytest.mark.parametrize("name", CURVES.MODELS)
def test_the_first_ten_steps(golden: Path, name: str) -> None:
    check(golden, name, 10)


@pytest.mark.slow
@pytest.mark.parametrize("name", CURVES.MODELS)
def test_a_hundred_steps(golden: Path, name: str) -> None:
    check(golden, name, CURVES.STEPS)
