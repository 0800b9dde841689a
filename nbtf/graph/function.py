"""Functions of a graph's library: a FunctionDef made into a graph of its own, ready to be inlined or called.

In a FunctionDef an input reads "argument", "argument:i", "node:output:i" or "^node"; one that leaves the index away
means all tensors of a list. Attributes may be placeholders for attributes of the call.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nbtf.dtypes import DType
from nbtf.errors import NotFoundError
from nbtf.graph.attributes import encode
from nbtf.graph.graph import Graph
from nbtf.graph.importer import add_graph_def
from nbtf.graph.op_kind import argument_dtypes, argument_length
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.graph.verifier import not_registered, type_text
from nbtf.wire import op_defs, schema


class FunctionBody(NamedTuple):
    """A function as a graph: placeholders for its arguments, lists spread out."""

    name: str
    graph: Graph
    inputs: list[Tensor]
    """One a tensor argument; each the output of a Placeholder."""
    outputs: list[Tensor]
    control_outputs: list[Operation]
    """Operations that a call must run though no output needs them."""


def function_body(graph: Graph, name: str, attrs: Mapping[str, Any] | None = None) -> FunctionBody:
    """The body of function `name` of the graph's library, for these attributes of the call; made once, then kept.

    attrs: AttrValues of the function's type parameters; others are ignored.
    Raises KeyError if there is no such function, ValueError for a body that does not pass the verifier.
    """
    function = _found(graph, name)
    parameters = _parameters(function, attrs or {})
    key = (name, *((key, parameters[key].SerializeToString(deterministic=True)) for key in sorted(parameters)))
    body = graph._function_bodies.get(key)
    if body is None:
        body = _Instance(graph, function, parameters).body()
        graph._function_bodies[key] = body
    return body


def private_body(graph: Graph, reference: Any, into: Graph | None = None) -> FunctionBody:
    """A body of the function that an attribute (NameAttrList) means, for whoever adds to it; in an empty graph `into`."""
    function = _found(graph, reference.name)
    return _Instance(graph, function, _parameters(function, reference.attr)).body(into)


def called_function(graph: Graph, reference: Any) -> FunctionBody:
    """The body that a function attribute (NameAttrList) means."""
    return function_body(graph, reference.name, reference.attr)


def _found(graph: Graph, name: str) -> Any:
    function = graph.functions.get(name)
    if function is None:
        raise KeyError(f"Function '{name}' is not in the graph's library")
    return function


def _parameters(function: Any, attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the attributes that the signature declares."""
    signature = op_defs.from_proto(function.signature)
    values: dict[str, Any] = {}
    for declared in signature.attrs.values():
        if declared.name in attrs:
            values[declared.name] = encode(attrs[declared.name], declared)
        elif declared.has_default:
            values[declared.name] = declared.default_value()
        else:
            raise ValueError(f"Attr {declared.name} is not found from definition of function '{signature.name}'")
    return values


