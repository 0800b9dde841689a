"""Finding operations and tensors of a graph by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph

_TENSOR_FORM = 'Tensor names must be of the form "<op_name>:<output_index>".'


class LookupMixin:
    """The part of Graph that finds elements by name."""

    _operations_by_name: dict[str, Operation]

    def get_operation_by_name(self, name: str) -> Operation:
        """Raises TypeError for what is no string, ValueError for a tensor's name, KeyError for an unknown one."""
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        found = self.as_graph_element(name, allow_tensor=False, allow_operation=True)
        assert isinstance(found, Operation)
        return found

    def get_tensor_by_name(self, name: str) -> Tensor:
        """Raises TypeError for what is no string, ValueError for no tensor's name, KeyError for an unknown one."""
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        found = self.as_graph_element(name, allow_tensor=True, allow_operation=False)
        assert isinstance(found, Tensor)
        return found

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Tensor | Operation:
        """The Tensor or Operation of this graph that `obj` is, names, or stands for (a variable, say)."""
        if not allow_tensor and not allow_operation:
            raise ValueError("allow_tensor and allow_operation can't both be False.")
        allowed = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
        element = obj
        if not isinstance(obj, (str, Tensor, Operation)):
            convert = getattr(obj, "_as_graph_element", None)
            element = convert() if convert is not None else None
        if isinstance(element, str):
            return self._named_element(element, allow_tensor, allow_operation)
        if (allow_tensor and isinstance(element, Tensor)) or (allow_operation and isinstance(element, Operation)):
            if element.graph is not self:
                kind = "Tensor" if isinstance(element, Tensor) else "Operation"
                raise ValueError(f"{kind} {element} is not an element of this graph.")
            return element
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {allowed}.")

    def _named_element(self, name: str, allow_tensor: bool, allow_operation: bool) -> Tensor | Operation:
        if ":" in name:
            if not allow_tensor:
                raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a Operation.")
            return self._named_tensor(name)
        op = self._operations_by_name.get(name)
        if not allow_operation:
            if op is not None:
                raise ValueError(f"The name {name!r} refers to an Operation, not a Tensor. {_TENSOR_FORM}")
            raise ValueError(f"The name {name!r} looks like an (invalid) Operation name, not a Tensor. {_TENSOR_FORM}")
        if op is None:
            raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
        return op

    def _named_tensor(self, name: str) -> Tensor:
        op_name, _, index_text = name.partition(":")
        try:
            index = int(index_text)
        except ValueError:
            raise ValueError(
                f"The name {name!r} looks a like a Tensor name, but is not a valid one. {_TENSOR_FORM}"
            ) from None
        op = self._operations_by_name.get(op_name)
        prefix = f"The name {name!r} refers to a Tensor which does not exist. The operation, {op_name!r}, "
        if op is None:
            raise KeyError(prefix + "does not exist in the graph.")
        if not 0 <= index < len(op._outputs):
            raise KeyError(prefix + f"exists but only has {len(op._outputs)} outputs.")
        return op._outputs[index]


def graph_of(inputs: Any, graph: Graph | None = None) -> Graph:
    """The graph that all elements of `inputs` belong to; the default graph where none is an element.

    Raises ValueError for elements of two graphs, TypeError for a `graph` that is none.
    """
    from nbtf.graph.default_stacks import get_default_graph

    current = get_default_graph()
    if graph is None and current.building_function:
        return current  # which captures what is not its own
    first = None
    for element in inputs:
        if not isinstance(element, (Tensor, Operation)):
            element = _element_of(element)
        if element is not None:
            if graph is None:
                graph, first = element.graph, element
            elif element.graph is not graph:
                if first is None:
                    raise ValueError(f"{element!r} is not from the passed-in graph.")
                raise ValueError(f"{element!r} must be from the same graph as {first!r}.")
    return graph if graph is not None else current


def _element_of(value: Any) -> Tensor | Operation | None:
    """What `value` stands for in a graph, as variables do; None for values that are of no graph."""
    convert = getattr(value, "_as_graph_element", None)
    element = None if convert is None else convert()
    return element if isinstance(element, (Tensor, Operation)) else None
