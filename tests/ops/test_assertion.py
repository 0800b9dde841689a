"""Assert: what its message shows, in the words of TensorFlow 2.15."""

from typing import Any

import numpy as np
import pytest
from ops.table import run_op

from nbtf import errors

SHOWN = [
    ([np.arange(5)], 3, "[0 1 2...]"),
    ([np.arange(6).reshape(2, 3)], 3, "[[0 1 2]...]"),
    ([np.arange(6).reshape(2, 3)], 6, "[[0 1 2][3 4 5]]"),
    (
        [np.arange(12.0).reshape(2, 2, 3) / 7],
        7,
        "[[[0 0.14285714285714285 0.2857142857142857][0.42857142857142855 0.5714285714285714 0.7142857142857143]]"
        "[[0.8571428571428571...]]...]",
    ),
    (
        [np.array(b"a b", object), np.array([True, False]), np.float32(1.5e-7), np.float64(1 / 3)],
        3,
        "[a b] [1 0] [1.5e-07] [0.33333333333333331]",
    ),
    ([np.zeros((0, 2)), np.float32(1e20), np.float32(np.inf)], 10, "[] [1e+20] [inf]"),
    ([np.zeros((2, 0, 3)), np.array([b"x", b"y"], object)], 3, "[] [x y]"),
]


@pytest.mark.parametrize(("data", "summarize", "words"), SHOWN)
def test_a_failed_assertion_shows_its_data(data: list[Any], summarize: int, words: str) -> None:
    with pytest.raises(errors.InvalidArgumentError) as caught:
        run_op("Assert", [np.array(False), data], {"summarize": summarize}, known=False)
    assert caught.value.message == f"assertion failed: {words}"


def test_an_assertion_that_holds_is_silent() -> None:
    assert run_op("Assert", [np.array(True), [np.int32(1)]], {}, known=True)[0] == []


def test_the_condition_is_a_scalar() -> None:
    with pytest.raises(errors.InvalidArgumentError, match="should be a scalar"):
        run_op("Assert", [np.array([True]), [np.int32(1)]], {}, known=False)
