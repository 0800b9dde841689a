"""ResourceVariable: a handle to a variable, each use of which is a read of its own, ordered by control dependencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.dtypes import DType
from nbtf.graph import conversion, default_stacks
from nbtf.graph.names import scope_of
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scope_names import prepend_name_scope
from nbtf.graph.scopes import colocate_with, control_dependencies, device, init_scope, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.variables import dependencies
from nbtf.variables.policies import VariableAggregation, VariableSynchronization, checked_policies
from nbtf.variables.ref_variable import SLICE_MASKS
from nbtf.variables.variable import Variable, checked_collections
from nbtf.wire import schema


class BaseResourceVariable(Variable):
    """What can be done with the handle of a variable."""

    _IS_RESOURCE = True
    _handle: Tensor
    _shape: tensor_shape.TensorShape
    _validate_shape: bool = True
    _graph_element: Tensor
    """What fetching the variable fetches."""
    _cached_value: Tensor | None = None

    # ---- what it is ----

    @property
    def handle(self) -> Tensor:
        """The handle: a resource tensor."""
        return self._handle

    @property
    def op(self) -> Operation:
        return self._handle.op

    @property
    def shape(self) -> tensor_shape.TensorShape:
        return self._shape

    def set_shape(self, shape: Any) -> None:
        self._shape = self._shape.merge_with(shape)

    def _as_graph_element(self) -> Tensor:
        return self._graph_element

    def _as_control_input(self) -> Operation:
        return self.op

    def _snapshot_tensor(self) -> Tensor:
        return self._graph_element if self._cached_value is None else self._cached_value

    def _convert(self, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
        self._refuse_other_dtype(dtype)
        return self.read_value().op.inputs[0] if as_ref else self.value()

    # ---- its value ----

    def _read(self) -> Tensor:
        read: Tensor = raw.ReadVariableOp(self._handle, dtype=self._dtype)
        return read

    def value(self) -> Tensor:
        if self._cached_value is not None:
            return self._cached_value
        with colocate_with(None, ignore_existing=True):
            return self._read()

    def read_value(self) -> Tensor:
        with name_scope("Read"):
            value = self._read()
        # the copy goes where the reader is; the read stays with the variable
        read: Tensor = raw.Identity(value)
        return read

    def is_initialized(self, name: str | None = None) -> Tensor:
        """Whether the variable has a value: bool []."""
        return self._initialized(name)

    def _initialized(self, name: str | None = None) -> Tensor:
        made: Tensor = raw.VarIsInitializedOp(self._handle, name=name)
        return made

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        with name_scope("Gather" if name is None else name) as scope:
            value = raw.ResourceGather(self._handle, indices, dtype=self._dtype, name=scope)
        return value

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        with name_scope("GatherNd" if name is None else name) as scope:
            value = raw.ResourceGatherNd(self._handle, indices, dtype=self._dtype, name=scope)
        return raw.Identity(value)

    # ---- changes ----

    def _changed_by(self, op: Operation, read_value: bool = True) -> Any:
        """The variable as it is once `op` has run; without read_value the operation."""
        return _ChangedVariable(self, op) if read_value else op

    def assign(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        tensor = conversion.convert_to_tensor(value, dtype=self._dtype)
        if not self._shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Cannot assign value to variable ' {self._name}': Shape mismatch.The variable shape {self._shape}, and the "
                f"assigned value shape {tensor.shape} are incompatible."
            )
        validate = self._validate_shape and self._shape.is_fully_defined()
        op = raw.AssignVariableOp(self._handle, tensor, validate_shape=validate, name=name)
        return self._changed_by(op, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        tensor = conversion.convert_to_tensor(delta, dtype=self._dtype)
        return self._changed_by(raw.AssignAddVariableOp(self._handle, tensor, name=name), read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        tensor = conversion.convert_to_tensor(delta, dtype=self._dtype)
        return self._changed_by(raw.AssignSubVariableOp(self._handle, tensor, name=name), read_value)

    def count_up_to(self, limit: int) -> Any:
        return raw.ResourceCountUpTo(self._handle, limit=limit, T=self._dtype)

    def _scatter(self, op_type: str, indices: Any, updates: Any, use_locking: bool, name: str | None) -> Any:
        tensor = conversion.convert_to_tensor(updates, dtype=self._dtype)
        return self._changed_by(getattr(raw, f"Resource{op_type}")(self._handle, indices, tensor, name=name))

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        changed = super().batch_scatter_update(sparse_delta, use_locking, name)
        return self._changed_by(changed.op)  # one read more than there need be: TensorFlow's nodes

    def scatter_nd_max(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Keeps the larger of own values and updates at indices; gives the changed variable."""
        return self._scatter("ScatterNdMax", indices, updates, True, name)

    def scatter_nd_min(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Keeps the smaller of own values and updates at indices; gives the changed variable."""
        return self._scatter("ScatterNdMin", indices, updates, True, name)

    def _assign_slice(self, strided_slice: Operation, value: Any, name: str) -> Any:
        begin, end, strides = strided_slice.inputs[1:]
        masks = {mask: strided_slice.get_attr(mask) for mask in SLICE_MASKS}
        tensor = conversion.convert_to_tensor(value, dtype=self._dtype)
        op = raw.ResourceStridedSliceAssign(self._handle, begin, end, strides, tensor, name=name, **masks)
        return self._changed_by(op)


class ResourceVariable(BaseResourceVariable):
    """A variable that `use_resource=True` makes."""

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization | None = None,
        aggregation: VariableAggregation | None = None,
        shape: Any = None,
    ) -> None:
        """Parameters as of `create_variable`."""
        if variable_def is not None:
            self._init_from_proto(variable_def, import_scope)
            return
        self._synchronization, self._aggregation, self._trainable = checked_policies(
            synchronization, aggregation, trainable, name
        )
        if initial_value is None:
            raise ValueError("The `initial_value` arg to `tf.Variable` must be specified except when you are not "
                             "providing a `variable_def`. You provided neither.")  # fmt: skip
        if constraint is not None and not callable(constraint):
            raise ValueError(f"Argument `constraint` must be None or a callable. a callable. Got a {type(constraint)}")
        self._constraint = constraint
        self._validate_shape = validate_shape
        joined = checked_collections(collections, self._trainable)
        with init_scope():
            values = [] if callable(initial_value) else [initial_value]
            with name_scope(name, "Variable", values) as scope:
                self._make_nodes(scope, initial_value, caching_device, dtype, shape)
        self.graph.add_to_collections(joined, self)

    def _make_nodes(self, scope: str, initial_value: Any, caching_device: Any, dtype: Any, shape: Any) -> None:
        graph = default_stacks.get_default_graph()
        own_name = scope_of(scope)
        group = schema.AttrValue(list=schema.AttrValue.ListValue(s=[f"loc:@{own_name}".encode()]))
        with graph._attr_scope({"_class": group}):
            with name_scope("Initializer"), device(None):
                given = initial_value() if callable(initial_value) else initial_value
                value = conversion.convert_to_tensor(given, dtype=dtype, name="initial_value")
            self._shape = value.shape if shape is None else tensor_shape.as_shape(shape)
            if not self._shape.is_compatible_with(value.shape):
                raise ValueError(
                    f"In this `tf.Variable` creation, the initial value's shape ({value.shape}) is not compatible with "
                    f"the explicitly supplied `shape` argument ({shape})."
                )
            self._dtype = dtypes.as_dtype(value.dtype).base_dtype
            self._handle = raw.VarHandleOp(
                dtype=self._dtype, shape=self._shape, shared_name=own_name, debug_name=scope, name=scope
            )
        if value.op._get_control_flow_context() is not None:
            raise ValueError(
                f"The `initial_value` passed to `tf.Variable` {scope} is from inside a control-flow construct, such as "
                "a loop or conditional. When creating a `tf.Variable` inside a loop or conditional, use a lambda as "
                "the `initial_value`."
            )
        self._initial_value = value
        self._name = f"{own_name}:0"
        with name_scope("IsInitialized"):
            raw.VarIsInitializedOp(self._handle)
        with name_scope("Assign") as assign, colocate_with(None, ignore_existing=True), device(self._handle.device):
            guarded = dependencies.guarded_initial_value(own_name, value)
            self._initializer_op = raw.AssignVariableOp(self._handle, guarded, name=assign)
        with name_scope("Read"):
            with device(self._handle.device):
                self._graph_element = self._read()
            place = caching_device(self.op) if callable(caching_device) else caching_device
            if place is not None:
                with colocate_with(None, ignore_existing=True), device(place):
                    self._cached_value = raw.Identity(self._graph_element)

    def _init_from_proto(self, variable_def: Any, import_scope: str | None) -> None:
        if not variable_def.is_resource:
            raise ValueError(f"The `variable_def` must be of a resource variable: {variable_def}")
        graph = default_stacks.get_default_graph()
        self._handle = graph.get_tensor_by_name(prepend_name_scope(variable_def.variable_name, import_scope))
        self._name = self._handle.name
        self._shape = tensor_shape.as_shape(self._handle.op.get_attr("shape"))
        self._dtype = dtypes.as_dtype(self._handle.op.get_attr("dtype"))
        self._init_shared_from_proto(variable_def, import_scope)
        snapshot = graph.get_tensor_by_name(prepend_name_scope(variable_def.snapshot_name, import_scope))
        if snapshot.op.type == "ReadVariableOp":
            self._graph_element = snapshot
        else:
            self._cached_value, self._graph_element = snapshot, snapshot.op.inputs[0]


class _ChangedVariable(BaseResourceVariable):
    """A variable as it is once an operation has changed it: every read and change waits for that operation."""

    def __init__(self, changed: BaseResourceVariable, parent: Operation) -> None:
        self._handle = changed._handle
        self._name = parent.name
        self._dtype = changed._dtype
        self._shape = changed._shape
        self._validate_shape = changed._validate_shape
        self._trainable = changed._trainable
        self._synchronization = changed._synchronization
        self._aggregation = changed._aggregation
        self._constraint = None
        self._initial_value = changed._initial_value
        self._initializer_op = changed._initializer_op
        self._parent = parent
        with control_dependencies([parent]):
            self._graph_element = super()._read()

    @property
    def op(self) -> Operation:
        """The operation that changes the variable."""
        return self._parent

    def _read(self) -> Tensor:
        with control_dependencies([self._parent]):
            return super()._read()

    def read_value(self) -> Tensor:
        return self._read()

    def assign(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        with control_dependencies([self._parent]):
            return super().assign(value, use_locking, name, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        with control_dependencies([self._parent]):
            return super().assign_add(delta, use_locking, name, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        with control_dependencies([self._parent]):
            return super().assign_sub(delta, use_locking, name, read_value)

    def _scatter(self, op_type: str, indices: Any, updates: Any, use_locking: bool, name: str | None) -> Any:
        with control_dependencies([self._parent]):
            return super()._scatter(op_type, indices, updates, use_locking, name)

    def _assign_slice(self, strided_slice: Operation, value: Any, name: str) -> Any:
        with control_dependencies([self._parent]):
            return super()._assign_slice(strided_slice, value, name)
