"""tf.contrib.slim.nets.resnet_v2: the networks of He et al., "Identity Mappings in Deep Residual Networks" (2016)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nbtf.contrib.framework.scoped_arguments import add_arg_scope, arg_scope
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.named_outputs import collect_named_outputs, last_dimension
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.slim.nets.residual_networks import Network, blocks_of, bottleneck_block, residual_network
from nbtf.contrib.slim.nets.resnet_utils import Block, conv2d_same, subsample
from nbtf.contrib.slim.nets.resnet_utils import resnet_arg_scope as resnet_arg_scope
from nbtf.nn.activations import relu
from nbtf.variables.scoping import variable_scope

_plain = functools.partial(conv2d, normalizer_fn=None, activation_fn=None)


@add_arg_scope
def bottleneck(
    inputs: Any,
    depth: int,
    depth_bottleneck: int,
    stride: int,
    rate: int = 1,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """A unit: shortcut + three convolutions of the normalized inputs, of which the middle one has 3 x 3 taps.

    [N, H, W, C] -> [N, ceil(H / stride), ceil(W / stride), depth]. stride, rate: of the middle convolution.
    depth_bottleneck: channels between the convolutions. The shortcut is the inputs where they have `depth` channels, else
    a convolution of the normalized ones.
    """
    with variable_scope(scope, "bottleneck_v2", [inputs]) as sc:
        channels = last_dimension(inputs.get_shape(), min_rank=4)
        normalized = batch_norm(inputs, activation_fn=relu, scope="preact")
        if depth == channels:
            shortcut = subsample(inputs, stride, "shortcut")
        else:
            shortcut = _plain(normalized, depth, [1, 1], stride=stride, scope="shortcut")
        residual = conv2d(normalized, depth_bottleneck, [1, 1], stride=1, scope="conv1")
        residual = conv2d_same(residual, depth_bottleneck, 3, stride, rate=rate, scope="conv2")
        residual = _plain(residual, depth, [1, 1], stride=1, scope="conv3")
        return collect_named_outputs(outputs_collections, sc.name, shortcut + residual)


def _bare_convolutions() -> Any:
    return arg_scope([conv2d], activation_fn=None, normalizer_fn=None)


def resnet_v2(
    inputs: Any,
    blocks: Sequence[Block],
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    include_root_block: bool = True,
    reuse: Any = None,
    scope: Any = None,
) -> Network:
    """A network of blocks, from images [N, H, W, 3]: (logits, end points).

    logits: [N, h, w, num_classes], or features where num_classes is None; h = w = 1 with global_pool, which averages
    over the image; else H / h is the output_stride, or the product of all strides. is_training: whether moments are the
    batch's. include_root_block: whether a convolution and a pool, of stride 4 together, come first. End points: outputs
    of convolutions, units and blocks, by the names of their scopes; and "predictions", the softmax of the logits.

    Raises ValueError for an output_stride that is no multiple of 4, or is not reached.
    """
    return residual_network(
        inputs,
        blocks,
        bottleneck,
        num_classes,
        is_training,
        global_pool,
        output_stride,
        include_root_block,
        reuse,
        scope,
        "resnet_v2",
        _bare_convolutions,
        lambda net: batch_norm(net, activation_fn=relu, scope="postnorm"),
    )


resnet_v2.default_image_size = 224  # type: ignore[attr-defined]


def resnet_v2_block(scope: str, base_depth: int, num_units: int, stride: int) -> Block:
    """num_units bottlenecks of 4 * base_depth channels; the last one has the stride."""
    return bottleneck_block(bottleneck, scope, base_depth, num_units, stride)


def resnet_v2_50(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v2_50",
) -> Network:
    """50 layers: (logits, end points), see `resnet_v2`."""
    blocks = blocks_of(resnet_v2_block, 50)
    return resnet_v2(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v2_101(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v2_101",
) -> Network:
    """101 layers: (logits, end points), see `resnet_v2`."""
    blocks = blocks_of(resnet_v2_block, 101)
    return resnet_v2(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v2_152(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v2_152",
) -> Network:
    """152 layers: (logits, end points), see `resnet_v2`."""
    blocks = blocks_of(resnet_v2_block, 152)
    return resnet_v2(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v2_200(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v2_200",
) -> Network:
    """200 layers: (logits, end points), see `resnet_v2`."""
    blocks = blocks_of(resnet_v2_block, 200)
    return resnet_v2(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)
