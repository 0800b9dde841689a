"""Gates: operations that wait for several others, and tensors that are handed on only when all of them are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor


def gated(values: Sequence[Any]) -> list[Any]:
    """The same tensors and IndexedSlices (None stays None), each available when all of them are: nodes `tuple/...`."""
    graph = get_default_graph()
    with graph.name_scope("tuple"):
        gate = group(sorted({value.op for value in values if value is not None}, key=lambda op: op.index))
        return [None if value is None else _after(gate, value) for value in values]


def group(ops: Iterable[Operation], name: str = "group_deps") -> Operation:
    """An operation that is done when all of `ops` are; where they ask for several devices, one gate a device."""
    graph = get_default_graph()
    by_device: dict[str, list[Operation]] = {}
    for op in ops:
        by_device.setdefault(op.device, []).append(op)
    with graph.name_scope(name) as scope:
        if len(by_device) == 1:
            ((device, waited_for),) = by_device.items()
            return _gate(device, waited_for, scope)
        gates = [_gate(device, by_device[device], "") for device in sorted(by_device)]
        with graph.control_dependencies(gates):
            return raw.NoOp(name=scope)  # type: ignore[no-any-return]


def _gate(device: str, ops: Sequence[Operation], name: str) -> Operation:
    graph = get_default_graph()
    with graph.control_dependencies(ops):
        if not device:
            return raw.NoOp(name=name or None)  # type: ignore[no-any-return]
        with graph.device(device):
            return raw.NoOp(name=name or None)  # type: ignore[no-any-return]


def _after(gate: Operation, value: Any) -> Any:
    graph = get_default_graph()
    with (
        graph.name_scope("control_dependency") as scope,
        graph.colocate_with(value.op),
        graph.control_dependencies([gate]),
    ):
        if isinstance(value, IndexedSlices):
            return IndexedSlices(_identity(value.values, scope), value.indices, value.dense_shape)
        return _identity(value, scope)


def _identity(value: Tensor, name: str) -> Tensor:
    return raw.Identity(value, name=name)  # type: ignore[no-any-return]
