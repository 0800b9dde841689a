"""tf.contrib.lookup: tables from keys to values, and of the words of a vocabulary."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.lookup.older_tables import HashTable as HashTable
from nbtf.contrib.lookup.older_tables import MutableDenseHashTable as MutableDenseHashTable
from nbtf.contrib.lookup.older_tables import MutableHashTable as MutableHashTable
from nbtf.contrib.lookup.older_tables import index_table_from_tensor as index_table_from_tensor
from nbtf.contrib.lookup.older_tables import index_to_string as index_to_string
from nbtf.contrib.lookup.older_tables import index_to_string_table_from_tensor as index_to_string_table_from_tensor
from nbtf.contrib.lookup.older_tables import string_to_index as string_to_index
from nbtf.lookup.initializers import KeyValueTensorInitializer as KeyValueTensorInitializer
from nbtf.lookup.initializers import TextFileIdTableInitializer as TextFileIdTableInitializer
from nbtf.lookup.initializers import TextFileIndex as TextFileIndex
from nbtf.lookup.initializers import TextFileInitializer as TextFileInitializer
from nbtf.lookup.initializers import TextFileStringTableInitializer as TextFileStringTableInitializer
from nbtf.lookup.tables import FastHashSpec as FastHashSpec
from nbtf.lookup.tables import HasherSpec as HasherSpec
from nbtf.lookup.tables import IdTableWithHashBuckets as IdTableWithHashBuckets
from nbtf.lookup.tables import LookupInterface as LookupInterface
from nbtf.lookup.tables import StrongHashSpec as StrongHashSpec
from nbtf.lookup.vocabularies import index_table_from_file as index_table_from_file
from nbtf.lookup.vocabularies import index_to_string_table_from_file as index_to_string_table_from_file
