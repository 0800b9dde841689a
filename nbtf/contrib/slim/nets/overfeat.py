"""tf.contrib.slim.nets.overfeat: the accurate network of Sermanet et al., "OverFeat" (2013)."""

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


def overfeat_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that the network was trained with: pass them to arg_scope around the network."""
    with arg_scope(weights_arg_scope(weight_decay)), arg_scope([max_pool2d], padding="VALID") as scope:
        return scope


def overfeat(
    inputs: Any,
    num_classes: int = 1000,
    is_training: bool = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "overfeat",
) -> tuple[Any, dict[str, Any]]:
    """8 layers, from images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 231 x 231; with spatial_squeeze=False [N, h, w, num_classes] of any that are
    large enough. is_training: whether dropout drops. End points: outputs of layers, by the names of their scopes.

    Raises ValueError for images that are too small, and for spatial_squeeze of larger ones.
    """
    with variable_scope(scope, "overfeat", [inputs]) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with arg_scope([conv2d, fully_connected, max_pool2d], outputs_collections=collection):
            net = conv2d(inputs, 64, [11, 11], 4, padding="VALID", scope="conv1")
            net = max_pool2d(net, [2, 2], scope="pool1")
            net = conv2d(net, 256, [5, 5], padding="VALID", scope="conv2")
            net = max_pool2d(net, [2, 2], scope="pool2")
            for number, channels in ((3, 512), (4, 1024), (5, 1024)):
                net = conv2d(net, channels, [3, 3], scope=f"conv{number}")
            net = max_pool2d(net, [2, 2], scope="pool5")
            with arg_scope([conv2d], weights_initializer=TruncatedNormal(0.0, 0.005), biases_initializer=Constant(0.1)):
                net = connected(
                    net, num_classes, 6, (3072, 4096), is_training, dropout_keep_prob, biases_initializer=Zeros()
                )
            return logits_and_end_points(net, spatial_squeeze, sc.name, collection)
