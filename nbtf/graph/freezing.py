"""Freezing: a GraphDef whose variables are constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nbtf.dtypes import DTYPES
from nbtf.graph.graph_util import extract_sub_graph
from nbtf.graph.verifier import parse_reference
from nbtf.wire import schema
from nbtf.wire import tensor as tensor_encoding

REF_VARIABLES: Final = frozenset({"Variable", "VariableV2"})
RESOURCE_VARIABLES: Final = frozenset({"VarHandleOp"})
_RESOURCE: Final = 20  # DT_RESOURCE

# Ops that hand a resource handle on: their attribute T becomes the variable's type.
_PASSES: Final = frozenset({"Identity", "Enter", "Exit", "Switch", "Merge", "NextIteration"})


def variables_to_freeze(
    graph_def: Any,
    output_node_names: Iterable[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> list[str]:
    """Names of the variable nodes that the outputs need and the lists allow: a caller must provide their values."""
    allowed = None if variable_names_whitelist is None else frozenset(variable_names_whitelist)
    refused = frozenset(variable_names_blacklist or ())
    return [
        node.name
        for node in extract_sub_graph(graph_def, output_node_names).node
        if node.op in REF_VARIABLES | RESOURCE_VARIABLES
        and (allowed is None or node.name in allowed)
        and node.name not in refused
    ]


def replace_variables_by_constants(
    graph_def: Any,
    values: Mapping[str, NDArray[Any]],
    output_node_names: Sequence[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> Any:
    """The part of `graph_def` that the outputs need, its variables replaced by Const nodes of the same names.

    values: the variable node's name -> its value. The lists name the variables to replace, and those to leave.
    Reads of resource variables become Identity nodes; ResourceGather becomes GatherV2, with its axis as a new constant
    after all other nodes.

    Raises AssertionError for an output that is not in the graph, ValueError for a variable without a value, a value of
    the wrong type, or a variable used by an op that only variables can serve.
    """
    frozen = extract_sub_graph(graph_def, output_node_names)
    names = variables_to_freeze(frozen, output_node_names, variable_names_whitelist, variable_names_blacklist)
    missing = [name for name in names if name not in values]
    if missing:
        raise ValueError(f"No value for variable '{missing[0]}', which the outputs need")
    return _Freezing(frozen, {name: values[name] for name in names}).run()


class _Freezing:
    """One graph on its way; the nodes are changed in place."""

    def __init__(self, graph_def: Any, values: Mapping[str, NDArray[Any]]) -> None:
        self._graph_def = graph_def
        self._values = values
        self._nodes = {node.name: node for node in graph_def.node}
        # node that makes or passes a frozen variable's handle -> DataType of the variable
        self._handles: dict[str, int] = {}

    def run(self) -> Any:
        self._trace_handles()
        for node in list(self._graph_def.node):
            source = self._handles.get(parse_reference(node.input[0])[0]) if len(node.input) else None
            if node.name in self._values:
                self._make_constant(node)
            elif node.name in self._handles:
                node.attr["T"].type = self._handles[node.name]
            elif source is not None and not node.input[0].startswith("^"):
                self._convert_use(node, source)
            else:
                self._refuse_other_uses(node)
        return self._graph_def

    def _trace_handles(self) -> None:
        """Follows the handles of frozen resource variables through loops and branches."""
        users: dict[str, list[Any]] = {}
        for node in self._graph_def.node:
            for text in node.input:
                users.setdefault(parse_reference(text)[0] if not text.startswith("^") else "", []).append(node)
        pending = [name for name in self._values if self._nodes[name].op in RESOURCE_VARIABLES]
        for name in pending:
            self._handles[name] = self._nodes[name].attr["dtype"].type
        while pending:
            name = pending.pop()
            for user in users.get(name, ()):
                if user.op in _PASSES and user.attr["T"].type == _RESOURCE and user.name not in self._handles:
                    self._handles[user.name] = self._handles[name]
                    pending.append(user.name)

    def _make_constant(self, node: Any) -> None:
        name, number = node.name, node.attr["dtype"].type
        dtype = DTYPES[number]
        value = np.asarray(self._values[name])
        if value.dtype != dtype.storage and not (dtype.name == "string" and value.dtype.kind in "OSU"):
            raise ValueError(f"Variable '{name}' has dtype {dtype.name}, its value has {value.dtype}")
        proto = tensor_encoding.make_tensor_proto(value, dtype, value.shape)
        node.Clear()
        node.name, node.op = name, "Const"
        node.attr["dtype"].type = number
        node.attr["value"].tensor.CopyFrom(proto)

    def _convert_use(self, node: Any, dtype: int) -> None:
        old = schema.NodeDef()
        old.CopyFrom(node)
        if old.op not in _USES:
            raise ValueError(
                f"Node '{old.name}': {old.op} uses a variable that is to become a constant; "
                "only reads of a variable can be frozen"
            )
        node.Clear()
        node.name = old.name
        if "_class" in old.attr:
            node.attr["_class"].CopyFrom(old.attr["_class"])
        _USES[old.op](self, old, node, dtype)

    def _read(self, old: Any, node: Any, dtype: int) -> None:
        node.op = "Identity"
        node.input.append(old.input[0])
        node.attr["T"].type = dtype

    def _gather(self, old: Any, node: Any, dtype: int) -> None:
        batch_dims = old.attr["batch_dims"].i
        index_type = old.attr["Tindices"].type
        axis = self._graph_def.node.add(name=f"{old.name}/axis", op="Const")
        axis.attr["dtype"].type = index_type
        axis.attr["value"].tensor.CopyFrom(tensor_encoding.make_tensor_proto(batch_dims, DTYPES[index_type], ()))
        node.op = "GatherV2"
        node.input.extend([*old.input[:2], axis.name, *old.input[2:]])
        node.attr["Tparams"].type = dtype
        node.attr["Tindices"].type = index_type
        node.attr["Taxis"].type = index_type
        if batch_dims:
            node.attr["batch_dims"].i = batch_dims

    def _gather_nd(self, old: Any, node: Any, dtype: int) -> None:
        node.op = "GatherNd"
        node.input.extend(old.input)
        node.attr["Tparams"].type = dtype
        node.attr["Tindices"].CopyFrom(old.attr["Tindices"])

    def _shape(self, old: Any, node: Any, dtype: int) -> None:
        node.op = "Shape"
        node.input.extend(old.input)
        node.attr["T"].type = dtype
        node.attr["out_type"].CopyFrom(old.attr["out_type"])

    def _refuse_other_uses(self, node: Any) -> None:
        for text in node.input:
            if not text.startswith("^") and parse_reference(text)[0] in self._handles:
                raise ValueError(
                    f"Node '{node.name}': {node.op} takes the handle of a variable that is to become a constant"
                )


_USES: Final = {
    "ReadVariableOp": _Freezing._read,
    "ResourceGather": _Freezing._gather,
    "ResourceGatherNd": _Freezing._gather_nd,
    "VariableShape": _Freezing._shape,
}
