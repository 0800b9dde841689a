"""Arguments that must be integers."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw


def convert_to_int_tensor(tensor: Any, name: str, dtype: Any = dtypes.int32) -> Any:
    """`tensor` cast to an integer dtype. Raises TypeError for other dtypes."""
    tensor = convert_to_tensor(tensor, name=name, preferred_dtype=dtype)
    if not tensor.dtype.is_integer:
        raise TypeError(f"Argument `tensor` (name: {name}) must be of type integer. Received `tensor` = {tensor}")
    return raw.Cast(tensor, dtype)
