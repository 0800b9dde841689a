"""RNNCell: a layer from an input and a state to an output and the next state."""

from __future__ import annotations

from typing import Any

from nbtf.dtypes import as_dtype
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.layers.base import Layer
from nbtf.nn.recurrence_terms import zero_states
from nbtf.tensor_shape import dimension_value
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope


class RNNCell(Layer):
    """Base class of cells. Subclasses say `state_size` and `output_size`, build variables and `call(inputs, state)`.

    A cell is called with inputs [batch, input size] and a state that `state_size` describes.
    """

    def __init__(self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype, **kwargs)
        self._own_scope: Any = None

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:
        """(output, next state). scope: the variable scope to make variables in; by default the current one's own."""
        if scope is not None:
            with variable_scope(scope, custom_getter=self._kept_variable) as inner:
                return super().__call__(inputs, state, scope=inner, **kwargs)
        if self._own_scope is None:
            self._own_scope = variable_scope(get_variable_scope(), custom_getter=self._kept_variable)
        with self._own_scope:
            return super().__call__(inputs, state, **kwargs)

    def _kept_variable(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        """Variables that `call` gets by tf.get_variable are the cell's weights, too."""
        variable = getter(*args, **kwargs)
        trainable = variable.trainable
        weights = self._trainable_weights if self.trainable and trainable else self._non_trainable_weights
        if not any(variable is one for one in weights):
            weights.append(variable)
        return variable

    @property
    def state_size(self) -> Any:
        """Size of the state: an int, a TensorShape, or a nested structure of them."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """Size of the output: an int or a TensorShape."""
        raise NotImplementedError("Abstract method")

    def build(self, _: Any) -> None:
        """Variables are made by `call`, unless a subclass makes them here."""

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """A state of zeros, for `inputs` [batch, ...] or a batch size and a dtype."""
        if inputs is not None:
            inputs = convert_to_tensor(inputs, name="inputs")
            if batch_size is not None and dimension_value(inputs.shape[0]) not in (None, batch_size):
                raise ValueError(
                    f"batch size from input tensor is different from the input param. Input tensor batch: "
                    f"{inputs.shape[0]}, batch_size: {batch_size}"
                )
            if dtype is not None and inputs.dtype != as_dtype(dtype):
                raise ValueError(
                    f"dtype from input tensor is different from the input param. Input tensor dtype: {inputs.dtype}, "
                    f"dtype: {dtype}"
                )
            from nbtf.array.shapes import shape

            known = dimension_value(inputs.shape[0])
            batch_size = shape(inputs)[0] if known is None else known
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros [batch_size, s] for every size s of the state."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return zero_states(self.state_size, batch_size, dtype)


class LayerRNNCell(RNNCell):
    """A cell that makes its variables in `build`, in the scope of the layer that it is."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)
