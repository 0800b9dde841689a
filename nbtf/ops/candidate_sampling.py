"""Classes sampled for losses over many classes, bit-equal to TensorFlow's numbers for equal seeds.

All samplers take true_classes [batch, num_true] and give sampled_candidates [num_sampled] and how often each true and
each sampled class is to be expected among them: [batch, num_true] and [num_sampled]. `unique`: no class twice.
"""

import os

import numpy as np

from nbtf.checkpoint.source import file_error
from nbtf.graph.registry import op
from nbtf.ops.philox import RandomWords
from nbtf.ops.random import KEPT
from nbtf.shapes import UNKNOWN, at_most, check, check_rank

OUTPUTS = 512  # of the stream, a sampled class, as in nbtf/kernels/candidate_sampling.py


def _candidates(true_classes, num_true, num_sampled, out):
    check_rank(true_classes, 2)
    check(
        true_classes[1] in (num_true, UNKNOWN),
        "true_classes must have num_true columns, expected: {} was: {}",
        true_classes[1],
        num_true,
    )
    out[0].append(num_sampled)
    out[1].append(true_classes[0])
    out[1].append(num_true)
    out[2].append(num_sampled)


def _of_all(true_classes, num_true, num_sampled, out):
    _candidates(true_classes, num_true, num_sampled, out)


def _below_range(true_classes, num_true, num_sampled, unique, range_max, out):
    _candidates(true_classes, num_true, num_sampled, out)
    check(not unique or num_sampled <= range_max, "Sampler's range is too small.")


def _room(num_sampled):
    return (4 * num_sampled,)


@op("UniformCandidateSampler")
class UniformCandidateSampler:
    """Classes in [0, range_max), all equally likely."""

    kernel = "uniform_candidate_sampler"
    stateful = True
    keeps = KEPT
    shape = _below_range
    workspace = {"used": "int64"}
    workspace_size = _room


@op("LogUniformCandidateSampler")
class LogUniformCandidateSampler:
    """Classes in [0, range_max), class k with probability log((k + 2) / (k + 1)) / log(range_max + 1)."""

    kernel = "log_uniform_candidate_sampler"
    stateful = True
    keeps = KEPT
    shape = _below_range
    workspace = {"used": "int64"}
    workspace_size = _room


@op("AllCandidateSampler")
class AllCandidateSampler:
    """All classes in [0, num_sampled), in order."""

    kernel = "all_candidate_sampler"
    stateful = True
    shape = _of_all


# ---- by frequencies --------------------------------------------------------------------------------------------------


def _sampled(call, true_classes, draw, probabilities):
    """The three outputs. draw: gives a class; probabilities: of classes, as float32."""
    attrs = call.attrs
    limit, count = attrs.range_max, attrs.num_sampled
    check(not attrs.unique or count <= limit, "Sampler's range is too small.")
    for value in true_classes.reshape(-1).tolist():
        check(0 <= value < limit, "`true_candidate` out of range [0, {}), received {}", limit, value)
    sampled, used, tries = [], set(), 0
    while len(sampled) < count:
        value = draw()
        tries += 1
        if not attrs.unique or value not in used:
            used.add(value)
            sampled.append(value)
    sampled = np.array(sampled, np.int64)
    counts = [_expected(probabilities(classes), count, tries) for classes in (true_classes, sampled)]
    return sampled, *counts


def _expected(probabilities, count, tries):
    if tries == count:
        return probabilities * np.float32(count)
    return -np.expm1(np.float32(tries) * np.log1p(-probabilities))


class _Unigrams:
    """How often each class was true so far, each once at first."""

    def __init__(self, resources, limit):
        self.handle = resources.new_number()
        self.container = "localhost"
        self.counts = np.ones(limit, np.int64)


def _words_of_run(call):
    """The random words of one run; the next run's begin OUTPUTS outputs a class later."""
    kept = {name: call.resources.kept_words(call.node.name, name, count) for name, count in KEPT.items()}
    seeds = call.attrs.seed, call.attrs.seed2
    if seeds == (0, 0):
        seeds = tuple(kept["entropy"].tolist())
    first = int(kept["stream"][0])
    kept["stream"][0] += OUTPUTS * call.attrs.num_sampled
    return RandomWords(*seeds, first)


