"""tf.feature_column: columns of sequences, asked as the layers of sequences ask them."""


class Features:
    """What columns are given: features by key, and what other columns make of them."""

    def __init__(self, features):
        self._features = features
        self._made = {}

    def get(self, key, state_manager=None):
        if isinstance(key, str):
            return self._features[key]
        if key not in self._made:
            older = not hasattr(key, "transform_feature")
            self._made[key] = key._transform_feature(self) if older else key.transform_feature(self, None)
        return self._made[key]


def build(tf):
    columns = tf.feature_column
    ids = tf.sparse_placeholder(tf.int64, [None, 3], name="ids")
    deep = tf.sparse_placeholder(tf.int64, [None, 2, 2], name="deep")
    words = tf.sparse_placeholder(tf.string, name="words")
    numbers = tf.sparse_placeholder(tf.float32, [None, 4], name="numbers")
    steps = tf.SparseTensor([[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 1, 1]], [1.0, 2.0, 3.0, 4.0], [3, 2, 2])
    features = {"ids": ids, "deep": deep, "words": words, "numbers": numbers, "steps": steps}
    identity = columns.sequence_categorical_column_with_identity("ids", 5)
    of_sets = columns.sequence_categorical_column_with_identity("deep", 5, default_value=0)
    hashed = columns.sequence_categorical_column_with_hash_bucket("words", 5)
    listed = columns.sequence_categorical_column_with_vocabulary_list("words", ["a", "b"], num_oov_buckets=1)
    number = columns.sequence_numeric_column("numbers", (2,), 0.5, normalizer_fn=lambda x: x * 2.0)
    inputs = Features(features)

    def table(value):
        return tf.constant_initializer(value)

    sequences = {
        "embedded": columns.embedding_column(identity, 2, initializer=table(0.5)),
        "sets": columns.embedding_column(of_sets, 2, "sum", table(0.25)),
        "counts": columns.indicator_column(hashed),
        "listed": columns.indicator_column(listed),
    }
    shared = columns.shared_embedding_columns([identity, of_sets], 3, initializer=table(2.0))
    sequences.update(shared=shared[0], also=shared[1])
    made = {}
    for label, column in sequences.items():
        with tf.variable_scope(label):
            made[label] = column._get_sequence_dense_tensor(inputs, trainable=True)
    made["number"] = number.get_sequence_dense_tensor(inputs, None)
    made["steps"] = columns.sequence_numeric_column("steps").get_sequence_dense_tensor(Features(features), None)
    linear = columns.linear_model({"ids": ids, "words": words}, [identity, hashed])
    spec = columns.make_parse_example_spec([identity, of_sets, sequences["counts"]])
    fetches = {"linear": linear}
    for label, (dense, lengths) in made.items():
        fetches[label], fetches[f"{label} lengths"] = dense, lengths
    gradients = tf.gradients([made["embedded"][0], made["also"][0]], tf.trainable_variables("embedded|shared"))
    tf.tables_initializer()
    return {
        **fetches,
        **{f"gradient {i}": tf.convert_to_tensor(gradient) for i, gradient in enumerate(gradients)},
        "reprs": tf.constant([repr(identity), repr(columns.sequence_numeric_column("x", 2))]),
        "names": tf.constant([one.name for one in (identity, of_sets, number, *sequences.values())]),
        "spec": tf.constant([f"{key}: {spec[key]}" for key in sorted(spec)] + [str(number.parse_example_spec)]),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    session.run(session.graph.get_operation_by_name("init_all_tables"))
    feeds = {}
    for key, places, values, shape in (
        ("ids", [[0, 0], [0, 1], [1, 0]], [1, 4, 2], [2, 3]),
        ("deep", [[0, 0, 0], [0, 0, 1], [0, 1, 0]], [1, 3, 7], [2, 2, 2]),
        ("words", [[0, 0], [1, 0], [1, 1]], ["a", "b", "c"], [2, 2]),
        ("numbers", [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1]], [1, 2, 3, 4, 5, 6], [2, 4]),
    ):
        feeds.update({f"{key}/indices:0": places, f"{key}/values:0": values, f"{key}/shape:0": shape})
    return session.run(fetches, feeds)


def errors(tf):
    columns = tf.feature_column
    number, identity = columns.sequence_numeric_column, columns.sequence_categorical_column_with_identity
    plain = columns.categorical_column_with_identity("x", 5)
    features = {"x": tf.SparseTensor([[0, 0]], [1], [1, 2])}

    def message(function):
        """Without the repr of a class, which tells its module."""

        def shortened():
            try:
                function()
            except ValueError as error:
                raise ValueError(str(error).partition(" Given (type")[0]) from None

        return shortened

    def dense(column):
        return message(lambda: columns.input_layer(features, [column]))

    def sequence(column):
        return message(lambda: column._get_sequence_dense_tensor(Features(features)))

    def shared(column):
        return columns.shared_embedding_columns([column], 2)[0]

    return {
        "indicator": (dense(columns.indicator_column(identity("x", 5))), "must not be of type"),
        "embedding": (dense(columns.embedding_column(identity("x", 5), 2)), "must not be of type"),
        "shared": (dense(shared(identity("x", 5))), "must not be of type"),
        "no sequence": (sequence(columns.indicator_column(plain)), "must be of type"),
        "no embedded sequence": (sequence(columns.embedding_column(plain, 2)), "must be of type"),
        "no shared sequence": (sequence(shared(plain)), "must be of type"),
        "dense": (dense(number("x")), "must be a _FeatureColumn"),
        "linear": (message(lambda: columns.linear_model(features, [number("x")])), "must be a _FeatureColumn"),
        "spec": (lambda: columns.make_parse_example_spec([number("x")]), "must be _FeatureColumn"),
        "shape": (lambda: number("x", shape=0), "greater than 0"),
        "string": (lambda: number("x", dtype=tf.string), "convertible to float"),
        "normalizer": (lambda: number("x", normalizer_fn=2), "must be a callable"),
        "buckets": (lambda: identity("x", 0), "num_buckets"),
    }
