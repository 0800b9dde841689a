"""Parts of images, and images with margins."""

import numpy as np

FLOATS = np.arange(6 * 8 * 3, dtype=np.float32).reshape(6, 8, 3)
BATCH = np.arange(2 * 6 * 8 * 3, dtype=np.float32).reshape(2, 6, 8, 3)


def build(tf):
    image = tf.image
    floats = tf.placeholder(tf.float32, [6, 8, 3], name="floats")
    known = tf.placeholder(tf.float32, [2, 6, 8, 3], name="known")
    batch = tf.placeholder(tf.float32, [None, None, None, 3], name="batch")
    loose = tf.placeholder(tf.float32, [None, None, 3], name="loose")
    any_ = tf.placeholder(tf.float32, name="any")
    row = tf.placeholder(tf.int32, [], name="row")
    fraction = tf.placeholder(tf.float32, [], name="fraction")
    made = {}
    for name, one in {"floats": floats, "known": known, "batch": batch, "loose": loose, "any": any_}.items():
        made[f"crop/{name}"] = image.crop_to_bounding_box(one, 1, 2, 3, 4)
        made[f"pad/{name}"] = image.pad_to_bounding_box(one, 1, 2, 9, 11)
        if name != "any":
            made[f"middle/{name}"] = image.central_crop(one, 0.5)
            made[f"middle third/{name}"] = image.central_crop(one, 0.34)
    made |= {
        "crop at a row": image.crop_to_bounding_box(floats, row, 0, 3, tf.constant(4)),
        "crop a batch": image.crop_to_bounding_box(batch, row, row, 3, row),
        "pad at a row": image.pad_to_bounding_box(floats, row, 0, 9, tf.constant(10)),
        "pad a batch": image.pad_to_bounding_box(batch, row, row, 9, tf.constant(10)),
        "middle of a fraction": image.central_crop(floats, fraction),
        "middle of a constant": image.central_crop(known, tf.constant(0.7)),
        "middle of any": image.central_crop(batch, fraction),
        "all": image.central_crop(floats, 1.0),
    }
    return made


FEEDS = {
    "floats:0": FLOATS, "known:0": BATCH, "batch:0": BATCH, "loose:0": FLOATS, "any:0": FLOATS, "row:0": 2,
    "fraction:0": 0.6,
}  # fmt: skip


def errors(tf):
    image = tf.image
    one = np.zeros([4, 5, 3], np.float32)

    def run(make):
        def evaluate():
            with tf.Session() as session:
                loose = tf.placeholder(tf.float32, [None, None, 3])
                session.run(make(loose), {loose: one})

        return evaluate

    return {
        "crop of a row": (lambda: image.crop_to_bounding_box(one[0], 0, 0, 1, 1), "either 3 or 4"),
        "left": (lambda: image.crop_to_bounding_box(one, 0, -1, 1, 1), "offset_width must be >= 0."),
        "top": (lambda: image.crop_to_bounding_box(one, -1, 0, 1, 1), "offset_height must be >= 0."),
        "width": (lambda: image.crop_to_bounding_box(one, 0, 0, 1, 0), "target_width must be > 0."),
        "height": (lambda: image.crop_to_bounding_box(one, 0, 0, 0, 1), "target_height must be > 0."),
        "right": (lambda: image.crop_to_bounding_box(one, 0, 4, 1, 2), "width must be >= target"),
        "bottom": (lambda: image.crop_to_bounding_box(one, 3, 0, 2, 1), "height must be >= target"),
        "pad left": (lambda: image.pad_to_bounding_box(one, 0, -1, 9, 9), "offset_width must be >= 0"),
        "pad top": (lambda: image.pad_to_bounding_box(one, -1, 0, 9, 9), "offset_height must be >= 0"),
        "pad right": (lambda: image.pad_to_bounding_box(one, 0, 5, 9, 9), "width must be <= target"),
        "pad bottom": (lambda: image.pad_to_bounding_box(one, 6, 0, 9, 9), "height must be <= target"),
        "fraction": (lambda: image.central_crop(one, 0), "within"),
        "fraction above": (lambda: image.central_crop(one, 1.5), "within"),
        "row": (lambda: image.central_crop(one[0], 0.5), "three-dimensional"),
        "volume": (lambda: image.central_crop(one[None, None], 0.5), "rank = 3"),
        "run right": (run(lambda x: image.crop_to_bounding_box(x, 0, 4, 1, 2)), "width must be >= target"),
        "run bottom": (run(lambda x: image.pad_to_bounding_box(x, 6, 0, 9, 9)), "height must be <= target"),
    }
