"""Pooling over images and volumes and the gradients, channels last. Two dimensions are three with one plane."""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.activation import relu_grad
from nbtf.kernels.jit import kernel
from nbtf.kernels.matvec import load_up_to, store_up_to
from nbtf.kernels.simd import address_of, broadcast, item_bytes, lanes, larger, load, store, where_equal, where_less
from nbtf.kernels.team import portion
from nbtf.shapes import check, pad_before, padding_at, supported

UNPADDED = (0, 0, 0, 0, 0, 0, 0, 0)  # explicit paddings of ops without that attribute


def lowest(x):
    """The smallest finite number of an array's dtype."""
    return (np.finfo if x.dtype.kind == "f" else np.iinfo)(x.dtype).min


def lowest_of(dtype):
    """The smallest finite float of a dtype. Compiled code only."""
    raise NotImplementedError


@overload(lowest_of)
def _compiled_lowest_of(dtype):
    smallest, kind = float(np.finfo(str(dtype.dtype)).min), dtype.dtype
    return lambda dtype: kind(smallest)


@overload(lowest)
def _compiled_lowest(x):
    if isinstance(x.dtype, types.Float):
        smallest = float(np.finfo(str(x.dtype)).min)
    else:
        smallest = int(np.iinfo(str(x.dtype)).min)
    dtype = x.dtype
    return lambda x: dtype(smallest)


# ---- the walk: visit(arrays, box, out, width) for every window -------------------------------------------------------


@register_jitable
def walk_windows(visit, arrays, batch, sizes, window, positions, strides, before, width, unit, part, parts):
    """A part of them: some lines, `unit` of which stay together. `box` is the part of the window inside the image: first
    and end plane, row and column, and how pixels lie.

    Pixels are counted over the whole batch, planes and rows so that a pixel is (plane * rows + row) * columns + column.
    """
    begin, end = portion(batch * positions[0] * positions[1], unit, part, parts)
    for line in range(begin, end):
        n, plane, row = line // (positions[0] * positions[1]), line // positions[1] % positions[0], line % positions[1]
        start0 = plane * strides[0] - before[0]
        first0 = n * sizes[0] + max(start0, 0)
        end0 = n * sizes[0] + min(start0 + window[0], sizes[0])
        start1 = row * strides[1] - before[1]
        first1, end1 = max(start1, 0), min(start1 + window[1], sizes[1])
        for column in range(positions[2]):
            start2 = column * strides[2] - before[2]
            first2, end2 = max(start2, 0), min(start2 + window[2], sizes[2])
            box = (first0, end0, first1, end1, first2, end2, sizes[1], sizes[2])
            visit(arrays, box, line * positions[2] + column, width)


@register_jitable
def pixel_at(box, plane, row, column):
    return (plane * box[6] + row) * box[7] + column


@register_jitable
def cells_of(box):
    return (box[1] - box[0]) * (box[3] - box[2]) * (box[5] - box[4])


@register_jitable
def clear(x):
    for i in range(len(x)):
        x[i] = 0


# ---- what happens in a window ----------------------------------------------------------------------------------------


def take_largest(arrays, box, out, width):
    """As TensorFlow's for images: starts below everything, and a NaN never wins."""
    input, output = arrays
    y = output[out * width : (out + 1) * width]
    for c in range(width):
        y[c] = lowest(output)
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            for column in range(box[4], box[5]):
                at = pixel_at(box, plane, row, column) * width
                x = input[at : at + width]
                for c in range(width):
                    y[c] = x[c] if y[c] < x[c] else y[c]


@register_jitable
def take_largest_of_volume(arrays, box, out, width):
    """As TensorFlow's for volumes: starts with the first element, and a NaN wins over what came before it."""
    input, output = arrays
    y = output[out * width : (out + 1) * width]
    for c in range(width):
        y[c] = input[pixel_at(box, box[0], box[2], box[4]) * width + c]
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            for column in range(box[4], box[5]):
                at = pixel_at(box, plane, row, column) * width
                x = input[at : at + width]
                for c in range(width):
                    y[c] = y[c] if y[c] > x[c] else x[c]


