"""tf.contrib.layers.batch_norm: in one op or several, of rows and images, and all ways to update its averages."""

import numpy as np


def build(tf):
    tf.set_random_seed(3)
    norm = tf.contrib.layers.batch_norm
    image = tf.placeholder(tf.float32, [2, 4, 4, 3], "image")
    batch = tf.placeholder(tf.float32, [None, 4, 4, 3], "batch")
    rows = tf.placeholder(tf.float32, [2, 3], "rows")
    steps = tf.placeholder(tf.float32, [2, 4, 3], "steps")
    first = tf.placeholder(tf.float32, [2, 3, 4, 4], "first")
    training = tf.placeholder(tf.bool, [], "training")
    weights = tf.placeholder(tf.float32, [2], "weights")
    now = {"updates_collections": None, "decay": 0.9}
    fetches = {
        "layer": norm(image, scale=True),
        "layer_test": norm(image, is_training=False),
        "layer_renorm": norm(batch, renorm=True, trainable=False, renorm_clipping={"rmax": 2.0, "dmax": 1.0}),
        "layer_adjusted": norm(image, adjustment=lambda dims: (tf.ones(dims), tf.zeros(dims))),
        "layer_steps": norm(steps, is_training=training, variables_collections={"beta": ["betas"]}, scope="steps_norm"),
        "now": norm(image, **now),
        "now_test": norm(image, is_training=False, **now),
        "now_maybe": norm(batch, is_training=training, **now),
        "other": norm(image, updates_collections="other", is_training=training, center=False, scale=True),
        "rows": norm(rows, scale=True),
        "rows_maybe": norm(rows, is_training=training, outputs_collections="ends", **now),
        "rows_unknown": norm(batch[:, 0, 0], **now),
        "debiased": norm(image, zero_debias_moving_mean=True, fused=False, **now),
        "weighted": norm(image, batch_weights=weights),
        "weighted_maybe": norm(image, batch_weights=weights, is_training=training, scale=True, **now),
        "separate_first": norm(first, data_format="NCHW", fused=False, scale=True, **now),
        "separate_steps": norm(steps, is_training=training, **now),
        "initialized": norm(
            image,
            param_initializers={"beta": tf.ones_initializer(), "moving_mean": tf.constant_initializer(2.0)},
            param_regularizers={"beta": tf.nn.l2_loss},
            variables_collections={"beta": ["betas"], "moving_mean": ["means"]},
            activation_fn=tf.nn.relu,
            **now,
        ),
    }
    norm(first, data_format="NCHW")
    norm(first, data_format="NCHW", **now)
    norm(rows, data_format="NCHW", **now)
    with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(3)):
        fetches["parts"] = norm(steps, **now)
    for key in ("update_ops", "other", "betas", "means", "ends", "model_variables", "regularization_losses"):
        tf.constant([one.name for one in tf.get_collection(key)], tf.string, name=f"names_{key}")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    random = np.random.default_rng(1)
    feeds = {
        "image:0": random.standard_normal((2, 4, 4, 3)),
        "batch:0": random.standard_normal((3, 4, 4, 3)),
        "rows:0": random.standard_normal((2, 3)),
        "steps:0": random.standard_normal((2, 4, 3)),
        "first:0": random.standard_normal((2, 3, 4, 4)),
        "weights:0": [1.0, 0.5],
        "training:0": True,
    }
    results = session.run(fetches, feeds)
    updates = [one for key in ("update_ops", "other") for one in tf.get_collection(key)]
    session.run(updates, feeds)
    results.update({one.op.name: value for one, value in _averages(tf, session)})
    feeds["training:0"] = False
    tested = session.run(fetches, feeds)
    return {**results, **{f"{label}_later": value for label, value in tested.items()}}


def _averages(tf, session):
    averages = [one for one in tf.global_variables() if "/moving_" in one.name or "/renorm" in one.name]
    return zip(averages, session.run(averages), strict=True)


ATOL = 1e-5


def errors(tf):
    norm = tf.contrib.layers.batch_norm
    image = [2, 4, 4, 3]
    return {
        "format": (lambda: norm(tf.ones(image), data_format="N"), "NCHW or NHWC"),
        "rank": (lambda: norm(tf.placeholder(tf.float32)), "undefined rank"),
        "channels": (lambda: norm(tf.placeholder(tf.float32, [2, None])), "must be known"),
        "renorm": (lambda: norm(tf.ones(image), batch_weights=tf.ones([2]), renorm=True), "not supported with"),
        "renorm now": (lambda: norm(tf.ones(image), updates_collections=None, renorm=True), "not supported with"),
        "twice": (lambda: (norm(tf.ones(image), scope="n"), norm(tf.ones(image), scope="n")), "already exists"),
    }
