"""Resizing of images [N, H, W, C]: whole images, and crops of them."""

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _alignment(op):
    return {"align_corners": op.attrs.align_corners, "half_pixel_centers": op.attrs.half_pixel_centers}


# ---- whole images ----------------------------------------------------------------------------------------------------


def resized(images, size: Value, size_dims, align_corners, half_pixel_centers):
    check(not (align_corners and half_pixel_centers), "If half_pixel_centers is True, align_corners must be False.")
    check(len(images) == 4, "input must be 4-dimensional{}", images)
    check(len(size_dims) == 1 and may_equal(size_dims[0], 2), "shape_t must have two elements{}", size_dims)
    for i in range(2):
        check(size[i] > 0 or size[i] == HIDDEN, "output dimensions must be positive")
    check(images[3] != 0, "image must have at least one channel")
    check(images[1] != 0 and images[2] != 0, "input image must be of non-zero size")
    return (images[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), images[3])


def _resized_by_area(images, size: Value, size_dims):
    check(len(images) == 4, "input must be 4-dimensional{}", images)
    check(len(size_dims) == 1 and may_equal(size_dims[0], 2), "shape_t must have two elements{}", size_dims)
    for i in range(2):
        check(size[i] > 0 or size[i] == HIDDEN, "output dimensions must be positive")
    check(images[3] != 0, "image must have at least one channel")
    check(images[1] != 0 and images[2] != 0, "input image must be of non-zero size")
    return (images[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), images[3])


def _original(grads, original_image, align_corners, half_pixel_centers):
    check(not (align_corners and half_pixel_centers), "If half_pixel_centers is True, align_corners must be False.")
    check(len(grads) == 4, "input_grad must be 4-dimensional{}", grads)
    check(len(original_image) == 4, "original_image must be 4-dimensional{}", original_image)
    check(may_equal(grads[0], original_image[0]), "Dimensions must be equal, but are {} and {}", grads, original_image)
    check(may_equal(grads[3], original_image[3]), "Dimensions must be equal, but are {} and {}", grads, original_image)
    check(grads[1] != 0 and grads[2] != 0, "input_grad must be of non-zero size")
    check(original_image[1] != 0 and original_image[2] != 0, "original_image must be of non-zero size")
    return (grads[0], original_image[1], original_image[2], grads[3])


@op("ResizeNearestNeighbor")
class ResizeNearestNeighbor:
    """The nearest pixel: images [N, H, W, C], size [2] -> resized_images [N, size..., C]."""

    ranks = {"images": 4}
    kernel = "resize_nearest_neighbor"
    moves = ("images", "resized_images")
    shape = resized

    def gradient(op, dy):
        x = op.inputs[0]
        dims = None if x.dims is None else x.dims[1:3]
        size = list(dims) if terms.fully_known(dims) else terms.shape(x)[1:3]
        return raw.ResizeNearestNeighborGrad(dy, size, **_alignment(op)), None


@op("ResizeNearestNeighborGrad")
class ResizeNearestNeighborGrad:
    """Gradient of ResizeNearestNeighbor for its images: grads [N, h, w, C], size [2] -> [N, size..., C]."""

    kernel = "resize_nearest_neighbor_grad"

    def shape(grads, size: Value, size_dims):
        check(len(grads) == 4, "input must be 4-dimensional{}", grads)
        check(len(size_dims) == 1 and may_equal(size_dims[0], 2), "shape_t must have two elements{}", size_dims)
        for i in range(2):
            check(size[i] > 0 or size[i] == HIDDEN, "shape_t's elements must be positive")
        return (grads[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), grads[3])


def _two_places(size: Value):
    return (2 * (size[0] + size[1]), size[0] + size[1])


def _two_places_of_grads(grads):
    return (2 * (grads[1] + grads[2]), grads[1] + grads[2])


@op("ResizeBilinear")
class ResizeBilinear:
    """Linear between the four pixels around: images [N, H, W, C], size [2] -> resized_images [N, size..., C], float32."""

    ranks = {"images": 4}
    kernel = "resize_bilinear"
    workspace = {"places": "int64", "fractions": "float32"}
    shape = resized
    workspace_size = _two_places

    def gradient(op, dy):
        return raw.ResizeBilinearGrad(dy, op.inputs[0], **_alignment(op)), None


@op("ResizeBilinearGrad")
class ResizeBilinearGrad:
    """Gradient of ResizeBilinear for its images: grads [N, h, w, C], original_image [N, H, W, C] -> [N, H, W, C]."""

    kernel = "resize_bilinear_grad"
    workspace = {"places": "int64", "fractions": "float32"}
    shape = _original
    workspace_size = _two_places_of_grads


def _four_places(size: Value):
    return (4 * (size[0] + size[1]), 4 * (size[0] + size[1]))


def _four_places_of_grads(grads):
    return (4 * (grads[1] + grads[2]), 4 * (grads[1] + grads[2]))


@op("ResizeBicubic")
class ResizeBicubic:
    """Cubic through the sixteen pixels around: images [N, H, W, C], size [2] -> resized_images [N, size..., C], float32."""

    ranks = {"images": 4}
    kernel = "resize_bicubic"
    workspace = {"places": "int64", "weights": "float32"}
    shape = resized
    workspace_size = _four_places

    def gradient(op, dy):
        x = op.inputs[0]
        if x.dtype not in (dtypes.float32, dtypes.float64):
            return None, None
        return raw.ResizeBicubicGrad(dy, x, **_alignment(op)), None


