"""tf.contrib.slim.nets.resnet_utils: blocks of units, of which residual networks of any depth and stride are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from nbtf.array.joining import pad
from nbtf.contrib.framework.scoped_arguments import Scope, add_arg_scope, arg_scope
from nbtf.contrib.layers.convolving import convolution2d as conv2d
from nbtf.contrib.layers.named_outputs import collect_named_outputs
from nbtf.contrib.layers.normalizing import batch_norm
from nbtf.contrib.layers.pooling import max_pool2d
from nbtf.contrib.layers.regularization import l2_regularizer
from nbtf.contrib.layers.scaled_initializers import variance_scaling_initializer
from nbtf.graph.collections import GraphKeys
from nbtf.nn.activations import relu
from nbtf.variables.scoping import variable_scope


class Block(NamedTuple):
    """Units of a residual network that follow one another in a scope."""

    scope: str
    unit_fn: Callable[..., Any]
    """unit_fn(net, rate=rate, **arguments): a unit."""
    args: Sequence[Mapping[str, Any]]
    """The arguments of each unit; "stride" is one of them."""


def subsample(inputs: Any, factor: int, scope: Any = None) -> Any:
    """Every factor-th pixel along both axes: [N, H, W, C] -> [N, ceil(H / factor), ceil(W / factor), C]."""
    return inputs if factor == 1 else max_pool2d(inputs, [1, 1], stride=factor, scope=scope)


def conv2d_same(inputs: Any, num_outputs: int, kernel_size: int, stride: int, rate: int = 1, scope: Any = None) -> Any:
    """A convolution padded by the same number of zeros at both ends, whatever the stride and the size of the image.

    Its outputs are those of the convolution of stride 1, each stride-th one, which padding "SAME" of an even size is not.
    """
    if stride == 1:
        return conv2d(inputs, num_outputs, kernel_size, stride=1, rate=rate, padding="SAME", scope=scope)
    total = (kernel_size - 1) * rate
    ends = [total // 2, total - total // 2]
    inputs = pad(inputs, [[0, 0], ends, ends, [0, 0]])
    return conv2d(inputs, num_outputs, kernel_size, stride=stride, rate=rate, padding="VALID", scope=scope)


@add_arg_scope
def stack_blocks_dense(
    net: Any, blocks: Sequence[Block], output_stride: int | None = None, outputs_collections: Any = None
) -> Any:
    """The units of all blocks, one after the other: [N, H, W, C] -> [N, h, w, c].

    output_stride: of the pixels of `net` along an axis to those of the result. Once it is reached, units have the stride
    1, and the distance of the taps (their `rate`) grows instead. None: the strides are what the units say. The output of
    each block is in outputs_collections, by the name of the block's scope.

    Raises ValueError where output_stride is no product of the first strides.
    """
    stride = rate = 1
    for block in blocks:
        with variable_scope(block.scope, "block", [net]) as sc:
            for number, arguments in enumerate(block.args, start=1):
                if output_stride is not None and stride > output_stride:
                    raise ValueError("The target output_stride cannot be reached.")
                with variable_scope(f"unit_{number}", values=[net]):
                    own = arguments.get("stride", 1)
                    if stride == output_stride:
                        net = block.unit_fn(net, rate=rate, **{**arguments, "stride": 1})
                        rate *= own
                    else:
                        net = block.unit_fn(net, rate=1, **arguments)
                        stride *= own
            net = collect_named_outputs(outputs_collections, sc.name, net)
    if output_stride is not None and stride != output_stride:
        raise ValueError("The target output_stride cannot be reached.")
    return net


def resnet_arg_scope(
    weight_decay: float = 0.0001,
    batch_norm_decay: float = 0.997,
    batch_norm_epsilon: float = 1e-5,
    batch_norm_scale: bool = True,
) -> Scope:
    """The arguments that the networks were trained with: pass them to arg_scope around the network.

    batch_norm_decay: of the moving averages. batch_norm_scale: whether the normalizers have gamma.
    """
    normalized = {
        "decay": batch_norm_decay,
        "epsilon": batch_norm_epsilon,
        "scale": batch_norm_scale,
        "updates_collections": GraphKeys.UPDATE_OPS,
    }
    with (
        arg_scope(
            [conv2d],
            weights_regularizer=l2_regularizer(weight_decay),
            weights_initializer=variance_scaling_initializer(),
            activation_fn=relu,
            normalizer_fn=batch_norm,
            normalizer_params=normalized,
        ),
        arg_scope([batch_norm], **normalized),
        arg_scope([max_pool2d], padding="SAME") as scope,
    ):
        return scope
