"""How much two images differ: PSNR and SSIM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat, pad, stack, tile
from nbtf.array.moving import identity
from nbtf.array.shapes import expand_dims, reshape, shape, shape_n, size
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.image.converting import convert_image_dtype
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_all, reduce_any, reduce_mean, reduce_prod
from nbtf.nn.depthwise_convolutions import depthwise_conv2d


def _comparison_checks(first: Tensor, second: Tensor) -> tuple[Any, Any, list[Any]]:
    """Shapes, and checks that a run makes, of two images or batches of them whose last three dims must be equal.

    Raises ValueError for what is known.
    """
    one, other = (images.shape.with_rank_at_least(3) for images in (first, second))
    one[-3:].assert_is_compatible_with(other[-3:])
    if one.ndims is not None and other.ndims is not None:
        for a, b in zip(reversed(one[:-3].as_list()), reversed(other[:-3].as_list()), strict=False):
            if None not in (a, b) and a != b and 1 not in (a, b):
                raise ValueError(f"Two images are not compatible: {one} and {other}")
    dims, other_dims = shape_n([first, second])
    checks = [
        assert_v1(raw.GreaterEqual(size(dims), 3), [dims, other_dims], summarize=10),
        assert_v1(reduce_all(raw.Equal(dims[-3:], other_dims[-3:])), [dims, other_dims], summarize=10),
    ]
    return dims, other_dims, checks


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Any:
    """Peak signal-to-noise ratio in decibels of images [..., H, W, C] -> [...]; max_val: the largest value there may be."""
    with name_scope(name, "PSNR", [a, b]):
        max_val = convert_image_dtype(cast(max_val, a.dtype), dtypes.float32)
        a, b = (convert_image_dtype(images, dtypes.float32) for images in (a, b))
        error = reduce_mean(raw.SquaredDifference(a, b), [-3, -2, -1])
        peak = 20 * raw.Log(max_val) / raw.Log(10.0)
        ratio = raw.Sub(peak, np.float32(10 / np.log(10)) * raw.Log(error), name="psnr")
        _, _, checks = _comparison_checks(a, b)
        with control_dependencies(checks):
            return identity(ratio)


# ---- structural similarity -------------------------------------------------------------------------------------------


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> Any:
    """Structural similarity of images [..., H, W, C] -> [...], at most 1. max_val: the largest value there may be.

    filter_size, filter_sigma: the Gaussian window. k1, k2: what keeps quotients finite, as parts of max_val.
    return_index_map: the similarity at each place [..., H', W'] instead of its mean.
    """
    with name_scope(None, "SSIM", [img1, img2]):
        img1 = convert_to_tensor(img1, name="img1")
        img2 = convert_to_tensor(img2, name="img2")
        _, _, checks = _comparison_checks(img1, img2)
        with control_dependencies(checks):
            img1 = identity(img1)
        max_val = convert_image_dtype(cast(max_val, img1.dtype), dtypes.float32)
        img1, img2 = (convert_image_dtype(images, dtypes.float32) for images in (img1, img2))
        of_channels, _ = _similarity(img1, img2, max_val, filter_size, filter_sigma, (k1, k2), return_index_map)
        return reduce_mean(of_channels, [-1])


def _similarity(
    img1: Tensor,
    img2: Tensor,
    max_val: Tensor,
    filter_size: Any,
    filter_sigma: Any,
    stabilizers: tuple[float, float],
    index_map: bool = False,
) -> tuple[Any, Any]:
    """(similarity, contrast and structure alone) of each channel: means over places unless index_map."""
    filter_size = constant(filter_size, dtype=dtypes.int32)
    filter_sigma = constant(filter_sigma, dtype=img1.dtype)
    dims, other_dims = shape_n([img1, img2])
    checks = [
        assert_v1(reduce_all(raw.GreaterEqual(one[-3:-1], filter_size)), [one, filter_size], summarize=8)
        for one in (dims, other_dims)
    ]
    with control_dependencies(checks):
        img1 = identity(img1)
    kernel = tile(_gaussian(filter_size, filter_sigma), [1, 1, dims[-1], 1])

    def mean(x: Any) -> Any:
        """The weighted mean of the window around each place."""
        own = shape(x)
        batch = reshape(x, concat([[-1], own[-3:]], 0))
        means = depthwise_conv2d(batch, kernel, [1, 1, 1, 1], "VALID")
        return reshape(means, concat([own[:-3], shape(means)[1:]], 0))

    luminance, structure = _terms(img1, img2, mean, max_val, stabilizers)
    if index_map:
        return luminance * structure, structure
    axes = constant([-3, -2], dtype=dtypes.int32)
    return reduce_mean(luminance * structure, axes), reduce_mean(structure, axes)


def _gaussian(size: Tensor, sigma: Tensor) -> Any:
    """Weights [size, size, 1, 1] of sum 1."""
    places = cast(range_of(size), sigma.dtype)
    places -= cast(size - 1, sigma.dtype) / 2.0
    exponents = raw.Square(places)
    exponents *= -0.5 / raw.Square(sigma)
    exponents = reshape(exponents, [1, -1]) + reshape(exponents, [-1, 1])
    weights = raw.Softmax(reshape(exponents, [1, -1]))
    return reshape(weights, [size, size, 1, 1])


def _terms(
    x: Tensor, y: Tensor, mean: Callable[[Any], Any], max_val: Tensor, stabilizers: tuple[float, float]
) -> tuple[Any, Any]:
    """The factors of the similarity: how alike the means are; and how alike the deviations, and how they go together."""
    small, smaller = ((k * max_val) ** 2 for k in stabilizers)
    mean_x, mean_y = mean(x), mean(y)
    product = mean_x * mean_y * 2.0
    squares = raw.Square(mean_x) + raw.Square(mean_y)
    luminance = (product + small) / (squares + small)
    products = mean(x * y) * 2.0
    all_squares = mean(raw.Square(x) + raw.Square(y))
    smaller = smaller * 1.0
    return luminance, (products - product + smaller) / (all_squares - squares + smaller)


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333),
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Any:
    """`ssim` of the images and of ever smaller ones, each half the size of the one before: [..., H, W, C] -> [...].

    power_factors: the weight of each scale; of all but the last only contrast and structure count.
    """
    with name_scope(None, "MS-SSIM", [img1, img2]):
        img1 = convert_to_tensor(img1, name="img1")
        img2 = convert_to_tensor(img2, name="img2")
        dims, other_dims, checks = _comparison_checks(img1, img2)
        with control_dependencies(checks):
            img1 = identity(img1)
        max_val = convert_image_dtype(cast(max_val, img1.dtype), dtypes.float32)
        images = [convert_image_dtype(image, dtypes.float32) for image in (img1, img2)]
        heads = [one[:-3] for one in (dims, other_dims)]
        tails = [one[-3:] for one in (dims, other_dims)]
        halves = constant(_HALVES[1:], dtype=dtypes.int32)
        structures, whole = [], None
        for scale in range(len(power_factors)):
            with name_scope(None, f"Scale{scale}", images):
                if scale > 0:
                    images, tails = _halved(images, heads, tails, halves)
                whole, structure = _similarity(images[0], images[1], max_val, filter_size, filter_sigma, (k1, k2))
                structures.append(raw.Relu(structure))
        factors = stack([*structures[:-1], raw.Relu(whole)], axis=-1)
        product = reduce_prod(raw.Pow(factors, power_factors), [-1])
        return reduce_mean(product, [-1])


_HALVES = [1, 2, 2, 1]


def _halved(images: list[Any], heads: list[Any], tails: list[Any], halves: Tensor) -> tuple[list[Any], list[Any]]:
    """Images of half the size, and their last three dims; odd ones get one more row or column first."""
    flat = [reshape(image, concat([[-1], tail], 0)) for image, tail in zip(images, tails, strict=True)]
    remainder = tails[0] % halves

    def mirrored() -> list[Any]:
        margins = pad(expand_dims(remainder, -1), [[1, 0], [1, 0]])
        return [pad(image, margins, mode="SYMMETRIC") for image in flat]

    even = cond(reduce_any(raw.NotEqual(remainder, 0)), mirrored, lambda: flat)
    smaller = [raw.AvgPool(image, _HALVES, _HALVES, "VALID") for image in even]
    tails = [dims[1:] for dims in shape_n(smaller)]
    parts = zip(smaller, heads, tails, strict=True)
    return [reshape(image, concat([head, tail], 0)) for image, head, tail in parts], tails
