"""Features of Examples put together into RaggedTensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.io.features import RaggedFeature
from nbtf.math.casting import cast
from nbtf.ragged.ragged_tensor import RaggedTensor


def partitioned(parsed: dict[str, Any], key: str, feature: RaggedFeature) -> Any:
    """The rows of a RaggedFeature: its values, cut as its partitions say.

    Raises NotImplementedError for partitions of a batch of Examples.
    """
    values = parsed[key if feature.value_key is None else feature.value_key]
    if feature.partitions and isinstance(values, RaggedTensor):
        raise NotImplementedError(f"a RaggedFeature with partitions is there for single Examples only: {key}")
    for partition in reversed(feature.partitions):
        if isinstance(partition, RaggedFeature.UniformRowLength):
            values = RaggedTensor.from_uniform_row_length(values, partition.length, validate=feature.validate)
            continue
        made_by = _MADE_BY[type(partition)]
        rows = cast(parsed[partition.key], feature.row_splits_dtype)
        values = made_by(values, rows, validate=feature.validate)
    return values


_MADE_BY: dict[type, Callable[..., RaggedTensor]] = {
    RaggedFeature.RowSplits: RaggedTensor.from_row_splits,
    RaggedFeature.RowLengths: RaggedTensor.from_row_lengths,
    RaggedFeature.RowStarts: RaggedTensor.from_row_starts,
    RaggedFeature.RowLimits: RaggedTensor.from_row_limits,
    RaggedFeature.ValueRowIds: RaggedTensor.from_value_rowids,
}
