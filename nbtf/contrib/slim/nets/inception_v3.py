"""tf.contrib.slim.nets.inception_v3: the network of Szegedy et al., "Rethinking the Inception Architecture" (2015)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.contrib.framework.scoped_arguments import Scope, arg_scope
from nbtf.contrib.layers.connecting import dropout
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import avg_pool2d
from nbtf.contrib.layers.reshaping import softmax
from nbtf.contrib.slim.nets.inception_branches import (
    Convolution,
    Fork,
    Module,
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

_HALF: dict[str, Any] = {"stride": 2, "padding": "VALID"}


def _of_35(scope: str, pooled: int, fives: tuple[Convolution, Convolution] | None = None) -> Module:
    """A module of images of 35 x 35 pixels (figure 5 of the paper)."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", 64)],
            fives or [conv("0a", "1x1", 48), conv("0b", "5x5", 64)],
            [conv("0a", "1x1", 64), conv("0b", "3x3", 96), conv("0c", "3x3", 96)],
            [means("0a"), conv("0b", "1x1", pooled)],
        ),
    )


def _of_17(scope: str, inner: int) -> Module:
    """A module of images of 17 x 17 pixels (figure 6), `inner` channels between its convolutions."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", 192)],
            [conv("0a", "1x1", inner), conv("0b", "1x7", inner), conv("0c", "7x1", 192)],
            [
                conv("0a", "1x1", inner),
                conv("0b", "7x1", inner),
                conv("0c", "1x7", inner),
                conv("0d", "7x1", inner),
                conv("0e", "1x7", 192),
            ],
            [means("0a"), conv("0b", "1x1", 192)],
        ),
    )


def _of_8(scope: str, second: str) -> Module:
    """A module of images of 8 x 8 pixels (figure 7). second: the place in the name of the first fork's other half."""
    return Module(
        scope,
        (
            [conv("0a", "1x1", 320)],
            [conv("0a", "1x1", 384), Fork((conv("0b", "1x3", 384), conv(second, "3x1", 384)))],
            [
                conv("0a", "1x1", 448),
                conv("0b", "3x3", 384),
                Fork((conv("0c", "1x3", 384), conv("0d", "3x1", 384))),
            ],
            [means("0a"), conv("0b", "1x1", 192)],
        ),
    )


_LAYERS = (
    conv("1a", "3x3", 32, **_HALF),
    conv("2a", "3x3", 32, padding="VALID"),
    conv("2b", "3x3", 64),
    maxima("3a", **_HALF),
    conv("3b", "1x1", 80, padding="VALID"),
    conv("4a", "3x3", 192, padding="VALID"),
    maxima("5a", **_HALF),
    _of_35("Mixed_5b", 32),
    # the names of two of its layers went wrong in the published checkpoints
    _of_35("Mixed_5c", 64, (conv("0b", "1x1", 48), Convolution("Conv_1_0c_5x5", (5, 5), 64))),
    _of_35("Mixed_5d", 64),
    Module(
        "Mixed_6a",
        (
            [Convolution("Conv2d_1a_1x1", (3, 3), 384, **_HALF)],
            [
                conv("0a", "1x1", 64),
                conv("0b", "3x3", 96),
                Convolution("Conv2d_1a_1x1", (3, 3), 96, **_HALF),
            ],
            [maxima("1a", **_HALF)],
        ),
    ),
    _of_17("Mixed_6b", 128),
    _of_17("Mixed_6c", 160),
    _of_17("Mixed_6d", 160),
    _of_17("Mixed_6e", 192),
    Module(
        "Mixed_7a",
        (
            [conv("0a", "1x1", 192), conv("1a", "3x3", 320, **_HALF)],
            [
                conv("0a", "1x1", 192),
                conv("0b", "1x7", 192),
                conv("0c", "7x1", 192),
                conv("1a", "3x3", 192, **_HALF),
            ],
            [maxima("1a", **_HALF)],
        ),
    ),
    _of_8("Mixed_7b", "0b"),
    _of_8("Mixed_7c", "0c"),
)


