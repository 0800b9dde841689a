"""Parts of RaggedTensors: new axes, slices of every ragged dim, bounds that are tensors; and rows of padded tensors."""

import numpy as np


def build(tf):
    ragged, new = tf.RaggedTensor, tf.newaxis
    values = tf.placeholder(tf.float32, [None], "values")
    splits = tf.placeholder(tf.int64, [None], "splits")
    outer = tf.placeholder(tf.int64, [None], "outer")
    at, narrow = tf.placeholder(tf.int64, [], "at"), tf.placeholder(tf.int32, [], "narrow")
    cube, deep = tf.placeholder(tf.int32, [2, 3, 4], "cube"), tf.placeholder(tf.int32, [2, 2, 3, 2], "deep")
    loose = tf.placeholder(tf.int32, [None, None, None], "loose")
    two = ragged.from_row_splits(values, splits, validate=False)
    three = ragged.from_row_splits(two, outer, validate=False)
    four = ragged.from_row_splits(three, [0, 2], validate=False)
    even = ragged.from_uniform_row_length(values, 3, validate=False)
    made = {
        "outer axis": two[new],
        "middle axis": two[:, new],
        "inner axis": two[:, :, new],
        "two axes": two[new, :, new],
        "axes in a row": two[:, new, new],
        "axis of a row": three[1, new],
        "axis of rows": three[1:, new, 0:1],
        "axis and ellipsis": two[new, ...],
        "middle": three[:, 1:],
        "middle by two": three[:, ::2],
        "middle backwards": three[:, ::-1],
        "middle and inner": three[:, 1:, 1:],
        "every other": three[::2, 1:],
        "third": four[:, :, 1:],
        "second and fourth": four[:, 1:, :, 1:],
        "rows of a row": four[0, :, ::2],
        "from": two[:, at:],
        "to": two[:, :narrow],
        "from to": two[:, at:-1],
        "by": two[:, ::at],
        "rows": two[at:],
        "row": two[at],
        "element": two[2, narrow],
        "even rows": even[1:],
        "even columns": even[:, 1:],
        "even backwards": even[:, ::-1],
        "even axis": even[:, new],
        "nested lengths": ragged.from_tensor(cube, lengths=([2, 1], [1, 2, 3])),
        "fed lengths": ragged.from_tensor(
            loose, lengths=[outer[1:] - outer[:-1], splits[1:4] - splits[:3]], ragged_rank=2
        ),
        "padded": ragged.from_tensor(cube, padding=0, ragged_rank=2),
        "loosely padded": ragged.from_tensor(loose, padding=0, ragged_rank=2, row_splits_dtype=tf.int32),
        "deeply padded": ragged.from_tensor(deep, padding=[0, 0], ragged_rank=2),
        "three deep": ragged.from_tensor(deep, ragged_rank=3),
        "loose": ragged.from_tensor(loose, ragged_rank=2),
    }
    made["gradient"] = tf.convert_to_tensor(tf.gradients(three[:, ::-1].flat_values ** 2, values)[0])
    fetches = {"facts": tf.constant([str(one.shape) for one in made.values()])}
    for label, value in made.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    return fetches


CUBE = np.int32([[[1, 0, 0, 0], [2, 3, 0, 0], [0, 0, 0, 0]], [[4, 5, 6, 0], [0, 0, 0, 0], [7, 0, 8, 0]]])
FEEDS = {
    "values:0": [1, 2, 3, 4, 5, 6],
    "splits:0": [0, 1, 4, 6],
    "outer:0": [0, 1, 3],
    "at:0": 1,
    "narrow:0": 1,
    "cube:0": CUBE,
    "loose:0": CUBE,
    "deep:0": np.arange(24).reshape(2, 2, 3, 2) % 5 // 2,
}


def errors(tf):
    def rows():
        return tf.ragged.constant([[1, 2], [], [3, 4, 5]])

    def of_tensor(tensor=((1, 2), (3, 4)), **options):
        return lambda: tf.RaggedTensor.from_tensor(tensor, **options)

    cube = np.ones([2, 3, 4])
    return {
        "float bound": (lambda: rows()[:, 1.5:], "slice offsets must be integers or None"),
        "float step": (lambda: rows()[:, :: tf.constant(1.5)], "slice strides must be integers or None"),
        "inner index": (lambda: rows()[:, tf.constant(1)], "Cannot index into an inner ragged dimension"),
        "rank": (of_tensor(ragged_rank=2), "must have rank at least 3"),
        "rank 0": (of_tensor(ragged_rank=0), "must be greater than 0. Received 0"),
        "rank type": (of_tensor(ragged_rank="1"), "must be an int. Received 1"),
        "lengths rank": (of_tensor(cube, lengths=([2, 1], [1, 2, 3]), ragged_rank=2 + 1), "rank"),
        "lengths of 2": (
            of_tensor(np.ones([1, 1, 1, 1]), lengths=([1], [1]), ragged_rank=3),
            r"must be len\(lengths\): 2",
        ),
        "lengths shape": (of_tensor(cube, lengths=[2, 1], ragged_rank=2), r"Shapes \(6, 4\) and \(2, 4\)"),
    }
