"""tf.feature_column: features of examples as columns of numbers and categories, for models to take in."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.feature_column.categorical": ("categorical_column_with_hash_bucket", "categorical_column_with_identity"),
    "nbtf.feature_column.crossing": ("crossed_column",),
    "nbtf.feature_column.dense_inputs": ("input_layer",),
    "nbtf.feature_column.embeddings": ("embedding_column",),
    "nbtf.feature_column.indicators": ("indicator_column",),
    "nbtf.feature_column.layouts": ("make_parse_example_spec",),
    "nbtf.feature_column.linear": ("linear_model",),
    "nbtf.feature_column.numeric": ("bucketized_column", "numeric_column"),
    "nbtf.feature_column.sequence_ids": (
        "sequence_categorical_column_with_hash_bucket", "sequence_categorical_column_with_identity",
        "sequence_categorical_column_with_vocabulary_file", "sequence_categorical_column_with_vocabulary_list",
    ),
    "nbtf.feature_column.sequence_numbers": ("sequence_numeric_column",),
    "nbtf.feature_column.shared_embeddings": ("shared_embedding_columns",),
    "nbtf.feature_column.vocabularies": (
        "categorical_column_with_vocabulary_file", "categorical_column_with_vocabulary_list",
    ),
    "nbtf.feature_column.weighting": ("weighted_categorical_column",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