class _Instance:
    """One function with its type parameters filled in."""

    def __init__(self, graph: Graph, function: Any, parameters: Mapping[str, Any]) -> None:
        self._graph = graph
        self._function = function
        self._parameters = parameters
        self._name = function.signature.name
        self._signature = op_defs.from_proto(function.signature)
        self._graph_def = schema.GraphDef()
        self._graph_def.versions.CopyFrom(graph.graph_def_versions)
        self._references: dict[str, list[str]] = {}  # of the FunctionDef -> of the GraphDef

    def body(self, into: Graph | None = None) -> FunctionBody:
        inputs = self._add_arguments()
        nodes = [self._graph_def.node.add() for _ in self._function.node_def]
        for node, source in zip(nodes, self._function.node_def, strict=True):
            node.CopyFrom(source)
            self._fill_placeholders(node)
            self._drop_foreign_colocation(node)
            self._index_outputs(node)
        for node in nodes:
            self._resolve_inputs(node)
        outputs = self._outputs()
        controls = [self._control_output(name) for name in self._function.signature.control_output]
        graph = Graph() if into is None else into
        graph._functions = self._graph._functions  # shared: calls inside the body find later functions too
        graph._function_bodies = self._graph._function_bodies
        try:
            elements = add_graph_def(graph, self._graph_def, [*inputs, *outputs, *controls], allow_internal_names=True)
        except ValueError as error:
            raise ValueError(f"In function '{self._name}': {error}") from None
        rest = iter(elements)
        self._check_results([element for element in elements[len(inputs) :] if isinstance(element, Tensor)])
        return FunctionBody(
            self._name,
            graph,
            [tensor for tensor in itertools.islice(rest, len(inputs)) if isinstance(tensor, Tensor)],
            [tensor for tensor in itertools.islice(rest, len(outputs)) if isinstance(tensor, Tensor)],
            [op for op in rest if isinstance(op, Operation)],
        )

    # ---- arguments ----

    def _add_arguments(self) -> list[str]:
        names: list[str] = []
        for argument in self._signature.inputs:
            dtypes = argument_dtypes([argument], self._parameters)
            single = not (argument.number_attr or argument.type_list_attr)
            own = [argument.name] if single else [f"{argument.name}_{i}" for i in range(len(dtypes))]
            for name, dtype in zip(own, dtypes, strict=True):
                self._add_placeholder(name, dtype, len(names))
                names.append(f"{name}:0")
            self._references[argument.name] = own
            for i, name in enumerate(own):
                self._references[f"{argument.name}:{i}"] = [name]
        return names

    def _add_placeholder(self, name: str, dtype: DType, position: int) -> None:
        node = self._graph_def.node.add(name=name, op="Placeholder")
        node.attr["dtype"].type = dtype.base_dtype.as_datatype_enum
        node.attr["shape"].shape.unknown_rank = True
        attrs = self._function.arg_attr[position].attr if position in self._function.arg_attr else {}
        if "_output_shapes" in attrs and len(attrs["_output_shapes"].list.shape) == 1:
            node.attr["_output_shapes"].CopyFrom(attrs["_output_shapes"])

    # ---- nodes ----

    def _fill_placeholders(self, node: Any) -> None:
        """Attributes that name a type parameter get its value, in nested function attributes too."""
        pending = [node.attr]
        while pending:
            attrs = pending.pop()
            for name in list(attrs):
                value = attrs[name]
                which = value.WhichOneof("value")
                if which == "placeholder":
                    if value.placeholder not in self._parameters:
                        raise ValueError(
                            f"In function '{self._name}': node '{node.name}' needs attr '{value.placeholder}', "
                            "which the function does not declare"
                        )
                    value.CopyFrom(self._parameters[value.placeholder])
                elif which == "func":
                    pending.append(value.func.attr)
                elif which == "list":
                    pending.extend(function.attr for function in value.list.func)

    def _drop_foreign_colocation(self, node: Any) -> None:
        """What a node was colocated with outside of the function has no name in it."""
        if "_class" in node.attr:
            own = {f"loc:@{other.name}".encode() for other in self._function.node_def}
            groups = node.attr["_class"].list
            groups.s[:] = [group for group in groups.s if not group.startswith(b"loc:@") or group in own]
            if not groups.s:
                del node.attr["_class"]

    def _index_outputs(self, node: Any) -> None:
        definition = self._definition(node.op)
        if definition is None:
            text = f"In function '{self._name}': {{{{node {node.name}}}}}: {not_registered(node.op)}"
            raise NotFoundError(None, None, text)
        op_defs.fill_defaults(node, definition)
        op_defs.check_attrs(node, definition)
        flat = 0
        for argument in definition.outputs:
            length = argument_length(argument, node.attr)
            own = [f"{node.name}:{flat + i}" for i in range(length)]
            self._references[f"{node.name}:{argument.name}"] = own
            for i, reference in enumerate(own):
                self._references[f"{node.name}:{argument.name}:{i}"] = [reference]
            flat += length

    def _definition(self, op_type: str) -> op_defs.OpDef | None:
        known = op_defs.find(op_type)
        if known is None and op_type in self._graph.functions:
            return op_defs.from_proto(self._graph.functions[op_type].signature)
        return known

    def _resolve_inputs(self, node: Any) -> None:
        inputs = [
            resolved
            for text in node.input
            for resolved in (
                [text]
                if text.startswith("^")
                else self._resolved(text, f"input {text} is not found: {{{{node {node.name}}}}}")
            )
        ]
        del node.input[:]
        node.input.extend(inputs)

    def _resolved(self, text: str, missing: str) -> list[str]:
        found = self._references.get(text)
        if found is None:
            raise ValueError(f"In function '{self._name}': {missing}")
        return found

    # ---- results ----

    def _outputs(self) -> list[str]:
        outputs: list[str] = []
        for argument in self._signature.outputs:
            if argument.name not in self._function.ret:
                raise ValueError(f"In function '{self._name}': Return {argument.name} missing.")
            text = self._function.ret[argument.name]
            found = self._resolved(text, f"Return {argument.name} -> {text} is not found.")
            outputs.extend(text if ":" in text else text + ":0" for text in found)
        return outputs

    def _check_results(self, outputs: list[Tensor]) -> None:
        """The body gives what the signature says."""
        found = iter(outputs)
        for argument in self._signature.outputs:
            wanted = argument_dtypes([argument], self._parameters)
            for want, tensor in zip(wanted, itertools.islice(found, len(wanted)), strict=False):
                if want.base_dtype != tensor.dtype.base_dtype:
                    raise ValueError(
                        f"In function '{self._name}': Invalid ret types {argument.name} : {type_text(want)} vs. "
                        f"{type_text(tensor.dtype)}"
                    )
        wanted_count = sum(len(argument_dtypes([argument], self._parameters)) for argument in self._signature.outputs)
        if len(outputs) != wanted_count:
            raise ValueError(
                f"In function '{self._name}': {len(outputs)} tensors are returned, the signature has {wanted_count}"
            )

    def _control_output(self, name: str) -> str:
        if name not in self._function.control_ret:
            raise ValueError(f"In function '{self._name}': control return '{name}' missing")
        return str(self._function.control_ret[name])


def library_of(graph: Graph, names: Iterable[str]) -> dict[str, Any]:
    """The FunctionDefs of `names` and of all functions that they call, by name; unknown names are left out."""
    found: dict[str, Any] = {}
    pending = list(names)
    while pending:
        name = pending.pop()
        function = graph.functions.get(name)
        if function is None or name in found:
            continue
        found[name] = function
        for node in function.node_def:
            pending.append(node.op)
            pending.extend(function_references(node.attr))
    return found


def function_references(attrs: Any) -> list[str]:
    """Names of the functions that attributes refer to."""
    names: list[str] = []
    pending = list(attrs.values())
    while pending:
        value = pending.pop()
        functions = [value.func] if value.HasField("func") else list(value.list.func)
        for function in functions:
            names.append(function.name)
            pending.extend(function.attr.values())
    return names
