"""Crossing features: all combinations of the values that the features of a row have, joined or hashed."""

import numpy as np

from nbtf.graph.registry import op
from nbtf.ops.string_arrays import Array, each
from nbtf.ops.string_hash import fingerprint64
from nbtf.shapes import UNKNOWN, check

_FACTOR = np.uint64(0xC6A4A7935BD1E995)
_SHIFT = np.uint64(47)
_LARGEST = np.uint64(np.iinfo(np.int64).max)


def _mixed(words: Array) -> Array:
    return words ^ (words >> _SHIFT)


def concatenated_hash(first: Array, second: Array) -> Array:
    """The hash of two hashes after each other, all uint64 arrays."""
    found = first ^ _FACTOR ^ (_mixed(second * _FACTOR) * _FACTOR)
    return _mixed(_mixed(found * _FACTOR) * _FACTOR)


class _Feature:
    """A feature's values, those of each row after those of the row before."""

    def __init__(self, values: Array, counts: Array) -> None:
        self.values = values
        self.counts = counts
        self.starts = np.cumsum(counts) - counts


def _features(call, inputs: tuple[Array, ...]) -> list[_Feature]:
    """The sparse features, then the dense ones. All must have as many rows."""
    sparse = call.attrs.N
    indices, values, shapes, dense = (
        inputs[:sparse],
        inputs[sparse : 2 * sparse],
        inputs[2 * sparse : 3 * sparse],
        inputs[3 * sparse :],
    )
    rows = 0
    features = []
    for k in range(sparse):
        check(
            indices[k].ndim == 2,
            "Input indices should be a matrix but received shape {} at position {}",
            indices[k].shape,
            k,
        )
        check(indices[k].shape[1] == 2, "Expected D2 of index to be 2 got {} at position {}", indices[k].shape[1], k)
        check(
            values[k].shape == indices[k].shape[:1],
            "Expected size of values to be {} got {} at position {}",
            len(indices[k]),
            len(values[k]),
            k,
        )
        check(shapes[k].shape == (2,), "shape should imply a 2D tensor, but got {} at position {}", shapes[k].shape, k)
        rows = int(shapes[k][0]) if k == 0 else rows
        check(rows >= 0, "Expected a batch size of at least 0, got {}", rows)
        check(shapes[k][0] == rows, "Expected batch size {} got {} at position {}", rows, shapes[k][0], k)
        of_rows = indices[k][:, 0]
        inside = (of_rows >= 0) & (of_rows < rows)
        order = np.argsort(of_rows[inside], kind="stable")
        features.append(_Feature(values[k][inside][order], np.bincount(of_rows[inside], minlength=rows)))
    for k, feature in enumerate(dense):
        check(
            feature.ndim == 2, "Dense inputs should be a matrix but received shape {} at position {}", feature.shape, k
        )
        rows = len(feature) if not features else rows
        check(len(feature) == rows, "Expected batch size {} got {} at dense tensor {}", rows, len(feature), k)
        features.append(_Feature(feature.reshape(-1), np.full(rows, feature.shape[1])))
    return features


def _combinations(features: list[_Feature]) -> tuple[Array, Array, list[Array]]:
    """(indices, dense shape, for each feature the place of its value in each combination); the last varies fastest."""
    counts = [feature.counts for feature in features]
    rows = len(counts[0]) if counts else 0
    crossed = np.ones(rows, np.int64)
    strides = []
    for count in reversed(counts):
        strides.append(crossed)
        crossed = crossed * count
    row = np.repeat(np.arange(rows), crossed)
    place = np.arange(len(row)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    chosen = [
        feature.starts[row] + place // stride[row] % feature.counts[row]
        for feature, stride in zip(features, reversed(strides), strict=True)
    ]
    most = int(crossed.max()) if rows else 0
    return np.stack([row, place], 1), np.asarray([rows, most], np.int64), chosen


def _joined(features: list[_Feature], chosen: list[Array], separator: bytes) -> Array:
    texts = []
    for feature, places in zip(features, chosen, strict=True):
        values = feature.values
        if values.dtype != object:
            values = np.asarray([b"%d" % value for value in values.tolist()], object)
        texts.append(values[places])
    result = np.empty(len(texts[0]) if texts else 0, object)
    for i, parts in enumerate(zip(*texts, strict=True)):
        result[i] = separator.join(parts)
    return result


def _hashed(features: list[_Feature], chosen: list[Array], key: int, buckets: int) -> Array:
    size = len(chosen[0]) if chosen else 0
    found = np.full(size, key & 0xFFFFFFFFFFFFFFFF, np.uint64)
    for feature, places in zip(features, chosen, strict=True):
        values = feature.values
        hashes = each(fingerprint64, values, np.uint64) if values.dtype == object else values.view(np.uint64)
        found = concatenated_hash(found, hashes[places])
    return (found % (np.uint64(buckets) if buckets else _LARGEST)).astype(np.int64)


def _cross(call, *inputs):
    features = _features(call, inputs)
    indices, shape, chosen = _combinations(features)
    attrs = call.attrs
    check(
        attrs.hashed_output == (attrs.out_type == "int64"),
        "hashed_output {} does not go with an out_type of {}",
        attrs.hashed_output,
        attrs.out_type,
    )
    if attrs.hashed_output:
        return indices, _hashed(features, chosen, attrs.hash_key, attrs.num_buckets), shape
    return indices, _joined(features, chosen, b"_X_"), shape


def _cross_with_separator(call, *inputs):
    features = _features(call, inputs[:-1])
    indices, shape, chosen = _combinations(features)
    return indices, _joined(features, chosen, inputs[-1].item()), shape


@op("SparseCross")
class SparseCross:
    """Combinations of the features of each row, joined by "_X_" or hashed into num_buckets (0: 63 bits).

    Sparse features indices N x [n_k, 2], values N x [n_k], shapes N x [2], and dense ones [rows, m]: sparse [rows, most].
    """

    host = _cross

    def shape(indices, values, shapes, dense_inputs):
        return ((UNKNOWN, 2), (UNKNOWN,), (2,))


@op("SparseCrossV2")
class SparseCrossV2:
    """Combinations of the features of each row, joined by a separator: see SparseCross."""

    host = _cross_with_separator

    def shape(indices, values, shapes, dense_inputs, sep):
        check(len(sep) == 0, "Shape must be rank 0 but is rank {}", len(sep))
        return ((UNKNOWN, 2), (UNKNOWN,), (2,))
