"""tf.contrib.opt: more optimizers."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.opt.adam_variants import LazyAdamOptimizer as LazyAdamOptimizer
from nbtf.contrib.opt.adam_variants import NadamOptimizer as NadamOptimizer
from nbtf.contrib.opt.weight_decay import AdamWOptimizer as AdamWOptimizer
from nbtf.contrib.opt.weight_decay import DecoupledWeightDecayExtension as DecoupledWeightDecayExtension
from nbtf.contrib.opt.weight_decay import MomentumWOptimizer as MomentumWOptimizer
from nbtf.contrib.opt.weight_decay import extend_with_decoupled_weight_decay as extend_with_decoupled_weight_decay
