"""tf.contrib.metrics: values of one batch, and metrics over all batches with predictions first, labels second."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.metrics.ranking": (
        "sparse_recall_at_top_k", "streaming_recall_at_k", "streaming_sparse_precision_at_top_k",
    ),
    "nbtf.contrib.metrics.scores": ("accuracy", "aggregate_metric_map", "aggregate_metrics", "f1_score"),
    "nbtf.contrib.metrics.streaming": (
        "streaming_accuracy", "streaming_auc", "streaming_false_negatives", "streaming_false_negatives_at_thresholds",
        "streaming_false_positives", "streaming_false_positives_at_thresholds", "streaming_mean_absolute_error",
        "streaming_mean_cosine_distance", "streaming_mean_iou", "streaming_mean_relative_error",
        "streaming_mean_squared_error", "streaming_precision", "streaming_precision_at_thresholds",
        "streaming_recall", "streaming_recall_at_thresholds", "streaming_root_mean_squared_error",
        "streaming_sensitivity_at_specificity", "streaming_sparse_average_precision_at_k",
        "streaming_sparse_precision_at_k", "streaming_sparse_recall_at_k",
        "streaming_specificity_at_sensitivity", "streaming_true_negatives",
        "streaming_true_negatives_at_thresholds", "streaming_true_positives",
        "streaming_true_positives_at_thresholds",
    ),
    "nbtf.metrics.means": (
        "mean as streaming_mean", "mean_tensor as streaming_mean_tensor",
        "percentage_below as streaming_percentage_less",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
