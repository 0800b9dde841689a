"""tf.random: random tensors, and the seeds that make them repeatable."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.random.distributions": (
        "random_normal as normal",
        "random_uniform as uniform",
        "truncated_normal",
    ),
    "nbtf.random.seeds": ("get_seed", "set_random_seed"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
