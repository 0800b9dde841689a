"""Clipping of IndexedSlices: of their rows, as they are."""


def build(tf):
    values = tf.placeholder(tf.float32, [3, 2], "values")
    x = tf.placeholder(tf.float32, [2], "x")
    slices = tf.IndexedSlices(values, tf.constant([0, 2, 0]), tf.constant([4, 2]))
    together, norm = tf.clip_by_global_norm([slices, None, x], 2.0)
    clipped = {
        "by_global_norm": together[0],
        "by_norm": tf.clip_by_norm(slices, 1.5),
        "by_norm_of_rows": tf.clip_by_norm(slices, 1.5, axes=[1]),
        "by_value": tf.clip_by_value(slices, -1.0, 1.5),
    }
    fetches = {label: rows.values for label, rows in clipped.items()}
    fetches.update({f"{label}_indices": rows.indices for label, rows in clipped.items()})
    return {**fetches, "norm": norm, "of_slices": tf.global_norm([slices], name="own"), "other": together[2]}


FEEDS = {"values:0": [[1, 2], [-3, 4], [0, 0.5]], "x:0": [1, -1]}
