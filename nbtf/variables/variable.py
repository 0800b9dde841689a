"""Variable: what ref variables and resource variables have in common, and the constructor that makes one of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NoReturn

from nbtf import tensor_shape
from nbtf.dtypes import DType
from nbtf.errors import OperatorNotAllowedInGraphError
from nbtf.graph import conversion, default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.scope_names import prepend_name_scope, strip_name_scope
from nbtf.graph.scopes import init_scope
from nbtf.graph.tensor import Tensor
from nbtf.variables import dependencies, slices
from nbtf.variables.policies import VariableAggregation, VariableSynchronization, checked_policies
from nbtf.wire import schema


class VariableType(type):
    """`Variable(...)` asks the creators in force for a variable; subclasses are made as any class is."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Variable:
            return super().__call__(*args, **kwargs)
        from nbtf.variables.creation import create_variable

        return create_variable(*args, **kwargs)

    @property
    def __signature__(cls) -> inspect.Signature:
        from nbtf.variables.creation import create_variable

        return inspect.signature(create_variable)


class Variable(metaclass=VariableType):
    """A tensor that keeps its value from run to run. Parameters: see `nbtf.variables.creation.create_variable`.

    A variable may stand wherever a tensor may: it is read there.
    """

    SaveSliceInfo = slices.SaveSliceInfo
    __array_priority__ = 100  # numpy's operators give way to the overloaded ones

    _name: str
    _dtype: DType
    _trainable: bool
    _synchronization: VariableSynchronization
    _aggregation: VariableAggregation
    _constraint: Callable[[Any], Any] | None
    _initial_value: Tensor | None
    _initializer_op: Operation
    _save_slice_info: slices.SaveSliceInfo | None = None
    _IS_RESOURCE: ClassVar[bool]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError

    # ---- what it is ----

    @property
    def name(self) -> str:
        """ "<operation name>:0"."""
        return self._name

    @property
    def _shared_name(self) -> str:
        """The name without ":0"."""
        return self._name.removesuffix(":0")

    @property
    def dtype(self) -> DType:
        """The element type; of a ref variable the reference type."""
        return self._dtype

    @property
    def shape(self) -> tensor_shape.TensorShape:
        raise NotImplementedError

    def get_shape(self) -> tensor_shape.TensorShape:
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Adds what the caller knows to the static shape. Raises ValueError where both contradict each other."""
        raise NotImplementedError

    @property
    def trainable(self) -> bool:
        return self._trainable

    @property
    def synchronization(self) -> VariableSynchronization:
        return self._synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        return self._aggregation

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        """The function from value to value that an optimizer applies after an update, or None."""
        return self._constraint

    @property
    def initializer(self) -> Operation:
        """The operation that gives the variable its initial value."""
        return self._initializer_op

    @property
    def initial_value(self) -> Tensor | None:
        """The tensor that the initializer assigns."""
        return self._initial_value

    @property
    def op(self) -> Operation:
        raise NotImplementedError

    @property
    def graph(self) -> Graph:
        return self.op.graph

    @property
    def device(self) -> str:
        return self.op.device

    def _as_graph_element(self) -> Tensor:
        raise NotImplementedError

    def _set_save_slice_info(self, save_slice_info: slices.SaveSliceInfo) -> None:
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self) -> slices.SaveSliceInfo | None:
        return self._save_slice_info

    def ref(self) -> _Reference:
        """A hashable stand-in for the variable."""
        return _Reference(self)

    experimental_ref = ref

    # ---- its value ----

    def value(self) -> Tensor:
        """The value as a tensor, read once a run."""
        raise NotImplementedError

    def read_value(self) -> Tensor:
        """The value as a new tensor, read when that runs: after what control dependencies say."""
        raise NotImplementedError

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        """Rows of the value, as tf.gather takes them."""
        raise NotImplementedError

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        """Parts of the value. indices [..., k] -> [...] + the shape below the first k dims."""
        raise NotImplementedError

    def eval(self, session: Any = None) -> Any:
        """The value in `session` or the default one. Raises ValueError if there is neither."""
        return self._as_graph_element().eval(session=session)

    def load(self, value: Any, session: Any = None) -> None:
        """Gives the variable a value in `session` or the default one, through its initializer; adds no operation."""
        session = session if session is not None else default_stacks.get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be established to load a value"
            )
        session.run(self._initializer_op, {self._initializer_op.inputs[1]: value})

    def _initialized(self, name: str | None = None) -> Tensor:
        """Whether the variable has a value: bool []."""
        raise NotImplementedError

    def initialized_value(self) -> Tensor:
        """The value if there is one, else the initial value; for initial values that depend on other variables."""
        with init_scope():
            return dependencies.initialized_or_initial(self)

    # ---- changes: each gives the changed variable, a reference or, of a resource, a variable to read after the change ----

    def assign(
        self, value: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Becomes `value`. Without read_value the operation is what is given.

        Raises ValueError for a value of another static shape, TypeError for one of another dtype.
        """
        raise NotImplementedError

    def assign_add(
        self, delta: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds `delta`. Without read_value the operation is what is given."""
        raise NotImplementedError

    def assign_sub(
        self, delta: Any, use_locking: bool | None = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts `delta`. Without read_value the operation is what is given."""
        raise NotImplementedError

    def count_up_to(self, limit: int) -> Any:
        """The value before 1 is added to it; the run raises OutOfRangeError once it has reached `limit`."""
        raise NotImplementedError

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Subtracts rows (IndexedSlices): see `tf.scatter_sub`."""
        return self._scatter("ScatterSub", *rows_of(sparse_delta), use_locking, name)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Adds rows (IndexedSlices): see `tf.scatter_add`."""
        return self._scatter("ScatterAdd", *rows_of(sparse_delta), use_locking, name)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Keeps the larger of own and given rows (IndexedSlices): see `tf.scatter_max`."""
        return self._scatter("ScatterMax", *rows_of(sparse_delta), use_locking, name)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Keeps the smaller of own and given rows (IndexedSlices): see `tf.scatter_min`."""
        return self._scatter("ScatterMin", *rows_of(sparse_delta), use_locking, name)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Multiplies by rows (IndexedSlices): see `tf.scatter_mul`."""
        return self._scatter("ScatterMul", *rows_of(sparse_delta), use_locking, name)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Divides by rows (IndexedSlices): see `tf.scatter_div`."""
        return self._scatter("ScatterDiv", *rows_of(sparse_delta), use_locking, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Assigns rows (IndexedSlices): see `tf.scatter_update`."""
        return self._scatter("ScatterUpdate", *rows_of(sparse_delta), use_locking, name)

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Assigns rows of rows (IndexedSlices): see `tf.batch_scatter_update`."""
        from nbtf.variables.scattering import batch_scatter_update

        return batch_scatter_update(self, *rows_of(sparse_delta), use_locking=use_locking, name=name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts updates at indices: see `tf.scatter_nd_sub`."""
        return self._scatter("ScatterNdSub", indices, updates, True, name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds updates at indices: see `tf.scatter_nd_add`."""
        return self._scatter("ScatterNdAdd", indices, updates, True, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Assigns updates at indices: see `tf.scatter_nd_update`."""
        return self._scatter("ScatterNdUpdate", indices, updates, True, name)

    def _scatter(self, op_type: str, indices: Any, updates: Any, use_locking: bool, name: str | None) -> Any:
        """op_type: of the operation on references."""
        raise NotImplementedError

    # ---- as a message ----

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A VariableDef, with names relative to `export_scope`; None for a variable outside of it."""
        if export_scope is not None and not self._name.startswith(export_scope):
            return None
        snapshot = self._snapshot_tensor().name
        message = schema.VariableDef(
            variable_name=strip_name_scope(self._name, export_scope),
            initializer_name=strip_name_scope(self._initializer_op.name, export_scope),
            snapshot_name=strip_name_scope(snapshot, export_scope),
            is_resource=self._IS_RESOURCE,
            trainable=self._trainable,
            synchronization=self._synchronization.value,
            aggregation=self._aggregation.value,
        )
        if self._initial_value is not None:
            message.initial_value_name = strip_name_scope(self._initial_value.name, export_scope)
        if self._save_slice_info is not None:
            message.save_slice_info_def.MergeFrom(self._save_slice_info.to_proto(export_scope))
        return message

    def _snapshot_tensor(self) -> Tensor:
        raise NotImplementedError

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable that a VariableDef describes, over nodes that the default graph already has."""
        from nbtf.variables.creation import create_variable

        made = create_variable(variable_def=variable_def, import_scope=import_scope)
        assert isinstance(made, Variable)
        return made

    def _init_shared_from_proto(self, variable_def: Any, import_scope: str | None) -> None:
        graph = default_stacks.get_default_graph()
        initializer_name = prepend_name_scope(variable_def.initializer_name, import_scope)
        self._initializer_op = graph.get_operation_by_name(initializer_name)
        self._initial_value = None
        if variable_def.initial_value_name:  # files of old versions have none
            name = prepend_name_scope(variable_def.initial_value_name, import_scope)
            self._initial_value = graph.get_tensor_by_name(name)
        self._synchronization, self._aggregation, self._trainable = checked_policies(
            VariableSynchronization(variable_def.synchronization),
            VariableAggregation(variable_def.aggregation),
            variable_def.trainable,
            variable_def.variable_name,
        )
        self._constraint = None
        if variable_def.HasField("save_slice_info_def"):
            slice_def = variable_def.save_slice_info_def
            self._save_slice_info = slices.SaveSliceInfo(save_slice_info_def=slice_def, import_scope=import_scope)

    # ---- as an operand ----

    def _convert(self, dtype: DType | None, name: str | None, as_ref: bool) -> Tensor:
        """The registered conversion to a tensor."""
        raise NotImplementedError

    def _refuse_other_dtype(self, dtype: DType | None) -> None:
        if dtype is not None and not dtype.is_compatible_with(self.dtype):
            raise ValueError(
                f"Incompatible type conversion requested to type {dtype.name!r} for variable of type "
                f"{self.dtype.name!r}: {self!r}"
            )

    def __getitem__(self, slice_spec: Any) -> Any:
        """Part of the value. What a slice gives also has `assign(value, name=None)`, which assigns to that part."""
        sliced = Tensor.__getitem__(self.value(), slice_spec)
        if isinstance(sliced, Tensor) and sliced.op.type == "StridedSlice":

            def assign(value: Any, name: str | None = None) -> Any:
                return self._assign_slice(sliced.op, value, name or f"{sliced.op.name}/_assign")

            sliced.assign = assign
        return sliced

    def _assign_slice(self, strided_slice: Operation, value: Any, name: str) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        raise OperatorNotAllowedInGraphError(
            "Iterating over a symbolic `tf.Tensor` is not allowed: a variable has a value only while a session runs."
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise NotImplementedError(f"Cannot convert the variable {self._name} to a numpy array: run it in a session.")

    def __repr__(self) -> str:
        return f"<tf.Variable {self._name!r} shape={self.shape} dtype={self.dtype.name}>"


class _Reference:
    """A variable as a key: equal to another reference if both are of one variable."""

    __slots__ = ("_variable",)

    def __init__(self, variable: Variable) -> None:
        self._variable = variable

    def deref(self) -> Variable:
        """The variable."""
        return self._variable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reference) and self._variable is other._variable

    def __hash__(self) -> int:
        return id(self._variable)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._variable!r}>"


def _overload(operator: str) -> None:
    def method(self: Variable, *args: Any) -> Any:
        return getattr(Tensor, operator)(self.value(), *args)

    method.__name__ = operator
    setattr(Variable, operator, method)


for _operator in sorted(Tensor.OVERLOADABLE_OPERATORS - {"__eq__", "__ne__", "__getitem__"}):
    _overload(_operator)


def convert_variable(value: Variable, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Any:
    return value._convert(dtype, name, as_ref)


conversion.register_tensor_conversion_function(Variable, convert_variable)


def checked_collections(collections: Any, trainable: bool) -> list[Any]:
    """The collections that a new variable joins. Raises ValueError for what is no list of names."""
    if collections is None:
        collections = [GraphKeys.GLOBAL_VARIABLES]
    if not isinstance(collections, (list, tuple, set)):
        raise ValueError(
            "collections argument to Variable constructor must be a list, tuple, or set. "
            f"Got {collections} of type {type(collections)}"
        )
    if trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
        return [*collections, GraphKeys.TRAINABLE_VARIABLES]
    return list(collections)


def rows_of(sparse_delta: Any) -> tuple[Any, Any]:
    """(indices, values) of IndexedSlices. Raises TypeError for anything else."""
    if isinstance(sparse_delta, Sequence) or not (hasattr(sparse_delta, "indices") and hasattr(sparse_delta, "values")):
        raise TypeError(f"sparse_delta is not IndexedSlices: {sparse_delta}")
    return sparse_delta.indices, sparse_delta.values
