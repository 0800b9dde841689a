"""Handlers: each makes one item of the parsed features of an example."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.array.indexing import slice_ as slice_of
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import reshape, shape
from nbtf.control_flow.branching import cond
from nbtf.dtypes import int64
from nbtf.graph.sparse_tensor import SparseTensor as SparseValue
from nbtf.math.casting import cast
from nbtf.math.operands import equal
from nbtf.math.reductions import reduce_prod
from nbtf.sparse.forms import sparse_tensor_to_dense
from nbtf.sparse.rearrangement import sparse_reshape

Features = Mapping[str, Any]
"""Key -> tensor or SparseTensor, as parsed."""


class ItemHandler(abc.ABC):
    """Base of handlers."""

    def __init__(self, keys: str | Sequence[str]) -> None:
        """keys: of the features that the item is made of."""
        self._keys: list[str] = list(keys) if not isinstance(keys, str) else [keys]

    @property
    def keys(self) -> list[str]:
        return self._keys

    @abc.abstractmethod
    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        """The item, a tensor or SparseTensor."""


class ItemHandlerCallback(ItemHandler):
    """What a function makes of features, a dict by key."""

    def __init__(self, keys: str | Sequence[str], func: Callable[[Features], Any]) -> None:
        super().__init__(keys)
        self._func = func

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        return self._func(keys_to_tensors)


class BackupHandler(ItemHandler):
    """What a handler makes, or another one where that has no elements."""

    def __init__(self, handler: ItemHandler, backup: ItemHandler) -> None:
        for name, one in (("Primary", handler), ("Backup", backup)):
            if not isinstance(one, ItemHandler):
                raise ValueError(f"{name} handler is of type {type(one)} instead of ItemHandler")
        self._handler, self._backup = handler, backup
        super().__init__([*handler.keys, *backup.keys])

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        item = self._handler.tensors_to_item(keys_to_tensors)
        return cond(
            equal(reduce_prod(shape(item)), 0),
            lambda: self._backup.tensors_to_item(keys_to_tensors),
            lambda: item,
        )


class Tensor(ItemHandler):
    """A feature, dense, in a shape that is given or is other features."""

    def __init__(
        self,
        tensor_key: str,
        shape_keys: str | Sequence[str] | None = None,
        shape: Any = None,
        default_value: Any = 0,
    ) -> None:
        """shape_keys: of features whose values one after the other are the shape. default_value: where there is none.

        Raises ValueError where shape_keys and shape are both given.
        """
        if shape_keys and shape is not None:
            raise ValueError("Cannot specify both shape_keys and shape parameters.")
        shapes = [shape_keys] if isinstance(shape_keys, str) else list(shape_keys or [])
        self._tensor_key, self._shape_keys = tensor_key, shapes
        self._shape, self._default_value = shape, default_value
        super().__init__([tensor_key, *shapes])

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        wanted = self._shape
        if self._shape_keys:
            wanted = reshape(stack([dense(keys_to_tensors[key]) for key in self._shape_keys]), [-1])
        return self._shaped(keys_to_tensors[self._tensor_key], wanted)

    def _shaped(self, tensor: Any, wanted: Any) -> Any:
        if not isinstance(tensor, SparseValue):
            return tensor if wanted is None else reshape(tensor, wanted)
        if wanted is not None:
            tensor = sparse_reshape(tensor, wanted)
        return sparse_tensor_to_dense(tensor, self._default_value)


class LookupTensor(Tensor):
    """What a table has for the elements of a feature; the rest: see `Tensor`."""

    def __init__(
        self,
        tensor_key: str,
        table: Any,
        shape_keys: str | Sequence[str] | None = None,
        shape: Any = None,
        default_value: Any = "",
    ) -> None:
        self._table = table
        super().__init__(tensor_key, shape_keys, shape, default_value)

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        return self._table.lookup(super().tensors_to_item(keys_to_tensors))


class SparseTensor(ItemHandler):
    """A SparseTensor of which one feature has the indices and another one the values."""

    def __init__(
        self,
        indices_key: str | None = None,
        values_key: str | None = None,
        shape_key: str | None = None,
        shape: Any = None,
        densify: bool = False,
        default_value: Any = 0,
    ) -> None:
        """shape_key: of a feature with the dense shape, before `shape`. densify: with default_value where nothing is."""
        self._indices_key, self._values_key = indices_key or "indices", values_key or "values"
        self._shape_key, self._shape = shape_key, shape
        self._densify, self._default_value = densify, default_value
        super().__init__([self._indices_key, self._values_key, *([shape_key] if shape_key else [])])

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        indices, values = keys_to_tensors[self._indices_key], keys_to_tensors[self._values_key]
        if self._shape_key:
            dims = dense(keys_to_tensors[self._shape_key])
        else:
            dims = self._shape or indices.dense_shape
        columns = shape(indices.indices)[1]
        others = slice_of(indices.indices, [0, 0], stack([-1, columns - 1]))
        own = reshape(cast(indices.values, int64), [-1, 1])
        tensor = SparseValue(concat([others, own], 1), values.values, dims)
        return sparse_tensor_to_dense(tensor, self._default_value) if self._densify else tensor


def dense(tensor: Any) -> Any:
    """A tensor, dense where it was sparse, with zeros."""
    return sparse_tensor_to_dense(tensor) if isinstance(tensor, SparseValue) else tensor
