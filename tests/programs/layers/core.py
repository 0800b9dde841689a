"""tf.layers: dense layers, dropout and flattening; scopes, reuse, regularizers."""


def build(tf):
    tf.set_random_seed(5)
    x = tf.placeholder(tf.float32, [None, 4], "x")
    steps = tf.placeholder(tf.float32, [None, 2, 4], "steps")
    training = tf.placeholder_with_default(True, [], "training")
    layers = tf.layers

    def half_square(w):
        return 0.5 * tf.reduce_sum(tf.square(w))

    hidden = layers.dense(x, 3, activation=tf.nn.relu)
    plain = layers.dense(hidden, 2, use_bias=False, name="plain")
    with tf.variable_scope("outer"):
        layer = layers.Dense(3, kernel_regularizer=half_square, activity_regularizer=tf.reduce_sum, name="regular")
        first = layer(x)
        second = layer.apply(x * 2.0)
        again = layers.dense(x, 3, name="regular", reuse=True)
        unnamed = layers.dense(x, 3, trainable=False)
        unnamed_too = layers.dense(x, 3, bias_initializer=tf.zeros_initializer(), bias_regularizer=half_square)
    fetches = {
        "hidden": hidden,
        "plain": plain,
        "first": first,
        "second": second,
        "again": again,
        "unnamed": unnamed,
        "unnamed_too": unnamed_too,
        "steps": layers.dense(steps, 3, name="steps_dense"),
        "array": layers.dense([[1.0, 2.0]] * tf.ones([1, 2]), 2, kernel_initializer=tf.zeros_initializer()),
        "kept": layers.dropout(x),
        "dropped": layers.dropout(x, 0.25, training=True, seed=3),
        "dropped_rows": layers.dropout(x, 0.5, noise_shape=[None, 1], training=True, name="rows"),
        "maybe_dropped": layers.dropout(x, 0.5, training=training),
        "flat": layers.flatten(steps),
        "flat_first": layers.flatten(tf.ones([2, 3, 4, 5]), data_format="channels_first", name="flat"),
        "flat_vector": layers.flatten(tf.placeholder_with_default([1.0, 2.0], [None])),
        "flat_unknown": layers.flatten(tf.placeholder_with_default([[[1.0], [2.0]]], [None, None, 1])),
        "flat_known_batch": layers.flatten(tf.placeholder_with_default([[[1.0], [2.0]]], [1, None, 1])),
        "losses": tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)),
    }
    tf.constant([layer.name, layer.scope_name, *(v.name for v in tf.global_variables())], name="names")
    tf.constant([v.name for v in tf.trainable_variables()], name="trainable")
    tf.constant([layer.count_params(), len(layer.losses), len(layer.weights), len(layer.updates)], name="counts")
    tf.constant([loss.name for loss in tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)], name="loss_names")
    return fetches


FEEDS = {"x:0": [[1, 2, 3, 4], [-1, 0, 1, 2]], "steps:0": [[[1, 2, 3, 4], [0, 1, 0, 1]]]}


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, FEEDS)


def errors(tf):
    layers = tf.layers

    def twice(**kwargs):
        layers.dense(tf.ones([1, 2]), 3, name="twice")
        layers.dense(tf.ones([1, 2]), name="twice", **kwargs)

    def another_width():
        layer = layers.Dense(3)
        layer(tf.ones([1, 2]))
        layer(tf.ones([1, 3]))

    return {
        "keyword": (lambda: layers.Dense(3, size=1), "not understood"),
        "units": (lambda: layers.dense(tf.ones([2, 3]), -1), "positive integer"),
        "last dim": (lambda: layers.dense(tf.placeholder(tf.float32, [2, None]), 3), "should be defined"),
        "no rank": (lambda: layers.dense(tf.placeholder(tf.float32), 3), "should be defined"),
        "integers": (lambda: layers.dense(tf.ones([2, 3], tf.int32), 3), "floating-point dtype"),
        "vector": (lambda: layers.dense(tf.ones([3]), 3), "expected min_ndim=2, found ndim=1"),
        "another width": (another_width, "expected axis -1 of input shape to have value 2"),
        "taken": (lambda: twice(units=3), "already exists"),
        "shape": (lambda: twice(units=4, reuse=True), "Trying to share variable"),
        "missing": (lambda: layers.dense(tf.ones([1, 2]), 3, name="none", reuse=True), "does not exist"),
        "no scope yet": (lambda: layers.Dense(3).scope_name, "has not been used yet"),
        "not built": (lambda: layers.Dense(3).count_params(), "isn't built"),
        "rate": (lambda: layers.dropout(tf.ones([2]), rate=2), "between 0 and 1"),
        "training": (lambda: layers.dropout(tf.ones([2]), training="yes"), ""),
        "scalar": (lambda: layers.flatten(tf.constant(1.0)), "expected min_ndim=1"),
        "order": (lambda: layers.flatten(tf.ones([2, 2]), data_format="first"), "channels_first"),
    }
