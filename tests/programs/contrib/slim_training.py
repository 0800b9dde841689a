"""tf.contrib.slim: a network, its losses, and operations that train it."""

import numpy as np


def network(slim, images, is_training, reuse=None):
    normalized = {"is_training": is_training, "decay": 0.9}
    with (
        slim.arg_scope(
            [slim.conv2d, slim.fully_connected],
            weights_regularizer=slim.l2_regularizer(0.01),
            normalizer_fn=slim.batch_norm,
            normalizer_params=normalized,
        ),
        slim.arg_scope([slim.conv2d, slim.max_pool2d], padding="SAME", outputs_collections="ends"),
    ):
        net = slim.repeat(images, 2, slim.conv2d, 4, [3, 3], scope="conv1", reuse=reuse)
        net = slim.max_pool2d(net, [2, 2], scope="pool1")
        net = slim.conv2d(net, 6, [1, 1], scope="conv2", reuse=reuse)
        net = slim.flatten(net)
        net = slim.dropout(net, 0.8, is_training=is_training, scope="drop", seed=2)
        return slim.fully_connected(net, 3, activation_fn=None, normalizer_fn=None, scope="logits", reuse=reuse)


def build(tf):
    slim = tf.contrib.slim
    tf.set_random_seed(3)
    images = tf.placeholder(tf.float32, [4, 6, 6, 2], "images")
    labels = tf.placeholder(tf.int64, [4], "labels")
    logits = network(slim, images, True)
    tested = network(slim, images, False, reuse=True)
    slim.losses.softmax_cross_entropy(logits, slim.one_hot_encoding(labels, 3))
    total = slim.losses.get_total_loss()
    slow, fast = tf.train.GradientDescentOptimizer(0.05), tf.train.MomentumOptimizer(0.05, 0.5)
    make = slim.learning.create_train_op
    weights = slim.get_variables_by_name("weights")
    fetches = {
        "train": make(total, fast, clip_gradient_norm=2.0, summarize_gradients=True),
        "some": make(
            total,
            slow,
            global_step=None,
            update_ops=[],
            variables_to_train=slim.get_model_variables("logits"),
            gradient_multipliers={weights[-1]: 2.0, "logits/biases": tf.constant(0.5)},
            check_numerics=False,
        ),
        "tested": tested,
        "accuracy": slim.metrics.accuracy(tf.argmax(tested, 1), labels),
    }
    lists = {
        "model": slim.get_model_variables(),
        "restore": slim.get_variables_to_restore(exclude=["logits"]),
        "biases": slim.get_variables_by_name("biases"),
        "ends": tf.get_collection("ends"),
        "train_ops": tf.get_collection(tf.GraphKeys.TRAIN_OP),
        "summaries": tf.get_collection(tf.GraphKeys.SUMMARIES),
    }
    for label, members in lists.items():
        tf.constant([one.name for one in members], name=f"names_{label}")
    return fetches


def run(tf, session, fetches):
    random = np.random.default_rng(0)
    feeds = {"images:0": random.standard_normal((4, 6, 6, 2)), "labels:0": [0, 2, 1, 1]}
    session.run(tf.global_variables_initializer())
    results = {"before": session.run(fetches["tested"], feeds)}
    results["losses"] = [session.run(fetches["train"], feeds) for _ in range(3)]
    results["some"] = session.run(fetches["some"], feeds)
    results["after"], results["accuracy"] = session.run([fetches["tested"], fetches["accuracy"]], feeds)
    results["step"] = session.run("global_step:0")
    results.update({one.op.name: value for one, value in _variables(tf, session)})
    return results


def _variables(tf, session):
    variables = tf.trainable_variables()
    return zip(variables, session.run(variables), strict=True)


ATOL = 1e-5


def errors(tf):
    learning = tf.contrib.slim.learning

    def train(**kwargs):
        loss = tf.get_variable("v", []) * 2.0
        learning.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1), **kwargs)

    return {
        "no gradient": (
            lambda: learning.multiply_gradients([(None, tf.get_variable("v", [2]))], {"v": 2.0}),
            "Requested multiple of `None` gradient",
        ),
        "no list": (lambda: learning.multiply_gradients((1, 2), {"v": 2.0}), "must be a list"),
        "no dict": (lambda: learning.multiply_gradients([(1, 2)], [1]), "must be a dict"),
        "no multipliers": (lambda: learning.multiply_gradients([(1, 2)], {}), "is empty"),
        "unconnected": (
            lambda: train(variables_to_train=[tf.get_variable("w", [])]),
            "No gradients provided for any variable",
        ),
        "no train_op": (lambda: learning.train(None, None), "train_op cannot be None"),
        "no steps": (lambda: learning.train(tf.constant(1.0), None, number_of_steps=0), "number_of_steps"),
        "summary without a folder": (
            lambda: learning.train(tf.constant(1.0), None, summary_op=tf.constant("")),
            "Cannot provide summary_op because logdir=None",
        ),
    }
