"""Brightness, contrast and the like; colors and dtypes."""

import numpy as np

RANDOM = np.random.RandomState(5)
FLOATS = RANDOM.uniform(size=[5, 6, 3]).astype(np.float32)
BATCH = RANDOM.uniform(size=[2, 4, 5, 3]).astype(np.float32)
BYTES = RANDOM.randint(0, 256, [5, 6, 3]).astype(np.uint8)
WORDS = RANDOM.randint(0, 65536, [3, 4, 3]).astype(np.uint16)


def build(tf):
    image = tf.image
    floats = tf.placeholder(tf.float32, [5, 6, 3], name="floats")
    batch = tf.placeholder(tf.float32, [None, None, None, 3], name="batch")
    any_ = tf.placeholder(tf.float32, name="any")
    bytes_ = tf.placeholder(tf.uint8, [5, 6, 3], name="bytes")
    words = tf.placeholder(tf.uint16, [3, 4, 3], name="words")
    gray = tf.placeholder(tf.float32, [5, 6, 1], name="gray")
    signed = tf.cast(words, tf.int32)
    doubles = tf.cast(floats, tf.float64)
    made = {}
    for name, one in {"floats": floats, "batch": batch, "bytes": bytes_, "doubles": doubles}.items():
        made[f"brightness/{name}"] = image.adjust_brightness(one, 0.3)
        made[f"contrast/{name}"] = image.adjust_contrast(one, 0.7)
        made[f"hue/{name}"] = image.adjust_hue(one, 0.2)
        made[f"saturation/{name}"] = image.adjust_saturation(one, 1.5)
        made[f"gamma/{name}"] = image.adjust_gamma(one, 1.5, 0.8)
        made[f"standardized/{name}"] = image.per_image_standardization(one)
        made[f"gray/{name}"] = image.rgb_to_grayscale(one)
    for name, one in {"floats": floats, "batch": batch, "doubles": doubles}.items():
        made[f"hsv/{name}"] = image.rgb_to_hsv(one)
        made[f"from hsv/{name}"] = image.hsv_to_rgb(one)
        made[f"yiq/{name}"] = image.rgb_to_yiq(one)
        made[f"from yiq/{name}"] = image.yiq_to_rgb(one)
        made[f"yuv/{name}"] = image.rgb_to_yuv(one)
        made[f"from yuv/{name}"] = image.yuv_to_rgb(one)
    made |= {
        "gamma of a tensor": image.adjust_gamma(bytes_, tf.constant(0.5)),
        "gamma": image.adjust_gamma(floats),
        "brightness named": image.adjust_brightness(floats, tf.constant(0.1)),
        "hue named": image.adjust_hue(floats, tf.constant(-0.1), name="hue"),
        "saturation named": image.adjust_saturation(floats, 0.0, name="saturation"),
        "grayscale": image.rgb_to_grayscale(floats, name="gray_named"),
        "colors": image.grayscale_to_rgb(gray),
        "colors of any": image.grayscale_to_rgb(any_),
        "colors of bytes": image.grayscale_to_rgb(bytes_[:, :, :1], name="colors"),
        "bytes as floats": image.convert_image_dtype(bytes_, tf.float32),
        "floats as bytes": image.convert_image_dtype(floats, tf.uint8, name="converted"),
        "saturated": image.convert_image_dtype(floats * 2 - 0.5, tf.uint8, saturate=True),
        "floats as words": image.convert_image_dtype(floats, tf.int16),
        "floats as doubles": image.convert_image_dtype(floats, tf.float64),
        "same": image.convert_image_dtype(floats, "float32", name="same"),
        "words as bytes": image.convert_image_dtype(words, tf.uint8),
        "words as bytes, saturated": image.convert_image_dtype(words, tf.uint8, saturate=True),
        "bytes as ints": image.convert_image_dtype(bytes_, tf.int32),
        "bytes as ints, saturated": image.convert_image_dtype(bytes_, tf.int32, saturate=True),
        "ints as bytes": image.convert_image_dtype(signed, tf.uint8),
        "constant": image.convert_image_dtype(BYTES, tf.float32),
    }
    return made


FEEDS = {
    "floats:0": FLOATS,
    "batch:0": BATCH,
    "any:0": BATCH[..., :1],
    "bytes:0": BYTES,
    "words:0": WORDS,
    "gray:0": FLOATS[..., :1],
}


def errors(tf):
    image = tf.image
    one = np.zeros([2, 3, 3], np.float32)
    return {
        "strings": (lambda: image.convert_image_dtype("a", tf.float32), "image dtype"),
        "to strings": (lambda: image.convert_image_dtype(one, tf.string), "dtype must be"),
        "gamma": (lambda: image.adjust_gamma(one, -1), "Gamma"),
        "hue of a row": (lambda: image.adjust_hue(one[0], 0.1), "3"),
        "two colors": (lambda: image.grayscale_to_rgb(tf.constant(one[:, :, :2])), "size 1"),
        "one pixel": (lambda: image.grayscale_to_rgb(tf.constant(one[0, 0])), "two-dimensional"),
        "standardized row": (lambda: image.per_image_standardization(one[0]), "three-dimensional"),
        "nothing standardized": (lambda: image.per_image_standardization(one[:0]), "must be > 0"),
        "yuv of any": (lambda: image.rgb_to_yuv(tf.placeholder(tf.float32)), ""),
        "yiq of bytes": (lambda: image.rgb_to_yiq(one.astype(np.uint8)), ""),
    }
