"""tf.image: images changed, compared, decoded and looked at."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.image.adjusting": (
        "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_jpeg_quality",
        "adjust_saturation", "per_image_standardization", "random_brightness", "random_contrast", "random_hue",
        "random_jpeg_quality", "random_saturation",
    ),
    "nbtf.image.boxes": (
        "combined_non_max_suppression", "crop_and_resize", "draw_bounding_boxes", "extract_glimpse",
        "generate_bounding_box_proposals", "non_max_suppression", "non_max_suppression_overlaps", "non_max_suppression_with_scores",
        "sample_distorted_bounding_box",
    ),
    "nbtf.image.colors": (
        "grayscale_to_rgb", "hsv_to_rgb", "rgb_to_grayscale", "rgb_to_hsv", "rgb_to_yiq", "rgb_to_yuv", "yiq_to_rgb",
        "yuv_to_rgb",
    ),
    "nbtf.image.converting": ("convert_image_dtype",),
    "nbtf.image.cropping": ("central_crop", "crop_to_bounding_box", "pad_to_bounding_box"),
    "nbtf.image.decoding": (
        "decode_and_crop_jpeg", "decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png",
        "encode_jpeg", "encode_png", "extract_jpeg_shape", "is_jpeg",
    ),
    "nbtf.image.edges": ("image_gradients", "sobel_edges", "total_variation"),
    "nbtf.image.orienting": (
        "flip_left_right", "flip_up_down", "random_flip_left_right", "random_flip_up_down", "rot90", "transpose",
        "transpose as transpose_image",
    ),
    "nbtf.image.padded_suppression": ("non_max_suppression_padded",),
    "nbtf.image.patches": ("extract_image_patches", "extract_patches"),
    "nbtf.image.quality": ("psnr", "ssim", "ssim_multiscale"),
    "nbtf.image.resizing": (
        "resize", "resize_area", "resize_bicubic", "resize_bilinear", "resize as resize_images",
        "resize_nearest_neighbor", "resize_with_crop_or_pad", "resize_with_crop_or_pad as resize_image_with_crop_or_pad",
        "resize_with_pad as resize_image_with_pad", "ResizeMethod",
    ),
    "nbtf.random.sampling": ("random_crop",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
