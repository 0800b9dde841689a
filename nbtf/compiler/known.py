"""Constants whose elements a pass looks at: axes, paddings, a factor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.compiler.emit import constant_array
from nbtf.compiler.ir import Value, is_constant

_MOST_ELEMENTS = 1 << 16


def known_elements(value: Value) -> np.ndarray[Any, Any] | None:
    """The elements of a constant of moderate size that is there from the beginning; None for any other value."""
    return None if value.node.controls else elements_if_alive(value)


def elements_if_alive(value: Value) -> np.ndarray[Any, Any] | None:
    """As known_elements, but the constant may belong to a branch or a loop."""
    if not is_constant(value) or value.dtype == dtypes.string:
        return None
    if value.shape is None or -1 in value.shape or math.prod(value.shape) > _MOST_ELEMENTS:
        return None
    return constant_array(value.node)
