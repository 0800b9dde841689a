"""tf.contrib.staging: tensors put aside in one step and taken in the next."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.contrib.staging.areas": ("StagingArea",)}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
