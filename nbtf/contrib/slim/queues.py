"""tf.contrib.slim.queues: queue runners for the time of a block."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.train.coordinator import Coordinator

__all__ = ["NestedQueueRunnerError", "QueueRunners"]

_STOP_GRACE_SECONDS = 120


class NestedQueueRunnerError(Exception):
    """A block is in a block of the same runners."""


@contextmanager
def QueueRunners(session: Any) -> Iterator[None]:  # noqa: N802  # TensorFlow's name
    """Within the block the queue runners of the default graph run in threads; what stops one of them is raised."""
    coordinator = Coordinator()
    threads: list[threading.Thread] = []
    try:
        for runner in get_collection(GraphKeys.QUEUE_RUNNERS):
            threads += runner.create_threads(session, coord=coordinator, daemon=True, start=True)
        if not threads and get_collection(GraphKeys.QUEUE_RUNNERS):
            raise NestedQueueRunnerError("QueueRunners cannot be nested")
        yield
    finally:
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=_STOP_GRACE_SECONDS)
