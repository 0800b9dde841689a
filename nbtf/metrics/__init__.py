"""tf.metrics: values over all batches seen, each with an operation that adds a batch."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.metrics.counts": (
        "false_negatives", "false_positives", "mean_iou", "precision", "recall", "true_negatives", "true_positives",
    ),
    "nbtf.metrics.means": (
        "accuracy", "mean", "mean_absolute_error", "mean_cosine_distance", "mean_relative_error", "mean_squared_error",
        "mean_tensor", "percentage_below", "root_mean_squared_error",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
