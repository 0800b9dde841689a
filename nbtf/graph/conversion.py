"""Python values as tensors: constants, packed lists, and whatever classes register (variables, for one)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import tensor_shape
from nbtf.dtypes import DType, as_dtype, int32, int64
from nbtf.graph import default_stacks
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema
from nbtf.wire import tensor as tensor_encoding

ConversionFunction = Callable[..., Any]
"""(value, dtype=, name=, as_ref=) -> Tensor, or NotImplemented to leave it to the next function."""

_registered: list[tuple[int, int, Any, ConversionFunction]] = []  # priority, order of registration, class(es), function


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: ConversionFunction, priority: int = 100
) -> None:
    """Lets values of `base_type` be used where a tensor is wanted. Lower priorities come first.

    Raises TypeError for what is no class or no function, and for classes that TensorFlow keeps for itself.
    """
    classes = base_type if isinstance(base_type, tuple) else (base_type,)
    if not all(isinstance(one, type) for one in classes):
        raise TypeError(f"Argument `base_type` must be a type or a tuple of types. Obtained: {base_type}")
    if not callable(conversion_func):
        raise TypeError(f"Argument `conversion_func` must be callable. Received {conversion_func}.")
    if any(issubclass(one, (int, float)) for one in classes):
        raise TypeError("Cannot register conversions for Python numeric types and NumPy scalars and arrays.")
    _registered.append((priority, len(_registered), base_type, conversion_func))
    _registered.sort(key=lambda entry: entry[:2])


def convert_to_tensor(
    value: Any,
    dtype: Any = None,
    name: str | None = None,
    preferred_dtype: Any = None,
    dtype_hint: Any = None,
    as_ref: bool = False,
) -> Tensor:
    """`value` as a tensor of the default graph: itself, its registered conversion, or a new constant.

    dtype: what it must be. dtype_hint, or preferred_dtype: what it becomes if it can. as_ref: a variable gives its
    reference.
    Raises TypeError or ValueError for values that cannot be converted, ValueError for tensors of another dtype.
    """
    preferred_dtype = renamed("dtype_hint", dtype_hint, "preferred_dtype", preferred_dtype)
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(value, Tensor):
        if wanted is not None and not wanted.is_compatible_with(value.dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype {value.dtype.name}: {value!r}"
            )
        return value
    if wanted is None and preferred_dtype is not None:
        try:
            return _converted(value, as_dtype(preferred_dtype), name, as_ref)
        except (TypeError, ValueError):
            pass  # a preference only
    return _converted(value, wanted, name, as_ref)


def _converted(value: Any, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
    for _, _, classes, convert in _registered:
        if isinstance(value, classes):
            tensor = convert(value, dtype=dtype, name=name, as_ref=as_ref)
            if tensor is NotImplemented:
                continue
            if not isinstance(tensor, Tensor):
                raise RuntimeError(
                    f"Conversion function {convert!r} for type {classes} returned non-Tensor: {tensor!r}"
                )
            if dtype is not None and not dtype.is_compatible_with(tensor.dtype):
                raise RuntimeError(
                    f"Conversion function {convert!r} for type {classes} returned incompatible dtype: "
                    f"requested = {dtype.base_dtype.name}, actual = {tensor.dtype.name}"
                )
            return tensor
    if isinstance(value, (tensor_shape.TensorShape, tensor_shape.Dimension)):
        return _shape_constant(value, dtype, name)
    if isinstance(value, (list, tuple)) and _holds_tensor(value):
        if dtype is not None and dtype != _tensor_dtype(value):
            value = _cast_tensors(value, dtype)
        return _packed(value, dtype, name or "packed")
    return constant(value, dtype, name=name or "Const")


def convert_n_to_tensor(
    values: Sequence[Any],
    dtype: Any = None,
    name: str | None = None,
    preferred_dtype: Any = None,
    as_ref: bool = False,
) -> list[Tensor]:
    """`convert_to_tensor` of each; constants are named `<name>_<position>`."""
    return [
        convert_to_tensor(value, dtype, None if name is None else f"{name}_{i}", preferred_dtype, as_ref=as_ref)
        for i, value in enumerate(values)
    ]


def constant(
    value: Any, dtype: Any = None, shape: Any = None, name: str = "Const", verify_shape: bool = False
) -> Tensor:
    """A Const operation's output. shape: fewer values than it takes repeat their last one.

    Raises TypeError and ValueError for values that do not fit the dtype or shape.
    """
    dims = None if shape is None else tensor_shape.as_shape(shape).as_list()
    if dims is not None and None in dims:
        raise ValueError(f"a constant's shape must be fully defined, not {shape}")
    proto = tensor_encoding.make_tensor_proto(value, None if dtype is None else as_dtype(dtype), dims, verify_shape)
    attrs = {"value": schema.AttrValue(tensor=proto), "dtype": schema.AttrValue(type=proto.dtype)}
    return default_stacks.get_default_graph().create_op("Const", [], name=name, attrs=attrs).outputs[0]


def _shape_constant(value: Any, dtype: DType | None, name: str | None) -> Tensor:
    if dtype not in (None, int32, int64):
        raise TypeError(f"Cannot convert {value!r} to dtype {dtype}: it must be int32 or int64.")
    if isinstance(value, tensor_shape.TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        items: Any = value.as_list()
        largest = max(items, default=0)
        default_name = "shape_as_tensor"
    else:
        if value.value is None:
            raise ValueError(f"Cannot convert unknown Dimension {value} to a Tensor.")
        items, largest, default_name = value.value, value.value, "shape_as_tensor"
    narrow = largest < 2**31
    if dtype is int32 and not narrow:
        raise ValueError(f"Cannot convert a shape with dimension {largest} to an int32 Tensor.")
    return constant(items, dtype or (int32 if narrow else int64), name=name or default_name)


def _holds_tensor(value: Any) -> bool:
    """Whether nested lists have a tensor, or something that converts to one, somewhere."""
    pending = [value]
    registered = tuple(
        one for _, _, classes, _ in _registered for one in (classes if isinstance(classes, tuple) else (classes,))
    )
    while pending:
        item = pending.pop()
        if isinstance(item, (list, tuple)):
            pending.extend(item)
        elif isinstance(item, (Tensor, *registered)):
            return True
    return False


def _packed(values: Sequence[Any], dtype: DType | None, name: str) -> Tensor:
    """Lists with tensors in them become Pack operations, nested as the lists are."""
    element_dtype = dtype or _tensor_dtype(values)
    graph = default_stacks.get_default_graph()
    with graph.name_scope(name) as scope:
        items = list(values)
        for i, value in enumerate(values):
            if isinstance(value, (list, tuple)):
                if _holds_tensor(value):
                    items[i] = _packed(value, element_dtype, str(i))
                else:
                    with graph.name_scope(str(i)):  # TensorFlow looks for tensors in it, and that takes the name
                        pass
        items = [convert_to_tensor(item, element_dtype, str(i)) for i, item in enumerate(items)]
        return graph.create_op("Pack", items, name=scope, attrs={"axis": schema.AttrValue(i=0)}).outputs[0]


def _cast_tensors(value: Any, dtype: DType) -> Any:
    """Nested lists with their tensors cast to a dtype."""
    if isinstance(value, (list, tuple)):
        return [_cast_tensors(item, dtype) for item in value]
    if not isinstance(value, Tensor) or value.dtype.base_dtype == dtype:
        return value
    attrs = {"DstT": schema.AttrValue(type=dtype.as_datatype_enum)}
    return default_stacks.get_default_graph().create_op("Cast", [value], attrs=attrs).outputs[0]


def _tensor_dtype(values: Any) -> DType | None:
    pending = list(values)
    while pending:
        item = pending.pop(0)
        if isinstance(item, (list, tuple)):
            pending[:0] = item
        elif isinstance(getattr(item, "dtype", None), DType):
            return item.dtype.base_dtype  # type: ignore[no-any-return]
    return None
