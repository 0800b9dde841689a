"""tf.nn: the classes that predictions rank first."""

from __future__ import annotations

from typing import Any

from nbtf.array.ordering import top_k
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope

__all__ = ["approx_max_k", "approx_min_k", "approx_top_k", "in_top_k", "top_k"]

approx_top_k = OpFunction("ApproxTopK", "approx_top_k")


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Any:
    """Whether each target is among the k largest predictions: predictions [N, C], targets [N] -> [N] of bool."""
    with name_scope(name, "in_top_k"):
        return raw.InTopKV2(predictions, targets, k, name=name)


def approx_max_k(
    operand: Any,
    k: int,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> Any:
    """(values, indices) of the k largest elements of an axis, falling. On processors they are exactly those, and the
    axis must be the last one; recall_target and what follows it are for devices that look for most of them."""
    return raw.ApproxTopK(
        operand,
        k,
        reduction_dimension=reduction_dimension,
        recall_target=recall_target,
        is_max_k=True,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk,
        name=name,
    )


def approx_min_k(
    operand: Any,
    k: int,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> Any:
    """`approx_max_k` of the smallest elements, rising."""
    return raw.ApproxTopK(
        operand,
        k,
        reduction_dimension=reduction_dimension,
        recall_target=recall_target,
        is_max_k=False,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk,
        name=name,
    )
