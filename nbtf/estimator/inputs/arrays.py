"""Input functions of numpy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nbtf.estimator.inputs.feeding import enqueue_rows

_LABELS = "__target_key__"


def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """A function that gives batches of arrays: features, or (features, labels).

    x: an array [n, ...], or name -> array. y: labels in the same way. num_epochs: how often all are given, None for
    no end. shuffle: must be given; true reads ahead into a queue of queue_capacity and takes from it at random.
    num_threads: fill the queue, each with all of the data. Raises ValueError for shuffle left out, empty dictionaries,
    names in both x and y, and arrays of different lengths, TypeError for an x of another type.
    """
    if not isinstance(shuffle, bool):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean (it is recommended to set it as True for training); "
            f"got {shuffle}"
        )

    def input_fn() -> Any:
        features = _features(x)
        labels = _labels(y, x)
        columns = {**features, **labels}
        if len({len(column) for column in columns.values()}) != 1:
            raise ValueError(
                "Length of tensors in x and y is mismatched. All elements in x and y must have the same length.\n"
                f"Shapes in x: {_shapes(x)}\nShapes in y: {_shapes(y)}\n"
            )
        queue = enqueue_rows(columns, queue_capacity, shuffle, num_threads, batch_size, num_epochs)
        parts = queue.dequeue_many(batch_size) if num_epochs is None else queue.dequeue_up_to(batch_size)
        batch = list(parts)[1:]  # the first one is the number of the row
        taken = dict(zip(features, batch, strict=False)) if isinstance(x, Mapping) else batch[0]
        if y is None:
            return taken
        behind = batch[len(features) :]
        return taken, dict(zip(labels, behind, strict=True)) if isinstance(y, Mapping) else behind[0]

    return input_fn


def _features(x: Any) -> dict[str, np.ndarray]:
    """By name, sorted."""
    if not isinstance(x, (Mapping, np.ndarray)):
        raise TypeError(f"x must be a dict or array; got {type(x).__name__}")
    if not isinstance(x, Mapping):
        return {"__direct_np_input__": x}
    if not x:
        raise ValueError("x cannot be an empty dict")
    return dict(sorted(x.items()))


def _labels(y: Any, x: Any) -> dict[str, np.ndarray]:
    if y is None:
        return {}
    if not isinstance(y, Mapping):
        return {_LABELS: y}
    if not y:
        raise ValueError("y cannot be empty dict, use None instead.")
    shared = set(x) & set(y) if isinstance(x, Mapping) else set()
    if shared:
        raise ValueError(f"{len(shared)} duplicate keys are found in both x and y: {shared}")
    return dict(sorted(y.items()))


def _shapes(arrays: Any) -> Any:
    if arrays is None:
        return None
    return {name: array.shape for name, array in arrays.items()} if isinstance(arrays, Mapping) else arrays.shape
