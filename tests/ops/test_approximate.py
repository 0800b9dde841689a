"""The best elements of an axis, which here are exact."""

from typing import Any

import numpy as np
import pytest
from ops.table import Row, forward_tests, run_op

from nbtf.errors import UnimplementedError

X = np.float32([[[3, 1, 3], [2, 5, 5]], [[0, -7, 2], [4, 4, 9]]])


def best(axis, k, sign=1):
    """The k largest, or with sign -1 smallest, and where: the first of equal ones first."""

    def expect(x):
        places = np.argsort(-sign * x.astype(np.float64), axis, kind="stable")
        places = np.take(places, range(k), axis).astype(np.int32)
        return np.take_along_axis(x, places, axis), places

    return expect


def _of(**attrs):
    return {"reduction_dimension": -1, **attrs}


ROWS = [
    Row("ApproxTopK", [X], best(-1, 2), _of(k=2)),
    Row("ApproxTopK", [X], best(2, 1, -1), _of(k=1, is_max_k=False), vary=None, label="smallest"),
    Row("ApproxTopK", [X], best(-1, 2), _of(k=2, aggregate_to_topk=False), vary=None, label="not aggregated"),
]
test_values = forward_tests(ROWS)


@pytest.mark.parametrize(("axis", "k", "sign"), [(0, 2, 1), (1, 1, -1)])
def test_other_axes(axis: int, k: int, sign: int) -> None:
    values, indices = run_op(
        "ApproxTopK", [X], {"k": k, "reduction_dimension": axis, "is_max_k": sign > 0}, known=True
    )[0]
    expected = best(axis, k, sign)(X)
    np.testing.assert_array_equal(values, expected[0])
    np.testing.assert_array_equal(indices, expected[1])


def test_an_axis_of_what_has_no_rank() -> None:
    with pytest.raises(UnimplementedError, match="axis 0 of an input of unknown rank"):
        run_op("ApproxTopK", [X], {"k": 1, "reduction_dimension": 0}, known=False)


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ({"k": 4}, "input must have last dimension >= k = 4 but was 3"),
        ({"k": 1, "reduction_dimension": 3}, "Invalid reduction dimension: 3"),
        ({"k": 1, "recall_target": 1.5}, "Invalid recall target"),
    ],
)
def test_refusals(attrs: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run_op("ApproxTopK", [X], attrs, known=True)
