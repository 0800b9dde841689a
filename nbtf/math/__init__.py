"""tf.math: arithmetic, functions of elements, and reductions."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.math.reductions": ("reduce_std", "reduce_variance"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
