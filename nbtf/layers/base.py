"""Layer: a part of a network that owns variables, in a variable scope of its own."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from nbtf import nest
from nbtf.array.shapes import shape as shape_of
from nbtf.dtypes import as_dtype, float32
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph, session_for
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.layers.connections import Connections
from nbtf.layers.input_spec import check_inputs
from nbtf.math.casting import cast
from nbtf.tensor_shape import TensorShape
from nbtf.variables.initialization import global_variables
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.scope_stack import VariableScope
from nbtf.variables.scoping import get_variable, variable_scope
from nbtf.variables.variable import Variable

_ALLOWED = ("input_shape", "batch_input_shape", "batch_size", "weights", "activity_regularizer", "autocast")

_name_counts: WeakKeyDictionary[Graph, dict[str, int]] = WeakKeyDictionary()


def snake_case(class_name: str) -> str:
    """ "Conv2DTranspose" -> "conv2d_transpose"."""
    parted = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", parted).lower()


class Layer(Connections):
    """Base of the layers: a subclass makes its variables in `build` and its operations in `call`.

    trainable: whether its variables join TRAINABLE_VARIABLES. name: of its variable scope; by default the class's in
    snake case, numbered where it is taken. dtype: of its variables, by default the first input's.

    `layer(inputs)` builds it once, then adds its operations. Variables are shared by all calls. Losses of regularizers
    join REGULARIZATION_LOSSES, updates join UPDATE_OPS. Raises TypeError for keywords that no layer has, ValueError for
    inputs that are not as `input_spec` demands.
    """

    input_spec: Any = None

    def __init__(self, trainable: bool = True, name: Any = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__()
        scope = kwargs.pop("_scope", None)
        self._reuse = kwargs.pop("_reuse", None)
        for keyword in kwargs:
            if keyword not in _ALLOWED:
                raise TypeError("Keyword argument not understood:", keyword)
        self.trainable = trainable
        self.stateful = False
        self.built = False
        self.supports_masking = False
        self.activity_regularizer: Callable[[Any], Any] | None = kwargs.get("activity_regularizer")
        self._dtype = None if dtype is None else as_dtype(dtype).name
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._named_weights: dict[str, Any] = {}
        self._losses: list[Tensor] = []
        self._weight_losses: list[Callable[[], Any]] = []
        self._updates: list[Any] = []
        self._graph: Graph | None = None
        self._name, self._base_name = self._names(name)
        self._scope: VariableScope | None = None
        self._current_scope: VariableScope | None = None
        self._reuse_scope: AbstractContextManager[VariableScope] | None = None
        if scope:
            with variable_scope(scope) as captured:
                self._scope = captured

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """A layer of its own; what belongs to a graph, such as tensors and variables, is that of the original."""
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        for name, value in vars(self).items():
            kept = name in ("_graph", "_scope", "_current_scope", "_reuse_scope", "_own_scope")
            vars(copied)[name] = value if kept or _of_a_graph(value) else copy.deepcopy(value, memo)
        return copied

    # ---- names ----

    def _names(self, name: Any) -> tuple[str, str]:
        """The layer's own name and the default of its scope's."""
        if isinstance(name, VariableScope):
            return self._unique_name(), name.name
        return (name, name) if name else (self._unique_name(), snake_case(type(self).__name__))

    def _unique_name(self) -> str:
        base = snake_case(type(self).__name__)
        counts = _name_counts.setdefault(get_default_graph(), {})
        counts[base] = counts.get(base, 0) + 1
        return f"{base}_{counts[base]}"

    @property
    def name(self) -> str:
        return self._name

    @property
    def scope_name(self) -> str:
        """The name of the variable scope. Raises ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been used yet. '
                "The scope name is determined the first time the layer instance is called. "
                "You must therefore call the layer before querying `scope_name`."
            )
        return self._scope.name

    @property
    def dtype(self) -> str | None:
        return self._dtype

    @property
    def graph(self) -> Graph | None:
        """The graph of the first call's inputs."""
        return self._graph

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
        """All variables: the trainable ones first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        return self.weights

    @property
    def trainable_variables(self) -> list[Any]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        return self.non_trainable_weights

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        partitioner: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The variable `name` of the layer's scope: see tf.get_variable.

        Its regularizer's loss joins REGULARIZATION_LOSSES, unless the variable existed. Raises TypeError for unknown
        keywords, ValueError for a variable that is to be trained and read on one device at a time.
        """
        for keyword in kwargs:
            if keyword not in ("getter", "collections", "experimental_autocast", "caching_device"):
                raise TypeError("Unknown keyword argument:", keyword)
        if synchronization == VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError(
                    "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable "
                    "variables. You have specified trainable=True and synchronization=VariableSynchronization.ON_READ."
                )
            trainable = False
        trainable = True if trainable is None else trainable
        existing = {id(variable) for variable in global_variables()}
        self._set_scope(None)
        assert self._scope is not None
        reuse = self.built or self._reuse
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            with name_scope(scope.original_name_scope):
                variable = get_variable(
                    name,
                    shape,
                    as_dtype(dtype or self._dtype or float32),
                    scope.initializer if initializer is None else initializer,
                    trainable=trainable and self.trainable,
                    collections=kwargs.get("collections"),
                    partitioner=partitioner,
                    use_resource=use_resource or scope.use_resource,
                    constraint=constraint,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                if regularizer is not None and not any(id(part) in existing for part in _parts(variable)):
                    self._regularize(name, variable, regularizer)
        (self._trainable_weights if trainable else self._non_trainable_weights).append(variable)
        self._named_weights[name] = variable
        return variable

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds: variables by their names in the layer, in the order they were made."""
        return dict(self._named_weights)

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """The older name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    def _regularize(self, name: str, variable: Any, regularizer: Callable[[Any], Any]) -> None:
        parts = _parts(variable)

        def loss_of(part: Any) -> Callable[[], Any]:
            def loss() -> Any:
                with name_scope(f"{name}/Regularizer"):
                    return regularizer(part)

            return loss

        for part in parts:
            self.add_loss(loss_of(part))

    def count_params(self) -> int:
        """The number of elements of all variables. Raises ValueError before the layer is built."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self.name}, but the layer isn't built. "
                f"You can build it manually via: `{self.name}.build(batch_input_shape)`."
            )
        return int(sum(int(np.prod(variable.shape.as_list())) for variable in self.weights))

    def get_weights(self) -> list[Any]:
        """The values of `weights`, as arrays, in the default session."""
        session = session_for("get_weights", None, get_default_graph())
        values: list[Any] = session.run(self.weights)
        return values

    def set_weights(self, weights: list[Any]) -> None:
        """Loads arrays into `weights` in the default session. Raises ValueError for another number or other shapes."""
        variables = self.weights
        if len(variables) != len(weights):
            raise ValueError(
                f'You called `set_weights(weights)` on layer "{self.name}" with a weight list of length '
                f"{len(weights)}, but the layer was expecting {len(variables)} weights."
            )
        session = session_for("set_weights", None, get_default_graph())
        for variable, value in zip(variables, weights, strict=True):
            if not variable.shape.is_compatible_with(np.shape(value)):
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape {np.shape(value)}."
                )
            variable.load(value, session)

    # ---- losses and updates ----

    @property
    def losses(self) -> list[Any]:
        """Losses of activities, then those of variables, which are computed anew."""
        found = list(self._losses)
        for loss in self._weight_losses:
            value = loss()
            if value is not None:
                found.append(value)
        return found

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds loss tensors, or functions that make them, to the layer and to REGULARIZATION_LOSSES."""
        new = []
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            if callable(loss):
                self._weight_losses.append(loss)
                value = loss()
            elif loss is not None:
                value = loss if isinstance(loss, Tensor) else convert_to_tensor(loss, float32)
                self._losses.append(value)
            else:
                continue
            if value is not None:
                new.append(value)
        _add_to_collection(new, GraphKeys.REGULARIZATION_LOSSES)

    @property
    def updates(self) -> list[Any]:
        """Operations that a training step should run too, such as those of moving averages."""
        return list(self._updates) if self.trainable or self.stateful else []

    def add_update(self, updates: Any) -> None:
        """Adds operations, or functions that make them, to `updates`."""
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            made = update() if callable(update) else update
            if isinstance(made, Operation):
                self._updates.append(made)
            elif hasattr(made, "op"):
                self._updates.append(made.op)
            else:
                self._updates.append(convert_to_tensor(made))

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """Losses that depend on `inputs`, or if None on none of the layer's inputs."""
        return self._related(self.losses, inputs)

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """Updates that depend on `inputs`, or if None on none of the layer's inputs."""
        return self._related(self.updates, inputs)

    # ---- calls ----

    def build(self, input_shape: Any) -> None:
        """Makes the variables for inputs of a TensorShape."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds the layer's operations."""
        return inputs

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds the layer's operations for `inputs`, a tensor or a structure of tensors, and gives their outputs.

        scope: the variable scope to use, if it is the first call.
        """
        self._set_scope(kwargs.pop("scope", None))
        with self._entered_scope() as scope:
            self._current_scope = scope
            outputs = self._called(inputs, args, kwargs)
        _add_to_collection(self.updates, GraphKeys.UPDATE_OPS)
        return outputs

    def apply(self, *args: Any, **kwargs: Any) -> Any:
        """The same as calling the layer."""
        return self(*args, **kwargs)

    def _called(self, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        assert self._current_scope is not None
        inputs = nest.map_structure(
            lambda one: (
                one
                if isinstance(one, Tensor) or not isinstance(one, (np.ndarray, float, int))
                else convert_to_tensor(one)
            ),
            inputs,
        )
        tensors = [one for one in nest.flatten(inputs) if one is not None]
        with name_scope(self._current_scope.original_name_scope):
            check_inputs(self.input_spec, tensors, self.name)
            self._build_for(inputs, tensors)
            check_inputs(self.input_spec, tensors, self.name)
            outputs = self.call(inputs, *args, **kwargs)
            if outputs is None:
                raise ValueError(
                    "A layer's `call` method should return a Tensor or a list of Tensors, not None "
                    f"(layer: {self.name})."
                )
            self._regularize_activity(outputs)
        self._connect(inputs, outputs)
        return outputs

    def _build_for(self, inputs: Any, tensors: list[Any]) -> None:
        if self.built:
            return
        if tensors and isinstance(tensors[0], Tensor):
            self._graph = tensors[0].graph
            if self._dtype is None:
                self._dtype = tensors[0].dtype.base_dtype.name
        shapes = nest.map_structure(lambda one: one.shape if hasattr(one, "shape") else TensorShape([]), inputs)
        self.build(shapes)
        self.built = True

    def _regularize_activity(self, outputs: Any) -> None:
        if self.activity_regularizer is None:
            return
        with name_scope("ActivityRegularizer"):
            for output in nest.flatten(outputs):
                loss = self.activity_regularizer(output)
                batch = cast(shape_of(output)[0], loss.dtype)
                self.add_loss(loss / batch)

    # ---- scopes ----

    def _set_scope(self, scope: Any) -> None:
        if self._scope is not None:
            return
        if self._reuse:
            context = variable_scope(self._base_name if scope is None else scope)
        else:
            context = variable_scope(scope, default_name=self._base_name)
        with context as captured:
            self._scope = captured

    def _entered_scope(self) -> AbstractContextManager[VariableScope]:
        assert self._scope is not None
        if not self.built:
            return variable_scope(self._scope, reuse=self._reuse, auxiliary_name_scope=False)
        return variable_scope(self._scope, reuse=True, auxiliary_name_scope=False)

    # ---- shapes ----

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's TensorShape for inputs of one. Raises NotImplementedError where a layer does not tell it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not tell the shape of its output")


def _of_a_graph(value: Any) -> bool:
    """Whether a tensor, an operation or a variable is in a structure."""
    return any(isinstance(one, (Tensor, Operation, Variable, PartitionedVariable)) for one in nest.flatten(value))


def _parts(variable: Any) -> list[Any]:
    return list(variable) if isinstance(variable, PartitionedVariable) else [variable]


def _add_to_collection(elements: list[Any], key: str) -> None:
    graph = get_default_graph()
    collection = graph.get_collection_ref(key)
    known = {id(element) for element in collection}
    collection.extend(element for element in elements if id(element) not in known)
