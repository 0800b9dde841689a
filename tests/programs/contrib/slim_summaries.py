"""tf.contrib.slim: summaries under the names of tensors, and how large a model is."""

import contextlib
import io

import numpy as np


def build(tf):
    summaries = tf.contrib.slim.summaries
    x = tf.placeholder(tf.float32, [None, 3], "x")
    w = tf.get_variable("w", [3, 4], initializer=tf.ones_initializer())
    other = tf.get_variable("other", [2], tf.float64, initializer=tf.zeros_initializer())
    y = tf.matmul(x, w, name="y")
    total = tf.reduce_sum(y, name="total")
    images = tf.reshape(y, [-1, 2, 2, 1], name="images")
    fetches = {
        "scalar": summaries.add_scalar_summary(total),
        "named": summaries.add_scalar_summary(total, "sum", "prefix"),
        "printed": summaries.add_scalar_summary(total, name="printed", print_summary=True),
        "zeros": summaries.add_zero_fraction_summary(y),
        "zeros_named": summaries.add_zero_fraction_summary(y, "name", "prefix"),
        "histogram": summaries.add_histogram_summary(y, prefix="prefix"),
    }
    summaries.add_image_summary(images, "pictures")
    summaries.add_image_summary(images, prefix="more", print_summary=True)
    summaries.add_scalar_summaries([total, total], "each")
    summaries.add_histogram_summaries([y, w], "each")
    summaries.add_image_summaries([images])
    summaries.add_zero_fraction_summaries([y])
    tf.constant([one.name for one in tf.get_collection(tf.GraphKeys.SUMMARIES)], name="collected")
    analyzer = tf.contrib.slim.model_analyzer
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        counted = analyzer.analyze_vars([w, other], print_info=True)
        counted += (analyzer.analyze_ops(tf.get_default_graph(), print_info=True),)
    tf.constant([*text.getvalue().splitlines(), analyzer.tensor_description(x)], name="described")
    tf.constant([*counted, analyzer.analyze_vars([w])[0]], name="counted")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    found = session.run(fetches, {"x:0": np.float32([[1, 2, -3], [4, 5, 6]])})
    return {**found, **session.run({"described": "described:0", "counted": "counted:0"})}