def average(arrays, box, out, width):
    """Padding does not count."""
    input, output = arrays
    y = output[out * width : (out + 1) * width]
    for c in range(width):
        y[c] = 0
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            for column in range(box[4], box[5]):
                at = pixel_at(box, plane, row, column) * width
                x = input[at : at + width]
                for c in range(width):
                    y[c] += x[c]
    count = output.dtype.type(cells_of(box))
    for c in range(width):
        y[c] /= count


def spread_evenly(arrays, box, out, width):
    grad, output = arrays
    y = grad[out * width : (out + 1) * width]
    count = output.dtype.type(cells_of(box))
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            for column in range(box[4], box[5]):
                at = pixel_at(box, plane, row, column) * width
                x = output[at : at + width]
                for c in range(width):
                    x[c] += y[c] / count


@register_jitable
def largest_at(input, box, channel, width):
    """Index of the first largest element of one channel."""
    best = pixel_at(box, box[0], box[2], box[4]) * width + channel
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            for column in range(box[4], box[5]):
                at = pixel_at(box, plane, row, column) * width + channel
                if input[best] < input[at]:
                    best = at
    return best


def send_to_largest(arrays, box, out, width):
    input, grad, output = arrays
    for c in range(width):
        output[largest_at(input, box, c, width)] += grad[out * width + c]


@register_jitable
def clear_window(output, box, width):
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            at = pixel_at(box, plane, row, box[4]) * width
            clear(output[at : at + (box[5] - box[4]) * width])


def send_to_largest_alone(arrays, box, out, width):
    """Where no other window has these cells: whatever they held goes."""
    clear_window(arrays[2], box, width)
    send_to_largest(arrays, box, out, width)


def spread_evenly_alone(arrays, box, out, width):
    clear_window(arrays[1], box, width)
    spread_evenly(arrays, box, out, width)


@register_jitable
def take_with_index(arrays, box, out, width):
    """Indices count over the batch."""
    input, output, argmax = arrays
    for c in range(width):
        best = largest_at(input, box, c, width)
        output[out * width + c] = input[best]
        argmax[out * width + c] = best


@register_jitable
def take_where_equal(arrays, box, out, width):
    """The gradient at the first element that equals the pooled one; 0 where none does."""
    input, pooled, grad, output = arrays
    for c in range(width):
        output[out * width + c] = 0
        found = False
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                for column in range(box[4], box[5]):
                    at = pixel_at(box, plane, row, column) * width + c
                    if not found and input[at] == pooled[out * width + c]:
                        output[out * width + c] = grad[at]
                        found = True


# ---- the same for floats, a vector of channels at a time -------------------------------------------------------------


@register_jitable
def take_largest_floats(arrays, box, out, width):
    input, output = arrays
    dtype = output.dtype
    item, pixel = item_bytes(dtype), width * item_bytes(dtype)
    x, y = address_of(input), address_of(output) + out * pixel
    c = 0
    while c + 4 * lanes(dtype) <= width:
        take_four_largest(x + c * item, y + c * item, box, pixel, dtype)
        c += 4 * lanes(dtype)
    while c < width:
        take_one_largest(x + c * item, y + c * item, width - c, box, pixel, dtype)
        c += lanes(dtype)


@register_jitable
def take_four_largest(x, y, box, pixel, dtype):
    """Four vectors at once: what the loops cost is shared."""
    size = lanes(dtype) * item_bytes(dtype)
    a = b = c = d = broadcast(lowest_of(dtype))
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            cell = x + pixel_at(box, plane, row, box[4]) * pixel
            for _ in range(box[4], box[5]):
                a = larger(load(cell, dtype), a)
                b = larger(load(cell + size, dtype), b)
                c = larger(load(cell + 2 * size, dtype), c)
                d = larger(load(cell + 3 * size, dtype), d)
                cell += pixel
    store(y, a)
    store(y + size, b)
    store(y + 2 * size, c)
    store(y + 3 * size, d)


