"""Queues of a session: elements, and the attempts to add and take some that wait for their turn.

An attempt advances as far as the queue allows whenever anything changes, in the thread that changed it; whoever needs
its outcome waits for that. Attempts of one direction are served in the order they came.
"""

from __future__ import annotations

import collections
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from nbtf.checkpoint.arrays import type_name
from nbtf.errors import CancelledError, DeadlineExceededError, InvalidArgumentError, OpError, OutOfRangeError
from nbtf.graph.tensor import dims_text
from nbtf.ops.philox import RandomWords

Element = tuple[Any, ...]
_ORDER = itertools.count()


class Attempt:
    """Something that a queue does when it can. `result` holds once `is_done`, unless `error` is set."""

    cancelled = "Operation was cancelled"

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.is_done = False
        self.error: OpError | None = None
        self.result: Any = None

    def advance(self) -> None:
        """Does what can be done now; the queue is locked."""
        raise NotImplementedError

    def finish(self, result: Any = None, error: OpError | None = None) -> None:
        self.result, self.error, self.is_done = result, error, True

    def cancel(self) -> None:
        """Gives up, unless it is done."""
        with self.queue.condition:
            if not self.is_done:
                self._cancel()
                self.queue.advance()

    def _cancel(self) -> None:
        self.finish(error=CancelledError(None, None, self.cancelled))

    def wait(self, deadline: float | None) -> Any:
        """The result, once it is there. Raises the attempt's error, DeadlineExceededError behind `deadline`.

        deadline: in seconds of `time.monotonic`.
        """
        with self.queue.condition:
            while not self.is_done:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise DeadlineExceededError(None, None, "Timed out waiting for notification")
                self.queue.condition.wait(left)
        if self.error is not None:
            raise self.error
        return self.result


class Enqueue(Attempt):
    """Adds elements, one after the other as there is room."""

    cancelled = "Enqueue operation was cancelled"

    def __init__(self, queue: Queue, elements: Iterable[Element]) -> None:
        super().__init__(queue)
        self._pending = collections.deque(elements)

    def advance(self) -> None:
        if self.queue.is_closed:
            self.finish(error=CancelledError(None, None, f"{self.queue.described} is closed."))
            return
        while self._pending and self.queue.has_room():
            self.queue.add(self._pending.popleft())
            self.queue.moves += 1
        if not self._pending:
            self.finish()


class Close(Attempt):
    """Closes the queue behind the enqueues that came before."""

    def advance(self) -> None:
        if self.queue.is_closed:
            self.finish(error=CancelledError(None, None, f"Queue '{self.queue.name}' is already closed."))
            return
        self.queue.is_closed = True
        self.finish()


class Dequeue(Attempt):
    """Takes `count` elements, one after the other as they come; up_to: fewer where the queue is closed."""

    cancelled = "Dequeue operation was cancelled"

    def __init__(self, queue: Queue, count: int, up_to: bool = False) -> None:
        super().__init__(queue)
        self._count = count
        self._up_to = up_to
        self._taken: list[Element] = []

    def advance(self) -> None:
        queue = self.queue
        missing = self._count - len(self._taken)
        if queue.is_closed and len(queue) < missing:
            self._end(missing, len(queue))
            return
        while len(self._taken) < self._count and queue.available() > 0:
            self._taken.append(queue.take())
            queue.moves += 1
        if len(self._taken) == self._count:
            self.finish(self._taken)

    def _end(self, missing: int, size: int) -> None:
        """The queue is closed, and there will never be enough."""
        self.queue.give_back(self._taken)
        self._taken = []
        if self._up_to and len(self.queue):
            self.finish([self.queue.take() for _ in range(len(self.queue))])
            return
        message = f"{self.queue.described} is closed and has insufficient elements "
        message += f"(requested {missing}, current size {size})"
        self.finish(error=OutOfRangeError(None, None, message))

    def _cancel(self) -> None:
        self.queue.give_back(self._taken)
        super()._cancel()


