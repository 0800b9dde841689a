"""Staging areas: tensors put aside in one run of a session and taken in another, as queues are but without a handle."""

import collections
import threading

import numpy as np

from nbtf.errors import InvalidArgumentError, ResourceExhaustedError
from nbtf.graph.registry import op
from nbtf.ops.queueing import Dequeue, Enqueue, Queue


class StagingArea(Queue):
    """First in, first out, with a limit of elements, of bytes, or of neither where they are 0."""

    def __init__(self, resources, node):
        self.handle = resources.new_number()
        self.name = node.attrs.shared_name or node.name
        self.kind = "StagingArea"
        self.limit = node.attrs.memory_limit
        self.capacity = node.attrs.capacity or float("inf")
        self.condition = threading.Condition()
        self.is_closed = False
        self.moves = 0
        self._is_abandoned = False
        self._enqueues = collections.deque()
        self._dequeues = collections.deque()
        self._elements = collections.deque()

    def fits(self, element):
        """Whether there is room for an element now."""
        return self.has_room() and not 0 < self.limit < bytes_of(element) + sum(map(bytes_of, self._elements))

    def advance(self):
        """All attempts, in any order: one that looks at a later element must not hold up one that takes the first."""
        moved = True
        while moved:
            moved = False
            for line in (self._dequeues, self._enqueues):
                waiting = [attempt for attempt in line if not attempt.is_done]
                for attempt in waiting:
                    attempt.advance()
                    moved = moved or attempt.is_done
                line.clear()
                line.extend(attempt for attempt in waiting if not attempt.is_done)
        self.condition.notify_all()

    def at(self, index):
        return self._elements[index]

    def empty(self):
        with self.condition:
            self._elements.clear()
            self.advance()


def bytes_of(element):
    return sum(array.nbytes for array in element)


class _Put(Enqueue):
    """Waits for room in elements and bytes."""

    def __init__(self, area, element):
        super().__init__(area, [])
        self._element = element

    def advance(self):
        if self.queue.fits(self._element):
            self.queue.add(self._element)
            self.finish()


class _Peek(Dequeue):
    """Waits for an element at `index` and leaves it there."""

    def __init__(self, area, index):
        super().__init__(area, 1)
        self._index = index

    def advance(self):
        if len(self.queue) > self._index:
            self.finish([self.queue.at(self._index)])


def _area(call):
    name = call.attrs.shared_name or call.node.name
    return call.resources.find_or_make(
        "staging", call.attrs.container, name, lambda: StagingArea(call.resources, call.node)
    )


def _stage(call, *values):
    area = _area(call)
    element = tuple(array.copy() for array in values)
    if 0 < area.limit < bytes_of(element):
        message = (
            f"Attempted to insert tensors with combined size of '{bytes_of(element)}' bytes into Staging Area with "
        )
        raise ResourceExhaustedError(None, call.node.origin, f"{message}a memory limit of '{area.limit}'.")
    return area.start(_Put(area, element))


def _nothing(call, result, *first):
    return ()


def _unstage(call):
    area = _area(call)
    return area.start(Dequeue(area, 1))


def _peek(call, index):
    if index.ndim != 0 or index < 0:
        raise InvalidArgumentError(None, call.node.origin, f"index must be a scalar of at least 0, but is {index}")
    area = _area(call)
    return area.start(_Peek(area, int(index)))


def _components(call, elements, *first):
    """What was put there, which must be what the op gives out."""
    element, outputs = elements[0], call.node.outputs
    if len(element) != len(outputs):
        message = f"Mismatch stage/unstage: {len(element)} vs. {len(outputs)}"
        raise InvalidArgumentError(None, call.node.origin, message)
    for i, (array, output) in enumerate(zip(element, outputs, strict=True)):
        if array.dtype != np.dtype(output.dtype.storage):
            message = f"component {i} that was staged is {array.dtype}, and {output.dtype.name} was asked for"
            raise InvalidArgumentError(None, call.node.origin, message)
    return list(element)


@op("Stage")
class Stage:
    """Puts tensors aside as one element; waits for room."""

    begin = _stage
    host = _nothing
    stateful = True


@op("Unstage")
class Unstage:
    """Takes the element that was put aside first; waits for one."""

    begin = _unstage
    host = _components
    stateful = True


@op("StagePeek")
class StagePeek:
    """The element at index [] of those put aside, which stays; waits until there are so many."""

    begin = _peek
    host = _components
    stateful = True


def _size(call):
    area = _area(call)
    with area.condition:
        return np.int32(len(area))


@op("StageSize")
class StageSize:
    """How many elements are put aside: int32 []."""

    host = _size
    stateful = True

    def shape():
        return ()


def _clear(call):
    _area(call).empty()
    return ()


@op("StageClear")
class StageClear:
    """Drops what is put aside."""

    host = _clear
    stateful = True
