"""A Reshape between a product and what works on its columns moves behind that, so that fuse_dense takes it in.

tf.layers.dense multiplies matrices, gives the product the dims of its input, and adds the bias only then. Columns stay
columns where the Reshape keeps the last dim, so biases and ReLUs can go first; not a bit changes.
"""

from __future__ import annotations

from nbtf.compiler.dense_form import has_dense_form
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.purity import attributes
from nbtf.compiler.readers import Readers

_PRODUCTS = ("MatMul", "_DenseMatMul")
_CLAMPS = ("Relu", "Relu6")


def move_reshapes(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with Reshapes of products later."""
    readers = Readers(nodes, fetched)
    moved: set[Node] = set()
    dropped: set[Node] = set()
    result: list[Node] = []
    for node in nodes:
        reshape = node.inputs[0].node if node.inputs else None
        if reshape is not None and _keeps_columns(reshape, readers, moved) and _works_on_columns(node, readers):
            first = _first(node, reshape)
            moved.add(first)
            dropped.add(reshape)
            result.append(first)
        result.append(node)
    return [node for node in result if node not in dropped]


def _keeps_columns(reshape: Node, readers: Readers, moved: set[Node]) -> bool:
    """Whether it is a Reshape of a product that nobody else reads, with as many columns."""
    if reshape.op_type != "Reshape" or reshape.controls:
        return False
    product, result = reshape.inputs[0], reshape.outputs[0]
    if product.node not in moved:
        if product.node.op_type not in _PRODUCTS or not has_dense_form(product.node):
            return False
        if readers.only(product) is not reshape:
            return False
    if product.shape is None or len(product.shape) != 2 or not result.shape:
        return False
    return 0 < product.shape[1] == result.shape[-1]


def _works_on_columns(node: Node, readers: Readers) -> bool:
    """Whether it is the one reader of its first input, and does the same to all rows of that."""
    x = node.inputs[0]
    if node.controls or readers.only(x) is not node:
        return False
    if node.op_type in _CLAMPS:
        return True
    if node.op_type in ("Add", "AddV2"):
        bias = node.inputs[1]
        return bias.shape == x.shape[-1:] and not bias.is_handle if x.shape else False
    return node.op_type == "BiasAddV1" or (node.op_type == "BiasAdd" and node.attrs.data_format == "NHWC")


def _first(node: Node, reshape: Node) -> Node:
    """A node like `node` on the product itself; `node` becomes the Reshape."""
    product, dims = reshape.inputs
    inputs = [product, *node.inputs[1:]]
    first = new_node(node.op_type, node, inputs, [(product.dtype, product.shape)], "/columns", **attributes(node))
    node.take_op_of(reshape)
    node.inputs = [first.outputs[0], dims]
    return first
