"""tf.feature_column: numeric and bucketized columns, dense and linear."""


def build(tf):
    columns = tf.feature_column
    pair = tf.placeholder(tf.int32, [None, 2], name="pair")
    flat = tf.placeholder(tf.float64, [None], name="flat")
    unknown = tf.placeholder(tf.float32, name="unknown")
    features = {"pair": pair, "flat": flat, "unknown": unknown, "fixed": [[0.5], [2.5]]}
    number = columns.numeric_column("flat", normalizer_fn=lambda x: x * 2.0)
    buckets = columns.bucketized_column(columns.numeric_column("pair", shape=(2,)), [0, 1.5])
    used = [
        buckets,
        columns.bucketized_column(columns.numeric_column("fixed"), [1.0, 2.0, 3.0]),
        number,
        columns.numeric_column("pair", shape=2),
        columns.numeric_column("unknown", shape=[2, 2]),
    ]
    variables, tensors = {}, {}
    dense = columns.input_layer(features, used, cols_to_vars=variables, cols_to_output_tensors=tensors)
    one = columns.input_layer(features, columns.numeric_column("fixed"))
    linear_variables = {}
    linear = columns.linear_model(features, used, units=2, cols_to_vars=linear_variables)
    with tf.variable_scope("linear") as scope:
        first = columns.linear_model(features, [number, buckets], weight_collections=["mine"], trainable=False)
    with tf.variable_scope(scope, reuse=True):
        second = columns.linear_model(features, [number], weight_collections=["mine"])
    again = columns.linear_model(features, [number])
    with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(2)), tf.name_scope("names"):
        parts = columns.linear_model(features, (one for one in [buckets]))
    gradients = tf.gradients(linear, [one for found in linear_variables.values() for one in found])
    spec = columns.make_parse_example_spec([*used, columns.numeric_column("default", [2], 1, tf.int32)])
    names = [f"{column.name} {found}" for column, found in variables.items()]
    names += [one.name for found in linear_variables.values() for one in found]
    keys = (tf.GraphKeys.TRAINABLE_VARIABLES, tf.GraphKeys.MODEL_VARIABLES, "mine")
    return {
        "dense": dense,
        "one": one,
        "linear": linear,
        "first": first,
        "second": second,
        "again": again,
        "parts": parts,
        **{f"gradient {i}": tf.convert_to_tensor(gradient) for i, gradient in enumerate(gradients)},
        "tensors": tf.constant([f"{column.name} {tensor.name}" for column, tensor in tensors.items()]),
        "variables": tf.constant(names),
        "collections": tf.constant([one.name for key in keys for one in tf.get_collection(key)]),
        "spec": tf.constant([f"{key}: {spec[key]}" for key in sorted(spec)]),
        "public": tf.constant([name for name in dir(columns) if not name.startswith("_")]),
        "reprs": tf.constant([repr(columns.numeric_column("x")), repr(buckets)]),
    }


def run(tf, session, fetches):
    for i, variable in enumerate(tf.global_variables()):
        size = variable.shape.num_elements()
        values = [0.25 * (i + 1) * (j + 1) for j in range(size)]
        session.run(variable.assign(tf.reshape(tf.constant(values), variable.shape)))
    feeds = {"pair:0": [[-1, 1], [2, 0]], "flat:0": [1.5, -3.0], "unknown:0": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}
    return session.run(fetches, feeds)


def errors(tf):
    columns = tf.feature_column
    number, buckets, dense, linear = (
        columns.numeric_column,
        columns.bucketized_column,
        columns.input_layer,
        columns.linear_model,
    )
    x = {"x": [[1.0]]}
    batches = {"x": [[1.0]], "y": [[1.0], [2.0]]}

    def in_a_run():
        feature = tf.placeholder(tf.float32, name="x")
        with tf.Session() as session:
            session.run(dense({"x": feature}, [number("x")]), {feature: 3.0})

    return {
        "key": (lambda: number(3), "key must be a string"),
        "float dim": (lambda: number("x", shape=(1.5,)), "must be integer"),
        "no dim": (lambda: number("x", shape=(2, 0)), "greater than 0"),
        "words": (lambda: number("x", shape="ab"), "must be integer"),
        "string": (lambda: number("x", dtype=tf.string), "convertible to float"),
        "default word": (lambda: number("x", default_value="a"), "compatible with dtype"),
        "default float": (lambda: number("x", dtype=tf.int32, default_value=1.0), "compatible with dtype"),
        "default floats": (lambda: number("x", [1], [1.5], tf.int32), "compatible with dtype"),
        "default shape": (lambda: number("x", shape=[2], default_value=[1.0]), "equal to given shape"),
        "normalizer": (lambda: number("x", normalizer_fn=3), "must be a callable"),
        "sparse": (lambda: dense({"x": tf.SparseTensor([[0, 0]], [1.0], [1, 1])}, [number("x")]), "not supported"),
        "missing": (lambda: dense({"y": [[1.0]]}, [number("x")]), "not in features"),
        "scalar": (lambda: dense({"x": 1.0}, [number("x")]), "rank 0"),
        "scalar in a run": (in_a_run, "rank 0"),
        "bucket source": (lambda: buckets("x", [1]), "numeric_column"),
        "bucket axes": (lambda: buckets(number("x", shape=(2, 2)), [1]), "one-dimensional"),
        "no boundaries": (lambda: buckets(number("x"), []), "must not be empty"),
        "order": (lambda: buckets(number("x"), [2, 1]), "sorted"),
        "twice": (lambda: buckets(number("x"), [1, 1]), "sorted"),
        "no list": (lambda: buckets(number("x"), 3), "sorted"),
        "no columns": (lambda: dense(x, []), "must not be empty"),
        "no linear columns": (lambda: linear(x, []), "must not be empty"),
        "no column": (lambda: dense(x, ["x"]), "must be a _FeatureColumn"),
        "dict": (lambda: dense(x, {"a": number("x")}), "found dict"),
        "same name": (lambda: linear(x, [number("x"), number("x", dtype=tf.float64)]), "Duplicate"),
        "batches": (lambda: dense(batches, [number("x"), number("y")]), "Batch size"),
        "linear batches": (lambda: linear(batches, [number("x"), number("y")]), "Batch size"),
        "spec of no column": (lambda: columns.make_parse_example_spec(["x"]), "must be _FeatureColumn"),
        "specs": (lambda: columns.make_parse_example_spec([number("x"), number("x", 2)]), "different parse_spec"),
    }
