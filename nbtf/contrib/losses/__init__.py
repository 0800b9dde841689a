"""tf.contrib.losses: losses whose weights may be one for each example."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.losses.functions": (
        "absolute_difference", "cosine_distance", "hinge_loss", "log_loss", "mean_pairwise_squared_error",
        "mean_squared_error", "sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_softmax_cross_entropy",
    ),
    "nbtf.contrib.losses.weighting": ("compute_weighted_loss",),
    "nbtf.losses.collecting": ("add_loss", "get_losses", "get_regularization_losses", "get_total_loss"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS, ("metric_learning",))
__getattr__, __dir__ = _names.find, _names.list
