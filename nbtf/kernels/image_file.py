"""Pixels from what files of images hold: scanlines of PNG unfiltered, samples of any depth as channels of any dtype."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check

UINT8, UINT16 = 4, 17  # DataType numbers
# places of the plan, see the ops
CHANNELS, FORM, DEPTH, COLOR_TYPE, INTERLACED, TRANSPARENT, GAMMA, SIZE, PALETTE = 4, 5, 6, 7, 8, 9, 13, 14, 15
GRAY, PALETTED, GRAY_ALPHA, RGBA = 0, 3, 4, 6
# Adam7: first column and row of each pass, and their strides
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

# ---- scanlines -------------------------------------------------------------------------------------------------------


@register_jitable
def nearest_neighbour(left, above, corner):
    """Paeth's predictor: of the three the one nearest to left + above - corner."""
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


@register_jitable
def unfilter(samples, lines, first, rows, size, pixel, file_size):
    """Rows of `size` bytes, each behind its filter's number, from byte `first`; pixel: bytes of one, at least 1."""
    for row in range(rows):
        at = first + row * (size + 1) + 1
        kind = samples[at - 1]
        check(kind <= 4, "Invalid PNG data, size {}", file_size)
        for i in range(size):
            left = np.int64(lines[at + i - pixel]) if i >= pixel else 0
            above = np.int64(lines[at + i - size - 1]) if row > 0 else 0
            corner = np.int64(lines[at + i - size - 1 - pixel]) if row > 0 and i >= pixel else 0
            predicted = 0
            if kind == 1:
                predicted = left
            elif kind == 2:
                predicted = above
            elif kind == 3:
                predicted = (left + above) >> 1
            elif kind == 4:
                predicted = nearest_neighbour(left, above, corner)
            lines[at + i] = (np.int64(samples[at + i]) + predicted) & 255


@register_jitable
def sample(lines, first, i, depth):
    """Sample i of the row that begins at byte `first`."""
    if depth == 8:
        return np.int64(lines[first + i])
    if depth == 16:
        return np.int64(lines[first + 2 * i]) << 8 | np.int64(lines[first + 2 * i + 1])
    bit = i * depth
    return np.int64(lines[first + (bit >> 3)]) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1)


# ---- pixels ----------------------------------------------------------------------------------------------------------


@register_jitable
def mixed(red, green, blue, half):
    return (9797 * red + 19234 * green + 3737 * blue + half) >> 15


@register_jitable
def raised(value, largest, exponent, full):
    """value / largest to the power of the exponent, as a part of `full`."""
    return int(math.floor(full * math.pow(value / largest, exponent) + 0.5))


@register_jitable
def fill_linear(linear, gamma):
    """Light for each of 256 samples, then the sample for each of 256 lights."""
    for i in range(256):
        linear[i] = raised(i, 255, np.round(1e10 / gamma) * 1e-5, 255)
        linear[256 + i] = raised(i, 255, gamma * 1e-5, 255)


@register_jitable
def luma(red, green, blue, deep, plan, linear, dtype):
    """Gray of a color: of light where the file tells how samples mean light."""
    if red == green and red == blue:
        return red
    gamma = plan[GAMMA]
    if gamma == 0 or 95000 <= gamma <= 105000:
        return mixed(red, green, blue, 16384 if deep else 0)
    if not deep:
        return linear[256 + mixed(linear[red], linear[green], linear[blue], 16384)]
    shift = 5 if dtype == UINT8 else 0
    largest, exponent = (1 << (16 - shift)) - 1, np.round(1e10 / gamma) * 1e-5
    light = mixed(
        raised(red >> shift, largest, exponent, 65535),
        raised(green >> shift, largest, exponent, 65535),
        raised(blue >> shift, largest, exponent, 65535),
        16384,
    )
    return raised(light >> shift, largest, gamma * 1e-5, 65535)


