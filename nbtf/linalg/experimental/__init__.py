"""tf.linalg.experimental: systems solved step by step."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.linear_operators.conjugate_gradient": ("conjugate_gradient",)}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
