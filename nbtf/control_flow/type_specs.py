"""TypeSpecs of values that are made of several tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf import dtypes
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.sparse_tensor import SparseTensor, SparseTensorValue
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec
from nbtf.ragged.ragged_tensor import RaggedTensor, RaggedTensorValue
from nbtf.tensor_shape import TensorShape, as_shape


class _Described(TypeSpec):
    """A spec that prints as its facts, and that fits specs and values whose facts fit."""

    _KIND: type

    @property
    def value_type(self) -> type:
        """The class of values of this spec."""
        return self._KIND

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._said()))})"

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        other = spec_or_value
        if not isinstance(other, TypeSpec):
            try:
                other = type_spec_from_value(other)
            except TypeError:
                return False
        if type(self) is not type(other):
            return False
        return all(_fits(a, b) for a, b in zip(self._said(), other._said(), strict=True))


def _fits(a: Any, b: Any) -> bool:
    return a.is_compatible_with(b) if isinstance(a, TensorShape) else bool(a == b)


class SparseTensorSpec(_Described):
    """A SparseTensor of a dtype and a static dense shape."""

    _KIND = SparseTensor

    def __init__(self, shape: Any = None, dtype: Any = dtypes.float32) -> None:
        self._shape = as_shape(shape)
        self._dtype = dtypes.as_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def dtype(self) -> dtypes.DType:
        return self._dtype

    @property
    def rank(self) -> int | None:
        return self._shape.rank

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The spec that a SparseTensor or SparseTensorValue has. Raises TypeError for others."""
        if isinstance(value, SparseTensor):
            return cls(value.shape, value.dtype)
        if isinstance(value, SparseTensorValue):
            return cls(value.dense_shape, value.values.dtype)
        raise TypeError("Expected SparseTensor or SparseTensorValue.")

    def _component_specs(self) -> list[TensorSpec]:
        rank, int64 = self._shape.rank, dtypes.int64
        return [TensorSpec([None, rank], int64), TensorSpec([None], self._dtype), TensorSpec([rank], int64)]

    def _from_components(self, tensors: Sequence[Any]) -> SparseTensor:
        made = SparseTensor(*tensors)
        made.set_shape(self._shape)
        return made

    def _said(self) -> tuple[Any, ...]:
        return self._shape, self._dtype


