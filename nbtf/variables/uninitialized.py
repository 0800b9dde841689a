"""A resource variable that is made before anybody knows its initial value."""

from __future__ import annotations

from typing import Any

from nbtf import tensor_shape
from nbtf.dtypes import as_dtype
from nbtf.graph.collections import GraphKeys
from nbtf.graph.names import scope_of
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device, init_scope, name_scope
from nbtf.variables.policies import VariableAggregation, VariableSynchronization, checked_policies
from nbtf.variables.resource_variable import BaseResourceVariable


class UninitializedVariable(BaseResourceVariable):
    """A variable of a known shape and dtype; `initialize_by` says what gives it a value."""

    def __init__(
        self,
        name: str,
        shape: Any,
        dtype: Any,
        trainable: bool | None = None,
        synchronization: VariableSynchronization | None = None,
        aggregation: VariableAggregation | None = None,
    ) -> None:
        self._synchronization, self._aggregation, self._trainable = checked_policies(
            synchronization, aggregation, trainable, name
        )
        self._constraint = None
        self._initial_value = None
        self._shape, self._dtype = tensor_shape.as_shape(shape), as_dtype(dtype)
        with init_scope(), name_scope(name, "Variable") as scope:
            own_name = scope_of(scope)
            self._handle = raw.VarHandleOp(
                dtype=self._dtype, shape=self._shape, shared_name=own_name, debug_name=scope, name=scope
            )
            self._name = f"{own_name}:0"
            with name_scope("Read"), device(self._handle.device):
                self._graph_element = self._read()
        self.graph.add_to_collection(GraphKeys.GLOBAL_VARIABLES, self)

    def initialize_by(self, operation: Operation) -> None:
        """Makes an operation what `initializer` is."""
        self._initializer_op = operation
