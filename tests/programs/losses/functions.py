"""tf.losses: losses, weights, reductions and collections."""


def build(tf):
    labels = tf.placeholder(tf.float32, [None, 3], "labels")
    predictions = tf.placeholder(tf.float32, [None, 3], "predictions")
    fixed = tf.constant([[0.2, 0.9], [0.5, 0.1]], name="fixed")
    targets = tf.constant([[0, 1], [1, 0]], name="targets")
    classes = tf.placeholder(tf.int32, [None, 1], "classes")
    rows = tf.placeholder(tf.float32, [None, 1], "rows")
    unknown = tf.placeholder(tf.float32, name="unknown")
    losses = tf.losses
    reductions = losses.Reduction
    fetches = {
        "absolute": losses.absolute_difference(labels, predictions),
        "absolute_sum": losses.absolute_difference(labels, predictions, rows, reduction=reductions.SUM),
        "absolute_mean": losses.absolute_difference(targets, fixed, [[1.0], [0.0]], reduction=reductions.MEAN),
        "absolute_batch": losses.absolute_difference(
            targets, fixed, 2, "batch", reduction="weighted_sum_over_batch_size"
        ),
        "absolute_none": losses.absolute_difference(
            targets, fixed, 2.0, reduction=reductions.NONE, loss_collection=None
        ),
        "cosine": losses.cosine_distance(labels, predictions, 1),
        "cosine_dim": losses.cosine_distance(targets, fixed, dim=0, scope="cosine"),
        "hinge": losses.hinge_loss(labels, predictions),
        "huber": losses.huber_loss(labels, predictions, delta=0.5),
        "log": losses.log_loss(targets, fixed),
        "pairwise": losses.mean_pairwise_squared_error(labels, predictions),
        "pairwise_weights": losses.mean_pairwise_squared_error(labels, predictions, rows, "pairs"),
        "squared": losses.mean_squared_error(labels, predictions, unknown),
        "sigmoid": losses.sigmoid_cross_entropy(targets, fixed, label_smoothing=0.1),
        "softmax": losses.softmax_cross_entropy(labels, predictions, label_smoothing=0.1),
        "softmax_plain": losses.softmax_cross_entropy(targets, fixed, weights=[0.5, 0.0], scope="plain"),
        "sparse": losses.sparse_softmax_cross_entropy(classes, predictions, rows),
        "sparse_vector": losses.sparse_softmax_cross_entropy([1, 0], fixed),
        "weighted": losses.compute_weighted_loss(tf.constant([1, 2, 3]), [1.0, 0.0, 2.0]),
    }
    losses.add_loss(tf.constant(4.0))
    tf.constant([loss.name for loss in losses.get_losses()], name="names")
    tf.constant(list(reductions.all()), name="reductions")
    fetches["regularization"] = losses.get_regularization_loss()
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(7.0, name="own"))
    fetches["regularization_one"] = losses.get_regularization_loss(name="one")
    fetches["total_log"] = losses.get_total_loss(scope="log", name="log_total")
    fetches["total_pairs"] = losses.get_total_loss(False, scope="pairs")
    return fetches


FEEDS = {
    "labels:0": [[1, 0, 1], [0, 1, 0]],
    "predictions:0": [[0.5, -1, 2], [0.25, 3, 0]],
    "classes:0": [[2], [0]],
    "rows:0": [[0.5], [0.0]],
    "unknown:0": 3.0,
}


def errors(tf):
    losses = tf.losses
    ones = tf.ones

    def run(build, feeds=None):
        with tf.Session() as session:
            session.run(build(), feeds)

    def wrong_weights():
        weights = tf.placeholder_with_default(ones([3, 2]), [None, None])
        return losses.mean_squared_error(ones([2, 2]), ones([2, 2]), weights)

    return {
        "labels": (lambda: losses.absolute_difference(None, ones([2])), "must not be None"),
        "logits": (lambda: losses.hinge_loss(ones([2]), None), "must not be None"),
        "shapes": (lambda: losses.mean_squared_error(ones([2]), ones([3])), "incompatible"),
        "axis": (lambda: losses.cosine_distance(ones([2]), ones([2])), "must specify argument `axis`"),
        "both axes": (lambda: losses.cosine_distance(ones([2]), ones([2]), 0, dim=0), "both"),
        "reduction": (lambda: losses.huber_loss(ones([2]), ones([2]), reduction="all"), "Invalid Reduction Key all"),
        "weights rank": (
            lambda: losses.log_loss(ones([2, 2]), ones([2, 2]), ones([2])),
            "values.rank=2. weights.rank=1",
        ),
        "weights dims": (lambda: losses.log_loss(ones([2, 2]), ones([2, 2]), ones([3, 2])), "Mismatch at dim 0"),
        "weights in a run": (lambda: run(wrong_weights), "weights can not be broadcast"),
        "no loss": (lambda: losses.get_total_loss(), "at least one Tensor"),
    }
