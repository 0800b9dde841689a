"""What TensorFlow makes of small images, as rows of op tests (see tests/golden/make_images.py)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from ops.table import GOLDEN, Row

from nbtf.wire import op_defs


@cache
def _values() -> dict[str, Any]:
    with np.load(GOLDEN / "images" / "values.npz") as file:
        return dict(file)


def rows(op: str, only: Sequence[str] = ("float32",), atol: float = 1e-5, rtol: float = 1e-5) -> list[Row]:
    """One row a recorded case of this op."""
    definition = op_defs.find(op)
    assert definition is not None
    cases = dict.fromkeys(key.split("/")[1] for key in _values() if key.startswith(f"{op}/"))
    assert cases, f"no case of {op} is recorded"
    found = []
    for case in cases:
        inputs = [_values()[f"{op}/{case}/{argument.name}"] for argument in definition.inputs]
        outputs = tuple(_values()[f"{op}/{case}/out{i}"] for i in range(len(definition.outputs)))
        attrs = json.loads(str(_values()[f"{op}/{case}/attrs"]))
        vary = "T" if "T" in definition.attrs else None
        found.append(Row(op, inputs, outputs, attrs, vary, only, case, rtol, atol))
    return found
