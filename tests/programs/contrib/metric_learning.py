"""tf.contrib.losses.metric_learning: losses of embeddings, and their gradients."""

import numpy as np


def build(tf):
    losses = tf.contrib.losses.metric_learning
    labels = tf.placeholder(tf.int32, [None], "labels")
    paired = tf.placeholder(tf.int32, [None], "paired")
    one = tf.placeholder(tf.float32, [None, 4], "one")
    other = tf.placeholder(tf.float32, [5, 4], "other")
    fetches = {
        "contrastive": losses.contrastive_loss(paired, one, other),
        "contrastive_margin": losses.contrastive_loss(paired, one, other, margin=3.0),
        "triplet": losses.triplet_semihard_loss(labels, one),
        "triplet_margin": losses.triplet_semihard_loss(tf.constant([1, 1, 2, 2, 2]), other, margin=0.2),
        "npairs": losses.npairs_loss(labels, one, other),
        "npairs_printed": losses.npairs_loss(labels, one, other, 0.1, print_losses=True),
        "lifted": losses.lifted_struct_loss(labels, one, 2.0),
    }
    for label in list(fetches)[:-1]:
        slope = tf.gradients(fetches[label], [one])[0]
        if slope is not None:
            fetches[f"{label}_slope"] = slope
    return fetches


random = np.random.default_rng(5)
FEEDS = {
    "labels:0": [1, 2, 1, 3, 2],
    "paired:0": [1, 0, 0, 1, 0],
    "one:0": random.standard_normal((5, 4)).astype(np.float32),
    "other:0": random.standard_normal((5, 4)).astype(np.float32),
}
ATOL = 1e-5
