"""FusedBatchNorm in training, and its gradient, as two nodes each: sums over the batch, then what makes each element.

Threads share either of them, and the second of a normalization takes in what follows it, as convolutions do: see
fuse_dense.py. The sums are taken in another order than by the ops themselves, in double precision as there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nbtf import dtypes
from nbtf.compiler.ir import Node, Value, constant, new_node

_NORMALIZATIONS = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
_GRADIENTS = ("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3")


def split_normalizations(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with two in the place of each that suits."""
    split: dict[Node, list[Node]] = {}
    result: list[Node] = []
    for node in nodes:
        if _suits(node):
            split[node] = _normalization(node) if node.op_type in _NORMALIZATIONS else _gradient(node)
            for made in split[node]:
                made.controls = list(node.controls)
        result += split.get(node, [node])
    for node in result:
        node.controls = [made for control in node.controls for made in split.get(control, [control])]
    return result


def _suits(node: Node) -> bool:
    """Whether it runs over a batch of float32 whose channels come last."""
    if node.op_type not in (*_NORMALIZATIONS, *_GRADIENTS) or not node.attrs.is_training:
        return False
    return node.attrs.data_format in ("NHWC", "NDHWC") and node.inputs[0].dtype == dtypes.float32


def _normalization(node: Node) -> list[Node]:
    x, offset = node.inputs[0], node.inputs[2]
    y, *others = node.outputs
    facts = {name: getattr(node.attrs, name) for name in ("epsilon", "exponential_avg_factor")}
    moments = new_node("_BatchMoments", node, node.inputs, [], "/moments", **facts)
    _give(moments, others[:4])
    factor = moments.add_output(dtypes.float32, offset.shape)
    normalized = new_node("_NormalizeChannels", node, [x, others[2], factor, offset], [], N=0)
    _give(normalized, [y])
    return [moments, normalized, *(_constant(node, value, ()) for value in others[4:])]


def _gradient(node: Node) -> list[Node]:
    dy, x, scale, mean, _ = node.inputs[:5]
    dx, d_scale, d_offset, *unused = node.outputs
    sums = new_node("_BatchNormGradSums", node, node.inputs[:5], [], "/sums", epsilon=node.attrs.epsilon, N=0)
    _give(sums, [d_scale, d_offset])
    parts = [sums.add_output(dtypes.float32, scale.shape) for _ in range(3)]
    made = new_node("_BatchNormGradInput", node, [dy, x, mean, *parts], [], N=0)
    _give(made, [dx])
    return [sums, made, *(_constant(node, value, (0,)) for value in unused)]


def _constant(node: Node, value: Value, dims: tuple[int, ...]) -> Node:
    """A node that gives an output which means nothing."""
    made = constant(np.zeros(dims, np.float32), node, f"/unused{value.index}").node
    made.outputs = []
    _give(made, [value])
    return made


def _give(node: Node, values: Sequence[Value]) -> None:
    """The node makes these values from now on, which their readers keep."""
    for value in values:
        value.node, value.index = node, len(node.outputs)
        node.outputs.append(value)
