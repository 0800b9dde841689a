"""RaggedTensor: rows of different lengths, as their values one after the other and where each row ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.composite_tensor import CompositeTensor
from nbtf.graph import default_stacks
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape, unknown_shape


class RaggedTensorValue(NamedTuple):
    """What fetching a RaggedTensor gives, and what it may be fed: values, an array or again ragged, and row splits."""

    values: Any
    row_splits: Any

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        return self.values.flat_values if isinstance(self.values, RaggedTensorValue) else self.values

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The row splits of all ragged dimensions, the outermost first."""
        inner = self.values.nested_row_splits if isinstance(self.values, RaggedTensorValue) else ()
        return (self.row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        return len(self.nested_row_splits)

    def to_list(self) -> list[Any]:
        """Nested lists of the rows."""
        values = self.values.to_list() if hasattr(self.values, "to_list") else np.asarray(self.values).tolist()
        return [values[start:end] for start, end in zip(self.row_splits[:-1], self.row_splits[1:], strict=True)]


class RaggedTensor(CompositeTensor):
    """Rows of `values`: row i is values[row_splits[i] : row_splits[i + 1]]. values: a tensor or a RaggedTensor."""

    def __init__(self, values: Any, row_splits: Tensor) -> None:
        self._values = values
        self._row_splits = row_splits
        row_splits.shape.assert_has_rank(1)
        values.shape.with_rank_at_least(1)

    # ---- parts ----

    @property
    def values(self) -> Any:
        """All rows one after the other."""
        return self._values

    @property
    def row_splits(self) -> Tensor:
        """Where each row ends, after a zero: int32 or int64 [rows + 1]."""
        return self._row_splits

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        return self._values.flat_values if isinstance(self._values, RaggedTensor) else self._values

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The row splits of all ragged dimensions, the outermost first."""
        inner = self._values.nested_row_splits if isinstance(self._values, RaggedTensor) else ()
        return (self._row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        """Number of ragged dimensions."""
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> dtypes.DType:
        dtype: dtypes.DType = self._values.dtype
        return dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape; a ragged dimension has no size."""
        splits, values = self._row_splits.shape, self._values.shape
        if values.ndims is None:
            return unknown_shape()
        rows = splits.as_list()[0] if splits.ndims is not None else None
        return TensorShape([None if rows is None else rows - 1, None, *values.as_list()[1:]])

    def get_shape(self) -> TensorShape:
        return self.shape

    @property
    def graph(self) -> Any:
        return self._row_splits.graph

    def consumers(self) -> list[Any]:
        """The operations that take any of its tensors, each once."""
        return list(dict.fromkeys(op for part in self._components() for op in part.consumers()))

    def with_values(self, new_values: Any) -> RaggedTensor:
        """Other values in the same rows; as many as there were."""
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        return RaggedTensor(new_values, self._row_splits)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """Other innermost values in the same rows."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(convert_to_tensor(new_values))

    # ---- as a value of several tensors ----

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Runs its tensors in `session` or the default one: a RaggedTensorValue."""
        return default_stacks.session_for("eval", session, self.graph).run(self, feed_dict)

    def _components(self) -> Sequence[Tensor]:
        return [self.flat_values, *self.nested_row_splits]

    def _with_components(self, components: Sequence[Any]) -> RaggedTensor:
        result, *splits = components
        for one in reversed(splits):
            result = RaggedTensor(result, one)
        return result  # type: ignore[no-any-return]

    def _fetch_components(self) -> tuple[Sequence[Any], Callable[[list[Any]], RaggedTensorValue]]:
        """How `Session.run` fetches it: the tensors, and what becomes of their values."""

        def value(parts: list[Any]) -> RaggedTensorValue:
            result, *splits = parts
            for one in reversed(splits):
                result = RaggedTensorValue(result, one)
            return result  # type: ignore[no-any-return]

        return self._components(), value

    def __str__(self) -> str:
        return f"tf.RaggedTensor(values={self._values}, row_splits={self._row_splits})"

    __repr__ = __str__
