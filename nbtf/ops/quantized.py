"""Layers of quantized networks. Each tensor comes with the range of floats that its narrow integers stand for."""

from nbtf import dtypes, shapes
from nbtf.graph.registry import op
from nbtf.ops.array import reshaped
from nbtf.ops.pooling import pool2d
from nbtf.ops.resize import resized
from nbtf.ops.slicing import concatenated
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_in_words, check_rank, equal_dims, may_equal


def _check_ranges(low, high):
    check(len(low) == 0, "Shape must be rank 0 but is rank {}", len(low))
    check(len(high) == 0, "Shape must be rank 0 but is rank {}", len(high))


def check_scalar(x, name):
    check_in_words(
        len(x) == 0,
        "Shape must be rank 0 but is rank {}",
        "`{1}` must be rank 0 but is rank {0}",
        len(x),
        name,
    )


@op("QuantizedConv2D")
class QuantizedConv2D:
    """Conv2D of input [N, H, W, C] and filter [h, w, C, K] as qint32, and its range. Padding stands for 0.0."""

    kernel = "quantized_conv2d"

    def shape(input, filter, min_input, max_input, min_filter, max_filter, strides, padding, dilations):
        check_rank(input, 4)
        check_rank(filter, 4)
        _check_ranges(min_input, max_input)
        _check_ranges(min_filter, max_filter)
        check(len(strides) == 4, "Sliding window strides field must specify 4 dimensions")
        check(len(dilations) == 4, "Conv2D requires the dilation attribute to contain 4 values")
        equal_dims(input[3], filter[2])
        window = (filter[0], filter[1])
        dims = shapes.window2d(input, window, filter[3], strides, dilations, padding, strides[:0], 0)
        return (dims, (), ())


@op("QuantizedMaxPool")
class QuantizedMaxPool:
    """MaxPool of input [N, H, W, C]; the range stays."""

    kernel = "quantized_max_pool"

    def shape(input, min_input, max_input, ksize, strides, padding):
        _check_ranges(min_input, max_input)
        return (pool2d(input, ksize, strides, padding, ksize[:0], 0), (), ())


@op("QuantizedAvgPool")
class QuantizedAvgPool:
    """AvgPool of input [N, H, W, C], rounded towards 0; the range stays."""

    kernel = "quantized_avg_pool"

    def shape(input, min_input, max_input, ksize, strides, padding):
        _check_ranges(min_input, max_input)
        return (pool2d(input, ksize, strides, padding, ksize[:0], 0), (), ())


def _of_features(features, min_features, max_features, out):
    _check_ranges(min_features, max_features)
    shapes.copy_dims(features, out[0])


@op("QuantizedRelu")
class QuantizedRelu:
    """What stands for less than 0.0 is cut off; the range stays."""

    kernel = "quantized_relu"
    shape = _of_features


@op("QuantizedRelu6")
class QuantizedRelu6:
    """What stands for less than 0.0 or more than 6.0 is cut off; the range stays."""

    kernel = "quantized_relu6"
    shape = _of_features


@op("QuantizedReluX")
class QuantizedReluX:
    """What stands for less than 0.0 or more than max_value [] is cut off; the range stays."""

    kernel = "quantized_relu_x"

    def shape(features, max_value, min_features, max_features, out):
        check(len(max_value) == 0, "Shape must be rank 0 but is rank {}", len(max_value))
        _check_ranges(min_features, max_features)
        shapes.copy_dims(features, out[0])


# ---- products and sums -----------------------------------------------------------------------------------------------


@op("QuantizedMatMul")
class QuantizedMatMul:
    """MatMul of a [M, K] and b [K, N] as qint32 [M, N], and its range. The ranges of a and b must not be empty."""

    kernel = "quantized_matmul"

    def shape(a, b, min_a, max_a, min_b, max_b, transpose_a, transpose_b):
        check_scalar(min_a, "min_a")
        check_scalar(max_a, "max_a")
        check_scalar(min_b, "min_b")
        check_scalar(max_b, "max_b")
        check_in_words(len(a) == 2, "Shape must be rank 2 but is rank {}", "In[0] is not a matrix", len(a))
        check_in_words(len(b) == 2, "Shape must be rank 2 but is rank {}", "In[1] is not a matrix", len(b))
        inner, other = a[0 if transpose_a else 1], b[1 if transpose_b else 0]
        check_in_words(
            may_equal(inner, other),
            "Dimensions must be equal, but are {0} and {1}",
            "Matrix size-incompatible: In[0]: {2}, In[1]: {3}",
            inner,
            other,
            a,
            b,
        )
        return ((a[1 if transpose_a else 0], b[0 if transpose_b else 1]), (), ())

    def flops(a, output, transpose_a):
        return 2 * output[0] * output[1] * a[0 if transpose_a else 1]


