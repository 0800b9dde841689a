"""What Inception networks are made of: modules of branches, told as tables, and the layers that make logits of features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.shapes import squeeze
from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import fully_connected
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import avg_pool2d, max_pool2d
from nbtf.contrib.layers.regularization import l2_regularizer
from nbtf.contrib.layers.scaled_initializers import variance_scaling_initializer
from nbtf.initializers.sampled import TruncatedNormal
from nbtf.nn.activations import relu
from nbtf.variables.scoping import variable_scope

Depth = Callable[[int], int]
"""Channels of the published network -> channels of this one."""


@dataclass(frozen=True)
class Convolution:
    """`stddev`: of the initial weights, where it is not what the scope of arguments says."""

    scope: str
    kernel: tuple[int, int]
    channels: int
    stride: int = 1
    padding: str = "SAME"
    stddev: float | None = None

    def __call__(self, net: Any, depth: Depth) -> Any:
        given = {} if self.stddev is None else {"weights_initializer": TruncatedNormal(0.0, self.stddev)}
        return conv2d(
            net,
            depth(self.channels),
            list(self.kernel),
            stride=self.stride,
            padding=self.padding,
            scope=self.scope,
            **given,
        )


@dataclass(frozen=True)
class Pool:
    scope: str
    function: Callable[..., Any]
    size: int
    stride: int = 1
    padding: str = "SAME"

    def __call__(self, net: Any, depth: Depth) -> Any:
        size = [self.size, self.size]
        return self.function(net, size, stride=self.stride, padding=self.padding, scope=self.scope)


@dataclass(frozen=True)
class Fork:
    """Layers that read the same, joined along the channels."""

    layers: tuple[Convolution, ...]

    def __call__(self, net: Any, depth: Depth) -> Any:
        return concat([layer(net, depth) for layer in self.layers], 3)


@dataclass(frozen=True)
class Module:
    """Branches that read the same, in the scopes Branch_0, Branch_1 ..., joined along the channels."""

    scope: str
    branches: tuple[Sequence[Convolution | Pool | Fork], ...]

    def __call__(self, net: Any, depth: Depth) -> Any:
        with variable_scope(self.scope):
            outputs = []
            for number, layers in enumerate(self.branches):
                with variable_scope(f"Branch_{number}"):
                    outputs.append(through(net, layers, depth))
            return concat(outputs, 3)


def through(net: Any, layers: Iterable[Convolution | Pool | Fork], depth: Depth) -> Any:
    """What a row of layers makes of `net`."""
    for layer in layers:
        net = layer(net, depth)
    return net


def conv(place: str, kernel: str, channels: int, **facts: Any) -> Convolution:
    """conv("0b", "1x7", 64): a convolution of 1 x 7 taps in the scope Conv2d_0b_1x7. facts: more of the fields."""
    rows, columns = kernel.split("x")
    return Convolution(f"Conv2d_{place}_{kernel}", (int(rows), int(columns)), channels, **facts)


def maxima(place: str, size: int = 3, **facts: Any) -> Pool:
    """maxima("0a"): a pool of 3 x 3 windows in the scope MaxPool_0a_3x3."""
    return Pool(f"MaxPool_{place}_{size}x{size}", max_pool2d, size, **facts)


def means(place: str, size: int = 3, **facts: Any) -> Pool:
    """means("0a"): a pool of 3 x 3 windows in the scope AvgPool_0a_3x3."""
    return Pool(f"AvgPool_{place}_{size}x{size}", avg_pool2d, size, **facts)


def until(
    net: Any, layers: Iterable[Convolution | Pool | Module], final_endpoint: str, depth: Depth, **end_points: Any
) -> tuple[Any, dict[str, Any]]:
    """(output of the layer whose scope is final_endpoint, outputs of all layers up to it by scope).

    end_points: those that are there already. Raises ValueError where there is no such layer.
    """
    for layer in layers:
        if final_endpoint in end_points:
            break
        net = end_points[layer.scope] = layer(net, depth)
    if final_endpoint not in end_points:
        raise ValueError(f"Unknown final endpoint {final_endpoint}")
    return net, end_points


def scaled(depth_multiplier: float, min_depth: int) -> Depth:
    """Channels times a factor, at least min_depth. Raises ValueError for a factor that is not positive."""
    if depth_multiplier <= 0:
        raise ValueError("depth_multiplier is not greater than zero.")
    return lambda channels: max(int(channels * depth_multiplier), min_depth)


def window_in(net: Any, size: int) -> list[int]:
    """A window of size x size, or of what there is of `net` along each axis, as far as that is known."""
    lengths = net.get_shape().as_list()[1:3]
    return [size if length is None else min(length, size) for length in lengths]


def scores(net: Any, num_classes: int, spatial_squeeze: bool, scope: str, **facts: Any) -> Any:
    """Logits of each pixel [N, h, w, num_classes]; without the axes 1 and 2 if that is wanted."""
    logits = conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope=scope, **facts)
    return squeeze(logits, [1, 2], name="SpatialSqueeze") if spatial_squeeze else logits


def normalized_arg_scope(
    weight_decay: float, normalizer_params: dict[str, Any] | None, batch_norm_var_collection: str
) -> Scope:
    """Decayed weights, scaled to the inputs; normalized (None: not so) and rectified outputs.

    The moving averages of the normalizers are in batch_norm_var_collection.
    """
    params = None
    if normalizer_params is not None:
        moving = [batch_norm_var_collection]
        collections = {"beta": None, "gamma": None, "moving_mean": moving, "moving_variance": moving}
        params = {**normalizer_params, "variables_collections": collections}
    with (
        arg_scope([conv2d, fully_connected], weights_regularizer=l2_regularizer(weight_decay)),
        arg_scope(
            [conv2d],
            weights_initializer=variance_scaling_initializer(),
            activation_fn=relu,
            normalizer_fn=None if params is None else batch_norm,
            normalizer_params=params or {},
        ) as scope,
    ):
        return scope
