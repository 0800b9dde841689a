"""RefVariable: a VariableV2 operation, whose output is a reference that other operations read and change."""

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
from nbtf.graph.scopes import colocate_with, device, init_scope, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.variables import dependencies
from nbtf.variables.policies import VariableAggregation, VariableSynchronization, checked_policies
from nbtf.variables.variable import Variable, checked_collections
from nbtf.wire import schema


class RefVariable(Variable):
    """A variable that TensorFlow 1 makes by default. Its read is one tensor, `<name>/read`."""

    _IS_RESOURCE = False
    _variable: Tensor
    """The reference."""
    _snapshot: Tensor

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
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        self._synchronization, self._aggregation, self._trainable = checked_policies(
            synchronization, aggregation, trainable, name
        )
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        self._constraint = constraint
        joined = checked_collections(collections, self._trainable)
        with init_scope():
            values = [] if callable(initial_value) else [initial_value]
            with name_scope(name, "Variable", values) as scope:
                self._make_nodes(scope, initial_value, validate_shape, caching_device, dtype, shape)
        self.graph.add_to_collections(joined, self)

    def _make_nodes(
        self, scope: str, initial_value: Any, validate_shape: bool, caching_device: Any, dtype: Any, shape: Any
    ) -> None:
        graph = default_stacks.get_default_graph()
        if callable(initial_value):
            group = schema.AttrValue(list=schema.AttrValue.ListValue(s=[f"loc:@{scope_of(scope)}".encode()]))
            with graph._attr_scope({"_class": group}):
                with name_scope("Initializer"), device(None):
                    value = conversion.convert_to_tensor(initial_value(), dtype=dtype, name="initial_value")
                self._variable = _new_variable(value, shape, validate_shape, scope)
        else:
            value = conversion.convert_to_tensor(initial_value, dtype=dtype, name="initial_value")
            if value.op._get_control_flow_context() is not None:
                raise ValueError(
                    f"Initializer for variable {scope} is from inside a control-flow construct, such as a loop or "
                    "conditional. When creating a variable inside a loop or conditional, use a lambda as the "
                    "initializer."
                )
            self._variable = _new_variable(value, shape, validate_shape, scope)
        self._initial_value = value
        self._name = self._variable.name
        self._dtype = self._variable.dtype
        if validate_shape and not value.shape.is_fully_defined():
            raise ValueError(f"initial_value must have a shape specified: {value}")
        guarded = dependencies.guarded_initial_value(self._shared_name, value)
        self._initializer_op = raw.Assign(self._variable, guarded, validate_shape=validate_shape, name="Assign").op
        place = caching_device(self._variable.op) if callable(caching_device) else caching_device
        with colocate_with(self._variable.op) if place is None else device(place):
            self._snapshot = raw.Identity(self._variable, name="read")

    def _init_from_proto(self, variable_def: Any, import_scope: str | None) -> None:
        graph = default_stacks.get_default_graph()
        self._variable = graph.get_tensor_by_name(prepend_name_scope(variable_def.variable_name, import_scope))
        self._snapshot = graph.get_tensor_by_name(prepend_name_scope(variable_def.snapshot_name, import_scope))
        self._name = self._variable.name
        self._dtype = self._variable.dtype
        self._init_shared_from_proto(variable_def, import_scope)

    # ---- what it is ----

    @property
    def shape(self) -> tensor_shape.TensorShape:
        return self._variable.shape

    def set_shape(self, shape: Any) -> None:
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    @property
    def op(self) -> Operation:
        return self._variable.op

    def _ref(self) -> Tensor:
        """The reference to the variable's value."""
        return self._variable

    def _as_graph_element(self) -> Tensor:
        return self._variable

    def _snapshot_tensor(self) -> Tensor:
        return self._snapshot

    def _convert(self, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
        self._refuse_other_dtype(dtype)
        return self._variable if as_ref else self._snapshot

    # ---- its value ----

    def value(self) -> Tensor:
        return self._snapshot

    def read_value(self) -> Tensor:
        read: Tensor = raw.Identity(self._variable, name="read")
        return read

    def _initialized(self, name: str | None = None) -> Tensor:
        made: Tensor = raw.IsVariableInitialized(self._variable, name=name)
        return made

    # ---- changes ----

    def assign(
        self, value: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        made = raw.Assign(self._variable, value, use_locking=use_locking, name=name)
        return made if read_value else made.op

    def assign_add(
        self, delta: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        made = raw.AssignAdd(self._variable, delta, use_locking=use_locking, name=name)
        return made if read_value else made.op

    def assign_sub(
        self, delta: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        made = raw.AssignSub(self._variable, delta, use_locking=use_locking, name=name)
        return made if read_value else made.op

    def count_up_to(self, limit: int) -> Any:
        return raw.CountUpTo(self._variable, limit=limit)

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        return raw.GatherNd(self.value(), indices, name=name)

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        return raw.GatherV2(self.value(), indices, 0, name=name)

    def _scatter(self, op_type: str, indices: Any, updates: Any, use_locking: bool, name: str | None) -> Any:
        return getattr(raw, op_type)(self._variable, indices, updates, use_locking=use_locking, name=name)

    def _assign_slice(self, strided_slice: Operation, value: Any, name: str) -> Any:
        begin, end, strides = strided_slice.inputs[1:]
        masks = {mask: strided_slice.get_attr(mask) for mask in SLICE_MASKS}
        return raw.StridedSliceAssign(self._variable, begin, end, strides, value, name=name, **masks)


SLICE_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def _new_variable(value: Tensor, shape: Any, validate_shape: bool, scope: str) -> Tensor:
    if shape is None:
        shape = value.shape if validate_shape else tensor_shape.TensorShape(None)
    dtype = dtypes.as_dtype(value.dtype).base_dtype
    made: Tensor = raw.VariableV2(shape=shape, dtype=dtype, name=scope)
    return made
