"""Batch normalization over channels and local response normalization."""

from collections.abc import Sequence

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import check, check_rank, copy_dims, equal_dims, may_equal

_CHANNEL_AXIS = {"NHWC": 3, "NDHWC": 4, "NCHW": 1, "NCDHW": 1}


def _batch_norm_gradient_formula(dy, x, scale, mean, variance, op):
    """The gradients dx, d_scale and d_offset of a batch normalization, as a formula that can be differentiated."""
    layout = op.attrs.data_format
    axes = [axis for axis in range(len(layout)) if axis != _CHANNEL_AXIS[layout]]
    first = _CHANNEL_AXIS[layout] == 1
    if first:
        shape = [1, terms.size(scale), *[1] * (len(layout) - 2)]
        scale, mean, variance = (raw.Reshape(one, shape) for one in (scale, mean, variance))
    dtype = x.dtype
    x, dy = terms.cast(x, dtypes.float32), terms.cast(dy, dtypes.float32)

    def average(value):
        return raw.Mean(value, axes, keep_dims=first)

    d_offset = terms.reduce_sum(dy, axes)
    if not op.attrs.is_training:
        factor = raw.Rsqrt(variance + op.attrs.epsilon)
        return terms.cast(dy * scale * factor, dtype), terms.reduce_sum(dy * (x - mean) * factor, axes), d_offset
    mean_dy, mean = average(dy), average(x)
    variance = average(raw.SquaredDifference(x, raw.StopGradient(mean)))
    centered = x - mean
    factor = raw.Rsqrt(variance + op.attrs.epsilon)
    inner = dy - mean_dy - raw.Reciprocal(variance + op.attrs.epsilon) * average(dy * centered) * centered
    d_scale = factor * terms.reduce_sum(dy * centered, axes, keepdims=first)
    d_scale = raw.Squeeze(d_scale) if first else d_scale
    return terms.cast(scale * factor * inner, dtype), d_scale, d_offset


_TO_CHANNELS_LAST = {"NCHW": [0, 2, 3, 1], "NCDHW": [0, 2, 3, 4, 1]}
_TO_CHANNELS_FIRST = {"NCHW": [0, 3, 1, 2], "NCDHW": [0, 4, 1, 2, 3]}


def _batch_norm_gradient(grad_op):
    """The gradient of a FusedBatchNorm, by the op `grad_op`; outputs but y have none."""

    def gradient(op, dy, *_):
        x, scale, _, mean, variance = op.inputs
        attrs = {"epsilon": op.attrs.epsilon, "data_format": op.attrs.data_format, "is_training": op.attrs.is_training}
        third = op.outputs[5:6]
        if op.attrs.is_training:
            found = getattr(raw, grad_op)(dy, x, scale, op.outputs[3], op.outputs[4], *third, **attrs)
            return *found[:3], None, None
        layout = op.attrs.data_format
        if layout in _TO_CHANNELS_LAST:
            x = terms.transpose(x, _TO_CHANNELS_LAST[layout])
            dy = terms.transpose(dy, _TO_CHANNELS_LAST[layout])
        attrs["data_format"] = "NHWC" if layout in ("NCHW", "NHWC") else "NDHWC"
        dx, d_scale, d_offset, *_ = getattr(raw, grad_op)(dy, x, scale, mean, variance, *third, **attrs)
        if layout in _TO_CHANNELS_FIRST:
            dx = terms.transpose(dx, _TO_CHANNELS_FIRST[layout])
        return dx, d_scale, d_offset, None, None

    return gradient


def normalized_channels(
    x: Sequence[int],
    scale: Sequence[int],
    offset: Sequence[int],
    mean: Sequence[int],
    variance: Sequence[int],
    data_format: int,
    is_training: bool,
    exponential_avg_factor: float,
) -> int:
    """Channels of a batch normalization; mean and variance may be left empty where they are not read."""
    check_rank(scale, 1)
    check_rank(offset, 1)
    check_rank(mean, 1)
    check_rank(variance, 1)
    channels = equal_dims(x[1] if data_format % 2 == 1 else x[-1], scale[0])
    channels = equal_dims(channels, offset[0])
    if not is_training or exponential_avg_factor != 1:
        channels = equal_dims(equal_dims(channels, mean[0]), variance[0])
    return channels


