"""Structures of a dataset's elements: tuples and mappings of components, each described by a spec.

Unlike elsewhere (nbtf/nest.py) a list is one component, which becomes one tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nbtf import nest
from nbtf.control_flow.type_specs import SparseTensorSpec
from nbtf.dtypes import DType, int64, variant
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor, SparseTensorValue
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec
from nbtf.tensor_shape import TensorShape, as_shape


class DatasetSpec(TypeSpec):
    """A dataset whose elements have the structure of specs `element_spec`."""

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self._element_spec = element_spec
        self._dataset_shape = as_shape(dataset_shape)

    @property
    def element_spec(self) -> Any:
        return self._element_spec

    @property
    def value_type(self) -> type:
        from nbtf.data.datasets import Dataset  # it is put together from here

        return Dataset

    @staticmethod
    def from_value(value: Any) -> DatasetSpec:
        """The spec of a dataset."""
        return DatasetSpec(value.element_spec)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        other = getattr(spec_or_value, "element_spec", None)
        return other is not None and are_compatible(self._element_spec, other)

    def _said(self) -> tuple[Any, ...]:
        return self._element_spec, self._dataset_shape

    def __repr__(self) -> str:
        return f"DatasetSpec({self._element_spec!r}, {self._dataset_shape!r})"


# ---- containers ------------------------------------------------------------------------------------------------------


def _is_container(value: Any) -> bool:
    if isinstance(value, SparseTensorValue):
        return False
    return isinstance(value, (tuple, Mapping)) or hasattr(type(value), "__attrs_attrs__")


def flatten(structure: Any) -> list[Any]:
    """The components in order; of mappings, by sorted key."""
    if not _is_container(structure):
        return [structure]
    return [leaf for child in nest._children(structure) for leaf in flatten(child)]


def pack(structure: Any, leaves: Sequence[Any]) -> Any:
    """A structure like `structure` of other components."""
    return _packed(structure, iter(leaves))


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if not _is_container(structure):
        return next(leaves)
    return nest._rebuilt(structure, [_packed(child, leaves) for child in nest._children(structure)])


def map_components(function: Callable[..., Any], *structures: Any) -> Any:
    """A structure of function's results, called with the corresponding components of all structures."""
    columns = zip(*map(flatten, structures), strict=True)
    return pack(structures[0], [function(*column) for column in columns])


def parts_up_to(structure: Any, value: Any) -> list[Any]:
    """The parts of `value` that stand where `structure` has its components. Raises TypeError where there are others."""
    if not _is_container(structure):
        return [value]
    children = nest._children(structure)
    if isinstance(value, list):
        value = tuple(value)
    if not _is_container(value) or len(nest._children(value)) != len(children):
        raise TypeError(f"{value} does not have the structure of {structure}")
    return [
        part for child, own in zip(children, nest._children(value), strict=True) for part in parts_up_to(child, own)
    ]


# ---- specs -----------------------------------------------------------------------------------------------------------


def spec_of(value: Any) -> Any:
    """The spec of one component: of a tensor, or a dataset."""
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype.base_dtype)
    if isinstance(value, SparseTensor):
        return SparseTensorSpec(value.shape, value.dtype.base_dtype)
    return DatasetSpec(value.element_spec)


def is_dataset(value: Any) -> bool:
    return hasattr(value, "_variant_tensor")


def normalized(element: Any) -> Any:
    """The element with tensors for everything that is no dataset."""
    leaves = []
    with name_scope("normalize_element"):
        for i, leaf in enumerate(flatten(element)):
            if isinstance(leaf, (SparseTensor, SparseTensorValue)):
                SparseTensor.from_value(leaf)  # TensorFlow makes the nodes twice, and uses the second ones
                leaf = SparseTensor.from_value(leaf)
            kept = is_dataset(leaf) or isinstance(leaf, SparseTensor)
            leaves.append(leaf if kept else convert_to_tensor(leaf, name=f"component_{i}"))
    return pack(element, leaves)


def tensors_of(element: Any) -> list[Tensor]:
    """The tensors of an element's components; of a dataset its variant, of a SparseTensor a variant [3]."""

    def serialized(leaf: SparseTensor) -> Any:
        leaf = SparseTensor.from_value(leaf)  # takes a name, as in TensorFlow
        return raw.SerializeSparse(leaf.indices, leaf.values, leaf.dense_shape, out_type=variant)

    return [_tensor_of(leaf, serialized) for leaf in flatten(element)]


def rows_of(element: Any) -> list[Tensor]:
    """The tensors whose rows are those of an element's components; of a SparseTensor a variant [n, 3]."""

    def serialized(leaf: SparseTensor) -> Any:
        return raw.SerializeManySparse(leaf.indices, leaf.values, leaf.dense_shape, out_type=variant)

    return [_tensor_of(leaf, serialized) for leaf in flatten(element)]


def _tensor_of(leaf: Any, serialized: Callable[[SparseTensor], Any]) -> Tensor:
    if isinstance(leaf, SparseTensor):
        return serialized(leaf)  # type: ignore[no-any-return]
    return leaf._variant_tensor if is_dataset(leaf) else leaf  # type: ignore[no-any-return]


def from_tensors(spec: Any, tensors: Sequence[Tensor]) -> Any:
    """An element of that spec."""
    return map_components(_component, spec, pack(spec, tensors))


