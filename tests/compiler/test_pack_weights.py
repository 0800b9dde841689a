"""Packed weights: every column in its panel, zeros behind each group."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nbtf.graph import registry

CASES: list[tuple[tuple[int, ...], bool, int, Any]] = [
    ((3, 3, 5, 48), False, 1, np.float32),
    ((3, 3, 5, 48), False, 3, np.float32),
    ((7, 20), False, 1, np.float32),
    ((7, 20), False, 2, np.float32),
    ((2, 2, 3, 20), False, 2, np.float64),
    ((1, 64), False, 1, np.float32),
    ((5, 3), False, 1, np.float64),
    ((20, 7), True, 1, np.float32),
    ((32, 7), True, 1, np.float64),
]


@pytest.mark.parametrize(("shape", "transposed", "groups", "dtype"), CASES)
def test_panels(shape: tuple[int, ...], transposed: bool, groups: int, dtype: Any) -> None:
    weights = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    block, line = registry.find("_PackMatrix"), 64 // weights.itemsize
    assert block is not None
    assert block.fold is not None
    attrs = SimpleNamespace(transposed=transposed, groups=groups, line=line)
    panels = block.fold(attrs, lambda dims, of: np.full(dims, 7, of), weights)
    rows = weights.T if transposed else weights.reshape(-1, shape[-1])
    share = rows.shape[1] // groups
    each = -(-share // line)
    wanted = np.zeros((groups * each, len(rows), line), dtype)
    for column in range(rows.shape[1]):
        group, place = divmod(column, share)
        wanted[group * each + place // line, :, place % line] = rows[:, column]
    np.testing.assert_array_equal(panels, wanted)
