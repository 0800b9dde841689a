"""Layers of columns as canned estimators have them: TensorFlow's are Keras layers, nbtf's are its own."""


def _layers(tf):
    if tf.__name__ == "nbtf":
        from nbtf.feature_column.model_layers import DenseFeatures, LinearModel

        return DenseFeatures, LinearModel
    tf.keras.backend.set_learning_phase(0)  # as estimators do: the phase is no placeholder
    from tensorflow_estimator.python.estimator.canned.linear import LinearModel

    return tf.keras.layers.DenseFeatures, LinearModel


def _columns(tf):
    columns = tf.feature_column
    words = columns.categorical_column_with_hash_bucket("word", 10)
    number = columns.numeric_column("number", 2)
    start = tf.constant_initializer(0.5)
    return {
        "number": number,
        "words": words,
        "weighted": columns.weighted_categorical_column(words, "weights"),
        "buckets": columns.bucketized_column(columns.numeric_column("age"), [1.0, 2.0]),
        "embedded": columns.embedding_column(words, 2, initializer=start),
        "fixed": columns.embedding_column(
            columns.categorical_column_with_identity("id", 5), 3, "sum", start, max_norm=1.0, trainable=False
        ),
        "counts": columns.indicator_column(words),
    }


def build(tf):
    dense_features, linear_model = _layers(tf)
    features = {
        "number": tf.placeholder(tf.float32, [None, 2], name="number"),
        "age": tf.placeholder(tf.float32, [None, 1], name="age"),
        "id": tf.placeholder(tf.int64, [None, None], name="id"),
        "word": tf.sparse_placeholder(tf.string, [None, 2], name="word"),
        "weights": tf.sparse_placeholder(tf.float32, [None, 2], name="weights"),
    }
    given = _columns(tf)
    dense = [given[name] for name in ("number", "buckets", "embedded", "fixed", "counts")]
    layer = dense_features(dense, name="input_layer")
    tensors = {}
    with tf.variable_scope("dnn", partitioner=tf.fixed_size_partitioner(1)):
        with tf.variable_scope("input_from_feature_columns"):
            first = layer(features, cols_to_output_tensors=tensors)
        again = layer(features)
    alone = dense_features(dense[:1], trainable=False)(features)
    model = linear_model(list(given.values()), units=2, sparse_combiner="mean", name="linear_model")
    with tf.variable_scope("linear", partitioner=tf.min_max_variable_partitioner(max_partitions=2, min_slice_size=64)):
        linear = model(features)
    gradients = tf.gradients([first, again, linear], tf.trainable_variables())
    return {
        "first": first,
        "again": again,
        "alone": alone,
        "linear": linear,
        **{f"gradient {i}": tf.convert_to_tensor(gradient) for i, gradient in enumerate(gradients)},
        "tensors": tf.constant([f"{column.name} {tensor.name}" for column, tensor in tensors.items()]),
        "trainable": tf.constant([one.name for one in tf.trainable_variables()]),
        "all": tf.constant([one.name for one in tf.global_variables()]),
    }


def run(tf, session, fetches):
    for i, variable in enumerate(tf.global_variables()):
        size = variable.shape.num_elements()
        values = [0.125 * (i + 1) + 0.25 * j for j in range(size)]
        session.run(variable.assign(tf.reshape(tf.constant(values), variable.shape)))
    feeds = {"number:0": [[1, 2], [3, 4]], "age:0": [[0.5], [2.5]], "id:0": [[1, -1], [2, 4]]}
    for key, values in (("word", ["a", "b", "c"]), ("weights", [0.5, 1.5, 2.0])):
        feeds.update(
            {f"{key}/indices:0": [[0, 0], [1, 0], [1, 1]], f"{key}/values:0": values, f"{key}/shape:0": [2, 2]}
        )
    return session.run(fetches, feeds)


def errors(tf):
    dense_features, linear_model = _layers(tf)
    number, ids = (
        tf.feature_column.numeric_column("x"),
        tf.feature_column.categorical_column_with_identity("i", 3),
    )
    return {
        "categorical": (lambda: dense_features([ids]), "You can wrap a categorical column"),
        "twice": (lambda: dense_features([number, number]), "Duplicate"),
        "features": (lambda: dense_features([number])(tf.constant([[1.0]])), "expected a dictionary"),
        "linear features": (lambda: linear_model([number])(tf.constant([[1.0]])), "expected a dictionary"),
        "missing": (lambda: linear_model([number])({"y": tf.constant([[1.0]])}), "not in features"),
        "batches": (
            lambda: linear_model([number, ids])({"x": tf.constant([[1.0]]), "i": tf.constant([[1], [2]])}),
            "Batch size",
        ),
    }
