"""The function library of a SavedModel as part of a graph that has functions already."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from nbtf.graph.function_calls import unique_function_name
from nbtf.graph.graph import Graph
from nbtf.wire import schema

_loads = itertools.count()


class ImportedLibrary(NamedTuple):
    """New names of functions, and of gradients that the library defines, by the old ones."""

    functions: dict[str, str]
    gradients: dict[str, str]


def import_library(graph: Graph, library: Any) -> ImportedLibrary:
    """Adds the functions to the graph's library under names that are free.

    Resources that functions make get names of their own, so that two models share none; so do gradients.
    """
    names = {one.signature.name: _new_name(graph, one.signature.name) for one in library.function}
    suffix = new_suffix()
    gradients = {
        one.registered_op_type: f"{one.registered_op_type}{suffix.decode()}" for one in library.registered_gradients
    }
    for source in library.function:
        function = schema.FunctionDef()
        function.CopyFrom(source)
        function.signature.name = names[source.signature.name]
        for node in function.node_def:
            node.op = names.get(node.op, node.op)
            _rename_in(node.attr, names)
            _name_gradient(node, gradients, suffix)
            own_shared_name(node, suffix)
        graph._functions[function.signature.name] = function
    for gradient in library.gradient:
        if gradient.function_name in names:
            function_name = names[gradient.function_name]
            graph._gradient_functions[function_name] = names.get(gradient.gradient_func, gradient.gradient_func)
    return ImportedLibrary(names, gradients)


def new_suffix() -> bytes:
    """What names of resources end with that belong to one load."""
    return f"_load_{next(_loads)}".encode()


def own_shared_name(node: Any, suffix: bytes) -> None:
    """Gives the resource that a node of a function makes a name of its own, the same wherever the function is called."""
    if "shared_name" in node.attr:
        node.attr["shared_name"].s = (node.attr["shared_name"].s or node.name.encode()) + suffix


def _new_name(graph: Graph, name: str) -> str:
    return unique_function_name(graph, re.sub(r"_\d+$", "", name))


def _rename_in(attrs: Any, names: Mapping[str, str]) -> None:
    """Names functions in attributes, nested ones too, by their new names."""
    for value in attrs.values():
        functions = [value.func] if value.HasField("func") else value.list.func
        for function in functions:
            function.name = names.get(function.name, function.name)
            _rename_in(function.attr, names)


def _name_gradient(node: Any, gradients: Mapping[str, str], suffix: bytes) -> None:
    """Says where the gradient of a node is found.

    That of a call which was registered in the program that saved it is dropped: the function tells its own. One that was
    not saved is not found: a gradient of this program that has its number is another one.
    """
    if "_gradient_op_type" not in node.attr:
        return
    name = node.attr["_gradient_op_type"].s.decode()
    if name in gradients:
        node.attr["_gradient_op_type"].s = gradients[name].encode()
    elif name.startswith("CustomGradient-"):
        node.attr["_gradient_op_type"].s += suffix
    elif name.split("-")[0].endswith("PartitionedCall"):
        del node.attr["_gradient_op_type"]
