"""tf.contrib.slim.prefetch_queue: a queue that threads keep full of batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.queue.queues import FIFOQueue, PaddingFIFOQueue
from nbtf.summary.summaries import scalar
from nbtf.train.queue_runner import QueueRunner, add_queue_runner


def prefetch_queue(
    tensors: Sequence[Any] | Mapping[str, Any],
    capacity: int = 8,
    num_threads: int = 1,
    dynamic_pad: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """A queue of what tensors are, run by num_threads threads ahead of who dequeues it.

    tensors: a list or a dict; dequeue gives the same. dynamic_pad: static shapes may be partly unknown.
    """
    names = sorted(tensors) if isinstance(tensors, Mapping) else None
    values = list(tensors) if not isinstance(tensors, Mapping) else [tensors[key] for key in sorted(tensors)]
    with name_scope(name, "prefetch_queue", values):
        types = [one.dtype for one in values]
        shapes = [one.get_shape() for one in values]
        make = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        queue = make(capacity, types, shapes, names=names, shared_name=shared_name)
        enqueue = queue.enqueue(tensors if names else values)
        add_queue_runner(QueueRunner(queue, [enqueue] * num_threads))
        scalar(f"fraction_of_{capacity}_full", cast(queue.size(), dtypes.float32) * (1.0 / capacity))
        return queue
