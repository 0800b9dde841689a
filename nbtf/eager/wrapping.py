"""tf.wrap_function: a function that makes variables, as one function of a graph that can be called and cut down."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbtf import nest
from nbtf.eager.concrete_functions import ConcreteFunction
from nbtf.graph import function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.feeding import placeholder
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
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
    return WrappedFunction(body, args, _names(fn, signature), variables)


def _names(fn: Callable[..., Any], signature: Sequence[Any]) -> list[str]:
    """Names of the arguments: those of the function's parameters, where it has as many."""
    names = list(inspect.signature(fn).parameters)
    return names if len(names) == len(signature) else [f"arg_{i}" for i in range(len(signature))]


class WrappedFunction(ConcreteFunction):
    """What wrap_function makes."""

    def __init__(
        self, body: FuncGraph, arguments: Sequence[Any], names: Sequence[str], variables: Sequence[Any]
    ) -> None:
        """arguments: placeholders in `body`, each nested as the argument is. variables: that the function made."""
        self._arguments = list(arguments)
        specs = nest.map_structure(lambda one: TensorSpec(one.shape, one.dtype), tuple(arguments))
        super().__init__(body, (specs, {}), names)
        self._variables = tuple(variables)

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables that the function made."""
        return self._variables

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
        return self._called_with(tensors)

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
        names = [re.sub(r"\W", "_", tensor.op.name) for tensor in fed]
        return WrappedFunction(body, arguments, names, self._variables)

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