@register_jitable
def take_one_largest(x, y, left, box, pixel, dtype):
    best = broadcast(lowest_of(dtype))
    for plane in range(box[0], box[1]):
        for row in range(box[2], box[3]):
            cell = x + pixel_at(box, plane, row, box[4]) * pixel
            for _ in range(box[4], box[5]):
                best = larger(load_up_to(cell, left, dtype), best)
                cell += pixel
    store_up_to(y, left, best, dtype)


@register_jitable
def average_floats(arrays, box, out, width):
    input, output = arrays
    dtype = output.dtype
    item = item_bytes(dtype)
    x, y = address_of(input), address_of(output) + out * width * item
    count = broadcast(dtype.type(cells_of(box)))
    for c in range(0, width, lanes(dtype)):
        at, left = c * item, width - c
        total = broadcast(dtype.type(0))
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                for column in range(box[4], box[5]):
                    place = x + pixel_at(box, plane, row, column) * width * item + at
                    total = total + load_up_to(place, left, dtype)
        store_up_to(y + at, left, total / count, dtype)


@register_jitable
def spread_floats(arrays, box, out, width, adds):
    """adds: to what the cells hold."""
    grad, output = arrays
    dtype = output.dtype
    item = item_bytes(dtype)
    x, y = address_of(output), address_of(grad) + out * width * item
    count = broadcast(dtype.type(cells_of(box)))
    for c in range(0, width, lanes(dtype)):
        at, left = c * item, width - c
        share = load_up_to(y + at, left, dtype) / count
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                for column in range(box[4], box[5]):
                    place = x + pixel_at(box, plane, row, column) * width * item + at
                    held = load_up_to(place, left, dtype) if adds else broadcast(dtype.type(0))
                    store_up_to(place, left, held + share, dtype)


@register_jitable
def spread_evenly_floats(arrays, box, out, width):
    spread_floats(arrays, box, out, width, True)


@register_jitable
def spread_evenly_floats_alone(arrays, box, out, width):
    spread_floats(arrays, box, out, width, False)


@register_jitable
def send_floats(arrays, box, out, width, adds, rectifies):
    """adds: to what the cells hold. rectifies: ReluGrad comes next. Which cell holds the first largest element is a number
    in each lane."""
    input, grad, output = arrays
    dtype = output.dtype
    pixel = width * item_bytes(dtype)
    x, y, dy = address_of(input), address_of(output), address_of(grad) + out * pixel
    zero, one = broadcast(dtype.type(0)), broadcast(dtype.type(1))
    for c in range(0, width, lanes(dtype)):
        at, left = c * item_bytes(dtype), width - c
        best, winner = load_up_to(x + pixel_at(box, box[0], box[2], box[4]) * pixel + at, left, dtype), zero
        number = zero
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                cell = x + pixel_at(box, plane, row, box[4]) * pixel + at
                for _ in range(box[4], box[5]):
                    value = load_up_to(cell, left, dtype)
                    winner = where_less(best, value, number, winner)
                    best = where_less(best, value, value, best)
                    cell, number = cell + pixel, number + one
        sent, number = load_up_to(dy + at, left, dtype), zero
        if rectifies:
            sent = (zero + sent) * where_less(zero, best, one, zero)
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                cell = y + pixel_at(box, plane, row, box[4]) * pixel + at
                for _ in range(box[4], box[5]):
                    received = where_equal(winner, number, sent, zero)
                    if not rectifies:  # a product that is -0 stays that
                        received = (load_up_to(cell, left, dtype) if adds else zero) + received
                    store_up_to(cell, left, received, dtype)
                    cell, number = cell + pixel, number + one


@register_jitable
def send_to_largest_floats(arrays, box, out, width):
    send_floats(arrays, box, out, width, True, False)


@register_jitable
def send_to_largest_floats_alone(arrays, box, out, width):
    send_floats(arrays, box, out, width, False, False)


@register_jitable
def send_to_positive_floats_alone(arrays, box, out, width):
    send_floats(arrays, box, out, width, False, True)


def _choose(loops, floats):
    """Compiled code takes `floats` where the last array holds floats."""

    @overload(loops)
    def choose(arrays, box, out, width):
        return floats if isinstance(arrays[-1].dtype, types.Float) else loops


