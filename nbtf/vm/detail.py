"""Details of a refusal as its message shows them; see nbtf/refusals.py for the forms."""

from __future__ import annotations

import ctypes

from nbtf import dtypes, layout
from nbtf.vm.context import Context

_TENSORFLOW_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


class Detail:
    """One int64 of a refusal, and the run that it belongs to."""

    def __init__(self, context: Context, number: int) -> None:
        self.context = context
        self.number = number

    def __format__(self, form: str) -> str:
        if form == "shape":
            return _shape(self.number, 0)
        if form == "inner":
            return _shape(self.number, 1)
        if form == "dtype":
            name = dtypes.as_dtype(self.number).name
            return _TENSORFLOW_NAMES.get(name, name)
        if form == "name":
            return _name(self.context, self.number)
        return format(self.number, form)


def _word(address: int, index: int) -> int:
    return ctypes.c_int64.from_address(address + layout.WORD * index).value


def _shape(descriptor: int, first: int) -> str:
    rank = _word(descriptor, layout.RANK)
    if rank < 0:
        return "<unknown>"
    dims = [_word(descriptor, layout.DIMS + i) for i in range(first, rank)]
    return "[" + ",".join("?" if dim < 0 else str(dim) for dim in dims) + "]"


def _name(context: Context, record: int) -> str:
    """TensorArray_3, after the node that made it and its place among the run's collections; of a gradient, x_3@source."""
    node = context.linked.at_address[_word(record, layout.MAKER)].node
    assert node is not None
    if hasattr(node.attrs, "source"):
        return f"{_name(context, _word(record, layout.FORWARD))}@{node.attrs.source}"
    given = getattr(node.attrs, "tensor_array_name", "") or getattr(node.attrs, "stack_name", "")
    return f"{given or node.name}_{_word(record, layout.SERIAL)}"