@op("QuantizedBiasAdd")
class QuantizedBiasAdd:
    """input [..., C] and bias [C], each with its range, added in a range that has room: [..., C] as qint32."""

    kernel = "quantized_bias_add"

    def shape(input, bias, min_input, max_input, min_bias, max_bias, out):
        check_scalar(min_input, "min_input")
        check_scalar(max_input, "max_input")
        check_scalar(min_bias, "min_bias")
        check_scalar(max_bias, "max_bias")
        rank = len(input)
        check_in_words(
            rank >= 2,
            "Shape must be at least rank 2 but is rank {}",
            "Input tensor must be at least 2D: {1}",
            rank,
            input,
        )
        check_in_words(len(bias) == 1, "Shape must be rank 1 but is rank {}", "Biases must be 1D: {1}", len(bias), bias)
        check_in_words(
            may_equal(bias[0], input[rank - 1]),
            "Dimensions must be equal, but are {2} and {3}",
            "Must provide as many biases as the last dimension of the input tensor: {} vs. {}",
            bias,
            input,
            bias[0],
            input[rank - 1],
        )
        check(bias[0] != 0, "Must provide at least 1 bias")
        for i in range(rank):
            out[0].append(input[i])


def _broadcast(x, y, min_x, max_x, min_y, max_y, out):
    check_scalar(min_x, "min_x")
    check_scalar(max_x, "max_x")
    check_scalar(min_y, "min_y")
    check_scalar(max_y, "max_y")
    shapes.broadcast(x, y, out[0])


@op("QuantizedAdd")
class QuantizedAdd:
    """x and y, each with its range, added in a range that has room, as qint32. The smaller one repeats along the first
    axes of the other; the ranges must not be empty."""

    kernel = "quantized_add"
    shape = _broadcast


@op("QuantizedMul")
class QuantizedMul:
    """x * y as qint32, and its range. The smaller one repeats along the first axes of the other; the ranges must not be
    empty."""

    kernel = "quantized_mul"
    shape = _broadcast


# ---- normalizations --------------------------------------------------------------------------------------------------


@op("QuantizedBatchNormWithGlobalNormalization")
class QuantizedBatchNormWithGlobalNormalization:
    """t [N, H, W, C] with mean m, variance v, beta and gamma [C], each with its range: qint32 of a range of 2^21."""

    kernel = "quantized_batch_norm"

    def shape(
        t, t_min, t_max, m, m_min, m_max, v, v_min, v_max,
        beta, beta_min, beta_max, gamma, gamma_min, gamma_max, out,
    ):  # fmt: skip
        check_scalar(t_min, "input_min")
        check_scalar(t_max, "input_max")
        check_scalar(m_min, "mean_min")
        check_scalar(m_max, "mean_max")
        check_scalar(v_min, "var_min")
        check_scalar(v_max, "var_max")
        check_scalar(beta_min, "beta_min")
        check_scalar(beta_max, "beta_max")
        check_scalar(gamma_min, "gamma_min")
        check_scalar(gamma_max, "gamma_max")
        check_in_words(len(t) == 4, "Shape must be rank 4 but is rank {}", "input must be 4-dimensional{1}", len(t), t)
        _check_channels(m, t[3], "mean")
        _check_channels(v, t[3], "var")
        _check_channels(beta, t[3], "beta")
        _check_channels(gamma, t[3], "gamma")
        check(m[0] != 0, "Must have at least a mean value{}", m)
        depth = t[3] if t[3] != UNKNOWN else m[0]
        for i in range(3):
            out[0].append(t[i])
        out[0].append(depth)


