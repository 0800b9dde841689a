"""Queues that threads of this process fill with rows of arrays."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nbtf import dtypes, logging
from nbtf.errors import OutOfRangeError
from nbtf.graph.feeding import placeholder
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import maximum
from nbtf.queue.queues import FIFOQueue, QueueBase, RandomShuffleQueue
from nbtf.session import Session
from nbtf.summary.summaries import scalar
from nbtf.train.queue_runner import QueueRunner, add_queue_runner


class Rows:
    """Numbers of the rows of each batch, epoch after epoch; batches go across the end of an epoch.

    Each epoch begins at the same row. num_epochs: None for no end; at the end the last batch is shorter.
    """

    def __init__(self, length: int, batch_size: int, start: int, num_epochs: int | None) -> None:
        self._length, self._batch_size, self._start = length, batch_size, start
        self._left = None if num_epochs is None else num_epochs * length
        self._taken = 0

    def next_batch(self) -> np.ndarray:
        """int64 [n]. Raises OutOfRangeError after the last one."""
        count = self._batch_size
        if self._left is not None:
            count = min(count, self._left - self._taken)
            if count <= 0:
                raise OutOfRangeError(None, None, f"Already emitted {self._taken // self._length} epochs.")
        first = self._start + self._taken
        self._taken += count
        return np.arange(first, first + count, dtype=np.int64) % self._length


class FeedingQueueRunner(QueueRunner):
    """A queue runner whose enqueue operations are fed, each by a function of its own."""

    def __init__(self, queue: QueueBase, enqueue_ops: Sequence[Any], feed_fns: Sequence[Callable[[], Any]]) -> None:
        super().__init__(queue, enqueue_ops)
        self._feed_fns = dict(zip(enqueue_ops, feed_fns, strict=True))

    def _enqueuer(self, sess: Session, enqueue_op: Any) -> Callable[[], Any]:
        feed = self._feed_fns[enqueue_op]
        return lambda: sess.run(enqueue_op, feed_dict=feed())


def enqueue_rows(
    columns: Mapping[Any, np.ndarray],
    capacity: int,
    shuffle: bool,
    num_threads: int,
    enqueue_size: int,
    num_epochs: int | None,
) -> QueueBase:
    """A queue whose elements are the number of a row, int64 [], and its part of each column [rows, ...].

    Each thread reads all rows num_epochs times.
    """
    with name_scope("enqueue_input"):
        types = [dtypes.int64, *(dtypes.as_dtype(column.dtype) for column in columns.values())]
        shapes = [(), *(column.shape[1:] for column in columns.values())]
        least = int(capacity / 4) if shuffle else 0
        queue = RandomShuffleQueue(capacity, least, types, shapes) if shuffle else FIFOQueue(capacity, types, shapes)
        _warn_of_threads(shuffle, num_threads, num_epochs)
        runner = _feeding_runner(queue, columns, types, shuffle, num_threads, enqueue_size, num_epochs)
        add_queue_runner(runner)
        room = capacity - least
        above = cast(maximum(0, queue.size() - least), dtypes.float32) * (1.0 / room)
        scalar(f"queue/{queue.queue_ref.op.name}fraction_over_{least}_of_{room}_full", above)
    return queue


def _feeding_runner(
    queue: QueueBase,
    columns: Mapping[Any, np.ndarray],
    types: Sequence[Any],
    shuffle: bool,
    num_threads: int,
    enqueue_size: int,
    num_epochs: int | None,
) -> FeedingQueueRunner:
    length = len(next(iter(columns.values())))
    operations, feed_fns = [], []
    for _ in range(num_threads):
        placeholders = [placeholder(kind) for kind in types]
        operations.append(queue.enqueue_many(placeholders))
        start = random.randrange(length) if shuffle else 0
        rows = Rows(length, enqueue_size, start, num_epochs)
        feed_fns.append(_feed_fn(placeholders, list(columns.values()), rows))
    return FeedingQueueRunner(queue, operations, feed_fns)


def _feed_fn(placeholders: Sequence[Any], columns: Sequence[np.ndarray], rows: Rows) -> Callable[[], dict[Any, Any]]:
    def feed() -> dict[Any, Any]:
        chosen = rows.next_batch()
        return dict(zip(placeholders, [chosen, *(column[chosen] for column in columns)], strict=True))

    return feed


def _warn_of_threads(shuffle: bool, num_threads: int, num_epochs: int | None) -> None:
    if num_threads <= 1:
        return
    if num_epochs:
        logging.warning("Each of %d threads reads the data num_epochs times; to limit epochs use one.", num_threads)
    if not shuffle:
        logging.warning("Each of %d threads reads the data from its beginning: to keep the order use one.", num_threads)
