"""Examples: serialized protos of features as tensors. Python computes these ops.

A feature becomes a sparse tensor (any number of values), a dense one (so many values, or padded to the longest) or a ragged
one (values and where each row ends).
"""

from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.dtypes import DType
from nbtf.graph.registry import op
from nbtf.ops.string_arrays import each, of_json_examples
from nbtf.shapes import UNKNOWN, UNKNOWN_RANK, check
from nbtf.wire import schema

TYPES = {"float_list": dtypes.float32, "int64_list": dtypes.int64, "bytes_list": dtypes.string}

# ---- features --------------------------------------------------------------------------------------------------------


def parsed(message, serialized, what):
    """The message of these bytes. Raises CheckFailed for bytes that are none."""
    from google.protobuf.message import DecodeError  # slow to import

    try:
        return message.FromString(serialized)
    except DecodeError:
        check(False, "Could not parse {} input, value: '{}'", what, serialized.decode(errors="replace"))


class Found(NamedTuple):
    """A feature that holds something: its message and the dtype of its values."""

    dtype: DType
    message: Any

    def values(self):
        """Its values, an array [n]."""
        dtype = self.dtype
        if dtype is dtypes.int64:
            numbers = self.message.int64_list.value
            return np.fromiter(numbers, np.int64, len(numbers))
        if dtype is dtypes.float32:  # serialized, they lie in one piece behind a tag and their size in bytes
            floats = self.message.float_list
            count = len(floats.value)
            data = floats.SerializeToString()
            return np.frombuffer(data, "<f4", count, 1 - -(4 * count).bit_length() // 7) if count else _NO_FLOATS
        texts = self.message.bytes_list.value
        array = np.empty(len(texts), object)
        array[:] = texts
        return array


_NO_FLOATS = np.empty(0, np.float32)


def features_of(message, keys):
    """Key -> its feature, of those that hold something; one that holds nothing counts as missing."""
    features, found = message.feature, {}
    for key in keys:
        if key in features:
            feature = features[key]
            field = feature.WhichOneof("kind")
            if field is not None:
                found[key] = Found(TYPES[field], feature)
    return found


def texts(keys):
    return [(key if isinstance(key, bytes) else key.encode()).decode(errors="surrogateescape") for key in keys]


def dims_text(shape):
    return "[" + ",".join("?" if dim is None else str(dim) for dim in shape.as_list()) + "]"


def name_of(names, i):
    return names[i].decode(errors="replace") if i < len(names) else "<unknown>"


# ---- rows of values as tensors ---------------------------------------------------------------------------------------


def sparse_parts(rows, dtype, batched):
    """(indices, values, shape) of one array of values an example."""
    lengths = np.array([len(row) for row in rows], np.int64)
    values = joined(rows, dtype)
    longest = lengths.max(initial=0)
    columns = columns_of(lengths)
    if not batched:
        return columns[:, None], values, np.array([longest], np.int64)
    indices = np.stack([np.repeat(np.arange(len(rows)), lengths), columns], 1)
    return indices, values, np.array([len(rows), longest], np.int64)


def columns_of(lengths):
    """Places within each row, one row after the other."""
    starts = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) - np.repeat(starts, lengths)


def joined(rows, dtype):
    return np.concatenate([np.empty(0, dtype.storage), *rows])


def row_splits(lengths, dtype):
    """Where each row ends, after a zero."""
    return np.concatenate([[0], np.cumsum(np.array(list(lengths), np.int64))]).astype(dtype.storage)


