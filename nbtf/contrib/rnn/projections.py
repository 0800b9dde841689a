"""tf.contrib.rnn: cells whose inputs are embedded or projected, or whose outputs are projected."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import reshape
from nbtf.graph.scopes import device
from nbtf.initializers.constants import Zeros
from nbtf.initializers.sampled import RandomUniform
from nbtf.math.operands import matmul
from nbtf.nn.embeddings import embedding_lookup
from nbtf.nn.linear import bias_add
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import get_variable, variable_scope


def linear(inputs: Any, size: int) -> Any:
    """inputs [B, A] @ kernel + bias, variables of the current scope."""
    columns = inputs.shape.with_rank(2).as_list()[1]
    if columns is None:
        raise ValueError(f"linear expects shape[1] to be provided for shape {inputs.shape}, but saw None")
    projected = matmul(inputs, get_variable("kernel", [columns, size], inputs.dtype))
    with variable_scope(get_variable_scope()) as scope:
        scope.set_partitioner(None)
        bias = get_variable("bias", [size], inputs.dtype, Zeros(dtype=inputs.dtype))
    return bias_add(projected, bias)


class _Around(RNNCell):
    """A cell that changes what another one gets or gives."""

    def __init__(self, cell: Any, reuse: Any = None) -> None:
        super().__init__(_reuse=reuse)
        assert_like_cell("cell", cell)
        self._cell = cell

    @property
    def state_size(self) -> Any:
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return self._cell.zero_state(batch_size, dtype)


class EmbeddingWrapper(_Around):
    """A cell of ids [B] or [B, 1]: it gets their rows of a table, the variable "embedding"."""

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: Any = None,
    ) -> None:
        """initializer: of the table; by default the variable scope's, else uniform of variance 1.

        Raises ValueError for sizes below 1.
        """
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, {embedding_size}."
            )
        self._embedding_classes = embedding_classes
        self._embedding_size = embedding_size
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        with device("/cpu:0"):
            bound = math.sqrt(3)
            initializer = self._initializer or get_variable_scope().initializer or RandomUniform(-bound, bound)
            dtype = (state[0] if isinstance(state, tuple) else state).dtype
            table = get_variable(
                "embedding", [self._embedding_classes, self._embedding_size], dtype, initializer=initializer
            )
            embedded = embedding_lookup(table, reshape(inputs, [-1]))
            output, new_state = self._cell(embedded, state)
            return output, new_state


class InputProjectionWrapper(_Around):
    """A cell that gets activation(inputs @ kernel + bias)."""

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Callable[[Any], Any] | None = None,
        input_size: Any = None,
        reuse: Any = None,
    ) -> None:
        """num_proj: size of the projected inputs. input_size: not used."""
        super().__init__(cell, reuse)
        self._num_proj = num_proj
        self._activation = activation

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        projected = linear(inputs, self._num_proj)
        if self._activation is not None:
            projected = self._activation(projected)
        output, new_state = self._cell(projected, state)
        return output, new_state


class OutputProjectionWrapper(_Around):
    """A cell that gives activation(outputs @ kernel + bias); the state is as it was."""

    def __init__(
        self, cell: Any, output_size: int, activation: Callable[[Any], Any] | None = None, reuse: Any = None
    ) -> None:
        """Raises ValueError for an output_size below 1."""
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size
        self._activation = activation

    @property
    def output_size(self) -> int:
        return self._output_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        output, new_state = self._cell(inputs, state)
        projected = linear(output, self._output_size)
        return projected if self._activation is None else self._activation(projected), new_state
