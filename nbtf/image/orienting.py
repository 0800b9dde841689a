"""Images flipped, turned and transposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import rank, reshape, shape
from nbtf.array.shapes import transpose as transposed
from nbtf.control_flow.branching import cond
from nbtf.control_flow.casing import case
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.image.checking import checked_image
from nbtf.math.casting import cast
from nbtf.math.elementwise import round as round_to_even
from nbtf.random.distributions import random_uniform


def _by_rank(image: Tensor, single: Callable[[], Any], batch: Callable[[], Any]) -> Any:
    """What is made of one image or of a batch, whichever it is; where only a run tells, both are built."""
    if image.shape.ndims is None:
        return cond(raw.Equal(rank(image), 3), single, batch)
    if image.shape.ndims not in (3, 4):
        raise ValueError(f"'image' (shape {image.shape})must have either 3 or 4 dimensions.")
    return single() if image.shape.ndims == 3 else batch()


# ---- flips -----------------------------------------------------------------------------------------------------------


def flip_left_right(image: Any) -> Any:
    """Images [N, H, W, C], or one, with their columns in reverse order."""
    return _flipped(image, 1, "flip_left_right")


def flip_up_down(image: Any) -> Any:
    """Images [N, H, W, C], or one, with their rows in reverse order."""
    return _flipped(image, 0, "flip_up_down")


def _flipped(image: Any, axis: int, name: str) -> Any:
    with name_scope(None, name, [image]):
        image = checked_image(image)
        return _by_rank(image, lambda: raw.ReverseV2(image, [axis]), lambda: raw.ReverseV2(image, [axis + 1]))


def random_flip_left_right(image: Any, seed: int | None = None) -> Any:
    """`flip_left_right` of each image [N, H, W, C], or of one, with probability 1/2."""
    return _flipped_or_not(image, 1, seed, "random_flip_left_right")


def random_flip_up_down(image: Any, seed: int | None = None) -> Any:
    """`flip_up_down` of each image [N, H, W, C], or of one, with probability 1/2."""
    return _flipped_or_not(image, 0, seed, "random_flip_up_down")


def _flipped_or_not(image: Any, axis: int, seed: int | None, name: str) -> Any:
    with name_scope(None, name, [image]) as scope:
        image = checked_image(image)

        def single() -> Any:
            flips = raw.Less(random_uniform([], 0, 1.0, seed=seed), 0.5)
            result = cond(flips, lambda: raw.ReverseV2(image, [axis]), lambda: image, name=scope)
            result.set_shape([None] * 3 if image.shape.ndims is None else image.shape)
            return result

        def batch() -> Any:
            count = shape(image)[0]
            flips = round_to_even(reshape(random_uniform([count], 0, 1.0, seed=seed), [count, 1, 1, 1]))
            flips = cast(flips, image.dtype)
            return flips * raw.ReverseV2(image, [axis + 1]) + (1 - flips) * image

        return _by_rank(image, single, batch)


# ---- turns -----------------------------------------------------------------------------------------------------------


def rot90(image: Any, k: Any = 1, name: str | None = None) -> Any:
    """Images [N, H, W, C], or one, turned k times by 90 degrees counter-clockwise."""
    with name_scope(name, "rot90", [image, k]) as scope:
        image = checked_image(image)
        k = convert_to_tensor(k, dtype=dtypes.int32, name="k")
        k.shape.assert_has_rank(0)
        k = raw.FloorMod(k, 4, name="mod")
        return _by_rank(image, lambda: _turned(image, k, 0, scope), lambda: _turned(image, k, 1, scope))


def _turned(image: Tensor, k: Tensor, first: int, scope: str) -> Any:
    """first: the axis of rows."""
    perm = [*range(first), first + 1, first, first + 2]

    def by_90() -> Any:
        return transposed(raw.ReverseV2(image, [first + 1]), perm)

    def by_180() -> Any:
        return raw.ReverseV2(image, [first, first + 1])

    def by_270() -> Any:
        return raw.ReverseV2(transposed(image, perm), [first + 1])

    turns = [(raw.Equal(k, 1), by_90), (raw.Equal(k, 2), by_180), (raw.Equal(k, 3), by_270)]
    result = case(turns, default=lambda: image, exclusive=True, name=scope)
    dims = [None] * (first + 3) if image.shape.ndims is None else image.shape.as_list()
    result.set_shape([*dims[:first], None, None, dims[-1]])
    return result


def transpose(image: Any, name: str | None = None) -> Any:
    """Images [N, H, W, C], or one, with rows and columns exchanged."""
    with name_scope(name, "transpose", [image]):
        image = checked_image(image)
        return _by_rank(
            image, lambda: transposed(image, [1, 0, 2], name), lambda: transposed(image, [0, 2, 1, 3], name)
        )
