"""Features of Examples put together into RaggedTensors."""

from __future__ import annotations

from typing import Any


def partitioned(parsed: dict[str, Any], key: str, feature: Any) -> Any:
    """The rows of a RaggedFeature from its values and partitions. Raises NotImplementedError for partitions."""
    values = parsed[key if feature.value_key is None else feature.value_key]
    if feature.partitions:
        raise NotImplementedError(f"a RaggedFeature with partitions is not there yet: {key}")
    return values
