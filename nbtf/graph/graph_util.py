"""Rewrites of GraphDefs: the part that some nodes need, without what only training uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.dtypes import int32, string
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.verifier import parse_reference
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema

_VARIABLE_OPS = frozenset(
    [
        "Assign",
        "AssignAdd",
        "AssignSub",
        "Queue",
        "ScatterAdd",
        "ScatterSub",
        "ScatterUpdate",
        "TruncatedNormal",
        "Variable",
        "VariableV2",
    ]
)


def extract_sub_graph(graph_def: Any, dest_nodes: Iterable[str]) -> Any:
    """A GraphDef of the nodes that the operations `dest_nodes` need, in the given order; library and versions kept.

    Raises TypeError for what is no GraphDef or no list, AssertionError for a name that is not in the graph.
    """
    if getattr(getattr(graph_def, "DESCRIPTOR", None), "full_name", "") != "tensorflow.GraphDef":
        raise TypeError(f"graph_def must be a graph_pb2.GraphDef proto, but got type {type(graph_def)}.")
    if isinstance(dest_nodes, str):
        raise TypeError(f"dest_nodes must be an iterable of strings, but got type {type(dest_nodes)}.")
    sources = {node.name: [parse_reference(text)[0] for text in node.input] for node in graph_def.node}
    needed = reachable(sources, list(dest_nodes))
    out = schema.GraphDef()
    out.node.extend([node for node in graph_def.node if node.name in needed])
    out.library.CopyFrom(graph_def.library)
    out.versions.CopyFrom(graph_def.versions)
    return out


def reachable(sources: dict[str, list[str]], names: Sequence[str]) -> set[str]:
    """`names` and everything they take inputs from. Raises AssertionError for a name without an entry."""
    for name in names:
        if name not in sources:
            raise AssertionError(f"{name} is not in graph")
    found = set(names)
    pending = list(names)
    while pending:
        for source in sources.get(pending.pop(), ()):
            if source not in found:
                found.add(source)
                pending.append(source)
    return found


def remove_training_nodes(input_graph: Any, protected_nodes: Iterable[str] | None = None) -> Any:
    """A GraphDef without CheckNumerics and Identity nodes, whose users take their inputs instead.

    An Identity with control inputs, or that others wait for, stays; so do nodes named in `protected_nodes`.
    """
    protected = frozenset(protected_nodes or ())
    nodes = list(input_graph.node)
    checks = {node.name for node in nodes if node.op == "CheckNumerics" and node.name not in protected}
    waited_for = {text[1:] for node in nodes for text in node.input if text.startswith("^")}
    bypass = {node.name: node.input[0] for node in nodes if node.name in checks and len(node.input)}
    for node in nodes:
        if node.op == "Identity" and node.name not in protected and node.name not in waited_for:
            kept = [text for text in node.input if text.removeprefix("^") not in checks or not text.startswith("^")]
            if kept and not any(text.startswith("^") for text in kept):
                bypass[node.name] = node.input[0]
    out = schema.GraphDef()
    out.library.CopyFrom(input_graph.library)
    out.versions.CopyFrom(input_graph.versions)
    for node in nodes:
        if node.name in bypass:
            continue
        kept_node = out.node.add()
        kept_node.CopyFrom(node)
        del kept_node.input[:]
        kept_node.input.extend(
            [_past(text, bypass) for text in node.input if not (text.startswith("^") and text[1:] in checks)]
        )
    return out


def _past(text: str, bypass: dict[str, str]) -> str:
    """What an input refers to once the removed nodes are gone."""
    seen = set()
    while not text.startswith("^"):
        name = parse_reference(text)[0]
        if name not in bypass or name in seen:
            break
        seen.add(name)
        text = bypass[name]
    return text


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow places this Operation or NodeDef on the CPU whatever the device scope says."""
    node_def = node.node_def if isinstance(node, Operation) else node
    if pin_variables_on_cpu and node_def.op in _VARIABLE_OPS:
        return True
    if node_def.op == "Const":
        return node_def.attr["dtype"].type in (string.as_datatype_enum, int32.as_datatype_enum)
    if node_def.op in ("DynamicStitch", "ParallelDynamicStitch"):
        return bool(node_def.attr["T"].type == int32.as_datatype_enum)
    return bool(node_def.op == "Cast" and node_def.attr["SrcT"].type == int32.as_datatype_enum)


def tensor_shape_from_node_def_name(graph: Graph, input_name: str) -> TensorShape:
    """The static shape of a tensor named as in a NodeDef: "x" is "x:0"."""
    return graph.get_tensor_by_name(input_name if ":" in input_name else input_name + ":0").shape
