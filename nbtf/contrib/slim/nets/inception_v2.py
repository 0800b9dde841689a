"""tf.contrib.slim.nets.inception_v2: the network of Ioffe and Szegedy, "Batch Normalization" (2015)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import dropout
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import avg_pool2d
from nbtf.contrib.layers.reshaping import softmax
from nbtf.contrib.layers.separable_convolving import separable_convolution2d
from nbtf.contrib.slim.nets.inception_branches import (
    Module,
    Pool,
    conv,
    maxima,
    means,
    normalized_arg_scope,
    scaled,
    scores,
    until,
    window_in,
)
from nbtf.graph.collections import GraphKeys
from nbtf.initializers.sampled import TruncatedNormal
from nbtf.variables.scoping import variable_scope

_FIRST = "Conv2d_1a_7x7"


def _module(
    scope: str, ones: int, to_3: int, threes: int, to_double: int, doubles: int, pooled: int, pool: Pool | None = None
) -> Module:
    """A module that keeps the size of the images."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", ones)],
            [conv("0a", "1x1", to_3, stddev=0.09), conv("0b", "3x3", threes)],
            [conv("0a", "1x1", to_double, stddev=0.09), conv("0b", "3x3", doubles), conv("0c", "3x3", doubles)],
            [pool or means("0a"), conv("0b", "1x1", pooled, stddev=0.1)],
        ),
    )


def _halving(scope: str, to_3: int, threes: int, to_double: int, doubles: int) -> Module:
    """A module of stride 2."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", to_3, stddev=0.09), conv("1a", "3x3", threes, stride=2)],
            [
                conv("0a", "1x1", to_double, stddev=0.09),
                conv("0b", "3x3", doubles),
                conv("1a", "3x3", doubles, stride=2),
            ],
            [maxima("1a", stride=2)],
        ),
    )


_LAYERS = (
    maxima("2a", stride=2),
    conv("2b", "1x1", 64, stddev=0.1),
    conv("2c", "3x3", 192),
    maxima("3a", stride=2),
    _module("Mixed_3b", 64, 64, 64, 64, 96, 32),
    _module("Mixed_3c", 64, 64, 96, 64, 96, 64),
    _halving("Mixed_4a", 128, 160, 64, 96),
    _module("Mixed_4b", 224, 64, 96, 96, 128, 128),
    _module("Mixed_4c", 192, 96, 128, 96, 128, 128),
    _module("Mixed_4d", 160, 128, 160, 128, 160, 96),
    _module("Mixed_4e", 96, 128, 192, 160, 192, 96),
    _halving("Mixed_5a", 128, 192, 192, 256),
    _module("Mixed_5b", 352, 192, 320, 160, 224, 128),
    _module("Mixed_5c", 352, 192, 320, 192, 224, 128, maxima("0a")),
)


def inception_v2_base(
    inputs: Any,
    final_endpoint: str = "Mixed_5c",
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    scope: Any = None,
) -> tuple[Any, dict[str, Any]]:
    """The layers up to final_endpoint: (its output, outputs of all of them by name), of images [N, H, W, 3].

    Conv2d_1a_7x7, MaxPool_2a_3x3, Conv2d_2b_1x1, Conv2d_2c_3x3, MaxPool_3a_3x3, Mixed_3b, Mixed_3c, Mixed_4a to Mixed_4e,
    Mixed_5a, Mixed_5b, Mixed_5c. depth_multiplier: a factor of all channels, of which min_depth at least are left.

    Raises ValueError for another name, and for a factor that is not positive.
    """
    depth = scaled(depth_multiplier, min_depth)
    with variable_scope(scope, "InceptionV2", [inputs]):
        channels = depth(64)
        net = separable_convolution2d(
            inputs,
            channels,
            [7, 7],
            depth_multiplier=min(int(channels / 3), 8),
            stride=2,
            padding="SAME",
            weights_initializer=TruncatedNormal(0.0, 1.0),
            scope=_FIRST,
        )
        return until(net, _LAYERS, final_endpoint, depth, **{_FIRST: net})


def inception_v2(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    scope: Any = "InceptionV2",
) -> tuple[Any, dict[str, Any]]:
    """From images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 224 x 224 or less; with spatial_squeeze=False [N, h, w, num_classes] of any.
    is_training: whether dropout drops and moments are the batch's. min_depth, depth_multiplier: see `inception_v2_base`.
    End points: those of `inception_v2_base`, "Logits", and "Predictions": prediction_fn of the logits.

    Raises ValueError for a depth_multiplier that is not positive.
    """
    scaled(depth_multiplier, min_depth)
    with (
        variable_scope(scope, "InceptionV2", [inputs, num_classes], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v2_base(inputs, min_depth=min_depth, depth_multiplier=depth_multiplier, scope=sc)
        with variable_scope("Logits"):
            rows, columns = window = window_in(net, 7)
            net = avg_pool2d(net, window, padding="VALID", scope=f"AvgPool_1a_{rows}x{columns}")
            net = dropout(net, keep_prob=dropout_keep_prob, scope="Dropout_1b")
            logits = scores(net, num_classes, spatial_squeeze, "Conv2d_1c_1x1")
        end_points["Logits"] = logits
        end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
        return logits, end_points


inception_v2.default_image_size = 224  # type: ignore[attr-defined]


def inception_v2_arg_scope(weight_decay: float = 0.00004, batch_norm_var_collection: str = "moving_vars") -> Scope:
    """The arguments that the network was trained with: pass them to arg_scope around the network.

    Moving averages of the normalizers are in batch_norm_var_collection.
    """
    params = {"decay": 0.9997, "epsilon": 0.001, "updates_collections": GraphKeys.UPDATE_OPS}
    return normalized_arg_scope(weight_decay, params, batch_norm_var_collection)
