"""tf.contrib.slim.nets.resnet_v1: the networks of He et al., "Deep Residual Learning for Image Recognition" (2015)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.named_outputs import collect_named_outputs, last_dimension
from nbtf.contrib.slim.nets.residual_networks import Network, blocks_of, bottleneck_block, residual_network
from nbtf.contrib.slim.nets.resnet_utils import Block, conv2d_same, subsample
from nbtf.contrib.slim.nets.resnet_utils import resnet_arg_scope as resnet_arg_scope
from nbtf.nn.activations import relu
from nbtf.variables.scoping import variable_scope


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
    """A unit: relu(shortcut + three convolutions, of which the middle one has 3 x 3 taps, the stride and the rate).

    [N, H, W, C] -> [N, ceil(H / stride), ceil(W / stride), depth]. depth_bottleneck: channels between the convolutions.
    The shortcut is the inputs where they have `depth` channels, else a convolution of them.
    """
    with variable_scope(scope, "bottleneck_v1", [inputs]) as sc:
        if depth == last_dimension(inputs.get_shape(), min_rank=4):
            shortcut = subsample(inputs, stride, "shortcut")
        else:
            shortcut = conv2d(inputs, depth, [1, 1], stride=stride, activation_fn=None, scope="shortcut")
        residual = conv2d(inputs, depth_bottleneck, [1, 1], stride=1, scope="conv1")
        residual = conv2d_same(residual, depth_bottleneck, 3, stride, rate=rate, scope="conv2")
        residual = conv2d(residual, depth, [1, 1], stride=1, activation_fn=None, scope="conv3")
        return collect_named_outputs(outputs_collections, sc.name, relu(shortcut + residual))


def resnet_v1(
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
        "resnet_v1",
    )


resnet_v1.default_image_size = 224  # type: ignore[attr-defined]


def resnet_v1_block(scope: str, base_depth: int, num_units: int, stride: int) -> Block:
    """num_units bottlenecks of 4 * base_depth channels; the last one has the stride."""
    return bottleneck_block(bottleneck, scope, base_depth, num_units, stride)


def resnet_v1_50(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v1_50",
) -> Network:
    """50 layers: (logits, end points), see `resnet_v1`."""
    blocks = blocks_of(resnet_v1_block, 50)
    return resnet_v1(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v1_101(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v1_101",
) -> Network:
    """101 layers: (logits, end points), see `resnet_v1`."""
    blocks = blocks_of(resnet_v1_block, 101)
    return resnet_v1(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v1_152(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v1_152",
) -> Network:
    """152 layers: (logits, end points), see `resnet_v1`."""
    blocks = blocks_of(resnet_v1_block, 152)
    return resnet_v1(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)


def resnet_v1_200(
    inputs: Any,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    reuse: Any = None,
    scope: Any = "resnet_v1_200",
) -> Network:
    """200 layers: (logits, end points), see `resnet_v1`."""
    blocks = blocks_of(resnet_v1_block, 200)
    return resnet_v1(inputs, blocks, num_classes, is_training, global_pool, output_stride, True, reuse, scope)
