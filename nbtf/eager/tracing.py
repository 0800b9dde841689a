"""tf.function: a Python function as a function of the graph's library, called by one node."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.graph import function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor


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

    def __init__(self, python_function: Callable[..., Any], input_signature: Sequence[Any] | None = None) -> None:
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._signature = inspect.signature(python_function)

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a call to the default graph; gives what the function returns, in its structure."""
        call = _Arguments(self, args, kwargs)
        body = self._body(call)
        outputs = function_calls.call(body, [*call.tensors, *body.external_captures])
        found = iter(outputs)
        return nest.map_structure(
            lambda leaf: next(found) if isinstance(leaf, Tensor) else leaf,
            body.structured_outputs,
            expand_composites=True,
        )

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: variables are parts of the object that keeps them."""
        return {}

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> FuncGraph:
        """The traced function that a call with these arguments would use."""
        return self._body(_Arguments(self, args, kwargs))

    def _body(self, call: _Arguments) -> FuncGraph:
        graph = get_default_graph()
        key = (self, call.key)
        if key not in graph._traced_functions:
            graph._traced_functions[key] = _traced(self.python_function, call, graph)
        body: FuncGraph = graph._traced_functions[key]
        return body


class _Arguments:
    """The arguments of one call: tensors, and what else decides about the function."""

    def __init__(self, function: Function, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        bound = function._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        self._args, self._kwargs = bound.args, bound.kwargs
        named = [(path, leaf) for path, leaf in nest.flatten_with_joined_paths(dict(bound.arguments), separator="_")]
        leaves = nest.flatten((self._args, self._kwargs), expand_composites=True)
        names = [path for path, _ in named] if len(named) == len(leaves) else [f"arg_{i}" for i in range(len(leaves))]
        self._places: list[int] = []
        self.tensors: list[Tensor] = []
        self.names: list[str] = []
        described: list[Any] = []
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, (Tensor, np.ndarray, np.generic)):
                tensor = convert_to_tensor(leaf)
                self._places.append(i)
                self.tensors.append(tensor)
                self.names.append(names[i])
                described.append((tensor.dtype, tensor.dims))
            else:
                described.append(_key_of(leaf))
        self._check_signature(function.input_signature)
        self.key = (str(nest.map_structure(lambda _: ".", (self._args, self._kwargs))), *described)

    def _check_signature(self, signature: Sequence[Any] | None) -> None:
        if signature is None:
            return
        specs = nest.flatten(signature)
        if len(specs) != len(self.tensors):
            raise TypeError(f"{len(self.tensors)} tensors are given, the input signature has {len(specs)}")
        for spec, tensor in zip(specs, self.tensors, strict=True):
            if spec.dtype != tensor.dtype.base_dtype or not tensor.shape.is_compatible_with(spec.shape):
                raise TypeError(f"{tensor} does not fit {spec} of the input signature")

    def inside(self, placeholders: Sequence[Tensor]) -> tuple[Any, Any]:
        """The arguments with placeholders instead of the tensors."""
        structure = (self._args, self._kwargs)
        leaves = nest.flatten(structure, expand_composites=True)
        for i, placeholder in zip(self._places, placeholders, strict=True):
            leaves[i] = placeholder
        packed: tuple[Any, Any] = nest.pack_sequence_as(structure, leaves, expand_composites=True)
        return packed


def _key_of(value: Any) -> Any:
    """Equal values mean the same function; what cannot be compared is told apart by identity."""
    try:
        hash(value)
    except TypeError:
        return id(value)
    return (type(value), value)


def _traced(python_function: Callable[..., Any], call: _Arguments, graph: Graph) -> FuncGraph:
    def called(*placeholders: Tensor) -> Any:
        args, kwargs = call.inside(placeholders)
        return python_function(*args, **kwargs)

    return traced(called, python_function.__name__, call.tensors, call.names, graph)


def traced(
    python_function: Callable[..., Any], label: str, tensors: Sequence[Tensor], names: Sequence[str], graph: Graph
) -> FuncGraph:
    """A function of the graph's library: what python_function makes of placeholders like the tensors, so named.

    label: stands in its own name.
    """
    body = FuncGraph(function_calls.unique_function_name(graph, f"__inference_{label.strip('<>')}"), graph)
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
