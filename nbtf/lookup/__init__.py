"""tf.lookup: tables from keys to values."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.lookup.initializers": ("KeyValueTensorInitializer", "TextFileIndex", "TextFileInitializer"),
    "nbtf.lookup.tables": ("StaticHashTable", "StaticVocabularyTable"),
}  # fmt: skip
_MODULES = ("experimental",)

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
