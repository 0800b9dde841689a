"""Random numbers: Philox4x32-10 streams, bit-equal to TensorFlow's for equal seeds.

A stateful node keeps the place in its stream from run to run, for the life of the session. Seeds (0, 0) stand for seeds
that the session chooses.
"""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, copy_dims, may_equal


def _by_alpha(shape, alpha, sample, dy, count):
    """The gradient of samples by alpha, to which `count` axes of samples are prepended."""
    full = terms.concat([terms.ones([count], dtypes.int32), terms.shape(alpha)], 0)
    derivative = raw.RandomGammaGrad(raw.Reshape(alpha, full), sample)
    return terms.reduce_sum(dy * derivative, raw.Range(0, count, 1, name="range"))


def _of_stateless_gamma(op, dy):
    shape, *others, alpha = op.inputs
    with terms.after(dy):
        count = terms.shape(shape)[0] - terms.rank(alpha)
        return None, *[None] * len(others), _by_alpha(shape, alpha, op.outputs[0], dy, count)


KEPT = {"stream": 1, "entropy": 2}


def _dims(shape, shape_dims, out):
    check(len(shape_dims) == 1, "shape must be a vector of {{int32,int64}}, got shape {}", shape_dims)
    for i in range(len(shape)):
        check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
        out.append(max(shape[i], UNKNOWN))


def _of_shape(shape: Value, shape_dims, out):
    _dims(shape, shape_dims, out)


def _of_shape_between(shape: Value, shape_dims, minval, maxval, out):
    check(len(minval) == 0, "minval must be 0-D, got shape {}", minval)
    check(len(maxval) == 0, "maxval must be 0-D, got shape {}", maxval)
    _dims(shape, shape_dims, out)


def _check_seed(seed):
    check(len(seed) == 1 and (seed[0] == 2 or seed[0] == UNKNOWN), "seed must have shape [2], not {}", seed)


def _choices(logits, num_samples, out):
    check(len(logits) == 2, "logits should be a matrix, got shape {}", logits)
    samples = num_samples[0]
    check(samples >= 0 or samples == HIDDEN, "num_samples should be nonnegative, got {}", samples)
    check(logits[1] != 0, "num_classes should be positive, got {}", logits[1])
    out.append(logits[0])
    out.append(max(samples, UNKNOWN))


def _class_count(logits):
    return (logits[1],)


# ---- stateful --------------------------------------------------------------------------------------------------------


@op("RandomUniform")
class RandomUniform:
    """Floats in [0, 1) of the given shape."""

    kernel = "random_uniform"
    stateful = True
    keeps = KEPT
    shape = _of_shape
    gradient = NOT_DIFFERENTIABLE


@op("RandomUniformInt")
class RandomUniformInt:
    """Integers in [minval, maxval) of the given shape: minval + word modulo (maxval - minval)."""

    kernel = "random_uniform_int"
    stateful = True
    keeps = KEPT
    shape = _of_shape_between


@op("RandomStandardNormal")
class RandomStandardNormal:
    """Normal numbers of mean 0 and deviation 1, of the given shape."""

    kernel = "random_standard_normal"
    stateful = True
    keeps = KEPT
    shape = _of_shape
    gradient = NOT_DIFFERENTIABLE


@op("TruncatedNormal")
class TruncatedNormal:
    """Normal numbers of mean 0 and deviation 1, redrawn where they are not below 2, of the given shape."""

    kernel = "truncated_normal"
    stateful = True
    keeps = KEPT
    shape = _of_shape
    gradient = NOT_DIFFERENTIABLE


@op("RandomShuffle")
class RandomShuffle:
    """The rows of value in random order. value [n, ...] -> [n, ...]."""

    kernel = "random_shuffle"
    stateful = True
    keeps = KEPT
    moves = ("value", "output")
    gradient = NOT_DIFFERENTIABLE

    def shape(value, out):
        for i in range(len(value)):
            out.append(value[i])


@op("StatelessShuffle")
class StatelessShuffle:
    """The rows of value in an order that key and counter tell. value [n, ...] -> [n, ...]."""

    kernel = "stateless_shuffle"
    moves = ("value", "output")

    def shape(value, key, counter, alg, out):
        _check_generator(key, counter, alg)
        copy_dims(value, out)


@op("Multinomial")
class Multinomial:
    """Classes drawn with probabilities softmax(logits). logits [rows, classes], num_samples [] -> [rows, samples]."""

    kernel = "multinomial"
    stateful = True
    keeps = KEPT
    workspace = {"cdf": "float64"}
    workspace_size = _class_count
    gradient = NOT_DIFFERENTIABLE

    def shape(logits, num_samples: Value, out):
        _choices(logits, num_samples, out)


