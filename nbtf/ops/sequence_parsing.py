"""SequenceExamples: a context, parsed as an Example is, and lists of features, as tensors. Python computes these ops."""

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.graph.registry import op
from nbtf.ops.parsing import (
    TYPES,
    Found,
    columns_of,
    dense_dims,
    dims_text,
    features_of,
    joined,
    name_of,
    padded,
    parsed,
    row_splits,
    sparse_dims,
    sparse_parts,
    texts,
)
from nbtf.shapes import UNKNOWN, check
from nbtf.wire import schema


class _Sequences:
    """Serialized SequenceExamples, parsed: a vector of them, or one alone."""

    def __init__(self, serialized, names, context_keys, list_keys):
        check(serialized.ndim <= 1, "Expected serialized to be a scalar or vector, got shape: {}", serialized.shape)
        self.batched = serialized.ndim == 1
        self.names = names.reshape(-1)
        examples = [parsed(schema.SequenceExample, text, "sequence example") for text in serialized.reshape(-1)]
        self.contexts = [features_of(example.context, context_keys) for example in examples]
        self.lists = []
        for example in examples:
            lists = example.feature_lists.feature_list
            self.lists.append({key: lists[key].feature for key in list_keys if key in lists})

    # ---- the context ----

    def context_rows(self, key, dtype):
        """The values of one feature of the context, an array an example."""
        empty = np.empty(0, dtype.storage)
        rows = []
        for i, features in enumerate(self.contexts):
            feature = features.get(key)
            if feature is not None and feature.dtype is not dtype:
                words = "Name: {}, Context feature: {}.  Data types don't match. Expected type: {}"
                check(False, words, name_of(self.names, i), key, type_name(dtype))
            rows.append(empty if feature is None else feature.values())
        return rows

    def context_dense(self, key, dtype, shape, default):
        dims = shape.as_list()
        size = int(np.prod(dims, dtype=np.int64))
        rows = self.context_rows(key, dtype)
        dense = np.empty((len(rows), size), dtype.storage)
        for i, row in enumerate(rows):
            if key not in self.contexts[i] and default.size == size:
                row = default.reshape(-1)
            words = "Inconsistent max number of elements for feature {}: expected {}, but found {}"
            check(len(row) == size, words, key, size, len(row))
            dense[i] = row
        return dense.reshape((len(rows), *dims) if self.batched else dims)

    # ---- the feature lists ----

    def list_rows(self, key, dtype):
        """The values of one feature list: for each example a list of arrays, None where there is no such list."""
        found = []
        for i, lists in enumerate(self.lists):
            features = lists.get(key)
            rows = None if features is None else [self._row(i, j, key, one, dtype) for j, one in enumerate(features)]
            found.append(rows)
        return found

    def _row(self, i, j, key, feature, dtype):
        field = feature.WhichOneof("kind")
        if field is None:
            return np.empty(0, dtype.storage)
        words = "Name: {}, Feature list: {}, Index: {}.  Data types don't match. Expected type: {}"
        check(TYPES[field] is dtype, words, name_of(self.names, i), key, j, type_name(dtype))
        return Found(dtype, feature).values()

    def list_dense(self, key, dtype, shape, may_miss):
        """(values [examples, longest, *shape] filled up with zeros, how long each is)."""
        dims = shape.as_list()
        size = int(np.prod(dims, dtype=np.int64))
        rows = []
        for i, example in enumerate(self.list_rows(key, dtype)):
            check(
                example is not None or may_miss,
                "Name: {}, Feature list '{}' is required but could not be found.  Did you mean to include it in "
                "feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?",
                name_of(self.names, i),
                key,
            )
            for j, row in enumerate(example or ()):
                words = (
                    "Name: {}, Key: {}, Index: {}.  Number of values != expected.  values size: {} but output shape: {}"
                )
                check(len(row) == size, words, name_of(self.names, i), key, j, len(row), dims_text(shape))
            rows.append(joined(example or (), dtype))
        lengths = np.array([len(row) // size if size else 0 for row in rows], np.int64)
        dense = padded(rows, dtype, dims, b"" if dtype == dtypes.string else 0)
        return (dense, lengths) if self.batched else (dense[0], lengths[0])

    def list_sparse(self, key, dtype):
        """(indices, values, shape) over examples, the features of a list, and their values."""
        found = [rows or [] for rows in self.list_rows(key, dtype)]
        counts = np.array([len(rows) for rows in found], np.int64)
        lengths = np.array([len(row) for rows in found for row in rows], np.int64)
        values = joined([row for rows in found for row in rows], dtype)
        places = [np.repeat(columns_of(counts), lengths), columns_of(lengths)]
        dims = [counts.max(initial=0), lengths.max(initial=0)]
        if self.batched:
            places.insert(0, np.repeat(np.repeat(np.arange(len(found)), counts), lengths))
            dims.insert(0, len(found))
        return np.stack(places, 1), values, np.array(dims, np.int64)

    def list_ragged(self, key, dtype, split_dtype):
        """(values, where each example's features end, where each feature's values end)."""
        found = [rows or [] for rows in self.list_rows(key, dtype)]
        rows = [row for example in found for row in example]
        outer = row_splits(map(len, found), split_dtype) if self.batched else np.zeros((), split_dtype.storage)
        return joined(rows, dtype), outer, row_splits(map(len, rows), split_dtype)


def _parts(results):
    """What all results have first, then what all have second, and so on."""
    return [part for parts in zip(*results, strict=True) for part in parts]


class _Keys:
    """The keys of each kind of feature; may_miss: keys of dense feature lists that need not be there."""

    def __init__(self, context_sparse, context_dense, list_sparse, list_dense, may_miss):
        self.context_sparse, self.context_dense = texts(context_sparse), texts(context_dense)
        self.list_sparse, self.list_dense = texts(list_sparse), texts(list_dense)
        self.may_miss = may_miss
        self.context_ragged, self.list_ragged = [], []


def _parse(attrs, serialized, names, keys, defaults):
    """(context results, feature list results, lengths of the dense lists)"""
    sequences = _Sequences(
        serialized,
        names,
        {*keys.context_sparse, *keys.context_dense, *keys.context_ragged},
        {*keys.list_sparse, *keys.list_dense, *keys.list_ragged},
    )
    context = _parts(
        sparse_parts(sequences.context_rows(key, dtype), dtype, sequences.batched)
        for key, dtype in zip(keys.context_sparse, attrs.context_sparse_types, strict=True)
    )
    context += [
        sequences.context_dense(*feature)
        for feature in zip(keys.context_dense, attrs.Tcontext_dense, attrs.context_dense_shapes, defaults, strict=True)
    ]
    lists = _parts(
        sequences.list_sparse(key, dtype)
        for key, dtype in zip(keys.list_sparse, attrs.feature_list_sparse_types, strict=True)
    )
    dense = [
        sequences.list_dense(key, dtype, shape, key in keys.may_miss)
        for key, dtype, shape in zip(
            keys.list_dense, attrs.feature_list_dense_types, attrs.feature_list_dense_shapes, strict=True
        )
    ]
    lists += [values for values, _ in dense]
    return sequences, context, lists, [lengths for _, lengths in dense]


def _parse_sequence_v2(call, serialized, debug_name, *rest):
    attrs = call.attrs
    context_sparse, context_dense, context_ragged, list_sparse, list_dense, list_ragged, may_miss = rest[:7]
    missing = {key for key, one in zip(texts(list_dense), may_miss.tolist(), strict=True) if one}
    keys = _Keys(context_sparse, context_dense, list_sparse, list_dense, missing)
    keys.context_ragged, keys.list_ragged = texts(context_ragged), texts(list_ragged)
    sequences, context, lists, lengths = _parse(attrs, serialized, debug_name, keys, rest[7:])
    values, splits = [], []
    for key, dtype, split in zip(
        keys.context_ragged, attrs.context_ragged_value_types, attrs.context_ragged_split_types, strict=True
    ):
        rows = sequences.context_rows(key, dtype)
        values.append(joined(rows, dtype))
        whole = row_splits(map(len, rows), split)
        splits.append(whole if sequences.batched else np.zeros((), split.storage))
    ragged = _parts(
        sequences.list_ragged(*feature)
        for feature in zip(
            keys.list_ragged,
            attrs.feature_list_ragged_value_types,
            attrs.feature_list_ragged_split_types,
            strict=True,
        )
    )
    return [*context, *values, *splits, *lists, *lengths, *ragged]


def _parse_sequence(call, serialized, debug_name, *defaults):
    attrs = call.attrs
    keys = _Keys(
        attrs.context_sparse_keys,
        attrs.context_dense_keys,
        attrs.feature_list_sparse_keys,
        attrs.feature_list_dense_keys,
        set(texts(attrs.feature_list_dense_missing_assumed_empty)),
    )
    _, context, lists, lengths = _parse(attrs, serialized, debug_name, keys, defaults)
    return [*context, *lists, *lengths]


def _parse_single_sequence(call, serialized, may_miss, *rest):
    attrs = call.attrs
    groups, at = [], 0
    for count in (attrs.Ncontext_sparse, attrs.Ncontext_dense, attrs.Nfeature_list_sparse, attrs.Nfeature_list_dense):
        groups.append([key[()] for key in rest[at : at + count]])
        at += count
    keys = _Keys(*groups, set(texts(may_miss.reshape(-1).tolist())))
    _, context, lists, _ = _parse(attrs, serialized, rest[-1], keys, rest[at:-1])
    return [*context, *lists]


def _list_dims(out, first, sparse, shapes, leading, has_lengths):
    """Dims of sparse and dense feature lists, and how long the dense ones are; gives the next output."""
    sparse_dims(out, first, sparse, len(leading) + 2)
    dense = first + 3 * sparse
    for shape in shapes:
        check(UNKNOWN not in list(shape), "Shape {} is not fully defined", shape)
    dense_dims(out, dense, shapes, [*leading, UNKNOWN])
    if not has_lengths:
        return dense + len(shapes)
    for i in range(len(shapes)):
        out[dense + len(shapes) + i].extend(leading)
    return dense + 2 * len(shapes)


@op("ParseSequenceExampleV2")
class ParseSequenceExampleV2:
    """The context and the feature lists of SequenceExamples. serialized [N] or [], debug_name of one shape with it or [0].

    Keys of each kind, whether each dense feature list may be missing, a default a dense feature of the context. Gives
    the context as ParseExampleV2 gives an Example, then the feature lists: sparse ones [N, longest list, longest row],
    dense ones [N, longest list, ...] and how long each is, ragged ones with outer and inner row splits.
    """

    host = _parse_sequence_v2

    def shape(
        serialized,
        Ncontext_sparse,
        context_dense_shapes,
        context_ragged_value_types,
        Nfeature_list_sparse,
        feature_list_dense_shapes,
        feature_list_ragged_value_types,
        out,
    ):
        check(len(serialized) <= 1, "Shape must be at most rank 1 but is rank {}", len(serialized))
        leading = list(serialized)
        sparse_dims(out, 0, Ncontext_sparse, len(leading) + 1)
        at = 3 * Ncontext_sparse
        dense_dims(out, at, context_dense_shapes, leading)
        at += len(context_dense_shapes)
        ragged = len(context_ragged_value_types)
        for i in range(2 * ragged):
            out[at + i].append(UNKNOWN)
        at = _list_dims(
            out, at + 2 * ragged, Nfeature_list_sparse, feature_list_dense_shapes, leading, has_lengths=True
        )
        for i in range(3 * len(feature_list_ragged_value_types)):
            out[at + i].append(UNKNOWN)


@op("ParseSequenceExample")
class ParseSequenceExample:
    """The context and the feature lists of SequenceExamples. serialized [N], debug_name [N] or [0], defaults."""

    host = _parse_sequence

    def shape(serialized, Ncontext_sparse, context_dense_shapes, Nfeature_list_sparse, feature_list_dense_shapes, out):
        check(len(serialized) == 1, "Shape must be rank 1 but is rank {}", len(serialized))
        leading = list(serialized)
        sparse_dims(out, 0, Ncontext_sparse, 2)
        dense_dims(out, 3 * Ncontext_sparse, context_dense_shapes, leading)
        at = 3 * Ncontext_sparse + len(context_dense_shapes)
        _list_dims(out, at, Nfeature_list_sparse, feature_list_dense_shapes, leading, has_lengths=True)


@op("ParseSingleSequenceExample")
class ParseSingleSequenceExample:
    """The context and the feature lists of one SequenceExample. serialized [], a scalar a key, defaults, debug_name []."""

    host = _parse_single_sequence

    def shape(serialized, Ncontext_sparse, context_dense_shapes, Nfeature_list_sparse, feature_list_dense_shapes, out):
        check(len(serialized) == 0, "Shape must be rank 0 but is rank {}", len(serialized))
        sparse_dims(out, 0, Ncontext_sparse, 1)
        dense_dims(out, 3 * Ncontext_sparse, context_dense_shapes, [])
        at = 3 * Ncontext_sparse + len(context_dense_shapes)
        _list_dims(out, at, Nfeature_list_sparse, feature_list_dense_shapes, [], has_lengths=False)
