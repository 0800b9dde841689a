"""What both versions of residual networks share: roots, blocks of four depths, logits and end points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from nbtf.contrib.framework.scoped_arguments import arg_scope
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.named_outputs import convert_collection_to_dict
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import max_pool2d
from nbtf.contrib.layers.reshaping import softmax
from nbtf.contrib.slim.nets.resnet_utils import Block, conv2d_same, stack_blocks_dense
from nbtf.math.reductions import reduce_mean
from nbtf.variables.scoping import variable_scope

UNITS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}
"""Layers of a network -> units of its four blocks."""

Network = tuple[Any, dict[str, Any]]
"""(logits or features, end points)."""


def bottleneck_block(bottleneck: Callable[..., Any], scope: str, base_depth: int, num_units: int, stride: int) -> Block:
    """Units of 4 * base_depth channels; the last one has the stride."""
    facts = {"depth": base_depth * 4, "depth_bottleneck": base_depth}
    strides = [1] * (num_units - 1) + [stride]
    return Block(scope, bottleneck, [{**facts, "stride": one} for one in strides])


def blocks_of(block: Callable[..., Block], layers: int) -> list[Block]:
    """The four blocks of a network of so many layers; their depths double, and the first three halve the images."""
    sizes = zip(UNITS[layers], (2, 2, 2, 1), strict=True)
    return [
        block(f"block{number}", base_depth=32 << number, num_units=units, stride=stride)
        for number, (units, stride) in enumerate(sizes, start=1)
    ]


def residual_network(
    inputs: Any,
    blocks: Sequence[Block],
    bottleneck: Callable[..., Any],
    num_classes: int | None,
    is_training: Any,
    global_pool: bool,
    output_stride: int | None,
    include_root_block: bool,
    reuse: Any,
    scope: Any,
    default_scope: str,
    root_scope: Callable[[], AbstractContextManager[Any]] = nullcontext,
    last: Callable[[Any], Any] | None = None,
) -> Network:
    """root_scope: entered around the first convolution. last: what comes behind the blocks."""
    with variable_scope(scope, default_scope, [inputs], reuse=reuse) as sc:
        collection = f"{sc.original_name_scope}_end_points"
        with (
            arg_scope([conv2d, bottleneck, stack_blocks_dense], outputs_collections=collection),
            arg_scope([batch_norm], is_training=is_training),
        ):
            net = inputs
            if include_root_block:
                if output_stride is not None:
                    if output_stride % 4 != 0:
                        raise ValueError("The output_stride needs to be a multiple of 4.")
                    output_stride //= 4
                with root_scope():
                    net = conv2d_same(net, 64, 7, stride=2, scope="conv1")
                net = max_pool2d(net, [3, 3], stride=2, scope="pool1")
            net = stack_blocks_dense(net, blocks, output_stride)
            if last is not None:
                net = last(net)
            if global_pool:
                net = reduce_mean(net, [1, 2], name="pool5", keepdims=True)
            if num_classes is not None:
                net = conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="logits")
            end_points = convert_collection_to_dict(collection)
            if num_classes is not None:
                end_points["predictions"] = softmax(net, scope="predictions")
            return net, end_points
