"""The later interface of columns, and their classes, under TensorFlow's names."""

from nbtf.feature_column.categorical import HashedCategoricalColumn, IdentityCategoricalColumn
from nbtf.feature_column.crossing import CrossedColumn
from nbtf.feature_column.embeddings import EmbeddingColumn
from nbtf.feature_column.indicators import IndicatorColumn
from nbtf.feature_column.interfaces import CategoricalColumn, DenseColumn, FeatureColumn, SequenceDenseColumn
from nbtf.feature_column.numeric import BucketizedColumn, NumericColumn
from nbtf.feature_column.sequence_ids import SequenceCategoricalColumn
from nbtf.feature_column.state import StateManager
from nbtf.feature_column.transformation import TransformationCache as FeatureTransformationCache
from nbtf.feature_column.vocabularies import VocabularyFileCategoricalColumn, VocabularyListCategoricalColumn
from nbtf.feature_column.weighting import WeightedCategoricalColumn

__all__ = [
    "BucketizedColumn",
    "CategoricalColumn",
    "CrossedColumn",
    "DenseColumn",
    "EmbeddingColumn",
    "FeatureColumn",
    "FeatureTransformationCache",
    "HashedCategoricalColumn",
    "IdentityCategoricalColumn",
    "IndicatorColumn",
    "NumericColumn",
    "SequenceCategoricalColumn",
    "SequenceDenseColumn",
    "StateManager",
    "VocabularyFileCategoricalColumn",
    "VocabularyListCategoricalColumn",
    "WeightedCategoricalColumn",
]
