"""Convolutions under other signatures: any number of batch axes, operands that tell dims by what they are.

All are other ops put together."""

from collections.abc import Sequence

import numpy as np

from nbtf import dtypes, shapes
from nbtf.graph.registry import op
from nbtf.ops.conv import check_conv2d, check_conv2d_gradient, conv2d_dims
from nbtf.shapes import UNKNOWN, check, check_rank, equal_dims

# ---- Conv ------------------------------------------------------------------------------------------------------------


def _conv_dims(
    input: Sequence[int],
    filter: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    data_format: int,
    dilations: Sequence[int],
    batch_dims: int,
    groups: int,
    out,
):
    channels_last = data_format != 0
    extra = batch_dims - 1
    rank = len(input) - extra
    check(
        rank == 4 or rank == 5,
        "Input tensor must be rank 4 or 5, excluding extra batch dimensions, but got: {}",
        rank,
    )
    check(len(filter) == rank, "Filter tensor must be rank 4 or 5, but got: {}", rank)
    check(len(strides) == rank, "Stride attribute should contain {} values, but got: {}", rank, len(strides))
    check(
        len(dilations) == 0 or len(dilations) == rank,
        "Dilation attribute should contain {} values, but got: {}",
        rank,
        len(dilations),
    )
    channels = input[len(input) - 1] if channels_last else input[batch_dims]
    depth = filter[rank - 2]
    if channels != UNKNOWN and depth != UNKNOWN:
        check(
            depth > 0 and channels % depth == 0 and channels // depth == groups,
            "Input depth divided by filter input depth does not match with groups parameter ({})",
            groups,
        )
    one = (UNKNOWN, *input[batch_dims:])
    rates = dilations if len(dilations) > 0 else (1,) * rank
    if rank == 4:
        dims = conv2d_dims(one, filter, strides, padding, explicit_paddings, 1 - data_format, rates)
    else:
        check(len(explicit_paddings) == 0, "Explicit paddings are for two spatial dimensions only")
        window = (filter[0], filter[1], filter[2])
        dims = shapes.window3d(one, window, filter[4], strides, rates, padding, 1 - data_format)
    for i in range(batch_dims):
        out.append(input[i])
    for i in range(1, rank):
        out.append(dims[i])


def _part(r, vector, begin, end, length):
    """Elements [begin, end) of a vector; an end of None: to its end."""
    bound = r.constant(np.array([begin], np.int64))
    last = r.constant(np.array([0 if end is None else end], np.int64))
    step = r.constant(np.array([1], np.int64))
    masks = {"begin_mask": 0, "end_mask": int(end is None), "ellipsis_mask": 0, "new_axis_mask": 0,
             "shrink_axis_mask": 0}  # fmt: skip
    form = [(vector.dtype, (length,))]
    return r.add("StridedSlice", [vector, bound, last, step], form, T=vector.dtype, Index=step.dtype, **masks)[0]


def _shape(r, value, rank):
    return r.add("Shape", [value], [(dtypes.int64, (rank,))], T=value.dtype, out_type=dtypes.int64)[0]


def _joined(r, parts, rank):
    axis = r.constant(np.int32(0))
    return r.add("ConcatV2", [*parts, axis], [(dtypes.int64, (rank,))], N=len(parts), T=dtypes.int64,
                 Tidx=axis.dtype)[0]  # fmt: skip


def _reshaped(r, value, dims, shape):
    return r.add("Reshape", [value, dims], [(value.dtype, shape)], T=value.dtype, Tshape=dims.dtype)[0]


