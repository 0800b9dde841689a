"""tf.train.warm_start where vocabularies changed: rows and columns in a new order."""

import contextlib
import tempfile

OLD, NEW, PREFIX = "old", "new", "m"  # nodes name them, so they lie in the working folder


def build(tf):
    with _files(tf):
        return _built(tf)


def _built(tf):
    w = tf.get_variable("emb/w", [7, 2], initializer=tf.zeros_initializer())
    out = tf.get_variable("out", [2, 5], initializer=tf.zeros_initializer(), use_resource=True)
    parts = tf.get_variable(
        "parts", [6, 2], initializer=tf.zeros_initializer(), partitioner=tf.fixed_size_partitioner(2)
    )
    same = tf.get_variable("same", [], initializer=tf.zeros_initializer())
    tf.train.warm_start(
        PREFIX,
        var_name_to_vocab_info={
            "emb/w": tf.train.VocabInfo(NEW, 5, 2, OLD, backup_initializer=tf.ones_initializer()),
            "out": tf.train.VocabInfo(NEW, 4, 1, OLD, axis=1),
            "parts": tf.train.VocabInfo(NEW, 5, 1, OLD, 3),
        },
        var_name_to_prev_var_name={"emb/w": "old_emb"},
    )
    return {
        "init": tf.global_variables_initializer(),
        "w": w,
        "out": out,
        "parts": parts.as_tensor(),
        "same": same,
        "matrix": _loaded(tf),
    }


@contextlib.contextmanager
def _files(tf):
    """A folder to work in, with vocabularies and a checkpoint."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        _write(tf)
        yield


def _write(tf):
    for path, words in ((OLD, "abcd"), (NEW, "caxby")):
        with open(path, "w") as file:
            file.writelines(f"{word}\n" for word in words)
    with tf.Graph().as_default(), tf.Session() as session:
        rows = [[1.0, 1.0], [2.0, 2.5], [3.0, 3.0], [4.0, 4.0]]
        tf.get_variable("old_emb", initializer=rows)
        tf.get_variable("parts", initializer=rows)
        tf.get_variable("out", initializer=[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
        tf.get_variable("same", initializer=9.0)
        tf.get_variable("vector", initializer=[1.0])
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, PREFIX, write_meta_graph=False)


def _loaded(tf, **kwargs):
    arguments = {
        "ckpt_path": PREFIX,
        "old_tensor_name": "old_emb",
        "row_remapping": [1, -1, 0],
        "col_remapping": [1, 0],
        "initializing_values": [8.0, 9.0],
        "num_rows": 3,
        "num_cols": 2,
    }
    return tf.raw_ops.LoadAndRemapMatrix(**{**arguments, **kwargs})


def run(tf, session, fetches):
    with _files(tf):
        session.run(fetches["init"])
        return {name: session.run(fetch) for name, fetch in fetches.items() if name != "init"}


def errors(tf):
    def refused(**kwargs):
        def attempt():
            with _files(tf), tf.Session() as session:
                session.run(_loaded(tf, **kwargs))

        return attempt

    def remapped(**kwargs):
        def attempt():
            remapping = tf.raw_ops.GenerateVocabRemapping(new_vocab_file=NEW, old_vocab_file=OLD, **kwargs)
            with _files(tf), tf.Session() as session:
                session.run(remapping)

        return attempt

    def unused():
        tf.get_variable("same", [])
        with _files(tf):
            tf.train.warm_start(PREFIX, var_name_to_vocab_info={"w": tf.train.VocabInfo(NEW, 1, 0, OLD)})

    return {
        "axis": (lambda: tf.train.VocabInfo(NEW, 1, 0, OLD, axis=2), "values for the axis"),
        "unused": (unused, "were not used"),
        "too few": (refused(initializing_values=[1.0]), "more missing values remain"),
        "too many": (refused(initializing_values=[1.0, 2.0, 3.0]), "only 2 elements were used"),
        "rows": (refused(row_remapping=[1]), "Size of row_remapping"),
        "row": (refused(row_remapping=[9, -1, 0]), ""),
        "twice": (refused(row_remapping=[1, -1, 1]), "not supported"),
        "name": (refused(old_tensor_name="missing"), "Key missing not found"),
        "vector": (refused(old_tensor_name="vector"), ""),
        "no checkpoint": (refused(ckpt_path="missing"), ""),
        "entries": (remapped(new_vocab_offset=0, num_new_vocab=9), ""),
    }
