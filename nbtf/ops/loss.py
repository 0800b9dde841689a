"""Losses, with the gradients that some give along."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import check


@op("L2Loss")
class L2Loss:
    """Half the sum of squares of all elements: a scalar."""

    kernel = "l2_loss"

    def shape(t, out):
        pass


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


@op("SparseSoftmaxCrossEntropyWithLogits")
class SparseSoftmaxCrossEntropyWithLogits:
    """features [N, C], labels [N], each in [0, C) -> loss [N], gradient for the features [N, C]."""

    kernel = "sparse_softmax_cross_entropy"

    def shape(features, labels):
        rows = shapes.equal_rows(features, labels)
        return ((rows,), (rows, features[1]))
