"""Static shapes of tensor lists: a list is a scalar whose handle data tells dtype and shape of its elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nbtf.graph.constant_value import dims_from_value
from nbtf.graph.tensor import StaticDims, merged_dims
from nbtf.shapes import UNKNOWN

if TYPE_CHECKING:
    from nbtf.graph.operation import Operation


def _held(op: Operation) -> StaticDims:
    """The static shape of the elements of the list that the operation reads."""
    handle = op._inputs[0].handle_data
    return handle[0][1] if handle and len(handle) == 1 else None


def _is_list(op: Operation, element_dims: StaticDims) -> None:
    """The first output is a list of elements of this shape."""
    op._outputs[0]._dims = ()
    op._outputs[0].handle_data = ((op.attrs.element_dtype, element_dims),)


def _new(position: int) -> Callable[[Operation], None]:
    """A list whose elements have the shape that an input tells."""
    return lambda op: _is_list(op, dims_from_value(op._inputs[position]))


def _changed(op: Operation) -> None:
    """A list of the same kind of elements as before."""
    op._outputs[0]._dims = ()
    op._outputs[0].handle_data = op._inputs[0].handle_data


def _with_element(op: Operation) -> None:
    _is_list(op, _held(op))


def _get_item(op: Operation) -> None:
    op._outputs[0]._dims = merged_dims(dims_from_value(op._inputs[2]), _held(op))


def _pop_back(op: Operation) -> None:
    held = _held(op)
    _is_list(op, held)
    op._outputs[1]._dims = merged_dims(dims_from_value(op._inputs[1]), held)


def _element_shape(op: Operation) -> None:
    held = _held(op)
    op._outputs[0]._dims = None if held is None else (len(held),)


def _stack(op: Operation) -> None:
    dims = merged_dims(dims_from_value(op._inputs[1]), _held(op))
    count = op.attrs.num_elements
    op._outputs[0]._dims = None if dims is None else (count if count >= 0 else UNKNOWN, *dims)


def _gather(op: Operation) -> None:
    dims, indices = merged_dims(dims_from_value(op._inputs[2]), _held(op)), op._inputs[1]._dims
    op._outputs[0]._dims = None if dims is None else (indices[0] if indices else UNKNOWN, *dims)


RULES: Final[dict[str, Callable[[Operation], None]]] = {
    "EmptyTensorList": _new(0),
    "TensorListElementShape": _element_shape,
    "TensorListFromTensor": _new(1),
    "TensorListGather": _gather,
    "TensorListGetItem": _get_item,
    "TensorListPopBack": _pop_back,
    "TensorListPushBack": _with_element,
    "TensorListReserve": _new(0),
    "TensorListResize": _changed,
    "TensorListScatter": _new(2),
    "TensorListScatterIntoExistingList": _with_element,
    "TensorListScatterV2": _new(2),
    "TensorListSetItem": _with_element,
    "TensorListSplit": _new(1),
    "TensorListStack": _stack,
}
