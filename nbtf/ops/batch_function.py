"""BatchFunction: runs that come at about the same time share one call of a function.

There are no threads of its own: the first of the runs that meet waits for others, then computes for all of them. So
num_batch_threads and max_enqueued_batches, which bound threads and queues of TensorFlow's, change nothing.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from nbtf.errors import FailedPreconditionError
from nbtf.graph.registry import op
from nbtf.ops.string_arrays import Array
from nbtf.shapes import check

_Rows = list[Array]


class _Batch:
    """Rows of several runs that one of them computes for all."""

    def __init__(self) -> None:
        self.tasks: list[_Rows] = []
        self.size = 0
        self.full = threading.Event()
        self.done = threading.Event()
        self.outputs: list[Array] = []
        self.error: Exception | None = None


class Batcher:
    """Where runs meet: the batch that is open for more rows."""

    def __init__(self, resources: Any, node: Any) -> None:
        self.handle = resources.new_number()
        self.container = node.attrs.container or "localhost"
        self._lock = threading.Lock()
        self._open: _Batch | None = None

    def join(self, rows: _Rows, most: int) -> tuple[_Batch, int, bool]:
        """The batch that takes the rows, the number of the first of them, and whether they are the first at all."""
        size = len(rows[0])
        with self._lock:
            batch = self._open
            if batch is None or batch.size + size > most:
                if batch is not None:
                    batch.full.set()
                batch = self._open = _Batch()
            first, is_first = batch.size, not batch.tasks
            batch.tasks.append(rows)
            batch.size += size
            if batch.size >= most:
                batch.full.set()
                self._open = None
            return batch, first, is_first

    def close(self, batch: _Batch) -> None:
        """Nobody joins it from now on."""
        with self._lock:
            if self._open is batch:
                self._open = None


def _batched(call: Any, *arrays: Array) -> _Rows:
    attrs = call.attrs
    count, most = len(attrs.Tin), attrs.max_batch_size
    rows, captured = list(arrays[:count]), list(arrays[count:])
    check(most > 0, "input_batch_size_limit must be positive; was {}", most)
    check(all(one.ndim for one in rows), "Batching input tensors must have at least one dimension.")
    size = len(rows[0])
    same = all(len(one) == size for one in rows)
    check(same, "Batching input tensors supplied in a given op invocation must have equal 0th-dimension size.")
    check(size <= most, "Task size {} is larger than maximum input batch size {}", size, most)
    allowed = list(attrs.allowed_batch_sizes)
    check(allowed == sorted(set(allowed)), "allowed_batch_sizes entries must be monotonically increasing")
    splits = attrs.enable_large_batch_splitting
    fits = not allowed or allowed[-1] == most or (splits and allowed[-1] < most)
    check(
        fits, "final entry in allowed_batch_sizes must equal max_batch_size when enable_large_batch_splitting is False"
    )
    together = allowed[-1] if allowed else most
    name = attrs.shared_name or call.node.name
    batcher = call.resources.find_or_make("batcher", attrs.container, name, lambda: Batcher(call.resources, call.node))
    pieces = [[one[at : at + together] for one in rows] for at in range(0, max(size, 1), together)]
    found = [_computed(call, batcher, piece, captured, together) for piece in pieces]
    return found[0] if len(found) == 1 else [np.concatenate(parts) for parts in zip(*found, strict=True)]


def _computed(call: Any, batcher: Batcher, rows: _Rows, captured: _Rows, most: int) -> _Rows:
    """The function's outputs for these rows, of a batch of `most` rows at most."""
    batch, first, is_first = batcher.join(rows, most)
    if is_first:
        batch.full.wait(call.attrs.batch_timeout_micros / 1e6)
        batcher.close(batch)
        try:
            batch.outputs = _outputs(call, batch, captured)
        except Exception as error:  # noqa: BLE001 - raised again in all runs that wait for the batch
            batch.error = error
        finally:
            batch.done.set()
    else:
        batch.done.wait()
    if batch.error is not None:
        raise batch.error
    return [output[first : first + len(rows[0])] for output in batch.outputs]


def _outputs(call: Any, batch: _Batch, captured: _Rows) -> _Rows:
    """Of a whole batch, filled up with its first row to a size that is allowed."""
    allowed = [size for size in call.attrs.allowed_batch_sizes if size >= batch.size]
    missing = allowed[0] - batch.size if allowed and batch.size else 0
    rows = [np.concatenate([*parts, *[parts[0][:1]] * missing]) for parts in zip(*batch.tasks, strict=True)]
    size = batch.size + missing
    outputs: _Rows = call.resources.function(call.node, call.attrs.f).executable.run([*rows, *captured])
    for output in outputs:
        words = ""
        if np.ndim(output) == 0:
            words = "Batched output tensor has 0 dimensions"
        elif len(output) != size:
            words = "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes of the input tensors"
        if words:
            raise FailedPreconditionError(None, call.node.origin, f"BatchFunction '{call.node.name}': {words}")
    return outputs


@op("BatchFunction")
class BatchFunction:
    """f(in_tensors, captured_tensors) of rows of all runs that meet: in_tensors [n, ...] each -> [n, ...] each.

    A run waits batch_timeout_micros for others, unless there are as many rows as may be computed at once.
    """

    host = _batched
    stateful = True
