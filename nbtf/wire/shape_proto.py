"""TensorShape to and from TensorShapeProto."""

from __future__ import annotations

from typing import Any

from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema


def from_shape(shape: TensorShape) -> schema.TensorShapeProto:
    """The TensorShapeProto of a shape: unknown dimensions as -1, an unknown rank as `unknown_rank`."""
    if shape.rank is None:
        return schema.TensorShapeProto(unknown_rank=True)
    proto = schema.TensorShapeProto()
    for size in shape.as_list():
        proto.dim.add(size=-1 if size is None else size)
    return proto


def to_shape(proto: Any) -> TensorShape:
    """The TensorShape of a TensorShapeProto. Raises ValueError for a size below -1."""
    return TensorShape(proto)
