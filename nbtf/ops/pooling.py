"""Pooling over images and volumes and the gradients.

Formats with the channels first serve to build graphs only: TensorFlow's CPU kernels refuse them, and so do these.
"""

from collections.abc import Sequence

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import EXPLICIT, HIDDEN, UNKNOWN, VALID, Value, check, check_rank, copy_dims, may_equal


def _windows(op, *more):
    return {name: getattr(op.attrs, name) for name in ("ksize", "strides", "padding", "data_format", *more)}


def _zeros_and(op, dy_of_dy):
    """A pooling gradient is linear in its last operand, and has no derivative by the pooled input and output."""
    return terms.zeros_like(op.inputs[0]), terms.zeros_like(op.inputs[1]), dy_of_dy()


# ---- rules that ops share --------------------------------------------------------------------------------------------


def pool2d(
    input: Sequence[int],
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    channels_first: int,
) -> tuple[int, int, int, int]:
    """Output dims of a pooling op; ksize and strides name all four axes."""
    check_rank(input, 4)
    check(len(ksize) == 4, "MaxPool requires the ksize attribute to contain 4 values, but got: {}", len(ksize))
    check(len(strides) == 4, "MaxPool requires the stride attribute to contain 4 values, but got: {}", len(strides))
    for i in range(4):
        check(ksize[i] != 0, "Sliding window ksize for dimension {} was zero.", i)
        check(ksize[i] > 0, "Sliding window ksize must be positive.")
    axis = 1 if channels_first else 3
    rows = 2 if channels_first else 1
    channels = shapes.window_size(input[axis], ksize[axis], strides[axis], 1, VALID, 0, 0)
    window = (ksize[rows], ksize[rows + 1])
    return shapes.window2d(input, window, channels, strides, (1, 1, 1, 1), padding, explicit_paddings, channels_first)


def pool2d_by_value(
    input: Sequence[int], ksize: Sequence[int], strides: Sequence[int], padding: int, channels_first: int
) -> tuple[int, int, int, int]:
    """As pool2d, where ksize and strides are tensors, of which a graph may know nothing."""
    check(len(ksize) == 4, "Sliding window ksize field must specify 4 dimensions")
    check(len(strides) == 4, "Sliding window stride field must specify 4 dimensions")
    for i in range(4):
        if ksize[i] == HIDDEN or strides[i] == HIDDEN:
            check_rank(input, 4)
            return (input[0], UNKNOWN, UNKNOWN, UNKNOWN)
    return pool2d(input, ksize, strides, padding, ksize[:0], channels_first)


def pool3d(
    input: Sequence[int], ksize: Sequence[int], strides: Sequence[int], padding: int, channels_first: int
) -> tuple[int, int, int, int, int]:
    check_rank(input, 5)
    check(len(ksize) == 5, "Pool3D requires the ksize attribute to contain 5 values, but got: {}", len(ksize))
    check(len(strides) == 5, "Pool3D requires the stride attribute to contain 5 values, but got: {}", len(strides))
    for i in range(5):
        check(ksize[i] > 0, "Sliding window ksize must be positive.")
    axis = 1 if channels_first else 4
    at = 2 if channels_first else 1
    channels = shapes.window_size(input[axis], ksize[axis], strides[axis], 1, VALID, 0, 0)
    window = (ksize[at], ksize[at + 1], ksize[at + 2])
    return shapes.window3d(input, window, channels, strides, (1, 1, 1, 1, 1), padding, channels_first)


def check_max_pool_paddings(
    ksize: Sequence[int], explicit_paddings: Sequence[int], padding: int, channels_first: int
) -> None:
    """Every window must hold an element."""
    if padding == EXPLICIT:
        rows = 2 if channels_first else 1
        check(len(ksize) == 4, "MaxPool requires the ksize attribute to contain 4 values, but got: {}", len(ksize))
        shapes.check_explicit_paddings(explicit_paddings, padding, 1 if channels_first else 3)
        top, bottom = explicit_paddings[2 * rows], explicit_paddings[2 * rows + 1]
        left, right = explicit_paddings[2 * rows + 2], explicit_paddings[2 * rows + 3]
        height, width = ksize[rows], ksize[rows + 1]
        check(top < height, "Top padding {} needs to be smaller than the window size {}", top, height)
        check(bottom < height, "Bottom padding {} needs to be smaller than the window size {}", bottom, height)
        check(left < width, "Left padding {} needs to be smaller than the window size {}", left, width)
        check(right < width, "Right padding {} needs to be smaller than the window size {}", right, width)


def check_same(wanted: Sequence[int], given: Sequence[int], message: str) -> None:
    """message: with room for both."""
    check_rank(given, len(wanted))
    for i in range(len(wanted)):
        check(may_equal(wanted[i], given[i]), message, wanted, given)


def check_pooled(
    orig_input: Sequence[int],
    orig_output: Sequence[int],
    grad: Sequence[int],
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    channels_first: int,
) -> None:
    """That the output and the gradient of a MaxPool are what its input is pooled to."""
    check_max_pool_paddings(ksize, explicit_paddings, padding, channels_first)
    made = pool2d(orig_input, ksize, strides, padding, explicit_paddings, channels_first)
    check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
    check_same(made, grad, "Expected grad shape to be {}, but got {}")


