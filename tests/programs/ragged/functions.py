"""tf.ragged: ranges, masks, functions of flat values, segment ids; RaggedTensors with dims merged, and what they keep."""

import numpy as np


def build(tf):
    ragged, values = tf.RaggedTensor, tf.placeholder(tf.float32, [None], "values")
    splits = tf.placeholder(tf.int64, [None], "splits")
    outer = tf.placeholder(tf.int64, [3], "outer")
    rows = ragged.from_row_splits(values, splits, validate=False)
    nested = ragged.from_row_splits(rows, outer)
    cubes = tf.placeholder(tf.float32, [None, None, 3], "cubes")
    length = tf.placeholder(tf.int64, [], "length")
    checked = ragged.from_row_lengths(values, splits[1:] - splits[:-1])
    numbered = ragged.from_value_rowids(values, tf.placeholder(tf.int32, [None], "rowids"), nrows=4)
    uniform = ragged.from_uniform_row_length(cubes, length)
    mask = tf.ragged.constant([[True, False], [], [True, True, False]])
    made = {
        "range": tf.ragged.range([3, 5, 2]),
        "ranges": tf.ragged.range([3.0, 5.0], [4.0, 9.0], 2, row_splits_dtype=tf.int32, name="ranges"),
        "long range": tf.ragged.range(tf.constant([3], tf.int64)),
        "added": tf.ragged.map_flat_values(tf.add, rows, ragged.from_row_splits(values, splits + 0, validate=False)),
        "halved": tf.ragged.map_flat_values(tf.multiply, nested, 0.5),
        "sum of a list": tf.ragged.map_flat_values(tf.add_n, [nested, nested]),
        "no rows": tf.ragged.map_flat_values(tf.add, 1.0, 2.0),
        "masked": tf.ragged.boolean_mask(rows, mask),
        "rows masked": tf.ragged.boolean_mask(nested, [True, False]),
        "matrix masked": tf.ragged.boolean_mask([[1, 2, 3], [4, 5, 6]], [[True, False, True], [False, False, True]]),
        "cube masked": tf.ragged.boolean_mask(tf.ones([2, 3, 2, 2]), tf.placeholder(tf.bool, [2, 3, 2], "mask")),
        "by ragged": tf.ragged.boolean_mask(tf.ones([2, 2]), tf.ragged.constant([[True, False], [True, True]])),
        "nested masked": tf.ragged.boolean_mask(
            nested, tf.ragged.constant([[[True, False], []], [[True, True, False]]])
        ),
        "segment ids": tf.ragged.row_splits_to_segment_ids([0, 3, 3, 5]),
        "int32 ids": tf.ragged.row_splits_to_segment_ids(tf.constant([0, 3, 3]), "ids", tf.int64),
        "row splits": tf.ragged.segment_ids_to_row_splits([0, 0, 2, 2]),
        "more splits": tf.ragged.segment_ids_to_row_splits(tf.constant([0, 0, 2], tf.int64), 5, out_type=tf.int32),
        "fed": tf.ragged.placeholder(tf.float32, 2, [2], "fed").with_row_splits_dtype(tf.int32),
        "not ragged": tf.ragged.placeholder(tf.float32, 0, [3], "flat"),
        "outer merged": nested.merge_dims(0, 1),
        "inner merged": nested.merge_dims(1, 2),
        "all merged": nested.merge_dims(0, -1),
        "cubes merged": ragged.from_row_splits(cubes, [0, 1, 2], validate=False).merge_dims(1, 2),
        "dense merged": ragged.from_row_splits(tf.ones([2, 2, 3]), [0, 1, 2], validate=False).merge_dims(2, 3),
        "deep merged": ragged.from_row_splits(nested, [0, 2], validate=False).merge_dims(1, 3),
        "narrow": checked.with_row_splits_dtype(tf.int32),
        "of nested ids": ragged.from_nested_value_rowids([1.0, 2.0, 3.0], [[0, 1, 1], [0, 0, 2]]),
        "ids": nested.nested_value_rowids(),
        "lengths": [checked.row_lengths(), checked.nested_row_lengths(), numbered.row_lengths()],
        "counts": [numbered.nrows(), uniform.nrows(tf.int32), nested.nrows(), numbered.value_rowids()],
        "boxes": [
            nested.bounding_shape(0),
            nested.bounding_shape([1, 2], out_type=tf.int32),
            checked.bounding_shape(1),
        ],
        "uniform": uniform,
        "matrix rows": ragged.from_tensor(tf.ones([2, 3, 2]), ragged_rank=2),
        "dense": [numbered.to_tensor(-1.0), nested.to_tensor(shape=[None, 2, 2])],
    }
    loss = tf.reduce_sum(numbered.to_tensor(length_of(tf, values)) ** 2) + tf.reduce_sum(nested.to_tensor() ** 3)
    made["gradient"] = tf.convert_to_tensor(tf.gradients(loss, values)[0])
    facts = [str(getattr(one, "shape", "")) for one in made.values()]
    fetches = {"facts": tf.constant(facts), "value": tf.constant(str(tf.ragged.constant_value([[1, 2], [3]])))}
    for label, value in made.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    return fetches


