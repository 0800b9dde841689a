"""What a Python value is to a graph."""

from __future__ import annotations

from typing import Any

from nbtf.composite_tensor import CompositeTensor
from nbtf.graph.tensor import Tensor


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a composite of tensors, or stands for one as variables do."""
    if isinstance(x, CompositeTensor):
        return x._IS_TENSOR
    return isinstance(x, Tensor) or hasattr(x, "_as_graph_element")


def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether `tensor` has a value only while a graph runs."""
    if isinstance(tensor, CompositeTensor):
        return all(is_symbolic_tensor(part) for part in tensor._components())
    return isinstance(tensor, Tensor) or hasattr(tensor, "_as_graph_element")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tensor of numbers."""
    return isinstance(tensor, Tensor) and tensor.dtype.base_dtype.is_numeric