_choose(take_largest, take_largest_floats)
_choose(average, average_floats)
_choose(spread_evenly, spread_evenly_floats)
_choose(spread_evenly_alone, spread_evenly_floats_alone)
_choose(send_to_largest, send_to_largest_floats)
_choose(send_to_largest_alone, send_to_largest_floats_alone)

# ---- images ----------------------------------------------------------------------------------------------------------


@register_jitable
def walk2d(visit, arrays, input, output, ksize, strides, padding, explicit_paddings, part, parts):
    """input and output are dims [N, H, W, C]."""
    walk_images(visit, arrays, input, output, ksize, strides, padding, explicit_paddings, 1, part, parts)


@register_jitable
def walk_images(visit, arrays, input, output, ksize, strides, padding, explicit_paddings, unit, part, parts):
    top = pad_before(input[1], ksize[1], strides[1], 1, padding, padding_at(explicit_paddings, padding, 2))
    left = pad_before(input[2], ksize[2], strides[2], 1, padding, padding_at(explicit_paddings, padding, 4))
    sizes, positions = (1, input[1], input[2]), (1, output[1], output[2])
    window, steps = (1, ksize[1], ksize[2]), (1, strides[1], strides[2])
    before = (0, top, left)
    walk_windows(visit, arrays, input[0], sizes, window, positions, steps, before, input[3], unit, part, parts)


@register_jitable
def is_tiled(input, output, ksize, strides):
    """Whether every pixel is of one window."""
    rows, columns = output[1] * strides[1], output[2] * strides[2]
    return ksize[1] == strides[1] and ksize[2] == strides[2] and rows == input[1] and columns == input[2]


@register_jitable
def send_back2d(add, put, arrays, input, output, ksize, strides, padding, explicit_paddings, part, parts):
    """Gradients of whole images, from each position to the cells of its window: by `put` where every cell is of one window.

    The last array gets them. input and output are dims [N, H, W, C].
    """
    if is_tiled(input, output, ksize, strides):
        walk_images(put, arrays, input, output, ksize, strides, padding, explicit_paddings, output[1], part, parts)
    else:
        begin, end = portion(input[0], 1, part, parts)
        image = input[1] * input[2] * input[3]
        clear(arrays[-1][begin * image : end * image])
        walk_images(add, arrays, input, output, ksize, strides, padding, explicit_paddings, output[1], part, parts)


@register_jitable
def check_batch(ksize, strides):
    supported(ksize[0] == 1 and strides[0] == 1, "Pooling is not yet supported on the batch dimension.")


@register_jitable
def pool_depth(input, output, ksize, strides, channels, part, parts):
    """Windows over the channels of one pixel."""
    supported(
        ksize[1] == 1 and ksize[2] == 1,
        "MaxPooling supports exactly one of pooling across depth or pooling across width/height.",
    )
    supported(
        channels % ksize[3] == 0, "Depthwise max pooling requires the depth window to evenly divide the input depth"
    )
    supported(ksize[3] == strides[3], "Depthwise max pooling requires the depth window to equal the depth stride")
    supported(
        strides[1] == 1 and strides[2] == 1,
        "MaxPooling supports exactly one of pooling across depth or pooling across width/height.",
    )
    count = ksize[3]
    begin, end = portion(len(output), 1, part, parts)
    for i in range(begin, end):
        best = input[i * count]
        for k in range(i * count + 1, (i + 1) * count):
            best = input[k] if best < input[k] else best
        output[i] = best


def pool_work(output, ksize):
    return len(output) * ksize[1] * ksize[2] * ksize[3] * 4


@kernel(work=pool_work)
def max_pool(
    input, output, ksize, strides, padding, explicit_paddings, data_format, input_dims, output_dims, part, parts
):
    check(data_format == 0, "Default MaxPoolingOp only supports NHWC on device type CPU")
    check_batch(ksize, strides)
    if ksize[3] > 1 or strides[3] > 1:
        pool_depth(input, output, ksize, strides, input_dims[3], part, parts)
    else:
        walk2d(
            take_largest,
            (input, output),
            input_dims,
            output_dims,
            ksize,
            strides,
            padding,
            explicit_paddings,
            part,
            parts,
        )