def length_of(tf, values):
    return tf.cast(tf.size(values), tf.float32)


FEEDS = {
    "values:0": [1, 2, 3, 4, 5],
    "splits:0": [0, 2, 2, 5],
    "outer:0": [0, 2, 3],
    "cubes:0": np.arange(12, dtype=np.float32).reshape(2, 2, 3),
    "length:0": 1,
    "rowids:0": [0, 0, 1, 3, 3],
    "mask:0": [[[1, 0], [0, 0], [1, 1]], [[0, 1], [1, 1], [0, 0]]],
    "fed/flat_values:0": [[1, 2], [3, 4]],
    "fed/row_splits_0:0": [0, 1, 2],
    "fed/row_splits_1:0": [0, 2, 2],
    "flat:0": [1, 2, 3],
}


def errors(tf):
    def rows():
        return tf.ragged.constant([[1, 2], [], [3, 4, 5]])

    def nested():
        return tf.ragged.constant([[[1, 2], [3]], []])

    def other():
        return tf.ragged.constant([[1, 2], [], [3, 4, 5]], row_splits_dtype=tf.int32)

    ids = [[0, 1, 1], [0, 0, 2]]
    nested_ids, map_flat, mask = (
        tf.RaggedTensor.from_nested_value_rowids, tf.ragged.map_flat_values, tf.ragged.boolean_mask
    )  # fmt: skip
    return {
        "ranks": (lambda: map_flat(tf.add, rows(), nested()), "(?i)ragged|shape"),
        "splits dtypes": (lambda: map_flat(tf.add, rows(), other()), "mismatched row partition dtypes"),
        "fewer values": (lambda: map_flat(tf.reduce_sum, rows()), "expected outer dimension size: 5"),
        "scalar mask": (lambda: mask(rows(), True), "mask cannot be scalar"),
        "unknown mask": (lambda: mask(rows(), tf.placeholder(tf.bool)), "must be known statically"),
        "mask dtypes": (lambda: mask(rows(), other().with_values(tf.ones([5]) > 0)), "mismatched row_splits dtypes"),
        "merge order": (lambda: nested().merge_dims(2, 1), "to be less than or equal to inner_axis"),
        "merge axis": (lambda: nested().merge_dims(0, 3), "inner_axis=3 out of bounds"),
        "merge type": (lambda: nested().merge_dims("0", 1), "outer_axis must be an int; got str"),
        "splits dtype": (lambda: rows().with_row_splits_dtype(tf.float32), "dtype must be int32 or int64"),
        "float splits": (lambda: tf.ragged.row_splits_to_segment_ids(tf.constant([0.0])), "int32 or int64"),
        "no splits": (lambda: tf.ragged.row_splits_to_segment_ids([]), "Invalid row_splits"),
        "ids tensor": (lambda: nested_ids([1], tf.constant(ids)), "must be a list of Tensors"),
        "nrows tensor": (lambda: nested_ids([1], ids, tf.constant([1, 2])), "must be a list of Tensors"),
        "nrows count": (lambda: nested_ids([1], ids, [3]), "must have the same length"),
        "numpy": (lambda: rows().numpy(), "only supported in eager mode"),
        "truth": (lambda: bool(rows()), "may not be used as a boolean"),
        "uniform": (lambda: tf.RaggedTensor.from_uniform_row_length([1, 2], 0), "must equal nvals=2"),
    }
