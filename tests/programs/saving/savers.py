"""Savers of every kind: their nodes, and what they restore."""

import os
import tempfile


def build(tf):
    v = tf.Variable([1.0, 2.0], name="v")
    r = tf.get_variable("r", initializer=[[3, 4]], use_resource=True)
    with tf.device("/job:localhost/task:0"):
        a = tf.get_variable("a", initializer=tf.constant(7.0))
    parts = tf.get_variable(
        "parts", [5, 2], initializer=tf.zeros_initializer(), partitioner=lambda shape, dtype: [2, 1]
    )
    resource_parts = tf.get_variable(
        "resource_parts",
        [3],
        initializer=tf.zeros_initializer(),
        partitioner=lambda shape, dtype: [2],
        use_resource=True,
    )
    unknown = tf.Variable([1.0], validate_shape=False, name="unknown")
    tf.train.Saver()
    tf.train.Saver([v, r], name="named", reshape=True)
    tf.train.Saver({"other": v, "b/r": r, "p": parts, "q": list(resource_parts)})
    tf.train.Saver([v, unknown, parts], write_version=tf.train.SaverDef.V1)
    tf.train.Saver(sharded=True)
    tf.train.Saver([v, a], sharded=True, write_version=tf.train.SaverDef.V1, filename="file", name="scope/inner")
    tf.train.Saver([unknown], reshape=True)
    with tf.name_scope("outer"):
        tf.train.Saver([v])
    return {"init": tf.global_variables_initializer(), "v": v, "r": r, "parts": parts.as_tensor()}


def run(tf, session, fetches):
    v, r = fetches["v"], fetches["r"]
    session.run(fetches["init"])
    with tempfile.TemporaryDirectory() as folder:
        saver = tf.train.Saver([v, r])
        path = saver.save(session, os.path.join(folder, "m"), global_step=3)
        session.run([v.assign([0.0, 0.0]), r.assign([[0, 0]])])
        zero = session.run([v, r])
        saver.restore(session, path)
        return {
            "zero v": zero[0],
            "zero r": zero[1],
            "v": session.run(v),
            "r": session.run(r),
            "name": os.path.basename(path),
            "files": sorted(os.listdir(folder)),
            "names": [name for name, _ in tf.train.list_variables(path)],
        }


def errors(tf):
    def twice():
        v = tf.Variable(1.0)
        tf.train.Saver({"a": v, "b": v})

    def same_name():
        v = tf.Variable(1.0)
        tf.train.Saver([v, v])

    def restored(path):
        def attempt():
            saver = tf.train.Saver([tf.Variable(1.0)])
            with tf.Session() as session:
                saver.restore(session, path)

        return attempt

    def saved(*args, **kwargs):
        def attempt():
            saver = tf.train.Saver([tf.Variable(1.0, name="v")], defer_build=False)
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                saver.save(session, *args, **kwargs)

        return attempt

    def missing_key():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            first, second = tf.Variable(1.0, name="first"), tf.Variable(1.0, name="second")
            session.run(tf.global_variables_initializer())
            path = tf.train.Saver([first]).save(session, os.path.join(folder, "m"))
            tf.train.Saver([second]).restore(session, path)

    def other_shape(dtype, value):
        def attempt():
            with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
                first, second = tf.Variable([1.0, 2.0], name="first"), tf.Variable(value, dtype=dtype, name="second")
                session.run(tf.global_variables_initializer())
                path = tf.train.Saver({"x": first}).save(session, os.path.join(folder, "m"))
                tf.train.Saver({"x": second}).restore(session, path)

        return attempt

    def shape_of_unassigned():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            first, second = tf.Variable([1.0, 2.0], name="first"), tf.Variable([[1.0], [2.0]], name="second")
            session.run(first.initializer)
            path = tf.train.Saver({"x": first}).save(session, os.path.join(folder, "m"))
            tf.train.Saver({"x": second}).restore(session, path)

    return {
        "nothing": (tf.train.Saver, "No variables to save"),
        "deferred": (lambda: tf.train.Saver([tf.Variable(1.0)], defer_build=True), "build cannot be deferred"),
        "tensor": (lambda: tf.train.Saver([tf.constant(1.0)]), "Variable to save is not a Variable"),
        "tensor in dict": (lambda: tf.train.Saver({"x": tf.constant(1.0)}), "Not a variable"),
        "key": (lambda: tf.train.Saver({1: tf.Variable(1.0)}), "Name is not a string"),
        "no list": (lambda: tf.train.Saver(tf.Variable(1.0)), "should be passed in a dict or a list"),
        "twice": (twice, "two names"),
        "same name": (same_name, "same name"),
        "no checkpoint": (restored("missing"), "not a valid checkpoint: missing"),
        "none": (restored(None), "when it is None"),
        "folder": (saved("no/such/folder/m"), "doesn't exist, can't save"),
        "state": (saved("checkpoint"), "collides"),
        "state folder": (saved("m", latest_filename="a/b"), "must not contain path"),
        "saver_def": (lambda: tf.train.Saver(saver_def=tf.train.SaverDef()), "must specify the save_tensor_name"),
        "missing key": (missing_key, "Key second not found in checkpoint"),
        "shape": (other_shape(tf.float32, [1.0]), "Restoring from checkpoint failed. .*mismatch"),
        "shape of unassigned": (
            shape_of_unassigned,
            r"Restoring from checkpoint failed(.|\n)*lhs shape= \[2,1\] rhs shape= \[2\]",
        ),
        "dtype": (other_shape(tf.float64, [1.0, 2.0]), "Restoring from checkpoint failed. .*mismatch"),
    }
