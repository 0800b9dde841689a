"""FuncGraph: the body of a function while it is built; what it uses of the graph around becomes an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from nbtf import nest
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.function_writer import function_def
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

_SHARED_COLLECTIONS = (
    GraphKeys.GLOBAL_VARIABLES,
    GraphKeys.LOCAL_VARIABLES,
    GraphKeys.TRAINABLE_VARIABLES,
)
_ONLY_READ = frozenset(["ReadVariableOp", "VarHandleOp", "VarIsInitializedOp"])


class FuncGraph(Graph):
    """A graph inside another one."""

    is_loop_body = False
    """Whether whatever is captured of it by a gradient is kept of every iteration."""

    orders_effects = False
    """Whether operations with effects run in order and before anything is returned; branches and loops inside as well."""

    def __init__(self, name: str, outer_graph: Graph) -> None:
        super().__init__()
        self.name = name
        self.outer_graph = outer_graph
        self.inputs: list[Tensor] = []
        """Placeholders of the arguments; those of captured tensors come last."""
        self.outputs: list[Tensor] = []
        self.structured_outputs: Any = None
        self.captures: dict[Tensor, Tensor] = {}
        """Tensor of the graph around -> its placeholder here."""
        self._seed = outer_graph.seed
        self._devices = list(outer_graph._devices)
        self._versions.CopyFrom(outer_graph.graph_def_versions)
        self._functions = outer_graph._functions
        self._function_bodies = outer_graph._function_bodies
        self._function_graphs = outer_graph._function_graphs
        self.control_captures: list[Operation] = []
        """Operations of the graph around that must have run before the function is called."""
        self.control_outputs: list[Operation] = []
        """Operations that a call must run though no output needs them."""
        self._gradient_functions = outer_graph._gradient_functions
        self._py_funcs_used_in_graph = outer_graph._py_funcs_used_in_graph
        for key in outer_graph.get_all_collection_keys():
            values = outer_graph.get_collection_ref(key)
            self._collections[key] = values if key in _SHARED_COLLECTIONS else list(values)

    @property
    def building_function(self) -> bool:
        return True

    @property
    def external_captures(self) -> list[Tensor]:
        """The captured tensors of the graph around."""
        return list(self.captures)

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        """What stands for a tensor inside: itself, or the argument that it becomes."""
        if getattr(tensor, "graph", self) is self:  # what is no tensor is refused by whoever takes it
            return tensor
        if tensor not in self.captures:
            self.captures[tensor] = self.add_input(tensor, name or tensor.op.name)
        return self.captures[tensor]

    def add_input(self, like: Any, name: str | None) -> Tensor:
        """One more argument, of the dtype and static shape of a tensor or a TensorSpec; one without a name is a dummy."""
        attrs = {
            "dtype": schema.AttrValue(type=like.dtype.base_dtype.as_datatype_enum),
            "shape": schema.AttrValue(shape=like.shape.as_proto()),
        }
        with self.control_dependencies(None):
            placeholder = super().create_op("Placeholder", [], name=name or "Placeholder", attrs=attrs).outputs[0]
        placeholder.handle_data = like.handle_data if isinstance(like, Tensor) else None
        if name is not None:
            placeholder.op._node.attr["_user_specified_name"].s = name.encode()
        self.inputs.append(placeholder)
        return placeholder

    def create_op(self, op_type: str, inputs: Sequence[Tensor], *args: Any, **kwargs: Any) -> Operation:
        captured = [self.capture(one) for one in inputs]
        return super().create_op(op_type, captured, *args, **kwargs)

    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
        """As of any graph; operations of the graph around have run before the function is called."""
        if control_inputs is None:
            return super().control_dependencies(None)
        inside = []
        for one in control_inputs:
            if _graph_of(one) in (None, self):
                inside.append(one)
            else:
                self.control_captures.append(one if isinstance(one, Operation) else one.op)
        return super().control_dependencies(inside)

    def trace(self, function: Callable[..., Any], args: Sequence[Any] = (), stand_in: Tensor | None = None) -> Any:
        """Calls `function` here; its results become the outputs. Returns them in the structure it returned.

        stand_in: what is returned, after it has run, for an operation among the results; None by default.
        """
        with self.as_default():
            result = function(*args)
            self.structured_outputs = nest.map_structure(
                lambda one: self._output(one, stand_in), result, expand_composites=True
            )
        leaves = nest.flatten(self.structured_outputs, expand_composites=True)
        self.outputs = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
        return self.structured_outputs

    def _output(self, value: Any, stand_in: Tensor | None) -> Any:
        if isinstance(value, Operation) and stand_in is not None:
            with self.control_dependencies([value]):
                return raw.Identity(stand_in)
        if value is None or isinstance(value, Operation):
            return None
        return self.capture(convert_to_tensor(value))

    def define(self, control_outputs: Sequence[Operation] = ()) -> str:
        """Adds the function to the library of the graph around, and gives its name."""
        self.control_outputs = self.control_outputs or list(control_outputs)
        self._functions[self.name] = function_def(self, self.name, self.inputs, self.outputs, self.control_outputs)
        self._function_graphs[self.name] = self
        return self.name

    def order_effects(self) -> list[Operation]:
        """Makes each operation with effects wait for the one before it. Gives those that a call has to run."""
        effects: list[Operation] = []
        for op in self.get_operations():
            definition = op.definition
            if definition is None or not definition.is_stateful or op.type == "Placeholder":
                continue
            if effects and effects[-1] not in op.control_inputs:
                op._add_control_input(effects[-1])
            effects.append(op)
        return [op for op in effects if op.type not in _ONLY_READ]

    def traced_in_order(self, function: Callable[[], Sequence[Any]]) -> list[Any]:
        """Calls `function` here; gives identities of its results, None for None, that wait for all effects inside."""
        with self.as_default():
            return self.after_effects([None if one is None else convert_to_tensor(one) for one in function()])

    def after_effects(self, results: Sequence[Tensor | None]) -> list[Any]:
        """Identities of the results that wait for all operations with effects, which run in order."""
        with self.as_default():
            identities = [None if one is None else raw.Identity(one) for one in results]
            self.control_outputs = self.order_effects()
            if self.control_outputs:
                with self.control_dependencies(None):
                    done = raw.NoOp()
                for op in self.control_outputs:
                    done._add_control_input(op)
                for identity in identities:
                    if identity is not None:
                        identity.op._add_control_input(done)
        return identities

    @property
    def is_stateful(self) -> bool:
        """Whether a call may do or give something else each time."""
        return any(op.definition is not None and op.definition.is_stateful for op in self._operations)


class ControlFlowGraph(FuncGraph):
    """A function of an If, Case or While: what is collected inside counts as collected outside."""

    def __init__(self, name: str, outer_graph: Graph) -> None:
        super().__init__(name, outer_graph)
        self._collections = outer_graph._collections
        self.orders_effects = getattr(outer_graph, "orders_effects", False)

    def trace(self, function: Callable[..., Any], args: Sequence[Any] = (), stand_in: Tensor | None = None) -> Any:
        traced = super().trace(function, args, stand_in)
        if self.orders_effects:
            leaves = self.after_effects(nest.flatten(traced, expand_composites=True))
            self.structured_outputs = nest.pack_sequence_as(traced, leaves, expand_composites=True)
            self.outputs = [leaf for leaf in leaves if leaf is not None]
        return self.structured_outputs


def _graph_of(element: Any) -> Any:
    return getattr(element, "graph", None)
