"""Layer, the base class of tf.layers: variables in a scope of their own, built at the first call, losses and updates."""

from __future__ import annotations

import collections
import copy
import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nbtf import dtypes, nest
from nbtf.array.shapes import shape as shape_of
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Zeros
from nbtf.initializers.scaling import GlorotUniform
from nbtf.layers.input_spec import InputSpec, check_inputs
from nbtf.math.casting import cast
from nbtf.variables.initialization import global_variables, trainable_variables
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.scoping import get_variable, variable_scope

__all__ = ["InputSpec", "Layer"]

_NAME_COUNTS = "__layer_name_counts"  # a collection that no file has


class Layer:
    """A function of tensors with variables of its own.

        class Scale(tf.layers.Layer):
            def build(self, input_shape):
                self.factor = self.add_variable("factor", shape=[])
                self.built = True
            def call(self, inputs):
                return inputs * self.factor

    The first call builds the variables, in a variable scope named after the layer; later calls use them again.
    """

    def __init__(self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        """trainable: whether variables go to TRAINABLE_VARIABLES. name: of the scope; by default the class's, numbered.

        dtype: of the variables; by default that of the first input.
        Raises TypeError for an unknown keyword.
        """
        scope = kwargs.pop("_scope", None)
        self._reuse = kwargs.pop("_reuse", None)
        self._activity_regularizer = kwargs.pop("activity_regularizer", None)
        if kwargs:
            raise TypeError(f"Keyword argument not understood: {min(kwargs)!r}")
        self.trainable = trainable
        self.built = False
        self.input_spec: Any = None
        self.stateful = False
        self.supports_masking = False
        self._dtype = None if dtype is None else dtypes.as_dtype(dtype).name
        self._base_name = name or snake_case(type(self).__name__)
        self._name = name or _unique_name(self._base_name)
        self._graph = default_stacks.get_default_graph()
        self._scope: Any = None
        self._current_scope: Any = None
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._losses: list[Any] = []
        self._callable_losses: list[Callable[[], Any]] = []
        self._updates: list[Any] = []
        self._calls: list[tuple[Any, Any]] = []
        if scope is not None:
            with variable_scope(scope) as captured:
                self._scope = captured

    # ---- what it is ----

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> Any:
        """Name of the variables' dtype; None before the first call tells."""
        return self._dtype

    @property
    def graph(self) -> Any:
        return self._graph

    @property
    def scope_name(self) -> str:
        """Name of the variable scope. Raises ValueError before the layer has one."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been used yet. The scope '
                "name is determined the first time the layer instance is called. You must therefore call the layer "
                "before querying `scope_name`."
            )
        return self._scope.name  # type: ignore[no-any-return]

    @property
    def activity_regularizer(self) -> Any:
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Any) -> None:
        self._activity_regularizer = regularizer

    # ---- variables ----

    @property
    def trainable_weights(self) -> list[Any]:
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        if self.trainable:
            return list(self._non_trainable_weights)
        return self._trainable_weights + self._non_trainable_weights

    @property
    def weights(self) -> list[Any]:
        """All variables, those that train first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def trainable_variables(self) -> list[Any]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        return self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        return self.weights

    def count_params(self) -> int:
        """Number of elements of all variables. Raises ValueError before they are built."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer {self.name}, but the layer isn't built. You can build it "
                f"manually via: `layer.build(batch_input_shape)`."
            )
        return int(sum(np.prod(one.shape.as_list(), dtype=np.int64) for one in self.weights))

    def get_weights(self) -> list[Any]:
        """Values of all variables, from the default session."""
        return default_stacks.session_for("get_weights", None, self._graph).run(self.weights)  # type: ignore[no-any-return]

    def set_weights(self, weights: Iterable[Any]) -> None:
        """Loads arrays into all variables, in the default session. Raises ValueError for another number of arrays."""
        values = list(weights)
        if len(values) != len(self.weights):
            raise ValueError(
                f'You called `set_weights(weights)` on layer "{self.name}" with a  weight list of length {len(values)}, '
                f"but the layer was expecting {len(self.weights)} weights."
            )
        session = default_stacks.session_for("set_weights", None, self._graph)
        for variable, value in zip(self.weights, values, strict=True):
            variable.load(value, session)

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = VariableSynchronization.AUTO,
        aggregation: Any = VariableAggregation.NONE,
        partitioner: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A variable in the layer's scope, made or, where the layer is built or reuses, found.

        regularizer: its loss of the variable goes to REGULARIZATION_LOSSES. See tf.get_variable for the others.
        """
        if kwargs:
            raise TypeError(f"Unknown keyword argument: {min(kwargs)}")
        if synchronization == VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError(
                    "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable "
                    "variables. You have specified trainable=True and synchronization=VariableSynchronization.ON_READ."
                )
            trainable = False
        trainable = True if trainable is None else trainable
        dtype = dtypes.as_dtype(dtype or self.dtype or dtypes.float32)
        existing = set(map(id, global_variables()))
        self._set_scope(None)
        with variable_scope(self._scope, reuse=self.built or self._reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                variable = get_variable(
                    name,
                    shape=shape,
                    dtype=dtype,
                    initializer=initializer or scope.initializer or _default_initializer(dtype, name),
                    trainable=trainable and self.trainable,
                    constraint=constraint,
                    partitioner=partitioner,
                    use_resource=bool(use_resource or scope.use_resource) or None,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
                if regularizer is not None and not all(id(part) in existing for part in parts):
                    for part in parts:
                        self.add_loss(functools.partial(_regularization, name, part, regularizer))
                self._keep(parts, trainable and self.trainable)
        return variable

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """add_weight, by its older name."""
        return self.add_weight(*args, **kwargs)

    def _keep(self, variables: list[Any], trainable: bool) -> None:
        """Notes variables as the layer's, each once; a getter may have made one untrainable."""
        training = set(map(id, trainable_variables()))
        for variable in variables:
            if any(variable is one for one in self._trainable_weights + self._non_trainable_weights):
                continue
            trains = trainable and id(variable) in training
            (self._trainable_weights if trains else self._non_trainable_weights).append(variable)

    # ---- losses and updates ----

    @property
    def losses(self) -> list[Any]:
        """Regularization losses: those added as tensors, then those that functions compute anew."""
        return self._losses + [loss for function in self._callable_losses if (loss := function()) is not None]

    @property
    def updates(self) -> list[Any]:
        """Operations that keep what the layer measures up to date, such as moving averages."""
        return list(self._updates) if self.trainable or self.stateful else []

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Notes losses, tensors or functions without arguments that give one, here and in REGULARIZATION_LOSSES."""
        for loss in nest.flatten(losses):
            if callable(loss) and not isinstance(loss, Tensor):
                self._callable_losses.append(loss)
                loss = loss()
            elif loss is not None:
                self._losses.append(loss)
            if loss is not None:
                _add_once(GraphKeys.REGULARIZATION_LOSSES, loss)

    def add_update(self, updates: Any) -> None:
        """Notes operations for `updates`; a call of the layer adds them to UPDATE_OPS."""
        self._updates += [update() if callable(update) else update for update in nest.flatten(updates)]

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """Losses that hang on `inputs`; for None, those that hang on no input."""
        return self.losses if inputs is None else []

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """Updates that hang on `inputs`; for None, those that hang on no input."""
        return [] if inputs is None else self.updates

    # ---- calling ----

    def build(self, input_shape: Any) -> None:
        """Makes the variables for inputs of this shape, a TensorShape or a structure of them."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The layer's function."""
        return inputs

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What `call` makes of the inputs, inside the layer's scopes. scope: the variable scope of a first call."""
        self._set_scope(kwargs.pop("scope", None))
        reuse = True if self.built else self._reuse
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                inputs = nest.map_structure(_as_tensor, inputs)
                if not self.built:
                    self._build_for(inputs)
                check_inputs(self.input_spec, inputs, self.name)
                outputs = self.call(inputs, *args, **kwargs)
                self._regularize_activity(outputs)
        for update in self.updates:
            _add_once(GraphKeys.UPDATE_OPS, update)
        self._calls.append((inputs, outputs))
        return outputs

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The call, by its older name."""
        return self(inputs, *args, **kwargs)

    def _build_for(self, inputs: Any) -> None:
        check_inputs(self.input_spec, inputs, self.name)
        tensors = [one for one in nest.flatten(inputs) if hasattr(one, "dtype")]
        if self._dtype is None and tensors:
            self._dtype = dtypes.as_dtype(tensors[0].dtype).base_dtype.name
        if all(hasattr(one, "shape") for one in nest.flatten(inputs)):
            self.build(nest.map_structure(lambda one: one.shape, inputs))
        else:
            self.build(None)
        self.built = True

    def _regularize_activity(self, outputs: Any) -> None:
        if self._activity_regularizer is None:
            return
        for output in nest.flatten(outputs):
            with name_scope("ActivityRegularizer"):
                loss = self._activity_regularizer(output)
                batch_size = cast(shape_of(output)[0], loss.dtype)
                self.add_loss(loss / batch_size)

    def _set_scope(self, scope: Any) -> None:
        """The variable scope of the layer, chosen when it is first needed."""
        if self._scope is None:
            if self._reuse:
                chosen = variable_scope(scope if scope is not None else self._base_name)
            else:
                chosen = variable_scope(scope, default_name=self._base_name)
            with chosen as captured:
                self._scope = captured

    def _name_scope(self) -> str:
        return self._current_scope.original_name_scope  # type: ignore[no-any-return]

    # ---- inputs and outputs of its calls ----

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of what `call` makes of inputs of this shape."""
        raise NotImplementedError(f"Please run in eager mode or implement the `compute_output_shape` method on your "
                                  f"layer ({type(self).__name__}).")  # fmt: skip

    @property
    def input(self) -> Any:
        return self._only_call("input")[0]

    @property
    def output(self) -> Any:
        return self._only_call("output")[1]

    @property
    def input_shape(self) -> Any:
        """Shape of the input of the only call, as a tuple."""
        return nest.map_structure(lambda one: tuple(one.shape.as_list()), self._only_call("input_shape")[0])

    @property
    def output_shape(self) -> Any:
        return nest.map_structure(lambda one: tuple(one.shape.as_list()), self._only_call("output_shape")[1])

    def get_input_at(self, node_index: int) -> Any:
        return self._calls[node_index][0]

    def get_output_at(self, node_index: int) -> Any:
        return self._calls[node_index][1]

    def _only_call(self, what: str) -> tuple[Any, Any]:
        if not self._calls:
            raise AttributeError(f"Layer {self.name} is not connected, no {what} to return.")
        if len(self._calls) > 1:
            raise AttributeError(
                f"The layer {self.name} has multiple inbound nodes, hence the notion of {what} is ill-defined."
            )
        return self._calls[0]

    def __deepcopy__(self, memo: dict[int, Any]) -> Layer:
        """A copy that shares graph, scopes, tensors and variables."""
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        for name, value in vars(self).items():
            shared = name in ("_graph", "_scope", "_current_scope", "_calls") or isinstance(value, Tensor)
            setattr(made, name, value if shared else _copied(value, memo))
        return made


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    try:
        return copy.deepcopy(value, memo)
    except (TypeError, NotImplementedError):
        return value


def _as_tensor(value: Any) -> Any:
    return convert_to_tensor(value) if isinstance(value, (np.ndarray, float, int)) else value


def _regularization(name: str, variable: Any, regularizer: Callable[[Any], Any]) -> Any:
    with name_scope(f"{name}/Regularizer"):
        return regularizer(variable)


def _add_once(collection: str, element: Any) -> None:
    present = default_stacks.get_default_graph().get_collection_ref(collection)
    if not any(element is one for one in present):
        add_to_collection(collection, element)


def _default_initializer(dtype: dtypes.DType, name: str) -> Any:
    if dtype.is_floating:
        return GlorotUniform()
    if dtype.is_integer or dtype.is_unsigned or dtype.is_bool:
        return Zeros()
    raise ValueError(f"An initializer for variable {name} of type {dtype.base_dtype} is required for layer {name}")


def _unique_name(base_name: str) -> str:
    """ "dense_1", "dense_2" ...: counted by graph."""
    kept = default_stacks.get_default_graph().get_collection_ref((_NAME_COUNTS,))
    if not kept:
        kept.append(collections.Counter())
    kept[0][base_name] += 1
    return f"{base_name}_{kept[0][base_name]}"


def snake_case(name: str) -> str:
    """ "BasicLSTMCell" -> "basic_lstm_cell"; a leading underscore becomes "private_"."""
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()
    return f"private{words}" if words.startswith("_") else words
