"""TensorProto to and from numpy arrays.

Arrays are in memory form (`DType.storage`: int8 for qint8) from `tensor_from_proto`, and in TensorFlow's numpy form
(structs for quantized types) at `make_tensor_proto` and `make_ndarray`. Strings are object arrays of bytes.
"""

from __future__ import annotations

import array as array_module
import math
import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from nbtf import dtypes, errors, limits
from nbtf.dtypes import DType
from nbtf.tensor_shape import Dimension, as_shape
from nbtf.wire import schema, shape_proto

# The typed list that holds a type's values.
_VALUE_FIELD: Final[dict[DType, str]] = {
    dtypes.float32: "float_val",
    dtypes.float64: "double_val",
    dtypes.int64: "int64_val",
    dtypes.bool: "bool_val",
    dtypes.string: "string_val",
    dtypes.complex64: "scomplex_val",
    dtypes.complex128: "dcomplex_val",
    dtypes.float16: "half_val",
    dtypes.bfloat16: "half_val",
    dtypes.uint32: "uint32_val",
    dtypes.uint64: "uint64_val",
    dtypes.float8_e5m2: "float8_val",
    dtypes.float8_e4m3fn: "float8_val",
} | dict.fromkeys(
    (
        dtypes.int32,
        dtypes.int16,
        dtypes.int8,
        dtypes.uint16,
        dtypes.uint8,
        dtypes.qint8,
        dtypes.quint8,
        dtypes.qint16,
        dtypes.quint16,
        dtypes.qint32,
        dtypes.int4,
        dtypes.uint4,
    ),
    "int_val",
)

_LISTS: Final = frozenset({*_VALUE_FIELD.values(), "resource_handle_val", "variant_val"})

# Types of which TensorFlow writes more than one value as raw bytes.
_CONTENT_TYPES: Final = frozenset(
    {
        dtypes.float16,
        dtypes.float32,
        dtypes.float64,
        dtypes.int32,
        dtypes.uint8,
        dtypes.int16,
        dtypes.int8,
        dtypes.int64,
        dtypes.qint8,
        dtypes.quint8,
        dtypes.qint16,
        dtypes.quint16,
        dtypes.qint32,
        dtypes.uint32,
        dtypes.uint64,
        dtypes.float8_e5m2,
        dtypes.float8_e4m3fn,
        dtypes.bfloat16,
    }
)


# ---- proto -> array ----


def lists_values(proto: schema.TensorProto) -> bool:
    """Whether a TensorProto has values in a typed list."""
    return any(len(getattr(proto, field)) for field in _LISTS)


def tensor_from_proto(proto: schema.TensorProto, content: bytes | None = None) -> np.ndarray[Any, Any]:
    """The array a TensorProto means, in memory form; possibly a read-only view of its bytes.

    proto: in any of TensorFlow's encodings; a value list shorter than the shape repeats its last value, an empty one
    means zeros, of a longer one the rest is ignored. content: instead of the message's own, which is a copy each time it
    is asked for. Raises InvalidArgumentError for an unknown type, an impossible or too large shape, and raw bytes that do
    not match it.
    """
    dtype, shape, count = _header(proto)
    content = content or proto.tensor_content
    if content:
        return _from_content(content, dtype, shape, count)
    values = _listed_values(proto, dtype)
    if len(values) > count:  # what is too many is not looked at, as in TensorFlow
        values = values[:count]
    if len(values) < count:
        if count * dtype.itemsize > limits.MAX_SPLAT_BYTES:
            raise _invalid(
                f"TensorProto of type {dtype.name} and shape {list(shape)} repeats {len(values)} values "
                f"to {count * dtype.itemsize} bytes, more than {limits.MAX_SPLAT_BYTES}"
            )
        values = _repeat_last(values, dtype, count)
    return values.reshape(shape)


def _invalid(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, message)


