"""tf.layers: layers of neural networks, as classes and as functions."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.layers.base": ("Layer",),
    "nbtf.layers.core": ("Dense", "dense", "Dropout", "dropout", "Flatten", "flatten"),
    "nbtf.layers.input_spec": ("InputSpec",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
