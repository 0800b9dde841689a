"""tf.layers: batch normalization, fused or not, with renormalization and virtual batches; updates."""


def build(tf):
    rows = tf.placeholder(tf.float32, [None, 3], "rows")
    fixed = tf.placeholder(tf.float32, [4, 3], "fixed")
    image = tf.placeholder(tf.float32, [None, 2, 4, 3], "image")
    line = tf.placeholder(tf.float32, [None, 4, 3], "line")
    training = tf.placeholder_with_default(True, [], "training")
    norm = tf.layers.batch_normalization
    clipping = {"rmax": 3.0, "rmin": 0.1, "dmax": 2.0}

    def adjustment(shape):
        return tf.ones([1, 3]) * 2.0, tf.zeros([1, 3])

    fetches = {
        "fused": norm(image),
        "fused_training": norm(image, training=True, momentum=0.9),
        "fused_either": norm(image, training=training, epsilon=0.01),
        "fused_plain": norm(image, training=True, scale=False, center=False),
        "rows": norm(rows),
        "rows_training": norm(rows, training=True, beta_initializer=tf.constant_initializer(0.5), name="trained"),
        "rows_either": norm(rows, training=training),
        "rows_frozen": norm(rows, training=True, trainable=False),
        "unfused": norm(image, fused=False, training=True, scale=False, center=False),
        "axis": norm(line, axis=1, training=True),
        "axes": norm(image, axis=[1, 3], training=True),
        "renorm": norm(rows, renorm=True, training=True),
        "renorm_either": norm(rows, renorm=True, training=training, renorm_clipping=clipping, name="renormed"),
        "renorm_inference": norm(rows, renorm=True, renorm_momentum=0.5),
        "virtual": norm(fixed, virtual_batch_size=2, training=True),
        "virtual_inference": norm(fixed, virtual_batch_size=2),
        "adjusted": norm(rows, adjustment=adjustment, training=True),
        "again": norm(rows, name="trained", reuse=True, gamma_regularizer=tf.nn.l2_loss),
    }
    tf.constant([update.name for update in tf.get_collection(tf.GraphKeys.UPDATE_OPS)], name="updates")
    tf.constant([v.name for v in tf.global_variables()], name="names")
    tf.constant([v.name for v in tf.trainable_variables()], name="trainable")
    return fetches


FEEDS = {
    "rows:0": [[1, 2, 3], [-1, 0, 4], [3, 2, 2], [1, 1, 1]],
    "fixed:0": [[1, 2, 3], [-1, 0, 4], [3, 2, 2], [1, 1, 1]],
    "image:0": [[[[1, 2, 3], [0, 1, 0], [5, 4, 3], [2, 2, 1]]] * 2, [[[0, 2, 0], [0, 1, 2], [1, 4, 3], [2, 0, 1]]] * 2],
    "line:0": [[[1, 2, 3], [0, 1, 0], [5, 4, 3], [2, 2, 1]]],
}
ATOL = 1e-5


def run(tf, session, fetches):
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    session.run(tf.global_variables_initializer())
    session.run(updates, FEEDS)
    variables = {f"variable{i}": variable for i, variable in enumerate(tf.global_variables())}
    results = {f"moved_{label}": value for label, value in session.run(variables).items()}
    results.update(session.run({label: fetches[label] for label in fetches if not label.startswith("renorm")}, FEEDS))
    results["frozen"] = session.run(fetches["rows_either"], {**FEEDS, "training:0": False})
    return results


def errors(tf):
    norm = tf.layers.batch_normalization
    ones = tf.ones
    return {
        "axis": (lambda: norm(ones([2, 3]), axis=4), "Invalid value for `axis`"),
        "twice": (lambda: norm(ones([2, 3]), axis=[1, -1]), "Duplicate axis"),
        "unknown": (lambda: norm(tf.placeholder(tf.float32, [2, None])), "undefined `axis` dimension"),
        "no rank": (lambda: norm(tf.placeholder(tf.float32)), "undefined rank"),
        "clipping": (lambda: norm(ones([2, 3]), renorm=True, renorm_clipping={"max": 1}), "invalid keys"),
        "training": (lambda: norm(ones([2, 3]), training="yes"), ""),
    }
