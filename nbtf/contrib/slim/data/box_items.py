"""Handlers of bounding boxes and points: one feature a coordinate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.joining import concat, pad
from nbtf.array.moving import identity
from nbtf.array.shapes import expand_dims, shape, transpose
from nbtf.contrib.slim.data.item_handlers import Features, ItemHandler
from nbtf.debugging.comparisons import assert_equal
from nbtf.dtypes import int64
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import control_dependencies
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.casting import to_int64
from nbtf.math.reductions import reduce_max
from nbtf.sparse.forms import sparse_tensor_to_dense, sparse_to_dense
from nbtf.sparse.rearrangement import sparse_concat, sparse_reshape

_SIDES = ("ymin", "xmin", "ymax", "xmax")


class BoundingBox(ItemHandler):
    """Boxes [N, 4] of an example: ymin, xmin, ymax, xmax."""

    def __init__(self, keys: Sequence[str] | None = None, prefix: str = "") -> None:
        """keys: of the four sides; prefix: before each of them. Raises ValueError for another number of keys."""
        sides = _SIDES if keys is None else keys
        if len(sides) != 4:
            raise ValueError(f"BoundingBox expects 4 keys but got {len(sides)}")
        self._prefix = prefix
        self._full_keys = [f"{prefix}{side}" for side in sides]
        super().__init__(self._full_keys)

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        sides = []
        for key in self._full_keys:
            side = keys_to_tensors[key]
            sides.append(expand_dims(side.values if isinstance(side, SparseTensor) else side, 0))
        return transpose(concat(sides, 0))


class KeypointsSequence(ItemHandler):
    """Points [T, N, D] of a sequence, by frame: one ragged feature a coordinate, joined along the last axis."""

    def __init__(
        self,
        keys: Sequence[str] | None = None,
        prefix: str | None = None,
        return_dense: bool = True,
        default_value: float = -1.0,
    ) -> None:
        """keys: by default y and x. return_dense: with default_value behind the last point of a frame; else sparse."""
        names = self._default_keys() if keys is None else keys
        self._full_keys = [f"{prefix or ''}{key}" for key in names]
        self._return_dense, self._default_value = return_dense, default_value
        super().__init__(self._full_keys)

    @staticmethod
    def _default_keys() -> Sequence[str]:
        return ("y", "x")

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        columns = []
        for key in self._full_keys:
            tensor = keys_to_tensors[key]
            wider = concat([to_int64(shape(tensor)), constant([1], int64)], 0)
            columns.append(sparse_reshape(tensor, wider))
        points = sparse_concat(2, columns)
        return sparse_tensor_to_dense(points, self._default_value) if self._return_dense else points


class BoundingBoxSequence(KeypointsSequence):
    """Boxes [T, N, 4] of a sequence, by frame: ymin, xmin, ymax, xmax."""

    @staticmethod
    def _default_keys() -> Sequence[str]:
        return _SIDES


class NumBoxesSequence(ItemHandler):
    """How many boxes each frame of a sequence has, int64 [T]."""

    def __init__(self, keys: str | Sequence[str] | None = None, check_consistency: bool = True) -> None:
        """keys: of coordinates, of which one is enough. check_consistency: a run refuses if they differ in number."""
        self._check_consistency = check_consistency
        super().__init__(list(_SIDES) if keys is None else keys)

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        one, *others = self.keys
        first = self._counted(keys_to_tensors[one])
        checked = others if self._check_consistency else []
        checks = [assert_equal(first, self._counted(keys_to_tensors[key])) for key in checked]
        with control_dependencies(checks):
            return identity(first)

    @staticmethod
    def _counted(tensor: Any) -> Any:
        places = sparse_to_dense(tensor.indices, tensor.dense_shape, tensor.indices[:, 1], default_value=-1)
        return reduce_max(pad(places + 1, [[0, 0], [0, 1]]), axis=1)
