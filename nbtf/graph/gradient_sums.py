"""Sums of the gradients that several consumers give for one tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.indexed_slices import IndexedSlices, concatenated
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor

PAIRWISE_METHODS = (1, 2)  # AggregationMethod.EXPERIMENTAL_TREE and EXPERIMENTAL_ACCUMULATE_N


def is_gradient(value: Any) -> bool:
    return isinstance(value, (Tensor, IndexedSlices))


def aggregated(summands: Sequence[Any], op: Operation, method: int | None) -> Any:
    """Their sum; a single one as it is. IndexedSlices stay rows as long as no tensor is among them."""
    if not all(one is None or is_gradient(one) for one in summands):
        raise TypeError(f"gradients have to be either all Tensors or all IndexedSlices, got {summands}")
    if len(summands) < 2:
        return summands[0]
    present = [one for one in summands if one is not None]
    if not all(isinstance(one, Tensor) for one in present):
        if any(isinstance(one, Tensor) for one in present):
            return raw.AddN(present)
        return concatenated(present)
    if method not in PAIRWISE_METHODS:
        return _sum_across_devices(present)
    with get_default_graph().name_scope(op.name + "_gradient_sum"):
        total = present[0]
        for one in present[1:]:
            total = raw.AddN([total, one])
        return total


def _sum_across_devices(tensors: Sequence[Tensor]) -> Tensor:
    """What is on one device is summed there first."""
    by_device: dict[str, list[Tensor]] = {}
    for tensor in tensors:
        by_device.setdefault(tensor.device, []).append(tensor)
    partial = []
    for device in sorted(by_device):
        own = by_device[device]
        with get_default_graph().colocate_with(own[0].op, ignore_existing=True):
            partial.append(own[0] if len(own) == 1 else raw.AddN(own))
    return partial[0] if len(partial) == 1 else raw.AddN(partial)
