"""Graph: operations in the order they were made, and the scopes that shape the next one."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from nbtf.dtypes import DType, as_dtype
from nbtf.graph import default_stacks, names, verifier
from nbtf.graph.attributes import encode
from nbtf.graph.collections import CollectionMixin
from nbtf.graph.lookup import LookupMixin
from nbtf.graph.op_kind import OpKind
from nbtf.graph.operation import CreationSite, Operation, creation_site
from nbtf.graph.scopes import ScopeMixin
from nbtf.graph.shape_inference import infer_shapes
from nbtf.graph.tensor import Tensor
from nbtf.wire import op_defs, schema

PRODUCER = 1645  # the version of TensorFlow's graphs that nbtf writes and understands (TensorFlow 2.15)
MIN_CONSUMER = 0


class Graph(CollectionMixin, LookupMixin, ScopeMixin):
    """A dataflow graph. Operations are added by any thread, never removed; `finalize` makes it read-only."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._operations: list[Operation] = []
        self._operations_by_name: dict[str, Operation] = {}
        self._names = names.NameTable()
        self._version = 0
        self._finalized = False
        self._seed: int | None = None
        self._collections: dict[Any, list[Any]] = {}
        self._functions: dict[str, Any] = {}
        self._function_bodies: dict[Any, Any] = {}  # see function.function_body
        self._function_graphs: dict[str, Any] = {}  # FuncGraphs of functions in the library that were traced here
        self._control_flow_bodies: dict[Operation, Any] = {}  # see control_flow_bodies.py
        self._reduced_shapes: dict[Any, Any] = {}  # what gradients of sums worked out, see ops/reduction.py
        self._gradient_functions: dict[str, str] = {}
        self._traced_functions: dict[Any, Any] = {}  # see nbtf/eager/tracing.py
        self._versions = schema.VersionDef(producer=PRODUCER, min_consumer=MIN_CONSUMER)
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Operation] = set()
        self._py_funcs_used_in_graph: list[Any] = []  # keeps functions that PyFunc nodes name
        self._init_scopes()

    # ---- what it holds ----

    def get_operations(self) -> list[Operation]:
        """All operations in order of creation; a copy."""
        return list(self._operations)

    @property
    def version(self) -> int:
        """Grows with every change of the graph; a plan made for one version may not serve another."""
        return self._version

    @property
    def graph_def_versions(self) -> Any:
        """The VersionDef of this graph."""
        return self._versions

    @property
    def seed(self) -> int | None:
        """The graph-level seed of random operations."""
        return self._seed

    @seed.setter
    def seed(self, seed: int | None) -> None:
        self._seed = seed

    @property
    def functions(self) -> Mapping[str, Any]:
        """The function library: name -> FunctionDef."""
        return self._functions

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """A GraphDef of this graph.

        from_version: only operations that were added after the graph had this version.
        add_shapes: every node gets its static output shapes as attribute `_output_shapes`.
        """
        graph_def = schema.GraphDef()
        graph_def.versions.CopyFrom(self._versions)
        for function in self._functions.values():
            graph_def.library.function.add().CopyFrom(function)
        for function_name, gradient_name in self._gradient_functions.items():
            graph_def.library.gradient.add(function_name=function_name, gradient_func=gradient_name)
        first = 0 if from_version is None else from_version
        for op in self._operations[first:]:
            node = graph_def.node.add()
            op.write_node_def(node, sort_control=True)
            if add_shapes and op._outputs:
                shapes = node.attr["_output_shapes"].list.shape
                shapes.extend([tensor.shape.as_proto() for tensor in op._outputs])
        return graph_def

    # ---- life ----

    @property
    def finalized(self) -> bool:
        return self._finalized

    def finalize(self) -> None:
        """Makes the graph read-only, so that threads can share it."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    def _check_not_finalized(self) -> None:
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")

    def _changed(self) -> None:
        self._rewrites += 1

    @property
    def rewrites(self) -> int:
        """Grows when an existing operation changes, which is rare; `version` counts the operations."""
        return self._rewrites

    _rewrites = 0

    tensor_class = Tensor
    """What the outputs of operations are."""

    def as_default(self) -> AbstractContextManager[Graph]:
        """Makes this the default graph of the current thread inside the `with` block."""
        return default_stacks.graphs.default(self)

    def prevent_feeding(self, tensor: Tensor) -> None:
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Tensor) -> bool:
        return tensor not in self._unfeedable

    def prevent_fetching(self, op: Operation) -> None:
        self._unfetchable.add(op)

    def is_fetchable(self, tensor_or_op: Tensor | Operation) -> bool:
        op = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return op not in self._unfetchable

    # ---- making operations ----

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` inside the current name scope, numbered if it is taken (in any case of letters)."""
        if self._name_stack:
            name = f"{self._name_stack}/{name}"
        with self._lock:
            return self._names.unique(name, mark_as_used)

    def create_op(
        self,
        op_type: str,
        inputs: Sequence[Tensor],
        dtypes: Sequence[Any] | None = None,
        input_types: Sequence[Any] | None = None,
        name: str | None = None,
        attrs: Mapping[str, Any] | None = None,
        op_def: Any = None,
        compute_shapes: bool = True,
        compute_device: bool = True,
    ) -> Operation:
        """Adds an operation.

        inputs: tensors of this graph. dtypes: the outputs' types; by default those the signature tells.
        attrs: name -> AttrValue, or a Python value that fits the signature; type and length attributes that follow
        from the inputs may be left out. op_def, input_types: checked against the signature where given; it decides.
        name: scoped and made unique; one that ends with "/" is taken as it is.
        Raises TypeError for an input that is no tensor, ValueError for inputs, attributes and shapes that do not fit.
        """
        for i, tensor in enumerate(inputs):
            if not isinstance(tensor, Tensor):
                raise TypeError(f"Input #{i} is not a tensor: {tensor}")
        with self._lock:
            self._check_not_finalized()
            for tensor in inputs:
                self._assert_same_graph(tensor)
            kind = _registered_kind(op_type)
            full_name = self._name_of_new_op(op_type if name is None else name)
            names.check_node_name(full_name)
            node = _new_node(kind, full_name, inputs, attrs or {})
            output_dtypes = _output_dtypes(kind, node, dtypes)
            control_inputs = self._control_dependencies_for_inputs([tensor.op for tensor in inputs])
            op = self._add_operation(kind, full_name, node, inputs, control_inputs, output_dtypes, creation_site())
            try:
                self._apply_scopes(op, compute_device)
                if compute_shapes:
                    infer_shapes(op)
            except BaseException:
                self._remove_operations(len(self._operations) - 1)
                raise
            if any(tensor._op._control_flow_context is not None for tensor in inputs):
                self._check_contexts(op)
            if self._control_flow_context is not None:
                op._set_control_flow_context(self._control_flow_context)
                self._control_flow_context.AddOp(op)
            return op

    def _check_contexts(self, op: Operation) -> None:
        from nbtf.graph.control_flow_context import check_inputs  # contexts make operations

        op._control_flow_context = self._control_flow_context
        try:
            check_inputs(op)
        except ValueError:
            self._remove_operations(op.index)
            raise

    def _name_of_new_op(self, name: str) -> str:
        return names.scope_of(name) if name.endswith("/") else self.unique_name(name)

    def _add_operation(
        self,
        kind: OpKind,
        name: str,
        node: Any,
        inputs: Sequence[Tensor],
        control_inputs: Sequence[Operation],
        output_dtypes: Sequence[DType],
        site: CreationSite,
    ) -> Operation:
        if name in self._operations_by_name:
            raise ValueError(f"Duplicate node name in graph: '{name}'")
        op = Operation(self, kind, name, node, inputs, control_inputs, output_dtypes, site)
        op.index = len(self._operations)
        self._operations.append(op)
        self._operations_by_name[name] = op
        self._names.mark(name)
        self._version = len(self._operations)
        return op

    def _remove_operations(self, first: int) -> None:
        """Undoes the creation of operation `first` and all later ones, when making them failed."""
        for op in reversed(self._operations[first:]):
            for tensor in op._inputs:
                if tensor._consumers is not None and tensor._op.index < first:
                    tensor._consumers.remove(op)
            del self._operations_by_name[op._name]
            self._names.discard(op._name)
        del self._operations[first:]
        self._version = len(self._operations)

    def _assert_same_graph(self, element: Tensor | Operation) -> None:
        if element.graph is not self:
            kind = "Tensor" if isinstance(element, Tensor) else "Operation"
            raise ValueError(f"{kind} {element} is not an element of this graph.")