@op("Conv")
class Conv:
    """input [batch_dims ..., spatial ..., C], filter [spatial ..., C, M] -> [batch_dims ..., spatial ..., M].

    Two or three spatial axes; those are Conv2D and Conv3D. data_format CHANNELS_FIRST only while the graph is built.
    """

    shape = _conv_dims

    def lower(node, r):
        attrs, (image, window) = node.attrs, node.inputs
        rank, batch = len(attrs.strides), attrs.batch_dims
        formats = ("NHWC", "NCHW") if rank == 4 else ("NDHWC", "NCDHW")
        settings = {
            "T": image.dtype,
            "strides": list(attrs.strides),
            "padding": attrs.padding,
            "data_format": formats[attrs.data_format == "CHANNELS_FIRST"],
            "dilations": list(attrs.dilations) or [1] * rank,
        }
        if rank == 4:
            settings.update(explicit_paddings=list(attrs.explicit_paddings), use_cudnn_on_gpu=True)
        op_type = "Conv2D" if rank == 4 else "Conv3D"
        (output,) = node.outputs
        if batch == 1:
            return r.add(op_type, [image, window], [(image.dtype, output.shape)], **settings)
        dims = _shape(r, image, rank - 1 + batch)
        outer = _part(r, dims, 0, batch, batch)
        all_axes = r.constant(np.array([0], np.int32))
        count = r.add("Prod", [outer, all_axes], [(dtypes.int64, (1,))], T=dtypes.int64, Tidx=dtypes.int32,
                      keep_dims=True) if batch else [r.constant(np.array([1], np.int64))]  # fmt: skip
        flat_dims = _joined(r, [*count, _part(r, dims, batch, None, rank - 1)], rank)
        inner = (None,) * rank if image.shape is None else (UNKNOWN, *image.shape[batch:])
        flat = _reshaped(r, image, flat_dims, None if image.shape is None else inner)
        made_shape = None if output.shape is None else (UNKNOWN, *output.shape[batch:])
        (made,) = r.add(op_type, [flat, window], [(image.dtype, made_shape)], **settings)
        made_dims = _part(r, _shape(r, made, rank), 1, None, rank - 1)
        return [_reshaped(r, made, _joined(r, [outer, made_dims], rank - 1 + batch), output.shape)]


# ---- gradients of Conv2D that are given an image and a filter, not their dims -------------------------------------------


def _with_dims_of(node, r, op_type, position):
    """The op that takes the dims of this input instead of the input."""
    inputs, attrs = list(node.inputs), node.attrs
    value = inputs[position]
    inputs[position] = r.add("Shape", [value], [(dtypes.int32, (4,))], T=value.dtype, out_type=dtypes.int32)[0]
    names = ("T", "strides", "use_cudnn_on_gpu", "padding", "explicit_paddings", "data_format", "dilations")
    (output,) = node.outputs
    return r.add(op_type, inputs, [(output.dtype, output.shape)], **{name: getattr(attrs, name) for name in names})


def _check_operands(input, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
    check_rank(input, 4)
    check_rank(filter, 4)
    check_rank(out_backprop, 4)
    check_conv2d(strides, dilations, data_format)
    equal_dims(input[0], out_backprop[0])
    equal_dims(out_backprop[1] if data_format else out_backprop[3], filter[3])
    check_conv2d_gradient(input, filter, out_backprop, strides, dilations, padding, explicit_paddings, data_format)


@op("Conv2DBackpropInputV2")
class Conv2DBackpropInputV2:
    """Gradient of Conv2D for its input. TensorFlow has no CPU kernel of it; here it is Conv2DBackpropInput."""

    def shape(input, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations, out):
        _check_operands(input, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations)
        shapes.copy_dims(input, out)

    def lower(node, r):
        return _with_dims_of(node, r, "Conv2DBackpropInput", 0)


@op("Conv2DBackpropFilterV2")
class Conv2DBackpropFilterV2:
    """Gradient of Conv2D for its filter. TensorFlow has no CPU kernel of it; here it is Conv2DBackpropFilter."""

    def shape(input, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations, out):
        _check_operands(input, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations)
        shapes.copy_dims(filter, out)

    def lower(node, r):
        return _with_dims_of(node, r, "Conv2DBackpropFilter", 1)
