"""Sparse tensors as strings: indices, values and shape, each a serialized TensorProto; or as variants, which datasets
have instead of sparse tensors. Python computes these ops."""

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint import varint
from nbtf.checkpoint.arrays import type_name
from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import op
from nbtf.ops.dataset_values import Part
from nbtf.shapes import UNKNOWN, check, check_rank, equal_dims
from nbtf.wire import schema
from nbtf.wire.tensor import tensor_from_proto

# ---- writing ---------------------------------------------------------------------------------------------------------


def _serialized(array, dtype):
    proto = schema.TensorProto(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in array.shape:
        proto.tensor_shape.dim.add().size = size
    proto.tensor_content = _raw_strings(array) if dtype == dtypes.string else array.tobytes()
    return proto.SerializeToString(deterministic=True)


def _raw_strings(array):
    """Every length as a varint, then all bytes."""
    texts = array.reshape(-1).tolist()
    return b"".join([varint.encode(len(text)) for text in texts] + texts)


def _parts(call, indices, values, dense_shape):
    """Strings, or numbers of what a variant holds."""
    dtype = call.attrs.T
    if call.attrs.out_type == dtypes.variant:
        return [Part(call, np.array(part)).handle for part in (indices, values, dense_shape)]
    return [_serialized(indices, dtypes.int64), _serialized(values, dtype), _serialized(dense_shape, dtypes.int64)]


def _check_sparse(call, indices, values, dense_shape):
    for name, array, rank in (("indices", indices, 2), ("values", values, 1), ("shape", dense_shape, 1)):
        kind = ("scalar", "vector", "matrix")[rank]
        check(array.ndim == rank, "Input {} should be a {} but received shape {}", name, kind, array.shape)
    check(len(indices) == len(values), "Number of values must match first dimension of indices. Got {} values, "
          "indices shape: {}", len(values), indices.shape)  # fmt: skip
    check(indices.shape[1] == len(dense_shape), "Number of dimensions must match second dimension of indices. Got {} "
          "dimensions, indices shape: {}", len(dense_shape), indices.shape)  # fmt: skip


def _serialize(call, indices, values, dense_shape):
    _check_sparse(call, indices, values, dense_shape)
    return np.array(_parts(call, indices, values, dense_shape), _storage(call))


def _storage(call):
    return np.int64 if call.attrs.out_type == dtypes.variant else object


@op("SerializeSparse")
class SerializeSparse:
    """A sparse tensor as strings or variants [3]. sparse_indices [n, rank], sparse_values [n], sparse_shape [rank]."""

    host = _serialize

    def shape(sparse_indices, sparse_values, sparse_shape):
        check_rank(sparse_indices, 2)
        check_rank(sparse_values, 1)
        check_rank(sparse_shape, 1)
        return (3,)


def _serialize_many(call, indices, values, dense_shape):
    _check_sparse(call, indices, values, dense_shape)
    check(len(dense_shape) > 1, "Rank of input SparseTensor should be > 1, but saw rank: {}", len(dense_shape))
    outside = ((indices < 0) | (indices >= dense_shape)).any(1)
    if outside.any():
        i = int(outside.argmax())
        words = "indices[{}] = [{:,}] is out of bounds: need 0 <= index < [{:,}]"
        check(False, words, i, indices[i], dense_shape)
    rows = [tuple(row) for row in indices.tolist()]
    for i in range(1, len(rows)):
        words = "indices[{}] = [{:,}] is out of order. Many sparse ops require sorted indices.\n"
        words += "    Use `tf.sparse.reorder` to create a correctly ordered copy."
        check(rows[i - 1] < rows[i], words, i, indices[i])
    count = int(dense_shape[0])
    ends = np.searchsorted(indices[:, 0], np.arange(count + 1))
    result = np.empty((count, 3), _storage(call))
    for i in range(count):
        part = slice(ends[i], ends[i + 1])
        result[i] = _parts(call, indices[part, 1:], values[part], dense_shape[1:])
    return result


@op("SerializeManySparse")
class SerializeManySparse:
    """Each slice of the first axis as strings or variants: [N, 3]. sparse_indices [n, rank], sparse_values [n], sparse_shape [rank]."""

    host = _serialize_many

    def shape(sparse_indices, sparse_values, sparse_shape):
        check_rank(sparse_indices, 2)
        check_rank(sparse_values, 1)
        check_rank(sparse_shape, 1)
        return (UNKNOWN, 3)


# ---- reading ---------------------------------------------------------------------------------------------------------


def _tensor(text, dtype, i, part):
    """One part of the i-th sparse tensor. Raises CheckFailed for what is none of that dtype."""
    from google.protobuf.message import DecodeError  # slow to import

    try:
        proto = schema.TensorProto.FromString(text)
        array = tensor_from_proto(proto)
    except (DecodeError, InvalidArgumentError):
        check(False, "Could not parse serialized proto")
    found = dtypes.as_dtype(proto.dtype)
    words = "Requested SparseTensor of type {} but SparseTensor[{}].{}.dtype() == {}"
    check(found == dtype, words, type_name(dtype), i, part, type_name(found))
    return array


def _part(call, held, dtype, i, name):
    """One part of the i-th sparse tensor, from a string or from what a variant holds."""
    if isinstance(held, bytes):
        return _tensor(held, dtype, i, name)
    found = call.resources.at(int(held))
    check(isinstance(found, Part), "SparseTensor[{}].{} is a variant that holds no tensor", i, name)
    words = "Requested SparseTensor of type {} but SparseTensor[{}].{}.dtype() == {}"
    kind = dtypes.string if found.array.dtype == object else dtypes.as_dtype(found.array.dtype)
    check(kind == dtype or dtype.storage == found.array.dtype, words, type_name(dtype), i, name, type_name(kind))
    return found.array


def _read(call, row, i):
    indices = _part(call, row[0], dtypes.int64, i, "indices")
    values = _part(call, row[1], call.attrs.dtype, i, "values")
    dense_shape = _part(call, row[2], dtypes.int64, i, "shape")
    fits = indices.ndim == 2 and values.ndim == dense_shape.ndim == 1
    fits = fits and indices.shape == (len(values), len(dense_shape))
    check(fits, "Indices, values and shape of SparseTensor[{}] do not fit: {}, {} and {}", i, indices.shape,
          values.shape, dense_shape.shape)  # fmt: skip
    return indices, values, dense_shape


def _deserialize(call, serialized):
    check(
        serialized.ndim >= 1 and serialized.shape[-1] == 3,
        "Serialized sparse should have 3 as the last dimension but has shape {}",
        serialized.shape,
    )
    leading = serialized.shape[:-1]
    rows = serialized.reshape(-1, 3)
    check(len(rows) > 0, "Serialized sparse should have non-zero dimensions but has shape {}", serialized.shape)
    tensors = [_read(call, row, i) for i, row in enumerate(rows)]
    rank = len(tensors[0][2])
    for i, (_, _, dense_shape) in enumerate(tensors):
        words = "Inconsistent shape across SparseTensors: rank prior to SparseTensor[{}] was: {} but rank of "
        words += "SparseTensor[{}] is: {}"
        check(len(dense_shape) == rank, words, i, rank, i, len(dense_shape))
    counts = [len(values) for _, values, _ in tensors]
    places = np.stack(np.unravel_index(np.repeat(np.arange(len(rows)), counts), leading), 1) if leading else None
    indices = np.concatenate([indices for indices, _, _ in tensors])
    if places is not None:
        indices = np.concatenate([places, indices], 1)
    widest = np.stack([dense_shape for _, _, dense_shape in tensors]).max(0)
    dense_shape = np.concatenate([np.array(leading, np.int64), widest])
    return indices, np.concatenate([values for _, values, _ in tensors]), dense_shape


@op("DeserializeSparse")
class DeserializeSparse:
    """Sparse tensors of one rank as one with the axes of serialized_sparse [..., 3] before theirs; the widest shape."""

    host = _deserialize

    def shape(serialized_sparse):
        check(len(serialized_sparse) >= 1, "Shape must be at least rank 1 but is rank {}", len(serialized_sparse))
        equal_dims(serialized_sparse[-1], 3)
        return (UNKNOWN, UNKNOWN), (UNKNOWN,), (UNKNOWN,)


@op("DeserializeManySparse")
class DeserializeManySparse:
    """Sparse tensors of one rank as one with an axis before theirs; the widest shape. serialized_sparse [N, 3]."""

    host = _deserialize

    def shape(serialized_sparse):
        check_rank(serialized_sparse, 2)
        check(serialized_sparse[1] in (3, UNKNOWN), "Dimension must be 3 but is {}", serialized_sparse[1])
        return (UNKNOWN, UNKNOWN), (UNKNOWN,), (UNKNOWN,)