@kernel(work=pool_work)
def max_pool_v2(input, output, ksize, strides, padding, data_format, input_dims, output_dims, part, parts):
    check(data_format == 0, "MaxPoolingV2Op only supports NHWC or NCHW_VECT_C. Got: NCHW")
    check_batch(ksize, strides)
    if ksize[3] > 1 or strides[3] > 1:
        pool_depth(input, output, ksize, strides, input_dims[3], part, parts)
    else:
        walk2d(take_largest, (input, output), input_dims, output_dims, ksize, strides, padding, UNPADDED, part, parts)


@register_jitable
def check_max_pool_grad(ksize, strides, data_format):
    check(data_format == 0, "Default MaxPoolingGradOp only supports NHWC on device type CPU")
    check_batch(ksize, strides)
    supported(ksize[3] == 1 and strides[3] == 1, "MaxPoolingGrad is not yet supported on the depth dimension.")


def pool_gradient_work(output, grad, ksize):
    return len(output) * 4 + len(grad) * ksize[1] * ksize[2] * 8


@kernel(work=pool_gradient_work)
def max_pool_grad(
    orig_input,
    grad,
    output,
    ksize,
    strides,
    padding,
    explicit_paddings,
    data_format,
    orig_input_dims,
    grad_dims,
    part,
    parts,
):
    check_max_pool_grad(ksize, strides, data_format)
    send_back2d(
        send_to_largest,
        send_to_largest_alone,
        (orig_input, grad, output),
        orig_input_dims,
        grad_dims,
        ksize,
        strides,
        padding,
        explicit_paddings,
        part,
        parts,
    )


@kernel(work=pool_gradient_work)
def max_pool_relu_grad(
    orig_input,
    grad,
    output,
    ksize,
    strides,
    padding,
    explicit_paddings,
    data_format,
    orig_input_dims,
    grad_dims,
    part,
    parts,
):
    check_max_pool_grad(ksize, strides, data_format)
    send_back2d(
        send_to_largest,
        send_to_positive_floats_alone,
        (orig_input, grad, output),
        orig_input_dims,
        grad_dims,
        ksize,
        strides,
        padding,
        explicit_paddings,
        part,
        parts,
    )
    if not is_tiled(orig_input_dims, grad_dims, ksize, strides):
        begin, end = portion(orig_input_dims[0], 1, part, parts)
        image = orig_input_dims[1] * orig_input_dims[2] * orig_input_dims[3]
        dx, y = output[begin * image : end * image], orig_input[begin * image : end * image]
        for i in range(len(dx)):
            dx[i] = relu_grad(dx[i], y[i])


@kernel(work=pool_gradient_work)
def max_pool_grad_v2(
    orig_input, grad, output, ksize, strides, padding, data_format, orig_input_dims, grad_dims, part, parts
):
    check_max_pool_grad(ksize, strides, data_format)
    send_back2d(
        send_to_largest,
        send_to_largest_alone,
        (orig_input, grad, output),
        orig_input_dims,
        grad_dims,
        ksize,
        strides,
        padding,
        UNPADDED,
        part,
        parts,
    )


@kernel
def max_pool_grad_grad(
    orig_input, orig_output, grad, output, ksize, strides, padding, data_format, orig_input_dims, output_dims
):
    check(data_format == 0, "Default MaxPoolingGradGradOp only supports NHWC on device type CPU")
    check_batch(ksize, strides)
    supported(ksize[3] == 1 and strides[3] == 1, "MaxPoolingGradGrad is not yet supported on the depth dimension.")
    arrays = (orig_input, orig_output, grad, output)
    walk2d(take_where_equal, arrays, orig_input_dims, output_dims, ksize, strides, padding, UNPADDED, 0, 1)


@register_jitable
def check_spatial(ksize, strides, last):
    check_batch(ksize, strides)
    supported(ksize[last] == 1 and strides[last] == 1, "Non-spatial pooling is not yet supported. Volunteers? :)")


@kernel(work=pool_work)
def avg_pool(value, output, ksize, strides, padding, data_format, value_dims, output_dims, part, parts):
    check(data_format == 0, "Default AvgPoolingOp only supports NHWC on device type CPU")
    check_spatial(ksize, strides, 3)
    walk2d(average, (value, output), value_dims, output_dims, ksize, strides, padding, UNPADDED, part, parts)


