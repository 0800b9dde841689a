"""Windows over images as indirect products: where each row of a tile lies, for every place of a window.

Sizes are (planes, rows, columns); images have one plane. A `geometry` is what a convolution is like:
    (sizes, window, positions, strides, dilations, before)
with `positions` the sizes of the output and `before` the padding in front. Positions of a batch are counted through.
"""

from numba.extending import register_jitable

from nbtf.kernels.memory import set_word, words
from nbtf.kernels.simd import item_bytes, load_scalar, store_scalar
from nbtf.layout import WORD


@register_jitable
def fill_word(place, count, value):
    for i in range(count):
        set_word(place, i, value)


@register_jitable
def fill_progression(place, count, first, step):
    view = words(place, 0, count)  # LLVM makes vectors of stores to an array
    for i in range(count):
        view[i] = first + i * step


@register_jitable
def fill_shifted(place, count, source, distance):
    """Words that lie at `source`, each plus the distance."""
    view, origin = words(place, 0, count), words(source, 0, count)
    for i in range(count):
        view[i] = origin[i] + distance


@register_jitable
def steps_up_to(size, step):
    """How many steps reach `size`: a quotient, rounded up, without the long division where that is not needed."""
    return size if step == 1 else (size + step - 1) // step


@register_jitable
def inside(start, step, size, first, end):
    """Which of the positions [first, end) have their element start + position * step within [0, size)."""
    low = min(max(steps_up_to(-start, step), first), end)
    return low, max(min(steps_up_to(size - start, step), end), low)


@register_jitable
def stays_inside(geometry):
    """Whether no position sees anything but the image."""
    sizes, window, positions, strides, dilations, before = geometry
    for axis in range(3):
        reach = (window[axis] - 1) * dilations[axis]
        last = (positions[axis] - 1) * strides[axis] - before[axis]
        if min(reach, 0) < before[axis] or last + max(reach, 0) >= sizes[axis]:
            return False
    return True


@register_jitable
def fill_positions(table, x, pixel, sizes, strides, firsts, counts, first, count):
    """Addresses of the pixels at firsts + position * strides, for `count` of the positions, of which there are `counts`.

    All lie inside the image. first: number of the first position.
    """
    done = 0
    while done < count:
        column = (first + done) % counts[2]
        line = (first + done) // counts[2]
        size = min(counts[2] - column, count - done)
        row, line = line % counts[1], line // counts[1]
        plane, image = line % counts[0], line // counts[0]
        at0, at1 = firsts[0] + plane * strides[0], firsts[1] + row * strides[1]
        at = ((image * sizes[0] + at0) * sizes[1] + at1) * sizes[2] + firsts[2] + column * strides[2]
        fill_progression(table + done * WORD, size, x + at * pixel, strides[2] * pixel)
        done += size


@register_jitable
def fill_inside(table, table_step, x, pixel, geometry, columns, first, count):
    """As fill_table where `stays_inside` holds: the taps' addresses are those of the first tap, further on.

    columns: how many of the window's columns are taps.
    """
    sizes, window, positions, strides, dilations, before = geometry
    corner = (-before[0], -before[1], -before[2])
    fill_positions(table, x, pixel, sizes, strides, corner, positions, first, count)
    place = table
    for i in range(window[0]):
        for j in range(window[1]):
            for k in range(columns):
                further = (i * dilations[0] * sizes[1] + j * dilations[1]) * sizes[2] + k * dilations[2]
                if place != table:
                    fill_shifted(place, count, table, further * pixel)
                place += table_step


@register_jitable
def fill_table(table, table_step, x, pixel, zeros, geometry, first, count):
    """Addresses of the pixels that `count` positions from number `first` on see through each tap: [taps][positions].

    x: address of the images; pixel: bytes of a pixel; zeros: address of a pixel of zeros, for padding.
    """
    sizes, window, positions, strides, dilations, before = geometry
    if stays_inside(geometry):
        fill_inside(table, table_step, x, pixel, geometry, window[2], first, count)
        return
    done = 0
    while done < count:
        # as many as lie on one line of the output
        column = (first + done) % positions[2]
        line = (first + done) // positions[2]
        size = min(positions[2] - column, count - done)
        row, line = line % positions[1], line // positions[1]
        plane, image = line % positions[0], line // positions[0]
        place = table + done * WORD
        for i in range(window[0]):
            at0 = plane * strides[0] - before[0] + i * dilations[0]
            for j in range(window[1]):
                at1 = row * strides[1] - before[1] + j * dilations[1]
                if 0 <= at0 < sizes[0] and 0 <= at1 < sizes[1]:
                    source = x + ((image * sizes[0] + at0) * sizes[1] + at1) * sizes[2] * pixel
                    for k in range(window[2]):
                        start = k * dilations[2] - before[2]
                        fill_line(place, source, pixel, zeros, start, strides[2], sizes[2], column, size)
                        place += table_step
                else:
                    for _ in range(window[2]):
                        fill_word(place, size, zeros)
                        place += table_step
        done += size


