"""A convolution or a product takes in what follows it: a bias, an addend of its own shape, a ReLU.

What is fused is computed in the same order and rounded as before, so the results are the same, bit for bit. A node is
only taken in if nothing else sees the value in between: no other node, no fetch, and nothing waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from nbtf.compiler.dense_form import has_dense_form, make_dense
from nbtf.compiler.ir import Node, Value

_BIASES = ("BiasAdd", "BiasAddV1")
_SUMS = ("Add", "AddV2")
_CLAMPS = {"Relu": (0.0, math.inf), "Relu6": (0.0, 6.0)}
_KEEP_FIRST_DIM = frozenset(
    """
    Conv2D DepthwiseConv2dNative _DenseConv2D _DenseDepthwiseConv2D MatMul _DenseMatMul BiasAdd BiasAddV1 Relu Relu6 Elu
    Tanh Sigmoid MaxPool AvgPool FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 _NormalizeChannels Identity Softmax
    """.split()  # noqa: SIM905
)


def fuse_dense(nodes: list[Node], fetches: Sequence[Value]) -> list[Node]:
    """The nodes, with chains from a convolution or a product on as one node each."""
    readers: dict[Value, list[Node]] = {}
    awaited: set[Node] = set()
    for node in nodes:
        for value in node.inputs:
            readers.setdefault(value, []).append(node)
        awaited.update(node.controls)
    fetched = set(fetches)
    taken: set[Node] = set()  # into a chain that began before
    stands_for: dict[Node, Node] = {}
    for node in nodes:
        if node in taken or node in awaited or not has_dense_form(node):
            continue
        chain = _Chain(node)
        while chain.nodes[-1] not in awaited and chain.end not in fetched:
            following = readers.get(chain.end, [])
            if len(following) != 1 or following[0] in taken or not chain.takes(following[0]):
                break
            taken.add(following[0])
        if len(chain.nodes) > 1:
            chain.fuse()
            stands_for[chain.nodes[-1]] = node
    for node in nodes:
        node.controls = [stands_for.get(control, control) for control in node.controls]
    return [node for node in nodes if node not in taken]


class _Chain:
    """A convolution or product and what follows, as far as it can be taken in."""

    def __init__(self, node: Node) -> None:
        self.nodes = [node]
        self.bias: Value | None = None
        self.addend: Value | None = None
        self.clamp: tuple[float, float] | None = None

    @property
    def end(self) -> Value:
        return self.nodes[-1].outputs[0]

    def takes(self, node: Node) -> bool:
        """Whether the node was taken in."""
        taken = self.clamp is None and (self._takes_bias(node) or self._takes_addend(node) or self._takes_clamp(node))
        if taken:
            self.nodes.append(node)
        return taken

    def _takes_bias(self, node: Node) -> bool:
        if node.op_type not in _BIASES or self.bias or self.addend or node.inputs[0] is not self.end:
            return False
        if getattr(node.attrs, "data_format", "NHWC") != "NHWC" and len(self.end.shape or ()) != 2:
            return False
        self.bias = node.inputs[1]
        return True

    def _takes_addend(self, node: Node) -> bool:
        if node.op_type not in _SUMS or self.addend:
            return False
        other = node.inputs[1] if node.inputs[0] is self.end else node.inputs[0]
        if other is self.end or other.is_handle:
            return False
        if _is_vector_of(other, self.end) and not self.bias:
            self.bias = other
        elif _same_dims(other, self.end):
            self.addend = other
        else:
            return False
        return True

    def _takes_clamp(self, node: Node) -> bool:
        self.clamp = _CLAMPS.get(node.op_type)
        return self.clamp is not None

    def fuse(self) -> None:
        """The first node does the work of all, and gives the last value."""
        first, last = self.nodes[0], self.nodes[-1]
        make_dense(first)
        extras = [value for value in (self.bias, self.addend) if value is not None]
        first.inputs += extras
        first.attrs.N = len(extras)
        first.attrs.bias = self.bias is not None
        if self.clamp is not None:
            first.attrs.low, first.attrs.high = self.clamp
        for node in self.nodes[1:]:
            first.controls += [control for control in node.controls if control not in first.controls]
        first.outputs = last.outputs
        first.outputs[0].node = first


def _is_vector_of(value: Value, product: Value) -> bool:
    """Whether adding it adds one number to each column of the product."""
    if value.shape is None or product.shape is None or len(value.shape) != 1 or not product.shape:
        return False
    return value.shape[0] == product.shape[-1] and value.shape[0] > 0


def _same_dims(one: Value, two: Value) -> bool:
    """Whether two values have the same dims in every run: known ones, but for the batch, which comes from one place."""
    if one.shape is None or two.shape is None or len(one.shape) != len(two.shape) or not one.shape:
        return False
    if -1 in one.shape[1:] or one.shape[1:] != two.shape[1:]:
        return False
    return one.shape[0] == two.shape[0] and (one.shape[0] != -1 or _batch_source(one) is _batch_source(two))


def _batch_source(value: Value) -> Value:
    """The value that this one has its first dim from."""
    while value.index == 0 and value.node.inputs:
        node = value.node
        if node.op_type in _SUMS:
            first, second = node.inputs
            if not (_is_vector_of(second, first) or _same_dims(first, second)):
                return value
        elif node.op_type not in _KEEP_FIRST_DIM or getattr(node.attrs, "transpose_a", False):
            return value
        value = node.inputs[0]
    return value
