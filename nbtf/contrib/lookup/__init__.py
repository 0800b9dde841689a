"""tf.contrib.lookup: tables from keys to values, and of the words of a vocabulary."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.lookup.older_tables": (
        "HashTable", "MutableDenseHashTable", "MutableHashTable", "index_table_from_tensor", "index_to_string",
        "index_to_string_table_from_tensor", "string_to_index",
    ),
    "nbtf.lookup.initializers": (
        "KeyValueTensorInitializer", "TextFileIdTableInitializer", "TextFileIndex", "TextFileInitializer",
        "TextFileStringTableInitializer",
    ),
    "nbtf.lookup.tables": (
        "FastHashSpec", "HasherSpec", "IdTableWithHashBuckets", "LookupInterface", "StrongHashSpec",
    ),
    "nbtf.lookup.vocabularies": ("index_table_from_file", "index_to_string_table_from_file"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
