"""What functions of images check first, while a graph is built or when it runs, and the sizes of images."""

from __future__ import annotations

from typing import Any

from nbtf.array.joining import unstack
from nbtf.array.shapes import expand_dims, rank, shape
from nbtf.control_flow.assertion import assert_v1
from nbtf.debugging.comparisons import assert_greater_equal, assert_positive
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.tensor import Tensor


def required(condition: Any, message: str) -> list[Any]:
    """What a run must wait for to be sure of the condition; raises ValueError at once where it is known and false."""
    if is_tensor(condition):
        return [assert_v1(condition, [message])]
    if not condition:
        raise ValueError(message)
    return []


def image_checks(image: Tensor) -> list[Any]:
    """Checks that a run makes: three dims or more, none of the last three 0. Raises ValueError for what is known."""
    try:
        dims = image.shape.with_rank_at_least(3)
    except ValueError:
        raise ValueError(f"'image' (shape {image.shape}) must be at least three-dimensional.") from None
    if dims.ndims is not None and 0 in dims.as_list()[-3:]:
        raise ValueError(f"inner 3 dims of 'image.shape' must be > 0: {dims}")
    if dims[-3:].is_fully_defined():
        return []
    return [
        assert_positive(shape(image)[-3:], ["inner 3 dims of 'image.shape' must be > 0."]),
        assert_greater_equal(rank(image), 3, message="'image' must be at least three-dimensional."),
    ]


def checked_image(image: Any) -> Any:
    """`image` as a tensor that is there only when its checks hold."""
    image = convert_to_tensor(image, name="image")
    return after(image_checks(image), image)


def as_batch(image: Any) -> tuple[Any, bool]:
    """([N, H, W, C], whether it was a batch already): one image [H, W, C], or of unknown rank, becomes a batch of one."""
    image = convert_to_tensor(image, name="image")
    if image.shape.ndims == 4:
        return image, True
    if image.shape.ndims not in (None, 3):
        raise ValueError(f"'image' (shape {image.shape}) must have either 3 or 4 dimensions.")
    unknown = image.shape.ndims is None
    image = expand_dims(image, 0)
    if unknown:
        image.set_shape([None] * 4)
    return image, False


def sizes(image: Tensor) -> list[Any]:
    """The four dims of a batch: ints where they are known, scalars of the graph elsewhere."""
    if image.shape.is_fully_defined():
        return list(image.shape.as_list())
    static = image.shape.with_rank(4).as_list()
    dynamic = unstack(shape(image), 4)
    return [known if known is not None else told for known, told in zip(static, dynamic, strict=True)]
