"""Stacks, splits, blocks, partitions, scattered and sorted elements."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    any_rank = tf.placeholder(tf.float32, name="any_rank")
    k = tf.constant(np.arange(6, dtype=np.float32).reshape(2, 3), name="k")
    image = tf.constant(np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1), name="image")
    i = tf.constant([2, 0, 2, 1], name="i")
    named = {
        "stack": tf.stack([k, k]),
        "stack_last": tf.stack([x, x], axis=-1),
        "stack_numbers": tf.stack([1, 2], name="numbers"),
        "stack_mixed": tf.stack([tf.size(x), 2]),
        "stack_list": tf.stack([[1, 2], [3, 4]], axis=1),
        "parallel_stack": tf.parallel_stack([k, k]),
        "unstack": tf.unstack(x, axis=1)[2],
        "unstack_num": tf.unstack(x, 2)[1],
        "split": tf.split(k, 3, 1)[1],
        "split_sizes": tf.split(k, [1, -1], axis=1)[1],
        "space_to_batch": tf.space_to_batch(image, [[0, 0], [0, 0]], 2),
        "space_to_batch_nd": tf.space_to_batch_nd(image, [2, 1], [[0, 0], [0, 0]]),
        "batch_to_space": tf.batch_to_space(tf.tile(image, [4, 1, 1, 1]), [[1, 0], [0, 0]], block_size=2),
        "space_to_depth": tf.space_to_depth(image, 2),
        "depth_to_space": tf.depth_to_space(tf.reshape(image, [1, 2, 2, 4]), 2),
        "paddings": tf.required_space_to_batch_paddings([5, 4], [2, 3])[0],
        "crops": tf.required_space_to_batch_paddings(tf.shape(image)[1:3], [3, 3], [[0, 1], [1, 0]])[1],
        "scatter_nd": tf.scatter_nd([[1], [3]], [9, 8], [5]),
        "tensor_scatter_update": tf.tensor_scatter_update(k, [[0]], [[7.0, 8.0, 9.0]]),
        "tensor_scatter_add": tf.tensor_scatter_nd_add(k, [[0, 1]], [5.0]),
        "tensor_scatter_max": tf.tensor_scatter_nd_max(k, [[0, 1]], [5.0]),
        "partition": tf.dynamic_partition(i, [0, 1, 0, 1], 2)[1],
        "stitch": tf.dynamic_stitch([[0, 2], [1]], [[1, 3], [2]]),
        "sort": tf.sort(x),
        "sort_rows": tf.sort(x, 0, "DESCENDING"),
        "sort_ints": tf.sort(i),
        "sort_any": tf.sort(any_rank, 1),
        "argsort_any": tf.argsort(any_rank, -2),
        "argsort": tf.argsort(x, direction="DESCENDING"),
        "argsort_ints": tf.argsort(i),
        "searchsorted": tf.searchsorted(tf.range(4), [1, 3]),
        "searchsorted_right": tf.searchsorted([[0.0, 1.0, 2.0]], [[1.0]], "right", tf.int64),
        "setdiff1d": tf.setdiff1d([1, 2, 3, 4], [2, 4])[0],
        "unravel_index": tf.unravel_index([3, 5], [2, 3]),
        "invert_permutation": tf.invert_permutation([2, 0, 1]),
    }
    values, indices = tf.math.top_k(x, 2)
    unique, places = tf.unique(i)
    counted = tf.unique_with_counts(i, out_idx=tf.int64)
    return {**named, "top": values, "top_at": indices, "unique": unique, "places": places, "count": counted.count}


FEEDS = {"x:0": [[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]], "any_rank:0": [[3.0, 1.0, 2.0], [0.0, 4.0, 5.0]]}


def errors(tf):
    x = lambda: tf.placeholder(tf.float32, [None, 3])
    return {
        "stack_axis": (lambda: tf.stack([x(), x()], axis=5), r"not in range \[-3, 3\)"),
        "stack_shapes": (lambda: tf.stack([tf.zeros([1]), tf.zeros([2])]), "Dimension 0 in both shapes"),
        "unstack_num": (lambda: tf.unstack(x()), "Cannot infer argument `num`"),
        "unstack_axis": (lambda: tf.unstack(x(), axis=2), "not in range"),
        "split_num": (lambda: tf.split(x(), tf.placeholder(tf.int32, [None])), "Cannot infer argument `num`"),
        "split_scalar": (lambda: tf.split(x(), tf.constant(2)), "Rank-0 tensors are not supported"),
        "split_uneven": (lambda: tf.split([1, 2, 3], 2), "evenly"),
        "direction": (lambda: tf.sort(x(), direction="UP"), "should be one of ASCENDING, DESCENDING"),
        "sort_axis": (lambda: tf.sort(x(), axis=tf.placeholder(tf.int32, [])), "must be a constant scalar"),
        "side": (lambda: tf.searchsorted(x(), x(), "middle"), "'right' or 'left'"),
        "blocks": (lambda: tf.batch_to_space(tf.zeros([4, 1, 1, 1]), [[0, 0]] * 2, 2, block_shape=3), "Cannot specify"),
    }