# ---- ops -------------------------------------------------------------------------------------------------------------


@op("MaxPool")
class MaxPool:
    """input [N, H, W, C] -> [N, OH, OW, C]: largest of each window; or windows over C alone, side by side."""

    ranks = {"input": 4}
    kernel = "max_pool"

    def shape(input, ksize, strides, padding, explicit_paddings, data_format):
        check(data_format != 2, "Default MaxPoolingOp only supports NHWC on device type CPU")
        check_max_pool_paddings(ksize, explicit_paddings, padding, data_format)
        return pool2d(input, ksize, strides, padding, explicit_paddings, data_format)

    def gradient(op, dy):
        return raw.MaxPoolGrad(op.inputs[0], op.outputs[0], dy, **_windows(op, "explicit_paddings"))


@op("MaxPoolV2")
class MaxPoolV2:
    """MaxPool, window and strides given by tensors."""

    ranks = {"input": 4, "ksize": 4, "strides": 4}
    kernel = "max_pool_v2"

    def shape(input, ksize: Value, strides: Value, padding, data_format):
        check(data_format != 2, "Default MaxPoolingOp only supports NHWC on device type CPU")
        return pool2d_by_value(input, ksize, strides, padding, data_format)

    def gradient(op, dy):
        x, ksize, strides = op.inputs
        attrs = {"padding": op.attrs.padding, "data_format": op.attrs.data_format}
        return raw.MaxPoolGradV2(x, op.outputs[0], dy, ksize, strides, **attrs), None, None


@op("MaxPoolGrad")
class MaxPoolGrad:
    """grad [N, OH, OW, C] -> [N, H, W, C]: to the first largest element of each window of orig_input."""

    ranks = {"orig_input": 4, "orig_output": 4, "grad": 4}
    kernel = "max_pool_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, explicit_paddings, data_format, out):
        check_pooled(orig_input, orig_output, grad, ksize, strides, padding, explicit_paddings, data_format)
        copy_dims(orig_input, out)

    def gradient(op, dz):
        x, y = op.inputs[:2]
        return _zeros_and(op, lambda: raw.MaxPoolGradGrad(x, y, dz, **_windows(op)))


@op("_MaxPoolReluGrad")
class MaxPoolReluGrad:
    """ReluGrad(MaxPoolGrad(orig_input, orig_output, grad), orig_input), as the compiler fuses them. No graph may name it."""

    kernel = "max_pool_relu_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, explicit_paddings, data_format, out):
        check_pooled(orig_input, orig_output, grad, ksize, strides, padding, explicit_paddings, data_format)
        copy_dims(orig_input, out)


@op("MaxPoolGradV2")
class MaxPoolGradV2:
    """MaxPoolGrad, window and strides given by tensors."""

    kernel = "max_pool_grad_v2"

    def shape(orig_input, orig_output, grad, ksize: Value, strides: Value, padding, data_format, out):
        made = pool2d_by_value(orig_input, ksize, strides, padding, data_format)
        check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
        check_same(made, grad, "Expected grad shape to be {}, but got {}")
        copy_dims(orig_input, out)

    def gradient(op, dz):
        x, y, _, ksize, strides = op.inputs
        attrs = {"padding": op.attrs.padding, "data_format": op.attrs.data_format}
        return *_zeros_and(op, lambda: raw.MaxPoolGradGradV2(x, y, dz, ksize, strides, **attrs)), None, None


@op("MaxPoolGradGrad")
class MaxPoolGradGrad:
    """grad [N, H, W, C] -> [N, OH, OW, C]: of each window, the element where orig_input equals orig_output."""

    kernel = "max_pool_grad_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        made = pool2d(orig_input, ksize, strides, padding, orig_input[:0], data_format)
        check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
        check_same(orig_input, grad, "Expected grad shape to be {}, but got {}")
        copy_dims(orig_output, out)

    def gradient(op, dz):
        x, y = op.inputs[:2]
        return _zeros_and(op, lambda: raw.MaxPoolGrad(x, y, dz, **_windows(op)))


@op("MaxPoolGradGradV2")
class MaxPoolGradGradV2:
    """MaxPoolGradGrad, window and strides given by tensors."""

    kernel = "max_pool_grad_grad"

    def shape(orig_input, orig_output, grad, ksize: Value, strides: Value, padding, data_format, out):
        made = pool2d_by_value(orig_input, ksize, strides, padding, data_format)
        check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
        check_same(orig_input, grad, "Expected grad shape to be {}, but got {}")
        copy_dims(orig_output, out)


@op("MaxPoolWithArgmax")
class MaxPoolWithArgmax:
    """MaxPool and where each maximum lies: (row * W + column) * C + channel, within its image or the whole batch."""

    ranks = {"input": 4}
    kernel = "max_pool_with_argmax"

    def shape(input, ksize, strides, padding):
        made = pool2d(input, ksize, strides, padding, input[:0], 0)
        return (made, made)

    def gradient(op, dy, _):
        attrs = {name: getattr(op.attrs, name) for name in ("ksize", "strides", "padding", "include_batch_in_index")}
        return raw.MaxPoolGradWithArgmax(op.inputs[0], dy, op.outputs[1], **attrs)