def _component(spec: Any, tensor: Tensor) -> Any:
    from nbtf.data.datasets import Dataset  # it is put together from here

    if isinstance(spec, DatasetSpec):
        return Dataset(tensor, spec.element_spec)
    if isinstance(spec, SparseTensorSpec):
        return _sparse(spec, tensor)
    tensor.set_shape(spec.shape)
    return tensor


def _sparse(spec: SparseTensorSpec, serialized: Tensor) -> SparseTensor:
    indices, values, dense_shape = raw.DeserializeSparse(serialized, dtype=spec.dtype)
    indices.set_shape([None, spec.rank])
    values.set_shape([None])
    dense_shape.set_shape([spec.rank])
    if spec.shape.is_fully_defined():
        dense_shape = constant(spec.shape.as_list(), int64, name="shape")
    elif spec.rank is not None and any(dim is not None for dim in spec.shape.as_list()):
        sizes = raw.Unpack(dense_shape, num=spec.rank, name="unstack")
        known = spec.shape.as_list()
        dims = [size if dim is None else constant(dim, int64) for size, dim in zip(sizes, known, strict=True)]
        dense_shape = raw.Pack(dims, name="stack")
    found = SparseTensor(indices, values, dense_shape)
    found.set_shape(spec.shape)
    return found


def flat_types(spec: Any) -> list[DType]:
    """Dtypes of the tensors of an element."""
    return [one.dtype if isinstance(one, TensorSpec) else variant for one in flatten(spec)]


def flat_shapes(spec: Any) -> list[TensorShape]:
    """Static shapes of the tensors of an element."""
    return [_shape_of_tensor(one) for one in flatten(spec)]


def _shape_of_tensor(spec: Any) -> TensorShape:
    if isinstance(spec, SparseTensorSpec):
        return TensorShape(None)
    return TensorShape([]) if isinstance(spec, DatasetSpec) else spec.shape


def output_types(spec: Any) -> Any:
    return map_components(lambda one: one if isinstance(one, DatasetSpec) else one.dtype, spec)


def output_shapes(spec: Any) -> Any:
    return map_components(lambda one: one if isinstance(one, DatasetSpec) else one.shape, spec)


def output_classes(spec: Any) -> Any:
    return map_components(lambda one: one if isinstance(one, DatasetSpec) else one.value_type, spec)


def kinds_of(spec: Any) -> Any:
    """What the specs of elements of one dataset have in common: dtypes and classes, in their structure."""
    return output_types(spec), output_classes(spec)


def spec_from_types(types: Any, shapes: Any = None, classes: Any = None) -> Any:
    """The spec for a structure of dtypes, one of shapes (None: all unknown; a list is a shape), and one of classes
    (None: tensors)."""
    leaves = flatten(types)
    found = [None] * len(leaves) if shapes is None else _shapes_for(types, shapes)
    kinds = [Tensor] * len(leaves) if classes is None else flatten(classes)
    specs = []
    for one, shape, kind in zip(leaves, found, kinds, strict=True):
        make = SparseTensorSpec if kind is SparseTensor else TensorSpec
        specs.append(one if isinstance(one, TypeSpec) else make(shape, one))
    return pack(types, specs)


def _shapes_for(types: Any, shapes: Any) -> list[Any]:
    """Shapes, which may be tuples themselves, for the components of a structure."""
    if not _is_container(types):
        return [shapes]
    if not _is_container(shapes) and not isinstance(shapes, list):
        raise TypeError(f"shapes {shapes} do not have the structure of {types}")
    return [
        shape
        for child, own in zip(nest._children(types), nest._children(shapes), strict=True)
        for shape in _shapes_for(child, own)
    ]


def are_compatible(spec: Any, other: Any) -> bool:
    """Whether structures and specs fit."""
    mine, others = flatten(spec), flatten(other)
    return len(mine) == len(others) and all(a.is_compatible_with(b) for a, b in zip(mine, others, strict=True))


def without_rows(spec: Any) -> Any:
    """The spec of what a batch is made of."""
    return map_components(lambda one: type(one)(_rest(one.shape), one.dtype), spec)


def _rest(shape: TensorShape) -> TensorShape:
    return shape if shape.dims is None else shape[1:]


def in_batches(spec: Any, size: int | None) -> Any:
    """The spec of batches of `size` elements; None: of any number."""
    return map_components(lambda one: type(one)(TensorShape([size]).concatenate(one.shape), one.dtype), spec)


def static_size(size: Tensor, drop_remainder: Tensor) -> int | None:
    """How many elements every batch has, where that is known."""
    known = constant_value(size)
    return int(known) if known is not None and constant_value(drop_remainder) else None


def most_general(spec: Any, other: Any) -> Any:
    """The spec of elements of both specs."""

    def common(a: Any, b: Any) -> Any:
        if a.shape.dims is None or b.shape.dims is None or a.shape.ndims != b.shape.ndims:
            return type(a)(None, a.dtype)
        pairs = zip(a.shape.as_list(), b.shape.as_list(), strict=True)
        return type(a)([one if one == two else None for one, two in pairs], a.dtype)

    return map_components(lambda a, b: a if isinstance(a, DatasetSpec) else common(a, b), spec, other)


def identity(value: Tensor) -> Tensor:
    """An Identity of a component, which functions return."""
    made: Tensor = raw.Identity(value)
    return made