class IndexedSlicesSpec(_Described):
    """IndexedSlices of a dtype and a static dense shape. indices_shape: [number of slices]."""

    _KIND = IndexedSlices

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        indices_dtype: Any = dtypes.int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ) -> None:
        self._shape = as_shape(shape)
        self._dtype = dtypes.as_dtype(dtype)
        self._indices_dtype = dtypes.as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else dtypes.as_dtype(dense_shape_dtype)
        self._indices_shape = as_shape(indices_shape).with_rank(1)

    @classmethod
    def from_value(cls, value: IndexedSlices) -> IndexedSlicesSpec:
        """The spec that IndexedSlices have."""
        dense = value.dense_shape
        dims = [None, *value.values.shape.as_list()[1:]] if value.values.shape.rank else None
        indices = value.indices
        kind = None if dense is None else dense.dtype
        return cls(dims, value.values.dtype, indices.dtype, kind, indices.shape)

    def _component_specs(self) -> list[TensorSpec]:
        found = [TensorSpec(self._shape, self._dtype), TensorSpec(self._indices_shape, self._indices_dtype)]
        kind = self._dense_shape_dtype
        return found if kind is None else [*found, TensorSpec([self._shape.rank], kind)]

    def _from_components(self, tensors: Sequence[Any]) -> IndexedSlices:
        return IndexedSlices(*tensors)

    def _said(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._indices_dtype, self._dense_shape_dtype, self._indices_shape


class TensorArraySpec(_Described):
    """A TensorArray of elements of a dtype and a static shape."""

    _KIND = TensorArray

    def __init__(
        self,
        element_shape: Any = None,
        dtype: Any = dtypes.float32,
        dynamic_size: bool = False,
        infer_shape: bool = True,
    ) -> None:
        self._element_shape = as_shape(element_shape)
        self._dtype = dtypes.as_dtype(dtype)
        self._dynamic_size = dynamic_size
        self._infer_shape = infer_shape

    @classmethod
    def from_value(cls, value: TensorArray) -> TensorArraySpec:
        """The spec that a TensorArray has. Raises TypeError for others."""
        if not isinstance(value, TensorArray):
            raise TypeError(f"Expected value to be a TensorArray, but got: '{type(value)}'.")
        return cls(value.element_shape, value.dtype)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether the other is of the same dtype and kind; static shapes of elements do not count."""
        return isinstance(other, TensorArraySpec) and self._said()[1:] == other._said()[1:]

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TypeSpec | None:
        """This spec, if it is a subtype of all others; else None."""
        return self if all(map(self.is_subtype_of, others)) else None

    def _said(self) -> tuple[Any, ...]:
        return self._element_shape, self._dtype, self._dynamic_size, self._infer_shape


class RaggedTensorSpec(_Described):
    """A RaggedTensor of a dtype, a static shape and a number of ragged dims, or a tensor if that number is 0.

    ragged_rank: by default all dims but the first. flat_values_spec: a TensorSpec of the flat values, then dtype is its dtype.
    Raises ValueError if neither the rank nor the ragged rank is known, or they do not fit; TypeError for other ragged ranks.
    """

    _KIND = RaggedTensor

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        ragged_rank: int | None = None,
        row_splits_dtype: Any = dtypes.int64,
        flat_values_spec: Any = None,
    ) -> None:
        self._shape = as_shape(shape)
        self._row_splits_dtype = dtypes.as_dtype(row_splits_dtype)
        if flat_values_spec is not None:
            if dtype is not None and dtypes.as_dtype(dtype) != flat_values_spec.dtype:
                raise ValueError("dtype must be the same as flat_values_spec.dtype")
            dtype = flat_values_spec.dtype
        elif dtype is None:
            raise ValueError("At least one of dtype or flat_values_spec must be provided")
        self._dtype = dtypes.as_dtype(dtype)
        self._flat_values_spec = flat_values_spec
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        elif not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
        if rank is not None and ragged_rank >= rank:
            raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank}).")
        self._ragged_rank = ragged_rank

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def dtype(self) -> dtypes.DType:
        return self._dtype

    @property
    def ragged_rank(self) -> int:
        """How many dims are ragged."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> dtypes.DType:
        """The DType of the row splits."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self) -> Any:
        """The spec of the flat values, if it was given."""
        return self._flat_values_spec

    @property
    def value_type(self) -> type:
        return RaggedTensor if self._ragged_rank > 0 else Tensor

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec that a RaggedTensor or RaggedTensorValue has."""
        if isinstance(value, RaggedTensorValue):
            dims = [len(value.row_splits) - 1, *[None] * value.ragged_rank, *value.flat_values.shape[1:]]
            return cls(dims, value.flat_values.dtype, value.ragged_rank, value.row_splits.dtype)
        return cls(value.shape, value.flat_values.dtype, value.ragged_rank, value.row_splits.dtype)

    def _component_specs(self) -> list[TensorSpec]:
        flat, rank = self._flat_values_spec, self._ragged_rank
        known = self._shape.rank is not None
        if flat is None:
            flat = TensorSpec([None, *self._shape[rank + 1 :]] if known else None, self._dtype)
        rows = self._shape.as_list()[0] if known else None
        counts = [None if rows is None else rows + 1, *[None] * rank]
        return [flat, *[TensorSpec([count], self._row_splits_dtype) for count in counts[:rank]]]

    def _from_components(self, tensors: Sequence[Any]) -> Any:
        made, *splits = tensors
        for one in reversed(splits):
            made = RaggedTensor(made, one)
        return made

    def _said(self) -> tuple[Any, ...]:
        said = (self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype)
        return said if self._flat_values_spec is None else (*said, self._flat_values_spec)


def type_spec_from_value(value: Any) -> TypeSpec:
    """The spec that a tensor, composite tensor, array or number has. Raises TypeError for what has none."""
    if isinstance(value, TypeSpec):
        return value
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, (SparseTensor, SparseTensorValue)):
        return SparseTensorSpec.from_value(value)
    if isinstance(value, IndexedSlices):
        return IndexedSlicesSpec.from_value(value)
    if isinstance(value, (RaggedTensor, RaggedTensorValue)):
        return RaggedTensorSpec.from_value(value)
    if isinstance(value, TensorArray):
        return TensorArraySpec.from_value(value)
    own = getattr(value, "_type_spec", None)
    if isinstance(own, TypeSpec):
        return own
    try:
        tensor = convert_to_tensor(value)
    except (TypeError, ValueError):
        kind = type(value)
        raise TypeError(f"Could not build a TypeSpec for {value!r} of unsupported type {kind}.") from None
    return TensorSpec(tensor.shape, tensor.dtype)