class Queue:
    """First in, first out. Elements are tuples of arrays, one a component."""

    def __init__(self, resources: Any, node: Any) -> None:
        attrs = node.attrs
        self.handle = resources.new_number()
        self.container = attrs.container or "localhost"
        self.kind = node.op_type.removesuffix("V2")
        self.name = attrs.shared_name or f"_{self.handle - 1}_{node.name}"
        self.dtypes = list(attrs.component_types)
        self.shapes = list(attrs.shapes)
        self.capacity = attrs.capacity if attrs.capacity >= 0 else float("inf")
        self.condition = threading.Condition()
        self.is_closed = False
        self._is_abandoned = False
        self.moves = 0
        """Elements that came or went, ever: whether anything changed."""
        self._enqueues: collections.deque[Attempt] = collections.deque()
        self._dequeues: collections.deque[Attempt] = collections.deque()
        self._elements: Any = collections.deque()

    @property
    def described(self) -> str:
        return f"{self.kind} '{self.name}'"

    # ---- elements; the queue is locked ----

    def __len__(self) -> int:
        return len(self._elements)

    def has_room(self) -> bool:
        return len(self) < self.capacity

    def available(self) -> int:
        """How many elements may be taken now."""
        return len(self)

    def add(self, element: Element) -> None:
        self._elements.append(element)

    def take(self) -> Element:
        element: Element = self._elements.popleft()
        return element

    def give_back(self, elements: Sequence[Element]) -> None:
        """Elements that were taken stand at the front again."""
        self._elements.extendleft(reversed(elements))

    def batch(self, arrays: Sequence[Any], component: int) -> Any:
        """One component of several elements as one array."""
        return stacked(arrays)

    # ---- attempts ----

    def start(self, attempt: Attempt) -> Attempt:
        """Puts an attempt in its line and advances the queue."""
        with self.condition:
            if self._is_abandoned:
                attempt._cancel()
                return attempt
            (self._dequeues if isinstance(attempt, Dequeue) else self._enqueues).append(attempt)
            self.advance()
        return attempt

    def advance(self) -> None:
        """All attempts, until none gets any further; the queue is locked."""
        while True:
            before = self._state()
            for line in (self._dequeues, self._enqueues):
                while line:
                    if not line[0].is_done:
                        line[0].advance()
                    if not line[0].is_done:
                        break
                    line.popleft()
            if self._state() == before:
                break
        self.condition.notify_all()

    def _state(self) -> tuple[int, ...]:
        return self.moves, len(self._enqueues), len(self._dequeues), self.is_closed

    def cancel(self, attempts: Iterable[Attempt] | None = None) -> None:
        """Gives up what waits: these attempts, or all."""
        with self.condition:
            for attempt in [*self._enqueues, *self._dequeues] if attempts is None else attempts:
                if not attempt.is_done:
                    attempt._cancel()
            self.advance()

    def abandon(self) -> None:
        """Gives up what waits, and whatever will."""
        self._is_abandoned = True
        self.cancel()

    def close_now(self) -> None:
        """Closes, and gives up the enqueues that wait."""
        with self.condition:
            self.cancel(list(self._enqueues))
            self.is_closed = True
            self.advance()

    # ---- what an op may add ----

    def checked(self, arrays: Sequence[Any], many: bool) -> None:
        """Raises InvalidArgumentError for components of another number or shape. many: elements lie along dim 0."""
        if len(arrays) != len(self.dtypes):
            _refuse(f"Wrong number of components in tuple. Expected {len(self.dtypes)}, got {len(arrays)}")
        rows: tuple[int, ...] = ()
        if many:
            rows = (arrays[0].shape[0] if arrays[0].ndim else 0,)
        for i, array in enumerate(arrays):
            if many and array.ndim == 0:
                _refuse(f"Shape mismatch in tuple component {i}. Expected a batch of elements, got []")
            if i < len(self.shapes):
                self._check_shape(i, array.shape, rows)
            elif rows and array.shape[0] != rows[0]:
                _refuse(
                    f"All input tensors must have the same size in the 0th dimension. Component {i} has "
                    f"{array.shape[0]}, and should have {rows[0]}"
                )

    def _check_shape(self, component: int, shape: tuple[int, ...], rows: tuple[int, ...]) -> None:
        wanted = self.shapes[component].as_list() if self.shapes[component].ndims is not None else None
        if wanted is None:
            return
        expected = [*rows, *(-1 if d is None else d for d in wanted)]
        fits = len(expected) == len(shape) and all(e in (-1, d) for e, d in zip(expected, shape, strict=True))
        if not fits:
            message = f"Shape mismatch in tuple component {component}. Expected {dims_text(tuple(expected))}, "
            _refuse(message + f"got {dims_text(shape)}")


