"""Values to be saved, as arrays of their dtype's storage type."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, errors
from nbtf.checkpoint.assemble import Array
from nbtf.checkpoint.string_tensor import as_bytes

_TYPE_NAMES = {dtypes.float32: "float", dtypes.float64: "double", dtypes.float16: "half"}


def type_name(dtype: dtypes.DType) -> str:
    """A dtype as TensorFlow's runtime messages name it: ``float``, ``half``, ``int32``."""
    return _TYPE_NAMES.get(dtype, dtype.name)


def as_storage(name: str, value: Any, dtype: dtypes.DType | None) -> tuple[Array, dtypes.DType]:
    """(array of ``dtype.storage``, dtype) of a value; its dtype is the array's own if None is given.

    Raises UnimplementedError for dtypes that have no values (resource, variant), InvalidArgumentError where ``value``
    is not of ``dtype``.
    """
    array = np.asarray(value)
    dtype = dtypes.as_dtype(array.dtype) if dtype is None else dtype.base_dtype
    try:
        storage = dtype.storage
    except TypeError:
        raise errors.UnimplementedError(None, None, f"tensor {name}: saving dtype {dtype.name}") from None
    if dtype == dtypes.string:
        return _as_strings(name, array), dtype
    if array.dtype.names is not None and dtypes.as_dtype(array.dtype) == dtype:
        array = array.view(storage)  # quantized types: a structure of one field
    if array.dtype.newbyteorder("=") != storage:
        raise errors.InvalidArgumentError(None, None, f"tensor {name}: expected {dtype.name}, got {array.dtype}")
    return array.astype(storage, copy=False), dtype


def _as_strings(name: str, array: Array) -> Array:
    out = np.empty(array.shape, object)
    flat = out.reshape(-1)
    for index, element in enumerate(array.reshape(-1).tolist()):
        try:
            flat[index] = as_bytes(element)
        except TypeError as error:
            raise errors.InvalidArgumentError(None, None, f"tensor {name}: {error}") from None
    return out