def check_batch_norm_grad(
    y_backprop: Sequence[int],
    x: Sequence[int],
    scale: Sequence[int],
    reserve_space_1: Sequence[int],
    reserve_space_2: Sequence[int],
    data_format: int,
) -> int:
    """Channels of a gradient of a batch normalization."""
    check(len(x) == 4 or len(x) == 5, "input must be 4 or 5-dimensional{}", x)
    check(
        len(y_backprop) == len(x),
        "x and y_backprop must have same shape, but ranks are {} and {}",
        len(x),
        len(y_backprop),
    )
    for i in range(len(x)):
        check(
            may_equal(x[i], y_backprop[i]),
            "x and y_backprop must have same shape, but dimension {} is {} and {}",
            i,
            x[i],
            y_backprop[i],
        )
    check_rank(scale, 1)
    check_rank(reserve_space_1, 1)
    check_rank(reserve_space_2, 1)
    channels = equal_dims(x[1] if data_format % 2 == 1 else x[-1], scale[0])
    channels = equal_dims(channels, reserve_space_1[0])
    return equal_dims(channels, reserve_space_2[0])


def global_channels(t: Sequence[int], m: Sequence[int], v: Sequence[int], gamma: Sequence[int]) -> int:
    """Channels of images t [N, H, W, C] and of the vectors that go along with them."""
    check_rank(t, 4)
    check_rank(m, 1)
    check_rank(v, 1)
    check_rank(gamma, 1)
    return equal_dims(equal_dims(equal_dims(t[3], m[0]), v[0]), gamma[0])


@op("FusedBatchNorm", "FusedBatchNormV2")
class FusedBatchNorm:
    """y = (x - mean) / sqrt(variance + epsilon) * scale + offset, for each channel of x [N, H, W, C] or [N, C, H, W].

    In training the batch gives mean and biased variance (reserve_space_1 and 2); batch_mean and batch_variance are what
    a moving average should take, the variance with Bessel's correction; with exponential_avg_factor they are its next
    value. In inference the given mean and variance are used and handed on.
    """

    ranks = {"x": 4, "scale": 1, "offset": 1, "mean": 1, "variance": 1}
    kernel = "fused_batch_norm"
    workspace = {"means": "float64", "variances": "float64", "centers": "float32", "factors": "float32"}
    gradient = {
        "FusedBatchNorm": _batch_norm_gradient("FusedBatchNormGrad"),
        "FusedBatchNormV2": _batch_norm_gradient("FusedBatchNormGradV2"),
    }

    def workspace_size(scale):
        return (scale[0], scale[0], scale[0], scale[0])

    def shape(x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor, out):
        check_rank(x, 4)
        channels = normalized_channels(
            x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor
        )
        copy_dims(x, out[0])
        for i in range(1, 5):
            out[i].append(channels)


@op("FusedBatchNormV3")
class FusedBatchNormV3:
    """FusedBatchNormV2 for rank 4 and 5; reserve_space_3 is a scalar that means nothing on the CPU."""

    ranks = {"scale": 1, "offset": 1, "mean": 1, "variance": 1}
    kernel = "fused_batch_norm_v3"
    workspace = {"means": "float64", "variances": "float64", "centers": "float32", "factors": "float32"}
    gradient = _batch_norm_gradient("FusedBatchNormGradV3")

    def workspace_size(scale):
        return (scale[0], scale[0], scale[0], scale[0])

    def shape(x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor, out):
        check(len(x) == 4 or len(x) == 5, "input must be 4 or 5-dimensional{}", x)
        channels = normalized_channels(
            x, scale, offset, mean, variance, data_format, is_training, exponential_avg_factor
        )
        copy_dims(x, out[0])
        for i in range(1, 5):
            out[i].append(channels)


