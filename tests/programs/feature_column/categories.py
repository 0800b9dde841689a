"""tf.feature_column: ids by identity, hash and vocabulary; as indicators and embeddings, and in a linear model."""

from pathlib import Path

# a relative path: the working directory is no part of the graph
WORDS = "column_words.txt"


def _columns(tf):
    columns = tf.feature_column
    return {
        "identity": columns.categorical_column_with_identity("id", 5),
        "default": columns.categorical_column_with_identity("number", 4, default_value=1),
        "hashed": columns.categorical_column_with_hash_bucket("word", 10),
        "hashed numbers": columns.categorical_column_with_hash_bucket("hashed", 3, tf.int32),
        "list": columns.categorical_column_with_vocabulary_list("listed", ["a", "b", "c"]),
        "buckets": columns.categorical_column_with_vocabulary_list("counted", [3, 5, 7], tf.int32, num_oov_buckets=2),
        "file": columns.categorical_column_with_vocabulary_file("filed", WORDS, 3, num_oov_buckets=2),
        "whole file": columns.categorical_column_with_vocabulary_file("whole", WORDS, default_value=1),
    }


def build(tf):
    Path(WORDS).write_text("one\ntwo\nthree\n")
    try:
        return _built(tf)
    finally:
        Path(WORDS).unlink()


def _built(tf):
    columns = tf.feature_column
    word = tf.sparse_placeholder(tf.string, name="word")
    listed = tf.sparse_placeholder(tf.string, [None, 2], name="listed")
    features = {
        "id": tf.placeholder(tf.int64, [None, None], name="id"),
        "number": tf.placeholder(tf.int32, [None], name="number"),
        "word": word,
        "hashed": tf.placeholder(tf.int32, [None, 2], name="hashed"),
        "listed": listed,
        "counted": tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [5, 9, 3], [2, 2]),
        "filed": tf.constant([["two", ""], ["none", "three"]]),
        "whole": tf.constant(["one", "else"]),
    }
    ids = _columns(tf)
    dense = columns.input_layer(features, [columns.indicator_column(one) for one in ids.values()])
    constant = tf.constant_initializer(0.5)
    tables = [
        columns.embedding_column(ids["hashed"], 2, initializer=constant),
        columns.embedding_column(ids["list"], 2, "sqrtn", max_norm=1.5, trainable=False),
        columns.embedding_column(ids["identity"], 2, "sum", use_safe_embedding_lookup=False),
        columns.embedding_column(ids["default"], 3),
    ]
    variables = {}
    embedded = columns.input_layer(features, tables, cols_to_vars=variables, weight_collections=["mine"])
    fixed = columns.input_layer(features, tables[:1], trainable=False)
    with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(2), use_resource=True):
        parts = columns.input_layer(features, tables[0])
    linear_variables = {}
    mixed = [*ids.values(), tables[0]]
    linear = columns.linear_model(features, mixed, cols_to_vars=linear_variables)
    mean = columns.linear_model(features, ids["hashed"], units=3, sparse_combiner="mean")
    gradients = tf.gradients([embedded, linear], tf.trainable_variables())
    spec = columns.make_parse_example_spec([*ids.values(), tables[0], columns.indicator_column(ids["list"])])
    names = [one.name for found in (variables, linear_variables) for parts_ in found.values() for one in parts_]
    tf.tables_initializer()
    keys = (tf.GraphKeys.TRAINABLE_VARIABLES, tf.GraphKeys.MODEL_VARIABLES, "mine", tf.GraphKeys.TABLE_INITIALIZERS)
    return {
        "dense": dense,
        "embedded": embedded,
        "fixed": fixed,
        "parts": parts,
        "linear": linear,
        "mean": mean,
        **{
            f"gradient {i}": tf.convert_to_tensor(gradient)
            for i, gradient in enumerate(gradients)
            if gradient is not None
        },
        "names": tf.constant(names),
        "collections": tf.constant([one.name for key in keys for one in tf.get_collection(key)]),
        "spec": tf.constant([f"{key}: {spec[key]}" for key in sorted(spec)]),
        "reprs": tf.constant([repr(one) for one in ids.values()]),
        "column names": tf.constant([one.name for one in [*ids.values(), *tables]]),
    }


