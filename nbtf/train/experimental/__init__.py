"""tf.train.experimental: optimizers of scaled losses."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.train.loss_scales": (
        "DynamicLossScale", "FixedLossScale", "LossScale", "MixedPrecisionLossScaleOptimizer",
        "disable_mixed_precision_graph_rewrite", "enable_mixed_precision_graph_rewrite",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
