"""Optimizer: gradients of a loss, and the operation that changes variables by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbtf import dtypes, nest
from nbtf.control_flow.grouping import group, tuple_v1
from nbtf.dtypes import DType
from nbtf.graph import default_stacks, scopes
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.indexed_slices import IndexedSlices, convert_to_tensor_or_indexed_slices
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.train import slots
from nbtf.variables.assigning import assign_add
from nbtf.variables.creation import create_variable
from nbtf.variables.initialization import trainable_variables
from nbtf.variables.ref_variable import RefVariable
from nbtf.variables.resource_variable import BaseResourceVariable


class Optimizer:
    """Base of all optimizers. A subclass says how a variable changes by its gradient.

    It overrides `_apply_dense` and `_apply_sparse` for ref variables, `_resource_apply_dense` and
    `_resource_apply_sparse` for resource variables, and, where it needs them, `_create_slots` (made before the updates),
    `_prepare` (tensors of hyper-parameters) and `_finish` (what comes after all updates).
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        """name: prefix of the operations made. Raises ValueError for an empty one."""
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Any, Any]] = {}
        self._non_slot_dict: dict[tuple[str, Any], Any] = {}

    def get_name(self) -> str:
        return self._name

    # ---- minimizing ----

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """The operation that changes variables once so that `loss` gets smaller; it also adds 1 to `global_step`.

        Raises ValueError where no variable has a gradient.
        """
        grads_and_vars = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        if all(grad is None for grad, _ in grads_and_vars):
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support gradients, "
                f"between variables {[str(v) for _, v in grads_and_vars]} and loss {loss}."
            )
        return self.apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Any]]:
        """(gradient, variable) pairs; the gradient is a tensor, IndexedSlices or None.

        loss: a tensor, or a function that makes one. var_list: the graph's trainable variables unless given.
        gate_gradients: GATE_NONE (each as soon as it is there), GATE_OP (those of one operation together), GATE_GRAPH
        (all together). grad_loss: the gradient of the loss, ones unless given.
        """
        if callable(loss):
            loss = loss()
        if gate_gradients not in (Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH. "
                f"Not {gate_gradients}"
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        if var_list is None:
            graph = default_stacks.get_default_graph()
            variables = trainable_variables() + graph.get_collection(GraphKeys.TRAINABLE_RESOURCE_VARIABLES)
        else:
            variables = nest.flatten(var_list)
        if not variables:
            raise ValueError("No variables to optimize.")
        grads = gradients(
            loss,
            [_target(variable) for variable in variables],
            grad_ys=grad_loss,
            gate_gradients=gate_gradients == Optimizer.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == Optimizer.GATE_GRAPH:
            grads = tuple_v1(grads)
        pairs = list(zip(grads, variables, strict=True))
        self._assert_valid_dtypes([v for g, v in pairs if g is not None and v.dtype != dtypes.resource])
        return pairs

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Any]],
        global_step: Any = None,
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
    ) -> Operation:
        """The operation that changes variables by their gradients, and then adds 1 to `global_step` if there is one.

        Pairs whose gradient is None are left out. Raises TypeError for what is no gradient, ValueError where there is no
        variable with one.
        """
        pairs = [(_checked_gradient(grad), variable) for grad, variable in grads_and_vars]
        if not pairs:
            raise ValueError("No variables provided.")
        updated = [variable for grad, variable in pairs if grad is not None]
        if not updated:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in pairs]}.")
        with scopes.init_scope():
            self._create_slots(updated)
        with scopes.name_scope(name, self._name) as scope:
            self._prepare()
            updates = []
            for grad, variable in pairs:
                if grad is not None:
                    with scopes.name_scope(f"update_{variable.op.name}"), scopes.colocate_with(variable):
                        updates.append(self._update(grad, variable))
            done = self._finished(updates, global_step, scope)
        train_ops = default_stacks.get_default_graph().get_collection_ref(GraphKeys.TRAIN_OP)
        if done not in train_ops:
            train_ops.append(done)
        return done

    def _update(self, grad: Any, variable: Any) -> Any:
        """The update of one variable, held to its constraint."""
        _target(variable)  # refuses what cannot be updated
        if isinstance(variable, Tensor):
            raise NotImplementedError("Trying to update a Tensor ", variable)
        is_sparse = isinstance(grad, IndexedSlices)
        if is_sparse and variable.constraint is not None:
            raise RuntimeError("Cannot use a constraint function on a sparse variable.")
        if isinstance(variable, BaseResourceVariable):
            if is_sparse:
                return self._resource_apply_sparse_duplicate_indices(grad.values, variable, grad.indices)
            update = self._resource_apply_dense(grad, variable)
        elif is_sparse:
            return self._apply_sparse_duplicate_indices(grad, variable)
        else:
            update = self._apply_dense(grad, variable)
        if variable.constraint is None:
            return update
        with scopes.control_dependencies([update]):
            return variable.assign(variable.constraint(variable))

    def _finished(self, updates: list[Any], global_step: Any, name: str) -> Operation:
        if global_step is None:
            done = self._finish(updates, name)
        else:
            with (
                scopes.control_dependencies([self._finish(updates, "update")]),
                scopes.colocate_with(global_step),
            ):
                if isinstance(global_step, BaseResourceVariable):
                    one = convert_to_tensor(1, dtype=global_step.dtype)
                    done = raw.AssignAddVariableOp(global_step.handle, one, name=name)
                else:
                    done = assign_add(global_step, 1, name=name)
        operation = done.op if isinstance(done, Tensor) else done
        assert isinstance(operation, Operation)
        return operation

    # ---- slots ----

    def get_slot(self, var: Any, name: str) -> Any:
        """The slot `name` of a variable, or None."""
        return self._slots.get(name, {}).get(_key(var))

    def get_slot_names(self) -> list[str]:
        return sorted(self._slots)

    def variables(self) -> list[Any]:
        """What the optimizer keeps in the default graph: slots and others, by name."""
        graph = default_stacks.get_default_graph()
        kept = [*self._non_slot_dict.values(), *(slot for named in self._slots.values() for slot in named.values())]
        return sorted((v for v in kept if v.op.graph is graph), key=lambda v: str(v.name))

    def _slot_dict(self, slot_name: str) -> dict[Any, Any]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        """The slot with this initial value: a variable "<var>/<op_name>"."""
        return self._kept_slot(var, slot_name, lambda: slots.create_slot(var, val, op_name))

    def _get_or_make_slot_with_initializer(
        self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Any:
        return self._kept_slot(
            var, slot_name, lambda: slots.create_slot_with_initializer(var, initializer, shape, dtype, op_name)
        )

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        return self._kept_slot(var, slot_name, lambda: slots.create_zeros_slot(var, op_name))

    def _kept_slot(self, var: Any, slot_name: str, make: Callable[[], Any]) -> Any:
        named = self._slot_dict(slot_name)
        if _key(var) not in named:
            named[_key(var)] = make()
        return named[_key(var)]

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Any:
        """A variable that belongs to the optimizer and to no single variable, made once a graph."""
        key = (name, colocate_with.graph)
        if key not in self._non_slot_dict:
            with scopes.colocate_with(colocate_with):
                self._non_slot_dict[key] = create_variable(
                    initial_value,
                    name=name,
                    trainable=False,
                    use_resource=isinstance(colocate_with, BaseResourceVariable),
                )
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Any = None) -> Any:
        return self._non_slot_dict.get((name, graph or default_stacks.get_default_graph()))

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds besides slots: the others of the default graph."""
        graph = default_stacks.get_default_graph()
        named = sorted(self._non_slot_dict.items(), key=lambda item: item[0][0])
        return {name: variable for (name, home), variable in named if home is graph}

    def _non_slot_variables(self) -> Iterable[Any]:
        return self._non_slot_dict.values()

    # ---- for subclasses to override ----

    def _valid_dtypes(self) -> set[DType]:
        """Of losses and variables."""
        return {dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64}

    def _assert_valid_dtypes(self, tensors: Sequence[Any]) -> None:
        valid = self._valid_dtypes()
        for tensor in tensors:
            dtype = tensor.dtype.base_dtype
            if dtype not in valid:
                raise ValueError(f"Invalid type {dtype!r} for {tensor.name}, expected: {list(valid)}.")

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        """Makes the slots that the updates of these variables need."""

    def _prepare(self) -> None:
        """Makes tensors that all updates need."""

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        raise NotImplementedError

    def _apply_sparse(self, grad: IndexedSlices, var: Any) -> Any:
        """The update by IndexedSlices of which no row comes twice."""
        raise NotImplementedError

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        raise NotImplementedError

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        """The update by rows, no index twice."""
        raise NotImplementedError

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, var: Any) -> Any:
        """The update by IndexedSlices as they come: sums up the rows of one index first."""
        values, indices = deduplicated(grad.values, grad.indices)
        return self._apply_sparse(IndexedSlices(values, indices, grad.dense_shape), var)

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        values, unique = deduplicated(grad, indices)
        return self._resource_apply_sparse(values, handle, unique)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        """The operation that is done when all updates are."""
        return group(*update_ops, name=name_scope)

    def _call_if_callable(self, param: Any) -> Any:
        """A hyper-parameter may be a function that makes it."""
        return param() if callable(param) else param


def deduplicated(values: Any, indices: Any) -> tuple[Any, Any]:
    """Rows summed up by index, and the indices without repetition."""
    unique, positions = raw.Unique(indices)
    summed = raw.UnsortedSegmentSum(values, positions, raw.Shape(unique)[0])
    return summed, unique


def _target(variable: Any) -> Any:
    """What the gradient is taken of."""
    if isinstance(variable, RefVariable):
        return variable._ref()
    if isinstance(variable, (BaseResourceVariable, Tensor)):
        return variable
    raise NotImplementedError("Trying to optimize unsupported type ", variable)


def _key(var: Any) -> Any:
    return (var.op.graph, var.op.name)


def _checked_gradient(grad: Any) -> Any:
    if grad is None:
        return None
    try:
        return convert_to_tensor_or_indexed_slices(grad)
    except TypeError:
        raise TypeError(f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {grad}") from None
