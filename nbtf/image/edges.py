"""Differences between neighbouring pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.joining import concat, pad, stack, tile, unstack
from nbtf.array.shapes import reshape, shape
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import name_scope
from nbtf.math.operands import abs as abs_of
from nbtf.math.reductions import reduce_sum
from nbtf.nn.depthwise_convolutions import depthwise_conv2d


def image_gradients(image: Any) -> tuple[Any, Any]:
    """(dy, dx) of images [N, H, W, C]: the next pixel less this one, 0 at the end. Raises ValueError for other ranks."""
    if image.shape.ndims != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {image.shape}.")
    dims = shape(image)
    batch, height, width, depth = unstack(dims)
    dy = image[:, 1:, :, :] - image[:, :-1, :, :]
    dx = image[:, :, 1:, :] - image[:, :, :-1, :]
    dy = concat([dy, zeros(stack([batch, 1, width, depth]), image.dtype)], 1)
    dy = reshape(dy, dims)
    dx = concat([dx, zeros(stack([batch, height, 1, depth]), image.dtype)], 2)
    return dy, reshape(dx, dims)


_SOBEL = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
"""The filter for dy; that for dx is its transpose."""


def sobel_edges(image: Any) -> Any:
    """Sobel's edges of each channel: images [N, H, W, C] -> [N, H, W, C, (dy, dx)]; beyond the border it is mirrored."""
    static, dims = image.shape, shape(image)
    kernels = np.stack([np.array(_SOBEL), np.array(_SOBEL).T], axis=-1)[:, :, np.newaxis]
    filters = tile(constant(kernels, dtype=dtypes.float32), [1, 1, dims[-1], 1], name="sobel_filters")
    padded = pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = depthwise_conv2d(padded, filters, [1, 1, 1, 1], "VALID")
    edges = reshape(edges, concat([dims, [2]], 0))
    edges.set_shape(static.concatenate([2]))
    return edges


def total_variation(images: Any, name: str | None = None) -> Any:
    """The sum of absolute differences of neighbours in each image: [N, H, W, C] -> [N], [H, W, C] -> a scalar.

    Raises ValueError for other ranks.
    """
    with name_scope(name, "total_variation"):
        rank = images.shape.ndims
        if rank == 3:
            down = images[1:, :, :] - images[:-1, :, :]
            along = images[:, 1:, :] - images[:, :-1, :]
            axes = None
        elif rank == 4:
            down = images[:, 1:, :, :] - images[:, :-1, :, :]
            along = images[:, :, 1:, :] - images[:, :, :-1, :]
            axes = [1, 2, 3]
        else:
            raise ValueError("'images' must be either 3 or 4-dimensional.")
        return reduce_sum(abs_of(down), axes) + reduce_sum(abs_of(along), axes)