def _learned(call, true_classes):
    name = call.node.name
    limit = call.attrs.range_max
    kept = call.resources.find_or_make("unigrams", "", name, lambda: _Unigrams(call.resources, limit))
    ends = np.cumsum(kept.counts)
    total = int(ends[-1])
    words = _words_of_run(call)

    def draw():
        return int(np.searchsorted(ends, words.below(total), side="right"))

    def probabilities(classes):
        return kept.counts[classes].astype(np.float32) / np.float32(total)

    results = _sampled(call, true_classes, draw, probabilities)
    np.add.at(kept.counts, true_classes.reshape(-1), 1)
    return results


@op("LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler")
class LearnedUnigramCandidateSampler:
    """Classes in [0, range_max), as likely as they were true in runs before; the session keeps the counts."""

    host = _learned
    stateful = True
    checked = True
    shape = _below_range


class _Weights:
    """Weights of classes, and their alias table: a class of a pair is drawn as one of two."""

    def __init__(self, resources, call):
        self.handle = resources.new_number()
        self.container = "localhost"
        attrs = call.attrs
        frequencies = _frequencies(attrs)
        reserved = len(range(attrs.shard, attrs.num_reserved_ids, attrs.num_shards))
        first = (
            attrs.shard - reserved
        ) % attrs.num_shards  # the others are numbered from this shard's reserved ones on
        kept = [np.float32(value**attrs.distortion) for value in frequencies[first :: attrs.num_shards]]
        self.weights = np.array([0.0] * reserved + kept, np.float32)
        size = len(self.weights)
        check(size == attrs.range_max, "range is {} must be equal to weights size  {}", attrs.range_max, size)
        self.total = np.float32(sum(map(float, self.weights)))
        self._pair()

    def _pair(self):
        count = len(self.weights)
        total = sum(map(float, self.weights))
        shares = [float(np.float32(weight * np.float32(count))) / total for weight in self.weights]
        self.alternatives = list(range(count))
        low = [i for i, share in enumerate(shares) if share < 1]
        high = [i for i, share in enumerate(shares) if share >= 1]
        paired = [False] * count
        while low and high:
            below, above = low.pop(), high.pop()
            self.alternatives[below] = above
            paired[below] = True
            shares[above] -= 1.0 - shares[below]
            (low if shares[above] < 1 else high).append(above)
        # what rounding left over always stands for itself
        self.shares = [np.float32(share) if paired[i] else np.float32(1) for i, share in enumerate(shares)]

    def draw(self, words):
        unit = words.unit_float()
        place = words.below(len(self.weights))
        return place if unit < self.shares[place] else self.alternatives[place]


def _frequencies(attrs):
    given, path = list(attrs.unigrams), attrs.vocab_file
    check(bool(given) or bool(path), "Must provide either vocab_file or unigrams.")
    check(not given or not path, "Must only provide one of vocab_file and unigrams.")
    if given:
        return given
    try:
        with open(os.fsdecode(path), "rb") as file:
            return [float(line.rsplit(b",", 1)[-1]) for line in file]
    except OSError as error:
        raise file_error(os.fsdecode(path), error) from None
    except ValueError:
        check(False, "The last column of a line of {} is no number", path)


def _fixed(call, true_classes):
    make = lambda: _Weights(call.resources, call)
    kept = call.resources.find_or_make("fixed unigrams", "", call.node.name, make)
    words = _words_of_run(call)
    return _sampled(call, true_classes, lambda: kept.draw(words), lambda classes: kept.weights[classes] / kept.total)


@op("FixedUnigramCandidateSampler")
class FixedUnigramCandidateSampler:
    """Classes in [0, range_max), as likely as their unigrams, or the last column of a file, to the power of distortion."""

    host = _fixed
    stateful = True
    checked = True
    shape = _below_range


# ---- classes that are both true and sampled --------------------------------------------------------------------------


def _hash_room(sampled_candidates):
    return (4 * sampled_candidates[0],)


@op("ComputeAccidentalHits")
class ComputeAccidentalHits:
    """Where sampled classes are true ones: true_classes [batch, num_true], sampled_candidates [n] -> rows, places, -float max.

    A class that was sampled several times counts where it was sampled last.
    """

    kernel = "compute_accidental_hits"
    shrinks = ("indices", "ids", "weights")
    workspace = {"classes": "int64"}
    workspace_size = _hash_room

    def shape(true_classes, sampled_candidates, num_true):
        check(len(true_classes) == 2, "true_candidates must be a batch_size * num_true matrix")
        check(true_classes[1] in (num_true, UNKNOWN), "true_candidates must be a batch_size * num_true matrix")
        check(
            len(sampled_candidates) == 1,
            "sampled_candidates must be a vector, which is typically an output from CandidateSampler",
        )
        most = at_most(true_classes[0] * true_classes[1])
        return (most,), (most,), (most,)
