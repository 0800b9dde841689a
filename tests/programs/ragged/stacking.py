"""RaggedTensors stacked, concatenated, and put into rows by partitions."""


def build(tf):
    ragged = tf.RaggedTensor
    values, other = tf.placeholder(tf.float32, [None], "values"), tf.placeholder(tf.float32, [None], "other")
    splits, same = tf.placeholder(tf.int64, [None], "splits"), tf.placeholder(tf.int64, [None], "same")
    outer, partitions = tf.placeholder(tf.int64, [None], "outer"), tf.placeholder(tf.int32, [None], "partitions")
    one = ragged.from_row_splits(values, splits, validate=False)
    two = ragged.from_row_splits(other, same, validate=False)
    nested = ragged.from_row_splits(one, outer, validate=False)
    matrix = tf.constant([[9.0, 8.0], [7.0, 6.0], [5.0, 4.0]])
    stack, by = tf.ragged.stack, tf.ragged.stack_dynamic_partitions
    made = {
        "first": stack([one, two, one]),
        "second": stack([one, two], axis=1),
        "third": stack([one, one], axis=2),
        "last": stack([one, one], axis=-1, name="last"),
        "nested": stack([nested, nested], axis=1),
        "vectors": stack([values, other]),
        "scalars": stack([1, 2]),
        "tensors": stack([matrix, matrix], axis=1),
        "with a tensor": stack([one, matrix], axis=1),
        "alone": stack([one]),
        "tf.stack": tf.stack([one, two]),
        "concat": tf.concat([one, two, matrix], 0),
        "rows": tf.concat([one, two], 1),
        "inner rows": tf.concat([nested, nested], -1),
        "one": tf.concat([nested], 0),
        "named": tf.concat([one, matrix], 1, name="named"),
        "by partition": by(values, partitions, 4),
        "rows by partition": by(one, [2, 0, 2], 3),
        "matrix by partition": by(matrix, [[0, 1], [1, 1], [0, 0]], tf.constant(2)),
        "ragged by partition": by(one, ragged.from_row_splits(partitions, splits, validate=False), 3),
        "scalar partition": by(matrix, 1, 3),
    }
    made["gradient"] = tf.convert_to_tensor(tf.gradients(made["second"].flat_values ** 2, values)[0])
    fetches = {"facts": tf.constant([str(one.shape) for one in made.values()])}
    for label, value in made.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    return fetches


FEEDS = {
    "values:0": [1, 2, 3, 4],
    "splits:0": [0, 1, 1, 4],
    "other:0": [5, 6, 7],
    "same:0": [0, 2, 3, 3],
    "outer:0": [0, 2, 3],
    "partitions:0": [1, 0, 1, 2],
}


def errors(tf):
    def rows(**options):
        return tf.ragged.constant([[1], [2, 3]], **options)

    by = tf.ragged.stack_dynamic_partitions
    return {
        "nothing": (lambda: tf.ragged.stack([]), "may not be empty"),
        "axis": (lambda: tf.ragged.stack([rows(), rows()], axis=3), "axis=3 out of bounds: expected -3<=axis<3"),
        "concat axis": (lambda: tf.concat([rows(), rows()], axis=2), "axis=2 out of bounds"),
        "ranks": (lambda: tf.ragged.stack([rows(), tf.ragged.constant([[[1]]])]), "must have rank 2"),
        "dtypes": (lambda: tf.concat([rows(), rows(row_splits_dtype=tf.int32)], 0), "mismatched row_splits dtypes"),
        "rank": (lambda: by([1], tf.placeholder(tf.int32), 2), "must have known rank"),
        "shape": (lambda: by([1, 2, 3], [0, 1], 2), "incompatible"),
    }
