"""tf.function: a Python function as a function of the graph's library, called by one node."""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.eager.arguments import Arguments
from nbtf.eager.concrete_functions import ConcreteFunction
from nbtf.graph import function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec, TypeSpec
from nbtf.variables.creation import variable_creator_scope


def function(
    func: Callable[..., Any] | None = None, input_signature: Sequence[Any] | None = None, **options: Any
) -> Any:
    """`func` as a function of tensors that a graph calls by one node; also a decorator.

    Tensors and arrays among the arguments become arguments of the node, other values are part of the function: for
    each combination of them, and of dtypes and shapes, it is traced once in each graph. Operations with effects run at
    each call, in the order in which they were made. Python's `if` and `while` see symbols, as everywhere in a graph.
    input_signature: things with `shape` and `dtype`, one an argument, instead of what each call gives.
    options: autograph, which must be off or left alone, and hints for compilers, which change nothing.
    """

    def decorated(one: Callable[..., Any]) -> Function:
        made = Function(one, input_signature)
        functools.update_wrapper(made, one)
        return made

    return decorated if func is None else decorated(func)


class Function:
    """What tf.function makes."""

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Sequence[Any] | None = None,
        signature: inspect.Signature | None = None,
    ) -> None:
        """signature: of the arguments, by default the Python function's own."""
        self.python_function = python_function
        self.input_signature = (
            None if input_signature is None else tuple(nest.map_structure(_spec, tuple(input_signature)))
        )
        self.signature = inspect.signature(python_function) if signature is None else signature
        self._of_instances: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()

    def __get__(self, instance: Any, owner: Any) -> Any:
        """As a method: the function with its first argument given, one for each instance."""
        if instance is None:
            return self
        if instance not in self._of_instances:
            first, *rest = self.signature.parameters.values()
            if first.kind == inspect.Parameter.VAR_POSITIONAL:
                rest = [first, *rest]
            method = _method(self.python_function, weakref.ref(instance))
            self._of_instances[instance] = Function(
                method, self.input_signature, self.signature.replace(parameters=rest)
            )
        return self._of_instances[instance]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a call to the default graph; gives what the function returns, in its structure."""
        call = self._arguments(args, kwargs)
        return self._concrete(call)._called_with(call.tensors)

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: variables are parts of the object that keeps them."""
        return {}

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The traced function that a call with these arguments, or with tensors of these TensorSpecs, would use."""
        if self.input_signature is not None and not args and not kwargs:
            args = self.input_signature
        return self._concrete(self._arguments(args, kwargs))

    @property
    def concrete_functions(self) -> list[ConcreteFunction]:
        """What was traced in the default graph, in order."""
        traces = _root(get_default_graph())._traced_functions
        return [found for (function, _), found in traces.items() if function is self]

    def _arguments(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Arguments:
        return Arguments(self.signature, self.input_signature, args, kwargs)

    def _concrete(self, call: Arguments) -> ConcreteFunction:
        graph = get_default_graph()
        root = _root(graph)
        key = (self, call.key)
        for place in (graph, root):
            if key in place._traced_functions:
                found: ConcreteFunction = place._traced_functions[key]
                return found
        found = self._traced(call)
        # what captured tensors of an unfinished function is of use in that function only
        home = root if all(one.graph is root for one in found.captured_inputs) else graph
        home._traced_functions[key] = found
        return found

    def _traced(self, call: Arguments) -> ConcreteFunction:
        def called(*placeholders: Tensor) -> Any:
            args, kwargs = call.inside(placeholders)
            with variable_creator_scope(_resource_variable):
                return self.python_function(*args, **kwargs)

        label = self.python_function.__name__
        body = traced(called, label, call.likes, [str(spec.name) for spec in call.specs], get_default_graph())
        return ConcreteFunction(body, call.structured_specs, call.names)


def _resource_variable(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
    """What a function uses comes in as an argument, which a ref variable cannot be."""
    return next_creator(**{**kwargs, "use_resource": True})


def _root(graph: Graph) -> Graph:
    while isinstance(graph, FuncGraph):
        graph = graph.outer_graph
    return graph


def _spec(described: Any) -> Any:
    """The spec that something with a shape and a dtype stands for."""
    return described if isinstance(described, TypeSpec) else TensorSpec(described.shape, described.dtype)


def _method(python_function: Callable[..., Any], instance: weakref.ref[Any]) -> Callable[..., Any]:
    """The function as a method of an object that it does not keep alive."""

    @functools.wraps(python_function)
    def method(*args: Any, **kwargs: Any) -> Any:
        return python_function(instance(), *args, **kwargs)

    return method


def traced(
    python_function: Callable[..., Any], label: str, tensors: Sequence[Any], names: Sequence[str], graph: Graph
) -> FuncGraph:
    """A function of the graph's library: what python_function makes of placeholders like the tensors, so named.

    label: stands in its own name.
    """
    body = FuncGraph(function_calls.unique_function_name(graph, f"__inference_{label.strip('<>')}"), graph)
    body.orders_effects = True
    placeholders = [body.add_input(tensor, one) for tensor, one in zip(tensors, names, strict=True)]

    def with_identities() -> Any:
        return nest.map_structure(_returned, python_function(*placeholders), expand_composites=True)

    body.trace(with_identities)
    effects = body.order_effects()
    # captured tensors come after the arguments, as the call passes them
    captured = set(body.captures.values())
    body.inputs = [*[one for one in body.inputs if one not in captured], *body.captures.values()]
    body.define(effects)
    return body


def _returned(value: Any) -> Any:
    if value is None or isinstance(value, (Operation, CompositeTensor)):
        return value
    return raw.Identity(convert_to_tensor(value))
