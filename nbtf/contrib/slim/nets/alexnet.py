"""tf.contrib.slim.nets.alexnet: the network of Krizhevsky, "One weird trick for parallelizing ..." (2014)."""

from __future__ import annotations

from typing import Any

from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import fully_connected
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.pooling import max_pool2d
from nbtf.contrib.slim.nets.fully_connected_ends import connected, logits_and_end_points, weights_arg_scope
from nbtf.initializers.constants import Constant, Zeros
from nbtf.initializers.sampled import TruncatedNormal
from nbtf.variables.scoping import variable_scope


def alexnet_v2_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that the network was trained with: pass them to arg_scope around the network."""
    with arg_scope(weights_arg_scope(weight_decay, Constant(0.1))), arg_scope([max_pool2d], padding="VALID") as scope:
        return scope


def alexnet_v2(
    inputs: Any,
    num_classes: int = 1000,
    is_training: bool = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "alexnet_v2",
) -> tuple[Any, dict[str, Any]]:
    """8 layers, from images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 224 x 224; with spatial_squeeze=False [N, h, w, num_classes] of any that are
    large enough. is_training: whether dropout drops. End points: outputs of layers, by the names of their scopes.

    Raises ValueError for images that are too small, and for spatial_squeeze of larger ones.
    """
    with variable_scope(scope, "alexnet_v2", [inputs]) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with arg_scope([conv2d, fully_connected, max_pool2d], outputs_collections=[collection]):
            net = conv2d(inputs, 64, [11, 11], 4, padding="VALID", scope="conv1")
            net = max_pool2d(net, [3, 3], 2, scope="pool1")
            net = conv2d(net, 192, [5, 5], scope="conv2")
            net = max_pool2d(net, [3, 3], 2, scope="pool2")
            for number, channels in ((3, 384), (4, 384), (5, 256)):
                net = conv2d(net, channels, [3, 3], scope=f"conv{number}")
            net = max_pool2d(net, [3, 3], 2, scope="pool5")
            with arg_scope([conv2d], weights_initializer=TruncatedNormal(0.0, 0.005), biases_initializer=Constant(0.1)):
                net = connected(
                    net, num_classes, 5, (4096, 4096), is_training, dropout_keep_prob, biases_initializer=Zeros()
                )
            return logits_and_end_points(net, spatial_squeeze, sc.name, collection)


alexnet_v2.default_image_size = 224  # type: ignore[attr-defined]
