"""tf.contrib.slim.nets.vgg: the networks A, D and E of Simonyan and Zisserman, "Very Deep Convolutional Networks" (2014)."""

from __future__ import annotations

from typing import Any

from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import fully_connected, repeat
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.pooling import max_pool2d
from nbtf.contrib.slim.nets.fully_connected_ends import connected, logits_and_end_points, weights_arg_scope
from nbtf.variables.scoping import variable_scope

_CHANNELS = (64, 128, 256, 512, 512)


def vgg_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that the networks were trained with: pass them to arg_scope around the network."""
    return weights_arg_scope(weight_decay)


def _vgg(
    inputs: Any,
    convolutions: tuple[int, ...],
    num_classes: int,
    is_training: bool,
    dropout_keep_prob: float,
    spatial_squeeze: bool,
    scope: Any,
    default_scope: str,
) -> tuple[Any, dict[str, Any]]:
    """convolutions: how many there are before each of the five pools."""
    with variable_scope(scope, default_scope, [inputs]) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with arg_scope([conv2d, fully_connected, max_pool2d], outputs_collections=collection):
            net = inputs
            for number, (times, channels) in enumerate(zip(convolutions, _CHANNELS, strict=True), start=1):
                net = repeat(net, times, conv2d, channels, [3, 3], scope=f"conv{number}")
                net = max_pool2d(net, [2, 2], scope=f"pool{number}")
            net = connected(net, num_classes, 7, (4096, 4096), is_training, dropout_keep_prob)
            return logits_and_end_points(net, spatial_squeeze, sc.name, collection)


def vgg_a(
    inputs: Any,
    num_classes: int = 1000,
    is_training: bool = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "vgg_a",
) -> tuple[Any, dict[str, Any]]:
    """11 layers, from images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 224 x 224; with spatial_squeeze=False [N, h, w, num_classes] of any that are
    large enough. is_training: whether dropout drops. End points: outputs of layers, by the names of their scopes.

    Raises ValueError for images that are too small, and for spatial_squeeze of larger ones.
    """
    facts = (num_classes, is_training, dropout_keep_prob, spatial_squeeze, scope)
    return _vgg(inputs, (1, 1, 2, 2, 2), *facts, "vgg_a")


def vgg_16(
    inputs: Any,
    num_classes: int = 1000,
    is_training: bool = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "vgg_16",
) -> tuple[Any, dict[str, Any]]:
    """16 layers (network D): (logits, end points), see `vgg_a`."""
    facts = (num_classes, is_training, dropout_keep_prob, spatial_squeeze, scope)
    return _vgg(inputs, (2, 2, 3, 3, 3), *facts, "vgg_16")


def vgg_19(
    inputs: Any,
    num_classes: int = 1000,
    is_training: bool = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "vgg_19",
) -> tuple[Any, dict[str, Any]]:
    """19 layers (network E): (logits, end points), see `vgg_a`."""
    facts = (num_classes, is_training, dropout_keep_prob, spatial_squeeze, scope)
    return _vgg(inputs, (2, 2, 4, 4, 4), *facts, "vgg_19")


for _network in (vgg_a, vgg_16, vgg_19):
    _network.default_image_size = 224  # type: ignore[attr-defined]

vgg_d = vgg_16
vgg_e = vgg_19