@op("RandomGamma")
class RandomGamma:
    """Draws from gamma distributions of scale 1. shape [k], alpha [...] -> shape + alpha's shape."""

    kernel = "random_gamma"
    stateful = True
    keeps = KEPT

    def shape(shape: Value, shape_dims, alpha, out):
        _dims(shape, shape_dims, out)
        for i in range(len(alpha)):
            out.append(alpha[i])

    def gradient(op, dy):
        shape, alpha = op.inputs
        with terms.after(dy):
            return None, _by_alpha(shape, alpha, op.outputs[0], dy, terms.shape(shape)[0])


@op("RandomPoissonV2")
class RandomPoissonV2:
    """Draws from Poisson distributions. shape [k], rate [...] -> shape + rate's shape."""

    kernel = "random_poisson"
    stateful = True
    keeps = KEPT

    def shape(shape: Value, shape_dims, rate, out):
        _dims(shape, shape_dims, out)
        for i in range(len(rate)):
            out.append(rate[i])


@op("RandomPoisson")
class RandomPoisson:
    """As RandomPoissonV2, of the dtype of the rate."""

    kernel = "random_poisson"
    stateful = True
    keeps = KEPT

    def shape(shape: Value, shape_dims, rate, out):
        _dims(shape, shape_dims, out)
        for i in range(len(rate)):
            out.append(rate[i])


# ---- stateless: equal seeds give equal numbers, whenever -------------------------------------------------------------


def _of_shape_and_seed(shape: Value, shape_dims, seed, out):
    _check_seed(seed)
    _dims(shape, shape_dims, out)


@op("StatelessRandomUniform")
class StatelessRandomUniform:
    """Floats in [0, 1) of the given shape. seed [2]."""

    kernel = "stateless_random_uniform"
    shape = _of_shape_and_seed
    gradient = NOT_DIFFERENTIABLE


@op("StatelessRandomNormal")
class StatelessRandomNormal:
    """Normal numbers of mean 0 and deviation 1, of the given shape. seed [2]."""

    kernel = "stateless_random_normal"
    shape = _of_shape_and_seed
    gradient = NOT_DIFFERENTIABLE


@op("StatelessTruncatedNormal")
class StatelessTruncatedNormal:
    """Normal numbers redrawn where they are not below 2, of the given shape. seed [2]."""

    kernel = "stateless_truncated_normal"
    shape = _of_shape_and_seed
    gradient = NOT_DIFFERENTIABLE


@op("StatelessRandomUniformInt")
class StatelessRandomUniformInt:
    """Integers in [minval, maxval) of the given shape. seed [2]."""

    kernel = "stateless_random_uniform_int"
    gradient = NOT_DIFFERENTIABLE

    def shape(shape: Value, shape_dims, seed, minval, maxval, out):
        _check_seed(seed)
        check(len(minval) == 0, "minval must be 0-D, got shape {}", minval)
        check(len(maxval) == 0, "maxval must be 0-D, got shape {}", maxval)
        _dims(shape, shape_dims, out)


@op("StatelessMultinomial")
class StatelessMultinomial:
    """Classes drawn with probabilities softmax(logits). logits [rows, classes], num_samples [], seed [2]."""

    kernel = "stateless_multinomial"
    workspace = {"cdf": "float64"}
    workspace_size = _class_count
    gradient = NOT_DIFFERENTIABLE

    def shape(logits, num_samples: Value, seed, out):
        _check_seed(seed)
        _choices(logits, num_samples, out)


@op("StatelessRandomUniformFullInt")
class StatelessRandomUniformFullInt:
    """Integers of any value, of the given shape. seed [2]."""

    kernel = "stateless_random_uniform_full_int"
    gradient = NOT_DIFFERENTIABLE
    shape = _of_shape_and_seed


def _ends_with(shape, parameters):
    """Whether the last dims of a shape are those that parameters broadcast to."""
    fits = len(parameters) <= len(shape)
    for i in range(min(len(parameters), len(shape))):
        fits = fits and may_equal(shape[len(shape) - 1 - i], parameters[len(parameters) - 1 - i])
    return fits


