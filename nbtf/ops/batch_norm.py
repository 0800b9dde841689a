"""What the compiler makes of FusedBatchNorm in training and of its gradient, over channels that come last.

None of these ops is TensorFlow's, and no graph may name them. x is [..., C], what has no other dims [C].
"""

from collections.abc import Sequence

from nbtf.graph.registry import op
from nbtf.ops.dense import check_extras
from nbtf.ops.normalization import check_batch_norm_grad, normalized_channels
from nbtf.shapes import check, copy_dims, equal_dims, product

_BLOCK = 8192  # elements whose sums are taken together: they stay in a first-level cache
_LEAST_ROWS = 64  # of a block, whose totals are as long as four rows


def _totals(x: Sequence[int]) -> int:
    """Elements of the totals of all blocks, two a channel."""
    channels = x[len(x) - 1]
    rows = product(x) // max(channels, 1)
    return 2 * channels * max(min(rows * channels // _BLOCK, rows // _LEAST_ROWS), 1)


@op("_BatchMoments")
class BatchMoments:
    """What FusedBatchNorm gives in training but for y, and the factor of each channel: y = (x - mean) * factor + offset."""

    kernel = "batch_moments"
    workspace = {"totals": "float64"}

    def workspace_size(x):
        return (_totals(x),)

    def shape(x, scale, offset, mean, variance, exponential_avg_factor, out):
        check(len(x) == 4 or len(x) == 5, "input must be 4 or 5-dimensional{}", x)
        channels = normalized_channels(x, scale, offset, mean, variance, 0, True, exponential_avg_factor)
        for i in range(5):
            out[i].append(channels)


@op("_NormalizeChannels")
class NormalizeChannels:
    """clamp((x - center) * factor + offset + extras); extras and bias as of _DenseConv2D."""

    kernel = "normalize_channels"

    def shape(x, center, factor, offset, extras, bias, out):
        channels = equal_dims(equal_dims(x[-1], center[0]), equal_dims(factor[0], offset[0]))
        check_extras(extras, x, bias)
        copy_dims(x, out)
        out[len(x) - 1] = channels


@op("_BatchNormGradSums")
class BatchNormGradSums:
    """Gradients of FusedBatchNorm in training for scale and offset, and what _BatchNormGradInput takes.

    gate: none, or of the normalization its factor and offset, where y_backprop is the gradient of the ReLU behind it.
    """

    kernel = "batch_norm_grad_sums"
    workspace = {"totals": "float64"}

    def workspace_size(x):
        return (_totals(x),)

    def shape(y_backprop, x, scale, reserve_space_1, reserve_space_2, out):
        channels = check_batch_norm_grad(y_backprop, x, scale, reserve_space_1, reserve_space_2, 0)
        for i in range(5):
            out[i].append(channels)


@op("_BatchNormGradInput")
class BatchNormGradInput:
    """factor * (y_backprop - shift - (x - center) * slope); gate as of _BatchNormGradSums."""

    kernel = "batch_norm_grad_input"

    def shape(y_backprop, x, center, factor, shift, slope, out):
        copy_dims(x, out)
