"""Between space, batch and depth: blocks of rows and columns moved to other axes, and image patches."""

import numpy as np

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops.slicing import _plan_words
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, product, window_size

NHWC, NCHW = 0, 1  # positions among the allowed values of the attribute `data_format`


# ---- space and batch -------------------------------------------------------------------------------------------------


def _blocks(input, block_shape, margins, margin_dims):
    """Number of elements of a block, or UNKNOWN; checks what both directions share."""
    count = len(block_shape)
    check(
        len(input) > count,
        "input rank should be >= {} instead of {}",
        count + 1,
        len(input),
    )
    check(
        len(margin_dims) == 2 and len(margins) == 2 * count,
        "paddings or crops should have shape [{}, 2] instead of {}",
        count,
        margin_dims,
    )
    size = 1
    for i in range(count):
        check(
            block_shape[i] >= 1 or block_shape[i] == HIDDEN,
            "All values in block_shape must be positive, got {}",
            block_shape[i],
        )
        check(
            (margins[2 * i] >= 0 or margins[2 * i] == HIDDEN)
            and (margins[2 * i + 1] >= 0 or margins[2 * i + 1] == HIDDEN),
            "Paddings and crops must be non-negative: {}, {}",
            margins[2 * i],
            margins[2 * i + 1],
        )
        size = UNKNOWN if UNKNOWN in (size, max(block_shape[i], UNKNOWN)) else size * block_shape[i]
    return size


