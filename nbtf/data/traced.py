"""Python functions of a dataset's elements as functions of the graph's library."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.data import structures
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.feeding import placeholder
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.function_calls import unique_function_name
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

_MARK = "_tf_data_function"


class TracedFunction:
    """`function` traced once with symbols for an element of `spec`; a plain tuple becomes several arguments."""

    def __init__(self, function: Callable[..., Any], transformation: str, spec: Any) -> None:
        """transformation: what the function is for, in its name in the library."""
        graph = get_default_graph()
        name = unique_function_name(graph, f"__inference_{transformation}_{_name_of(function)}")
        self._body = FuncGraph(name, graph)
        self._body.orders_effects = True
        arguments = []
        with self._body.as_default(), self._body.control_dependencies(None):
            types, shapes = structures.flat_types(spec), structures.flat_shapes(spec)
            for i, (dtype, shape) in enumerate(zip(types, shapes, strict=True)):
                arguments.append(placeholder(dtype, shape, name=f"args_{i}"))
                arguments[-1].op._node.attr["_user_specified_name"].s = f"args_{i}".encode()
        with self._body.as_default():
            element = structures.from_tensors(spec, arguments)
            result = function(*element) if type(element) is tuple else function(element)
            self.result = self._returned(result)
        self._define(arguments)

    def _returned(self, result: Any) -> Any:
        """The result with tensors of this function for its components."""
        if isinstance(result, list):
            result = tuple(result)  # several results rather than one to be stacked
        if result is None:
            return ()
        leaves = [
            one if structures.is_dataset(one) or isinstance(one, SparseTensor) else convert_to_tensor(one)
            for one in structures.flatten(result)
        ]
        packed = structures.pack(result, leaves)
        self.spec = structures.map_components(structures.spec_of, packed)
        self._body.outputs = [
            structures.identity(self._body.capture(tensor)) for tensor in structures.tensors_of(packed)
        ]
        return packed

    spec: Any = ()
    """The specs of what the function returns, in its structure."""

    def _define(self, arguments: Sequence[Tensor]) -> None:
        body = self._body
        effects = body.order_effects()
        # what a branch does may not be done at all, and nothing waits for that
        always = [op for op in effects if op._get_control_flow_context() is None]
        if always:
            with body.as_default(), body.control_dependencies(always):
                done = raw.NoOp()
            for output in body.outputs:
                output.op._add_control_input(done)
        body.inputs = [*arguments, *body.captures.values()]
        body.define(effects)
        attrs = body._functions[body.name].attr
        attrs[_MARK].b = True
        attrs["_construction_context"].s = b"kEagerRuntime"

    @property
    def captured(self) -> list[Tensor]:
        """Tensors of the graph around that the function uses: what the node of the dataset passes on."""
        return self._body.external_captures

    @property
    def reference(self) -> Any:
        """How a node's attribute names the function."""
        return schema.NameAttrList(name=self._body.name, attr={_MARK: schema.AttrValue(b=True)})


def _name_of(function: Any) -> str:
    """What may stand in a function's name of its Python name."""
    if isinstance(function, functools.partial):
        return _name_of(function.func)
    is_function = isinstance(function, OpFunction) or hasattr(function, "__code__") or hasattr(function, "__func__")
    name = function.__name__ if is_function else str(type(function))
    return "".join(letter for letter in name if letter not in "<>\\' ")