def run(tf, session, fetches):
    for i, variable in enumerate(tf.global_variables()):
        size = variable.shape.num_elements()
        values = [0.125 * (i + 1) + 0.25 * j for j in range(size)]
        session.run(variable.assign(tf.reshape(tf.constant(values), variable.shape)))
    Path(WORDS).write_text("one\ntwo\nthree\n")
    try:
        session.run(session.graph.get_operation_by_name("init_all_tables"))
    finally:
        Path(WORDS).unlink()
    feeds = {
        "id:0": [[1, 4, -1], [2, 2, 0]],
        "number:0": [3, 7],
        "word/indices:0": [[0, 0], [0, 1]],
        "word/values:0": ["a", "bc"],
        "word/shape:0": [2, 2],
        "hashed:0": [[1, -1], [2, 30]],
        "listed/indices:0": [[0, 0], [1, 0], [1, 1]],
        "listed/values:0": ["c", "zzz", "a"],
        "listed/shape:0": [2, 2],
    }
    return session.run(fetches, feeds)


def errors(tf):
    columns = tf.feature_column
    identity, hashed = columns.categorical_column_with_identity, columns.categorical_column_with_hash_bucket
    words, file = columns.categorical_column_with_vocabulary_list, columns.categorical_column_with_vocabulary_file
    indicator, embedding = columns.indicator_column, columns.embedding_column
    dense, linear = columns.input_layer, columns.linear_model
    word, number = {"x": [["a"]]}, {"x": [[1]]}
    return {
        "identity key": (lambda: identity(1, 3), "must be a string"),
        "no bucket": (lambda: identity("x", 0), "num_buckets 0"),
        "default outside": (lambda: identity("x", 3, 3), "not in range"),
        "identity of strings": (lambda: linear(word, identity("x", 3)), "not integer"),
        "no size": (lambda: hashed("x", None), "must be set"),
        "size": (lambda: hashed("x", 0), "at least 1"),
        "hash dtype": (lambda: hashed("x", 3, tf.float32), "must be string or integer"),
        "hashed floats": (lambda: linear({"x": [[1.0]]}, hashed("x", 3)), "must be string or integer"),
        "hashed numbers": (lambda: linear(number, hashed("x", 3)), "must be compatible"),
        "hashed words": (lambda: linear(word, hashed("x", 3, tf.int32)), "must be compatible"),
        "no words": (lambda: words("x", []), "must be non-empty"),
        "none": (lambda: words("x", None), "must be non-empty"),
        "twice": (lambda: words("x", ["a", "a"]), "Duplicate keys"),
        "buckets and default": (lambda: words("x", ["a"], default_value=1, num_oov_buckets=2), "both"),
        "negative buckets": (lambda: words("x", ["a"], num_oov_buckets=-1), "Invalid num_oov_buckets"),
        "other dtype": (lambda: words("x", ["a"], tf.int32), "do not match"),
        "integers": (lambda: words("x", [1], tf.string), "do not match"),
        "floats": (lambda: words("x", [1.5]), "vocabulary dtype must be"),
        "float dtype": (lambda: words("x", ["a"], tf.float32), "dtype must be string"),
        "words of numbers": (lambda: linear(number, words("x", ["a"])), "must be compatible"),
        "no file": (lambda: file("x", ""), "Missing vocabulary_file"),
        "lost file": (lambda: file("x", "nowhere.txt"), "does not exist"),
        "no line": (lambda: file("x", "nowhere.txt", 0), "Invalid vocabulary_size"),
        "file's buckets": (lambda: file("x", "nowhere.txt", 3, -1), "Invalid num_oov_buckets"),
        "file's default": (lambda: file("x", "nowhere.txt", 3, 1, 1), "both"),
        "file's dtype": (lambda: file("x", "nowhere.txt", 3, dtype=tf.float32), "must be string"),
        "file of numbers": (lambda: linear(number, file("x", "nowhere.txt", 3)), "must be compatible"),
        "indicator": (lambda: indicator(columns.numeric_column("x")), "must be a CategoricalColumn"),
        "no dimension": (lambda: embedding(hashed("x", 3), None), "Invalid dimension"),
        "dimension": (lambda: embedding(hashed("x", 3), 0), "Invalid dimension"),
        "checkpoint": (lambda: embedding(hashed("x", 3), 2, ckpt_to_load_from="a"), "Must specify both"),
        "tensor": (lambda: embedding(hashed("x", 3), 2, tensor_name_in_ckpt="a"), "Must specify both"),
        "initializer": (lambda: embedding(hashed("x", 3), 2, initializer=3), "must be callable"),
        "combiner": (lambda: dense(word, embedding(hashed("x", 3), 2, "max")), "combiner must be"),
        "linear combiner": (lambda: linear(word, hashed("x", 3), sparse_combiner="max"), "combiner must be"),
        "categorical": (lambda: dense(number, identity("x", 3)), "must be a _DenseColumn"),
        "specs": (
            lambda: columns.make_parse_example_spec([columns.numeric_column("x"), hashed("x", 3)]),
            "different parse_spec",
        ),
    }
