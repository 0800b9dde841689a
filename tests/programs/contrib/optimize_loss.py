"""tf.contrib.layers.optimize_loss: optimizers, rates that decay, gradients with noise, factors and bounds, summaries."""

import numpy as np


def build(tf):
    optimize = tf.contrib.layers.optimize_loss
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [2, 3], "x")
    w = tf.get_variable("w", [3, 2], initializer=tf.ones_initializer())
    table = tf.get_variable("table", [4, 2], initializer=tf.ones_initializer())
    loss = tf.reduce_sum(tf.square(tf.matmul(x, w))) + tf.reduce_sum(tf.gather(table, [1, 2]))
    step = tf.train.get_or_create_global_step()
    adam = tf.train.AdamOptimizer(0.01)
    count = tf.get_variable("count", [], trainable=False, initializer=tf.zeros_initializer())
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(count, 1.0, name="counted"))
    return {
        "sgd": optimize(loss, step, 0.01, "SGD", update_ops=[]),
        "updates": optimize(loss, step, 0.01, "Ftrl"),
        "function": optimize(loss, None, None, lambda: tf.train.GradientDescentOptimizer(0.02), summaries=[]),
        "instance": optimize(loss, step, None, adam, name="train", increment_global_step=False, summaries=["loss"]),
        "decayed": optimize(
            loss,
            step,
            tf.constant(0.02),
            tf.train.GradientDescentOptimizer,
            clip_gradients=1.5,
            learning_rate_decay_fn=lambda rate, step: tf.train.exponential_decay(rate, step, 10, 0.5),
            summaries=["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"],
        ),
        "multiplied": optimize(
            loss, step, 0.01, "Momentum", gradient_multipliers={"w:0": 2.0, table: tf.constant(0.5)}, update_ops=[]
        ),
        "of_function": optimize(loss, step, 0.01, lambda rate: tf.train.AdagradOptimizer(rate), name="own"),
        "clipped": optimize(
            loss, step, 0.01, "RMSProp", clip_gradients=tf.contrib.slim.adaptive_clipping_fn(), variables=[w]
        ),
        "clipped_more": optimize(
            loss,
            step,
            0.01,
            "Adagrad",
            clip_gradients=tf.contrib.slim.adaptive_clipping_fn(
                report_summary=True, static_max_norm=3.0, global_step=step
            ),
        ),
        "noisy": optimize(loss, step, 0.01, "Adam", gradient_noise_scale=0.5),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    feeds = {"x:0": np.arange(6).reshape(2, 3) / 4}
    watched = {one.op.name: one for one in tf.global_variables()}
    results = {}
    for label in fetches:
        results[label] = np.array([session.run(fetches[label], feeds) for _ in range(2)])
        if label != "noisy":
            results.update({f"{label}_{name}": value for name, value in session.run(watched).items()})
    return {label: value for label, value in results.items() if label != "noisy"}


def errors(tf):
    optimize = tf.contrib.layers.optimize_loss

    def trained(*args, **kwargs):
        def call():
            step = tf.train.get_or_create_global_step()
            optimize(tf.get_variable("v", []) * 2.0, step, *args, **kwargs)

        return call

    def never(rate, step):
        raise AssertionError("called")

    return {
        "nothing": (lambda: optimize(tf.constant(1.0), None, 0.1, "SGD"), "No variables to optimize"),
        "name": (trained(0.1, "Best"), "Optimizer name should be one of"),
        "rate": (trained("a", "SGD"), "Learning rate should be 0d Tensor or float"),
        "rate vector": (trained([1.0], "SGD"), "Learning rate should be 0d Tensor or float"),
        "negative rate": (trained(-0.1, "SGD"), "Invalid learning_rate"),
        "no rate": (trained(None, "SGD"), "should be specified if optimizer is string"),
        "no rate for class": (
            trained(None, tf.train.GradientDescentOptimizer, learning_rate_decay_fn=never),
            "should be specified if optimizer is class",
        ),
        "no optimizer": (trained(0.1, 3), "Unrecognized optimizer"),
        "function": (trained(0.1, lambda rate: 3), "function should return subclass of Optimizer"),
        "summaries": (trained(0.1, "SGD", summaries=["x"]), "Summaries should be one of"),
        "clipping": (trained(0.1, "SGD", clip_gradients="x"), "for clip_gradients"),
        "scalar": (lambda: optimize(tf.get_variable("v", [2]) * 1.0, None, 0.1, "SGD"), "Expected scalar shape"),
        "step": (lambda: optimize(tf.get_variable("v", []), tf.get_variable("s", []), 0.1, "SGD"), "integer type"),
        "decay": (
            lambda: optimize(tf.get_variable("v", []), None, 0.1, "SGD", learning_rate_decay_fn=never),
            "global_step is required",
        ),
    }
