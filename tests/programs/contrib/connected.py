"""tf.contrib.layers: fully connected layers, dropout, layers one after the other, shapes, codes, regularizers."""

import numpy as np


def build(tf):
    tf.set_random_seed(3)
    layers = tf.contrib.layers
    x = tf.placeholder(tf.float32, [None, 6], "x")
    steps = tf.placeholder(tf.float32, [2, None, 6], "steps")
    image = tf.placeholder(tf.float32, [None, 4, 4, 3], "image")
    ids = tf.placeholder(tf.int64, [2, 3], "ids")
    few = tf.placeholder(tf.int32, [None], "few")
    training = tf.placeholder_with_default(True, [], "training")
    weights = tf.get_variable("w", [2, 3], initializer=tf.constant_initializer(0.5))
    fetches = {
        "connected": layers.fully_connected(x, 4),
        "connected_steps": layers.fully_connected(steps, 3, scope="steps_fc", biases_initializer=None),
        "connected_norm": layers.fully_connected(x, 3, normalizer_fn=layers.layer_norm, activation_fn=tf.tanh),
        "relu": layers.relu(x, 3),
        "relu6": layers.relu6(x, 3),
        "elu": layers.elu(x, 3),
        "linear": layers.linear(x, 3, weights_regularizer=layers.l1_l2_regularizer(0.1, 0.2)),
        "bias": layers.bias_add(image, activation_fn=tf.nn.relu, variables_collections={"biases": ["kept"]}),
        "bias_steps": layers.bias_add(steps, initializer=tf.ones_initializer(), regularizer=layers.l2_regularizer(0.1)),
        "dropped": layers.dropout(x, 0.7, seed=5, outputs_collections="ends"),
        "kept": layers.dropout(x, is_training=False),
        "maybe": layers.dropout(x, noise_shape=[None, 1], is_training=training, scope="drop"),
        "repeated": layers.repeat(image, 2, layers.conv2d, 3, 3),
        "repeated_scope": layers.repeat(x, 2, layers.fully_connected, 4, scope="core"),
        "stacked": layers.stack(x, layers.fully_connected, [4, 3]),
        "stacked_args": layers.stack(image, layers.conv2d, [(4, [3, 3]), (3, [1, 1])], scope="tower"),
        "stacked_relu": layers.stack(x, layers.relu, [4, 3], scope="relus"),
        "flat": layers.flatten(image),
        "flat_steps": layers.flatten(steps, outputs_collections="ends", scope="flat"),
        "one_hot": layers.one_hot_encoding(ids, 4),
        "one_hot_ints": layers.one_hot_encoding(few, 3, on_value=2.0, off_value=-1.0),
        "maxout": layers.maxout(x, 2),
        "maxout_axis": layers.maxout(image, 2, axis=1),
        "softmax": layers.softmax(x),
        "softmax_steps": layers.softmax(steps, scope="soft"),
        "unit_norm": layers.unit_norm(image, 1),
        "unit_norm_first": layers.unit_norm(x, 0),
        "unit_norm_last": layers.unit_norm(image, 3, scope="unit"),
        "l1": layers.l1_regularizer(0.1)(weights),
        "l2": layers.l2_regularizer(0.2, scope="own")(weights),
        "l1_of_both": layers.l1_l2_regularizer(0.3, 0.0)(weights),
        "l2_of_both": layers.l1_l2_regularizer(0.0, 0.3)(weights),
        "sum": layers.sum_regularizer([layers.l1_regularizer(0.1), None, layers.l2_regularizer(0.2)])(weights),
        "sum_of_one": layers.sum_regularizer([layers.l1_regularizer(0.1)], scope="single")(weights),
        "applied": layers.apply_regularization(layers.l2_regularizer(0.3), [weights, x]),
        "xavier": layers.xavier_initializer()([3, 4]),
        "xavier_normal": layers.xavier_initializer(uniform=False, seed=3)([3, 3, 4, 5]),
        "scaled": layers.variance_scaling_initializer()([3, 4], dtype=tf.float64),
        "scaled_uniform": layers.variance_scaling_initializer(1.0, "FAN_OUT", True, seed=2)([3, 4]),
        "scaled_vector": layers.variance_scaling_initializer(mode="FAN_AVG")([5]),
    }
    with tf.variable_scope("fully_connected", reuse=True):
        fetches["weights"] = tf.get_variable("weights")
    assert layers.l1_regularizer(0.0)(weights) is None and layers.sum_regularizer([None]) is None
    sparse = layers.dense_to_sparse(ids)
    fetches.update(sparse_indices=sparse.indices, sparse_values=sparse.values, sparse_shape=sparse.dense_shape)
    fetches["losses"] = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    for key in ("ends", "kept", "model_variables", "regularization_losses"):
        tf.constant([one.name for one in tf.get_collection(key)], tf.string, name=f"names_{key}")
    return fetches


FEEDS = {
    "x:0": np.arange(12).reshape(2, 6) / 8 - 0.7,
    "steps:0": np.arange(36).reshape(2, 3, 6) / 18 - 1,
    "image:0": (np.arange(96) * 5 % 13).reshape(2, 4, 4, 3) / 6 - 1,
    "ids:0": [[1, 0, 3], [0, 2, 2]],
    "few:0": [2, 0],
}


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, FEEDS)


def errors(tf):
    layers = tf.contrib.layers

    def rows(*dims):
        return tf.placeholder(tf.float32, dims)

    anything = tf.placeholder
    return {
        "outputs": (lambda: layers.fully_connected(rows(2, 3), 2.0), "num_outputs type should be one of"),
        "rank": (lambda: layers.fully_connected(rows(3), 2), "expected min_ndim=2, found ndim=1"),
        "last dim": (lambda: layers.fully_connected(rows(2, None), 2), "last dimension"),
        "bias rank": (lambda: layers.bias_add(anything(tf.float32)), "must be known"),
        "bias format": (lambda: layers.bias_add(rows(2, 3), data_format="N"), "NCHW or NHWC"),
        "bias channels": (lambda: layers.bias_add(rows(2, None)), "dimension must be known"),
        "flatten": (lambda: layers.flatten(rows()), "expected min_ndim=1"),
        "unit rank": (lambda: layers.unit_norm(anything(tf.float32), 1), "rank must be known"),
        "unit dim": (lambda: layers.unit_norm(rows(2, 3), 2), "must be positive but smaller than the input rank"),
        "maxout": (lambda: layers.maxout(rows(2, 5), 2), "not a multiple of num_units"),
        "softmax": (lambda: layers.softmax(anything(tf.float32)), "must be known"),
        "stack": (lambda: layers.stack(rows(2, 3), layers.relu, 3), "stack_args need to be a list or tuple"),
        "one hot": (lambda: layers.one_hot_encoding([1.0, 2.0], 3), "float32"),
        "dropout": (lambda: layers.dropout(rows(2), keep_prob=2.0), "between 0 and 1"),
        "l1 int": (lambda: layers.l1_regularizer(1), "cannot be an integer"),
        "l2 negative": (lambda: layers.l2_regularizer(-1.0), "less than 0 on a regularizer"),
        "l1 of both": (lambda: layers.l1_l2_regularizer(1, 1.0), "scale_l1 cannot be an integer"),
        "no weights": (lambda: layers.apply_regularization(layers.l2_regularizer(0.1)), "No weights to regularize"),
        "xavier": (lambda: layers.xavier_initializer(dtype=tf.int32), "non-floating point type"),
        "scaling mode": (lambda: layers.variance_scaling_initializer(mode="X"), "Unknown mode X"),
    }
