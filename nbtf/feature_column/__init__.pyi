"""tf.feature_column: features of examples as columns of numbers and categories, for models to take in."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.feature_column.categorical import categorical_column_with_hash_bucket as categorical_column_with_hash_bucket
from nbtf.feature_column.categorical import categorical_column_with_identity as categorical_column_with_identity
from nbtf.feature_column.crossing import crossed_column as crossed_column
from nbtf.feature_column.dense_inputs import input_layer as input_layer
from nbtf.feature_column.embeddings import embedding_column as embedding_column
from nbtf.feature_column.indicators import indicator_column as indicator_column
from nbtf.feature_column.layouts import make_parse_example_spec as make_parse_example_spec
from nbtf.feature_column.linear import linear_model as linear_model
from nbtf.feature_column.numeric import bucketized_column as bucketized_column
from nbtf.feature_column.numeric import numeric_column as numeric_column
from nbtf.feature_column.shared_embeddings import shared_embedding_columns as shared_embedding_columns
from nbtf.feature_column.vocabularies import categorical_column_with_vocabulary_file as categorical_column_with_vocabulary_file
from nbtf.feature_column.vocabularies import categorical_column_with_vocabulary_list as categorical_column_with_vocabulary_list
from nbtf.feature_column.weighting import weighted_categorical_column as weighted_categorical_column
