"""Parts of tensors: what `tensor[...]` means, slices, masks, gathered rows, and choices between two tensors."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.array.filling import ones_like
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import reshape, shape, squeeze
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_prod

newaxis = None

_ALLOWED = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors "
    "are valid indices, got {!r}"
)


class _Slices:
    """The inputs and masks of a StridedSlice, one position an item of the index."""

    def __init__(self) -> None:
        self.begin: list[Any] = []
        self.end: list[Any] = []
        self.strides: list[Any] = []
        self.masks = dict.fromkeys(("begin_mask", "end_mask", "shrink_axis_mask", "new_axis_mask", "ellipsis_mask"), 0)

    def add(self, item: Any) -> None:
        bit = 1 << len(self.begin)
        if isinstance(item, slice):
            self._add_slice(item, bit)
        elif item is Ellipsis or item is None:
            self.masks["ellipsis_mask" if item is Ellipsis else "new_axis_mask"] |= bit
            self._append(0, 0, 1)
        else:
            _check_index(item)
            self.masks["shrink_axis_mask"] |= bit
            end = item + 1
            wide = isinstance(item, Tensor) and item.dtype.base_dtype != dtypes.int32
            self._append(item, end, constant(1, item.dtype.base_dtype) if wide else 1)

    def _add_slice(self, item: slice, bit: int) -> None:
        dtype = _index_dtype(item)

        def given(bound: Any, otherwise: int, mask: str | None) -> Any:
            if bound is not None and not (isinstance(bound, tensor_shape.Dimension) and bound.value is None):
                _check_index(bound)
                return bound
            if mask is not None:
                self.masks[mask] |= bit
            return otherwise if dtype is None else constant(otherwise, dtype)

        begin = given(item.start, 0, "begin_mask")
        end = given(item.stop, 0, "end_mask")
        self._append(begin, end, given(item.step, 1, None))

    def _append(self, begin: Any, end: Any, stride: Any) -> None:
        self.begin.append(begin)
        self.end.append(end)
        self.strides.append(stride)


def _index_dtype(item: slice) -> dtypes.DType | None:
    """What the bounds that a slice leaves out become, where others are tensors."""
    found = [bound.dtype.base_dtype for bound in (item.start, item.stop, item.step) if isinstance(bound, Tensor)]
    for dtype in (dtypes.int64, dtypes.int32, dtypes.int16):
        if dtype in found:
            return dtype
    return None


def _check_index(index: Any) -> None:
    if isinstance(index, (numbers.Integral, tensor_shape.Dimension)):
        return
    dtype = getattr(index, "dtype", None)
    try:
        allowed = dtype is not None and dtypes.as_dtype(dtype).base_dtype in (
            dtypes.int16,
            dtypes.int32,
            dtypes.int64,
        )
    except TypeError:
        allowed = False
    if not allowed or (index.shape is not None and index.shape.__bool__() and len(index.shape) == 1):
        raise TypeError(_ALLOWED.format(index))


def _is_mask(index: Any) -> bool:
    if isinstance(index, (bool, np.bool_)):
        return True
    return isinstance(index, (Tensor, np.ndarray)) and index.dtype == (
        dtypes.bool if isinstance(index, Tensor) else np.bool_
    )


def getitem(tensor: Tensor, index: Any) -> Any:
    """`tensor[index]`: integers, slices, `...`, None for a new axis, scalar tensors; or a mask of bools."""
    if _is_mask(index):
        return boolean_mask(tensor, index)
    items = index if isinstance(index, (list, tuple)) else [index]
    slices = _Slices()
    for item in items:
        slices.add(item)
    bounds = [slices.begin, slices.end, slices.strides]
    with name_scope(None, "strided_slice", [tensor, *_tensors(bounds)]) as scope:
        if items:
            packed = [stack(bound) for bound in bounds]
            if any(bound.dtype == dtypes.int64 for bound in packed):
                packed = [cast(bound, dtypes.int64) for bound in packed]
        else:
            packed = [constant([], dtypes.int32)] * 3
        return raw.StridedSlice(tensor, *packed, **slices.masks, name=scope)


def _tensors(bounds: list[list[Any]]) -> list[Tensor]:
    return [item for bound in bounds for item in bound if isinstance(item, Tensor)]


def slice_(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """The part of `size` that starts at `begin`, both [rank]; a size of -1 goes to the end."""
    return raw.Slice(input_, begin, size, name=name)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Any:
    """What `input_[begin:end:strides]` is, one position a dim; bits of the masks change what a position means."""
    if strides is None:
        strides = ones_like(begin)
    masks = {
        "begin_mask": begin_mask,
        "end_mask": end_mask,
        "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask,
        "shrink_axis_mask": shrink_axis_mask,
    }
    return raw.StridedSlice(input_, begin, end, strides, **masks, name=name)


def boolean_mask(tensor: Any, mask: Any, name: str | None = "boolean_mask", axis: Any = None) -> Any:
    """The elements where `mask` is true; its dims are those of `tensor` from `axis` on, and become one.

    Raises ValueError for a mask that is a scalar, of unknown rank, or of another shape.
    """
    with name_scope(name, "boolean_mask", [one for one in (tensor, mask) if isinstance(one, Tensor)]):
        tensor = convert_to_tensor(tensor, name="tensor")
        mask = convert_to_tensor(mask, name="mask")
        if mask.dims == ():
            raise ValueError("mask cannot be scalar.")
        if mask.dims is None:
            raise ValueError(
                "Number of mask dimensions must be specified, even if some dimensions are None.  "
                "E.g. shape=[None] is ok, but shape=None is not."
            )
        axis = 0 if axis is None else axis
        static_axis = constant_value(axis) if isinstance(axis, Tensor) else axis
        if static_axis is not None:
            axis = int(static_axis)
            tensor.shape[axis : axis + len(mask.dims)].assert_is_compatible_with(mask.shape)
        count = len(mask.dims)
        masked = reduce_prod(shape(tensor)[axis : axis + count], [0])
        known = tensor.shape
        tensor = reshape(tensor, concat([shape(tensor)[:axis], [masked], shape(tensor)[axis + count :]], 0))
        if static_axis is not None:
            first = known[axis : axis + count].num_elements()
            tensor.set_shape(known[:axis].concatenate([first]).concatenate(known[axis + count :]))
        return _masked_rows(tensor, reshape(mask, [-1]), axis)


def _masked_rows(tensor: Tensor, mask: Tensor, axis: Any) -> Any:
    return gather(tensor, squeeze(where_v2(mask), [1]), axis=axis)


def gather(
    params: Any,
    indices: Any,
    validate_indices: bool | None = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Any:
    """Slices of `params` along `axis` (batch_dims if None); the first `batch_dims` dims of both go together."""
    if axis is None:
        axis = batch_dims
    static_axis = constant_value(axis) if isinstance(axis, Tensor) else axis
    ragged = next((one for one in (params, indices) if hasattr(one, "with_flat_values")), None)
    if ragged is not None:
        return ragged._gathered(params, indices, static_axis, batch_dims, name)
    if static_axis == 0 and hasattr(params, "sparse_read"):  # a resource variable reads only the rows it needs
        return params.sparse_read(indices, name=name)
    return raw.GatherV2(params, indices, axis, batch_dims=batch_dims, name=name)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """x where `condition` is true, else y; without x and y the indices of true elements: int64 [n, rank].

    Raises ValueError if only one of x and y is given.
    """
    if (x is None) != (y is None):
        raise ValueError("x and y must both be non-None or both be None.")
    return _true_indices(condition, name) if x is None else raw.Select(condition, x, y, name=name)


def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`where` that broadcasts the condition, x and y."""
    if (x is None) != (y is None):
        raise ValueError("x and y must both be non-None or both be None.")
    return _true_indices(condition, name) if x is None else raw.SelectV2(condition, x, y, name=name)


def _true_indices(condition: Any, name: str | None) -> Any:
    with name_scope(name, "Where", [condition]) as scope:
        return raw.Where(convert_to_tensor(condition, preferred_dtype=dtypes.bool, name="condition"), name=scope)
