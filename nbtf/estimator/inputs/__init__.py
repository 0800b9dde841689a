"""tf.estimator.inputs: input functions that feed arrays and frames through a queue."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.estimator.inputs.arrays": ("numpy_input_fn",),
    "nbtf.estimator.inputs.frames": ("pandas_input_fn",),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
