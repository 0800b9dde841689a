"""ctc_loss_v2 of dense labels: blanks first, last and in the middle, and gradients. TensorFlow builds it of many nodes."""

import numpy as np

SAME_NODES = False
RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    logits = tf.placeholder(tf.float32, [6, 2, 4], name="logits")
    labels = tf.placeholder(tf.int32, [2, None], name="labels")
    label_length, logit_length = tf.constant([2, 3]), tf.constant([5, 6])
    fetches = {}
    for blank in (None, 0, 1, -1):
        loss = tf.nn.ctc_loss_v2(labels, logits, label_length, logit_length, blank_index=blank)
        fetches[f"{blank}"], fetches[f"{blank} gradient"] = loss, tf.gradients(loss, logits)[0]
    turned = tf.transpose(logits, [1, 0, 2])
    fetches["batch first"] = tf.nn.ctc_loss_v2(
        labels, turned, label_length, logit_length, logits_time_major=False, blank_index=0
    )
    unique = tf.nn.ctc_unique_labels(labels)
    loose = tf.placeholder_with_default(labels, None)
    fetches["unknown rank"] = tf.nn.ctc_loss_v2(loose, logits, label_length, logit_length)
    fetches["unique"] = tf.nn.ctc_loss_v2(labels, logits, label_length, logit_length, unique=unique)
    return fetches


def run(tf, session, fetches):
    logits = np.random.RandomState(1).randn(6, 2, 4).astype(np.float32)
    found = {}
    for first, labels in (("2", [[2, 3, 0], [3, 2, 2]]), ("1", [[1, 1, 0], [2, 1, 2]]), ("0", [[0, 2, 0], [2, 0, 0]])):
        blank = {"None": "0", "0": "0", "1": "1", "-1": "3", "batch first": "0", "unique": "0", "unknown rank": "0"}
        used = {str(one) for row, n in zip(labels, (2, 3), strict=True) for one in row[:n]}
        kept = {key: one for key, one in fetches.items() if blank[key.removesuffix(" gradient")] not in used}
        values = session.run(kept, {"logits:0": logits, "labels:0": labels})
        found.update({f"{first} {key}": value for key, value in values.items()})
    return found


def errors(tf):
    def without_a_blank():
        return tf.nn.ctc_loss_v2(tf.SparseTensor([[0, 0]], [1], [1, 1]), tf.zeros([2, 1, 3]), None, [2])

    return {"blank": (without_a_blank, "`blank_index` must be provided")}
