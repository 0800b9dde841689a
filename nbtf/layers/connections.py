"""What a layer was called with and what it answered."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf import nest
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor


class Connection(NamedTuple):
    """One call of a layer."""

    input_tensors: Any
    output_tensors: Any


class Connections:
    """The part of Layer that remembers its calls."""

    def __init__(self) -> None:
        self._connections: list[Connection] = []

    @property
    def name(self) -> str:
        raise NotImplementedError

    def _connect(self, inputs: Any, outputs: Any) -> None:
        self._connections.append(Connection(inputs, outputs))

    @property
    def inbound_nodes(self) -> list[Connection]:
        return list(self._connections)

    @property
    def input(self) -> Any:
        """The input of the only call. Raises AttributeError for no call or several."""
        return self._only("input").input_tensors

    @property
    def output(self) -> Any:
        """The output of the only call. Raises AttributeError for no call or several."""
        return self._only("output").output_tensors

    @property
    def input_shape(self) -> Any:
        """The input's shape, a tuple, if it was the same in all calls. Raises AttributeError otherwise."""
        return self._only_shape("input", [connection.input_tensors for connection in self._connections])

    @property
    def output_shape(self) -> Any:
        """The output's shape, a tuple, if it was the same in all calls. Raises AttributeError otherwise."""
        return self._only_shape("output", [connection.output_tensors for connection in self._connections])

    def get_input_at(self, node_index: int) -> Any:
        return self._at(node_index, "input").input_tensors

    def get_output_at(self, node_index: int) -> Any:
        return self._at(node_index, "output").output_tensors

    def get_input_shape_at(self, node_index: int) -> Any:
        return _shapes(self._at(node_index, "input_shape").input_tensors)

    def get_output_shape_at(self, node_index: int) -> Any:
        return _shapes(self._at(node_index, "output_shape").output_tensors)

    def _only(self, what: str) -> Connection:
        if not self._connections:
            raise AttributeError(f"Layer {self.name} is not connected, no {what} to return.")
        if len(self._connections) > 1:
            raise AttributeError(
                f'Layer {self.name} has multiple inbound nodes, hence the notion of "layer {what}" is ill-defined. Use `get_{what}_at(node_index)` instead.'
            )
        return self._connections[0]

    def _only_shape(self, what: str, calls: list[Any]) -> Any:
        if not calls:
            raise AttributeError(f'The layer "{self.name}" has never been called and thus has no defined {what} shape.')
        shapes = [_shapes(call) for call in calls]
        if any(shape != shapes[0] for shape in shapes):
            raise AttributeError(
                f'The layer "{self.name}" has multiple inbound nodes, with different {what} shapes. '
                f'Hence the notion of "{what} shape" is ill-defined for the layer. '
                f"Use `get_{what}_shape_at(node_index)` instead."
            )
        return shapes[0]

    def _at(self, node_index: int, what: str) -> Connection:
        if not self._connections:
            raise RuntimeError(f"The layer {self.name} has never been called and thus has no defined {what}.")
        if not node_index < len(self._connections):
            raise ValueError(
                f"Asked to get {what} at node {node_index}, but the layer has only {len(self._connections)} inbound nodes."
            )
        return self._connections[node_index]

    def _related(self, results: list[Any], inputs: Any) -> list[Any]:
        if inputs is not None:
            reached = _reachable(nest.flatten(inputs))
            return [one for one in results if _operation(one) in reached]
        own = [one for connection in self._connections for one in nest.flatten(connection.input_tensors)]
        reached = _reachable(own)
        return [one for one in results if _operation(one) not in reached]


def _shapes(tensors: Any) -> Any:
    return nest.map_structure(lambda one: tuple(one.shape.as_list()) if one.shape.ndims is not None else None, tensors)


def _operation(result: Any) -> Operation:
    operation: Operation = result.op if isinstance(result, Tensor) else result
    return operation


def _reachable(inputs: list[Any]) -> set[Operation]:
    """All operations that depend on one of the tensors."""
    reached: set[Operation] = set()
    pending = [consumer for one in inputs if isinstance(one, Tensor) for consumer in one.consumers()]
    while pending:
        operation = pending.pop()
        if operation not in reached:
            reached.add(operation)
            pending.extend(consumer for output in operation.outputs for consumer in output.consumers())
    return reached