@kernel(work=pool_gradient_work)
def avg_pool_grad(grad, output, ksize, strides, padding, data_format, grad_dims, output_dims, part, parts):
    check(data_format == 0, "Default AvgPoolingGradOp only supports NHWC on device type CPU")
    check_spatial(ksize, strides, 3)
    arrays = (grad, output)
    send_back2d(
        spread_evenly,
        spread_evenly_alone,
        arrays,
        output_dims,
        grad_dims,
        ksize,
        strides,
        padding,
        UNPADDED,
        part,
        parts,
    )


@kernel
def max_pool_with_argmax(
    input, output, argmax, ksize, strides, padding, include_batch_in_index, input_dims, output_dims
):
    check_spatial(ksize, strides, 3)
    walk2d(take_with_index, (input, output, argmax), input_dims, output_dims, ksize, strides, padding, UNPADDED, 0, 1)
    if not include_batch_in_index:
        share = len(output) // max(output_dims[0], 1)
        image = len(input) // max(input_dims[0], 1)
        for i in range(len(argmax)):
            argmax[i] -= i // share * image


@kernel
def max_pool_grad_with_argmax(grad, argmax, output, include_batch_in_index, output_dims):
    clear(output)
    share = len(grad) // max(output_dims[0], 1)
    image = len(output) // max(output_dims[0], 1)
    for i in range(len(grad)):
        first = i // share * image
        at = argmax[i] if include_batch_in_index else argmax[i] + first
        check(first <= at < first + image, "Invalid output gradient index: {}, {}, {}", at, first, first + image)
        output[at] += grad[i]


# ---- volumes ---------------------------------------------------------------------------------------------------------


@register_jitable
def walk3d(visit, arrays, input, output, ksize, strides, padding, data_format):
    """input and output are dims [N, D, H, W, C]."""
    check(data_format == 0, "Default Pooling3DOp only supports NDHWC on device type CPU")
    check_batch(ksize, strides)
    supported(ksize[4] == 1 and strides[4] == 1, "Pooling is not yet supported on the depth dimension.")
    before = (
        pad_before(input[1], ksize[1], strides[1], 1, padding, 0),
        pad_before(input[2], ksize[2], strides[2], 1, padding, 0),
        pad_before(input[3], ksize[3], strides[3], 1, padding, 0),
    )
    sizes, positions = (input[1], input[2], input[3]), (output[1], output[2], output[3])
    window, steps = (ksize[1], ksize[2], ksize[3]), (strides[1], strides[2], strides[3])
    walk_windows(visit, arrays, input[0], sizes, window, positions, steps, before, input[4], 1, 0, 1)


@kernel
def max_pool3d(input, output, ksize, strides, padding, data_format, input_dims, output_dims):
    walk3d(take_largest_of_volume, (input, output), input_dims, output_dims, ksize, strides, padding, data_format)


@kernel
def max_pool3d_grad(orig_input, grad, output, ksize, strides, padding, data_format, orig_input_dims, grad_dims):
    clear(output)
    arrays = (orig_input, grad, output)
    walk3d(send_to_largest, arrays, orig_input_dims, grad_dims, ksize, strides, padding, data_format)


@kernel
def max_pool3d_grad_grad(
    orig_input, orig_output, grad, output, ksize, strides, padding, data_format, orig_input_dims, output_dims
):
    arrays = (orig_input, orig_output, grad, output)
    walk3d(take_where_equal, arrays, orig_input_dims, output_dims, ksize, strides, padding, data_format)


@kernel
def avg_pool3d(input, output, ksize, strides, padding, data_format, input_dims, output_dims):
    walk3d(average, (input, output), input_dims, output_dims, ksize, strides, padding, data_format)


@kernel
def avg_pool3d_grad(grad, output, ksize, strides, padding, data_format, grad_dims, output_dims):
    clear(output)
    walk3d(spread_evenly, (grad, output), output_dims, grad_dims, ksize, strides, padding, data_format)
