"""Scopes of a graph: what the operations made inside a `with` block get: names, devices, control inputs and so on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from nbtf.graph import default_stacks, names
from nbtf.graph.device import DeviceSpec, canonical_device, merged_device
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph


class _ControlScope:
    """One `control_dependencies` block: the operations to wait for, and those made inside so far."""

    __slots__ = ("control_inputs", "fresh", "members", "outer")

    def __init__(self, control_inputs: list[Operation], fresh: bool) -> None:
        self.control_inputs = control_inputs
        self.fresh = fresh
        self.members: set[Operation] = set()
        self.outer: tuple[list[_ControlScope], Any] | None = None


class ScopeMixin:
    """The part of Graph that keeps the stacks of scopes."""

    def _init_scopes(self) -> None:
        self._name_stack = ""
        self._devices: list[Any] = []
        self._colocation: list[Operation] = []
        self._control_scopes: list[_ControlScope] = []
        self._control_flow_context: Any = None
        self._container = ""
        self._attr_scopes: dict[str, Any] = {}
        self._kernel_labels: dict[str, str] = {}
        self._gradient_overrides: dict[str, str] = {}

    # ---- names ----

    @contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """Names of operations made inside start with `name/`. Gives that prefix.

        A taken name is numbered; one that ends with "/" is a prefix as it is; None or "" leaves all scopes.
        """
        if name:
            if not isinstance(name, str):
                raise TypeError(f"expected string or bytes-like object, got '{type(name).__name__}'")
            names.check_scope_name(name, at_root=not self._name_stack)
        outer = self._name_stack
        if not name:
            inner = ""
        elif name.endswith("/"):
            inner = names.scope_of(name)
        else:
            inner = self.unique_name(name)
        self._name_stack = inner
        try:
            yield inner + "/" if inner else ""
        finally:
            self._name_stack = outer

    def get_name_scope(self) -> str:
        """The current name scope, without a trailing slash; "" at the root."""
        return self._name_stack

    @property
    def building_function(self) -> bool:
        """Whether operations of a graph around may be inputs."""
        return False

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        raise NotImplementedError

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        raise NotImplementedError

    # ---- control dependencies ----

    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
        """Operations made inside wait for `control_inputs` (operations or tensors); None clears the outer ones."""
        if control_inputs is None:
            return self._control_scope(_ControlScope([], fresh=True))
        found: dict[Operation, None] = {}
        current = self._current_control_dependencies()
        for element in control_inputs:
            element = self.as_graph_element(getattr(element, "_as_control_input", lambda e=element: e)())
            op = element.op if isinstance(element, Tensor) else element
            if op not in current:
                found[op] = None
                op._node.attr["_has_manual_control_dependencies"].b = True
        return self._control_scope(_ControlScope(list(found), fresh=False))

    @contextmanager
    def _control_scope(self, scope: _ControlScope) -> Iterator[None]:
        outer, context = self._control_scopes, self._control_flow_context
        if scope.fresh:
            self._control_scopes, self._control_flow_context = [], None
        self._control_scopes = [*self._control_scopes, scope]
        try:
            yield
        finally:
            self._control_scopes, self._control_flow_context = outer, context

    def _current_control_dependencies(self) -> set[Operation]:
        return {op for scope in self._control_scopes for op in scope.control_inputs}

    def _control_dependencies_for_inputs(self, input_ops: Sequence[Operation]) -> list[Operation]:
        """What a new operation waits for: innermost scope first; nothing that its inputs wait for already."""
        found: dict[Operation, None] = {}
        for scope in reversed(self._control_scopes):
            if not any(op in scope.members for op in input_ops):
                found.update((op, None) for op in scope.control_inputs if op not in input_ops)
        return list(found)

    # ---- devices ----

    @contextmanager
    def device(self, device_name_or_function: Any) -> Iterator[None]:
        """Operations made inside ask for this device: a name, a DeviceSpec, a function of the operation, or None."""
        if not callable(device_name_or_function) and device_name_or_function is not None:
            canonical_device(device_name_or_function)  # refuses what is no device now, not at the next operation
        self._devices.append(device_name_or_function)
        try:
            yield
        finally:
            self._devices.pop()

    def _apply_device_scopes(self, op: Operation) -> None:
        """Innermost first: what an inner scope says stands, outer ones add; None ends the search."""
        for scope in reversed(self._devices):
            if scope is None:
                break
            if callable(scope) and not isinstance(scope, DeviceSpec):
                op._set_device(scope(op) or "")
            else:
                op._set_device(merged_device(scope, op.device))

    @contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """Operations made inside live where `op` does. None drops outer requests, with ignore_existing only."""
        if op is None and not ignore_existing:
            raise ValueError("Trying to reset colocation (op is None) but ignore_existing is not True")
        if op is not None and not isinstance(op, Operation):
            handle = getattr(op, "handle", None)  # a resource variable lives where its handle does
            if isinstance(op, Tensor) and self.building_function:
                handle = op  # it may be of the graph around
            op = handle if isinstance(handle, Tensor) else self.as_graph_element(op)
            op = op.op if isinstance(op, Tensor) else op
        outer_devices, outer_colocation = self._devices, self._colocation
        self._devices = []  # a colocation outranks device scopes around it
        self._colocation = [] if ignore_existing else list(outer_colocation)
        if op is not None:
            self._colocation.append(op)
        try:
            yield
        finally:
            self._devices, self._colocation = outer_devices, outer_colocation

    def _apply_colocation(self, op: Operation) -> None:
        groups: set[bytes] = set()
        for other in reversed(self._colocation):
            groups.update(other.colocation_groups())
            if other.device:
                op._set_device(other.device)
        if groups:
            op._set_attr("_class", schema.AttrValue(list=schema.AttrValue.ListValue(s=sorted(groups))))

    # ---- attributes ----

    @contextmanager
    def container(self, container_name: str) -> Iterator[str]:
        """Stateful operations made inside keep their state in the resource container of this name."""
        outer, self._container = self._container, container_name
        try:
            yield container_name
        finally:
            self._container = outer

    @contextmanager
    def _attr_scope(self, attr_map: Mapping[str, Any]) -> Iterator[None]:
        """Operations made inside get these attributes: AttrValue, None (drop an outer one) or function of the op."""
        outer = self._attr_scopes
        merged = {**outer, **attr_map}
        self._attr_scopes = {name: value for name, value in merged.items() if value is not None}
        try:
            yield
        finally:
            self._attr_scopes = outer

    @contextmanager
    def gradient_override_map(self, op_type_map: Mapping[str, str]) -> Iterator[None]:
        """Operations made inside use the gradient registered under another name: op type -> gradient name."""
        if not all(isinstance(text, str) for text in (*op_type_map, *op_type_map.values())):
            raise TypeError("op_type_map must be a dictionary mapping strings to strings")
        outer = self._gradient_overrides
        self._gradient_overrides = {**outer, **op_type_map}
        try:
            yield
        finally:
            self._gradient_overrides = outer

    @contextmanager
    def _kernel_label_map(self, op_to_kernel_label_map: Mapping[str, str]) -> Iterator[None]:
        """Operations made inside ask for a kernel by label: op type -> label."""
        outer = self._kernel_labels
        self._kernel_labels = {**outer, **op_to_kernel_label_map}
        try:
            yield
        finally:
            self._kernel_labels = outer

    def _apply_attr_scopes(self, op: Operation) -> None:
        for name, value in self._attr_scopes.items():
            value = value(op) if callable(value) else value
            if value is not None and name not in op._node.attr:
                op._set_attr(name, value)
        for overrides, attr in ((self._kernel_labels, "_kernel"), (self._gradient_overrides, "_gradient_op_type")):
            if op.type in overrides and attr not in op._node.attr:
                op._set_attr(attr, schema.AttrValue(s=overrides[op.type].encode()))
        definition = op.definition
        if not self._container or definition is None or not definition.is_stateful:
            return
        if "container" in definition.attrs and not op._node.attr["container"].s:
            op._set_attr("container", schema.AttrValue(s=self._container.encode()))

    # ---- all of them, for a new operation ----

    def _apply_scopes(self, op: Operation, compute_device: bool) -> None:
        self._apply_attr_scopes(op)
        for scope in self._control_scopes:
            scope.members.add(op)
        if compute_device and self._devices:
            self._apply_device_scopes(op)
        if self._colocation:
            self._apply_colocation(op)

    def _get_control_flow_context(self) -> Any:
        return self._control_flow_context

    def _set_control_flow_context(self, context: Any) -> None:
        self._control_flow_context = context


# ---- the same for the default graph ----------------------------------------------------------------------------------


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """`Graph.device` of the default graph."""
    return default_stacks.get_default_graph().device(device_name_or_function)


def container(container_name: str) -> AbstractContextManager[str]:
    """`Graph.container` of the default graph."""
    return default_stacks.get_default_graph().container(container_name)


def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
    """`Graph.colocate_with` of the default graph."""
    return default_stacks.get_default_graph().colocate_with(op, ignore_existing)


def control_dependencies(control_inputs: Iterable[Any] | None) -> AbstractContextManager[None]:
    """`Graph.control_dependencies` of the default graph."""
    return default_stacks.get_default_graph().control_dependencies(control_inputs)


@contextmanager
def name_scope(name: str | None, default_name: str | None = None, values: Sequence[Any] | None = None) -> Iterator[str]:
    """A name scope of the graph that `values` belong to, made the default one: `name`, or `default_name` if it is None.

    Raises ValueError if both are None, or for values of several graphs.
    """
    from nbtf.graph.lookup import graph_of

    if name is None and default_name is None and values is not None:
        raise ValueError(f"At least one of name ({name}) and default_name ({default_name}) must be provided.")
    graph: Graph = graph_of(values or ())
    with graph.as_default(), graph.name_scope(default_name if name is None else name) as scope:
        yield scope


@contextmanager
def init_scope() -> Iterator[None]:
    """Operations made inside wait for nothing and belong to no control-flow construct or function body around.

    Names keep their scope, devices too. What initializes a variable is made here: it has to run on its own.
    """
    graph = default_stacks.get_default_graph()
    outer = next((one for one in reversed(default_stacks.graphs.stack) if not one.building_function), graph)
    scope, devices = graph.get_name_scope(), outer._devices
    outer._devices = graph._devices
    try:
        with outer.as_default(), outer.name_scope(f"{scope}/" if scope else None), outer.control_dependencies(None):
            yield
    finally:
        outer._devices = devices


@contextmanager
def op_scope(values: Sequence[Any], name: str | None, default_name: str | None = None) -> Iterator[str]:
    """`name_scope` with its arguments in an older order."""
    with name_scope(name, default_name, values) as scope:
        yield scope
