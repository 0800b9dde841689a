"""Operation: one node of a graph, with its input tensors, attributes and output tensors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import CodeType
from typing import TYPE_CHECKING, Any

from nbtf.dtypes import DType
from nbtf.graph import default_stacks
from nbtf.graph.attributes import Attributes
from nbtf.graph.op_kind import OpKind
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

if TYPE_CHECKING:
    from traceback import StackSummary

    from nbtf.graph.graph import Graph
    from nbtf.graph.registry import Block
    from nbtf.wire.op_defs import OpDef

CreationSite = tuple[CodeType, int]
"""Code object and line of the caller that made an operation: two references, formatted when someone asks."""


def creation_site() -> CreationSite:
    """The innermost caller outside of this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "nbtf":
        frame = frame.f_back
    return frame.f_code, frame.f_lineno


class Operation:
    """A node. Made by `Graph.create_op` and the importer, never directly."""

    __slots__ = (
        "__weakref__",
        "_attrs",
        "_content",
        "_control_flow_context",
        "_control_inputs",
        "_device",
        "_inputs",
        "_name",
        "_node",
        "_original_op",
        "_outputs",
        "_site",
        "graph",
        "index",
        "kind",
    )

    def __init__(
        self,
        graph: Graph,
        kind: OpKind,
        name: str,
        node: Any,
        inputs: Sequence[Tensor],
        control_inputs: Sequence[Operation],
        output_dtypes: Sequence[DType],
        site: CreationSite,
    ) -> None:
        """node: a NodeDef of which only `op` and `attr` count from here on; the operation keeps it."""
        self.graph = graph
        self.kind = kind
        self.index = -1  # set when the graph adds the operation
        self._name = name
        self._node = node
        self._content: bytes | None = None  # of a constant's value, where the node lacks it
        self._device = ""
        self._inputs = tuple(inputs)
        self._control_inputs = list(control_inputs)
        self._outputs = tuple([graph.tensor_class(self, i, dtype) for i, dtype in enumerate(output_dtypes)])
        self._attrs: Attributes | None = None
        self._control_flow_context: Any = None
        self._original_op: Operation | None = None
        self._site = site
        for tensor in self._inputs:
            add_consumer(tensor, self)

    # ---- what it is ----

    @property
    def name(self) -> str:
        """The full name, scopes included."""
        return self._name

    @property
    def type(self) -> str:
        return self.kind.op_type

    @property
    def definition(self) -> OpDef | None:
        """The signature, or None for an opaque op: one that is carried along but never run."""
        return self.kind.definition

    @property
    def block(self) -> Block | None:
        """What nbtf can do with this op type; None where it cannot run it."""
        return self.kind.block

    @property
    def op_def(self) -> Any:
        """The signature as an OpDef message, or None for an opaque op."""
        return self.kind.op_def_message()

    @property
    def device(self) -> str:
        """The device asked for, in TensorFlow's canonical form; "" if none was."""
        return self._device

    @property
    def node_def(self) -> Any:
        """This operation as a fresh NodeDef message."""
        node = schema.NodeDef()
        self.write_node_def(node)
        return node

    def write_node_def(self, node: Any, sort_control: bool = False) -> None:
        """Fills an empty NodeDef. sort_control: control inputs by name, as graphs are written; else as they were added."""
        node.CopyFrom(self._node)
        if self._content is not None:
            node.attr["value"].tensor.tensor_content = self._content
        node.name = self._name
        node.device = self._device
        del node.input[:]
        node.input.extend([tensor_reference(tensor) for tensor in self._inputs])
        names = [op._name for op in self._control_inputs]
        node.input.extend(["^" + name for name in (sorted(names) if sort_control else names)])

    # ---- edges ----

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        return self._inputs

    @property
    def control_inputs(self) -> list[Operation]:
        """The operations that run before this one; a copy."""
        return list(self._control_inputs)

    @property
    def outputs(self) -> list[Tensor]:
        return list(self._outputs)

    def values(self) -> tuple[Tensor, ...]:
        """The outputs, as a tuple."""
        return self._outputs

    @property
    def _control_outputs(self) -> list[Operation]:
        """The operations that wait for this one."""
        return [op for op in self.graph.get_operations() if self in op._control_inputs]

    def _as_graph_element(self) -> Operation:
        return self

    # ---- attributes ----

    @property
    def attrs(self) -> Attributes:
        """The attributes by name, decoded by the signature."""
        if self._attrs is None:
            self._attrs = Attributes(self.kind.definition, self._node, self._content)
        return self._attrs

    def get_attr(self, name: str) -> Any:
        """An attribute as TF1 gives it: bytes for strings, DType for types, messages for shapes, tensors, functions.

        Raises ValueError if the operation has none of that name.
        """
        if name not in self._node.attr:
            raise ValueError(f"Operation '{self._name}' has no attr named '{name}'.")
        if name == "value" and self._content is not None:
            return self.attrs.value
        value = self._node.attr[name]
        which = value.WhichOneof("value")
        if which is None:
            return []
        if which == "list":
            for field in value.list.ListFields():
                return [_attr_item(field[0].name, item) for item in field[1]]
            return []
        return _attr_item(which, getattr(value, which))

    # ---- where it was made ----

    @property
    def traceback(self) -> StackSummary:
        """The place outside of this package that created the operation."""
        from traceback import FrameSummary, StackSummary  # few programs ask for it

        code, line = self._site
        frame = FrameSummary(code.co_filename, line, code.co_name)
        return StackSummary.from_list([frame])

    # ---- running ----

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs this operation in `session` or the default one. Raises ValueError if there is neither."""
        default_stacks.session_for("run", session, self.graph).run(self, feed_dict)

    # ---- changes, for whoever builds control flow and rewrites graphs ----

    def _update_input(self, index: int, tensor: Tensor) -> None:
        """Replaces data input `index`. Raises TypeError and ValueError for what cannot be that input."""
        if not isinstance(tensor, Tensor):
            raise TypeError(f"tensor must be a Tensor: {tensor}")
        self.graph._assert_same_graph(tensor)
        self.graph._check_not_finalized()
        if not 0 <= index < len(self._inputs):
            raise IndexError(f"Operation '{self._name}' has {len(self._inputs)} inputs, no input {index}")
        remove_consumer(self._inputs[index], self)
        self._inputs = (*self._inputs[:index], tensor, *self._inputs[index + 1 :])
        add_consumer(tensor, self)
        self.graph._changed()

    def _add_control_inputs(self, ops: Sequence[Operation]) -> None:
        self.graph._check_not_finalized()
        for op in ops:
            if not isinstance(op, Operation):
                raise TypeError(f"op must be an Operation: {op}")
            self.graph._assert_same_graph(op)
            if op not in self._control_inputs:
                self._control_inputs.append(op)
        self.graph._changed()

    def _add_control_input(self, op: Operation) -> None:
        self._add_control_inputs([op])

    def _remove_all_control_inputs(self) -> None:
        self._control_inputs.clear()
        self.graph._changed()

    def _set_attr(self, name: str, value: Any) -> None:
        """value: an AttrValue message."""
        self.graph._check_not_finalized()
        self._node.attr[name].CopyFrom(value)
        self._forget_decoded(name)
        self.graph._changed()

    def _add_outputs(self, dtypes: Sequence[DType]) -> list[Tensor]:
        """Appends outputs, and their types to the attribute `Tout`; returns them."""
        first = len(self._outputs)
        added = [self.graph.tensor_class(self, first + i, dtype) for i, dtype in enumerate(dtypes)]
        self._outputs = (*self._outputs, *added)
        self._node.attr["Tout"].list.type.extend([dtype.as_datatype_enum for dtype in dtypes])
        self._attrs = None
        self.graph._changed()
        return added

    def _add_loop_variables(self, tensors: Sequence[Tensor]) -> None:
        """Appends inputs to a While, each with an output, and their types to the attribute `T` of both."""
        first = len(self._outputs)
        added = [self.graph.tensor_class(self, first + i, tensor.dtype) for i, tensor in enumerate(tensors)]
        self._inputs = (*self._inputs, *tensors)
        self._outputs = (*self._outputs, *added)
        for tensor in tensors:
            add_consumer(tensor, self)
        self._node.attr["T"].list.type.extend([tensor.dtype.as_datatype_enum for tensor in tensors])
        self._attrs = None
        self.graph._changed()

    def _clear_attr(self, name: str) -> None:
        if name in self._node.attr:
            del self._node.attr[name]
        self._forget_decoded(name)

    def _forget_decoded(self, changed: str) -> None:
        self._attrs = None
        if changed == "value":
            self._content = None

    def _set_device(self, device: Any) -> None:
        """device: a device string or DeviceSpec."""
        from nbtf.graph.device import canonical_device

        self._device = canonical_device(device)

    def _get_control_flow_context(self) -> Any:
        return self._control_flow_context

    def _set_control_flow_context(self, context: Any) -> None:
        self._control_flow_context = context

    def colocation_groups(self) -> list[bytes]:
        """The groups, as b"loc:@<name>", whose members share a device; an operation without any is its own."""
        groups = list(self._node.attr["_class"].list.s) if "_class" in self._node.attr else []
        return [group for group in groups if group.startswith(b"loc:@")] or [b"loc:@" + self._name.encode()]

    # ---- text ----

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation {self._name!r} type={self.type}>"


def tensor_reference(tensor: Tensor) -> str:
    """How a NodeDef names an input: output 0 goes without its number."""
    return tensor._op._name if tensor._value_index == 0 else f"{tensor._op._name}:{tensor._value_index}"


def add_consumer(tensor: Tensor, op: Operation) -> None:
    if tensor._consumers is None:
        tensor._consumers = [op]
    else:
        tensor._consumers.append(op)


def remove_consumer(tensor: Tensor, op: Operation) -> None:
    if tensor._consumers is not None:
        tensor._consumers.remove(op)


def _attr_item(field: str, value: Any) -> Any:
    if field == "type":
        from nbtf.dtypes import as_dtype

        return as_dtype(value)
    return value
