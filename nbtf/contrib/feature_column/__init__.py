"""tf.contrib.feature_column: columns of sequences, and the layer that makes a sequence of them."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.feature_column.sequence_inputs": ("sequence_input_layer",),
    "nbtf.feature_column.sequence_ids": (
        "sequence_categorical_column_with_hash_bucket", "sequence_categorical_column_with_identity",
        "sequence_categorical_column_with_vocabulary_file", "sequence_categorical_column_with_vocabulary_list",
    ),
    "nbtf.feature_column.sequence_numbers": ("sequence_numeric_column",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
