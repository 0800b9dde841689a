"""tf.nn: cross entropies of known and unknown shapes."""


def build(tf):
    logits = tf.placeholder(tf.float32, [None, 3], "logits")
    labels = tf.placeholder(tf.float32, [None, 3], "labels")
    classes = tf.placeholder(tf.int64, [None], "classes")
    steps = tf.placeholder(tf.float32, [2, None, 3], "steps")
    step_classes = tf.placeholder(tf.int32, [None, 2], "step_classes")
    no_shape = tf.placeholder(tf.float32, name="no_shape")
    fixed = tf.constant([[[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]]])
    half = tf.placeholder(tf.float16, [2, 3], "half")
    nn = tf.nn
    return {
        "softmax": nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits),
        "softmax_v2": nn.softmax_cross_entropy_with_logits_v2(labels, logits, name="second"),
        "softmax_steps": nn.softmax_cross_entropy_with_logits_v2(steps, steps, axis=1),
        "softmax_lists": nn.softmax_cross_entropy_with_logits(labels=[[0.5, 0.5]], logits=[[2.0, 1.0]], name="lists"),
        "softmax_first": nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits, dim=0),
        "softmax_half": nn.softmax_cross_entropy_with_logits_v2(half, half),
        "sparse": nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=logits),
        "sparse_named": nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 2], logits=half, name="sparse"),
        "sparse_fixed": nn.sparse_softmax_cross_entropy_with_logits(labels=[[1, 2]], logits=fixed, name="fixed"),
        "sparse_steps": nn.sparse_softmax_cross_entropy_with_logits(labels=step_classes, logits=steps),
        "sparse_unknown": nn.sparse_softmax_cross_entropy_with_logits(labels=classes, logits=no_shape),
        "sigmoid": nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
        "sigmoid_lists": nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[3.0, -2.0], name="two"),
        "weighted": nn.weighted_cross_entropy_with_logits(labels=labels, logits=logits, pos_weight=2.0),
        "weighted_tensor": nn.weighted_cross_entropy_with_logits(
            targets=labels, logits=logits, pos_weight=tf.constant([1.0, 2.0, 3.0]), name="weighted"
        ),
        "poisson": nn.log_poisson_loss(labels, logits),
        "poisson_full": nn.log_poisson_loss(labels * 3.0, logits, compute_full_loss=True, name="full"),
        "l2": nn.l2_loss(logits),
    }


FEEDS = {
    "logits:0": [[1, 2, 4], [0, -1, 3]],
    "labels:0": [[0, 0.5, 0.5], [1, 0, 0]],
    "classes:0": [2, 0],
    "steps:0": [[[1, 2, 3], [0, 1, 0]], [[2, 2, 2], [-1, 0, 1]]],
    "step_classes:0": [[0, 1], [2, 1]],
    "no_shape:0": [[1, 2, 4], [0, -1, 3]],
    "half:0": [[1, 2, 4], [0, -1, 3]],
}


def errors(tf):
    nn = tf.nn
    ones = tf.ones

    def run(build):
        with tf.Session() as session:
            session.run(build())

    def different_shapes():
        labels = tf.placeholder_with_default([[1]], [None, None])
        return nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=ones([1, 2, 4]))

    return {
        "no logits": (lambda: nn.softmax_cross_entropy_with_logits(labels=ones([2])), "must be provided for softmax"),
        "no labels": (lambda: nn.sigmoid_cross_entropy_with_logits(logits=ones([2])), "must be provided for sigmoid"),
        "both names": (
            lambda: nn.softmax_cross_entropy_with_logits(labels=ones([2]), logits=ones([2]), axis=0),
            "both",
        ),
        "widths": (lambda: nn.softmax_cross_entropy_with_logits_v2(ones([2, 3]), ones([2, 4])), "must be equal"),
        "ranks": (
            lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant([1]), logits=ones([3])),
            "must equal `logits.shape.rank - 1`",
        ),
        "shapes": (
            lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant([1, 0]), logits=ones([3, 4])),
            "except for the last dimension",
        ),
        "scalar": (
            lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant([1]), logits=tf.constant(1.0)),
            "cannot be a scalar",
        ),
        "shapes in a run": (lambda: run(different_shapes), "Condition x == y did not hold"),
        "label in a run": (
            lambda: run(lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=[4], logits=ones([1, 4]))),
            "outside the valid range",
        ),
        "sigmoid shapes": (
            lambda: nn.sigmoid_cross_entropy_with_logits(labels=ones([2]), logits=ones([3])),
            "must have the same shape",
        ),
        "weighted shapes": (
            lambda: nn.weighted_cross_entropy_with_logits(ones([2]), ones([3]), 2.0),
            "must have the same shape",
        ),
        "poisson shapes": (lambda: nn.log_poisson_loss(ones([2]), ones([3])), "must have the same shape"),
    }
