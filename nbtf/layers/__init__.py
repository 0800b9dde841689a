"""tf.layers: layers as classes, which own their variables, and as functions, which share them by name."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.layers.base": ("Layer",),
    "nbtf.layers.core": ("Dense", "Dropout", "Flatten", "dense", "dropout", "flatten"),
    "nbtf.layers.input_spec": ("InputSpec",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
