"""Sliding windows in plain numpy, for the references of convolution and pooling tests. Channels last, any rank."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Sizes = Sequence[int]


def out_size(size: int, window: int, stride: int, dilation: int, padding: Any) -> tuple[int, int]:
    """Number of windows, and elements of padding before the first. padding: "SAME", "VALID", or (before, after)."""
    extent = (window - 1) * dilation + 1
    if padding == "SAME":
        count = -(-size // stride)
        return count, max((count - 1) * stride + extent - size, 0) // 2
    before, after = (0, 0) if padding == "VALID" else padding
    return (size + before + after - extent) // stride + 1, before


def windows(
    sizes: Sizes, window: Sizes, strides: Sizes, dilations: Sizes | None, padding: Any
) -> Iterator[tuple[tuple[int, ...], list[tuple[tuple[int, ...], tuple[int, ...]]]]]:
    """Every output position with its pairs of (tap, input position) inside the image."""
    rank = len(sizes)
    dilations = dilations or [1] * rank
    paddings = [padding] * rank if isinstance(padding, str) else padding
    plans = [out_size(*axis) for axis in zip(sizes, window, strides, dilations, paddings, strict=True)]
    for position in itertools.product(*(range(count) for count, _ in plans)):
        pairs = []
        for tap in itertools.product(*map(range, window)):
            at = tuple(
                p * s + t * d - before
                for p, s, t, d, (_, before) in zip(position, strides, tap, dilations, plans, strict=True)
            )
            if all(0 <= a < size for a, size in zip(at, sizes, strict=True)):
                pairs.append((tap, at))
        yield position, pairs


def out_sizes(sizes: Sizes, window: Sizes, strides: Sizes, dilations: Sizes | None, padding: Any) -> tuple[int, ...]:
    rank = len(sizes)
    paddings = [padding] * rank if isinstance(padding, str) else padding
    axes = zip(sizes, window, strides, dilations or [1] * rank, paddings, strict=True)
    return tuple(out_size(*axis)[0] for axis in axes)


def conv(x: np.ndarray, f: np.ndarray, strides: Sizes, padding: Any, dilations: Sizes | None = None) -> np.ndarray:
    """Correlation in groups of f.shape[-2] channels."""
    sizes, window, depth = x.shape[1:-1], f.shape[:-2], f.shape[-2]
    groups = x.shape[-1] // depth
    share = f.shape[-1] // groups
    y = np.zeros((x.shape[0], *out_sizes(sizes, window, strides, dilations, padding), f.shape[-1]), x.dtype)
    for position, pairs in windows(sizes, window, strides, dilations, padding):
        for (tap, at), g in itertools.product(pairs, range(groups)):
            filters = slice(g * share, (g + 1) * share)
            y[(slice(None), *position, filters)] += (
                x[(slice(None), *at, slice(g * depth, (g + 1) * depth))] @ f[(*tap, slice(None), filters)]
            )
    return y


def conv_input_gradient(shape: Sizes, f: np.ndarray, dy: np.ndarray, strides: Sizes, padding: Any) -> np.ndarray:
    dx = np.zeros(tuple(shape), dy.dtype)
    for position, pairs in windows(shape[1:-1], f.shape[:-2], strides, None, padding):
        for tap, at in pairs:
            dx[(slice(None), *at)] += dy[(slice(None), *position)] @ f[tap].T
    return dx


def conv_filter_gradient(x: np.ndarray, shape: Sizes, dy: np.ndarray, strides: Sizes, padding: Any) -> np.ndarray:
    df = np.zeros(tuple(shape), dy.dtype)
    for position, pairs in windows(x.shape[1:-1], tuple(shape)[:-2], strides, None, padding):
        for tap, at in pairs:
            df[tap] += x[(slice(None), *at)].T @ dy[(slice(None), *position)]
    return df


def as_grouped(f: np.ndarray) -> np.ndarray:
    """A depthwise filter [..., C, J] as that of a convolution in C groups."""
    return f.reshape(*f.shape[:-2], 1, f.shape[-2] * f.shape[-1])


def pool(x: np.ndarray, window: Sizes, strides: Sizes, padding: Any, reduce: Any) -> np.ndarray:
    y = np.zeros((x.shape[0], *out_sizes(x.shape[1:-1], window, strides, None, padding), x.shape[-1]), x.dtype)
    for position, pairs in windows(x.shape[1:-1], window, strides, None, padding):
        y[(slice(None), *position)] = reduce([x[(slice(None), *at)] for _, at in pairs])
    return y


def argmax_pool(x: np.ndarray, window: Sizes, strides: Sizes, padding: Any) -> np.ndarray:
    """Index of each window's first maximum in x, flattened."""
    index = np.arange(x.size).reshape(x.shape)
    y = np.zeros((x.shape[0], *out_sizes(x.shape[1:-1], window, strides, None, padding), x.shape[-1]), np.int64)
    for position, pairs in windows(x.shape[1:-1], window, strides, None, padding):
        values = np.stack([x[(slice(None), *at)] for _, at in pairs])
        places = np.stack([index[(slice(None), *at)] for _, at in pairs])
        best = np.argmax(values, 0)
        y[(slice(None), *position)] = np.take_along_axis(places, best[None], 0)[0]
    return y


def scatter(shape: Sizes, index: np.ndarray, values: np.ndarray) -> np.ndarray:
    """values, added up at places of a flattened array."""
    flat = np.zeros(int(np.prod(shape)), values.dtype)
    np.add.at(flat, index.reshape(-1), values.reshape(-1))
    return flat.reshape(tuple(shape))


def average_gradient(shape: Sizes, dy: np.ndarray, window: Sizes, strides: Sizes, padding: Any) -> np.ndarray:
    dx = np.zeros(tuple(shape), dy.dtype)
    for position, pairs in windows(shape[1:-1], window, strides, None, padding):
        for _, at in pairs:
            dx[(slice(None), *at)] += dy[(slice(None), *position)] / len(pairs)
    return dx
