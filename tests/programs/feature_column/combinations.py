"""tf.feature_column: crossed and weighted columns, and embeddings that share a table."""


def build(tf):
    columns = tf.feature_column
    identity, hashed = columns.categorical_column_with_identity, columns.categorical_column_with_hash_bucket
    word = tf.sparse_placeholder(tf.string, name="word")
    features = {
        "id": tf.placeholder(tf.int64, [None, 1], name="id"),
        "other": tf.constant([[2], [0]]),
        "number": tf.placeholder(tf.float32, [None, 2], name="number"),
        "word": word,
        "text": tf.placeholder(tf.string, name="text"),
        "weights": tf.sparse_placeholder(tf.float32, name="weights"),
        "counts": tf.placeholder(tf.int32, [None, 2], name="counts"),
        "pair": tf.placeholder(tf.string, [None, 2], name="pair"),
    }
    buckets = columns.bucketized_column(columns.numeric_column("number", shape=2), [0, 1.5])
    inner = columns.crossed_column([identity("id", 5), "word"], 7)
    crossed = [
        columns.crossed_column(["word", buckets, identity("other", 3)], 20),
        columns.crossed_column(["text", inner], 11, hash_key=7),
    ]
    weighted = columns.weighted_categorical_column(hashed("word", 10), "weights")
    counted = columns.weighted_categorical_column(hashed("pair", 6), "counts", tf.int32)
    shared = columns.shared_embedding_columns(
        [identity("other", 5), identity("id", 5)], 2, initializer=tf.constant_initializer(0.5)
    )
    named = columns.shared_embedding_columns(
        [weighted, hashed("text", 10)],
        3,
        "sqrtn",
        shared_embedding_collection_name="table",
        max_norm=1.0,
        trainable=False,
    )
    used = [
        *(columns.indicator_column(one) for one in (*crossed, weighted, counted)),
        columns.embedding_column(crossed[0], 2),
        columns.embedding_column(counted, 2, "sum"),
        *shared,
    ]
    dense = columns.input_layer(features, used)
    again = columns.input_layer(features, [*shared, *named])
    linear = columns.linear_model(features, [*crossed, weighted, counted, *shared], sparse_combiner="mean")
    gradients = tf.gradients([dense, again, linear], tf.trainable_variables())
    spec = columns.make_parse_example_spec([*used, *crossed, *named])
    keys = (tf.GraphKeys.TRAINABLE_VARIABLES, "other_id_shared_embedding", "id_other_shared_embedding", "table")
    return {
        "dense": dense,
        "again": again,
        "linear": linear,
        **{f"gradient {i}": tf.convert_to_tensor(gradient) for i, gradient in enumerate(gradients)},
        "collections": tf.constant([one.name for key in keys for one in tf.get_collection(key)]),
        "spec": tf.constant([f"{key}: {spec[key]}" for key in sorted(spec)]),
        "reprs": tf.constant([repr(one) for one in (*crossed, weighted, counted)]),
        "names": tf.constant([one.name for one in (*crossed, weighted, *shared, *named, *used)]),
    }


def run(tf, session, fetches):
    for i, variable in enumerate(tf.global_variables()):
        size = variable.shape.num_elements()
        values = [0.125 * (i + 1) + 0.25 * j for j in range(size)]
        session.run(variable.assign(tf.reshape(tf.constant(values), variable.shape)))
    places = [[0, 0], [0, 1], [1, 0]]
    feeds = {
        "id:0": [[1], [4]],
        "number:0": [[-1.0, 1.0], [2.0, 0.5]],
        "word/indices:0": places,
        "word/values:0": ["a", "bc", "d"],
        "word/shape:0": [2, 2],
        "text:0": ["x", "y"],
        "counts:0": [[2, 4], [1, 3]],
        "pair:0": [["x", "y"], ["z", "x"]],
        "weights/indices:0": places,
        "weights/values:0": [0.5, 2.0, 1.5],
        "weights/shape:0": [2, 2],
    }
    return session.run(fetches, feeds)


def errors(tf):
    columns = tf.feature_column
    identity, hashed = columns.categorical_column_with_identity, columns.categorical_column_with_hash_bucket
    crossed, weighted = columns.crossed_column, columns.weighted_categorical_column
    shared, dense, linear = columns.shared_embedding_columns, columns.input_layer, columns.linear_model
    words = {"x": [["a"]], "y": [["b"]], "w": [[1]]}
    pair = [hashed("x", 3), hashed("y", 3)]

    def another_table():
        dense(words, shared(pair, 2, shared_embedding_collection_name="c"))
        dense(words, shared(pair, 3, shared_embedding_collection_name="c"))

    def used_collection():
        tf.add_to_collection("c", 3)
        tf.add_to_collection("c", 4)
        dense(words, shared(pair, 2, shared_embedding_collection_name="c"))

    return {
        "no keys": (lambda: crossed(None, 3), "length > 1"),
        "one key": (lambda: crossed(["a"], 3), "length > 1"),
        "no size": (lambda: crossed(["a", "b"], None), "must be > 1"),
        "size": (lambda: crossed(["a", "b"], 0), "must be > 1"),
        "numbers": (lambda: crossed(["a", columns.numeric_column("x")], 3), "Unsupported key type"),
        "hashed": (lambda: crossed(["a", hashed("x", 3)], 3), "not supported for crossing"),
        "missing": (lambda: linear(words, crossed(["x", "b"], 3)), "not in features"),
        "with weights": (
            lambda: linear({**words, "i": [[1]], "v": [[1.0]]}, crossed([weighted(identity("i", 3), "v"), "x"], 4)),
            "does not support weight_tensor",
        ),
        "weights' dtype": (lambda: weighted(hashed("x", 3), "w", tf.string), "not convertible"),
        "integer weights": (lambda: linear(words, weighted(hashed("x", 3), "w")), "Bad dtype"),
        "no weights": (lambda: linear(words, weighted(hashed("x", 3), "v")), "not in features"),
        "weights' key": (
            lambda: columns.make_parse_example_spec([weighted(hashed("x", 3), "x")]),
            "already exists",
        ),
        "kinds": (lambda: shared([hashed("x", 3), identity("y", 4)], 2), "buckets|type"),
        "sizes": (lambda: shared([weighted(hashed("x", 3), "w"), hashed("y", 4)], 2), "same number"),
        "no dimension": (lambda: shared(pair, None), "Invalid dimension"),
        "checkpoint": (lambda: shared(pair, 2, ckpt_to_load_from="a"), "Must specify both"),
        "initializer": (lambda: shared(pair, 2, initializer=3), "must be callable"),
        "another table": (another_table, "unexpected shape"),
        "used collection": (used_collection, "only contain one"),
    }
