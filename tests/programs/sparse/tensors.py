"""Sparse tensors: made, fed, fetched, rearranged, multiplied, made dense."""

import numpy as np


def build(tf):
    fed = tf.sparse_placeholder(tf.float32, [None, 3], name="fed")
    free = tf.sparse_placeholder(tf.int64, name="free")
    a = tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [2, 3])
    b = tf.SparseTensor.from_value(tf.SparseTensorValue([[0, 0], [0, 1]], [3.0, 4.0], [2, 3]))
    ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([2, 0, 1], tf.int64), [2, 2])
    dense = tf.constant(np.arange(6, dtype=np.float32).reshape(2, 3))
    words = tf.SparseTensor([[0, 0], [0, 1]], ["a", "b"], [1, 2])
    other = tf.SparseTensor([[0, 0]], ["a"], [1, 1])
    filled, empty = tf.sparse_fill_empty_rows(tf.SparseTensor([[1, 0]], [5.0], [2, 2]), 7.0)
    made = {
        "twice": a.with_values(a.values * 2.0),
        "times_dense": a * dense,
        "dense_times": dense * fed,
        "divided": a / (dense + 1.0),
        "abs": tf.abs(fed),
        "square": tf.square(a),
        "cast": tf.cast(a, tf.int32),
        "identity": tf.identity(free),
        "sum": tf.sparse_add(a, b),
        "rows": tf.sparse_concat(0, [a, b]),
        "columns": tf.sparse_concat(axis=1, sp_inputs=[a, fed]),
        "expanded": tf.sparse.expand_dims(a, 1),
        "eye": tf.sparse.eye(2, 3),
        "from_dense": tf.sparse.from_dense(dense),
        "filled": filled,
        "maximum": tf.sparse_maximum(a, b),
        "minimum": tf.sparse_minimum(a, b),
        "reorder": tf.sparse_reorder(tf.SparseTensor([[1, 2], [0, 0]], [2.0, 1.0], [2, 3])),
        "reset": tf.sparse_reset_shape(b),
        "reset_larger": tf.sparse_reset_shape(a, [4, 4]),
        "reshape": tf.sparse_reshape(a, [3, -1]),
        "reshape_fed": tf.sparse_reshape(fed, [-1]),
        "retain": tf.sparse_retain(a, [False, True]),
        "slice": tf.sparse_slice(a, [1, 1], [1, 2]),
        "softmax": tf.sparse_softmax(b),
        "part": tf.sparse_split(sp_input=a, num_split=2, axis=1)[1],
        "transpose": tf.sparse_transpose(a),
        "transpose_fed": tf.sparse_transpose(fed, [1, 0]),
        "merge": tf.sparse_merge(ids, ids.with_values([1.0, 2.0, 3.0]), 4),
        "sum_sparse": tf.sparse_reduce_sum_sparse(a, 1),
        "max_sparse": tf.sparse_reduce_max_sparse(a, 0),
        "union": tf.sets.set_union(ids, ids),
        "intersection": tf.sets.set_intersection([[1, 2]], [[2, 3]]),
        "difference": tf.sets.set_difference(tf.constant([[2, 5], [1, 1]], tf.int64), ids),
        "kept_rows": tf.sparse_mask(tf.IndexedSlices(dense, tf.constant([3, 5])), tf.constant([5])),
    }
    parts = {f"{name}_values": one.values for name, one in made.items()}
    parts.update({f"{name}_indices": one.indices for name, one in made.items()})
    shapes = {f"{name}_shape": one.dense_shape for name, one in made.items() if name != "kept_rows"}
    return {
        **parts,
        **shapes,
        "static": tf.constant([a.shape.as_list(), fed.shape.as_list()[1:] * 2]),
        "shape": tf.shape(fed),
        "size": tf.size(a),
        "rank": tf.rank(free),
        "empty": empty,
        "dense_sum": tf.sparse_add(a, dense),
        "reduced_sum": tf.sparse_reduce_sum(a, 1),
        "reduced_max": tf.sparse_reduce_max(a),
        "reduced_old": tf.sparse_reduce_sum(a, reduction_axes=0, keep_dims=True),
        "product": tf.sparse_tensor_dense_matmul(fed, dense, adjoint_b=True),
        "product_of_dense": tf.sparse_tensor_dense_matmul(dense, a, adjoint_b=True),
        "to_dense": tf.sparse_tensor_to_dense(a, -1.0),
        "words": tf.sparse_tensor_to_dense(words),
        "plain_to_dense": tf.sparse_to_dense([[0, 1]], [2, 2], [1.0], 5.0),
        "indicator": tf.sparse_to_indicator(ids, 4),
        "distance": tf.edit_distance(words, other),
        "set_size": tf.sets.set_size(ids),
    }


def run(tf, session, fetches):
    value = tf.SparseTensorValue(np.array([[0, 1], [1, 0]]), np.array([-3.0, 4.0], np.float32), np.array([2, 3]))
    graph = session.graph
    fed = tf.SparseTensor(*(graph.get_tensor_by_name(f"fed/{part}:0") for part in ("indices", "values", "shape")))
    names = {f"free/{part}:0": given for part, given in (("indices", [[0]]), ("values", [7]), ("shape", [2]))}
    found = session.run(fetches, {fed: value, **names})
    whole = session.run(fed, {fed: ([[1, 2]], [5.0], [2, 3])})
    return {
        **found,
        "fetched_values": whole.values,
        "fetched_indices": whole.indices,
        "fetched_shape": whole.dense_shape,
    }


def errors(tf):
    a = lambda: tf.SparseTensor([[0, 0]], [1.0], [2, 3])
    return {
        "indices": (lambda: tf.SparseTensor([0], [1.0], [3]), "must have rank 2"),
        "values": (lambda: tf.SparseTensor([[0, 1]], [1.0, 2.0], [3, 4]), "not compatible"),
        "shape": (lambda: tf.SparseTensor([[0, 1]], [1.0], [3]), "not compatible"),
        "from_value": (lambda: tf.SparseTensor.from_value([1]), "neither a SparseTensor nor"),
        "plus_dense": (lambda: a() + tf.zeros([2, 3]), "SparseTensor"),
        "negated": (lambda: -a(), "bad operand type"),
        "reduced": (lambda: tf.reduce_sum(a()), "SparseTensor"),
        "dense_only": (lambda: tf.sparse_add([1.0], [2.0]), "do you mean to use tf.add"),
        "split": (lambda: tf.sparse_split(a(), 2, 1), "Keyword arguments are required"),
        "reset": (lambda: tf.sparse_reset_shape(a(), [1, 5]), "dimension sizes >= sp_input.shape"),
        "distance": (lambda: tf.edit_distance([1], [1]), "Hypothesis must be a SparseTensor"),
        "set_dtypes": (lambda: tf.sets.set_union([[1]], tf.constant([[1]], tf.int64)), "Types don't match"),
    }
