"""import_graph_def: the nodes of a GraphDef, verified, become operations of the default graph.

Either all of the file's nodes are added or, when anything is wrong, none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nbtf import collector
from nbtf.dtypes import DType
from nbtf.errors import UnimplementedError
from nbtf.graph import default_stacks, scopes, verifier
from nbtf.graph.graph import Graph, check_versions
from nbtf.graph.op_kind import UNKNOWN_DTYPE, OpKind
from nbtf.graph.operation import Operation, add_consumer, creation_site
from nbtf.graph.shape_inference import infer_shapes
from nbtf.graph.special_shapes import checked_dims
from nbtf.graph.tensor import Tensor, merged_dims
from nbtf.shapes import CheckFailed
from nbtf.wire import op_defs, schema
from nbtf.wire.tensor import lists_values

_COLOCATION = "loc:@"
_LARGE_CONTENT = 1 << 12  # bytes
_CONTROL = -1  # output index of a control input


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[Any, Any] | None = None,
    return_elements: Iterable[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Tensor | Operation] | None:
    """Adds the nodes of `graph_def` to the default graph.

    input_map: what the nodes take instead of the file's own: "x:0" or "x" -> tensor, "^x" -> operation.
    return_elements: names, as in the file, of operations and tensors ("x:0") to return, in order.
    name: prefix of all names, "import" by default, numbered if taken; "" adds none and numbers taken names instead.
    op_dict: without effect, as in TensorFlow.
    producer_op_list: an OpList of the file's writer; attributes unknown here that have its default are dropped.

    Raises TypeError for arguments of the wrong kind, ValueError for a graph that does not pass the verifier. A node
    whose op is unknown becomes an opaque operation, which can be looked at and written but not run.
    """
    graph_def, contents = _own_copy(graph_def)
    mapping = _checked_input_map(input_map)
    wanted = _checked_return_elements(return_elements)
    graph = default_stacks.get_default_graph()
    if producer_op_list is not None:
        _drop_unknown_defaults(graph_def, producer_op_list)
    mapped = [value for value in mapping.values() if isinstance(value, (Tensor, Operation))]
    with scopes.name_scope(name, "import", mapped) as scope:
        mapping = _converted_input_map(name, mapping)
        with graph._lock:
            graph._check_not_finalized()
            check_versions(graph_def.versions)
            first = len(graph._operations)
            elements = _Import(graph, graph_def, scope[:-1], mapping, contents).run(wanted)
    context = graph._control_flow_context
    if context is not None:
        for op in graph._operations[first:]:
            context.AddOp(op)
    return None if return_elements is None else elements


def add_graph_def(
    graph: Graph, graph_def: Any, wanted: Sequence[str] = (), allow_internal_names: bool = False
) -> list[Tensor | Operation]:
    """Adds the nodes of `graph_def`, which it takes over and changes, to `graph` under their own names.

    wanted: names of elements to return. allow_internal_names: names may begin with "_".
    """
    return _Import(graph, graph_def, "", {}, {}, allow_internal_names).run(wanted)


# ---- arguments -------------------------------------------------------------------------------------------------------


def _own_copy(graph_def: Any) -> tuple[Any, dict[int, bytes]]:
    """A GraphDef of nbtf's schema that nobody else changes, and the contents of large constants, which it lacks.

    Those by the positions of their nodes. Messages of other descriptor pools come over as bytes.
    """
    descriptor = getattr(graph_def, "DESCRIPTOR", None)
    if descriptor is None or descriptor.full_name != "tensorflow.GraphDef":
        raise TypeError("Argument `graph_def` must be a GraphDef proto.")
    if not isinstance(graph_def, schema.GraphDef):
        serialized = graph_def.SerializeToString()
        graph_def = schema.GraphDef()
        graph_def.ParseFromString(serialized)
    copy = schema.GraphDef(versions=graph_def.versions, library=graph_def.library)
    contents: dict[int, bytes] = {}
    for position, node in enumerate(graph_def.node):
        content = _copy_node(node, copy.node.add())
        if content:
            contents[position] = content
    return copy, contents


def _copy_node(node: Any, copy: Any) -> bytes:
    """Copies a NodeDef; what it returns is the large content of a constant, which the copy lacks.

    Protobuf copies a content whenever it is read: so it is copied once, and not with its message before.
    """
    content = _large_content(node) if node.op == "Const" else b""
    if not content:
        copy.CopyFrom(node)
        return b""
    copy.name, copy.op, copy.device = node.name, node.op, node.device
    copy.input.extend(node.input)
    for name, value in node.attr.items():
        if name != "value":
            copy.attr[name].CopyFrom(value)
    tensor, header = node.attr["value"].tensor, copy.attr["value"].tensor
    header.dtype, header.version_number = tensor.dtype, tensor.version_number
    header.tensor_shape.CopyFrom(tensor.tensor_shape)
    return content


def _large_content(node: Any) -> bytes:
    """The content of a constant's value, if it is large and there is nothing about the node that constants do not have."""
    if "value" not in node.attr or node.HasField("experimental_debug_info") or node.HasField("experimental_type"):
        return b""
    tensor = node.attr["value"].tensor
    content: bytes = tensor.tensor_content
    return b"" if len(content) < _LARGE_CONTENT or lists_values(tensor) else content


