"""The later interface of columns, and their classes, under TensorFlow's names."""

from nbtf.feature_column.categorical import HashedCategoricalColumn as HashedCategoricalColumn
from nbtf.feature_column.categorical import IdentityCategoricalColumn as IdentityCategoricalColumn
from nbtf.feature_column.crossing import CrossedColumn as CrossedColumn
from nbtf.feature_column.embeddings import EmbeddingColumn as EmbeddingColumn
from nbtf.feature_column.indicators import IndicatorColumn as IndicatorColumn
from nbtf.feature_column.interfaces import CategoricalColumn as CategoricalColumn
from nbtf.feature_column.interfaces import DenseColumn as DenseColumn
from nbtf.feature_column.interfaces import FeatureColumn as FeatureColumn
from nbtf.feature_column.interfaces import SequenceDenseColumn as SequenceDenseColumn
from nbtf.feature_column.numeric import BucketizedColumn as BucketizedColumn
from nbtf.feature_column.numeric import NumericColumn as NumericColumn
from nbtf.feature_column.sequence_ids import SequenceCategoricalColumn as SequenceCategoricalColumn
from nbtf.feature_column.state import StateManager as StateManager
from nbtf.feature_column.transformation import TransformationCache as FeatureTransformationCache
from nbtf.feature_column.vocabularies import VocabularyFileCategoricalColumn as VocabularyFileCategoricalColumn
from nbtf.feature_column.vocabularies import VocabularyListCategoricalColumn as VocabularyListCategoricalColumn
from nbtf.feature_column.weighting import WeightedCategoricalColumn as WeightedCategoricalColumn