@op("MaxPoolGradWithArgmax")
class MaxPoolGradWithArgmax:
    """grad [N, OH, OW, C] -> [N, H, W, C]: each element to where argmax says."""

    kernel = "max_pool_grad_with_argmax"

    def shape(input, grad, argmax, ksize, strides, padding, out):
        made = pool2d(input, ksize, strides, padding, input[:0], 0)
        check_same(made, grad, "Expected grad shape to be {}, but got {}")
        check_same(made, argmax, "Expected argmax shape to be {}, but got {}")
        copy_dims(input, out)


@op("AvgPool")
class AvgPool:
    """value [N, H, W, C] -> [N, OH, OW, C]: mean of what each window holds, padding left out."""

    ranks = {"value": 4}
    kernel = "avg_pool"

    def shape(value, ksize, strides, padding, data_format):
        return pool2d(value, ksize, strides, padding, value[:0], data_format)

    def gradient(op, dy):
        return raw.AvgPoolGrad(terms.shape(op.inputs[0]), dy, **_windows(op))


@op("AvgPoolGrad")
class AvgPoolGrad:
    """grad [N, OH, OW, C] -> a tensor of dims orig_input_shape: spread evenly over each window."""

    ranks = {"orig_input_shape": 4, "grad": 4}
    kernel = "avg_pool_grad"

    def shape(orig_input_shape: Value, grad, ksize, strides, padding, data_format):
        dims = shapes.given_dims4(orig_input_shape)
        made = pool2d(dims, ksize, strides, padding, grad[:0], data_format)
        check_same(made, grad, "Expected grad shape to be {}, but got {}")
        return dims

    def gradient(op, dz):
        return raw.StopGradient(op.inputs[0]), raw.AvgPool(dz, **_windows(op))


@op("MaxPool3D")
class MaxPool3D:
    """input [N, D, H, W, C] -> [N, OD, OH, OW, C]: largest of each window."""

    ranks = {"input": 5}
    kernel = "max_pool3d"

    def shape(input, ksize, strides, padding, data_format):
        return pool3d(input, ksize, strides, padding, data_format)

    def gradient(op, dy):
        return raw.MaxPool3DGrad(op.inputs[0], op.outputs[0], dy, **_windows(op))


@op("MaxPool3DGrad")
class MaxPool3DGrad:
    """grad [N, OD, OH, OW, C] -> [N, D, H, W, C]: to the first largest element of each window of orig_input."""

    kernel = "max_pool3d_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        made = pool3d(orig_input, ksize, strides, padding, data_format)
        check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
        check_same(made, grad, "Expected grad shape to be {}, but got {}")
        copy_dims(orig_input, out)

    def gradient(op, dz):
        x, y = op.inputs[:2]
        return _zeros_and(op, lambda: raw.MaxPool3DGradGrad(x, y, dz, **_windows(op)))


@op("MaxPool3DGradGrad")
class MaxPool3DGradGrad:
    """grad [N, D, H, W, C] -> [N, OD, OH, OW, C]: of each window, the element where orig_input equals orig_output."""

    kernel = "max_pool3d_grad_grad"

    def shape(orig_input, orig_output, grad, ksize, strides, padding, data_format, out):
        made = pool3d(orig_input, ksize, strides, padding, data_format)
        check_same(made, orig_output, "Expected orig_output shape to be {}, but got {}")
        check_same(orig_input, grad, "Expected grad shape to be {}, but got {}")
        copy_dims(orig_output, out)

    def gradient(op, dz):
        x, y = op.inputs[:2]
        return _zeros_and(op, lambda: raw.MaxPool3DGrad(x, y, dz, **_windows(op)))


@op("AvgPool3D")
class AvgPool3D:
    """input [N, D, H, W, C] -> [N, OD, OH, OW, C]: mean of what each window holds, padding left out."""

    ranks = {"input": 5}
    kernel = "avg_pool3d"

    def shape(input, ksize, strides, padding, data_format):
        return pool3d(input, ksize, strides, padding, data_format)

    def gradient(op, dy):
        return raw.AvgPool3DGrad(terms.shape(op.inputs[0]), dy, **_windows(op))


@op("AvgPool3DGrad")
class AvgPool3DGrad:
    """grad [N, OD, OH, OW, C] -> a tensor of dims orig_input_shape: spread evenly over each window."""

    kernel = "avg_pool3d_grad"

    def shape(orig_input_shape: Value, grad, ksize, strides, padding, data_format):
        dims = shapes.given_dims5(orig_input_shape)
        made = pool3d(dims, ksize, strides, padding, data_format)
        check_same(made, grad, "Expected grad shape to be {}, but got {}")
        return dims

    def gradient(op, dz):
        return raw.StopGradient(op.inputs[0]), raw.AvgPool3D(dz, **_windows(op))
