"""Sums, means and extremes, over all axes or some; running sums; segments; norms and clipping."""

import numpy as np

RTOL = 2e-5


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    b = tf.constant([[True, False], [True, True]], name="b")
    i = tf.constant([0, 1, 1, 3], name="i")
    rows = tf.constant(np.arange(8, dtype=np.float32).reshape(4, 2), name="rows")
    sums = {name: getattr(tf, f"reduce_{name}")(x, 1) for name in ("sum", "mean", "prod", "max", "min", "logsumexp")}
    all_sums = {f"all_{name}": getattr(tf, f"reduce_{name}")(x) for name in ("sum", "mean", "max", "logsumexp")}
    clipped, norm = tf.clip_by_global_norm([x, None, rows], 2.0)
    segments = {
        f"segment_{name}": getattr(tf, f"segment_{name}")(rows, i) for name in ("sum", "mean", "max", "min", "prod")
    }
    unsorted = {
        f"unsorted_{name}": getattr(tf, f"unsorted_segment_{name}")(rows, [2, 0, 2, -1], 3)
        for name in ("sum", "mean", "sqrt_n", "max", "min", "prod")
    }
    sparse = {
        f"sparse_segment_{name}": getattr(tf, f"sparse_segment_{name}")(rows, [3, 0, 1], [0, 0, 1])
        for name in ("sum", "mean", "sqrt_n")
    }
    return {
        **sums,
        **all_sums,
        **segments,
        **unsorted,
        **sparse,
        "list": tf.reduce_sum([1.0, 2.0]),
        "unknown_rank": tf.reduce_sum(u),
        "kept": tf.reduce_mean(x, [0], keepdims=True),
        "kept_old": tf.reduce_max(x, reduction_indices=-1, keep_dims=True),
        "all": tf.reduce_all(b),
        "any": tf.reduce_any(b, 0),
        "variance": tf.math.reduce_variance(x),
        "std": tf.math.reduce_std(x, 1, keepdims=True),
        "euclidean": tf.math.reduce_euclidean_norm(x, 0),
        "count_nonzero": tf.count_nonzero(x),
        "count_nonzero_axis": tf.count_nonzero(i, 0, dtype=tf.int32),
        "count_text": tf.count_nonzero(["a", ""]),
        "argmax": tf.argmax(x),
        "argmax_old": tf.argmax(x, dimension=1),
        "argmin": tf.argmin(x, 1, output_type=tf.int32),
        "arg_max": tf.arg_max(x, 1),
        "add_n": tf.add_n([x, x, x]),
        "add_n_one": tf.add_n([x]),
        "accumulate_n": tf.accumulate_n([rows, rows], [4, 2], tf.float32),
        "cumsum": tf.cumsum(x, 1),
        "cumsum_reverse": tf.cumsum(x, axis=1, exclusive=True, reverse=True),
        "cumprod": tf.cumprod(x, 1),
        "cumulative_logsumexp": tf.math.cumulative_logsumexp(x, 1),
        "bincount": tf.bincount(i),
        "bincount_bounds": tf.bincount(i, minlength=3, maxlength=3, dtype=tf.float32),
        "bincount_weights": tf.bincount(i, [0.5, 1.0, 2.0, 4.0]),
        "histogram": tf.histogram_fixed_width(rows, [0.0, 4.0], nbins=4),
        "clip_by_norm": tf.clip_by_norm(x, 1.5),
        "clip_by_norm_axes": tf.clip_by_norm(x, 1.5, axes=[1], name="rows_clipped"),
        "clip_by_average_norm": tf.clip_by_average_norm(x, 0.1),
        "global_norm": tf.global_norm([x, rows]),
        "clipped": clipped[2],
        "norm_before": norm,
        "is_non_decreasing": tf.is_non_decreasing(i),
        "is_strictly_increasing": tf.is_strictly_increasing(x),
        "counted_segments": tf.sparse_segment_sum(rows, [0, 1], [0, 2], num_segments=4),
    }


FEEDS = {"x:0": [[1.0, -2.0, 0.5], [4.0, 0.0, 2.5]], "u:0": [1.0, 2.0]}


def errors(tf):
    x = lambda: tf.placeholder(tf.float32, [None, 3])
    return {
        "both": (lambda: tf.reduce_sum(x(), 0, reduction_indices=1), "Cannot specify both"),
        "both_kept": (lambda: tf.reduce_mean(x(), keepdims=True, keep_dims=True), "Cannot specify both"),
        "axis": (lambda: tf.reduce_sum(x(), 2), "Invalid reduction dimension"),
        "bool_sum": (lambda: tf.reduce_sum([True]), "not in list of allowed values"),
        "int_variance": (lambda: tf.math.reduce_variance([1, 2]), "must be either real or complex"),
        "nothing": (lambda: tf.add_n([]), "at least one Tensor"),
        "accumulated_dtypes": (lambda: tf.accumulate_n([x(), tf.constant(1)]), "same dtype and shape"),
        "accumulated_shapes": (lambda: tf.accumulate_n([x()], shape=[2, 4]), "not compatible"),
        "no_list": (lambda: tf.global_norm(x()), "should be a sequence"),
        "clip_dtypes": (lambda: tf.clip_by_global_norm([x()], 1.0, use_norm=tf.constant(1)), "Expected int32"),
    }