def _checked_input_map(input_map: Mapping[Any, Any] | None) -> dict[str, Any]:
    if input_map is None:
        return {}
    if not isinstance(input_map, Mapping):
        raise TypeError(f"Argument `input_map` must be a dictionary. Obtained {type(input_map).__name__}")
    return {key.decode() if isinstance(key, bytes) else key: value for key, value in input_map.items()}


def _checked_return_elements(return_elements: Iterable[str] | None) -> tuple[str, ...]:
    if return_elements is None:
        return ()
    elements = tuple(return_elements)
    if not all(isinstance(element, str) for element in elements):
        raise TypeError(f"Argument `return_elements` must be a list of strings. Obtained {return_elements}.")
    return elements


def _converted_input_map(name: str | None, mapping: dict[str, Any]) -> dict[str, Any]:
    """Values that are no tensors (arrays, numbers) become constants under the scope `_inputs`."""
    graph = default_stacks.get_default_graph()
    if all(isinstance(value, Operation if key.startswith("^") else Tensor) for key, value in mapping.items()):
        return mapping
    if name == "":
        raise ValueError(
            "tf.import_graph_def() requires a non-empty `name` if `input_map` contains non-Tensor values. "
            "Try calling tf.convert_to_tensor() on `input_map` values before calling tf.import_graph_def()."
        )
    from nbtf.graph.conversion import convert_to_tensor  # needed here alone

    with graph.name_scope("_inputs"):
        return {
            key: graph.as_graph_element(value, allow_tensor=False) if key.startswith("^") else convert_to_tensor(value)
            for key, value in mapping.items()
        }


def _drop_unknown_defaults(graph_def: Any, producer_op_list: Any) -> None:
    producers = {op.name: op for op in producer_op_list.op}
    for node in graph_def.node:
        producer, known = producers.get(node.op), op_defs.find(node.op)
        if producer is None or known is None:
            continue
        for attr in producer.attr:
            if attr.name in known.attrs or attr.name not in node.attr or not attr.HasField("default_value"):
                continue
            default = schema.AttrValue()
            default.ParseFromString(attr.default_value.SerializeToString())
            if node.attr[attr.name] == default:
                del node.attr[attr.name]


# ---- nodes -----------------------------------------------------------------------------------------------------------


