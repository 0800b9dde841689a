"""Accumulators of gradients: means, sums, what is dropped, rows."""

import numpy as np


def build(tf):
    step = tf.placeholder(tf.int64, [], "step")
    gradient = tf.placeholder(tf.float32, [None], "gradient")
    indices = tf.placeholder(tf.int64, [None], "indices")
    rows = tf.placeholder(tf.float32, [None, 2], "rows")
    mean = tf.ConditionalAccumulator(tf.float32, [2], name="mean")
    total = tf.ConditionalAccumulator(tf.float64, reduction_type="SUM", shared_name="shared")
    row_mean = tf.SparseConditionalAccumulator(tf.float32, [None, 2])
    row_sum = tf.sparse.SparseConditionalAccumulator(tf.float32, reduction_type="SUM", name="rows")
    slices = tf.IndexedSlices(rows, indices, tf.constant([5, 2]))
    taken = row_mean.take_grad(2)
    taken_slices = row_sum.take_indexed_slices_grad(1, name="take")
    tf.constant([mean.name, row_sum.name, mean.dtype.name, row_sum.accumulator_ref.dtype.name], name="facts")
    return {
        "mean_apply": mean.apply_grad(gradient, step),
        "mean_take": mean.take_grad(2),
        "mean_count": mean.num_accumulated(),
        "mean_step": mean.set_global_step(step),
        "total_apply": total.apply_grad([1.0, 2.0], 1, name="add"),
        "total_take": total.take_grad(1, name="all"),
        "row_mean_apply": row_mean.apply_grad(indices, rows, [5, 2], local_step=step),
        "row_mean_indices": taken.indices,
        "row_mean_values": taken.values,
        "row_mean_shape": taken.shape,
        "row_sum_apply": row_sum.apply_indexed_slices_grad(slices, step),
        "row_sum_apply_open": row_sum.apply_grad([1, 3], [[1.0, 1.0], [2.0, 2.0]]),
        "row_sum_indices": taken_slices.indices,
        "row_sum_values": taken_slices.values,
        "row_sum_count": row_sum.num_accumulated(name="count"),
        "row_sum_step": row_sum.set_global_step(3),
    }


def run(tf, session, fetches):
    fed = {}

    def get(*labels, step=0, gradient=(0.0, 0.0), indices=(), rows=()):
        feeds = {"step:0": step, "gradient:0": gradient, "indices:0": indices}
        feeds["rows:0"] = np.reshape(np.array(rows, np.float32), [-1, 2])
        found = session.run([fetches[label] for label in labels], feeds)
        return [one for one in found if one is not None]

    for value in ([1, 2], [3, 4], [5, 9]):
        get("mean_apply", gradient=value)
    (fed["three"],) = get("mean_count")
    (fed["mean_of_three"],) = get("mean_take")
    get("mean_apply", gradient=[7, 7])  # of step 0: too old
    (fed["none"],) = get("mean_count")
    get("mean_apply", gradient=[7, 7], step=1)
    get("mean_step", step=4)
    get("mean_apply", gradient=[1, 1], step=3)
    get("mean_apply", gradient=[1, 2], step=4)
    (fed["two"],) = get("mean_count")
    (fed["mean_of_two"],) = get("mean_take")
    get("total_apply")
    get("total_apply")
    (fed["total"],) = get("total_take")
    get("row_mean_apply", indices=[0, 2], rows=[[1, 2], [3, 4]])
    get("row_mean_apply", indices=[2, 1], rows=[[1, 1], [5, 5]])
    fed["mean_indices"], fed["mean_rows"], fed["mean_shape"] = get(
        "row_mean_indices", "row_mean_values", "row_mean_shape"
    )
    get("row_sum_apply_open")
    get("row_sum_apply", indices=[3, 3], rows=[[10, 10], [1, 1]])
    (fed["rows"],) = get("row_sum_count")
    fed["sum_indices"], fed["sum_rows"] = get("row_sum_indices", "row_sum_values")
    get("row_sum_step")
    get("row_sum_apply", indices=[0], rows=[[1, 1]], step=2)
    (fed["dropped"],) = get("row_sum_count")
    return fed


def errors(tf):
    dense = tf.ConditionalAccumulator
    return {
        "reduction": (lambda: dense(tf.float32, reduction_type="MAX"), "MAX"),
        "dtype": (lambda: dense(tf.string), "list of allowed values"),
        "shape": (lambda: dense(tf.float32, [2]).apply_grad([1.0, 2.0, 3.0]), "incompatible"),
        "required": (lambda: dense(tf.float32).take_grad([1]), "rank 0 but is rank 1"),
    }
