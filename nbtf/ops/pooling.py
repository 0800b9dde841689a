"""Pooling over images and volumes and the gradients. The other data formats only serve to build graphs, as TensorFlow's CPU kernels know channels last alone."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import Value, check, check_rank, copy_dims


@op("MaxPool")
class MaxPool:
    """input [N, H, W, C] -> [N, OH, OW, C]: largest of each window; or windows over C alone, side by side."""

    kernel = "max_pool"

    def shape(input, ksize, strides, padding, explicit_paddings, data_format):
        check(data_format != 2, "Default MaxPoolingOp only supports NHWC on device type CPU")
        shapes.check_max_pool_paddings(ksize, explicit_paddings, padding, data_format)
        return shapes.pool2d(input, ksize, strides, padding, explicit_paddings, data_format)


@op("MaxPoolV2")
class MaxPoolV2:
    """MaxPool, window and strides given by tensors."""

    kernel = "max_pool_v2"

    def shape(input, ksize: Value, strides: Value, padding, data_format):
        check(data_format != 2, "Default MaxPoolingOp only supports NHWC on device type CPU")
        return shapes.pool2d_by_value(input, ksize, strides, padding, data_format)


@op("MaxPoolGrad")
class MaxPoolGrad:
    """grad [N, OH, OW, C] -> [N, H, W, C]: to the first largest element of each window of orig_input."""

    kernel = "max_pool_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, explicit_paddings, data_format, out):
        shapes.check_max_pool_paddings(ksize, explicit_paddings, padding, data_format)
        made = shapes.pool2d(orig_input, ksize, strides, padding, explicit_paddings, data_format)
        shapes.check_dims4(made, orig_output, "Expected orig_output shape to be [{},{},{},{}], but got [{},{},{},{}]")
        shapes.check_dims4(made, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        copy_dims(orig_input, out)


@op("MaxPoolGradV2")
class MaxPoolGradV2:
    """MaxPoolGrad, window and strides given by tensors."""

    kernel = "max_pool_grad_v2"

    def shape(orig_input, orig_output, grad, ksize: Value, strides: Value, padding, data_format, out):
        made = shapes.pool2d_by_value(orig_input, ksize, strides, padding, data_format)
        shapes.check_dims4(made, orig_output, "Expected orig_output shape to be [{},{},{},{}], but got [{},{},{},{}]")
        shapes.check_dims4(made, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        copy_dims(orig_input, out)


@op("MaxPoolGradGrad")
class MaxPoolGradGrad:
    """grad [N, H, W, C] -> [N, OH, OW, C]: of each window, the element where orig_input equals orig_output."""

    kernel = "max_pool_grad_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        made = shapes.pool2d(orig_input, ksize, strides, padding, orig_input[:0], data_format)
        shapes.check_dims4(made, orig_output, "Expected orig_output shape to be [{},{},{},{}], but got [{},{},{},{}]")
        shapes.check_dims4(orig_input, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        copy_dims(orig_output, out)


@op("MaxPoolGradGradV2")
class MaxPoolGradGradV2:
    """MaxPoolGradGrad, window and strides given by tensors."""

    kernel = "max_pool_grad_grad"

    def shape(orig_input, orig_output, grad, ksize: Value, strides: Value, padding, data_format, out):
        made = shapes.pool2d_by_value(orig_input, ksize, strides, padding, data_format)
        shapes.check_dims4(made, orig_output, "Expected orig_output shape to be [{},{},{},{}], but got [{},{},{},{}]")
        shapes.check_dims4(orig_input, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        copy_dims(orig_output, out)


@op("MaxPoolWithArgmax")
class MaxPoolWithArgmax:
    """MaxPool and where each maximum lies: (row * W + column) * C + channel, within its image or the whole batch."""

    kernel = "max_pool_with_argmax"

    def shape(input, ksize, strides, padding):
        made = shapes.pool2d(input, ksize, strides, padding, input[:0], 0)
        return (made, made)


@op("MaxPoolGradWithArgmax")
class MaxPoolGradWithArgmax:
    """grad [N, OH, OW, C] -> [N, H, W, C]: each element to where argmax says."""

    kernel = "max_pool_grad_with_argmax"

    def shape(input, grad, argmax, ksize, strides, padding, out):
        made = shapes.pool2d(input, ksize, strides, padding, input[:0], 0)
        shapes.check_dims4(made, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        shapes.check_dims4(made, argmax, "Expected argmax shape to be [{},{},{},{}], but got [{},{},{},{}]")
        copy_dims(input, out)


@op("AvgPool")
class AvgPool:
    """value [N, H, W, C] -> [N, OH, OW, C]: mean of what each window holds, padding left out."""

    kernel = "avg_pool"

    def shape(value, ksize, strides, padding, data_format):
        return shapes.pool2d(value, ksize, strides, padding, value[:0], data_format)


@op("AvgPoolGrad")
class AvgPoolGrad:
    """grad [N, OH, OW, C] -> a tensor of dims orig_input_shape: spread evenly over each window."""

    kernel = "avg_pool_grad"

    def shape(orig_input_shape: Value, grad, ksize, strides, padding, data_format):
        dims = shapes.given_dims4(orig_input_shape)
        made = shapes.pool2d(dims, ksize, strides, padding, grad[:0], data_format)
        shapes.check_dims4(made, grad, "Expected grad shape to be [{},{},{},{}], but got [{},{},{},{}]")
        return dims


@op("MaxPool3D")
class MaxPool3D:
    """input [N, D, H, W, C] -> [N, OD, OH, OW, C]: largest of each window."""

    kernel = "max_pool3d"

    def shape(input, ksize, strides, padding, data_format):
        return shapes.pool3d(input, ksize, strides, padding, data_format)


@op("MaxPool3DGrad")
class MaxPool3DGrad:
    """grad [N, OD, OH, OW, C] -> [N, D, H, W, C]: to the first largest element of each window of orig_input."""

    kernel = "max_pool3d_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        made = shapes.pool3d(orig_input, ksize, strides, padding, data_format)
        shapes.check_dims5(made, orig_output)
        shapes.check_dims5(made, grad)
        copy_dims(orig_input, out)


@op("MaxPool3DGradGrad")
class MaxPool3DGradGrad:
    """grad [N, D, H, W, C] -> [N, OD, OH, OW, C]: of each window, the element where orig_input equals orig_output."""

    kernel = "max_pool3d_grad_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        shapes.check_dims5(shapes.pool3d(orig_input, ksize, strides, padding, data_format), orig_output)
        shapes.check_dims5(orig_input, grad)
        copy_dims(orig_output, out)


@op("AvgPool3D")
class AvgPool3D:
    """input [N, D, H, W, C] -> [N, OD, OH, OW, C]: mean of what each window holds, padding left out."""

    kernel = "avg_pool3d"

    def shape(input, ksize, strides, padding, data_format):
        return shapes.pool3d(input, ksize, strides, padding, data_format)


@op("AvgPool3DGrad")
class AvgPool3DGrad:
    """grad [N, OD, OH, OW, C] -> a tensor of dims orig_input_shape: spread evenly over each window."""

    kernel = "avg_pool3d_grad"

    def shape(orig_input_shape: Value, grad, ksize, strides, padding, data_format):
        dims = shapes.given_dims5(orig_input_shape)
        shapes.check_dims5(shapes.pool3d(dims, ksize, strides, padding, data_format), grad)
        return dims
