"""tf.train.experimental: optimizers of scaled losses."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.train.loss_scales import DynamicLossScale as DynamicLossScale
from nbtf.train.loss_scales import FixedLossScale as FixedLossScale
from nbtf.train.loss_scales import LossScale as LossScale
from nbtf.train.loss_scales import MixedPrecisionLossScaleOptimizer as MixedPrecisionLossScaleOptimizer
from nbtf.train.loss_scales import disable_mixed_precision_graph_rewrite as disable_mixed_precision_graph_rewrite
from nbtf.train.loss_scales import enable_mixed_precision_graph_rewrite as enable_mixed_precision_graph_rewrite
