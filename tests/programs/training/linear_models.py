"""tf.train.sdca_*: fingerprints of features, weights shrunk, and a step of an example."""

import numpy as np


def _text(size):
    return bytes((size * 7 + i * 13 + i * i // 3) % 251 for i in range(size))


def build(tf):
    weights = [tf.Variable([1.0, -2.0, 0.3, -0.1, 0.0, np.nan, np.inf]), tf.Variable([[5.0], [-0.7]])]
    texts = [_text(size) for size in (0, 1, 4, 8, 15, 16, 17, 24, 32, 48, 100, 127, 143, 144, 160, 200, 271, 272, 600)]
    state, _, dense = tf.train.sdca_optimizer(
        [],
        [],
        [],
        [[[0.5, -1.5]]],
        tf.constant([2.0]),
        tf.constant([1.0]),
        [],
        [],
        [[0.3, 0.2]],
        tf.zeros([1, 4]),
        loss_type="logistic_loss",
        l1=0.1,
        l2=0.7,
        num_loss_partitions=2,
        num_inner_iterations=1,
    )
    return {
        "state": state,
        "moved": dense[0],
        "prints": tf.train.sdca_fprint(texts),
        "shrunk": tf.train.sdca_shrink_l1(weights, l1=0.5, l2=2.0),
        "more": tf.train.sdca_shrink_l1(weights[1:], l1=1.0, l2=0.5),
        "weights": weights,
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = {label: session.run(fetches[label]) for label in ("prints", "state", "moved")}
    for label in ("shrunk", "more"):
        session.run(fetches[label])
        values.update({f"{label}/{i}": value for i, value in enumerate(session.run(fetches["weights"]))})
    return values


def errors(tf):
    def optimizer(dense=(), weights=(), loss="hinge_loss"):
        return lambda: tf.train.sdca_optimizer(
            [], [], [], dense, [1.0], [1.0], [], [], weights, [[0.0] * 4], loss, 0.0, 1.0, 1, 1, adaptative=False
        )

    return {
        "rank": (lambda: tf.train.sdca_fprint("a"), "must be rank 1 but is rank 0"),
        "lists": (optimizer([[1.0]]), "dense_weights.*must match length 1 of argument 'dense_features'"),
        "loss": (optimizer(loss="no"), 'not in: "logistic_loss", "squared_loss"'),
    }
