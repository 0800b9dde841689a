"""Edit distance between sequences. Python computes it."""

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import HIDDEN, Value, check


def _levenshtein(source, target):
    """Least number of insertions, deletions and replacements."""
    costs = list(range(len(target) + 1))
    for i, item in enumerate(source, 1):
        diagonal, costs[0] = costs[0], i
        for k, other in enumerate(target, 1):
            diagonal, costs[k] = costs[k], min(costs[k] + 1, costs[k - 1] + 1, diagonal + (item != other))
    return costs[-1]


def _sequences(name, indices, values, shape):
    """Position in the batch -> the elements of its sequence."""
    check(indices.ndim == 2, "{}_indices should be a matrix, but got shape: {}", name, indices.shape)
    check(values.shape == indices.shape[:1], "{}_values of shape {} do not fit its indices", name, values.shape)
    check(shape.shape == indices.shape[1:], "{}_shape should have length {}", name, indices.shape[1])
    found = {}
    for index, value in zip(indices.tolist(), values.tolist(), strict=True):
        check(
            all(0 <= at < size for at, size in zip(index, shape.tolist(), strict=True)),
            "{}_indices {} is out of bounds: need 0 <= index < {}",
            name,
            index,
            shape.tolist(),
        )
        found.setdefault(tuple(index[:-1]), []).append(value)
    return found


def _distance(guess, truth, normalize):
    if not normalize:
        return _levenshtein(guess, truth)
    if not truth:
        return np.inf if guess else 0.0
    return _levenshtein(guess, truth) / len(truth)


def _edit_distance(call, h_indices, h_values, h_shape, t_indices, t_values, t_shape):
    guesses = _sequences("hypothesis", h_indices, h_values, h_shape)
    truths = _sequences("truth", t_indices, t_values, t_shape)
    check(
        h_shape.size == t_shape.size,
        "Expected hypothesis and truth to have one rank, not {} and {}",
        h_shape.size,
        t_shape.size,
    )
    result = np.zeros(np.maximum(h_shape, t_shape)[:-1], np.float32)
    for position in guesses.keys() | truths.keys():
        result[position] = _distance(guesses.get(position, []), truths.get(position, []), call.attrs.normalize)
    return result


@op("EditDistance")
class EditDistance:
    """Levenshtein distance of sequences of two SparseTensors [..., length], by the length of truth if `normalize`:
    float [...]."""

    host = _edit_distance
    gradient = NOT_DIFFERENTIABLE

    def shape(hypothesis_shape: Value, truth_shape: Value, out):
        check(
            len(hypothesis_shape) == len(truth_shape),
            "Expected hypothesis_shape and truth_shape to have one length, not {} and {}",
            len(hypothesis_shape),
            len(truth_shape),
        )
        for h, t in zip(hypothesis_shape[:-1], truth_shape[:-1], strict=True):
            out.append(-1 if HIDDEN in (h, t) else max(h, t))
