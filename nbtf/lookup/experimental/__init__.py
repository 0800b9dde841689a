"""tf.lookup.experimental: tables that change."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.lookup.mutable_tables": ("DenseHashTable", "MutableHashTable")}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