def _check_channels(x, depth, name):
    check_in_words(len(x) == 1, "Shape must be rank 1 but is rank {0}", "{1} must be 1-dimensional{2}", len(x), name, x)
    check_in_words(
        may_equal(x[0], depth),
        "Dimensions must be equal, but are {0} and {1}",
        "Must provide as many {2}s as the last dimension of the input tensor: {0} vs. {1}",
        x[0],
        depth,
        name,
    )


@op("QuantizedInstanceNorm")
class QuantizedInstanceNorm:
    """x [N, H, W, C], each channel of each image made to have mean 0 and variance 1, in the range given or found."""

    kernel = "quantized_instance_norm"
    workspace = {"normal": "float32"}

    def workspace_size(x):
        return (shapes.product(x),)

    def shape(x, x_min, x_max, output_range_given, given_y_min, given_y_max, out):
        check_scalar(x_min, "x_min")
        check_scalar(x_max, "x_max")
        check_rank(x, 4)
        check(
            not output_range_given or given_y_min < given_y_max,
            "given_y_min must be less than given_y_max : {} >= {}",
            given_y_min,
            given_y_max,
        )
        shapes.copy_dims(x, out[0])


# ---- other layers ----------------------------------------------------------------------------------------------------


@op("QuantizedConcat")
class QuantizedConcat:
    """Tensors joined along an axis, in the range that holds theirs: values N x [..., d_k, ...] -> [..., sum of d_k, ...]."""

    kernel = "quantized_concat"

    def shape(concat_dim: Value, values, input_mins, input_maxes, concat_dim_dims, out):
        check(
            len(concat_dim_dims) == 0,
            "Concat dim tensor should be a scalar integer, but got shape {}",
            concat_dim_dims,
        )
        axis, rank = concat_dim[0], len(values[0])
        check(
            0 <= axis < rank or axis == HIDDEN,
            "ConcatOp : Expected concatenating dimensions in the range [0, {}), but got {}",
            rank,
            axis,
        )
        for k in range(len(values)):
            check_scalar(input_mins[k], "input_mins")
            check_scalar(input_maxes[k], "input_maxes")
            for i in range(rank if len(values[k]) == rank and axis != HIDDEN else 0):
                check_in_words(
                    i == axis or may_equal(values[k][i], values[0][i]),
                    "Dimension {2} in both shapes must be equal. Shapes are {0} and {3}.",
                    "ConcatOp : Dimensions of inputs should match: shape[0] = {0} vs. shape[{1}] = {3}",
                    values[0],
                    k,
                    i,
                    values[k],
                )
        concatenated(values, axis, out[0])


@op("QuantizedReshape")
class QuantizedReshape:
    """Reshape; the range stays."""

    def shape(tensor, shape: Value, input_min, input_max, shape_dims, out):
        check_scalar(input_min, "input_min")
        check_scalar(input_max, "input_max")
        reshaped(tensor, shape, shape_dims, out[0])

    def lower(node, rewriter):
        tensor, shape, low, high = node.inputs
        output = node.outputs[0]
        kinds = {"T": tensor.dtype, "Tshape": shape.dtype}
        made = rewriter.add("Reshape", [tensor, shape], [(output.dtype, output.shape)], **kinds)
        return [*made, low, high]


@op("QuantizedResizeBilinear")
class QuantizedResizeBilinear:
    """ResizeBilinear in whole numbers: images [N, H, W, C], size [2] -> resized_images [N, size..., C]; the range stays."""

    kernel = "quantized_resize_bilinear"
    workspace = {"places": "int64", "fractions": "float32"}

    def workspace_size(size: Value):
        return (2 * (size[0] + size[1]), size[0] + size[1])

    def shape(images, size: Value, min, max, size_dims, align_corners, half_pixel_centers):
        check_scalar(min, "min")
        check_scalar(max, "max")
        return (resized(images, size, size_dims, align_corners, half_pixel_centers), (), ())

    def lower(node, rewriter):
        images, size, low, high = node.inputs
        if images.dtype != dtypes.float32:
            return None
        output, attrs = node.outputs[0], node.attrs
        made = rewriter.add(
            "ResizeBilinear",
            [images, size],
            [(output.dtype, output.shape)],
            T=images.dtype,
            align_corners=attrs.align_corners,
            half_pixel_centers=attrs.half_pixel_centers,
        )
        return [*made, low, high]
