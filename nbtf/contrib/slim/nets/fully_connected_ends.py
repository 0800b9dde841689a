"""How AlexNet, OverFeat and VGG end: fully connected layers that are convolutions, so larger images give maps of logits."""

from __future__ import annotations

from typing import Any

from nbtf.array.shapes import squeeze
from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import dropout, fully_connected
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.named_outputs import convert_collection_to_dict
from nbtf.contrib.layers.regularization import l2_regularizer
from nbtf.initializers.constants import Zeros
from nbtf.nn.activations import relu


def weights_arg_scope(weight_decay: float, biases_initializer: Any = None) -> Scope:
    """Decayed weights and rectified outputs, of convolutions ("SAME") and fully connected layers."""
    with (
        arg_scope(
            [conv2d, fully_connected],
            activation_fn=relu,
            weights_regularizer=l2_regularizer(weight_decay),
            biases_initializer=Zeros() if biases_initializer is None else biases_initializer,
        ),
        arg_scope([conv2d], padding="SAME") as scope,
    ):
        return scope


def connected(
    net: Any,
    num_classes: int,
    kernel_size: int,
    units: tuple[int, int],
    is_training: bool,
    dropout_keep_prob: float,
    **last: Any,
) -> Any:
    """fc6 over windows of kernel_size, fc7 and the logits fc8, dropout between them: [N, H, W, C] -> [N, h, w, classes].

    last: more arguments of fc8.
    """
    net = conv2d(net, units[0], [kernel_size, kernel_size], padding="VALID", scope="fc6")
    net = dropout(net, dropout_keep_prob, is_training=is_training, scope="dropout6")
    net = conv2d(net, units[1], [1, 1], scope="fc7")
    net = dropout(net, dropout_keep_prob, is_training=is_training, scope="dropout7")
    return conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="fc8", **last)


def logits_and_end_points(net: Any, spatial_squeeze: bool, scope: str, collection: str) -> tuple[Any, dict[str, Any]]:
    """(logits, end points): logits without axes 1 and 2 if that is wanted, and as the end point "fc8"."""
    end_points = convert_collection_to_dict(collection)
    if spatial_squeeze:
        net = squeeze(net, [1, 2], name="fc8/squeezed")
        end_points[f"{scope}/fc8"] = net
    return net, end_points