def inception_v3_base(
    inputs: Any,
    final_endpoint: str = "Mixed_7c",
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    scope: Any = None,
) -> tuple[Any, dict[str, Any]]:
    """The layers up to final_endpoint: (its output, outputs of all of them by name), of images [N, H, W, 3].

    Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, MaxPool_3a_3x3, Conv2d_3b_1x1, Conv2d_4a_3x3, MaxPool_5a_3x3, Mixed_5b to
    Mixed_5d, Mixed_6a to Mixed_6e, Mixed_7a to Mixed_7c. depth_multiplier: a factor of all channels, of which min_depth at
    least are left.

    Raises ValueError for another name, and for a factor that is not positive.
    """
    depth = scaled(depth_multiplier, min_depth)
    with variable_scope(scope, "InceptionV3", [inputs]):
        return until(inputs, _LAYERS, final_endpoint, depth)


def inception_v3(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    create_aux_logits: bool = True,
    scope: Any = "InceptionV3",
) -> tuple[Any, dict[str, Any]]:
    """From images [N, H, W, 3]: (logits, end points).

    logits: [N, num_classes] of images of 299 x 299 or less; with spatial_squeeze=False [N, h, w, num_classes] of any.
    is_training: whether dropout drops and moments are the batch's. min_depth, depth_multiplier: see `inception_v3_base`.
    End points: those of `inception_v3_base`, "PreLogits", "Logits", and "Predictions": prediction_fn of the logits; with
    create_aux_logits also "AuxLogits", made of Mixed_6e, for a second loss.

    Raises ValueError for a depth_multiplier that is not positive.
    """
    depth = scaled(depth_multiplier, min_depth)
    with (
        variable_scope(scope, "InceptionV3", [inputs, num_classes], reuse=reuse) as sc,
        arg_scope([batch_norm, dropout], is_training=is_training),
    ):
        net, end_points = inception_v3_base(inputs, min_depth=min_depth, depth_multiplier=depth_multiplier, scope=sc)
        if create_aux_logits:
            end_points["AuxLogits"] = _aux_logits(end_points["Mixed_6e"], num_classes, spatial_squeeze, depth)
        with variable_scope("Logits"):
            rows, columns = window = window_in(net, 8)
            net = avg_pool2d(net, window, padding="VALID", scope=f"AvgPool_1a_{rows}x{columns}")
            net = end_points["PreLogits"] = dropout(net, keep_prob=dropout_keep_prob, scope="Dropout_1b")
            logits = scores(net, num_classes, spatial_squeeze, "Conv2d_1c_1x1")
        end_points["Logits"] = logits
        end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
        return logits, end_points


def _aux_logits(net: Any, num_classes: int, spatial_squeeze: bool, depth: Callable[[int], int]) -> Any:
    with variable_scope("AuxLogits"):
        net = avg_pool2d(net, [5, 5], stride=3, padding="VALID", scope="AvgPool_1a_5x5")
        net = conv2d(net, depth(128), [1, 1], scope="Conv2d_1b_1x1")
        rows, columns = window = window_in(net, 5)
        net = conv2d(
            net,
            depth(768),
            window,
            weights_initializer=TruncatedNormal(0.0, 0.01),
            padding="VALID",
            scope=f"Conv2d_2a_{rows}x{columns}",
        )
        narrow = TruncatedNormal(0.0, 0.001)
        return scores(net, num_classes, spatial_squeeze, "Conv2d_2b_1x1", weights_initializer=narrow)


inception_v3.default_image_size = 299  # type: ignore[attr-defined]


def inception_v3_arg_scope(
    weight_decay: float = 0.00004,
    batch_norm_var_collection: str = "moving_vars",
    batch_norm_decay: float = 0.9997,
    batch_norm_epsilon: float = 0.001,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    use_fused_batchnorm: bool = True,
) -> Scope:
    """The arguments that the network was trained with: pass them to arg_scope around the network.

    batch_norm_decay: of the moving averages, which are in batch_norm_var_collection; updates_collections: where the
    operations are that move them. use_fused_batchnorm: whether normalizing is one operation.
    """
    params = {
        "decay": batch_norm_decay,
        "epsilon": batch_norm_epsilon,
        "updates_collections": updates_collections,
        "fused": use_fused_batchnorm,
    }
    return normalized_arg_scope(weight_decay, params, batch_norm_var_collection)
