"""VariableStore: the variables that get_variable has made in one graph, by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.dtypes import DType
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import init_scope, name_scope
from nbtf.variables.losses import RegularizationLoss
from nbtf.variables.partitioned import PartitionedVariable, PartitionInfo, known_dims, partitions_of, parts_of
from nbtf.variables.policies import VariableAggregation, VariableSynchronization, checked_policies
from nbtf.variables.resource_variable import ResourceVariable
from nbtf.variables.slices import SaveSliceInfo
from nbtf.variables.variable import Variable

_STORE = ("__variable_store",)  # a collection that no file has


def variable_store() -> VariableStore:
    """The store of the default graph."""
    kept = default_stacks.get_default_graph().get_collection_ref(_STORE)
    if not kept:
        kept.append(VariableStore())
    found: VariableStore = kept[0]
    return found


@dataclass(frozen=True)
class _Request:
    """What get_variable was asked for."""

    name: str
    shape: tensor_shape.TensorShape
    dtype: DType
    initializer: Any
    regularizer: Callable[[Any], Any] | None
    reuse: Any
    facts: dict[str, Any]
    """What the constructor of the variable gets as it is."""
    partition_info: PartitionInfo | None = None

    @property
    def from_value(self) -> bool:
        """Whether the initializer is the initial value itself."""
        return self.initializer is not None and not callable(self.initializer)


class VariableStore:
    """Variables by full name. get_variable takes the parameters of `tf.get_variable` with all defaults filled in."""

    def __init__(self) -> None:
        self._variables: dict[str, Any] = {}
        self._partitioned: dict[str, PartitionedVariable] = {}

    def get_variable(self, name: str, custom_getter: Callable[..., Any] | None = None, **facts: Any) -> Any:
        """The variable of that name, made or found, through `custom_getter` if there is one."""
        if custom_getter is not None and not callable(custom_getter):
            raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
        facts["dtype"] = dtypes.as_dtype(facts["dtype"]).base_dtype
        facts["synchronization"], facts["aggregation"], facts["trainable"] = checked_policies(
            facts["synchronization"], facts["aggregation"], facts["trainable"], name
        )
        if custom_getter is None:
            return self._get(name, **facts)
        if not _takes(custom_getter, "constraint"):
            del facts["constraint"]
        return custom_getter(getter=self._get, name=name, **facts)

    def _get(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Any:
        """What custom getters get as `getter`."""
        facts = {
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "validate_shape": validate_shape,
            "use_resource": use_resource,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        dims = tensor_shape.as_shape(shape)
        request = _Request(name, dims, dtypes.as_dtype(dtype), initializer, regularizer, reuse, facts)
        if partitioner is not None and not (isinstance(shape, Sequence) and not shape):
            if not callable(partitioner):
                raise ValueError(f"Partitioner must be callable, but received: {partitioner}")
            with name_scope(None):
                return self._get_partitioned(request, partitioner)
        if reuse is True and partitioner is None and name in self._partitioned:
            return self._get_partitioned(request, None)
        if f"{name}/part_0" in self._variables:
            raise ValueError(
                f"No partitioner was provided, but a partitioned version of the variable was found: {name}/part_0. "
                "Perhaps a variable of the same name was already created with partitioning?"
            )
        if request.from_value and shape is not None:
            raise ValueError("If initializer is a constant, do not specify shape.")
        return self._get_single(request)

    # ---- one variable ----

    def _get_single(self, request: _Request) -> Any:
        name = request.name
        if name in self._variables:
            return self._found(request)
        if request.reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). "
                "Did you mean to set reuse=tf.AUTO_REUSE in VarScope?"
            )
        with init_scope():
            value, dtype = _initial_value(request)
        variable = Variable(initial_value=value, name=name, dtype=dtype, **request.facts)
        self._variables[name] = variable
        if request.regularizer is not None:
            _regularize(variable, name, request.regularizer)
        return variable

    def _found(self, request: _Request) -> Any:
        name = request.name
        variable = self._variables[name]
        if not request.reuse:
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in "
                f"VarScope?{_place_of(variable)}"
            )
        if not request.shape.is_compatible_with(variable.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {request.shape} and found shape "
                f"{variable.shape}."
            )
        if not request.dtype.is_compatible_with(variable.dtype):
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {request.dtype.name} and found dtype "
                f"{variable.dtype.name}."
            )
        return variable

    # ---- a variable in parts ----

    def _get_partitioned(self, request: _Request, partitioner: Callable[..., Any] | None) -> PartitionedVariable:
        name, shape = request.name, request.shape
        if name in self._variables:
            raise ValueError(
                "A partitioner was provided, but an unpartitioned version of the variable was found: "
                f"{name}.  Perhaps a variable of the same name was already created without partitioning?"
            )
        if request.from_value:
            shape = shape.merge_with(request.initializer.shape)
            request = replace(request, shape=shape)
        partitions = None if partitioner is None else partitions_of(partitioner, shape, request.dtype)
        if name in self._partitioned:
            return self._found_partitioned(request, partitions)
        if request.reuse is True:
            raise ValueError(
                f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). "
                "Did you mean to set reuse=False or reuse=tf.AUTO_REUSE in VarScope?"
            )
        assert partitions is not None
        full_shape = known_dims(shape)
        parts = []
        for i, (offset, part_shape) in enumerate(parts_of(full_shape, partitions)):
            part = self._part(request, i, PartitionInfo(full_shape, offset), part_shape)
            part._set_save_slice_info(SaveSliceInfo(name, full_shape, offset, part_shape))
            parts.append(part)
        made = PartitionedVariable(name, shape, request.dtype, parts, partitions)
        self._partitioned[name] = made
        return made

    def _part(self, request: _Request, number: int, info: PartitionInfo, part_shape: list[int]) -> Any:
        initializer, shape, dtype = request.initializer, tensor_shape.as_shape(part_shape), request.dtype
        if request.from_value:
            with name_scope(f"{request.name}/part_{number}/PartitionedInitializer/"):
                initializer = raw.Slice(initializer, info.var_offset, part_shape)
            shape, dtype = tensor_shape.TensorShape(None), initializer.dtype.base_dtype
        with name_scope(None):
            return self._get_single(
                replace(
                    request,
                    name=f"{request.name}/part_{number}",
                    shape=shape,
                    dtype=dtype,
                    initializer=initializer,
                    partition_info=info,
                )
            )

    def _found_partitioned(self, request: _Request, partitions: list[int] | None) -> PartitionedVariable:
        name = request.name
        found = self._partitioned[name]
        if not request.reuse:
            raise ValueError(
                f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in VarScope?"
            )
        prefix = f"Trying to reuse partitioned variable {name}, but specified"
        if not request.shape.is_compatible_with(found.get_shape()):
            raise ValueError(f"{prefix} shape {request.shape} and found shape {found.get_shape()}.")
        if not request.dtype.is_compatible_with(found.dtype):
            raise ValueError(f"{prefix} dtype {request.dtype.name} and found dtype {found.dtype.name}.")
        if partitions is not None and partitions != found._get_partitions():
            raise ValueError(f"{prefix} partitions {partitions} and found partitions {found._get_partitions()}.")
        return found


def _initial_value(request: _Request) -> tuple[Any, DType | None]:
    """What the constructor gets as initial_value and dtype."""
    initializer, shape, dtype = request.initializer, request.shape, request.dtype
    if request.from_value:
        return initializer, None
    if initializer is None:
        if shape.ndims is None:
            raise ValueError(
                f"Variable {request.name} did not get an initializer, so its `shape` argument must be specified."
            )
        initializer = _default_initializer(request.name, dtype)
    if inspect.isclass(initializer):
        initializer = initializer()
    if shape.is_fully_defined():
        further = {"partition_info": request.partition_info} if _takes(initializer, "partition_info", True) else {}
        return functools.partial(initializer, shape.as_list(), dtype=dtype, **further), dtype.base_dtype
    if all(parameter.default is not inspect.Parameter.empty for parameter in _parameters(initializer)):
        return initializer, None
    raise ValueError(
        "The initializer passed is not valid. It should be a callable with no arguments and the shape should not be "
        "provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined."
    )


def _default_initializer(name: str, dtype: DType) -> Any:
    from nbtf.initializers.constants import Zeros
    from nbtf.initializers.scaling import GlorotUniform

    if dtype.is_floating:
        return GlorotUniform()
    if dtype.is_integer or dtype.is_bool or dtype == dtypes.string:
        return Zeros()
    raise ValueError(f"An initializer for variable {name} of {dtype.base_dtype} is required")


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one for one in inspect.signature(function).parameters.values() if one.kind not in kinds]


def _takes(function: Callable[..., Any], name: str, by_name: bool = False) -> bool:
    """Whether a function has a parameter; any name will do for `**kwargs`, unless it must be there by name."""
    parameters = inspect.signature(function).parameters
    variadic = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
    return name in parameters or (variadic and not by_name)


def _regularize(variable: Any, name: str, regularizer: Callable[[Any], Any]) -> None:
    """Adds the loss that `regularizer` makes of a new variable to REGULARIZATION_LOSSES."""
    # TensorFlow calls it once to see whether there is a loss, and then again for it: names of nodes show that
    if regularizer(variable) is not None:
        loss = RegularizationLoss(variable, name, regularizer)
        default_stacks.get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


def _place_of(variable: Any) -> str:
    """Where a variable was made, for messages; of resource variables TensorFlow does not say it."""
    if isinstance(variable, ResourceVariable):
        return ""
    return " Originally defined at:\n\n" + "".join(variable.op.traceback.format())
