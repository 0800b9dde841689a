"""Operations that wait for others: group, tuple, no_op, with_dependencies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.graph import scopes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import OpFunction, raw

no_op = OpFunction("NoOp")
identity_n = OpFunction("IdentityN")


def group(*inputs: Any, **kwargs: Any) -> Operation:
    """An operation that is done when all `inputs` are: operations, tensors, nested structures of them.

    kwargs: name. Raises TypeError for inputs that are no elements of a graph, ValueError for other keywords.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(f"Unknown keyword arguments: {', '.join(kwargs)}")
    elements = nest.flatten(inputs, expand_composites=True)
    with scopes.name_scope(name, "group_deps", elements) as scope:
        by_device: dict[str, list[Any]] = {}
        for element in elements:
            if not hasattr(element, "device"):
                raise TypeError(
                    "'inputs' should be zero or more (nested) Tensors. "
                    f"Received '{element}' with type '{type(element)}'."
                )
            by_device.setdefault(element.device, []).append(element)
        if len(by_device) == 1:
            ((device, members),) = by_device.items()
            return _wait_for(members, device, scope)
        waiting = [_wait_for(by_device[device], device, None) for device in sorted(by_device)]
        return _wait_for(waiting, "", scope)


def _wait_for(elements: list[Any], device: str, name: str | None) -> Operation:
    with scopes.control_dependencies(elements), scopes.device(device):
        made: Operation = no_op(name=name)
    return made


def tuple_v1(tensors: Any, name: str | None = None, control_inputs: Iterable[Any] | None = None) -> list[Any]:
    """The tensors, each available only when all of them and `control_inputs` are.

    tensors: a sequence of tensors, IndexedSlices, SparseTensors, operations and None, which stays.
    Raises ValueError where there is no tensor at all, TypeError for control inputs that are no elements of a graph.
    """
    with scopes.name_scope(name, "tuple", tensors):
        gating = {_operation_of(element) for element in tensors if element is not None}
        for element in control_inputs or ():
            gating.add(_control_operation(element))
        if not gating:
            raise ValueError(f"'tensors' must have at least one Tensor. Received: {tensors}.")
        gate = group(*sorted(gating, key=lambda op: op.index))
        results: list[Any] = []
        for element in tensors:
            if isinstance(element, Operation):
                with scopes.control_dependencies([gate]):
                    results.append(group(element))
            else:
                results.append(None if element is None else with_dependencies([gate], element))
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
    elements = [*dependencies, output_tensor]
    with scopes.name_scope(name, "control_dependency", elements) as scope:
        owner = output_tensor.op if hasattr(output_tensor, "op") else output_tensor
        with scopes.colocate_with(owner), scopes.control_dependencies(elements[:-1]):
            return identity_of(output_tensor, scope)


def identity_of(value: Any, name: str | None = None) -> Any:
    """Each tensor of `value` through an Identity; a reference stays one."""
    if isinstance(value, CompositeTensor):
        components = list(value._components())
        if hasattr(value, "indices") and hasattr(value, "values") and not hasattr(value, "with_values"):
            components[0] = identity_of(components[0], name)  # IndexedSlices: only the values are computed
            return value._with_components(components)
        with get_default_graph().name_scope(name or "Identity"):
            return value._with_components([raw.Identity(component) for component in components])
    tensor = convert_to_tensor(value, as_ref=True)
    return raw.RefIdentity(tensor, name=name) if tensor.dtype._is_ref_dtype else raw.Identity(tensor, name=name)
