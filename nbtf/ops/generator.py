"""Random numbers from a generator whose state is a variable: int64 [3], Philox's counter, its low half first, and key.

An op that draws n numbers takes 256 of the stream's outputs for each: the counter goes on by 256 n.
"""

from nbtf.graph.registry import op
from nbtf.ops.random import KEPT, _dims
from nbtf.shapes import Value, check

STATE = {"resource": "int64"}


def check_generator(resource, algorithm):
    """What is known of both while the graph is built; the kernels check what they are."""
    check(len(resource) == 1, "RNG state must have one and only one dimension, not {}", len(resource))
    check(len(algorithm) == 0, "algorithm must be of shape [], not {}", algorithm)


def _of_shape(resource, algorithm, shape: Value, shape_dims, out):
    check_generator(resource, algorithm)
    _dims(shape, shape_dims, out)


@op("StatefulUniform")
class StatefulUniform:
    """Floats in [0, 1) of the given shape."""

    kernel = "stateful_uniform"
    variables = STATE
    writes = True
    shape = _of_shape


@op("StatefulStandardNormalV2")
class StatefulStandardNormalV2:
    """Normal numbers of mean 0 and deviation 1, of the given shape."""

    kernel = "stateful_standard_normal"
    variables = STATE
    writes = True
    shape = _of_shape


@op("StatefulTruncatedNormal")
class StatefulTruncatedNormal:
    """Normal numbers redrawn where they are not below 2, of the given shape."""

    kernel = "stateful_truncated_normal"
    variables = STATE
    writes = True
    shape = _of_shape


@op("StatefulUniformFullInt")
class StatefulUniformFullInt:
    """Integers of any value, of the given shape."""

    kernel = "stateful_uniform_full_int"
    variables = STATE
    writes = True
    shape = _of_shape


@op("StatefulUniformInt")
class StatefulUniformInt:
    """Integers in [minval, maxval) of the given shape."""

    kernel = "stateful_uniform_int"
    variables = STATE
    writes = True

    def shape(resource, algorithm, shape: Value, shape_dims, minval, maxval, out):
        check_generator(resource, algorithm)
        check(len(minval) == 0, "minval must be 0-D, got shape {}", minval)
        check(len(maxval) == 0, "maxval must be 0-D, got shape {}", maxval)
        _dims(shape, shape_dims, out)


@op("RngReadAndSkip")
class RngReadAndSkip:
    """The state, int64 [3], before it goes on by delta numbers."""

    kernel = "rng_read_and_skip"
    variables = STATE
    writes = True

    def shape(resource, alg, delta, out):
        check_generator(resource, alg)
        check(len(delta) == 0, "delta must be of shape [], not {}", delta)
        out.append(3)


@op("RngSkip")
class RngSkip:
    """The state goes on by delta numbers."""

    kernel = "rng_skip"
    variables = STATE
    writes = True

    def shape(resource, algorithm, delta):
        check_generator(resource, algorithm)
        check(len(delta) == 0, "delta must be of shape [], not {}", delta)
        return ()


@op("NonDeterministicInts")
class NonDeterministicInts:
    """Integers of any value, other ones in every run, of the given shape."""

    kernel = "non_deterministic_ints"
    stateful = True
    keeps = KEPT

    def shape(shape: Value, shape_dims, out):
        _dims(shape, shape_dims, out)
