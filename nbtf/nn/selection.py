"""tf.nn: the classes that predictions rank first."""

from __future__ import annotations

from typing import Any

from nbtf.array.ordering import top_k
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope

__all__ = ["in_top_k", "top_k"]


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
    """Whether each target is among the k largest predictions: predictions [N, C], targets [N] -> [N] of bool."""
    with name_scope(name, "in_top_k"):
        return raw.InTopKV2(predictions, targets, k, name=name)
