"""tf.nn: the best elements."""


def build(tf):
    x = tf.placeholder(tf.float32, [2, 7], "x")
    cube = tf.placeholder(tf.float32, [2, 3, 4], "cube")
    classes = tf.placeholder(tf.int32, [2], "classes")
    nn = tf.nn
    best = nn.approx_max_k(x, 3)
    some = nn.approx_max_k(x, 2, recall_target=0.5, reduction_input_size_override=100, name="n")
    nn.approx_max_k(x, 2, aggregate_to_topk=False)
    deep = tf.math.approx_max_k(cube, 2, name="deep")
    top = nn.top_k(x, 2)
    return {
        "best": best.values,
        "best_at": best.indices,
        "some_at": some.indices,
        "deep": deep.values,
        "d_best": tf.gradients(best.values, x)[0],
        "d_deep": tf.gradients(deep.values * deep.values, cube)[0],
        "top_at": top.indices,
        "in_top": tf.math.in_top_k(x, classes, 2),
        "in_top_tensor": nn.in_top_k(x, tf.cast(classes, tf.int64), tf.constant(3, tf.int64), name="there"),
        "unit": tf.math.l2_normalize(x, 1),
    }


FEEDS = {
    "x:0": [[3, 1, 3, 2, 5, 5, 0.5], [1, 2, 3, 4, 4, 4, -7]],
    "cube:0": [[[1, 2, 3, 4], [5, 6, 5, 4], [0, 0, 0, 1]], [[-1, -2, -3, -4], [9, 8, 7, 6], [2, 3, 2, 3]]],
    "classes:0": [4, 0],
}


def errors(tf):
    nn = tf.nn
    x = [[1.0, 2.0, 3.0, 4.0]] * 2
    return {
        "k": (lambda: nn.approx_max_k(x, 9), ">= k = 9"),
        "axis": (lambda: nn.approx_max_k(x, 1, 2), "Invalid reduction dimension: 2"),
        "recall": (lambda: nn.approx_max_k(x, 1, recall_target=2.0), "Invalid recall target: 2"),
        "scalar": (lambda: nn.approx_max_k(1.0, 1), "at least rank 1"),
        "dtype": (lambda: nn.approx_max_k([1, 2], 1), "."),
        "classes": (lambda: nn.in_top_k(x, [1, 2, 3], 2), "must be equal|First dimension"),
    }
