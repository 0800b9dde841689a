"""tf.contrib.losses: every loss, with weights of all kinds, and the collections."""


def build(tf):
    losses = tf.contrib.losses
    x = tf.placeholder(tf.float32, [2, 3], "x")
    y = tf.placeholder(tf.float32, [2, 3], "y")
    batch = tf.placeholder(tf.float32, [None, 3], "batch")
    volume = tf.placeholder(tf.float32, [2, 3, 2], "volume")
    of_each = tf.placeholder(tf.float32, [2, 3], "of_each")
    of_example = tf.placeholder(tf.float32, [2], "of_example")
    column = tf.placeholder(tf.float32, [2, 1], "column")
    classes = tf.placeholder(tf.int64, [2], "classes")
    column_classes = tf.placeholder(tf.int32, [2, 1], "column_classes")
    fetches = {
        "absolute": losses.absolute_difference(x, y),
        "absolute_zero": losses.absolute_difference(x, y, 0.0),
        "squared": losses.mean_squared_error(x, y, weights=of_example),
        "squared_ints": losses.mean_squared_error(column_classes, column_classes),
        "squared_column": losses.mean_squared_error(x, y, weights=column, scope="column_loss"),
        "sigmoid": losses.sigmoid_cross_entropy(x, y, weights=of_each, label_smoothing=0.1),
        "softmax": losses.softmax_cross_entropy(x, y, label_smoothing=0.1, scope="own"),
        "softmax_batch": losses.softmax_cross_entropy(batch, batch),
        "sparse": losses.sparse_softmax_cross_entropy(x, classes, weights=of_example),
        "sparse_column": losses.sparse_softmax_cross_entropy(x, column_classes),
        "log": losses.log_loss(tf.sigmoid(x), y),
        "hinge": losses.hinge_loss(x, of_each),
        "pairwise": losses.mean_pairwise_squared_error(x, y),
        "pairwise_weighted": losses.mean_pairwise_squared_error(volume, volume * 2.0, weights=of_example),
        "cosine": losses.cosine_distance(x, y, 1),
        "cosine_dim": losses.cosine_distance(volume, volume, dim=2, weights=of_each),
        "weighted": losses.compute_weighted_loss(volume, of_each),
    }
    losses.add_loss(tf.constant(3.0, name="more"))
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(5.0))
    fetches["total"] = losses.get_total_loss()
    fetches["total_plain"] = losses.get_total_loss(add_regularization_losses=False, name="plain")
    tf.constant([one.name for one in losses.get_losses()], name="losses")
    tf.constant([one.name for one in losses.get_losses("own")], name="own_losses")
    tf.constant([one.name for one in losses.get_regularization_losses()], name="regularization_losses")
    return fetches


FEEDS = {
    "x:0": [[1.0, -0.5, 0.25], [0.5, 2.0, -1.0]],
    "y:0": [[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]],
    "batch:0": [[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]],
    "volume:0": [[[1, 2], [3, 1], [0, 1]], [[2, 1], [1, 1], [0, 4]]],
    "of_each:0": [[0.5, 0.0, 1.0], [1.0, 0.0, 0.0]],
    "of_example:0": [0.0, 2.0],
    "column:0": [[1.0], [3.0]],
    "classes:0": [2, 0],
    "column_classes:0": [[1], [2]],
}


def errors(tf):
    losses = tf.contrib.losses

    def ones(*dims):
        return tf.ones(dims)

    unknown = tf.placeholder
    difference, weighted = losses.absolute_difference, losses.compute_weighted_loss
    return {
        "shapes": (lambda: difference(ones(2, 3), ones(3, 2)), "are incompatible"),
        "weights": (lambda: difference(ones(2, 3), ones(2, 3), weights=ones(3)), "Dimensions must be equal"),
        "no weights": (lambda: difference(ones(2, 3), ones(2, 3), weights=None), "None values not supported"),
        "labels": (lambda: losses.softmax_cross_entropy(ones(2, 3), ones(3, 2)), "are incompatible"),
        "sparse": (lambda: losses.sparse_softmax_cross_entropy(ones(2, 3), tf.ones([3], tf.int32)), "labels.shape"),
        "axis": (lambda: losses.cosine_distance(ones(2), ones(2)), "must specify 'axis'"),
        "rank": (lambda: weighted(unknown(tf.float32), ones(2)), "cannot be None"),
        "rank of weights": (lambda: weighted(ones(2), unknown(tf.float32)), "cannot be None"),
        "none": (lambda: losses.get_total_loss(), ""),
    }
