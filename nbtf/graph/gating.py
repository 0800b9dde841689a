"""Gates: operations that wait for several others, and tensors that are handed on only when all of them are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.composite_tensor import CompositeTensor
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw


def gated(values: Sequence[Any]) -> list[Any]:
    """The same tensors and IndexedSlices (None stays None), each available when all of them are: nodes `tuple/...`."""
    graph = get_default_graph()
    with graph.name_scope("tuple"):
        gate = group(sorted({value.op for value in values if value is not None}, key=lambda op: op.index))
        return [None if value is None else after([gate], value) for value in values]


def group(ops: Iterable[Any], name: str = "group_deps") -> Operation:
    """An operation that is done when all of `ops`, or tensors, are; where they ask for several devices, one gate a device."""
    graph = get_default_graph()
    by_device: dict[str, list[Any]] = {}
    for op in ops:
        by_device.setdefault(op.device, []).append(op)
    with graph.name_scope(name) as scope:
        if len(by_device) == 1:
            ((device, waited_for),) = by_device.items()
            return _gate(device, waited_for, scope)
        gates = [_gate(device, by_device[device], "") for device in sorted(by_device)]
        with graph.control_dependencies(gates):
            return raw.NoOp(name=scope)  # type: ignore[no-any-return]


def _gate(device: str, ops: Sequence[Any], name: str) -> Operation:
    graph = get_default_graph()
    with graph.control_dependencies(ops):
        if not device:
            return raw.NoOp(name=name or None)  # type: ignore[no-any-return]
        with graph.device(device):
            return raw.NoOp(name=name or None)  # type: ignore[no-any-return]


def after(dependencies: Sequence[Any], value: Any, name: str | None = None) -> Any:
    """A tensor, IndexedSlices or other composite, available only after `dependencies`: node `control_dependency`."""
    graph = get_default_graph()
    with (
        graph.name_scope(name or "control_dependency") as scope,
        graph.colocate_with(getattr(value, "op", value)),
        graph.control_dependencies(dependencies),
    ):
        return identity(value, scope)


def identity(value: Any, name: str | None = None) -> Any:
    """Each tensor of `value` through an Identity; a reference stays one. Of IndexedSlices only the values are computed."""
    if isinstance(value, IndexedSlices):
        return IndexedSlices(identity(value.values, name), value.indices, value.dense_shape)
    if isinstance(value, CompositeTensor):
        with get_default_graph().name_scope(name or "Identity"):
            return value._with_components([raw.Identity(component) for component in value._components()])
    tensor = convert_to_tensor(value, as_ref=True)
    return (raw.RefIdentity if tensor.dtype._is_ref_dtype else raw.Identity)(tensor, name=name)