@register_jitable
def colors_of(lines, first, column, plan):
    """(red, green, blue, alpha) of a pixel, of 16 bits where the file has 16, otherwise of 8. Alpha that is not in the
    file is as many ones as a sample has bits."""
    depth, kind = plan[DEPTH], plan[COLOR_TYPE]
    full = (1 << depth) - 1
    transparent = plan[TRANSPARENT]
    if kind == PALETTED:
        entry = PALETTE + 4 * sample(lines, first, column, depth)
        return plan[entry], plan[entry + 1], plan[entry + 2], plan[entry + 3] if transparent > 0 else full
    if kind == GRAY or kind == GRAY_ALPHA:
        wide = 2 if kind == GRAY_ALPHA else 1
        gray = sample(lines, first, wide * column, depth)
        alpha = sample(lines, first, wide * column + 1, depth) if kind == GRAY_ALPHA else full
        if transparent > 0:
            alpha = 0 if gray == plan[TRANSPARENT + 1] else max(full, 255)
        if depth < 8:
            gray = gray * (255 // full)
        return gray, gray, gray, alpha
    wide = 4 if kind == RGBA else 3
    red = sample(lines, first, wide * column, depth)
    green = sample(lines, first, wide * column + 1, depth)
    blue = sample(lines, first, wide * column + 2, depth)
    alpha = sample(lines, first, wide * column + 3, depth) if kind == RGBA else full
    if transparent > 0:
        same = red == plan[TRANSPARENT + 1] and green == plan[TRANSPARENT + 2] and blue == plan[TRANSPARENT + 3]
        alpha = 0 if same else full
    return red, green, blue, alpha


@register_jitable
def store(image, at, value, deep, dtype):
    """A value of 16 bits (deep) or 8 in the dtype of the image."""
    if dtype == UINT8:
        image[at] = value >> 8 if deep else value
    elif dtype == UINT16:
        image[at] = value if deep else 257 * value
    else:
        image[at] = np.float32(value if deep else 257 * value) * (np.float32(1) / np.float32(65535))


@register_jitable
def store_pixel(image, at, pixel, plan, linear, dtype):
    channels, deep = plan[CHANNELS], plan[DEPTH] == 16
    red, green, blue, alpha = pixel
    if channels < 3:
        store(image, at, luma(red, green, blue, deep, plan, linear, dtype), deep, dtype)
    else:
        store(image, at, red, deep, dtype)
        store(image, at + 1, green, deep, dtype)
        store(image, at + 2, blue, deep, dtype)
    if channels == 2 or channels == 4:
        store(image, at + channels - 1, alpha, deep, dtype)


@register_jitable
def copy_pixels(samples, image, dtype):
    for i in range(len(image)):
        if dtype == UINT8:
            image[i] = samples[i]
        elif dtype == UINT16:
            image[i] = np.int64(samples[i]) << 8
        else:
            image[i] = np.float32(samples[i]) * (np.float32(1) / np.float32(255))


@kernel
def image_pixels(samples, plan, image, dtype, lines, linear):
    if plan[FORM] == 0:
        copy_pixels(samples, image, dtype)
        return
    height, width, channels, depth = plan[2], plan[3], plan[CHANNELS], plan[DEPTH]
    if plan[GAMMA] > 0:
        fill_linear(linear, plan[GAMMA])
    kind = plan[COLOR_TYPE]
    bits = depth * (1 if kind == GRAY or kind == PALETTED else 2 if kind == GRAY_ALPHA else 4 if kind == RGBA else 3)
    first = 0
    for number in range(7 if plan[INTERLACED] else 1):
        left, top, across, down = PASSES[number] if plan[INTERLACED] else (0, 0, 1, 1)
        columns, rows = (width - left + across - 1) // across, (height - top + down - 1) // down
        if columns <= 0 or rows <= 0:
            continue
        size = (columns * bits + 7) // 8
        unfilter(samples, lines, first, rows, size, max(bits // 8, 1), plan[SIZE])
        for row in range(rows):
            start = first + row * (size + 1) + 1
            target = ((top + row * down) * width + left) * channels
            for column in range(columns):
                pixel = colors_of(lines, start, column, plan)
                store_pixel(image, target + column * across * channels, pixel, plan, linear, dtype)
        first += rows * (size + 1)
