"""Random brightness, contrast, hue, saturation, flips and crops."""

import numpy as np

RANDOM = np.random.RandomState(6)
FLOATS = RANDOM.uniform(size=[5, 6, 3]).astype(np.float32)
BATCH = RANDOM.uniform(size=[6, 4, 5, 3]).astype(np.float32)
BYTES = RANDOM.randint(0, 256, [5, 6, 3]).astype(np.uint8)


def build(tf):
    image = tf.image
    tf.set_random_seed(7)
    floats = tf.placeholder(tf.float32, [5, 6, 3], name="floats")
    batch = tf.placeholder(tf.float32, [6, None, None, 3], name="batch")
    any_ = tf.placeholder(tf.float32, name="any")
    bytes_ = tf.placeholder(tf.uint8, [5, 6, 3], name="bytes")
    made = {}
    for name, one in {"floats": floats, "batch": batch, "bytes": bytes_, "any": any_}.items():
        made[f"brightness/{name}"] = image.random_brightness(one, 0.3, seed=1)
        made[f"contrast/{name}"] = image.random_contrast(one, 0.3, 1.5)
        made[f"hue/{name}"] = image.random_hue(one, 0.4, seed=3)
        made[f"saturation/{name}"] = image.random_saturation(one, 0.3, 1.5, 4)
        made[f"flip/{name}"] = image.random_flip_left_right(one, seed=2)
        made[f"flip again/{name}"] = image.random_flip_left_right(one, seed=5)
        made[f"flip down/{name}"] = image.random_flip_up_down(one)
    made["flips of bytes"] = image.random_flip_up_down(tf.cast(batch * 255, tf.uint8), seed=9)
    made["crop"] = image.random_crop(bytes_, [2, 3, 3], seed=8)
    made["crop named"] = tf.random_crop(floats, [4, 4, 3], seed=8, name="crop")
    return made


FEEDS = {"floats:0": FLOATS, "batch:0": BATCH, "any:0": BATCH[0], "bytes:0": BYTES}


def errors(tf):
    image = tf.image
    one = np.zeros([2, 3, 3], np.float32)
    return {
        "brightness": (lambda: image.random_brightness(one, -1), "max_delta must be non-negative."),
        "contrast": (lambda: image.random_contrast(one, 1, 1), "upper must be > lower."),
        "contrast below 0": (lambda: image.random_contrast(one, -1, 1), "lower must be non-negative."),
        "hue": (lambda: image.random_hue(one, 0.6), "max_delta must be <= 0.5."),
        "hue below 0": (lambda: image.random_hue(one, -0.6), "max_delta must be non-negative."),
        "saturation": (lambda: image.random_saturation(one, 1, 1), "upper must be > lower."),
        "saturation below 0": (lambda: image.random_saturation(one, -1, 1), "lower must be non-negative."),
        "quality": (lambda: image.random_jpeg_quality(one, -1, 1), "between 0 and 100"),
        "quality range": (lambda: image.random_jpeg_quality(one, 5, 5), "must be less than"),
        "flip of a row": (lambda: image.random_flip_left_right(one[0]), "three-dimensional"),
        "flip of a volume": (lambda: image.random_flip_up_down(np.zeros([1] * 5)), "either 3 or 4"),
    }
