"""tf.lookup.experimental: tables that change."""

from nbtf.lookup.mutable_tables import DenseHashTable, MutableHashTable

__all__ = ("DenseHashTable", "MutableHashTable")
