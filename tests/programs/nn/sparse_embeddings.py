"""embedding_lookup_sparse and its safe form, with their gradients; spaces and depths by their names in tf.nn."""


def build(tf):
    table = tf.placeholder(tf.float32, [5, 2], name="table")
    other = tf.placeholder(tf.float32, [5, 2], name="other")
    cube = tf.placeholder(tf.float64, [None, 2, 3], name="cube")
    half = tf.cast(table, tf.float16)
    rows = [[1.0, -2.0], [3.0, 4.0], [0.5, 0.0], [7.0, 8.0], [9.0, 1.0]]
    one = tf.get_variable("one", initializer=rows, use_resource=False)
    two = tf.get_variable("two", initializer=rows, use_resource=True)
    split = tf.fixed_size_partitioner(2)
    parts = tf.get_variable("parts", [6, 2], initializer=tf.ones_initializer(), use_resource=False, partitioner=split)
    image = tf.reshape(tf.range(12.0), [1, 2, 2, 3])
    places = [[0, 0], [0, 2], [1, 0], [2, 0], [2, 1]]
    numbers = tf.placeholder(tf.int64, [5], name="numbers")
    ids = tf.SparseTensor(places, numbers, [3, 3])
    ids32 = tf.SparseTensor(places, tf.cast(numbers, tf.int32), [3, 3])
    weights = tf.SparseTensor(places, [1.0, 2.0, 3.0, 0.5, -1.0], [3, 3])
    holes = tf.SparseTensor([[0, 1], [2, 0], [2, 1], [4, 0]], tf.constant([2, -1, 3, 0], tf.int64), [5, 3])
    hole_weights = tf.SparseTensor([[0, 1], [2, 0], [2, 1], [4, 0]], [0.5, 1.0, 2.0, -1.0], [5, 3])
    deep = tf.sparse_placeholder(tf.int64, [2, 2, 3], name="deep")
    unranked = tf.sparse_placeholder(tf.int32, name="unranked")
    sparse, safe = tf.nn.embedding_lookup_sparse, tf.nn.safe_embedding_lookup_sparse
    fetches = {
        "mean": sparse(table, ids, None),
        "sum": sparse(table, ids32, None, combiner="sum", name="sum"),
        "sqrtn": sparse([table], ids, None, combiner="sqrtn"),
        "short": sparse(table, ids, None, max_norm=1.0),
        "two": sparse([table, other], ids, None, combiner="sqrtn"),
        "div": sparse([table, other], ids, weights, "div", combiner="sum", max_norm=2.0),
        "weighted_mean": sparse(table, ids, weights, combiner="mean", name="weighted"),
        "weighted_sqrtn": sparse(table, ids, weights, combiner="sqrtn"),
        "cube": sparse(cube, ids32, weights),
        "half": sparse(half, ids, weights, combiner="mean"),
        "ref": sparse(one, ids, None, combiner="sum"),
        "fast": sparse(one, ids, None, combiner="sum", allow_fast_lookup=True),
        "resource": sparse(two, ids, None),
        "partitioned": sparse(parts, ids, None),
        "safe": safe([table], holes),
        "safe_default": safe([table, other], holes, hole_weights, "sum", default_id=2, name="default"),
        "safe_ref": safe(one, ids32, None, "sqrtn"),
        "safe_resource": safe(two, holes, hole_weights),
        "safe_weighted": safe(table, holes, hole_weights, "sqrtn", partition_strategy="mod"),
        "safe_deep": safe(table, deep, max_norm=2.0),
        "safe_unranked": safe(table, unranked, name="unranked_lookup"),
        "space_to_depth": tf.nn.space_to_depth(image, 2),
        "depth_to_space": tf.nn.depth_to_space(tf.reshape(image, [1, 1, 1, 12]), 2),
        "space_to_batch": tf.nn.space_to_batch(image, [[0, 0], [1, 1]], 2),
    }
    losses = [tf.reduce_sum(fetches[label] ** 2) for label in ("mean", "two", "weighted_sqrtn", "ref", "safe", "sqrtn")]
    for label, targets in (("table", losses[:1]), ("table_again", losses[4:]), ("all", losses)):
        gradients = tf.gradients(targets, [table, one, other] if label == "all" else [table])
        for i, gradient in enumerate(gradients):
            if isinstance(gradient, tf.IndexedSlices):
                fetches |= {f"{label}_{i}_values": gradient.values, f"{label}_{i}_rows": gradient.indices}
            else:
                fetches[f"{label}_{i}"] = gradient
    gradient = tf.gradients(tf.reduce_sum(fetches["resource"] ** 2), two.handle)[0]
    fetches["resource_rows"] = tf.convert_to_tensor(gradient)
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    rows = [[1, 2], [3, 4], [5, 6], [7, 8], [0.5, 0]]
    deep = tf.SparseTensorValue([[0, 1, 0], [1, 0, 1], [1, 0, 2]], [1, 4, -1], [2, 2, 3])
    names = [f"deep/{part}:0" for part in ("indices", "values", "shape")]
    return session.run(fetches, {
        "numbers:0": [1, 3, 0, 3, 3], "table:0": rows, "other:0": [[-a, -b] for a, b in rows],
        "cube:0": [[[i, i + 1, 2], [1, i + 2, 3]] for i in range(4)],
        names[0]: deep.indices, names[1]: deep.values,
        "unranked/indices:0": [[0, 0], [1, 1]], "unranked/values:0": [3, 2], "unranked/shape:0": [3, 2],
    })  # fmt: skip


def errors(tf):
    def ids():
        return tf.SparseTensor([[0, 0], [0, 2], [1, 0]], [1, 3, 0], [2, 3])

    def few():
        return tf.SparseTensor([[0, 0]], [1.0], [2, 3])

    table = [[1.0, 2.0], [3.0, 4.0]]
    sparse, safe = tf.nn.embedding_lookup_sparse, tf.nn.safe_embedding_lookup_sparse

    def run_outside():
        with tf.Session() as session:
            session.run(sparse(tf.placeholder_with_default(table, [2, 2]), ids(), None))

    return {
        "no table": (lambda: sparse([], ids(), None), "at least one param"),
        "combiner": (lambda: sparse(table, ids(), None, combiner="max"), "combiner must be"),
        "ids": (lambda: sparse(table, [1], None), "must be SparseTensor"),
        "weights": (lambda: sparse(table, ids(), [1.0]), "SparseTensor"),
        "fewer weights": (lambda: sparse(table, ids(), few()), "not compatible|incompatible"),
        "strategy": (
            lambda: sparse([tf.constant(table)] * 2, ids(), None, partition_strategy="x"), "partition strategy",
        ),
        "no safe table": (lambda: safe(None, ids()), "Missing embedding_weights"),
        "no safe tables": (lambda: safe([], ids()), "Missing embedding_weights"),
        "safe combiner": (lambda: safe([tf.constant(table)], ids(), combiner="max"), "combiner must be"),
        "run outside": (run_outside, "out of range"),
    }  # fmt: skip
