"""tf.contrib.slim.model_analyzer: how many elements variables and operations have."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from nbtf.graph.graph import Graph

_LINE = "---------"


def tensor_description(var: Any) -> str:
    """The dtype and the static shape of a tensor or variable, as "(float32 ?x3)"."""
    dims = "x".join("?" if dim is None else str(dim) for dim in var.get_shape().as_list())
    return f"({var.dtype.name} {dims})"


def _write(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def analyze_ops(graph: Graph, print_info: bool = False) -> int:
    """The number of elements of all outputs in a graph whose shape is known. print_info: tells of each on stdout."""
    if print_info:
        _write(_LINE, "Operations: name -> (type shapes) [size]", _LINE)
    total = 0
    for op in graph.get_operations():
        sizes = [tensor.get_shape().num_elements() or 0 for tensor in op.outputs]
        total += sum(sizes)
        if print_info and op.outputs:
            shapes = ", ".join(
                tensor_description(tensor)
                if tensor.get_shape().ndims is not None
                else f"({tensor.dtype.name} <unknown>)"
                for tensor in op.outputs
            )
            _write(f"{op.name} \t-> {shapes} [{sum(sizes)}]")
    return total


def analyze_vars(variables: Iterable[Any], print_info: bool = False) -> tuple[int, int]:
    """(elements, bytes) of all variables. print_info: tells of each on stdout."""
    if print_info:
        _write(_LINE, "Variables: name (type shape) [size]", _LINE)
    total = total_bytes = 0
    for variable in variables:
        size = variable.get_shape().num_elements() or 0
        size_bytes = size * variable.dtype.size
        total, total_bytes = total + size, total_bytes + size_bytes
        if print_info:
            _write(f"{variable.name} {tensor_description(variable)} [{size}, bytes: {size_bytes}]")
    if print_info:
        _write(f"Total size of variables: {total}", f"Total bytes of variables: {total_bytes}")
    return total, total_bytes