def _refuse(message: str) -> None:
    raise InvalidArgumentError(None, None, message)


def stacked(arrays: Sequence[Any]) -> Any:
    made = np.empty((len(arrays), *arrays[0].shape), arrays[0].dtype)
    for i, array in enumerate(arrays):
        made[i, ...] = array
    return made


class PaddingQueue(Queue):
    """Components may have unknown dims; batches are padded to the largest with zeros, or empty strings."""

    def batch(self, arrays: Sequence[Any], component: int) -> Any:
        sizes = np.max([array.shape for array in arrays], axis=0) if arrays[0].ndim else ()
        made = np.zeros((len(arrays), *sizes), arrays[0].dtype)
        if made.dtype == object:
            made[...] = b""
        for i, array in enumerate(arrays):
            made[(i, *(slice(0, d) for d in array.shape), ...)] = array
        return made


class PriorityQueue(Queue):
    """The least first component first; of equal ones the first come."""

    def __init__(self, resources: Any, node: Any) -> None:
        from nbtf import dtypes, tensor_shape

        super().__init__(resources, node)
        self.dtypes = [dtypes.int64, *self.dtypes]
        self.shapes = [tensor_shape.TensorShape([]), *self.shapes]
        self._elements = []

    def add(self, element: Element) -> None:
        heapq.heappush(self._elements, (int(element[0]), next(_ORDER), element))

    def take(self) -> Element:
        element: Element = heapq.heappop(self._elements)[2]
        return element

    def give_back(self, elements: Sequence[Element]) -> None:
        for element in elements:
            self.add(element)


class ShuffleQueue(Queue):
    """A random one of its elements; min_after_dequeue stay behind until it is closed."""

    def __init__(self, resources: Any, node: Any) -> None:
        super().__init__(resources, node)
        self._least = node.attrs.min_after_dequeue
        self._words = RandomWords(node.attrs.seed, node.attrs.seed2)
        self._elements = []

    def available(self) -> int:
        return len(self) if self.is_closed else len(self) - self._least

    def take(self) -> Element:
        at = next(self._words) % len(self._elements)
        self._elements[at], self._elements[-1] = self._elements[-1], self._elements[at]
        element: Element = self._elements.pop()
        return element

    def give_back(self, elements: Sequence[Element]) -> None:
        self._elements.extend(elements)


KINDS: dict[str, Callable[[Any, Any], Queue]] = {
    "FIFOQueue": Queue,
    "PaddingFIFOQueue": PaddingQueue,
    "PriorityQueue": PriorityQueue,
    "RandomShuffleQueue": ShuffleQueue,
}


def queue_of(resources: Any, node: Any) -> Queue:
    """The queue of a node, made on first use. Raises InvalidArgumentError for a shared one that is another kind."""
    attrs = node.attrs
    kind = node.op_type.removesuffix("V2")
    name = attrs.shared_name or node.name
    found: Queue = resources.find_or_make("queue", attrs.container, name, lambda: KINDS[kind](resources, node))
    wanted = len(found.dtypes) - len(attrs.component_types)
    if found.kind != kind:
        _refuse(
            f"Shared queue '{found.name}' has type '{found.kind}' that does not match type of Node "
            f"'{node.name}': {node.op_type}"
        )
    if found.dtypes[wanted:] != list(attrs.component_types):
        have, asked = (_types_text(dtypes) for dtypes in (found.dtypes[wanted:], attrs.component_types))
        _refuse(f"Shared queue '{found.name}' has component types {have} but requested component types were {asked}")
    if attrs.capacity >= 0 and found.capacity != attrs.capacity:
        _refuse(
            f"Shared queue '{found.name}' has capacity {found.capacity} but requested capacity was {attrs.capacity}"
        )
    return found


def _types_text(dtypes: Iterable[Any]) -> str:
    return f"[{', '.join(type_name(dtype) for dtype in dtypes)}]"