class _Import:
    """One import into one graph."""

    def __init__(
        self,
        graph: Graph,
        graph_def: Any,
        prefix: str,
        input_map: Mapping[str, Any],
        contents: Mapping[int, bytes],
        allow_internal_names: bool = False,
    ) -> None:
        """contents: of constants, for nodes by position, where these lack them."""
        self._graph = graph
        self._contents = contents
        self._allow_internal_names = allow_internal_names
        self._graph_def = graph_def
        self._nodes = list(graph_def.node)
        self._prefix = prefix + "/" if prefix else ""
        self._input_map = {_input_key(key): value for key, value in input_map.items()}
        self._used: set[tuple[str, int]] = set()
        self._imported: dict[str, Operation] = {}  # by the name in the file
        self._names_in_file: frozenset[str] = frozenset()
        self._new_names: dict[str, str] = {}  # of nodes whose names the graph had already
        self._back_edges: list[tuple[Operation, int, str, int]] = []
        self._library = {function.signature.name: function for function in graph_def.library.function}
        self._function_kinds: dict[str, OpKind] = {}
        self._slots_used: dict[str, int] = {}
        self._site = creation_site()
        self._controls = list(graph._current_control_dependencies())

    def run(self, wanted: Sequence[str]) -> list[Tensor | Operation]:
        with collector.paused():
            return self._run(wanted)

    def _run(self, wanted: Sequence[str]) -> list[Tensor | Operation]:
        graph = self._graph
        first, functions = len(graph._operations), dict(graph._functions)
        try:
            order = verifier.topological_order(
                self._nodes, {name for name, _ in self._input_map}, self._allow_internal_names
            )
            self._names_in_file = frozenset([node.name for node in self._nodes])
            self._rename_taken()
            self._prepare_opaque()
            self._add_library()
            for i in order:
                self._add(self._nodes[i], self._contents.get(i))
            self._close_loops()
            self._place(graph._operations[first:])
            self._check_input_map_used()
            return [self._element(name) for name in wanted]
        except BaseException:
            graph._remove_operations(first)
            graph._functions = functions
            raise

    def _add_library(self) -> None:
        if len(self._library) < len(self._graph_def.library.function):
            self._check_repeated_functions()
        for name, function in self._library.items():
            if op_defs.find(name) is not None:
                raise ValueError(f"Cannot add function '{name}' because an op with the same name already exists.")
            existing = self._graph._functions.get(name)
            if existing is not None and existing != function:
                raise ValueError(
                    f"Cannot add function '{name}' because a different function with the same name already exists."
                )
            self._graph._functions[name] = function
        for gradient in self._graph_def.library.gradient:
            self._graph._gradient_functions[gradient.function_name] = gradient.gradient_func

    def _check_repeated_functions(self) -> None:
        for function in self._graph_def.library.function:
            if function != self._library[function.signature.name]:
                raise ValueError(
                    f"Cannot add function '{function.signature.name}' because a different function with the same name "
                    "already exists."
                )

    def _check_deprecation(self, kind: OpKind, node: Any) -> None:
        """A file may use an op only if its writer still had it. Bodies of functions do not tell who wrote them."""
        producer = self._graph_def.versions.producer
        if kind.definition is None or self._allow_internal_names:
            return
        removed = kind.definition.deprecated_version
        if removed and producer >= removed:
            raise UnimplementedError(
                None,
                None,
                f"Op {node.op} is not available in GraphDef version {producer}. It has been removed in version "
                f"{removed}. Node: {{{{node {node.name}}}}}",
            )

    def _kind(self, op_type: str) -> OpKind:
        kind = self._function_kinds.get(op_type)
        if kind is None:
            function = self._graph._functions.get(op_type)
            if function is None or op_defs.find(op_type) is not None:
                kind = OpKind.of(op_type)
            else:  # a call of a library function, by its name as op type
                kind = OpKind(op_type, op_defs.from_proto(function.signature))
            self._function_kinds[op_type] = kind
        return kind

    def _prepare_opaque(self) -> None:
        """How many outputs nodes without a signature have, nobody says: as many as the file uses."""
        known = self._library.keys() | self._graph._functions.keys()
        if all(node.op in known or op_defs.find(node.op) is not None for node in self._nodes):
            return
        for node in self._nodes:
            for text in node.input:
                name, index = verifier.parse_reference(text)
                if index > self._slots_used.get(name, 0):
                    self._slots_used[name] = index

    def _add(self, node: Any, content: bytes | None) -> None:
        graph = self._graph
        kind = self._kind(node.op)
        self._check_deprecation(kind, node)
        inputs, control_inputs, back_edges = self._resolve_inputs(node)
        output_dtypes = self._checked_dtypes(kind, node, inputs, back_edges)
        self._rename_colocation(node)
        name = self._new_names.get(node.name, self._prefix + node.name)
        op = graph._add_operation(kind, name, node, inputs, control_inputs, output_dtypes, self._site)
        self._imported[node.name] = op
        op._device, op._content = node.device, content
        self._back_edges.extend([(op, *edge) for edge in back_edges])
        if back_edges:
            op._outputs[1]._dims = ()  # the value's shape depends on iterations to come
        else:
            infer_shapes(op)
        if "_output_shapes" in node.attr:
            self._apply_output_shapes(op)
        if graph._control_flow_context is not None:
            op._set_control_flow_context(graph._control_flow_context)

    def _rename_taken(self) -> None:
        """Names that the graph had before this import, as an operation or a scope, get a number."""
        taken = _names_and_scopes(self._graph)
        if not taken:
            return
        for old in (node.name for node in self._nodes):
            name = self._prefix + old
            if name not in taken:
                continue
            number = 1
            while f"{name}_{number}" in taken or f"{old}_{number}" in self._names_in_file:
                number += 1
            self._new_names[old] = f"{name}_{number}"

    # ---- inputs ----

    def _resolve_inputs(self, node: Any) -> tuple[list[Tensor], list[Operation], list[tuple[int, str, int]]]:
        """Tensors, operations to wait for, and (position, node, output) of inputs that come from a later iteration."""
        inputs: list[Tensor] = []
        controls: dict[Operation, None] = {}
        back_edges: list[tuple[int, str, int]] = []
        for position, text in enumerate(node.input):
            name, index = verifier.parse_reference(text)
            mapped = self._input_map.get((name, index)) if self._input_map else None
            if mapped is not None:
                self._used.add((name, index))
            elif name not in self._names_in_file:
                raise ValueError(f"Node '{node.name}': Unknown input node '{text}'")
            if index == _CONTROL:
                controls[self._imported[name] if mapped is None else mapped] = None
            elif mapped is not None:
                inputs.append(mapped)
            elif name in self._imported:
                inputs.append(self._output(node, self._imported[name], index, name))
            else:
                back_edges.append((position, name, index))
        controls.update(dict.fromkeys(self._controls))
        return inputs, list(controls), back_edges

    def _output(self, node: Any, source: Operation, index: int, name: str) -> Tensor:
        if index >= len(source._outputs):
            raise ValueError(
                f"Node '{node.name}': Connecting to invalid output {index} of source node {name} "
                f"which has {len(source._outputs)} outputs."
            )
        return source._outputs[index]

    def _checked_dtypes(
        self, kind: OpKind, node: Any, inputs: list[Tensor], back_edges: list[tuple[int, str, int]]
    ) -> list[DType]:
        if kind.definition is None:
            return [UNKNOWN_DTYPE] * (1 + self._slots_used.get(node.name, 0))
        op_defs.fill_defaults(node, kind.definition)
        verifier.check_attrs(kind, node)
        if not back_edges:
            verifier.check_input_dtypes(kind, node, inputs)
        return kind.output_dtypes(node)

    def _close_loops(self) -> None:
        """Gives each Merge the inputs that come from a NextIteration, now that all nodes are there."""
        by_merge: dict[Operation, list[tuple[int, str, int]]] = {}
        for merge, position, name, index in self._back_edges:
            by_merge.setdefault(merge, []).append((position, name, index))
        for merge, edges in by_merge.items():
            inputs = list(merge._inputs)
            for position, name, index in edges:  # ascending, so each insertion finds its place
                tensor = self._output(merge._node, self._imported[name], index, name)
                inputs.insert(position, tensor)
                add_consumer(tensor, merge)
            merge._inputs = tuple(inputs)
            verifier.check_input_dtypes(merge.kind, merge._node, inputs)

    # ---- attributes that speak of the graph ----

    def _rename_colocation(self, node: Any) -> None:
        if "_class" not in node.attr:
            return
        if not node.attr["_class"].HasField("list"):
            raise TypeError(f"Node '{node.name}': attr '_class' must be a list of strings")
        groups = node.attr["_class"].list.s
        for i, group in enumerate(groups):
            text = group.decode("utf-8", "replace")
            if not text.startswith(_COLOCATION):
                continue
            other = text[len(_COLOCATION) :]
            if other not in self._names_in_file:
                raise ValueError(f"Node '{node.name}' expects to be colocated with unknown node '{other}'")
            groups[i] = f"{_COLOCATION}{self._new_names.get(other, self._prefix + other)}".encode()

    def _apply_output_shapes(self, op: Operation) -> None:
        """The static shapes that the writer knew; the attribute itself goes, as it may not stay true."""
        protos = op._node.attr["_output_shapes"].list.shape
        for i, (tensor, proto) in enumerate(zip(op._outputs, protos, strict=False)):
            try:
                tensor._dims = merged_dims(tensor._dims, checked_dims(proto))
            except (CheckFailed, ValueError) as error:
                raise ValueError(
                    f"Node '{op.name}' has an _output_shapes attribute inconsistent with the GraphDef for "
                    f"output #{i}: {error}"
                ) from None
        del op._node.attr["_output_shapes"]

    def _place(self, ops: Sequence[Operation]) -> None:
        """Devices: colocation outranks what the file says, which outranks the device scopes around the import."""
        for op in ops:
            if "_class" in op._node.attr:
                op._device = ""
            else:
                op._set_device(op._device)
                if self._graph._devices:
                    self._graph._apply_device_scopes(op)
        for op in ops:
            if "_class" not in op._node.attr:
                continue
            for group in op.colocation_groups():
                other = self._graph._operations_by_name.get(group.decode("utf-8", "replace")[len(_COLOCATION) :])
                if other is not None and other.device:
                    op._device = other.device
                    break

    # ---- results ----

    def _check_input_map_used(self) -> None:
        unused = []
        for name, index in self._input_map.keys() - self._used:
            op = self._imported.get(name)
            if op is None or index >= len(op._outputs):
                unused.append(f"^{name}" if index == _CONTROL else f"{name}:{index}")
        if unused:
            raise ValueError(f"Attempted to map inputs that were not found in graph_def: [{', '.join(sorted(unused))}]")

    def _element(self, text: str) -> Tensor | Operation:
        if ":" not in text:
            op = self._imported.get(text)
            if op is None:
                raise ValueError(f"Requested return node '{text}' not found in graph def")
            return op
        name, index = verifier.parse_reference(text)
        mapped = self._input_map.get((name, index))
        if isinstance(mapped, Tensor):
            return mapped
        op = self._imported.get(name)
        if op is None:
            raise ValueError(f"Requested return tensor '{text}' not found in graph def")
        if index >= len(op._outputs):
            raise ValueError(f"Invalid return output {index} of node '{name}', which has {len(op._outputs)} output(s)")
        return op._outputs[index]


def _names_and_scopes(graph: Graph) -> set[str]:
    """Names of the operations of a graph, and every prefix of them that ends before a slash."""
    taken = set(graph._operations_by_name)
    for name in graph._operations_by_name:
        scope = name.rpartition("/")[0]
        while scope and scope not in taken:
            taken.add(scope)
            scope = scope.rpartition("/")[0]
    return taken


def _input_key(key: str) -> tuple[str, int]:
    return verifier.parse_reference(key)
