"""Gradients by differences beside those that the graph computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbtf.graph import default_stacks
from nbtf.graph.conversion import constant
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.tensor import Tensor

Array = np.ndarray[Any, Any]


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> Any:
    """(Jacobian of dy/dx that the graph computes, the same by differences): two [elements of x, elements of y] arrays,
    for a list of x a list of such pairs. Runs in the default session.

    x_init_value: where; by default a random place. delta: how far x moves. init_targets: operations to run first.
    extra_feed_dict: other feeds. Complex numbers count as two elements.
    """
    session = default_stacks.session_for("compute_gradient", None, y.graph)
    if init_targets is not None:
        session.run(init_targets)
    several = isinstance(x, (list, tuple))
    xs, shapes = (x, x_shape) if several else ([x], [x_shape])
    inits = (x_init_value if several else [x_init_value]) if x_init_value is not None else [None] * len(xs)
    ones = constant(1.0, shape=y_shape, dtype=y.dtype)
    slopes = gradients(y, list(xs), ones)
    results = []
    starts = [_start(one, shape, init) for one, shape, init in zip(xs, shapes, inits, strict=True)]
    feeds = {**(extra_feed_dict or {}), **dict(zip(xs, starts, strict=True))}
    for one, slope, start in zip(xs, slopes, starts, strict=True):
        if slope is None:
            raise ValueError(f"{y.name} has no gradient with respect to {one.name}")
        by_graph = _by_graph(session, slope, ones, start, y_shape, feeds)
        results.append((by_graph, _by_differences(session, one, y, start, y_shape, delta, feeds)))
    return results if several else results[0]


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping[Any, Any] | None = None,
) -> float:
    """The largest difference between the two Jacobians of `compute_gradient`; infinite where one is not finite."""
    found = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    pairs = found if isinstance(found, list) else [found]
    return max((float(np.fabs(a - b).max()) if a.size else 0.0 for a, b in pairs), default=0.0)


def _start(x: Tensor, shape: Sequence[int], init: Any) -> Array:
    dtype = x.dtype.base_dtype.as_numpy_dtype
    if init is not None:
        return np.array(init, dtype)
    place = np.random.random_sample(shape)
    return np.asarray(place + 1j * np.random.random_sample(shape) if np.dtype(dtype).kind == "c" else place).astype(
        dtype
    )


def _flat(array: Array) -> Array:
    """The elements as real numbers, those of a complex one after each other."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _by_graph(session: Any, slope: Any, ones: Tensor, start: Array, y_shape: Any, feeds: Mapping[Any, Any]) -> Array:
    direction = np.zeros(y_shape, ones.dtype.as_numpy_dtype)
    flat = _flat(direction)
    jacobian = np.zeros((_flat(start).size, flat.size), flat.dtype)
    for column in range(flat.size):
        flat[column] = 1
        jacobian[:, column] = _flat(_dense(session.run(slope, {**feeds, ones: direction}), start))
        flat[column] = 0
    return jacobian


def _dense(slope: Any, like: Array) -> Array:
    """The rows of IndexedSlices at their places; an array as it is."""
    if not hasattr(slope, "indices"):
        return np.asarray(slope)
    dense = np.zeros_like(like)
    np.add.at(dense, slope.indices, slope.values)
    return dense


def _by_differences(
    session: Any, x: Tensor, y: Tensor, start: Array, y_shape: Any, delta: float, feeds: Mapping[Any, Any]
) -> Array:
    place = start.copy()
    flat = _flat(place)
    jacobian = np.zeros((flat.size, _flat(np.zeros(y_shape, y.dtype.as_numpy_dtype)).size), flat.dtype)
    for row in range(flat.size):
        center = flat[row]
        values = []
        for moved in (center - delta, center + delta):
            flat[row] = moved
            values.append(_flat(session.run(y, {**feeds, x: place})))
        flat[row] = center
        jacobian[row] = (values[1] - values[0]) / (2 * delta)
    return jacobian
