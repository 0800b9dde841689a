"""Flips, turns and transposed images."""

import numpy as np

FLOATS = np.arange(2 * 3 * 2, dtype=np.float32).reshape(2, 3, 2)
BATCH = np.arange(2 * 2 * 3 * 2, dtype=np.float32).reshape(2, 2, 3, 2)


def build(tf):
    image = tf.image
    floats = tf.placeholder(tf.float32, [2, 3, 2], name="floats")
    known = tf.placeholder(tf.float32, [2, 2, 3, 2], name="known")
    batch = tf.placeholder(tf.float32, [None, None, None, 2], name="batch")
    any_ = tf.placeholder(tf.float32, name="any")
    turns = tf.placeholder(tf.int32, [], name="turns")
    made = {}
    for name, one in {"floats": floats, "known": known, "batch": batch, "any": any_}.items():
        made[f"left/{name}"] = image.flip_left_right(one)
        made[f"up/{name}"] = image.flip_up_down(one)
        turned = {
            f"turn/{name}": image.rot90(one),
            f"turns/{name}": image.rot90(one, turns),
            f"transposed/{name}": image.transpose_image(one),
        }
        if name != "any":  # TensorFlow runs a Transpose of the branch that is not taken, and fails
            made |= turned
    for k in (0, 2, 3, 5, -1):
        made[f"turn {k}"] = image.rot90(floats, k, name=f"turn{k % 10}")
    made["transposed named"] = image.transpose(floats, name="moved")
    return made


FEEDS = {"floats:0": FLOATS, "known:0": BATCH, "batch:0": BATCH, "any:0": FLOATS, "turns:0": 3}


def errors(tf):
    image = tf.image
    one = np.zeros([2, 3, 3], np.float32)
    return {
        "row": (lambda: image.flip_left_right(one[0]), "three-dimensional"),
        "volume": (lambda: image.flip_up_down(one[None, None]), "either 3 or 4"),
        "nothing": (lambda: image.flip_up_down(one[:, :0]), "must be > 0"),
        "turns": (lambda: image.rot90(one, [1, 2]), "rank"),
        "turn of a row": (lambda: image.rot90(one[0]), "three-dimensional"),
        "transposed volume": (lambda: image.transpose(one[None, None]), "either 3 or 4"),
    }
