"""Gradients of patches of volumes."""

import numpy as np

SAME_NODES = False  # TensorFlow multiplies a sparse matrix, nbtf adds up segments
VOLUME = np.random.RandomState(11).uniform(size=[2, 3, 4, 5, 2]).astype(np.float32)


def build(tf):
    volume = tf.placeholder(tf.float32, [2, 3, 4, 5, 2], name="volume")
    loose = tf.placeholder(tf.float32, [None, 3, 4, 5, 2], name="loose")
    made = {}
    for name, one in {"volume": volume, "loose": loose}.items():
        for padding in ("SAME", "VALID"):
            patches = tf.extract_volume_patches(one, [1, 2, 2, 3, 1], [1, 1, 2, 1, 1], padding)
            weights = tf.range(tf.size(patches, out_type=tf.int32))
            weighted = tf.reshape(patches, [-1]) * tf.cast(weights, tf.float32)
            made[f"{name} {padding}"] = tf.gradients(weighted, one)[0]
    return made


FEEDS = {"volume:0": VOLUME, "loose:0": VOLUME}
