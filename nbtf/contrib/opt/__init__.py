"""tf.contrib.opt: more optimizers."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.opt.adam_variants": ("LazyAdamOptimizer", "NadamOptimizer"),
    "nbtf.contrib.opt.weight_decay": (
        "AdamWOptimizer", "DecoupledWeightDecayExtension", "MomentumWOptimizer", "extend_with_decoupled_weight_decay",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
