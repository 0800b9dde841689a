"""Biases, softmax, and what else works on rows."""

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import check, check_in_words, check_rank, copy_dims, equal_dims, may_equal, merged


@op("BiasAdd")
class BiasAdd:
    """value [..., C] (or [N, C, ...] with NCHW) + bias [C]."""

    ranks = {"bias": 1}
    kernel = "bias_add"

    def shape(value, bias, data_format, out):
        check(len(value) >= 2, "Shape must be at least rank 2 but is rank {}", len(value))
        check_rank(bias, 1)
        axis = 1 if data_format and len(value) > 2 else len(value) - 1
        check_in_words(
            may_equal(value[axis], bias[0]),
            "Dimensions must be equal, but are {0} and {1}",
            "Must provide as many biases as the last dimension of the input tensor: {2} vs. {3}",
            value[axis],
            bias[0],
            bias,
            value,
        )
        channels = merged(value[axis], bias[0])
        copy_dims(value, out)
        out[axis] = channels

    def gradient(op, dy):
        return dy, raw.BiasAddGrad(dy, data_format=op.attrs.data_format)


@op("BiasAddV1")
class BiasAddV1:
    """value [..., C] + bias [C]."""

    kernel = "bias_add_v1"

    def shape(value, bias, out):
        check(len(value) >= 2, "Shape must be at least rank 2 but is rank {}", len(value))
        check_rank(bias, 1)
        channels = equal_dims(value[-1], bias[0])
        copy_dims(value, out)
        out[-1] = channels

    def gradient(op, dy):
        axes = raw.Range(0, terms.rank(dy) - 1, 1, name="range")
        return dy, terms.reduce_sum(dy, axes)


@op("BiasAddGrad")
class BiasAddGrad:
    """Sum over all axes but the channels: [..., C] (or [N, C, ...] with NCHW) -> [C]."""

    kernel = "bias_add_grad"
    workspace = {"sums": "T"}

    def workspace_size(out_backprop):
        return (out_backprop[-1],)

    def shape(out_backprop, data_format):
        check(len(out_backprop) >= 2, "Shape must be at least rank 2 but is rank {}", len(out_backprop))
        return (out_backprop[1] if data_format and len(out_backprop) > 2 else out_backprop[-1],)

    def gradient(op, dz):
        dims, bias = terms.shape(op.inputs[0]), terms.shape(dz)
        if op.attrs.data_format == "NCHW":
            expanded = terms.concat([terms.ones_like(dims[:1]), bias, terms.ones_like(dims[2:])], 0)
            repeats = terms.concat([dims[:1], [1], dims[2:]], 0)
        else:
            expanded = terms.concat([terms.ones_like(dims[:-1]), bias], 0)
            repeats = terms.concat([dims[:-1], [1]], 0)
        return raw.Tile(raw.Reshape(dz, expanded), repeats)


@op("Softmax")
class Softmax:
    """exp(x) / sum(exp(x)) along the last axis: logits [..., C] -> [..., C]."""

    kernel = "softmax"

    def shape(logits, out):
        check_in_words(
            len(logits) >= 1,
            "Shape must be at least rank 1 but is rank {0}",
            "logits must have >= 1 dimension, got {1}",
            len(logits),
            logits,
        )
        copy_dims(logits, out)

    def gradient(op, dy):
        y = op.outputs[0]
        return (dy - terms.reduce_sum(dy * y, -1, keepdims=True)) * y


@op("LogSoftmax")
class LogSoftmax:
    """x - log(sum(exp(x))) along the last axis: logits [..., C] -> [..., C]."""

    kernel = "log_softmax"

    def shape(logits, out):
        check(len(logits) >= 1, "Shape must be at least rank 1 but is rank {}", len(logits))
        copy_dims(logits, out)

    def gradient(op, dy):
        softmax = raw.Exp(op.outputs[0])
        return dy - terms.reduce_sum(dy, -1, keepdims=True) * softmax


@op("InTopK")
class InTopK:
    """predictions [N, C], targets [N] -> bool [N]: whether fewer than k classes are better than the target."""

    kernel = "in_top_k"

    def shape(predictions, targets):
        return (shapes.equal_rows(predictions, targets),)


@op("InTopKV2")
class InTopKV2:
    """InTopK, k given by a tensor."""

    kernel = "in_top_k_v2"

    def shape(predictions, targets, k):
        check(len(k) == 0, "k must be 0-D, got rank {}", len(k))
        return (shapes.equal_rows(predictions, targets),)
