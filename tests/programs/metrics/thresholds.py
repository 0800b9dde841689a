"""tf.metrics: counts and rates at thresholds, areas under curves."""


def build(tf):
    labels = tf.placeholder(tf.bool, [None], "labels")
    scores = tf.placeholder(tf.float32, [None], "scores")
    weights = tf.placeholder(tf.float32, [None], "weights")
    metrics = tf.metrics
    limits = [0.3, 0.6]
    pairs = {
        "true_positives": metrics.true_positives_at_thresholds(labels, scores, limits),
        "true_negatives": metrics.true_negatives_at_thresholds(labels, scores, limits, weights),
        "false_positives": metrics.false_positives_at_thresholds(labels, scores, limits, name="wrong"),
        "false_negatives": metrics.false_negatives_at_thresholds(labels, scores, limits),
        "precision": metrics.precision_at_thresholds(labels, scores, limits),
        "recall": metrics.recall_at_thresholds(labels, scores, limits, weights),
        "sensitivity": metrics.sensitivity_at_specificity(labels, scores, 0.5, num_thresholds=4),
        "specificity": metrics.specificity_at_sensitivity(labels, scores, 0.5, num_thresholds=4),
        "auc": metrics.auc(labels, scores, num_thresholds=5),
        "auc_pr": metrics.auc(labels, scores, weights, 5, curve="PR", summation_method="minoring", name="pr"),
        "auc_limits": metrics.auc(labels, scores, thresholds=limits, summation_method="majoring"),
    }
    fetches = {label: value for label, (value, _) in pairs.items()}
    fetches.update({f"{label}_update": update for label, (_, update) in pairs.items()})
    return fetches


FEEDS = {"labels:0": [True, False, True, False], "scores:0": [0.9, 0.4, 0.2, 0.1], "weights:0": [1.0, 0.5, 2.0, 0.0]}


def run(tf, session, fetches):
    updates = [label for label in fetches if label.endswith("_update")]
    session.run(tf.local_variables_initializer())
    results = session.run({label: fetches[label] for label in updates}, FEEDS)
    results.update(session.run({label: fetches[label] for label in fetches if label not in updates}))
    return results


def errors(tf):
    metrics = tf.metrics
    ones = tf.ones
    return {
        "specificity": (lambda: metrics.sensitivity_at_specificity(ones([2]), ones([2]), 1.5), "in the range"),
        "sensitivity": (lambda: metrics.specificity_at_sensitivity(ones([2]), ones([2]), -1), "in the range"),
        "curve": (lambda: metrics.auc(ones([2]), ones([2]), curve="FOO"), "urve must be either ROC or PR"),
        "shapes": (lambda: metrics.recall_at_thresholds(ones([2]), ones([3]), [0.5]), "incompatible"),
    }
