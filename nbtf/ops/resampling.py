"""Images [N, H, W, C] seen through other coordinates: projections of the plane, and scales with filters."""

from nbtf import dtypes, shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, check_in_words, may_equal

# ---- projections -----------------------------------------------------------------------------------------------------


def _projected(images, transforms, output_shape, output_shape_dims, interpolation, fill_mode):
    check_in_words(
        len(images) == 4, "Shape must be rank 4 but is rank {}", "Input images must have rank 4", len(images)
    )
    check(
        len(transforms) == 2
        and may_equal(transforms[1], 8)
        and (may_equal(transforms[0], 1) or may_equal(transforms[0], images[0])),
        "Input transform should be num_images x 8 or 1 x 8",
    )
    check_in_words(
        len(output_shape_dims) == 1,
        "Shape must be rank 1 but is rank {0}",
        "output shape must be 1-dimensional{1}",
        len(output_shape_dims),
        output_shape_dims,
    )
    check_in_words(
        may_equal(output_shape_dims[0], 2),
        "Dimension must be 2 but is {0}",
        "output shape must have two elements{1}",
        output_shape_dims[0],
        output_shape_dims,
    )
    for i in range(2):
        check(output_shape[i] > 0 or output_shape[i] == HIDDEN, "output dimensions must be positive")
    check(shapes.place_of(interpolation, shapes.INTERPOLATIONS) >= 0, "Invalid interpolation")
    check(shapes.place_of(fill_mode, shapes.FILL_MODES) >= 0, "Invalid fill mode")
    return (images[0], max(output_shape[0], UNKNOWN), max(output_shape[1], UNKNOWN), images[3])


def _matrices(transforms):
    with terms.op_scope("flat_transforms_to_matrices"):
        flat = raw.Reshape(transforms, terms.constant([-1, 8], dtypes.int32))
        count = terms.shape(flat)[0]
        whole = terms.concat([flat, terms.ones([count, 1], dtypes.float32)], 1)
        return raw.Reshape(whole, terms.constant([-1, 3, 3], dtypes.int32))


def _flat_transforms(matrices):
    with terms.op_scope("matrices_to_flat_transforms"):
        flat = raw.Reshape(matrices, terms.constant([-1, 9], dtypes.int32))
        flat = flat / flat[:, 8:9]
        return flat[:, :8]


def _projected_back(op, dy, project, **more):
    """Through the inverse of each transform."""
    images, transforms = op.inputs[:2]
    if len(transforms.dims) == 1:
        transforms = transforms[None]
    inverse = raw.MatrixInverse(_matrices(transforms))
    how = {"interpolation": op.attrs.interpolation, "fill_mode": op.attrs.fill_mode}
    flat = _flat_transforms(inverse)
    return project(dy, flat, terms.shape(images)[1:3], **how, **more)


@op("ImageProjectiveTransformV2")
class ImageProjectiveTransformV2:
    """images [N, H, W, C] read at ((a x + b y + c) / k, (d x + e y + f) / k), k = g x + h y + 1, for each pixel (x, y) of
    output_shape [2]; transforms [N or 1, (a .. h)]. Outside of the image lie zeros, or as fill_mode says."""

    kernel = "image_projective_transform_v2"

    def shape(images, transforms, output_shape: Value, output_shape_dims, interpolation, fill_mode):
        return _projected(images, transforms, output_shape, output_shape_dims, interpolation, fill_mode)

    def gradient(op, dy):
        return _projected_back(op, dy, raw.ImageProjectiveTransformV2), None, None


@op("ImageProjectiveTransformV3")
class ImageProjectiveTransformV3:
    """ImageProjectiveTransformV2 with fill_value [] outside of the image."""

    kernel = "image_projective_transform_v3"

    def shape(images, transforms, output_shape: Value, fill_value, output_shape_dims, interpolation, fill_mode):
        check(len(fill_value) == 0, "fill_value must be a scalar{}", fill_value)
        return _projected(images, transforms, output_shape, output_shape_dims, interpolation, fill_mode)

    def gradient(op, dy):
        return _projected_back(op, dy, raw.ImageProjectiveTransformV3, fill_value=0.0), None, None, None


# ---- scales ----------------------------------------------------------------------------------------------------------


def _check_pair(x):
    check(len(x) == 1, "t must be 1-dimensional{}", x)
    check(may_equal(x[0], 2), "t must have two elements{}", x)


@op("ScaleAndTranslate")
class ScaleAndTranslate:
    """images [N, H, W, C] times scale [2], then moved by translation [2]: the pixels of size [2], through a filter that
    antialias makes as wide as a pixel of what is made smaller: [N, size..., C], float32."""

    kernel = "scale_and_translate"
    workspace = {"rows": "float32", "weights": "float32"}

    def workspace_size(images, size: Value):
        return (images[0] * size[0] * images[2] * images[3], max(images[1], images[2]))

    def shape(images, size: Value, scale, translation, size_dims, kernel_type):
        check_in_words(
            len(images) == 4,
            "Shape must be rank 4 but is rank {0}",
            "input must be 4-dimensional{1}",
            len(images),
            images,
        )
        check_in_words(
            len(size_dims) == 1,
            "Shape must be rank 1 but is rank {0}",
            "output_shape_t must be 1-dimensional{1}",
            len(size_dims),
            size_dims,
        )
        check_in_words(
            may_equal(size_dims[0], 2),
            "Dimension must be 2 but is {0}",
            "output_shape_t must have two elements{1}",
            size_dims[0],
            size_dims,
        )
        for i in range(2):
            check(size[i] > 0 or size[i] == HIDDEN, "output dimensions must be positive")
        check(images[3] != 0, "image must have at least one channel")
        check(images[1] != 0 and images[2] != 0, "input image must be of non-zero size")
        _check_pair(scale)
        _check_pair(translation)
        check(shapes.place_of(kernel_type, shapes.FILTERS) >= 0, "Unrecognized kernel type")
        return (images[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), images[3])

    def gradient(op, dy):
        images, _, scale, translation = op.inputs
        how = {"kernel_type": op.attrs.kernel_type, "antialias": op.attrs.antialias}
        return raw.ScaleAndTranslateGrad(dy, images, scale, translation, **how), None, None, None


@op("ScaleAndTranslateGrad")
class ScaleAndTranslateGrad:
    """Gradient of ScaleAndTranslate for its images: grads [N, h, w, C], original_image [N, H, W, C] -> [N, H, W, C]."""

    kernel = "scale_and_translate_grad"
    workspace = {"rows": "float32", "weights": "float32"}

    def workspace_size(grads, original_image):
        return (grads[0] * grads[1] * original_image[2] * grads[3], max(original_image[1], original_image[2]))

    def shape(grads, original_image, scale, translation, kernel_type):
        check(len(grads) == 4, "input_grad must be 4-dimensional{}", grads)
        check(len(original_image) == 4, "original_image must be 4-dimensional{}", original_image)
        _check_pair(scale)
        _check_pair(translation)
        check(shapes.place_of(kernel_type, shapes.FILTERS) >= 0, "Unrecognized kernel type")
        return (grads[0], original_image[1], original_image[2], grads[3])
