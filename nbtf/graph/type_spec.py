"""TypeSpecs: what is known of a value before it is there."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape, as_shape


class TypeSpec:
    """Base of all specs: equal where they say the same."""

    def _facts(self) -> tuple[Any, ...]:
        """What the spec says."""
        raise NotImplementedError

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a spec, or a value that has `shape` and `dtype`, may be of this spec."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeSpec) and type(self) is type(other) and self._facts() == other._facts()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(repr(self))


class TensorSpec(TypeSpec):
    """A tensor of a dtype and a static shape.

    TensorSpec([None, 3], tf.float32, name="x")
    """

    def __init__(self, shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> None:
        self._shape = as_shape(shape)
        self._dtype = dtypes.as_dtype(dtype)
        self._name = name

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def dtype(self) -> dtypes.DType:
        return self._dtype

    @property
    def name(self) -> str | None:
        """What the tensor should be called; it does not count for whether a value is of this spec."""
        return self._name

    @property
    def value_type(self) -> type:
        return Tensor

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A spec of the same shape and dtype."""
        return cls(spec.shape, spec.dtype, name or getattr(spec, "name", None))

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that a tensor has."""
        return cls(tensor.shape, tensor.dtype, name or tensor.op.name)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        found = getattr(spec_or_value, "dtype", None)
        if found is None:
            return False
        return dtypes.as_dtype(found).base_dtype == self._dtype.base_dtype and self._shape.is_compatible_with(
            as_shape(spec_or_value.shape)
        )

    def _facts(self) -> tuple[Any, ...]:
        dims = None if self._shape.dims is None else tuple(self._shape.as_list())
        return dims, self._dtype, self._name

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"
