"""RaggedTensors: from every kind of partition, what they tell, and as dense and sparse tensors."""


def build(tf):
    ragged = tf.RaggedTensor
    values = tf.placeholder(tf.float32, [None], name="values")
    pairs = tf.placeholder(tf.int32, [None, 2], name="pairs")
    splits = tf.placeholder(tf.int64, [None], name="splits")
    outer = tf.placeholder(tf.int64, [None], name="outer")
    matrix = tf.placeholder(tf.int32, [None, None], name="matrix")
    cube = tf.placeholder(tf.int32, [2, None, 2], name="cube")
    rows = ragged.from_row_splits(values, splits, validate=False)
    nested = ragged.from_nested_row_splits(values, [outer, splits], validate=False)
    made = {
        "constant": tf.ragged.constant([[1, 2], [], [3]]),
        "floats": tf.ragged.constant([[[1, 2]], [[3], []]], dtype=tf.float32, name="floats"),
        "inner": tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1, row_splits_dtype=tf.int32),
        "vector": tf.ragged.constant([1, 2]),
        "checked": ragged.from_row_splits([1, 2, 3], [0, 2, 3]),
        "rows": rows,
        "nested": nested,
        "lengths": ragged.from_row_lengths(values, splits[1:] - splits[:-1], validate=False),
        "lengths_of_numbers": ragged.from_row_lengths([1, 2, 3], [2, 0, 1], validate=False),
        "starts": ragged.from_row_starts(values, splits[:-1], validate=False),
        "limits": ragged.from_row_limits(values, splits[1:], validate=False, name="limits"),
        "rowids": ragged.from_value_rowids(values, [0, 0, 2, 2, 2], validate=False),
        "rowids_of_4": ragged.from_value_rowids(values, [0, 0, 2, 2, 2], nrows=4, validate=False),
        "uniform": ragged.from_uniform_row_length(pairs, 2, validate=False),
        "of_tensor": ragged.from_tensor(matrix),
        "of_cube": ragged.from_tensor(cube, row_splits_dtype=tf.int32),
        "nested_lengths": ragged.from_nested_row_lengths([1, 2, 3], [[1, 1], [2, 1]], validate=False),
    }
    tensors = {
        "dense": rows.to_tensor(),
        "filled": rows.to_tensor(-1, "filled", [None, 2]),
        "nested_dense": nested.to_tensor(),
        "pairs_dense": made["uniform"].to_tensor(default_value=[7, 8]),
        "sparse": rows.to_sparse(),
        "nested_sparse": nested.to_sparse(name="sparse"),
        "row_lengths": rows.row_lengths(),
        "nested_row_lengths": nested.nested_row_lengths(),
        "nrows": rows.nrows(),
        "row_starts": rows.row_starts(),
        "row_limits": rows.row_limits(),
        "value_rowids": rows.value_rowids(),
        "bounding": rows.bounding_shape(),
        "bounding_1": rows.bounding_shape(axis=1),
        "row": rows[1],
        "doubled": rows.with_values(rows.values * 2),
    }
    loss = tf.reduce_sum(rows.to_tensor() ** 2) + tf.reduce_sum(rows.to_sparse().values)
    facts = [str(one.shape) for one in made.values()] + [one.dtype.name for one in made.values()]
    fetches = {"facts": tf.constant(facts), "is_composite": tf.constant(isinstance(rows, tf.RaggedTensor))}
    for label, value in {**made, **tensors}.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label}_{i}"] = part
    build.loss, build.values = loss, values
    return fetches


def run(tf, session, fetches):
    feeds = {
        "values:0": [1, 2, 3, 4, 5], "splits:0": [0, 2, 2, 5], "outer:0": [0, 1, 3],
        "pairs:0": [[1, 2], [3, 4], [5, 6], [7, 8]], "matrix:0": [[1, 2, 3], [4, 5, 6]],
        "cube:0": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
    }  # fmt: skip
    results = session.run(fetches, feeds)
    gradient = tf.gradients(build.loss, build.values)[0]
    results["gradient"] = session.run(gradient, feeds)
    value = session.run(tf.ragged.constant([[[1], []], [], [[2, 3]]]))
    results["listed"] = [str(value.to_list()), str(value.ragged_rank), str(value.flat_values.tolist())]
    return results


def errors(tf):
    ragged = tf.RaggedTensor

    def run(make):
        def fetched():
            with tf.Session() as session:
                session.run(make())

        return fetched

    def open_splits(values):
        return tf.placeholder_with_default(tf.constant(values, tf.int64), [None])

    return {
        "depths": (lambda: tf.ragged.constant([[1], 2]), "nesting depth"),
        "rank": (lambda: tf.ragged.constant([[1], [2]], ragged_rank=3), "ragged_rank"),
        "float splits": (lambda: ragged.from_row_splits([1, 2], tf.constant([0.0, 2.0])), "must have dtype"),
        "splits of splits": (lambda: ragged.from_row_splits([1, 2], [[0, 2]]), "rank"),
        "scalar": (lambda: ragged.from_row_splits(1, [0, 1], validate=False), "rank"),
        "nested": (lambda: ragged.from_nested_row_splits([1], tf.constant([0, 1])), "must be a list"),
        "run zero": (run(lambda: ragged.from_row_splits([1, 2], open_splits([1, 2]))), "zero"),
        "run falling": (run(lambda: ragged.from_row_splits([1, 2], open_splits([0, 3, 2]))), "monotonic"),
        "run end": (run(lambda: ragged.from_row_splits([1, 2], open_splits([0, 1]))), "do not form"),
        "run dense": (
            run(lambda: ragged.from_row_splits([1, 2], open_splits([1, 2]), validate=False).to_sparse()), "must be 0",
        ),
    }  # fmt: skip
