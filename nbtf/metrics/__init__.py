"""tf.metrics: values over all batches seen, each with an operation that adds a batch."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.metrics.counts": (
        "false_negatives", "false_positives", "precision", "recall", "true_negatives", "true_positives",
    ),
    "nbtf.metrics.means": (
        "accuracy", "mean", "mean_absolute_error", "mean_cosine_distance", "mean_relative_error", "mean_squared_error",
        "mean_tensor", "percentage_below", "root_mean_squared_error",
    ),
    "nbtf.metrics.areas": ("auc",),
    "nbtf.metrics.at_k": (
        "precision_at_k", "precision_at_top_k", "recall_at_k", "recall_at_top_k", "sparse_precision_at_k",
    ),
    "nbtf.metrics.average_precision": ("average_precision_at_k", "sparse_average_precision_at_k"),
    "nbtf.metrics.classes": ("mean_iou", "mean_per_class_accuracy"),
    "nbtf.metrics.thresholds": (
        "false_negatives_at_thresholds", "false_positives_at_thresholds", "precision_at_thresholds",
        "recall_at_thresholds", "sensitivity_at_specificity", "specificity_at_sensitivity",
        "true_negatives_at_thresholds", "true_positives_at_thresholds",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
