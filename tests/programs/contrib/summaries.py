"""tf.contrib.layers: summaries of tensors, activations and collections."""

import numpy as np


def build(tf):
    layers = tf.contrib.layers
    x = tf.placeholder(tf.float32, [2, 3], "x")
    w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
    unknown = tf.placeholder_with_default([1.0], None, "unknown")
    tf.add_to_collection(tf.GraphKeys.WEIGHTS, w)
    fetches = {
        "tensor": layers.summarize_tensor(x),
        "scalar": layers.summarize_tensor(tf.reduce_sum(x, name="total")),
        "tagged": layers.summarize_tensor(x, "the tag"),
        "unknown": layers.summarize_tensor(unknown),
        "sigmoid": layers.summarize_activation(tf.nn.sigmoid(x)),
    }
    with tf.variable_scope("net"):
        fetches["relu"] = layers.summarize_activation(tf.nn.relu(x))
        fetches["relu6"] = layers.summarize_activation(tf.nn.relu6(x * 3.0))
        tf.add_to_collection(tf.GraphKeys.ACTIVATIONS, tf.nn.softplus(x, name="one"))
        tf.add_to_collection(tf.GraphKeys.ACTIVATIONS, tf.tanh(x, name="two"))
    lists = {
        "activations": layers.summarize_activations(),
        "some": layers.summarize_activations("net/one"),
        "none": layers.summarize_activations("one"),
        "collection": layers.summarize_collection(tf.GraphKeys.WEIGHTS),
        "summarizer": layers.summarize_collection(
            tf.GraphKeys.ACTIVATIONS, ".*two", lambda one: tf.summary.scalar("mean", tf.reduce_mean(one))
        ),
    }
    fetches.update({f"{label}{i}": one for label, found in lists.items() for i, one in enumerate(found)})
    tf.constant([one.name for one in tf.get_collection(tf.GraphKeys.SUMMARIES)], name="summaries")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    written = session.run(fetches, {"x:0": np.arange(6).reshape(2, 3) - 2.0})
    return {label: [value.tag for value in tf.Summary.FromString(text).value] for label, text in written.items()}