@op("StatelessRandomGammaV2")
class StatelessRandomGammaV2:
    """Draws from gamma distributions of scale 1. shape [k] ends with alpha's shape. seed [2]."""

    kernel = "stateless_random_gamma"
    gradient = _of_stateless_gamma

    def shape(shape: Value, shape_dims, seed, alpha, out):
        _check_seed(seed)
        _dims(shape, shape_dims, out)
        check(_ends_with(out, alpha), "Shape passed in must end with broadcasted shape.")


@op("StatelessRandomPoisson")
class StatelessRandomPoisson:
    """Draws from Poisson distributions. shape [k] ends with lam's shape. seed [2]."""

    kernel = "stateless_random_poisson"
    gradient = NOT_DIFFERENTIABLE

    def shape(shape: Value, shape_dims, seed, lam, out):
        _check_seed(seed)
        _dims(shape, shape_dims, out)
        check(_ends_with(out, lam), "Shape passed in must end with broadcasted shape.")


# ---- stateless ops that get a generator: Philox's key [1] and counter [2], and its number among the algorithms --------


def _check_generator(key, counter, alg):
    check(len(key) == 1 and (key[0] == 1 or key[0] == UNKNOWN), "key must have shape [1], not {}", key)
    check(len(counter) == 1, "counter must be a vector, not of shape {}", counter)
    check(len(alg) == 0, "algorithm must be of shape [], not {}", alg)


def _of_shape_and_generator(shape: Value, shape_dims, key, counter, alg, out):
    _check_generator(key, counter, alg)
    _dims(shape, shape_dims, out)


@op("StatelessRandomGetKeyCounter")
class StatelessRandomGetKeyCounter:
    """A generator's key [1] and counter [2] from a seed [2], scrambled."""

    kernel = "stateless_random_get_key_counter"

    def shape(seed, out):
        _check_seed(seed)
        out[0].append(1)
        out[1].append(2)


@op("StatelessRandomGetKeyCounterAlg")
class StatelessRandomGetKeyCounterAlg:
    """As StatelessRandomGetKeyCounter, and the number of the algorithm, Philox's."""

    kernel = "stateless_random_get_key_counter_alg"

    def shape(seed, out):
        _check_seed(seed)
        out[0].append(1)
        out[1].append(2)


@op("StatelessRandomGetAlg")
class StatelessRandomGetAlg:
    """The number of the algorithm that suits the device: Philox's."""

    kernel = "stateless_random_get_alg"

    def shape(out):
        pass


@op("StatelessRandomUniformV2")
class StatelessRandomUniformV2:
    """Floats in [0, 1) of the given shape."""

    kernel = "stateless_random_uniform_v2"
    gradient = NOT_DIFFERENTIABLE
    shape = _of_shape_and_generator


@op("StatelessRandomNormalV2")
class StatelessRandomNormalV2:
    """Normal numbers of mean 0 and deviation 1, of the given shape."""

    kernel = "stateless_random_normal_v2"
    gradient = NOT_DIFFERENTIABLE
    shape = _of_shape_and_generator


@op("StatelessTruncatedNormalV2")
class StatelessTruncatedNormalV2:
    """Normal numbers redrawn where they are not below 2, of the given shape."""

    kernel = "stateless_truncated_normal_v2"
    gradient = NOT_DIFFERENTIABLE
    shape = _of_shape_and_generator


@op("StatelessRandomUniformFullIntV2")
class StatelessRandomUniformFullIntV2:
    """Integers of any value, of the given shape."""

    kernel = "stateless_random_uniform_full_int_v2"
    gradient = NOT_DIFFERENTIABLE
    shape = _of_shape_and_generator


@op("StatelessRandomUniformIntV2")
class StatelessRandomUniformIntV2:
    """Integers in [minval, maxval) of the given shape."""

    kernel = "stateless_random_uniform_int_v2"
    gradient = NOT_DIFFERENTIABLE

    def shape(shape: Value, shape_dims, key, counter, alg, minval, maxval, out):
        _check_generator(key, counter, alg)
        check(len(minval) == 0, "minval must be 0-D, got shape {}", minval)
        check(len(maxval) == 0, "maxval must be 0-D, got shape {}", maxval)
        _dims(shape, shape_dims, out)


@op("StatelessRandomGammaV3")
class StatelessRandomGammaV3:
    """Draws from gamma distributions of scale 1. shape [k] ends with alpha's shape."""

    kernel = "stateless_random_gamma_v3"
    gradient = _of_stateless_gamma

    def shape(shape: Value, shape_dims, key, counter, alg, alpha, out):
        _check_generator(key, counter, alg)
        _dims(shape, shape_dims, out)
        check(_ends_with(out, alpha), "Shape passed in must end with broadcasted shape.")