def _header(proto: schema.TensorProto) -> tuple[DType, tuple[int, ...], int]:
    """Type, shape and number of elements, checked against the limits."""
    dtype = dtypes.DTYPES.get(proto.dtype)
    if dtype is None or dtype not in _VALUE_FIELD:
        name = f"number {proto.dtype}" if dtype is None else dtype.name
        raise _invalid(f"TensorProto has type {name}, which has no values in a file")
    # an unknown rank is not looked at: the dims that are listed, usually none, make the shape
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    if len(shape) > limits.MAX_RANK:
        raise _invalid(f"TensorProto has {len(shape)} dimensions, more than {limits.MAX_RANK}")
    count = limits.checked_product(shape)
    if count is None or count * dtype.itemsize > limits.MAX_TENSOR_BYTES:
        raise _invalid(
            f"TensorProto has shape {list(shape)}: a dimension is negative, or the size "
            f"exceeds {limits.MAX_TENSOR_BYTES} bytes"
        )
    return dtype, shape, count


def _from_content(content: bytes, dtype: DType, shape: tuple[int, ...], count: int) -> np.ndarray[Any, Any]:
    if dtype == dtypes.string:
        return _strings_from_content(content, count).reshape(shape)
    if len(content) != count * dtype.itemsize:
        raise _invalid(
            f"TensorProto has {len(content)} bytes of content for type {dtype.name} and shape "
            f"{list(shape)}, which take {count * dtype.itemsize}"
        )
    if dtype == dtypes.bool:  # a byte that is neither 0 nor 1 would be no bool to numpy
        flags: np.ndarray[Any, Any] = np.frombuffer(content, np.uint8)
        if flags.size and flags.max() > 1:
            raise _invalid(f"TensorProto has content for type bool with a byte {flags.max()}, which is neither 0 nor 1")
        return flags.view(np.bool_).reshape(shape)
    return _from_little_endian(content, dtype).reshape(shape)


def _from_little_endian(content: bytes, dtype: DType) -> np.ndarray[Any, Any]:
    storage = dtype.storage
    if storage.kind == "V" or storage.itemsize == 1:
        return np.frombuffer(content, storage)
    return np.frombuffer(content, storage.newbyteorder("<")).astype(storage, copy=False)


