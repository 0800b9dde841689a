"""tf.nn: moments and normalization by them."""


def build(tf):
    x = tf.placeholder(tf.float32, [None, 4], "x")
    image = tf.placeholder(tf.float32, [2, 3, 2, 4], "image")
    half = tf.placeholder(tf.float16, [2, 4], "half")
    vector = tf.constant([1.0, 2.0, 3.0, 4.0], name="vector")
    nn = tf.nn
    fetches = {
        "batch": nn.batch_normalization(x, vector, vector, vector, vector, 0.1),
        "batch_plain": nn.batch_normalization(x, vector, vector, None, None, 0.1, name="plain"),
        "batch_offset": nn.batch_normalization(image, vector, vector, vector, None, 0.1),
        "global": nn.batch_norm_with_global_normalization(image, vector, vector, vector, vector, 0.1, True),
        "global_unscaled": nn.batch_norm_with_global_normalization(
            input=image, mean=vector, variance=vector, beta=vector, variance_epsilon=0.1
        ),
        "lrn": nn.lrn(image, 1),
        "l2": nn.l2_normalize(x, 1),
        "l2_list": nn.l2_normalize([3.0, 4.0], dim=0, name="l2"),
        "l2_complex": nn.l2_normalize(tf.constant([3.0 + 4.0j, 1.0]), 0),
        "zero_fraction": nn.zero_fraction(x),
        "zero_fraction_constant": nn.zero_fraction(tf.constant([[0.0, 1.0]]), name="zeros"),
    }
    several = {
        "moments": nn.moments(x, [0]),
        "moments_kept": nn.moments(image, [0, 1, 2], keep_dims=True, name="kept"),
        "moments_half": nn.moments(half, [0], shift=1.0),
        "moments_tensor": nn.moments(image, tf.constant([0, 1]), keepdims=True),
        "weighted": nn.weighted_moments(x, [0], x),
        "weighted_kept": nn.weighted_moments(image, [0, 1], tf.ones([2, 1, 1, 1]), keep_dims=True),
        "weighted_half": nn.weighted_moments(half, [0], 2, name="halves"),
        "statistics": nn.sufficient_statistics(x, [0])[:3],
        "statistics_shift": nn.sufficient_statistics(image, [0, 2], shift=1.0, keepdims=True, name="shifted"),
        "fused": nn.fused_batch_norm(image, vector, vector),
        "fused_inference": nn.fused_batch_norm(image, vector, vector, vector, vector, 1e-7, is_training=False)[:1],
        "fused_average": nn.fused_batch_norm(
            image, vector, vector, vector, vector, exponential_avg_factor=0.3, name="average"
        ),
    }
    several["normalized"] = nn.normalize_moments(*nn.sufficient_statistics(x, [0], shift=2.0))
    several["normalized_plain"] = nn.normalize_moments(*nn.sufficient_statistics(x, [0]), name="normal")
    for label, results in several.items():
        fetches.update({f"{label}{i}": result for i, result in enumerate(results)})
    return fetches


FEEDS = {
    "x:0": [[1, 0, 3, -4], [5, 6, 0, 8], [0, 0.5, -0.5, 2]],
    "image:0": [[[[1, 2, 3, 4], [0, 1, 0, 1]]] * 3, [[[5, 4, -3, 1], [0, 1, 7, 1]]] * 3],
    "half:0": [[1, 0, 3, -4], [5, 6, 0, 8]],
}

ATOL = 1e-5  # of the fused norm, where the order of operations differs


def errors(tf):
    nn = tf.nn
    ones = tf.ones
    return {
        "axes": (lambda: nn.moments(ones([2, 3]), [2]), "reduction dimension"),
        "tensor axes": (lambda: nn.moments(ones([2, 3]), tf.constant([0])), "Expected list for 'axis'|Expected list"),
        "both names": (lambda: nn.moments(ones([2, 3]), [0], keep_dims=True, keepdims=True), "both"),
        "no moments": (
            lambda: nn.fused_batch_norm(ones([1, 2, 2, 3]), ones([3]), ones([3]), is_training=False),
            "must be",
        ),
        "scale": (lambda: nn.fused_batch_norm(ones([1, 2, 2, 3]), ones([2]), ones([3])), "must be equal"),
        "shapes": (
            lambda: nn.batch_normalization(ones([2, 3]), ones([2]), ones([2]), None, None, 0.1),
            "must be equal",
        ),
        "lrn rank": (lambda: nn.lrn(ones([2, 3])), "rank 4"),
        "both inputs": (lambda: nn.batch_norm_with_global_normalization(1.0, input=2.0), "both"),
    }
