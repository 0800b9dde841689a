"""Operations that wait for others: group, tuple, with_dependencies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf import nest
from nbtf.array.moving import no_op
from nbtf.graph import gating, scopes
from nbtf.graph.lookup import graph_of
from nbtf.graph.operation import Operation

__all__ = ("group", "no_op", "tuple_v1", "with_dependencies")


def group(*inputs: Any, **kwargs: Any) -> Operation:
    """An operation that is done when all `inputs` are: operations, tensors, nested structures of them.

    kwargs: name. Raises TypeError for inputs that are no elements of a graph, ValueError for other keywords.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(f"Unknown keyword arguments: {', '.join(kwargs)}")
    elements = nest.flatten(inputs, expand_composites=True)
    for element in elements:
        if not hasattr(element, "device"):
            raise TypeError(
                f"'inputs' should be zero or more (nested) Tensors. Received '{element}' with type '{type(element)}'."
            )
    with graph_of(elements).as_default():
        return gating.group(elements, name or "group_deps")


def tuple_v1(tensors: Any, name: str | None = None, control_inputs: Iterable[Any] | None = None) -> list[Any]:
    """The tensors, each available only when all of them and `control_inputs` are.

    tensors: a sequence of tensors, IndexedSlices, SparseTensors, operations and None, which stays.
    Raises ValueError where there is no tensor at all, TypeError for control inputs that are no elements of a graph.
    """
    with scopes.name_scope(name, "tuple", tensors):
        ops = {_operation_of(element) for element in tensors if element is not None}
        ops.update(_control_operation(element) for element in control_inputs or ())
        if not ops:
            raise ValueError(f"'tensors' must have at least one Tensor. Received: {tensors}.")
        gate = gating.group(sorted(ops, key=lambda op: op.index))
        results: list[Any] = []
        for element in tensors:
            if isinstance(element, Operation):
                with scopes.control_dependencies([gate]):
                    results.append(group(element))
            else:
                results.append(None if element is None else gating.after([gate], element))
        return results


def _operation_of(element: Any) -> Operation:
    op = element if isinstance(element, Operation) else element.op
    assert isinstance(op, Operation)
    return op


def _control_operation(element: Any) -> Operation:
    if isinstance(element, Operation):
        return element
    op = getattr(element, "op", None)
    if not isinstance(op, Operation):
        raise TypeError(f"'control_inputs' must only contain Operation or Tensor. Received: {type(element)}")
    return op


def with_dependencies(dependencies: Iterable[Any], output_tensor: Any, name: str | None = None) -> Any:
    """`output_tensor`, a tensor or composite, available only after `dependencies`."""
    with graph_of([*dependencies, output_tensor]).as_default():
        return gating.after(list(dependencies), output_tensor, name)
