"""tf.nn: losses for several replicas, of which there is one."""


def build(tf):
    losses = tf.placeholder(tf.float32, [None], "losses")
    pairs = tf.placeholder(tf.float64, [None, 2], "pairs")
    weights = tf.placeholder(tf.float32, [None], "weights")
    size = tf.placeholder(tf.int32, [], "size")
    unknown = tf.placeholder(tf.float32, name="unknown")
    nn = tf.nn
    return {
        "mean": nn.compute_average_loss(losses),
        "weighted": nn.compute_average_loss(losses, weights, 4),
        "pairs": nn.compute_average_loss(pairs, sample_weight=0.5, global_batch_size=size),
        "column": nn.compute_average_loss(losses, tf.expand_dims(weights, 1)),
        "unknown": nn.compute_average_loss(unknown, tf.placeholder(tf.float32, name="unknown_weights")),
        "list": nn.compute_average_loss([1.0, 2.0]),
        "regularization": nn.scale_regularization_loss(losses),
        "regularization_scalar": nn.scale_regularization_loss(tf.constant(3.0)),
        "regularization_list": nn.scale_regularization_loss([1.0, 2.0]),
    }


FEEDS = {"losses:0": [3.0, 2.0], "pairs:0": [[1, 2], [3, 4], [5, 6]], "weights:0": [1.0, 0.5], "size:0": 2}
FEEDS |= {"unknown:0": [[1, 2], [3, 4]], "unknown_weights:0": [1.0, 0.5]}


def errors(tf):
    average = tf.nn.compute_average_loss
    losses = [3.0, 2.0]
    return {
        "scalar": (lambda: average(3.0), "at least rank 1"),
        "floating size": (lambda: average(losses, global_batch_size=2.0), "must be an integer"),
        "sizes": (lambda: average(losses, global_batch_size=tf.constant([2])), "must be scalar"),
        "weights": (lambda: average(losses, sample_weight=tf.ones([3])), "must be equal"),
    }
