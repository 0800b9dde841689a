"""parse_sequence_example and parse_single_sequence_example: contexts, feature lists, and what is refused."""


def feature(tf, *values):
    if not values:
        return tf.train.Feature()
    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


def sequence(tf, context, **lists):
    made = {key: tf.train.FeatureList(feature=[feature(tf, *row) for row in rows]) for key, rows in lists.items()}
    return tf.train.SequenceExample(
        context=tf.train.Features(feature={key: feature(tf, *values) for key, values in context.items()}),
        feature_lists=tf.train.FeatureLists(feature_list=made),
    ).SerializeToString()


def serialized(tf):
    first = sequence(
        tf, {"a": [1.5], "v": [b"x", b"y"], "r": [4, 5]},
        q=[[1.0, 2.0], [3.0, 4.0]], w=[[6], [7], [8]], y=[[1], [], [2, 3]], t=[[b"s"]],
    )  # fmt: skip
    second = sequence(tf, {"a": [2.5], "b": [7, 8]}, q=[[5.0, 6.0]], y=[[9, 9]])
    return first, second


def build(tf):
    fixed, rows, varied, ragged = tf.FixedLenFeature, tf.FixedLenSequenceFeature, tf.VarLenFeature, tf.io.RaggedFeature
    batch = tf.placeholder(tf.string, [None], name="batch")
    one = tf.placeholder(tf.string, name="one")
    context = {
        "a": fixed([], tf.float32),
        "b": fixed([2], tf.int64, [3, 4]),
        "v": varied(tf.string),
        "r": ragged(tf.int64),
    }
    lists = {
        "q": rows([2], tf.float32),
        "w": rows([], tf.int64, allow_missing=True),
        "t": rows([], tf.string, allow_missing=True),
        "y": varied(tf.int64),
    }
    pieces = {"y": ragged(tf.int64, row_splits_dtype=tf.int64), "t": ragged(tf.string)}
    many = tf.io.parse_sequence_example(batch, context, lists)
    ragged_many = tf.io.parse_sequence_example(batch, sequence_features=pieces, name="ragged", example_names=["k", "l"])
    single = tf.parse_single_sequence_example(one, context, lists)
    ragged_single = tf.parse_single_sequence_example(
        tf.placeholder_with_default(one, []), None, pieces, example_name="me", name="one_of_them"
    )
    keys = {
        "context_sparse_keys": ["v"], "context_dense_keys": ["a"], "feature_list_sparse_keys": ["y"],
        "feature_list_dense_keys": ["q", "w"],
    }  # fmt: skip
    attrs = {
        "context_sparse_types": [tf.string], "context_dense_shapes": [[]], "feature_list_sparse_types": [tf.int64],
        "feature_list_dense_types": [tf.float32, tf.int64], "feature_list_dense_shapes": [[2], []],
        "feature_list_dense_missing_assumed_empty": ["w"], "context_dense_defaults": [tf.constant([], tf.float32)],
    }  # fmt: skip
    counts = {"Ncontext_sparse": 1, "Ncontext_dense": 1, "Nfeature_list_sparse": 1, "Nfeature_list_dense": 2}
    raw = tf.raw_ops.ParseSequenceExample(serialized=batch, debug_name=[], **keys, **attrs, **counts)
    raw_single = tf.raw_ops.ParseSingleSequenceExample(serialized=tf.reshape(one, []), debug_name="x", **keys, **attrs)
    values = {"raw": tf.nest.flatten(raw), "raw_single": tf.nest.flatten(raw_single)}
    for label, groups in (
        ("many", many),
        ("ragged", ragged_many),
        ("single", single),
        ("ragged_single", ragged_single),
    ):
        for i, group in enumerate(groups):
            for key in sorted(group):
                values[f"{label}_{i}_{key}"] = tf.nest.flatten(group[key], expand_composites=True)
    return {f"{label}_{i}": value for label, several in values.items() for i, value in enumerate(several)}


def run(tf, session, fetches):
    first, second = serialized(tf)
    return session.run(fetches, {"batch:0": [first, second], "one:0": first})


def errors(tf):
    fixed, rows, varied, sparse = tf.FixedLenFeature, tf.FixedLenSequenceFeature, tf.VarLenFeature, tf.SparseFeature
    single, many = tf.parse_single_sequence_example, tf.io.parse_sequence_example
    first, second = serialized(tf)

    def run(context, lists, parse=single, data=first, **arguments):
        def parsed():
            with tf.Session() as session:
                session.run(parse(data, context, lists, **arguments))

        return parsed

    return {
        "nothing": (lambda: single("x"), "at least one should have values"),
        "empty": (lambda: single("x", {}, {}), "at least one should have values"),
        "nothing in many": (lambda: many(["x"]), "at least one should have values"),
        "sparse": (lambda: single("x", {"a": sparse("i", "v", tf.float32, 3)}), "Unsupported SparseFeature"),
        "rows": (lambda: single("x", {"a": rows([], tf.float32)}), "Unsupported FixedLenSequenceFeature"),
        "fixed": (lambda: single("x", None, {"a": fixed([], tf.float32)}), "Unsupported FixedLenFeature"),
        "default": (lambda: single("x", None, {"a": rows([], tf.float32, False, 3.0)}), "must be None"),
        "no dtype": (lambda: single("x", None, {"a": rows([], None)}), "Missing type"),
        "float64": (lambda: single("x", None, {"a": rows([], tf.float64)}), "not in list of allowed"),
        "unknown dim": (lambda: single("x", None, {"a": rows([None], tf.float32)}), "not fully defined"),
        "vector": (lambda: single(["x"], {"a": varied(tf.int64)}), "must be a scalar"),
        "run context": (run({"z": fixed([], tf.float32)}, None), "Inconsistent max number"),
        "run context count": (run({"v": fixed([], tf.string)}, None), "Inconsistent max number"),
        "run context dtype": (run({"a": varied(tf.int64)}, None), "Context feature"),
        "run list": (run(None, {"z": rows([], tf.float32)}), "is required but could not be found"),
        "run list count": (run(None, {"q": rows([], tf.float32)}), "Number of values != expected"),
        "run empty row": (run(None, {"y": rows([1], tf.int64)}), "Number of values != expected"),
        "run list dtype": (run(None, {"q": rows([2], tf.int64)}), "Data types don't match"),
        "run sparse dtype": (run(None, {"q": varied(tf.int64)}), "Data types don't match"),
        "run many": (run(None, {"w": rows([], tf.int64)}, many, [first, second], example_names=["k", "l"]), "Name: l"),
    }  # fmt: skip
