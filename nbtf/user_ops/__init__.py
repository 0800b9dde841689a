"""tf.user_ops: the example of an operation of one's own."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.user_ops.example": ("my_fact",)}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
