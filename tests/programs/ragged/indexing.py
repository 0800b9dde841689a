"""Rows of RaggedTensors, parts of rows, and rows of padded tensors."""


def build(tf):
    ragged = tf.ragged.constant([[1, 2], [], [3, 4, 5]], name="two")
    nested = tf.ragged.constant([[[1, 2], [3]], [], [[4], [], [5, 6]]], name="three")
    pairs = tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1, name="pairs")
    fed = tf.RaggedTensor.from_row_splits(
        tf.placeholder(tf.float32, [None], "values"), tf.placeholder(tf.int64, [None], "splits"), validate=False
    )
    matrix = tf.placeholder(tf.int32, [None, 3], name="matrix")
    cube = tf.placeholder(tf.int32, [2, 3, 2], name="cube")
    made = {
        "row": ragged[0],
        "last row": ragged[-1],
        "rows": ragged[1:],
        "first rows": ragged[:2],
        "no rows": ragged[3:],
        "all": ragged[:],
        "ellipsis": ragged[...],
        "element": ragged[2, 1],
        "columns": ragged[:, 0:1],
        "but the last": ragged[:, :-1],
        "from the end": ragged[:, -2:],
        "by two": ragged[:, ::2],
        "backwards": ragged[:, ::-1],
        "every other row": ragged[::2],
        "rows and columns": ragged[1:, 1:],
        "part of a row": ragged[2, 1:],
        "row of three": nested[0],
        "rows of three": nested[1:],
        "row of a row": nested[2, 2],
        "inner columns": nested[:, :, 0:1],
        "element of three": nested[2, 2, 1],
        "uniform columns": pairs[:, :, 0],
        "pair": pairs[1, 0],
        "fed row": fed[1],
        "fed rows": fed[1:, :2],
        "lengths": tf.RaggedTensor.from_tensor(matrix, lengths=[2, 1]),
        "more lengths": tf.RaggedTensor.from_tensor(cube, lengths=tf.constant([7, -1]), row_splits_dtype=tf.int32),
        "padding": tf.RaggedTensor.from_tensor(matrix, padding=0),
        "padded pairs": tf.RaggedTensor.from_tensor(cube, padding=[0, 0]),
    }
    fetches = {"facts": tf.constant([str(one.shape) for one in made.values()])}
    for label, value in made.items():
        for i, part in enumerate(tf.nest.flatten(value, expand_composites=True)):
            fetches[f"{label} {i}"] = part
    return fetches


FEEDS = {
    "matrix:0": [[1, 2, 0], [3, 0, 0]],
    "cube:0": [[[1, 2], [0, 0], [0, 3]], [[0, 1], [0, 0], [0, 0]]],
    "values:0": [1, 2, 3, 4],
    "splits:0": [0, 1, 3, 4],
}


def errors(tf):
    def ragged():
        return tf.ragged.constant([[1, 2], [], [3, 4, 5]])

    return {
        "inner": (lambda: ragged()[:, 0], "Cannot index into an inner ragged dimension"),
        "padding": (lambda: tf.RaggedTensor.from_tensor([[[1, 2]]], padding=0), r"Shapes \(\) and \(2,\) are incompatible"),
        "both": (lambda: tf.RaggedTensor.from_tensor([[1]], lengths=[1], padding=0), "`lengths` or `padding`, but not both"),
    }  # fmt: skip
