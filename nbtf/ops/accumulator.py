"""Accumulators: gradients of several workers, until there are enough to take their mean or sum. Python computes these.

A gradient that was computed before the accumulator's last global step is dropped. V1 ops pass an accumulator by a
string ref, resource ops by a resource; here both are handles.
"""

from __future__ import annotations

import collections
import threading

import numpy as np

from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import op
from nbtf.graph.tensor import dims_text
from nbtf.ops.queueing import Attempt
from nbtf.shapes import check, check_rank


class _Take(Attempt):
    """Takes the mean or sum once `count` gradients are there."""

    cancelled = "TakeGrad operation was cancelled"

    def __init__(self, accumulator, count):
        super().__init__(accumulator)
        self.count = count

    def advance(self):
        if self.queue.count >= self.count:
            self.finish(self.queue.taken())


class Accumulator:
    """Dense gradients of one shape."""

    kind = "conditional_accumulator"

    def __init__(self, resources, node):
        attrs = node.attrs
        self.handle = resources.new_number()
        self.container = attrs.container or "localhost"
        self.dtype = attrs.dtype
        self.shape = None if attrs.shape.ndims is None else [-1 if d is None else d for d in attrs.shape.as_list()]
        self.is_mean = attrs.reduction_type == "MEAN"
        self.condition = threading.Condition()
        self.count = 0
        self.global_step = 0
        self._takes = collections.deque()
        self._is_abandoned = False
        self._total = None

    # ---- attempts ----

    def start(self, attempt):
        with self.condition:
            if self._is_abandoned:
                attempt._cancel()
            else:
                self._takes.append(attempt)
                self.advance()
        return attempt

    def advance(self):
        """Serves those that wait, in the order they came; the accumulator is locked."""
        while self._takes:
            if not self._takes[0].is_done:
                self._takes[0].advance()
            if not self._takes[0].is_done:
                break
            self._takes.popleft()
        self.condition.notify_all()

    def abandon(self):
        """Gives up what waits, and whatever will."""
        with self.condition:
            self._is_abandoned = True
            for attempt in self._takes:
                if not attempt.is_done:
                    attempt._cancel()
            self.advance()

    # ---- gradients ----

    def set_global_step(self, step):
        with self.condition:
            self.global_step = step

    def apply(self, local_step, *gradient):
        with self.condition:
            if local_step < self.global_step:
                return  # too old
            self._check(*gradient)
            self._add(*gradient)
            self.count += 1
            self.advance()

    def taken(self):
        result = self._result()
        self.count, self._total = 0, None
        self.global_step += 1
        return result

    def _check(self, gradient):
        wanted = self.shape if self._total is None else list(self._total.shape)
        if wanted is None:
            return
        fits = len(wanted) == gradient.ndim and all(w in (-1, d) for w, d in zip(wanted, gradient.shape, strict=True))
        check(fits, "Shape mismatch: expected {}, got {}", dims_text(tuple(wanted)), dims_text(gradient.shape))

    def _add(self, gradient):
        self._total = gradient.copy() if self._total is None else self._total + gradient

    def _result(self):
        return [self._total / self.dtype.as_numpy_dtype(self.count) if self.is_mean else self._total]


class SparseAccumulator(Accumulator):
    """Rows of gradients: each row's mean is over the gradients that had it."""

    kind = "sparse_conditional_accumulator"

    def _check(self, indices, values, shape, has_known_shape):
        rows, values_dims = len(indices), values.shape
        check(
            values.ndim > 0 and rows == values_dims[0],
            "Expected {} non-empty input values, got {}",
            rows,
            _rows(values),
        )
        dims = shape.tolist()
        if self.shape is not None:
            check(
                not has_known_shape or len(dims) >= len(self.shape),
                "Shape mismatch: expected shape rank at least {}, got {}",
                len(self.shape),
                len(dims),
            )
            check(
                values.ndim >= len(self.shape),
                "Shape mismatch: expected values rank at least {}, got {}",
                len(self.shape),
                values.ndim,
            )
            for i in range(1, len(self.shape)):
                wanted = self.shape[i]
                if has_known_shape:
                    check(
                        wanted in (-1, dims[i]),
                        "Shape mismatch: expected shape dim {} to be {}, got {}",
                        i,
                        wanted,
                        dims[i],
                    )
                check(
                    wanted in (-1, values_dims[i]),
                    "Shape mismatch: expected values dim {} to be {}, got {}",
                    i,
                    wanted,
                    values_dims[i],
                )
        if self._total is not None:
            have = self._total[1].shape
            check(values.ndim == len(have), "Shape mismatch: expected values rank {}, got {}", len(have), values.ndim)
            for i in range(1, len(have)):
                fits = have[i] == values_dims[i]
                check(fits, "Shape mismatch: expected values dim {} to be {}, got {}", i, have[i], values_dims[i])

    def _add(self, indices, values, shape, has_known_shape):
        if self._total is None:
            self._total = indices.copy(), values.copy(), np.ones(len(indices), np.int64)
        else:
            self._total = _merged(self._total, indices, values)

    def _result(self):
        indices, values, counts = self._total
        if self.is_mean:
            divisors = counts.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
            values = values / divisors
        return [indices, values, np.array([-1, *values.shape[1:]], np.int64)]


def _rows(values):
    return values.shape[0] if values.ndim else 0