@op("SpaceToBatchND")
class SpaceToBatchND:
    """Every block of the padded spatial axes becomes entries of the batch.

    input [b, s_i..., rest...], block_shape [m], paddings [m, 2]
    -> [b * blocks, (s_i + paddings_i) / block_i..., rest...].
    """

    kernel = "space_to_batch"
    moves = ("input", "output")

    def shape(input, block_shape: Value, paddings: Value, paddings_dims, out):
        size = _blocks(input, block_shape, paddings, paddings_dims)
        out.append(UNKNOWN if UNKNOWN in (size, input[0]) else input[0] * size)
        for i in range(1, len(input)):
            if i > len(block_shape):
                out.append(input[i])
                continue
            before, after, block = paddings[2 * i - 2], paddings[2 * i - 1], block_shape[i - 1]
            if before == HIDDEN or after == HIDDEN or block == HIDDEN or input[i] == UNKNOWN:
                out.append(UNKNOWN)
                continue
            padded = before + input[i] + after
            check(
                padded % block == 0,
                "padded_shape[{}]={} is not divisible by block_shape[{}]={}",
                i - 1,
                padded,
                i - 1,
                block,
            )
            out.append(padded // block)

    def gradient(op, dy):
        return raw.BatchToSpaceND(dy, op.inputs[1], op.inputs[2]), None, None


@op("BatchToSpaceND")
class BatchToSpaceND:
    """Entries of the batch become blocks of the spatial axes, which are then cropped: the inverse of SpaceToBatchND.

    input [b * blocks, s_i..., rest...], block_shape [m], crops [m, 2] -> [b, s_i * block_i - crops_i..., rest...].
    """

    kernel = "batch_to_space"
    moves = ("input", "output")

    def shape(input, block_shape: Value, crops: Value, crops_dims, out):
        size = _blocks(input, block_shape, crops, crops_dims)
        known = UNKNOWN not in (size, input[0])
        check(
            not known or input[0] % size == 0,
            "Input batch dimension ({}) is not divisible by product of block sizes ({})",
            input[0],
            size,
        )
        out.append(input[0] // size if known else UNKNOWN)
        for i in range(1, len(input)):
            if i > len(block_shape):
                out.append(input[i])
                continue
            before, after, block = crops[2 * i - 2], crops[2 * i - 1], block_shape[i - 1]
            if before == HIDDEN or after == HIDDEN or block == HIDDEN or input[i] == UNKNOWN:
                out.append(UNKNOWN)
                continue
            left = input[i] * block - before - after
            check(left >= 0, "cropped_shape[{}]={} must be non-negative", i - 1, left)
            out.append(left)

    def gradient(op, dy):
        return raw.SpaceToBatchND(dy, op.inputs[1], op.inputs[2]), None, None


def _images_in_blocks(input, block_size, margins, margin_dims, grows):
    """Dims of SpaceToBatch (grows: the batch does) and BatchToSpace over rows and columns."""
    check(len(input) == 4, "Input rank should be 4 instead of {}", len(input))
    check(block_size >= 2, "Block size should be > 1, but is {}", block_size)
    check(len(margin_dims) == 2 and len(margins) == 4, "paddings or crops must be a 2 x 2 matrix: {}", margin_dims)
    area = block_size * block_size
    batch = input[0]
    if batch != UNKNOWN:
        check(grows or batch % area == 0, "Input batch dimension ({}) is not divisible by {}", batch, area)
        batch = batch * area if grows else batch // area
    sizes = [UNKNOWN, UNKNOWN]
    for i in range(2):
        size, before, after = input[1 + i], margins[2 * i], margins[2 * i + 1]
        if size == UNKNOWN or HIDDEN in (before, after):
            continue
        check(before >= 0 and after >= 0, "Paddings and crops must be non-negative: {}, {}", before, after)
        if grows:
            size += before + after
            check(size % block_size == 0, "padded size {} is not divisible by block size {}", size, block_size)
            sizes[i] = size // block_size
        else:
            sizes[i] = size * block_size - before - after
            check(sizes[i] >= 0, "cropped size {} must be non-negative", sizes[i])
    return (batch, sizes[0], sizes[1], input[3])


def _lower_to_nd(node, r, op_type, **types):
    x, margins = node.inputs
    block = r.constant(np.full(2, node.attrs.block_size, np.int32))
    attrs = {"T": x.dtype, "Tblock_shape": dtypes.int32, **types}
    return r.add(op_type, [x, block, margins], [(x.dtype, node.outputs[0].shape)], **attrs)


@op("SpaceToBatch")
class SpaceToBatch:
    """SpaceToBatchND over the rows and columns of images: input [b, h, w, c], paddings [2, 2]."""

    def shape(input, paddings: Value, paddings_dims, block_size):
        return _images_in_blocks(input, block_size, paddings, paddings_dims, True)

    def lower(node, r):
        return _lower_to_nd(node, r, "SpaceToBatchND", Tpaddings=node.inputs[1].dtype)

    def gradient(op, dy):
        return raw.BatchToSpaceND(dy, np.full(2, op.attrs.block_size, np.int64), op.inputs[1]), None


@op("BatchToSpace")
class BatchToSpace:
    """BatchToSpaceND over the rows and columns of images: input [b, h, w, c], crops [2, 2]."""

    def shape(input, crops: Value, crops_dims, block_size):
        return _images_in_blocks(input, block_size, crops, crops_dims, False)

    def lower(node, r):
        return _lower_to_nd(node, r, "BatchToSpaceND", Tcrops=node.inputs[1].dtype)

    def gradient(op, dy):
        return raw.SpaceToBatchND(dy, np.full(2, op.attrs.block_size), op.inputs[1]), None


# ---- space and depth -------------------------------------------------------------------------------------------------


def _check_images(input, block_size, data_format):
    check(data_format in (NHWC, NCHW), "Only NHWC and NCHW data_format are supported.")
    check(len(input) == 4, "Input rank should be: 4 instead of: {}", len(input))
    check(block_size >= 2, "Block size should be > 1, but is {}", block_size)


@op("SpaceToDepth")
class SpaceToDepth:
    """Blocks of rows and columns become channels: [n, h, w, c] -> [n, h / b, w / b, c * b * b]; NHWC or NCHW."""

    kernel = "space_to_depth"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(input, block_size, data_format):
        _check_images(input, block_size, data_format)
        first = 1 if data_format == NHWC else 2
        rows, columns, depth = input[first], input[first + 1], input[3 if data_format == NHWC else 1]
        check(
            (rows == UNKNOWN or rows % block_size == 0) and (columns == UNKNOWN or columns % block_size == 0),
            "Image width {} and height {} should be divisible by block_size: {}",
            columns,
            rows,
            block_size,
        )
        rows = rows if rows == UNKNOWN else rows // block_size
        columns = columns if columns == UNKNOWN else columns // block_size
        depth = depth if depth == UNKNOWN else depth * block_size * block_size
        return (input[0], rows, columns, depth) if data_format == NHWC else (input[0], depth, rows, columns)

    def gradient(op, dy):
        return raw.DepthToSpace(dy, block_size=op.attrs.block_size, data_format=op.attrs.data_format)


@op("DepthToSpace")
class DepthToSpace:
    """Channels become blocks of rows and columns: [n, h, w, c] -> [n, h * b, w * b, c / (b * b)]; NHWC or NCHW."""

    kernel = "depth_to_space"
    moves = ("input", "output")
    workspace = {"plan": "int64"}
    workspace_size = _plan_words

    def shape(input, block_size, data_format):
        _check_images(input, block_size, data_format)
        first = 1 if data_format == NHWC else 2
        rows, columns, depth = input[first], input[first + 1], input[3 if data_format == NHWC else 1]
        check(
            depth == UNKNOWN or depth % (block_size * block_size) == 0,
            "Input depth dimension {} should be divisible by: {}",
            depth,
            block_size * block_size,
        )
        rows = rows if rows == UNKNOWN else rows * block_size
        columns = columns if columns == UNKNOWN else columns * block_size
        depth = depth if depth == UNKNOWN else depth // (block_size * block_size)
        return (input[0], rows, columns, depth) if data_format == NHWC else (input[0], depth, rows, columns)

    def gradient(op, dy):
        return raw.SpaceToDepth(dy, block_size=op.attrs.block_size, data_format=op.attrs.data_format)


# ---- patches ---------------------------------------------------------------------------------------------------------


@op("ExtractImagePatches")
class ExtractImagePatches:
    """The window around each place, flat: images [n, h, w, c] -> [n, oh, ow, kh * kw * c]; zeros outside."""

    ranks = {"images": 4}
    kernel = "extract_image_patches"
    moves = ("images", "patches")

    def shape(images, ksizes, strides, rates, padding):
        check(len(images) == 4, "images must be 4-dimensional: {}", images)
        check(len(ksizes) == 4, "ksizes requires 4 dimensions: {}", len(ksizes))
        check(len(strides) == 4, "strides requires 4 dimensions: {}", len(strides))
        check(len(rates) == 4, "rates requires 4 dimensions: {}", len(rates))
        for i in range(4):
            check(ksizes[i] >= 1 and strides[i] >= 1 and rates[i] >= 1, "ksizes, strides and rates must be positive")
        ends = product((ksizes[0], ksizes[3], strides[0], strides[3], rates[0], rates[3]))
        check(ends == 1, "Only support ksizes, strides and rates across space.")
        depth = images[3] if images[3] == UNKNOWN else images[3] * ksizes[1] * ksizes[2]
        return (
            images[0],
            window_size(images[1], ksizes[1], strides[1], rates[1], padding, 0, 0),
            window_size(images[2], ksizes[2], strides[2], rates[2], padding, 0, 0),
            depth,
        )

    def gradient(op, dy):
        """Sums over the patches that a pixel is in; position 0 is the padding."""
        x = op.inputs[0]
        batch, rows, columns, channels = (terms.shape(x)[axis] for axis in range(4))
        count = rows * columns
        positions = raw.Reshape(raw.Range(1, count + 1, 1, name="range"), [1, rows, columns, 1])
        attrs = {name: getattr(op.attrs, name) for name in ("ksizes", "strides", "rates", "padding")}
        pixels = raw.Reshape(raw.ExtractImagePatches(positions, **attrs), [-1])
        parts = terms.transpose(raw.Reshape(dy, [batch, -1, channels]), [1, 0, 2])
        sums = raw.UnsortedSegmentSum(parts, pixels, count + 1)[1:]
        return raw.Reshape(terms.transpose(sums, [1, 0, 2]), terms.shape(x))


@op("ExtractVolumePatches")
class ExtractVolumePatches:
    """The window around each place, flat: input [n, p, h, w, c] -> [n, op, oh, ow, kp * kh * kw * c]; zeros outside."""

    kernel = "extract_volume_patches"
    moves = ("input", "patches")

    def shape(input, ksizes, strides, padding):
        check(len(input) == 5, "input must be 5-dimensional: {}", input)
        check(len(ksizes) == 5, "ksizes requires 5 dimensions: {}", len(ksizes))
        check(len(strides) == 5, "strides requires 5 dimensions: {}", len(strides))
        for i in range(5):
            check(ksizes[i] >= 1 and strides[i] >= 1, "ksizes and strides must be positive")
        ends = product((ksizes[0], ksizes[4], strides[0], strides[4]))
        check(ends == 1, "Only support ksizes and strides across space.")
        depth = input[4] if input[4] == UNKNOWN else input[4] * ksizes[1] * ksizes[2] * ksizes[3]
        return (
            input[0],
            window_size(input[1], ksizes[1], strides[1], 1, padding, 0, 0),
            window_size(input[2], ksizes[2], strides[2], 1, padding, 0, 0),
            window_size(input[3], ksizes[3], strides[3], 1, padding, 0, 0),
            depth,
        )

    def gradient(op, dy):
        """As of ExtractImagePatches."""
        x = op.inputs[0]
        batch, planes, rows, columns, channels = (terms.shape(x)[axis] for axis in range(5))
        count = planes * rows * columns
        positions = raw.Reshape(raw.Range(1, count + 1, 1, name="range"), [1, planes, rows, columns, 1])
        attrs = {name: getattr(op.attrs, name) for name in ("ksizes", "strides", "padding")}
        pixels = raw.Reshape(raw.ExtractVolumePatches(positions, **attrs), [-1])
        parts = terms.transpose(raw.Reshape(dy, [batch, -1, channels]), [1, 0, 2])
        sums = raw.UnsortedSegmentSum(parts, pixels, count + 1)[1:]
        return raw.Reshape(terms.transpose(sums, [1, 0, 2]), terms.shape(x))
