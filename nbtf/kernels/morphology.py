"""Grayscale dilation and its gradients, channels last. Sums wrap around as the dtype's do."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.pooling import clear, lowest
from nbtf.shapes import pad_before, supported


@register_jitable
def walk(visit, arrays, input, filter, output, strides, rates, padding):
    """visit(arrays, first row, first column, image, out) for every position; input, filter and output are dims."""
    supported(strides[0] == 1 and strides[3] == 1, "Stride is only supported across spatial dimensions.")
    supported(rates[0] == 1 and rates[3] == 1, "Rate is only supported across spatial dimensions.")
    top = pad_before(input[1], filter[0], strides[1], rates[1], padding, 0)
    left = pad_before(input[2], filter[1], strides[2], rates[2], padding, 0)
    out = 0
    for image in range(input[0]):
        for row in range(output[1]):
            for column in range(output[2]):
                visit(arrays, row * strides[1] - top, column * strides[2] - left, image, out, input, filter, rates)
                out += 1


@register_jitable
def dilate(arrays, first_row, first_column, image, out, dims, taps, rates):
    input, filter, output = arrays
    channels = dims[3]
    y = output[out * channels : (out + 1) * channels]
    for c in range(channels):
        y[c] = lowest(output)
    for i in range(taps[0]):
        row = first_row + i * rates[1]
        if 0 <= row < dims[1]:
            for j in range(taps[1]):
                column = first_column + j * rates[2]
                if 0 <= column < dims[2]:
                    at = ((image * dims[1] + row) * dims[2] + column) * channels
                    x, w = input[at : at + channels], filter[(i * taps[1] + j) * channels :]
                    for c in range(channels):
                        value = type(x[c])(x[c] + w[c])
                        y[c] = value if value > y[c] else y[c]


@register_jitable
def winner(input, filter, first_row, first_column, image, c, dims, taps, rates):
    """(pixel, tap) of channel c whose sum is the largest; where there is none, the window's first, or -1 if it has none."""
    largest = lowest(input)
    row, column = max(first_row, 0), max(first_column, 0)
    there = row < dims[1] and column < dims[2]
    pixel = (image * dims[1] + row) * dims[2] + column if there else -1
    tap = 0 if taps[0] * taps[1] > 0 else -1
    for i in range(taps[0]):
        row = first_row + i * rates[1]
        if 0 <= row < dims[1]:
            for j in range(taps[1]):
                column = first_column + j * rates[2]
                if 0 <= column < dims[2]:
                    at = (image * dims[1] + row) * dims[2] + column
                    x = input[at * dims[3] + c]
                    value = type(x)(x + filter[(i * taps[1] + j) * dims[3] + c])
                    if value > largest:
                        largest, pixel, tap = value, at, i * taps[1] + j
    return pixel, tap


@register_jitable
def send_to_pixel(arrays, first_row, first_column, image, out, dims, taps, rates):
    input, filter, out_backprop, in_backprop = arrays
    for c in range(dims[3]):
        pixel, _ = winner(input, filter, first_row, first_column, image, c, dims, taps, rates)
        if pixel >= 0:
            in_backprop[pixel * dims[3] + c] += out_backprop[out * dims[3] + c]


@register_jitable
def send_to_tap(arrays, first_row, first_column, image, out, dims, taps, rates):
    input, filter, out_backprop, filter_backprop = arrays
    for c in range(dims[3]):
        _, tap = winner(input, filter, first_row, first_column, image, c, dims, taps, rates)
        if tap >= 0:
            filter_backprop[tap * dims[3] + c] += out_backprop[out * dims[3] + c]


@kernel
def dilation2d(input, filter, output, strides, rates, padding, input_dims, filter_dims, output_dims):
    walk(dilate, (input, filter, output), input_dims, filter_dims, output_dims, strides, rates, padding)


@kernel
def dilation2d_backprop_input(
    input, filter, out_backprop, in_backprop, strides, rates, padding, input_dims, filter_dims, out_backprop_dims
):
    clear(in_backprop)
    arrays = (input, filter, out_backprop, in_backprop)
    walk(send_to_pixel, arrays, input_dims, filter_dims, out_backprop_dims, strides, rates, padding)


@kernel
def dilation2d_backprop_filter(
    input, filter, out_backprop, filter_backprop, strides, rates, padding, input_dims, filter_dims, out_backprop_dims
):
    clear(filter_backprop)
    arrays = (input, filter, out_backprop, filter_backprop)
    walk(send_to_tap, arrays, input_dims, filter_dims, out_backprop_dims, strides, rates, padding)