def _merged(total, indices, values):
    """Two lists of rows as one; rows with the same index are added up where both lists are in order."""
    old, old_values, counts = total
    i, j = 0, 0
    rows, made, made_counts = [], [], []
    while i < len(old) or j < len(indices):
        if j == len(indices) or (i < len(old) and old[i] < indices[j]):
            rows.append(old[i])
            made.append(old_values[i])
            made_counts.append(counts[i])
            i += 1
        elif i == len(old) or indices[j] < old[i]:
            rows.append(indices[j])
            made.append(values[j])
            made_counts.append(1)
            j += 1
        else:
            rows.append(old[i])
            made.append(old_values[i] + values[j])
            made_counts.append(counts[i] + 1)
            i, j = i + 1, j + 1
    shaped = np.array(made, values.dtype).reshape(len(rows), *values.shape[1:])
    return np.array(rows, np.int64), shaped, np.array(made_counts, np.int64)


# ---- ops -------------------------------------------------------------------------------------------------------------

_KINDS = {
    "ConditionalAccumulator": Accumulator,
    "ResourceConditionalAccumulator": Accumulator,
    "SparseConditionalAccumulator": SparseAccumulator,
}


def _handle(resources, node):
    attrs = node.attrs
    make = _KINDS[node.op_type]
    name = attrs.shared_name or node.name
    return resources.find_or_make(make.kind, attrs.container, name, lambda: make(resources, node)).handle


def _found(call, handle):
    found = call.resource(handle)
    if not isinstance(found, Accumulator):
        raise InvalidArgumentError(None, call.node.origin, "the handle leads to no accumulator")
    return found


def _of_dtype(call, handle):
    found = _found(call, handle)
    have, asked = found.dtype.name, call.attrs.dtype.name
    check(have == asked, "the accumulator holds gradients of dtype {}, not {}", have, asked)
    return found


@op("ConditionalAccumulator", "ResourceConditionalAccumulator")
class ConditionalAccumulator:
    """A handle to an accumulator of tensors, found by container and shared_name, or by the node's name."""

    resource = _handle


@op("SparseConditionalAccumulator")
class SparseConditionalAccumulator:
    """A handle to an accumulator of rows, found by container and shared_name, or by the node's name."""

    resource = _handle


def _apply(call, handle, local_step, gradient):
    check(local_step.ndim == 0, "Argument local_step must be scalar, but had bad shape {}", dims_text(local_step.shape))
    _of_dtype(call, handle).apply(int(local_step), gradient)


@op("AccumulatorApplyGradient", "ResourceAccumulatorApplyGradient")
class AccumulatorApplyGradient:
    """Adds a gradient, unless local_step [] is below the accumulator's global step."""

    host = _apply
    stateful = True

    def shape(local_step):
        check_rank(local_step, 0)
        return ()


def _apply_sparse(call, handle, local_step, indices, values, shape):
    check(local_step.ndim == 0, "Argument local_step must be scalar, but had bad shape {}", dims_text(local_step.shape))
    check(indices.ndim == 1, "Input indices should be vector but received shape: {}", dims_text(indices.shape))
    known = call.attrs.has_known_shape
    check(not known or shape.ndim == 1, "Input shape should be a vector but received shape: {}", dims_text(shape.shape))
    _of_dtype(call, handle).apply(int(local_step), indices, values, shape, known)


@op("SparseAccumulatorApplyGradient")
class SparseAccumulatorApplyGradient:
    """Adds rows [n, ...] at indices [n], unless local_step [] is below the accumulator's global step."""

    host = _apply_sparse
    stateful = True

    def shape(local_step):
        check_rank(local_step, 0)
        return ()


def _take(call, handle, num_required):
    check(
        num_required.ndim == 0,
        "Argument num_required must be scalar, but had bad shape {}",
        dims_text(num_required.shape),
    )
    check(num_required > 0, "Argument num_required must be positive, but was {}", int(num_required))
    accumulator = _of_dtype(call, handle)
    return accumulator.start(_Take(accumulator, int(num_required)))


def _result(call, result, handle):
    return result


@op("AccumulatorTakeGradient", "ResourceAccumulatorTakeGradient")
class AccumulatorTakeGradient:
    """The mean or sum of the gradients, once there are num_required [] of them; the next ones begin at zero."""

    begin = _take
    host = _result
    stateful = True

    def shape(num_required, out):
        check_rank(num_required, 0)
        out.unknown_rank()


@op("SparseAccumulatorTakeGradient")
class SparseAccumulatorTakeGradient:
    """As AccumulatorTakeGradient: indices [n] of rows, the rows [n, ...], and their tensor's shape, -1 rows of them."""

    begin = _take
    host = _result
    stateful = True


def _count(call, handle):
    return np.int32(_found(call, handle).count)


@op("AccumulatorNumAccumulated", "ResourceAccumulatorNumAccumulated")
class AccumulatorNumAccumulated:
    """How many gradients were added since the last ones were taken."""

    host = _count
    stateful = True

    def shape():
        return ()


def _set_step(call, handle, new_global_step):
    check(
        new_global_step.ndim == 0,
        "Argument new_global_step must be scalar, but had bad shape {}",
        dims_text(new_global_step.shape),
    )
    _found(call, handle).set_global_step(int(new_global_step))


@op("AccumulatorSetGlobalStep", "ResourceAccumulatorSetGlobalStep")
class AccumulatorSetGlobalStep:
    """Gradients of steps before new_global_step [] will be dropped."""

    host = _set_step
    stateful = True

    def shape(new_global_step):
        check_rank(new_global_step, 0)
        return ()
