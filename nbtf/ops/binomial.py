"""Draws from binomial distributions, bit-equal to TensorFlow's: each number from a part of the stream of its own."""

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.generator import STATE, check_generator
from nbtf.ops.random import _check_seed, _dims
from nbtf.shapes import Value, aligned_dim, broadcast_dim, check


def _check_parameters(counts, probs, out):
    rank = max(len(counts), len(probs))
    check(rank <= len(out), "Shape passed in must end with broadcasted shape.")
    for i in range(rank):
        size = broadcast_dim(aligned_dim(counts, i, rank), aligned_dim(probs, i, rank))
        last = out[len(out) - rank + i]
        check(size == last or size < 0 or last < 0, "Shape passed in must end with broadcasted shape.")


@op("StatefulRandomBinomial")
class StatefulRandomBinomial:
    """How many of `counts` trials succeed, each with probability `probs`. shape [k] ends with their common shape."""

    kernel = "stateful_random_binomial"
    variables = STATE
    writes = True

    def shape(resource, algorithm, shape: Value, shape_dims, counts, probs, out):
        check_generator(resource, algorithm)
        _dims(shape, shape_dims, out)
        _check_parameters(counts, probs, out)


@op("StatelessRandomBinomial")
class StatelessRandomBinomial:
    """As StatefulRandomBinomial, from a seed [2]."""

    kernel = "stateless_random_binomial"
    gradient = NOT_DIFFERENTIABLE

    def shape(shape: Value, shape_dims, seed, counts, probs, out):
        _check_seed(seed)
        _dims(shape, shape_dims, out)
        _check_parameters(counts, probs, out)
