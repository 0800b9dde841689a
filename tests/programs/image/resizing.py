"""Images in other sizes, also within a frame."""

import numpy as np

RANDOM = np.random.RandomState(7)
FLOATS = RANDOM.uniform(size=[6, 8, 3]).astype(np.float32)
BATCH = RANDOM.uniform(size=[2, 5, 7, 3]).astype(np.float32)
BYTES = RANDOM.randint(0, 256, [6, 8, 3]).astype(np.uint8)


def build(tf):
    image = tf.image
    method = image.ResizeMethod
    floats = tf.placeholder(tf.float32, [6, 8, 3], name="floats")
    batch = tf.placeholder(tf.float32, [None, None, None, 3], name="batch")
    known = tf.placeholder(tf.float32, [2, 5, 7, 3], name="known")
    bytes_ = tf.placeholder(tf.uint8, [6, 8, 3], name="bytes")
    size = tf.placeholder(tf.int32, [2], name="size")
    height = tf.placeholder(tf.int32, [], name="height")
    made = {}
    methods = {"bilinear": method.BILINEAR, "nearest": method.NEAREST_NEIGHBOR, "cubic": method.BICUBIC}
    methods["area"] = method.AREA
    for name, how in methods.items():
        made[f"{name}"] = image.resize_images(floats, [3, 4], method=how)
        made[f"{name} corners"] = image.resize(known, [7, 6], how, align_corners=True)
        made[f"{name} fed"] = image.resize_images(batch, size, how, name="fed")
        made[f"{name} of bytes"] = image.resize_images(bytes_, (9, 5), how)
        made[f"{name} kept"] = image.resize_images(floats, [3, 5], how, preserve_aspect_ratio=True)
    made |= {
        "by name": image.resize_images(known, [4, 4], "nearest"),
        "same": image.resize_images(floats, [6, 8]),
        "same batch": image.resize_images(known, [5, 7]),
        "kept fed": image.resize_images(batch, size, preserve_aspect_ratio=True),
        "kept tensor": image.resize_images(floats, tf.constant([12, 17]), preserve_aspect_ratio=True),
        "op": image.resize_bilinear(known, [3, 4]),
        "op corners": image.resize_bilinear(batch, [3, 4], align_corners=True, name="bilinear"),
        "op half": image.resize_bilinear(batch, [3, 4], half_pixel_centers=True),
        "cubic op": image.resize_bicubic(known, size, half_pixel_centers=True),
        "area op": image.resize_area(known, [3, 2]),
        "nearest op": image.resize_nearest_neighbor(known, [3, 2]),
        "frame": image.resize_image_with_crop_or_pad(floats, 4, 10),
        "same frame": image.resize_with_crop_or_pad(known, 5, 7),
        "frame of any": image.resize_image_with_crop_or_pad(batch, 4, 10),
        "frame fed": image.resize_image_with_crop_or_pad(floats, tf.constant(9), height),
        "padded": image.resize_image_with_pad(floats, 4, 10),
        "padded batch": image.resize_image_with_pad(known, 6, 5, method.NEAREST_NEIGHBOR),
        "padded any": image.resize_image_with_pad(batch, 6, 5, align_corners=True),
        "padded fed": image.resize_image_with_pad(batch, height, 9),
    }
    return made


FEEDS = {
    "floats:0": FLOATS, "batch:0": BATCH, "known:0": BATCH, "bytes:0": BYTES, "size:0": [4, 9], "height:0": 5,
}  # fmt: skip


def errors(tf):
    image = tf.image
    one = np.zeros([2, 3, 3], np.float32)
    return {
        "unknown": (lambda: image.resize_images(tf.placeholder(tf.float32), [1, 2]), "no shape"),
        "row": (lambda: image.resize_images(one[0], [1, 2]), "either 3 or 4"),
        "size": (lambda: image.resize_images(one, [1, 2, 3]), "2 elements"),
        "float size": (lambda: image.resize_images(one, [1.5, 2]), "int32"),
        "text": (lambda: image.resize_images(one, "bilinear"), "int32"),
        "method": (lambda: image.resize_images(one, [1, 2], 7), "not implemented: 7"),
        "op of one": (lambda: image.resize_bilinear(one, [1, 2]), ""),
        "no frame": (lambda: image.resize_image_with_crop_or_pad(one, 0, 2), "target_height must be > 0."),
        "no width": (lambda: image.resize_image_with_pad(one, 1, -2), "target_width must be > 0."),
        "frame of a row": (lambda: image.resize_image_with_pad(one[0], 1, 2), "either 3 or 4"),
        "nothing": (lambda: image.resize_image_with_crop_or_pad(one[:0], 1, 2), "must be > 0"),
    }
