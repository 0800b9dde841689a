"""Shapes and slices; movement kernels see elements as bits of their size."""

from nbtf.kernels.jit import kernel
from nbtf.shapes import product, slice_length, slice_start, slice_stop


@kernel
def shape(output, input_dims):
    for i in range(len(input_dims)):
        output[i] = input_dims[i]


@kernel
def strided_slice(input, output, begin, end, strides, begin_mask, end_mask, shrink_axis_mask, input_dims):
    for i in range(len(output)):
        rest, index, stride = i, 0, 1
        for axis in range(len(input_dims) - 1, -1, -1):
            size = input_dims[axis]
            if axis < len(begin) and (shrink_axis_mask >> axis) & 1:
                index += (begin[axis] + size if begin[axis] < 0 else begin[axis]) * stride
            else:
                step = strides[axis] if axis < len(begin) else 1
                start = 0
                length = size
                if axis < len(begin):
                    start = slice_start(begin[axis], step, size, (begin_mask >> axis) & 1)
                    stop = slice_stop(end[axis], step, size, (end_mask >> axis) & 1)
                    length = slice_length(start, stop, step)
                index += (start + rest % length * step) * stride
                rest //= length
            stride *= size
        output[i] = input[index]


@kernel
def pack(values, output, axis, values_dims):
    rank = len(values_dims[0])
    at = axis + rank + 1 if axis < 0 else axis
    inner = product(values_dims[0][at:])
    outer = product(values_dims[0][:at])
    count = len(values)
    for k in range(count):
        value = values[k]
        for row in range(outer):
            for i in range(inner):
                output[(row * count + k) * inner + i] = value[row * inner + i]