@op("ResizeBicubicGrad")
class ResizeBicubicGrad:
    """Gradient of ResizeBicubic for its images: grads [N, h, w, C], original_image [N, H, W, C] -> [N, H, W, C]."""

    kernel = "resize_bicubic_grad"
    workspace = {"places": "int64", "weights": "float32"}
    shape = _original
    workspace_size = _four_places_of_grads


@op("ResizeArea")
class ResizeArea:
    """Mean over the area that a pixel covers: images [N, H, W, C], size [2] -> resized_images [N, size..., C], float32."""

    ranks = {"images": 4}
    kernel = "resize_area"
    shape = _resized_by_area


# ---- crops -----------------------------------------------------------------------------------------------------------


@op("CropAndResize")
class CropAndResize:
    """Crops of images, resized: image [N, H, W, C], boxes [B, (y1, x1, y2, x2)] in parts of the image, box_ind [B] ->
    crops [B, crop_size..., C], float32; extrapolation_value outside of the image.
    """

    ranks = {"image": 4, "boxes": 2, "box_ind": 1}
    kernel = "crop_and_resize"

    def shape(image, boxes, box_ind, crop_size: Value, crop_size_dims):
        check(len(image) == 4, "input image must be 4-D{}", image)
        check(len(boxes) == 2, "boxes must be 2-D{}", boxes)
        check(may_equal(boxes[1], 4), "boxes must have 4 columns")
        check(len(box_ind) == 1, "box_index must be 1-D{}", box_ind)
        check(may_equal(boxes[0], box_ind[0]), "box_index has incompatible shape")
        check(image[1] != 0 and image[2] != 0, "image dimensions must be positive")
        check(
            len(crop_size_dims) == 1 and may_equal(crop_size_dims[0], 2),
            "crop_size must have two elements{}",
            crop_size_dims,
        )
        for i in range(2):
            check(crop_size[i] > 0 or crop_size[i] == HIDDEN, "crop dimensions must be positive")
        return (boxes[0], max(crop_size[0], UNKNOWN), max(crop_size[1], UNKNOWN), image[3])

    def gradient(op, dy):
        image, boxes, box_ind, _ = op.inputs
        size = list(image.dims) if terms.fully_known(image.dims) else terms.shape(image)
        d_image = None
        if image.dtype in (dtypes.float16, dtypes.float32, dtypes.float64):
            d_image = raw.CropAndResizeGradImage(dy, boxes, box_ind, size, T=op.attrs.T, method=op.attrs.method)
        return d_image, raw.CropAndResizeGradBoxes(dy, image, boxes, box_ind), None, None


@op("CropAndResizeGradImage")
class CropAndResizeGradImage:
    """Gradient of CropAndResize for its image: grads [B, h, w, C], image_size [4] -> output [N, H, W, C]."""

    kernel = "crop_and_resize_grad_image"

    def shape(grads, boxes, box_ind, image_size: Value, image_size_dims):
        check(len(grads) == 4, "grads image must be 4-D{}", grads)
        check(len(boxes) == 2 and may_equal(boxes[1], 4), "boxes must have 4 columns")
        check(len(box_ind) == 1 and may_equal(boxes[0], box_ind[0]), "box_index has incompatible shape")
        check(may_equal(grads[0], boxes[0]), "boxes and grads have incompatible shape")
        check(grads[1] != 0 and grads[2] != 0, "grads dimensions must be positive")
        check(
            len(image_size_dims) == 1 and may_equal(image_size_dims[0], 4),
            "image_size must be 1-D with 4 elements{}",
            image_size_dims,
        )
        for i in range(1, 3):
            check(image_size[i] > 0 or image_size[i] == HIDDEN, "image dimensions must be positive")
        check(image_size[3] == HIDDEN or may_equal(image_size[3], grads[3]), "image_size and grads are incompatible")
        check(image_size[0] >= 0 or image_size[0] == HIDDEN, "image dimensions must be positive")
        return (max(image_size[0], UNKNOWN), max(image_size[1], UNKNOWN), max(image_size[2], UNKNOWN), grads[3])


@op("CropAndResizeGradBoxes")
class CropAndResizeGradBoxes:
    """Gradient of bilinear CropAndResize for its boxes: grads [B, h, w, C], image [N, H, W, C] -> output [B, 4]."""

    kernel = "crop_and_resize_grad_boxes"

    def shape(grads, image, boxes, box_ind):
        check(len(grads) == 4, "grads image must be 4-D{}", grads)
        check(len(image) == 4, "input image must be 4-D{}", image)
        check(len(boxes) == 2 and may_equal(boxes[1], 4), "boxes must have 4 columns")
        check(len(box_ind) == 1 and may_equal(boxes[0], box_ind[0]), "box_index has incompatible shape")
        check(may_equal(grads[0], boxes[0]), "boxes and grads have incompatible shape")
        check(may_equal(grads[3], image[3]), "image, grads depth differ")
        check(grads[1] != 0 and grads[2] != 0, "grads dimensions must be positive")
        check(image[1] != 0 and image[2] != 0, "image dimensions must be positive")
        return (boxes[0], 4)
