"""tf.nn.experimental: dropout by other generators."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.nn.dropping": ("general_dropout", "stateless_dropout")}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
