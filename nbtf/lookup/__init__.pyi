"""tf.lookup: tables from keys to values."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.lookup import experimental as experimental
from nbtf.lookup.initializers import KeyValueTensorInitializer as KeyValueTensorInitializer
from nbtf.lookup.initializers import TextFileIndex as TextFileIndex
from nbtf.lookup.initializers import TextFileInitializer as TextFileInitializer
from nbtf.lookup.tables import StaticHashTable as StaticHashTable
from nbtf.lookup.tables import StaticVocabularyTable as StaticVocabularyTable
