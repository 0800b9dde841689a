"""Queues: Python computes these ops. Those that may wait are two steps to the compiler: begin, and await the outcome.

V1 ops pass a queue by a string ref, V2 ops by a resource; here both are handles.
"""

import numpy as np

from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.queueing import Close, Dequeue, Enqueue, Queue, queue_of
from nbtf.shapes import check


def _begin(call, *inputs):
    """Begins what another node awaits; that finds the attempt by its number."""
    awaited = call.attrs.awaited
    attempts = call.context.attempts
    attempts.append(awaited.block.begin(type(call)(call.context, awaited), *inputs))
    return np.int64(len(attempts) - 1)


@op("_Begin")
class Begin:
    """Begins an op that may wait: its inputs -> the number of the attempt."""

    host = _begin
    stateful = True


def _handle(resources, node):
    return queue_of(resources, node).handle


def found_queue(call, handle):
    """The queue behind a handle. Raises InvalidArgumentError for what is none."""
    found = call.resource(handle)
    if not isinstance(found, Queue):
        raise InvalidArgumentError(None, call.node.origin, "the handle leads to no queue")
    return found


@op("FIFOQueue", "FIFOQueueV2", "PaddingFIFOQueue", "PaddingFIFOQueueV2")
class FIFOQueueV2:
    """A handle to a queue, first in, first out, found by container and shared_name, or by the node's name."""

    resource = _handle


@op("FakeQueue")
class FakeQueue:
    """The handle of a queue as ops of the first version take it."""

    alias = 0


@op("PriorityQueue", "PriorityQueueV2")
class PriorityQueueV2:
    """A handle to a queue whose first component, int64 [], tells which element comes first."""

    resource = _handle


@op("RandomShuffleQueue", "RandomShuffleQueueV2")
class RandomShuffleQueueV2:
    """A handle to a queue that gives its elements in random order; min_after_dequeue stay behind until it is closed."""

    resource = _handle


# ---- adding ----------------------------------------------------------------------------------------------------------


def _enqueue(call, handle, *components):
    queue = found_queue(call, handle)
    queue.checked(components, many=False)
    return queue.start(Enqueue(queue, [tuple(array.copy() for array in components)]))


def _enqueue_many(call, handle, *components):
    queue = found_queue(call, handle)
    queue.checked(components, many=True)
    kept = [array.copy() for array in components]
    count = len(kept[0])
    return queue.start(Enqueue(queue, (tuple(_row(array, i) for array in kept) for i in range(count))))


def _row(array, index):
    """One row as an array, scalars included."""
    return array[index : index + 1].reshape(array.shape[1:])


def _nothing(call, result, handle):
    return ()


@op("QueueEnqueue", "QueueEnqueueV2")
class QueueEnqueueV2:
    """Adds one element, a tensor a component; waits for room."""

    gradient = {"QueueEnqueue": NOT_DIFFERENTIABLE}

    begin = _enqueue
    host = _nothing
    stateful = True


@op("QueueEnqueueMany", "QueueEnqueueManyV2")
class QueueEnqueueManyV2:
    """Adds elements that lie along dim 0 of the components, one by one as there is room."""

    gradient = {"QueueEnqueueMany": NOT_DIFFERENTIABLE}

    begin = _enqueue_many
    host = _nothing
    stateful = True


# ---- taking ----------------------------------------------------------------------------------------------------------


def _dequeue(call, handle):
    queue = found_queue(call, handle)
    return queue.start(Dequeue(queue, 1))


def _one(call, elements, handle):
    return list(elements[0])


@op("QueueDequeue", "QueueDequeueV2")
class QueueDequeueV2:
    """Takes one element; waits for one. Raises OutOfRangeError where the queue is closed and empty."""

    gradient = {"QueueDequeue": NOT_DIFFERENTIABLE}

    begin = _dequeue
    host = _one
    stateful = True


def _taken(call, handle, n, up_to):
    queue = found_queue(call, handle)
    known = len(queue.shapes) == len(queue.dtypes)
    check(known, "{}'s DequeueMany and DequeueUpTo require the components to have specified shapes.", queue.kind)
    check(n.ndim == 0, "Input 'n' must be a scalar, but has shape {}", n.shape)
    check(n >= 0, "{}DequeueMany requested {} < 0 elements", queue.kind, int(n))
    return queue.start(Dequeue(queue, int(n), up_to))


def _dequeue_many(call, handle, n):
    return _taken(call, handle, n, False)


def _dequeue_up_to(call, handle, n):
    return _taken(call, handle, n, True)


def _batch(call, elements, handle):
    queue = found_queue(call, handle)
    if not elements:
        return [
            np.empty([0, *(d or 0 for d in shape.as_list())], dtype.storage)
            for shape, dtype in zip(queue.shapes, queue.dtypes, strict=True)
        ]
    return [queue.batch(arrays, i) for i, arrays in enumerate(zip(*elements, strict=True))]


@op("QueueDequeueMany", "QueueDequeueManyV2")
class QueueDequeueManyV2:
    """Takes n elements, stacked along a new dim 0. Raises OutOfRangeError where the queue is closed and has fewer."""

    gradient = {"QueueDequeueMany": NOT_DIFFERENTIABLE}

    begin = _dequeue_many
    host = _batch
    stateful = True


@op("QueueDequeueUpTo", "QueueDequeueUpToV2")
class QueueDequeueUpToV2:
    """As QueueDequeueMany, but takes what is left, at least one, where the queue is closed."""

    gradient = {"QueueDequeueUpTo": NOT_DIFFERENTIABLE}

    begin = _dequeue_up_to
    host = _batch
    stateful = True


# ---- the queue itself ------------------------------------------------------------------------------------------------


def _close(call, handle):
    queue = found_queue(call, handle)
    if not call.attrs.cancel_pending_enqueues:
        return queue.start(Close(queue))
    queue.close_now()
    done = Close(queue)
    done.finish()
    return done


@op("QueueClose", "QueueCloseV2")
class QueueCloseV2:
    """No more elements come, once those that wait have; with cancel_pending_enqueues they never do."""

    gradient = {"QueueClose": NOT_DIFFERENTIABLE}

    begin = _close
    host = _nothing
    stateful = True


def _size(call, handle):
    queue = found_queue(call, handle)
    with queue.condition:
        return np.int32(len(queue))


@op("QueueSize", "QueueSizeV2")
class QueueSizeV2:
    """How many elements the queue holds: int32 []."""

    gradient = {"QueueSize": NOT_DIFFERENTIABLE}

    host = _size
    stateful = True

    def shape():
        return ()


def _is_closed(call, handle):
    return np.bool_(found_queue(call, handle).is_closed)


@op("QueueIsClosed", "QueueIsClosedV2")
class QueueIsClosedV2:
    """Whether the queue is closed: bool []."""

    host = _is_closed
    stateful = True

    def shape():
        return ()
