"""tf.ragged: rows of different lengths."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.ragged.constants": ("constant",),
    "nbtf.ragged.ragged_tensor": ("RaggedTensorValue",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