def padded(rows, dtype, shape, fill):
    """Rows of values as [rows, longest, *shape], filled up with `fill`."""
    size = int(np.prod(shape, dtype=np.int64))
    longest = max((len(row) // size for row in rows), default=0) if size else 0
    dense = np.empty((len(rows), longest * size), dtype.storage)
    dense[:] = fill
    for i, row in enumerate(rows):
        dense[i, : len(row)] = row
    return dense.reshape(len(rows), longest, *shape)


# ---- Example ---------------------------------------------------------------------------------------------------------


class _Batch:
    """Serialized Examples, parsed: a vector of them, or one alone."""

    def __init__(self, serialized, names, keys):
        check(serialized.ndim <= 1, "Expected serialized to be a scalar or vector, got shape: {}", serialized.shape)
        check(
            names.size == 0 or names.shape == serialized.shape,
            "Expected names have the same shape as serialized: name.shape={}, serialized.shape={}",
            names.shape,
            serialized.shape,
        )
        self.batched = serialized.ndim == 1
        self.names = names.reshape(-1)
        examples = [parsed(schema.Example, text, "example") for text in serialized.reshape(-1)]
        self.features = [features_of(example.features, keys) for example in examples]

    def who(self, i):
        """How messages name an example."""
        return f"Name: {name_of(self.names, i)}, " if self.batched else ""

    def what(self, i, key):
        return f"Name: {name_of(self.names, i)}, Key: {key}, Index: {i}.  " if self.batched else f"Key: {key}.  "

    def rows(self, key, dtype):
        """The values of one feature, an array an example."""
        empty = np.empty(0, dtype.storage)
        rows = []
        for i, features in enumerate(self.features):
            feature = features.get(key)
            if feature is None:
                rows.append(empty)
                continue
            if feature.dtype is not dtype:
                types = f"Expected type: {type_name(dtype)}, Actual type: {type_name(feature.dtype)}"
                check(False, "{}Data types don't match. {}", self.what(i, key), types)
            rows.append(feature.values())
        return rows

    def dense(self, key, dtype, shape, default):
        """One feature of a fixed shape; default: for examples without it, none if it is empty."""
        dims = shape.as_list()
        size = int(np.prod(dims, dtype=np.int64))
        dense = np.empty((len(self.features), size), dtype.storage)
        for i, features in enumerate(self.features):
            feature = features.get(key)
            if feature is None:
                self._check_default(i, key, dtype, default, size)
                dense[i] = default.reshape(-1)
                continue
            values = self._dense_values(i, key, feature, dtype)
            if len(values) != size:
                words = f"Number of {type_name(dtype)} values != expected.  "
                words += f"Values size: {len(values)} but output shape: {dims_text(shape)}"
                check(False, "{}{}", self.what(i, key), words if self.batched else "Can't parse serialized Example.")
            dense[i] = values
        return dense.reshape((len(dense), *dims) if self.batched else dims)

    def _check_default(self, i, key, dtype, default, size):
        missing = "{}Feature: {} (data type: {}) is required but could not be found."
        check(default.size > 0 or size == 0, missing, self.who(i), key, type_name(dtype))

    def _dense_values(self, i, key, feature, dtype):
        if feature.dtype is not dtype:
            types = f"Data type: {type_name(feature.dtype)} but expected type: {type_name(dtype)}"
            check(False, "{}Data types don't match. {}", self.what(i, key), types)
        return feature.values()

    def dense_sequence(self, key, dtype, shape, fill):
        """One feature of any number of rows, as many for all examples: filled up with `fill`."""
        rest = shape.as_list()[1:]
        size = int(np.prod(rest, dtype=np.int64))
        rows = []
        for i, features in enumerate(self.features):
            feature = features.get(key)
            values = np.empty(0, dtype.storage) if feature is None else self._dense_values(i, key, feature, dtype)
            if size == 0 or len(values) % size:
                words = f"Number of {type_name(dtype)} values is not a multiple of stride length. "
                words += f"Saw {len(values)} values but output shape is: {dims_text(shape)}"
                check(False, "{}{}", self.what(i, key), words)
            rows.append(values)
        check(fill.size == 1, "Expected a scalar to fill up {} with, got shape {}", key, fill.shape)
        dense = padded(rows, dtype, rest, fill.reshape(-1)[0])
        return dense if self.batched else dense[0]


def parse(attrs, serialized, names, sparse_keys, dense_keys, ragged_keys, defaults):
    """Indices, values and shapes of all sparse features, the dense ones, values and row splits of the ragged ones."""
    sparse_keys, dense_keys, ragged_keys = map(texts, (sparse_keys, dense_keys, ragged_keys))
    batch = _Batch(serialized, names, {*sparse_keys, *dense_keys, *ragged_keys})
    sparse = [
        sparse_parts(batch.rows(key, dtype), dtype, batch.batched)
        for key, dtype in zip(sparse_keys, attrs.sparse_types, strict=True)
    ]
    dense = []
    for key, dtype, shape, default in zip(dense_keys, attrs.Tdense, attrs.dense_shapes, defaults, strict=True):
        is_sequence = bool(shape.ndims) and shape.as_list()[0] is None
        fits = is_sequence or default.size == 0 or shape.is_compatible_with(default.shape)
        words = "The default of {} has shape {}, which is not compatible with {}"
        check(fits, words, key, default.shape, dims_text(shape))
        dense.append((batch.dense_sequence if is_sequence else batch.dense)(key, dtype, shape, default))
    results = [part for parts in zip(*sparse, strict=True) for part in parts] + dense
    if not ragged_keys:
        return results
    values, splits = [], []
    for key, dtype, split_dtype in zip(ragged_keys, attrs.ragged_value_types, attrs.ragged_split_types, strict=True):
        rows = batch.rows(key, dtype)
        values.append(joined(rows, dtype))
        splits.append(row_splits(map(len, rows), split_dtype) if batch.batched else np.empty(0, split_dtype.storage))
    return results + values + splits


def _parse_example_v2(call, serialized, names, sparse_keys, dense_keys, ragged_keys, *defaults):
    return parse(call.attrs, serialized, names, sparse_keys, dense_keys, ragged_keys, defaults)


def _parse_example(call, serialized, names, *rest):
    attrs = call.attrs
    keys = [key[()] for key in rest[: attrs.Nsparse + attrs.Ndense]]
    defaults = rest[len(keys) :]
    return parse(attrs, serialized, names, keys[: attrs.Nsparse], keys[attrs.Nsparse :], [], defaults)


def _parse_single_example(call, serialized, *defaults):
    attrs = call.attrs
    return parse(attrs, serialized, np.empty(0, object), attrs.sparse_keys, attrs.dense_keys, [], defaults)


def sparse_dims(out, first, count, rank):
    """Dims of `count` sparse tensors: all indices, all values, all shapes, from output `first` on."""
    for i in range(count):
        out[first + i].extend([UNKNOWN, rank])
        out[first + count + i].append(UNKNOWN)
        out[first + 2 * count + i].append(rank)


def dense_dims(out, first, shapes, leading):
    """Dims of dense features, after those of `leading` axes."""
    for i, shape in enumerate(shapes):
        if list(shape) == [UNKNOWN_RANK]:
            out[first + i].unknown_rank()
            continue
        for dim in leading:
            out[first + i].append(dim)
        for dim in shape:
            out[first + i].append(dim)


def _of_examples(serialized, num_sparse, dense_shapes, out):
    leading = list(serialized)
    sparse_dims(out, 0, num_sparse, len(leading) + 1)
    dense_dims(out, 3 * num_sparse, dense_shapes, leading)


@op("ParseExampleV2")
class ParseExampleV2:
    """The features of Examples: serialized [N] or [], names [N] or [0], keys of each kind, a default a dense feature.

    Gives indices, values and shape of each sparse feature, the dense features [N, ...], values and row splits of each
    ragged one. A dense feature whose first dim is not known is padded with its default; an empty default of another one
    makes it required.
    """

    host = _parse_example_v2

    def shape(serialized, num_sparse, dense_shapes, ragged_value_types, out):
        check(len(serialized) <= 1, "Shape must be at most rank 1 but is rank {}", len(serialized))
        _of_examples(serialized, num_sparse, dense_shapes, out)
        first = 3 * num_sparse + len(dense_shapes)
        ragged = len(ragged_value_types)
        for i in range(ragged):
            out[first + i].append(UNKNOWN)
            splits = serialized[0] + 1 if len(serialized) == 1 and serialized[0] != UNKNOWN else UNKNOWN
            out[first + ragged + i].append(splits)


@op("ParseExample")
class ParseExample:
    """The sparse and dense features of Examples. serialized [N], names [N] or [0], a scalar a key, defaults."""

    host = _parse_example

    def shape(serialized, Nsparse, dense_shapes, out):
        check(len(serialized) == 1, "Shape must be rank 1 but is rank {}", len(serialized))
        _of_examples(serialized, Nsparse, dense_shapes, out)


@op("ParseSingleExample")
class ParseSingleExample:
    """The sparse and dense features of one Example. serialized [], a default a dense feature."""

    host = _parse_single_example

    def shape(serialized, num_sparse, dense_shapes, out):
        check(len(serialized) == 0, "Shape must be rank 0 but is rank {}", len(serialized))
        _of_examples(serialized, num_sparse, dense_shapes, out)


# ---- JSON ------------------------------------------------------------------------------------------------------------


def _from_json(text):
    from google.protobuf import json_format  # slow to import

    try:
        return json_format.Parse(text, schema.Example()).SerializeToString(deterministic=True)
    except (json_format.ParseError, UnicodeDecodeError) as error:
        check(False, "Error while parsing JSON: {}", error)


def _decode_json(call, json_examples):
    return each(_from_json, json_examples)


@op("DecodeJSONExample")
class DecodeJSONExample:
    """Examples as JSON, serialized. json_examples [...] -> [...]."""

    host = _decode_json
    shape = of_json_examples