@op("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3")
class FusedBatchNormGrad:
    """Gradients of FusedBatchNorm* for x, scale and offset, from its reserve spaces; the last two outputs are empty."""

    kernel = "fused_batch_norm_grad"
    workspace = {
        "sums": "float64",
        "products": "float64",
        "factors": "float32",
        "centers": "float32",
        "parts": "float32",
        "slopes": "float32",
    }

    def workspace_size(scale):
        return (scale[0], scale[0], scale[0], scale[0], scale[0], scale[0])

    def shape(y_backprop, x, scale, reserve_space_1, reserve_space_2, data_format, out):
        channels = check_batch_norm_grad(y_backprop, x, scale, reserve_space_1, reserve_space_2, data_format)
        copy_dims(x, out[0])
        out[1].append(channels)
        out[2].append(channels)
        out[3].append(0)
        out[4].append(0)

    def gradient(op, ddx, dd_scale, dd_offset, *_):
        from nbtf.graph.gradient_walk import gradients  # a graph that only runs needs none

        dy, x, scale, mean, variance = op.inputs[:5]
        found = _batch_norm_gradient_formula(dy, x, scale, mean, variance, op)
        seeds = [ddx, dd_scale, dd_offset]
        sources = [dy, x, scale]  # where the formula begins, though dy may itself depend on x
        return *gradients(found, sources, seeds, stop_gradients=sources), *[None] * (len(op.inputs) - 3)


@op("BatchNormWithGlobalNormalization")
class BatchNormWithGlobalNormalization:
    """t [N, H, W, C] -> (t - m) / sqrt(v + variance_epsilon) * gamma + beta.

    gamma counts only with scale_after_normalization.
    """

    kernel = "batch_norm_with_global_normalization"
    workspace = {"factors": "float64", "shifts": "float64"}

    def workspace_size(m):
        return (m[0], m[0])

    def shape(t, m, v, beta, gamma):
        channels = global_channels(t, m, v, gamma)
        check_rank(beta, 1)
        return (t[0], t[1], t[2], equal_dims(channels, beta[0]))

    def gradient(op, dy):
        t, m, v, _, gamma = op.inputs
        attrs = {name: getattr(op.attrs, name) for name in ("variance_epsilon", "scale_after_normalization")}
        return list(raw.BatchNormWithGlobalNormalizationGrad(t, m, v, gamma, dy, **attrs))


@op("BatchNormWithGlobalNormalizationGrad")
class BatchNormWithGlobalNormalizationGrad:
    """Gradients of BatchNormWithGlobalNormalization for t [N, H, W, C], m, v, beta and gamma [C]."""

    kernel = "batch_norm_with_global_normalization_grad"
    workspace = {"sums": "float64", "products": "float64"}

    def workspace_size(m):
        return (m[0], m[0])

    def shape(t, m, v, gamma, backprop):
        channels = global_channels(t, m, v, gamma)
        check_rank(backprop, 4)
        dims = (
            equal_dims(t[0], backprop[0]),
            equal_dims(t[1], backprop[1]),
            equal_dims(t[2], backprop[2]),
            equal_dims(channels, backprop[3]),
        )
        vector = (dims[3],)
        return (dims, vector, vector, vector, vector)


@op("LRN")
class LRN:
    """input [N, H, W, C]: x / (bias + alpha * sum of squares of the channels within depth_radius) ** beta."""

    ranks = {"input": 4}
    kernel = "lrn"
    workspace = {"squares": "T", "norms": "T"}

    def workspace_size(input):
        return input[3], input[3]

    def shape(input, out):
        check_rank(input, 4)
        copy_dims(input, out)

    def gradient(op, dy):
        attrs = {name: getattr(op.attrs, name) for name in ("depth_radius", "bias", "alpha", "beta")}
        return raw.LRNGrad(dy, op.inputs[0], op.outputs[0], **attrs)


@op("LRNGrad")
class LRNGrad:
    """Gradient of LRN, from its input and output; all are [N, H, W, C]."""

    kernel = "lrn_grad"
    workspace = {"squares": "T", "norms": "T"}

    def workspace_size(input_image):
        return input_image[3], input_image[3]

    def shape(input_grads, input_image, output_image):
        check_rank(input_grads, 4)
        check_rank(input_image, 4)
        check_rank(output_image, 4)
        for i in range(4):
            check(
                may_equal(input_grads[i], input_image[i]) and may_equal(input_image[i], output_image[i]),
                "input_grads, input_image, and out_image should have the same shape",
            )
        return (input_image[0], input_image[1], input_image[2], input_image[3])
