"""Losses, with the gradients that some give along."""

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import check


def _each_row(vector, matrix):
    """Each row of the matrix times an element of the vector."""
    return raw.ExpandDims(vector, -1) * matrix


def _is_zero(x):
    if x.op.type in ("ZerosLike", "Zeros"):
        return True
    known = constant_value(x)
    return known is not None and not known.any()


def _to_logits(op, d_loss, d_backprop):
    """The gradient of a cross entropy by the logits: output 1 is that of the loss, and has a gradient of its own."""
    logits = op.inputs[0]
    gradient = _each_row(d_loss, op.outputs[1])
    if d_backprop is not None and not _is_zero(d_backprop):
        softmax = raw.Softmax(logits)
        product = terms.matmul(raw.ExpandDims(d_backprop, 1), raw.ExpandDims(softmax, 2))
        gradient += (d_backprop - raw.Squeeze(product, squeeze_dims=[1])) * softmax
    return gradient


@op("L2Loss")
class L2Loss:
    """Half the sum of squares of all elements: a scalar."""

    kernel = "l2_loss"

    def shape(t, out):
        pass

    def gradient(op, dy):
        return op.inputs[0] * dy


@op("SoftmaxCrossEntropyWithLogits")
class SoftmaxCrossEntropyWithLogits:
    """features, labels that broadcast to [N, C] -> loss [N], gradient for the features [N, C]."""

    kernel = "softmax_cross_entropy"

    def shape(features, labels):
        rank = max(len(features), len(labels))
        check(rank == 2, "Shape must be broadcasted with rank 2, but is rank {}", rank)
        rows = shapes.broadcast_dim(shapes.aligned_dim(features, 0, 2), shapes.aligned_dim(labels, 0, 2))
        classes = shapes.broadcast_dim(shapes.aligned_dim(features, 1, 2), shapes.aligned_dim(labels, 1, 2))
        return ((rows,), (rows, classes))

    def gradient(op, d_loss, d_backprop):
        d_logits = _to_logits(op, d_loss, d_backprop)
        return d_logits, _each_row(d_loss, -raw.LogSoftmax(op.inputs[0]))


@op("SparseSoftmaxCrossEntropyWithLogits")
class SparseSoftmaxCrossEntropyWithLogits:
    """features [N, C], labels [N], each in [0, C) -> loss [N], gradient for the features [N, C]."""

    ranks = {"features": 2, "labels": 1}
    kernel = "sparse_softmax_cross_entropy"

    def shape(features, labels):
        rows = shapes.equal_rows(features, labels)
        return ((rows,), (rows, features[1]))

    def gradient(op, d_loss, d_backprop):
        return _to_logits(op, d_loss, d_backprop), None
