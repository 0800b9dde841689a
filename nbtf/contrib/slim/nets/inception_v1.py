"""tf.contrib.slim.nets.inception_v1: GoogLeNet, of Szegedy et al., "Going Deeper with Convolutions" (2014)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import dropout, fully_connected
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import avg_pool2d
from nbtf.contrib.layers.reshaping import softmax
from nbtf.contrib.slim.nets.inception_branches import Module, conv, maxima, normalized_arg_scope, scores, until
from nbtf.graph.collections import GraphKeys
from nbtf.initializers.sampled import TruncatedNormal
from nbtf.variables.scoping import variable_scope


def _module(
    scope: str, ones: int, to_3: int, threes: int, to_5: int, fives: int, pooled: int, last: str = "0b"
) -> Module:
    """A row of the paper's table 1; where the paper has 5 x 5 taps, the network has 3 x 3."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", ones)],
            [conv("0a", "1x1", to_3), conv("0b", "3x3", threes)],
            [conv("0a", "1x1", to_5), conv(last, "3x3", fives)],
            [maxima("0a"), conv("0b", "1x1", pooled)],
        ),
    )


_LAYERS = (
    conv("1a", "7x7", 64, stride=2),
    maxima("2a", stride=2),
    conv("2b", "1x1", 64),
    conv("2c", "3x3", 192),
    maxima("3a", stride=2),
    _module("Mixed_3b", 64, 96, 128, 16, 32, 32),
    _module("Mixed_3c", 128, 128, 192, 32, 96, 64),
    maxima("4a", stride=2),
    _module("Mixed_4b", 192, 96, 208, 16, 48, 64),
    _module("Mixed_4c", 160, 112, 224, 24, 64, 64),
    _module("Mixed_4d", 128, 128, 256, 24, 64, 64),
    _module("Mixed_4e", 112, 144, 288, 32, 64, 64),
    _module("Mixed_4f", 256, 160, 320, 32, 128, 128),
    maxima("5a", 2, stride=2),
    _module("Mixed_5b", 256, 160, 320, 32, 128, 128, last="0a"),
    _module("Mixed_5c", 384, 192, 384, 48, 128, 128),
)


def inception_v1_base(
    inputs: Any, final_endpoint: str = "Mixed_5c", scope: Any = "InceptionV1"
) -> tuple[Any, dict[str, Any]]:
    """The layers up to final_endpoint: (its output, outputs of all of them by name), of images [N, H, W, 3].

    Conv2d_1a_7x7, MaxPool_2a_3x3, Conv2d_2b_1x1, Conv2d_2c_3x3, MaxPool_3a_3x3, Mixed_3b, Mixed_3c, MaxPool_4a_3x3,
    Mixed_4b to Mixed_4f, MaxPool_5a_2x2, Mixed_5b, Mixed_5c. Raises ValueError for another name.
    """
    with (
        variable_scope(scope, "InceptionV1", [inputs]),
        arg_scope([conv2d, fully_connected], weights_initializer=TruncatedNormal(0.0, 0.01)),
    ):
        return until(inputs, _LAYERS, final_endpoint, lambda channels: channels)


def inception_v1(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    scope: Any = "InceptionV1",
) -> tuple[Any, dict[str, Any]]:
    """From images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 224 x 224; with spatial_squeeze=False [N, h, w, num_classes] of any that are
    large enough. is_training: whether dropout drops and moments are the batch's. End points: those of
    `inception_v1_base`, "Logits", and "Predictions": prediction_fn of the logits.
    """
    with (
        variable_scope(scope, "InceptionV1", [inputs, num_classes], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v1_base(inputs, scope=sc)
        with variable_scope("Logits"):
            net = avg_pool2d(net, [7, 7], stride=1, scope="MaxPool_0a_7x7")
            net = dropout(net, dropout_keep_prob, scope="Dropout_0b")
            logits = scores(net, num_classes, spatial_squeeze, "Conv2d_0c_1x1")
            end_points["Logits"] = logits
            end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
        return logits, end_points


inception_v1.default_image_size = 224  # type: ignore[attr-defined]


def inception_v1_arg_scope(
    weight_decay: float = 0.00004, use_batch_norm: bool = True, batch_norm_var_collection: str = "moving_vars"
) -> Scope:
    """The arguments that the network was trained with: pass them to arg_scope around the network.

    use_batch_norm: whether outputs of convolutions are normalized; the moving averages are in batch_norm_var_collection.
    """
    params = {"decay": 0.9997, "epsilon": 0.001, "updates_collections": GraphKeys.UPDATE_OPS}
    return normalized_arg_scope(weight_decay, params if use_batch_norm else None, batch_norm_var_collection)
