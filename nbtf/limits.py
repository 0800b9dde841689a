"""Bounds on what a file may make the process allocate. A file is untrusted: its sizes are checked against these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_RANK: Final = 254  # TensorFlow's own limit on a shape's dimensions
MAX_TENSOR_ELEMENTS: Final = 2**63 - 1  # counts are int64
MAX_TENSOR_BYTES: Final = 2**40  # of one tensor, however it came to be
MAX_SPLAT_BYTES: Final = 2**31  # that a few bytes of a TensorProto may expand to
MAX_NODE_TENSORS: Final = 2**20  # inputs, or outputs, of one node
MAX_INLINED_NODES: Final = 2**20  # that the function calls of one program may become
MAX_MESSAGE_BYTES: Final = 2**31 - 1  # protobuf's limit on one serialized message


def checked_product(dims: Iterable[int]) -> int | None:
    """The number of elements of a shape, or None where a dimension is negative or the count leaves int64.

    As in TensorFlow the product is taken left to right, and an overflow counts even when a later dimension is 0.
    """
    product = 1
    for dim in dims:
        if dim < 0:
            return None
        product *= dim
        if product > MAX_TENSOR_ELEMENTS:
            return None
    return product
