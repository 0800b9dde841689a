"""tf.wrap_function: a function that makes variables, as one function of a graph that can be called and cut down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbtf import nest
from nbtf.graph import function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.feeding import placeholder
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.variables.creation import variable_creator_scope
from nbtf.variables.scoping import variable_scope
from nbtf.wire import schema


def wrap_function(fn: Callable[..., Any], signature: Any, name: str | None = None) -> WrappedFunction:
    """`fn` as a function of the default graph's library; it is called once, now.

    signature: TensorSpecs or placeholders for the arguments, each of which may be nested. Variables that `fn` makes are
    resource variables of the graph around, made once, with `variables` to tell them. Operations that no result needs do
    not run.
    """
    graph = get_default_graph()
    body = FuncGraph(function_calls.unique_function_name(graph, f"__inference_{name or 'wrapped_function'}"), graph)
    variables: list[Any] = []

    def recording(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
        variable = next_creator(**kwargs)
        variables.append(variable)
        return variable

    with body.as_default():
        args = nest.map_structure(lambda spec: placeholder(spec.dtype, spec.shape), list(signature))

    def recorded() -> Any:
        with variable_creator_scope(recording), variable_scope("", use_resource=True):
            return fn(*args)

    body.trace(recorded)
    body.inputs = [*nest.flatten(args), *body.captures.values()]
    body.define()
    return WrappedFunction(body, args, variables)


class WrappedFunction:
    """What wrap_function makes."""

    def __init__(self, body: FuncGraph, arguments: Sequence[Any], variables: Sequence[Any]) -> None:
        """arguments: placeholders in `body`, each nested as the argument is."""
        self._body, self._arguments = body, list(arguments)
        self._variables = tuple(variables)

    @property
    def graph(self) -> FuncGraph:
        """The graph of the function's inside."""
        return self._body

    @property
    def name(self) -> str:
        """In the library of the graph around."""
        return self._body.name

    @property
    def inputs(self) -> list[Tensor]:
        """Inside: placeholders of the arguments, then those of captured tensors."""
        return list(self._body.inputs)

    @property
    def outputs(self) -> list[Tensor]:
        """Inside: the results, flat."""
        return list(self._body.outputs)

    @property
    def structured_outputs(self) -> Any:
        """Inside: the results in the structure that the function returned."""
        return self._body.structured_outputs

    @property
    def captured_inputs(self) -> list[Tensor]:
        """Tensors of the graph around that the function uses, variables' handles too."""
        return self._body.external_captures

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function made."""
        return self._variables

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        return tuple(variable for variable in self._variables if variable.trainable)

    @property
    def output_dtypes(self) -> Any:
        return nest.map_structure(lambda one: one.dtype, self.structured_outputs)

    @property
    def output_shapes(self) -> Any:
        return nest.map_structure(lambda one: one.shape, self.structured_outputs)

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: no variable, but `variables` may be a part of its own."""
        return {}

    def __call__(self, *args: Any) -> Any:
        """Adds a call to the default graph; gives the results in the structure that the function returned.

        args: tensors, nested as the signature is or flat. Raises ValueError for another number of them and for
        shapes that do not fit.
        """
        wanted, given = nest.flatten(self._arguments), list(args)
        if len(given) == len(self._arguments) != len(wanted):
            given = nest.flatten_up_to(self._arguments, given)
        if len(given) != len(wanted):
            raise ValueError(f"{self.name} takes {len(wanted)} tensors, but got {len(given)}.")
        tensors = []
        for value, inside in zip(given, wanted, strict=True):
            tensors.append(convert_to_tensor(value, inside.dtype.base_dtype))
            tensors[-1].shape.assert_is_compatible_with(inside.shape)
        results = iter(function_calls.call(self._body, [*tensors, *self.captured_inputs]))
        return nest.map_structure(
            lambda leaf: next(results) if isinstance(leaf, Tensor) else leaf, self.structured_outputs
        )

    def prune(self, feeds: Any, fetches: Any, name: str | None = None, input_signature: Any = None) -> WrappedFunction:
        """The part of the function that computes `fetches` from `feeds`, as a function of its own.

        feeds: tensors inside, or their names, nested or not: the arguments of the new function. fetches: tensors or
        operations inside, or their names; an operation is run, and its result is None. Raises ValueError where the
        fetches need an argument that is not fed.
        """
        inside = self._body
        fed: list[Any] = [inside.as_graph_element(one, allow_operation=False) for one in nest.flatten(feeds)]
        elements = [inside.as_graph_element(one) for one in nest.flatten(fetches)]
        needed = _needed(elements, fed)
        outer: Graph = inside.outer_graph
        unique = function_calls.unique_function_name(outer, f"__inference_{name or 'pruned'}")
        body = FuncGraph(unique, outer)
        with body.as_default():
            arguments = [placeholder(tensor.dtype, tensor.shape, tensor.op.name) for tensor in fed]
        replaced = dict(zip(fed, arguments, strict=True))
        for tensor in inside.inputs:
            if tensor.op in needed and tensor not in replaced:
                replaced[tensor] = body.capture(self._captured(tensor))
        mapped = {tensor.op for tensor in replaced}
        graph_def = schema.GraphDef(node=[op.node_def for op in needed if op not in mapped])
        graph_def.versions.CopyFrom(inside.graph_def_versions)
        with body.as_default():
            found: Any = import_graph_def(
                graph_def,
                {tensor.name: replacement for tensor, replacement in replaced.items()},
                [one.name for one in elements if one not in replaced],
                name="",
            )
        rest: Iterator[Any] = iter(found)
        values = [replaced[one] if one in replaced else next(rest) for one in elements]
        effects = [one for one in values if isinstance(one, Operation)]
        body.trace(lambda: nest.pack_sequence_as(fetches, values) if nest.is_nested(fetches) else values[0])
        body.inputs = [*arguments, *body.captures.values()]
        body.define(effects)
        return WrappedFunction(body, arguments, self._variables)

    def _captured(self, inside: Tensor) -> Tensor:
        """The tensor around that a placeholder inside stands for."""
        for tensor, one in self._body.captures.items():
            if one is inside:
                return tensor
        raise ValueError(f"The fetches need the argument {inside.name}, which is not fed.")


def _needed(elements: Sequence[Any], fed: Sequence[Tensor]) -> list[Operation]:
    """The operations that the elements need, in the order they were made; those of fed tensors end the search."""
    ends = set(fed)
    found: set[Operation] = set()
    waiting = [one if isinstance(one, Operation) else one.op for one in elements if one not in ends]
    while waiting:
        op = waiting.pop()
        if op in found:
            continue
        found.add(op)
        waiting += [tensor.op for tensor in op.inputs if tensor not in ends]
        waiting += op.control_inputs
    graph = elements[0].graph
    return [op for op in graph.get_operations() if op in found]
