"""Input functions of pandas frames. pandas itself is never imported: whoever has a frame has imported it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf.estimator.inputs.feeding import enqueue_rows


def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """A function that gives batches of a frame: column -> tensor [batch], or (features, labels).

    x: a pandas.DataFrame. y: a pandas.Series of labels, or a DataFrame of several, with x's index. target_column: how a
    Series is called among the columns, of which none may have this name. All else is as in `numpy_input_fn`.
    Raises ValueError for shuffle left out, indices that differ, and a target_column that x has.
    """
    if not isinstance(shuffle, bool):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean (it is recommended to set it as True for training); "
            f"got {shuffle}"
        )
    several = y is not None and hasattr(y, "columns")
    features = {str(name): _array(x[name]) for name in x.columns}
    labels: dict[Any, np.ndarray] = {}
    if y is not None:
        if not several and target_column in x.columns:
            raise ValueError(
                f"Cannot use name {target_column} for target column: DataFrame already has a column with that name: "
                f"{x.columns}"
            )
        if not np.array_equal(x.index, y.index):
            raise ValueError(f"Index for x and y are mismatched.\nIndex for x: {x.index}\nIndex for y: {y.index}\n")
        labels = {str(name): _array(y[name]) for name in y.columns} if several else {target_column: _array(y)}

    def input_fn() -> Any:
        columns = dict(enumerate([*features.values(), *labels.values()]))  # x and y may share names
        queue = enqueue_rows(columns, queue_capacity, shuffle, num_threads, batch_size, num_epochs)
        parts = queue.dequeue_many(batch_size) if num_epochs is None else queue.dequeue_up_to(batch_size)
        batch = list(parts)[1:]  # the first one is the number of the row
        taken = dict(zip(features, batch, strict=False))
        if y is None:
            return taken
        behind = dict(zip(labels, batch[len(features) :], strict=True))
        return taken, behind if several else behind[target_column]

    return input_fn


def _array(column: Any) -> np.ndarray:
    """Strings as an array of objects, numbers as they are."""
    array: np.ndarray = column.to_numpy()
    return array if array.dtype.kind in "biufc" else array.astype(object)