def _strings_from_content(content: bytes, count: int) -> np.ndarray[Any, Any]:
    """Strings in raw form: every length as a varint, then all bytes."""
    lengths: list[int] = []
    position = 0
    while len(lengths) < count:
        length = shift = 0
        while True:
            if position >= len(content) or shift > 63:
                raise _invalid(f"TensorProto has content that ends before the lengths of its {count} strings")
            byte = content[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        lengths.append(length)
    if sum(lengths) != len(content) - position:
        raise _invalid(
            f"TensorProto has {len(content) - position} bytes of strings, whose lengths add to {sum(lengths)}"
        )
    strings = np.empty(count, np.object_)
    for index, length in enumerate(lengths):
        strings[index] = content[position : position + length]
        position += length
    return strings


def _listed_values(proto: schema.TensorProto, dtype: DType) -> np.ndarray[Any, Any]:
    """The values in the typed list, as many as there are."""
    values = getattr(proto, _VALUE_FIELD[dtype])
    storage = dtype.storage
    if dtype == dtypes.string:
        strings = np.empty(len(values), np.object_)
        strings[:] = list(values)
        return strings
    if dtype.is_complex:
        whole = values[: len(values) & ~1]  # a real part without its imaginary one is no value
        return np.array(whole, dtype.real_dtype.storage).view(storage)
    if isinstance(values, bytes):  # float8_val
        return np.frombuffer(values, storage)
    if _VALUE_FIELD[dtype] == "half_val":  # 16 bits in an int32
        return np.array(values, np.int32).astype(np.uint16).view(storage)
    if _VALUE_FIELD[dtype] == "int_val":  # narrower types: the low bits, as TensorFlow's cast does
        return np.array(values, np.int32).astype(storage)
    return np.array(values, storage)


def _repeat_last(values: np.ndarray[Any, Any], dtype: DType, count: int) -> np.ndarray[Any, Any]:
    zero: Any = b"" if dtype == dtypes.string else 0
    full = np.empty(count, dtype.storage)
    full[: len(values)] = values
    full[len(values) :] = values[-1] if len(values) else zero
    return full


def make_ndarray(tensor: schema.TensorProto) -> np.ndarray[Any, Any]:
    """A writable numpy array of the TensorProto's values, in TensorFlow's numpy form.

    Raises TypeError for a type without one, InvalidArgumentError for malformed protos.
    """
    dtype = dtypes.DTYPES.get(tensor.dtype)
    if dtype is None or dtype not in _VALUE_FIELD:
        raise TypeError(
            f"Unsupported tensor type: {tensor.dtype}. See "
            "https://www.tensorflow.org/api_docs/python/tf/dtypes for supported TF dtypes."
        )
    array = tensor_from_proto(tensor)
    if not array.flags.writeable:
        array = array.copy()
    return array.view(dtype.as_numpy_dtype) if dtype.is_quantized else array


# ---- values -> proto ----


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Sequence[Any] | None = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> schema.TensorProto:
    """A TensorProto of `values`: a scalar, nested lists, a numpy array, or a TensorProto, which is returned.

    dtype: the type to convert to; by default what numpy says, with Python's floats as float32 and ints as int32 where
    they fit. shape: as given if there are fewer values, of which the last then fills up. verify_shape: the values must
    have just this shape. allow_broadcast: one value fills it, or as many values as it takes.

    Raises TypeError for values that do not fit the type or shape, ValueError for too many, ragged or 2 GB of them.
    """
    if allow_broadcast and verify_shape:
        raise ValueError("allow_broadcast and verify_shape are not both allowed.")
    if isinstance(values, schema.TensorProto):
        return values
    wanted = dtypes.as_dtype(dtype) if dtype is not None else None
    array = _as_array(values, wanted, shape)
    found = wanted if wanted is not None and wanted.is_quantized else dtypes.as_dtype(array.dtype)
    if wanted is not None and wanted.base_dtype != found.base_dtype:
        raise TypeError(f"`dtype` {wanted} is not compatible with {values} of dtype {array.dtype}.")
    dims = array.shape if shape is None else tuple(int(dim) for dim in shape)
    count = math.prod(dims)
    if shape is not None:
        _check_count(array, dims, count, verify_shape, allow_broadcast)
    proto = schema.TensorProto(dtype=found.as_datatype_enum, tensor_shape=shape_proto.from_shape(as_shape(dims)))
    if found in _CONTENT_TYPES and array.size == count > 1:
        if array.nbytes > limits.MAX_MESSAGE_BYTES:
            raise ValueError("Cannot create a tensor proto whose content is larger than 2GB.")
        proto.tensor_content = _little_endian(array).tobytes()
    else:
        _list_values(proto, array, values, found)
    return proto


def _check_count(
    array: np.ndarray[Any, Any], dims: tuple[int, ...], count: int, verify_shape: bool, allow_broadcast: bool
) -> None:
    if allow_broadcast:
        if array.shape not in ((), (1,)) and array.size != count:
            raise TypeError(f"Expected Tensor's shape: {dims}, but got {array.shape}.")
        return
    if verify_shape and array.shape != dims:
        raise TypeError(f"Expected Tensor's shape: {dims}, but got {array.shape}.")
    if array.size > count:
        raise ValueError(f"Too many elements provided. Takes at most {count:d}, but got {array.size:d}.")


def _as_array(values: Any, dtype: DType | None, shape: Sequence[Any] | None) -> np.ndarray[Any, Any]:
    """`values` as a numpy array of the wanted type, or of the type TensorFlow prefers."""
    if _is_array_like(values):
        array = np.asarray(values)
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        return array if dtype is None else array.astype(dtype.as_numpy_dtype)
    if values is None:
        raise ValueError("None values not supported.")
    wanted = dtype.as_numpy_dtype if dtype is not None and dtype.is_numpy_compatible else None
    if shape is not None and math.prod(int(dim) for dim in shape) == 0:
        array = np.empty([int(dim) for dim in shape], wanted)
    else:
        _check_values(values, dtype)
        array = _dense_array(values, wanted)
        if (dtype is None or not dtype.is_quantized) and list(array.shape) != _nested_shape(values):
            raise ValueError(
                f"Expected values {values} to be a dense tensor with shape {_nested_shape(values)}, "
                f"but got shape {list(array.shape)}."
            )
    if dtype is None and array.dtype == np.float64:  # a Python float is a float32 to TensorFlow
        with np.errstate(over="ignore"):  # beyond its range: inf
            return array.astype(np.float32)
    if dtype is None and array.dtype == np.int64 and np.array_equal(narrow := array.astype(np.int32), array):
        return narrow
    return array


def _is_array_like(values: Any) -> bool:
    """Whether numpy reads the values from memory, so that their type is theirs: arrays, buffers."""
    if isinstance(values, (str, bytes, list, tuple)):
        return False
    return hasattr(values, "__array__") or isinstance(values, (bytearray, memoryview, array_module.array))


def _dense_array(values: Any, wanted: Any) -> np.ndarray[Any, Any]:
    values = _plain(values)
    try:
        return np.array(values, dtype=wanted)
    except OverflowError:
        # TensorFlow lets an int that a narrower type cannot hold wrap around; past int64 it is an error.
        return np.array(values, np.int64).astype(wanted)


def _plain(values: Any) -> Any:
    """Nested lists with Dimensions as their values."""
    if isinstance(values, Dimension):
        return values.value
    if isinstance(values, (list, tuple)) and any(isinstance(one, (Dimension, list, tuple)) for one in values):
        plain = [_plain(one) for one in values]
        return tuple(plain) if isinstance(values, tuple) else plain
    return values


def _nested_shape(values: Any) -> list[int]:
    """The shape of nested lists as their first items tell it."""
    shape = []
    while isinstance(values, (list, tuple)):
        shape.append(len(values))
        if not values:
            break
        values = values[0]
    return shape


# What Python values a type takes; numpy arrays convert freely instead.
_ACCEPTED: Final[tuple[tuple[Callable[[DType], bool], tuple[type, ...]], ...]] = (
    (lambda dtype: dtype.is_bool, (bool, np.bool_)),
    (lambda dtype: dtype.is_integer, (numbers.Integral, np.integer, Dimension)),
    (lambda dtype: dtype.is_floating, (numbers.Real, np.integer, np.floating)),
    (lambda dtype: dtype.is_complex, (numbers.Complex, np.number)),
    (lambda dtype: dtype == dtypes.string, (str, bytes)),
    (lambda dtype: dtype.is_quantized, (tuple,)),
)


def _check_values(values: Any, dtype: DType | None) -> None:
    """Raise TypeError for the first value that the type does not take."""
    if dtype is None:
        return
    base = dtype.base_dtype
    accepted = next((types for belongs, types in _ACCEPTED if belongs(base)), None)
    if accepted is None:
        return
    for value in _leaves(values, (list,) if dtype.is_quantized else (list, tuple)):
        if not isinstance(value, accepted) and not isinstance(value, np.ndarray):
            raise TypeError(f"Expected {dtype.name}, but got {value} of type '{type(value).__name__}'.")


def _leaves(values: Any, sequences: tuple[type, ...] = (list, tuple)) -> Iterable[Any]:
    if isinstance(values, sequences):
        items: Iterable[Any] = values  # type: ignore[assignment]
        for one in items:
            yield from _leaves(one, sequences)
    else:
        yield values


def _little_endian(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype(array.dtype.newbyteorder("<"), copy=False) if array.dtype.byteorder == "=" else array


def _list_values(proto: schema.TensorProto, array: np.ndarray[Any, Any], values: Any, dtype: DType) -> None:
    """Write every element of `array` into the proto's typed list."""
    target = getattr(proto, _VALUE_FIELD[dtype.base_dtype])
    flat = array.ravel()
    if dtype.base_dtype == dtypes.string:
        # From the given values where they are no array: a numpy string would have lost its trailing NUL bytes.
        if isinstance(values, np.ndarray):
            target.extend(_as_bytes(leaf) for leaf in flat.tolist())
            return
        try:
            target.extend([_as_bytes(leaf) for leaf in _leaves(values)])
        except TypeError:
            raise TypeError(
                f"Failed to convert elements of {values} to Tensor. Consider casting elements to a "
                "supported type. See https://www.tensorflow.org/api_docs/python/tf/dtypes for supported "
                "TF dtypes."
            ) from None
    elif dtype.is_complex:
        target.extend(flat.view(dtype.real_dtype.storage).tolist())
    elif isinstance(target, bytes):
        proto.float8_val = flat.tobytes()
    elif _VALUE_FIELD[dtype.base_dtype] == "half_val":
        target.extend(flat.view(np.uint16).tolist())
    elif dtype.is_quantized:
        target.extend(flat.view(dtype.storage).tolist())
    else:
        target.extend(flat.tolist())


def _as_bytes(leaf: Any) -> bytes:
    if isinstance(leaf, (bytes, bytearray)):
        return bytes(leaf)
    if isinstance(leaf, str):
        return leaf.encode("utf-8")
    raise TypeError(f"Expected binary or unicode string, got {leaf}")
