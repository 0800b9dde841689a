"""Neural-network ops: convolution, pooling, normalization, softmax. NHWC unless data_format says otherwise."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import check, may_equal, window_size


@op("MaxPool")
class MaxPool:
    """input [N, H, W, C] -> [N, OH, OW, C]; padding never wins."""

    kernel = "max_pool"

    def shape(input, ksize, strides, padding):
        check(len(input) == 4, "input must be 4-dimensional, got rank {}", len(input))
        check(ksize[0] == 1 and ksize[3] == 1, "pooling over batch or channels is not supported")
        return (
            input[0],
            window_size(input[1], ksize[1], strides[1], 1, padding, 0, 0),
            window_size(input[2], ksize[2], strides[2], 1, padding, 0, 0),
            input[3],
        )


@op("FusedBatchNormV3")
class FusedBatchNormV3:
    """Inference: y = (x - mean) / sqrt(variance + epsilon) * scale + offset over the channels of x [N, H, W, C]."""

    kernel = "fused_batch_norm"

    def shape(x, scale, offset, mean, variance):
        check(len(x) == 4, "input must be 4-dimensional, got rank {}", len(x))
        check(
            len(scale) == 1 and len(offset) == 1 and len(mean) == 1 and len(variance) == 1, "statistics must be vectors"
        )
        channels = (scale[0],)
        return ((x[0], x[1], x[2], x[3]), channels, channels, channels, channels, (0,))


@op("BiasAdd")
class BiasAdd:
    """value [..., C] + bias [C]."""

    kernel = "bias_add"

    def shape(value, bias, out):
        check(len(value) >= 2, "Input tensor must be at least 2D, got rank {}", len(value))
        check(len(bias) == 1, "Biases must be 1D, got rank {}", len(bias))
        check(may_equal(value[-1], bias[0]), "value has {} channels, bias {}", value[-1], bias[0])
        shapes.copy_dims(value, out)


@op("Softmax")
class Softmax:
    """Row-wise softmax over the last axis: logits [..., C] -> [..., C]."""

    kernel = "softmax"

    def shape(logits, out):
        check(len(logits) >= 1, "logits must have >= 1 dimension, got {}", len(logits))
        shapes.copy_dims(logits, out)
