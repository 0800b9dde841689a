"""Samplers of classes that losses over many classes are estimated from, and which of the sampled ones are true.

true_classes [batch, num_true] -> sampled_candidates [num_sampled], and how often each true and each sampled class is
expected in the sample. Bit-equal to TensorFlow's for equal seeds.
"""

from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, at_most, check, check_rank, product


def table_size(count):
    """Slots of a hash table that stays at most half full: a power of two."""
    size = 8
    while size < 2 * count:
        size *= 2
    return size


def sampled_dims(true_classes, num_true, num_sampled):
    check(len(true_classes) == 2, "Shape must be rank 2 but is rank {}", len(true_classes))
    columns = true_classes[1]
    fits = columns == UNKNOWN or columns == num_true
    check(fits, "true_classes must have num_true columns, expected: {} was: {}", columns, num_true)
    return ((num_sampled,), (true_classes[0], num_true), (num_sampled,))


def _room(num_sampled):
    return (table_size(num_sampled),)


@op("UniformCandidateSampler")
class UniformCandidateSampler:
    """Classes below range_max, each as likely as the others."""

    kernel = "uniform_candidate_sampler"
    stateful = True
    keeps = {"stream": 1, "entropy": 2}
    workspace = {"table": "int64"}
    workspace_size = _room

    def shape(true_classes, num_true, num_sampled):
        return sampled_dims(true_classes, num_true, num_sampled)


@op("LogUniformCandidateSampler")
class LogUniformCandidateSampler:
    """Classes below range_max, class c with probability log((c + 2) / (c + 1)) / log(range_max + 1)."""

    kernel = "log_uniform_candidate_sampler"
    stateful = True
    keeps = {"stream": 1, "entropy": 2}
    workspace = {"table": "int64"}
    workspace_size = _room

    def shape(true_classes, num_true, num_sampled):
        return sampled_dims(true_classes, num_true, num_sampled)


@op("AllCandidateSampler")
class AllCandidateSampler:
    """All classes below num_sampled, each expected once."""

    kernel = "all_candidate_sampler"

    def shape(true_classes, num_true, num_sampled):
        return sampled_dims(true_classes, num_true, num_sampled)


@op("ComputeAccidentalHits")
class ComputeAccidentalHits:
    """Where sampled classes [N] are true ones of an example [batch, num_true]: its row, the class's place (the last), and
    the smallest float, which added to a logit makes it vanish."""

    kernel = "compute_accidental_hits"
    shrinks = ("indices", "ids", "weights")
    workspace = {"table": "int64"}

    def workspace_size(sampled_candidates):
        return (table_size(sampled_candidates[0]),)

    def shape(true_classes, sampled_candidates, num_true):
        check_rank(true_classes, 2)
        check_rank(sampled_candidates, 1)
        columns = true_classes[1]
        check(columns == UNKNOWN or columns == num_true, "Dimension must be {} but is {}", num_true, columns)
        most = product(true_classes)
        return ((at_most(most),), (at_most(most),), (at_most(most),))
