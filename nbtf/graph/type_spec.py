"""TypeSpecs: what is known of a value before it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape, as_shape


class TypeSpec:
    """Base of all specs: equal where they say the same."""

    def _said(self) -> tuple[Any, ...]:
        """What the spec says: the arguments that make it."""
        raise NotImplementedError

    def _facts(self) -> tuple[Any, ...]:
        """What the spec says, in values that compare."""
        return tuple(_comparable(one) for one in self._said())

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a spec, or a value that has `shape` and `dtype`, may be of this spec."""
        raise NotImplementedError

    def _component_specs(self) -> Sequence[TensorSpec]:
        """The specs of the tensors that a value is made of, in order."""
        raise NotImplementedError(f"values of {self} are no tensors that a function could take or give")

    def _from_components(self, tensors: Sequence[Any]) -> Any:
        """The value that those tensors make."""
        raise NotImplementedError(f"values of {self} are no tensors that a function could take or give")

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this spec is one of the other spec."""
        if not isinstance(other, TypeSpec) or type(self) is not type(other):
            return False
        mine, theirs = self._said(), other._said()
        return len(mine) == len(theirs) and all(map(_is_narrower, mine, theirs))

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TypeSpec | None:
        """The narrowest spec of which this one and the others are subtypes; None if there is none."""
        found = self
        for other in others:
            if not isinstance(other, TypeSpec) or type(self) is not type(other):
                return None
            mine, theirs = found._said(), other._said()
            if len(mine) != len(theirs):
                return None
            try:
                found = type(self)(*map(_common, mine, theirs))
            except _NothingCommon:
                return None
        return found

    def most_specific_compatible_type(self, other: Any) -> TypeSpec:
        """The narrowest spec that both are subtypes of. Raises ValueError if there is none."""
        found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeSpec) and type(self) is type(other) and self._facts() == other._facts()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(repr(self))


class _NothingCommon(Exception):
    """Two facts have no common generalization."""


def _comparable(fact: Any) -> Any:
    if isinstance(fact, TensorShape):
        return None if fact.dims is None else tuple(fact.as_list())
    return fact


def _paired(a: Any, b: Any) -> list[tuple[Any, Any]] | None:
    """The parts of two structures of the same make, in pairs; None if they are none."""
    if isinstance(a, Mapping) and isinstance(b, Mapping) and a.keys() == b.keys():
        return [(a[key], b[key]) for key in a]
    if isinstance(a, (list, tuple)) and type(a) is type(b) and len(a) == len(b):
        return list(zip(a, b, strict=True))
    return None


def _is_narrower(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, (TensorShape, TypeSpec)) and isinstance(theirs, (TensorShape, TypeSpec)):
        return mine.is_subtype_of(theirs)
    pairs = _paired(mine, theirs)
    return bool(mine == theirs) if pairs is None else all(_is_narrower(a, b) for a, b in pairs)


def _common(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, TensorShape):
        return mine.most_specific_compatible_shape(theirs)
    if isinstance(mine, TypeSpec):
        found = mine.most_specific_common_supertype([theirs])
        if found is None:
            raise _NothingCommon
        return found
    pairs = _paired(mine, theirs)
    if pairs is None:
        if mine != theirs:
            raise _NothingCommon
        return mine
    parts = [_common(a, b) for a, b in pairs]
    if isinstance(mine, Mapping):
        return dict(zip(mine, parts, strict=True))
    return type(mine)(*parts) if hasattr(mine, "_fields") else type(mine)(parts)


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

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this spec is one of the other spec; a spec with a name has only tensors of that name."""
        if not isinstance(other, TensorSpec) or self._name not in (None, other._name):
            return False
        return self._dtype == other._dtype and self._shape.is_subtype_of(other._shape)

    def _component_specs(self) -> Sequence[TensorSpec]:
        return [self]

    def _from_components(self, tensors: Sequence[Any]) -> Tensor:
        (made,) = tensors
        return made  # type: ignore[no-any-return]

    def _said(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._name

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"