def _registered_kind(op_type: str) -> OpKind:
    kind = OpKind.of(op_type)
    if kind.definition is None:
        raise RuntimeError(verifier.not_registered(op_type))
    return kind


def _new_node(kind: OpKind, name: str, inputs: Sequence[Tensor], attrs: Mapping[str, Any]) -> Any:
    """The NodeDef of a new operation: given attributes, those that follow from the inputs, defaults; all checked."""
    assert kind.definition is not None
    node = schema.NodeDef(name=name, op=kind.op_type)
    for attr_name, value in attrs.items():
        node.attr[attr_name].CopyFrom(encode(value, kind.definition.attrs.get(attr_name)))
    verifier.infer_attrs(kind, node, [tensor.dtype for tensor in inputs])
    op_defs.fill_defaults(node)
    verifier.check_attrs(kind, node)
    verifier.check_input_dtypes(kind, node, inputs, building=True)
    return node


def _output_dtypes(kind: OpKind, node: Any, given: Sequence[Any] | None) -> list[DType]:
    dtypes = kind.output_dtypes(node)
    if given is not None:
        wanted = [as_dtype(dtype) for dtype in given]
        if [dtype.base_dtype for dtype in wanted] != [dtype.base_dtype for dtype in dtypes]:
            raise TypeError(
                f"{kind.op_type} '{node.name}' has outputs of types {[d.name for d in dtypes]}, "
                f"not {[d.name for d in wanted]}"
            )
    return dtypes


def check_versions(versions: Any) -> None:
    """Raises ValueError where a file says that it needs a newer, or another, TensorFlow than nbtf stands for."""
    if versions.producer < 0:
        raise ValueError(
            f"GraphDef producer version {versions.producer} below min producer 0 supported by TensorFlow 2.15.1.  "
            "Please regenerate your graph."
        )
    if versions.min_consumer > PRODUCER:
        raise ValueError(
            f"GraphDef min consumer version {versions.min_consumer} above current version {PRODUCER} for "
            "TensorFlow 2.15.1.  Please upgrade TensorFlow."
        )
    if PRODUCER in versions.bad_consumers:
        raise ValueError(
            f"GraphDef disallows consumer version {PRODUCER}.  Please upgrade TensorFlow: this version is likely buggy."
        )
