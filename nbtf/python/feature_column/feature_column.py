"""The older interface of columns, under TensorFlow's names."""

from nbtf.feature_column.dense_inputs import input_layer
from nbtf.feature_column.interfaces import OlderCategoricalColumn as _CategoricalColumn
from nbtf.feature_column.interfaces import OlderDenseColumn as _DenseColumn
from nbtf.feature_column.interfaces import OlderFeatureColumn as _FeatureColumn
from nbtf.feature_column.interfaces import OlderSequenceDenseColumn as _SequenceDenseColumn
from nbtf.feature_column.layouts import make_parse_example_spec
from nbtf.feature_column.linear import linear_model
from nbtf.feature_column.transformation import TransformationCache as _LazyBuilder

__all__ = [
    "_CategoricalColumn",
    "_DenseColumn",
    "_FeatureColumn",
    "_LazyBuilder",
    "_SequenceDenseColumn",
    "input_layer",
    "linear_model",
    "make_parse_example_spec",
]
