"""tf.data.experimental.Optional: an element, or nothing."""

from __future__ import annotations

from typing import Any

from nbtf.control_flow.type_specs import type_spec_from_value
from nbtf.data import structures
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TypeSpec


class OptionalSpec(TypeSpec):
    """An Optional whose value has the structure of specs `element_spec`."""

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    @property
    def value_type(self) -> type:
        return Optional

    @staticmethod
    def from_value(value: Any) -> OptionalSpec:
        """The spec that an Optional has."""
        return OptionalSpec(value.element_spec)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        other = getattr(spec_or_value, "_type_spec", spec_or_value)
        return isinstance(other, OptionalSpec) and structures.are_compatible(self._element_spec, other._element_spec)

    def _said(self) -> tuple[Any, ...]:
        return (self._element_spec,)

    def __repr__(self) -> str:
        return f"OptionalSpec({self._element_spec!r},)"


class Optional:
    """A value that may be missing: Optional.from_value(element), Optional.empty(spec)."""

    def __init__(self, variant: Tensor, element_spec: Any) -> None:
        """variant: what an op for optionals gave; element_spec: the structure of specs of its value."""
        self._variant_tensor = variant
        self._element_spec = element_spec

    @staticmethod
    def from_value(value: Any) -> Optional:
        """An Optional that holds an element: a structure of tensors. Raises TypeError for what becomes no tensor."""
        with name_scope("optional") as scope:
            with name_scope("value"):
                spec = structures.map_components(_spec_of, value)
                tensors = structures.tensors_of(structures.map_components(_kept_or_tensor, value))
            return Optional(raw.OptionalFromValue(tensors, name=scope), spec)

    @staticmethod
    def empty(element_spec: Any) -> Optional:
        """An Optional without a value, which would have the structure of specs `element_spec`."""
        return Optional(raw.OptionalNone(), element_spec)

    @property
    def element_spec(self) -> Any:
        """The structure of specs of the value."""
        return self._element_spec

    @property
    def _type_spec(self) -> OptionalSpec:
        return OptionalSpec.from_value(self)

    def has_value(self, name: str | None = None) -> Any:
        """Whether there is a value, a bool []."""
        variant = self._variant_tensor
        with variant.graph.colocate_with(variant.op):
            return raw.OptionalHasValue(variant, name=name)

    def get_value(self, name: str | None = None) -> Any:
        """The value. A run fails with InvalidArgumentError if there is none."""
        variant = self._variant_tensor
        with variant.graph.colocate_with(variant.op):
            tensors = raw.OptionalGetValue(
                variant,
                output_types=structures.flat_types(self._element_spec),
                output_shapes=structures.flat_shapes(self._element_spec),
                name=name,
            )
        return structures.from_tensors(self._element_spec, tensors)


def _spec_of(value: Any) -> Any:
    if structures.is_dataset(value):
        return structures.spec_of(value)
    try:
        return type_spec_from_value(value)
    except TypeError:
        raise TypeError(f"Could not build a `TypeSpec` for {value!r} with type {type(value).__name__}") from None


def _kept_or_tensor(value: Any) -> Any:
    return value if structures.is_dataset(value) or isinstance(value, SparseTensor) else convert_to_tensor(value)
