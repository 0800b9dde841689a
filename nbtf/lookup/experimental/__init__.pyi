"""tf.lookup.experimental: tables that change."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.lookup.mutable_tables import DenseHashTable as DenseHashTable
from nbtf.lookup.mutable_tables import MutableHashTable as MutableHashTable