@register_jitable
def fill_line(place, source, pixel, zeros, start, stride, size, column, count):
    low, high = inside(start, stride, size, column, column + count)
    fill_word(place, low - column, zeros)
    step = stride * pixel
    fill_progression(place + (low - column) * WORD, high - low, source + (start + low * stride) * pixel, step)
    fill_word(place + (high - column) * WORD, column + count - high, zeros)


@register_jitable
def fill_rows(table, table_step, x, channels, zeros, patches, geometry, first, count, dtype):
    """As fill_table where pixels are small: a tap is a whole row of the window, its columns side by side in memory.

    zeros: address of such a row. Where one leaves the image it is copied to the memory at `patches`, which holds a whole
    window a position.
    """
    sizes, window, positions, strides, dilations, before = geometry
    pixel = channels * item_bytes(dtype)
    if stays_inside(geometry):
        fill_inside(table, table_step, x, pixel, geometry, 1, first, count)
        return
    done = 0
    while done < count:
        # as many as lie on one line of the output, and those among them whose row of the window is inside
        column = (first + done) % positions[2]
        line = (first + done) // positions[2]
        last = column + min(positions[2] - column, count - done)
        row, line = line % positions[1], line // positions[1]
        plane, image = line % positions[0], line // positions[0]
        low = min(max((before[2] + strides[2] - 1) // strides[2], column), last)
        high = max(min((sizes[2] - window[2] + before[2]) // strides[2] + 1, last), low)
        place = table + done * WORD
        for p in range(window[0]):
            at0 = plane * strides[0] - before[0] + p * dilations[0]
            for j in range(window[1]):
                at1 = row * strides[1] - before[1] + j * dilations[1]
                if 0 <= at0 < sizes[0] and 0 <= at1 < sizes[1]:
                    source = x + ((image * sizes[0] + at0) * sizes[1] + at1) * sizes[2] * pixel
                    patches = patch_rows(place, source, channels, patches, geometry, column, low, dtype)
                    behind = place + (high - column) * WORD
                    patches = patch_rows(behind, source, channels, patches, geometry, high, last, dtype)
                    start, step = source + (low * strides[2] - before[2]) * pixel, strides[2] * pixel
                    fill_progression(place + (low - column) * WORD, high - low, start, step)
                else:
                    fill_word(place, last - column, zeros)
                place += table_step
        done += last - column


@register_jitable
def patch_rows(place, source, channels, patches, geometry, begin, end, dtype):
    """Copies rows of the window, those of positions [begin, end) of a line, with zeros where they leave the image.

    Returns where the next patches go.
    """
    sizes, window, _, strides, _, before = geometry
    pixel = channels * item_bytes(dtype)
    for position in range(begin, end):
        start = position * strides[2] - before[2]
        missing = min(max(-start, 0), window[2])
        behind = min(max(start + window[2] - sizes[2], 0), window[2])
        copy_inside(patches, source + start * pixel, missing * channels, (window[2] - behind) * channels, dtype)
        clear_elements(patches + (window[2] - behind) * pixel, behind * channels, dtype)
        set_word(place, position - begin, patches)
        patches += window[2] * pixel
    return patches


@register_jitable
def copy_inside(target, source, first, end, dtype):
    """Elements [first, end) of a row; zeros before them."""
    clear_elements(target, min(first, end), dtype)
    for i in range(first, end):
        at = i * item_bytes(dtype)
        store_scalar(target + at, load_scalar(source + at, dtype))


@register_jitable
def clear_elements(target, count, dtype):
    for i in range(count):
        store_scalar(target + i * item_bytes(dtype), dtype.type(0))
