"""The compiler's own form of convolutions and products of floats, which takes packed weights and extras: nbtf/ops/dense.py."""

from __future__ import annotations

from nbtf import dtypes
from nbtf.compiler.ir import Node, new_node

_FORMS = {
    "Conv2D": ("_DenseConv2D", ("T", "strides", "padding", "explicit_paddings", "dilations")),
    "Conv2DBackpropInput": (
        "_DenseConv2DBackpropInput",
        ("T", "strides", "padding", "explicit_paddings", "dilations"),
    ),
    "DepthwiseConv2dNative": ("_DenseDepthwiseConv2D", ("T", "strides", "padding", "explicit_paddings", "dilations")),
    "MatMul": ("_DenseMatMul", ("T", "transpose_a", "transpose_b")),
}
FORMS = {"_NormalizeChannels", *(form for form, _ in _FORMS.values())}


def has_dense_form(node: Node) -> bool:
    """Whether `make_dense` may take this node: a float op that runs, over channels that come last."""
    if node.op_type in FORMS:
        return True
    if node.op_type == "Conv2DBackpropInput":
        return False  # only with a packed filter: see pack_gradient_filters.py
    if node.op_type not in _FORMS or node.outputs[0].dtype not in (dtypes.float32, dtypes.float64):
        return False
    if getattr(node.attrs, "data_format", "NHWC") != "NHWC":
        return False
    if node.op_type == "DepthwiseConv2dNative":  # one filter a channel
        filter_shape = node.inputs[1].shape
        return filter_shape is not None and len(filter_shape) == 4 and filter_shape[3] == 1
    return True


def make_dense(node: Node) -> None:
    """Gives the node that form, with no extras yet."""
    if node.op_type in FORMS:
        return
    form, names = _FORMS[node.op_type]
    node.take_op_of(new_node(form, node, [], [], N=0, **{name: getattr(node.attrs, name) for name in names}))
