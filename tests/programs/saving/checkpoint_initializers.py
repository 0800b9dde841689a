"""Variables that start with the values of a checkpoint: by name, by scope, in parts."""

import os
import tempfile

FOLDER = tempfile.mkdtemp()
PREFIX = "checkpoints/m"
"""Relative: a constant of the graph holds it."""


def in_folder(act):
    own = os.getcwd()
    os.chdir(FOLDER)
    try:
        return act()
    finally:
        os.chdir(own)


def write(tf):
    """Values to start with."""
    if tf.train.checkpoint_exists(PREFIX):
        return
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("old"):
            tf.get_variable("a", initializer=[1.0, 2.0])
            tf.get_variable("b", initializer=[[1.0], [2.0], [3.0], [4.0]])
            tf.get_variable("below/c", initializer=3)
        tf.get_variable("root", initializer=5.0)
        session.run(tf.global_variables_initializer())
        os.makedirs("checkpoints", exist_ok=True)
        tf.train.Saver().save(session, PREFIX)


def variables(tf):
    zeros = tf.zeros_initializer()
    with tf.variable_scope("new"):
        a = tf.get_variable("a", [2], initializer=zeros)
        b = tf.get_variable("b", [4, 1], initializer=zeros, use_resource=True)
        c = tf.get_variable("below/c", [], tf.int32, initializer=zeros)
    with tf.variable_scope("old"):
        parts = tf.get_variable("b", [4, 1], initializer=zeros, partitioner=lambda shape, dtype: [2, 1])
        also = tf.get_variable("a", [2], initializer=zeros)
    root = tf.get_variable("root", [], initializer=zeros)
    return a, b, c, parts, also, root


def build(tf):
    in_folder(lambda: write(tf))

    def inside():
        a, b, c, parts, also, root = variables(tf)
        tf.train.init_from_checkpoint(PREFIX, {"old/a": a, "old/b": b, "old/below/c": "new/below/c"})
        tf.train.init_from_checkpoint("checkpoints", {"old/b": list(parts), "root": "root"})
        tf.train.init_from_checkpoint(PREFIX, {"old/": "old/"})
        tf.train.init_from_checkpoint(PREFIX, {"old/below/": "new/below/"})
        tf.train.warm_start(PREFIX, "old")
        tf.train.warm_start(PREFIX, ["new/a", "root"], var_name_to_prev_var_name={"new/a": "old/a"})
        tf.train.warm_start(PREFIX, [*parts, root])
        first, second = parts
        return {"init": tf.global_variables_initializer(), "a": a, "b": b, "c": c, "also": also, "root": root,
                "first": first, "second": second}  # fmt: skip

    return in_folder(inside)


def run(tf, session, fetches):
    in_folder(lambda: session.run(fetches["init"]))
    return session.run({label: fetch for label, fetch in fetches.items() if label != "init"})


def errors(tf):
    def attempt(function, *args, **kwargs):
        def inside():
            write(tf)
            variables(tf)
            function(PREFIX, *args, **kwargs)

        return lambda: in_folder(inside)

    init, warm = tf.train.init_from_checkpoint, tf.train.warm_start
    return {
        "tensor": (attempt(init, {"old/zz": "new/a"}), "Tensor old/zz is not found in checkpoints/m checkpoint"),
        "variable": (attempt(init, {"old/a": "new/zz"}), "should map to scope only old/a"),
        "shape": (attempt(init, {"old/b": "new/a"}), "doesn't match with shape of tensor old/b"),
        "scope": (attempt(init, {"none/": "new/"}), r"Tensor none/a \(a in none/\) is not found"),
        "file": (lambda: init("no/such", {}), "Failed to find any matching files for no/such"),
        "type": (attempt(warm, 3), "must be a `list` or `str`"),
        "types": (attempt(warm, ["a", 3]), "must be all `Variable` or all `str`"),
        "name": (attempt(warm, "root", var_name_to_prev_var_name={"root": "zz"}), "Tensor zz is not found"),
        "unused": (attempt(warm, "root", var_name_to_prev_var_name={"zz": "old/a"}), "that were not used: {'zz'}"),
    }
