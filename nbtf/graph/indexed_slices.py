"""IndexedSlices: a gradient of which only some rows are there: values[i] belongs to row indices[i] of the whole."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtf import tensor_shape
from nbtf.composite_tensor import CompositeTensor
from nbtf.dtypes import DType, int32, int64
from nbtf.graph import conversion, gradient_terms
from nbtf.graph.constant_value import constant_value, constant_value_as_shape
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import StaticDims, Tensor, dims_of_shape

LARGE_DENSE_SIZE = 100_000_000  # elements; making that many from a few rows deserves a warning


class IndexedSlicesValue(NamedTuple):
    """What fetching IndexedSlices gives: arrays; dense_shape is None where there is none."""

    values: Any
    indices: Any
    dense_shape: Any


class IndexedSlices(CompositeTensor):
    """Rows of a tensor: values [n, ...], indices [n] of int32 or int64, dense_shape (of the whole tensor) or None.

    A row may be there several times: its values add up.
    """

    __slots__ = ("_dense_shape", "_indices", "_values")

    def __init__(self, values: Any, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    # ---- parts ----

    @property
    def values(self) -> Any:
        """The rows; IndexedSlices themselves where rows of rows were gathered."""
        return self._values

    @property
    def indices(self) -> Tensor:
        return self._indices

    @property
    def dense_shape(self) -> Tensor | None:
        """The shape of the whole as a vector, if anyone knows it."""
        return self._dense_shape

    @property
    def shape(self) -> tensor_shape.TensorShape:
        """The static shape of the whole."""
        return (
            tensor_shape.TensorShape(None) if self._dense_shape is None else constant_value_as_shape(self._dense_shape)
        )

    def get_shape(self) -> tensor_shape.TensorShape:
        return self.shape

    @property
    def dtype(self) -> DType:
        dtype: DType = self._values.dtype
        return dtype

    @property
    def name(self) -> str:
        return str(self._values.name)

    @property
    def device(self) -> str:
        return str(self._values.device)

    @property
    def op(self) -> Any:
        """The operation that makes the values."""
        return self._values.op

    @property
    def graph(self) -> Any:
        return self._values.graph

    def consumers(self) -> list[Any]:
        """The operations that take the values or the indices."""
        return [*self._values.consumers(), *self._indices.consumers()]

    def _components(self) -> Sequence[Any]:
        parts = [self._values, self._indices]
        return parts if self._dense_shape is None else [*parts, self._dense_shape]

    def _with_components(self, components: Sequence[Any]) -> IndexedSlices:
        return IndexedSlices(*components)

    def _invariant_dims(self, shape: tensor_shape.TensorShape) -> Sequence[StaticDims]:
        rows = shape[:1] if shape.dims is not None else shape
        values = rows.concatenate(shape[1:]) if shape.dims is not None else shape
        parts = [dims_of_shape(values), dims_of_shape(rows)]
        return parts if self._dense_shape is None else [*parts, dims_of_shape([shape.ndims])]

    def _fetch_components(self) -> tuple[Sequence[Any], Callable[[list[Any]], IndexedSlicesValue]]:
        """How `Session.run` fetches it: the tensors, and what becomes of their values."""
        return self._components(), lambda parts: IndexedSlicesValue(*[*parts, None][:3])

    # ---- arithmetic and text ----

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __str__(self) -> str:
        shape = f", dense_shape={self._dense_shape}" if self._dense_shape is not None else ""
        return f"IndexedSlices(indices={self._indices}, values={self._values}{shape})"


def _to_tensor(value: IndexedSlices, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    """The whole tensor: absent rows are zeros, repeated ones added up."""
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype {value.dtype.name}"
        )
    if value.dense_shape is None:
        raise ValueError(f"Tensor conversion requested for IndexedSlices without dense_shape: {value}")
    dims = constant_value(value.dense_shape)
    if dims is not None and dims.prod(dtype=float) >= LARGE_DENSE_SIZE:
        warnings.warn(
            f"Converting sparse IndexedSlices to a dense Tensor with {int(dims.prod(dtype=float))} elements. "
            "This may consume a large amount of memory.",
            stacklevel=2,
        )
    return raw.UnsortedSegmentSum(value.values, value.indices, value.dense_shape[0], name=name)


conversion.register_tensor_conversion_function(IndexedSlices, _to_tensor)


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Any:
    """IndexedSlices as they are, anything else as a tensor. Raises ValueError for slices of another dtype."""
    if not isinstance(value, IndexedSlices):
        return conversion.convert_to_tensor(value, dtype, name, as_ref=as_ref)
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value.dtype.name}")
    return value


def concatenated(slices: Sequence[IndexedSlices | Tensor]) -> IndexedSlices:
    """The sum of several gradients with rows, as all their rows one after the other."""
    flat = [_flattened(one) for one in _of_one_index_type(slices)]
    return IndexedSlices(
        gradient_terms.concat([one.values for one in flat], 0),
        gradient_terms.concat([one.indices for one in flat], 0),
        flat[0].dense_shape,
    )


def _of_one_index_type(slices: Sequence[Any]) -> list[IndexedSlices]:
    if len({one.indices.dtype.base_dtype for one in slices}) < 2:
        return list(slices)
    return [
        IndexedSlices(one.values, raw.Cast(one.indices, int64), one.dense_shape)
        if one.indices.dtype.base_dtype == int32
        else one
        for one in slices
    ]


def _flattened(slices: IndexedSlices) -> IndexedSlices:
    """Rows of rows become rows of the outermost tensor."""
    if not isinstance(slices.values, IndexedSlices):
        return slices
    inner = _flattened(slices.values)
    rows = raw.GatherV2(slices.indices, inner.indices, 0)
    return IndexedSlices(inner.values, rows, inner.dense_shape)
