"""Reads of variables made explicit.

A ref tensor's slot holds a handle. An op that takes the tensor itself, not the ref, sees what the variable holds when
the op runs: a read is put before it, behind everything the op waits for. What is read is the variable's own memory, so
a reader sees later writes, as in TensorFlow.
"""

from __future__ import annotations

from nbtf.compiler.emit import spread_arguments
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.schedule import MERGES, SWITCHES
from nbtf.dtypes import resource, string

_PASSING = ("RefSwitch", "RefEnter", "RefExit", "RefMerge", "RefNextIteration", "RefIdentity", "RefSelect")


def read_references(nodes: list[Node], fetches: list[Value]) -> tuple[list[Node], list[Value]]:
    """The nodes with a read before every use of a ref's value, and the fetches as values."""
    result: list[Node] = []
    conditional: set[Node] = set()
    for node in nodes:
        if node.op_type not in MERGES and any(_may_be_dead(value, conditional) for value in node.inputs):
            conditional.add(node)
        if node.op_type not in _PASSING:
            for position, value in enumerate(node.inputs):
                if is_ref(value) and not _takes_ref(node, position):
                    read = _read(value, node)
                    if node in conditional and not value.node.inputs:
                        result += _await_others(read, node, conditional)
                    node.inputs[position] = read.outputs[0]
                    result.append(read)
        result.append(node)
    values = []
    for value in fetches:
        if is_ref(value):
            read = _read(value, value.node)
            read.controls = []
            result.append(read)
            value = read.outputs[0]
        values.append(value)
    return result, values


def own_strings(nodes: list[Node]) -> list[Node]:
    """The nodes, with what moves strings into the session's keeping before each that writes them into a variable."""
    result: list[Node] = []
    for node in nodes:
        if node.block is not None and node.block.writes:
            for position, value in enumerate(node.inputs):
                if value.dtype == string and not value.is_handle:
                    kept = new_node("_KeepStrings", node, [value], [(value.dtype, value.shape)], f"/keep{position}")
                    kept.controls = list(node.controls)
                    node.inputs[position] = kept.outputs[0]
                    result.append(kept)
        result.append(node)
    return result


def is_ref(value: Value) -> bool:
    return value.is_handle and value.dtype != resource


def _read(value: Value, reader: Node) -> Node:
    read = new_node("_ReadRef", reader, [value], [(value.dtype, value.shape)], "/read_ref")
    read.controls = list(reader.controls)
    return read


def _may_be_dead(value: Value, conditional: set[Node]) -> bool:
    return value.node in conditional or value.node.op_type in SWITCHES


def _await_others(read: Node, reader: Node, conditional: set[Node]) -> list[Node]:
    """Lets a variable be read only where its reader is alive: elsewhere it need not have a value. The nodes for that."""
    added = []
    for value in reader.inputs:
        if _may_be_dead(value, conditional):
            alive = new_node("Identity", reader, [value], [(value.dtype, value.shape)], "/alive", T=value.dtype)
            read.controls.append(alive)
            added.append(alive)
    return added


def _takes_ref(node: Node, position: int) -> bool:
    return node.definition is not None and spread_arguments(node, outputs=False)[position].is_ref
