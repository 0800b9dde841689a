"""tf.contrib.framework: values of variables from checkpoints and from arrays."""

import tempfile

import numpy as np


def _saved(tf, folder):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("a", initializer=[1.0, 2.0])
        tf.get_variable("s/b", initializer=tf.reshape(tf.range(6.0), [3, 2]))
        session.run(tf.global_variables_initializer())
        return tf.train.Saver().save(session, f"{folder}/model")


def build(tf):
    fw = tf.contrib.framework
    zeros = tf.zeros_initializer()
    a = tf.get_variable("a", [2], initializer=zeros)
    turned = tf.get_variable("turned", [2, 3], initializer=zeros)
    b = tf.get_variable("b", [3, 2], initializer=zeros)
    missing = tf.get_variable("missing", [2], initializer=zeros)
    tf.get_variable("other", [2], initializer=zeros)
    with tempfile.TemporaryDirectory() as folder:
        path = _saved(tf, folder)
        some, some_feeds = fw.assign_from_checkpoint(path, [a])
        many, many_feeds = fw.assign_from_checkpoint(path, {"s/b": b, "x": missing}, ignore_missing_vars=True)
        fw.assign_from_checkpoint_fn(path, {"s/b": turned}, reshape_variables=True)
        nothing = fw.assign_from_checkpoint_fn(path, {"x": missing}, ignore_missing_vars=True)
    assert nothing is None
    values, values_feeds = fw.assign_from_values({"other": np.array([5, 6]), "turned": np.ones([3, 2])})
    feeds = {**some_feeds, **many_feeds, **values_feeds}
    tf.constant([feed.name for feed in feeds], name="feeds")
    build.assignments = ([some, many, values], feeds)
    return {one.op.name: one for one in tf.global_variables()}


def run(tf, session, fetches):
    fw = tf.contrib.framework
    session.run(tf.global_variables_initializer())
    before = session.run(fetches)
    session.run(*build.assignments)
    results = {**{f"{label}_before": value for label, value in before.items()}, **session.run(fetches)}
    by_name = {one.op.name: one for one in tf.global_variables()}
    with tempfile.TemporaryDirectory() as folder:
        path = _saved(tf, folder)
        fw.assign_from_checkpoint_fn(path, {"s/b": by_name["turned"]}, reshape_variables=True)(session)
        fw.assign_from_checkpoint_fn(path, {"a": by_name["other"], "x": by_name["missing"]}, True)(session)
        fw.assign_from_values_fn({"a": np.array([7.0, 8.0])})(session)
    results.update({f"{label}_after": value for label, value in session.run(fetches).items()})
    return results


def errors(tf):
    fw = tf.contrib.framework

    def from_checkpoint(shape, name):
        def assign():
            with tempfile.TemporaryDirectory() as folder:
                path = _saved(tf, folder)
                fw.assign_from_checkpoint(path, {name: tf.get_variable("v", shape)})

        return assign

    def values(given):
        tf.get_variable("v", [2])
        fw.assign_from_values(given)

    return {
        "missing": (from_checkpoint([2], "q"), "Checkpoint is missing variable"),
        "size": (from_checkpoint([3], "a"), "Total size of new array"),
        "no variables": (lambda: fw.assign_from_checkpoint_fn("/nowhere", []), "var_list cannot be empty"),
        "no variable": (lambda: values({"w": np.zeros([2])}), "wasn't found"),
        "size of values": (lambda: values({"v": np.zeros([3])}), "reshape"),
    }
