"""Samplers of classes by given frequencies, and by those of the true classes seen so far."""

import csv
import io
import threading

import numpy as np

from nbtf import errors
from nbtf.checkpoint.source import file_error
from nbtf.graph.registry import op
from nbtf.ops.candidates import sampled_dims
from nbtf.shapes import check

OUTPUTS = 512  # of the stream, a class
_HALF = np.uint64(32)
_MASK = np.uint64(0xFFFFFFFF)


def _words(seed, seed2, first, count):
    """32-bit words of `count` 128-bit outputs of a Philox stream, as uint64."""
    counters = np.arange(first, first + count, dtype=np.uint64)
    c0, c1 = counters & _MASK, counters >> _HALF
    c2 = np.full(count, np.uint64(seed2 & 0xFFFFFFFF))
    c3 = np.full(count, np.uint64((seed2 >> 32) & 0xFFFFFFFF))
    k0, k1 = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1 = (b >> _HALF) ^ c1 ^ np.uint64(k0), b & _MASK
        c2, c3 = (a >> _HALF) ^ c3 ^ np.uint64(k1), a & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).reshape(-1)


def _sample(call, true_classes, draw, probabilities):
    """draw: words -> classes, of as many words as it needs for one. probabilities: of every class."""
    attrs, node = call.attrs, call.node.name
    count, limit = attrs.num_sampled, len(probabilities)
    check(true_classes.ndim == 2, "true_classes must be a matrix")
    columns = true_classes.shape[1]
    check(
        columns == attrs.num_true,
        "true_classes must have num_true columns, expected: {} was: {}",
        columns,
        attrs.num_true,
    )
    check(not attrs.unique or count <= limit, "Sampler's range is too small.")
    for one in true_classes.ravel():
        check(0 <= one < limit, "`true_candidate` out of range [0, {}), received {}", limit, one)
    seeds = attrs.seed, attrs.seed2
    if seeds == (0, 0):
        seeds = tuple(call.resources.kept_words(node, "entropy", 2).tolist())
    stream = call.resources.kept_words(node, "stream", 1)
    first, stream[0] = int(stream[0]), stream[0] + OUTPUTS * count
    sampled, tries = [], 0
    seen = set()
    while len(sampled) < count:
        outputs = max(count, 64)
        for one in draw(_words(*seeds, first, outputs)).tolist():
            tries += 1
            if attrs.unique and one in seen:
                continue
            seen.add(one)
            sampled.append(one)
            if len(sampled) == count:
                break
        first += outputs
    expected = _expected(probabilities, count, tries, attrs.unique)
    return np.array(sampled, np.int64), expected[true_classes], expected[sampled]


def _expected(probabilities, count, tries, unique):
    """How often each class is expected, in TensorFlow's precision."""
    chances = probabilities.astype(np.float32)
    if not unique or tries == count:
        return chances * np.float32(count)
    return -np.expm1(np.float32(tries) * np.log1p(-chances))


# ---- frequencies that are given --------------------------------------------------------------------------------------


class _Distribution:
    """Walker's table: each class has a share of its own cell, and another class the rest of it."""

    def __init__(self, resources, weights):
        self.handle = resources.new_number()
        self.container = "localhost"
        total = float(np.sum(weights, dtype=np.float64))
        self.probabilities = weights.astype(np.float64) / total
        count = len(weights)
        mass = self.probabilities * count
        self.share = np.ones(count, np.float32)
        self.other = np.arange(count)
        low = [i for i in range(count) if mass[i] < 1]
        high = [i for i in range(count) if mass[i] >= 1]
        while low and high:
            poor, rich = low.pop(), high[-1]
            self.share[poor], self.other[poor] = mass[poor], rich
            mass[rich] -= 1 - mass[poor]
            if mass[rich] < 1:
                low.append(high.pop())

    def draw(self, words):
        """Two words a class: where in a cell, and in which one."""
        fraction = (words[0::2] & np.uint64(0x7FFFFF)).astype(np.float32) * np.float32(2.0**-23)
        cell = (words[1::2] % np.uint64(len(self.share))).astype(np.int64)
        return np.where(fraction < self.share[cell], cell, self.other[cell])


def _weights(attrs):
    """Those of reserved classes, which are 0, and of this shard's share of the others."""
    given = list(attrs.unigrams)
    path = attrs.vocab_file
    check(bool(path) or bool(given), "Must provide either vocab_file or unigrams.")
    check(not (path and given), "Must only provide one of vocab_file and unigrams.")
    if path:
        given = _weights_of_file(path)
    distorted = np.power(np.asarray(given, np.float32), np.float32(attrs.distortion))
    reserved = len(range(attrs.shard, attrs.num_reserved_ids, attrs.num_shards))
    first = (attrs.shard - reserved) % attrs.num_shards  # the others are numbered from this shard's reserved ones on
    return np.concatenate([np.zeros(reserved, np.float32), distorted[first :: attrs.num_shards]])


def _weights_of_file(path):
    """The last field of every line that has one."""
    name = path.decode() if isinstance(path, bytes) else path
    try:
        with open(name, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise file_error(name, error) from None
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    try:
        return [float(row[-1]) for row in rows]
    except ValueError:
        raise errors.InvalidArgumentError(None, None, f"Wrong vocabulary format at file {name}") from None


def _fixed(call, true_classes):
    def make():
        weights = _weights(call.attrs)
        wanted = call.attrs.range_max
        check(len(weights) == wanted, "range is {} must be equal to weights size  {}", wanted, len(weights))
        return _Distribution(call.resources, weights)

    found = call.resources.find_or_make("unigrams", "", call.node.name, make)
    return _sample(call, true_classes, found.draw, found.probabilities)


@op("FixedUnigramCandidateSampler")
class FixedUnigramCandidateSampler:
    """Classes by frequencies that `unigrams` or the last fields of a file's lines tell, to the power of `distortion`."""

    host = _fixed
    stateful = True

    def shape(true_classes, num_true, num_sampled):
        return sampled_dims(true_classes, num_true, num_sampled)


# ---- frequencies that are learned ------------------------------------------------------------------------------------

_learning = threading.Lock()


def _learned(call, true_classes):
    with _learning:
        seen = call.resources.kept_words(call.node.name, "seen", call.attrs.range_max)
        ends = np.cumsum(seen + 1)
        total = int(ends[-1])

        def draw(words):
            return np.searchsorted(ends, (words % np.uint64(total)).astype(np.int64), side="right")

        result = _sample(call, true_classes, draw, (seen + 1) / total)
        np.add.at(seen, true_classes.ravel(), 1)
        return result


@op("LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler")
class LearnedUnigramCandidateSampler:
    """Classes by how often each was a true one in the runs before, and once more."""

    host = _learned
    stateful = True

    def shape(true_classes, num_true, num_sampled):
        return sampled_dims(true_classes, num_true, num_sampled)
