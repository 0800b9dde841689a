"""tf.data.experimental: transformations for `Dataset.apply`, most of which have become methods of Dataset, and more datasets."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.data.base import AUTOTUNE as AUTOTUNE
from nbtf.data.base import INFINITE_CARDINALITY as INFINITE_CARDINALITY
from nbtf.data.base import UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY
from nbtf.data.experimental.csv_files import CsvDataset as CsvDataset
from nbtf.data.experimental.csv_files import make_csv_dataset as make_csv_dataset
from nbtf.data.experimental.examples import make_batched_features_dataset as make_batched_features_dataset
from nbtf.data.experimental.examples import parse_example_dataset as parse_example_dataset
from nbtf.data.experimental.reducing import Reducer as Reducer
from nbtf.data.experimental.reducing import group_by_reducer as group_by_reducer
from nbtf.data.experimental.several import Counter as Counter
from nbtf.data.experimental.several import RandomDataset as RandomDataset
from nbtf.data.experimental.several import choose_from_datasets as choose_from_datasets
from nbtf.data.experimental.several import parallel_interleave as parallel_interleave
from nbtf.data.experimental.several import sample_from_datasets as sample_from_datasets
from nbtf.data.experimental.transformations import bucket_by_sequence_length as bucket_by_sequence_length
from nbtf.data.experimental.transformations import cardinality as cardinality
from nbtf.data.experimental.transformations import dense_to_sparse_batch as dense_to_sparse_batch
from nbtf.data.experimental.transformations import enumerate_dataset as enumerate_dataset
from nbtf.data.experimental.transformations import get_next_as_optional as get_next_as_optional
from nbtf.data.experimental.transformations import get_single_element as get_single_element
from nbtf.data.experimental.transformations import group_by_window as group_by_window
from nbtf.data.experimental.transformations import ignore_errors as ignore_errors
from nbtf.data.experimental.transformations import map_and_batch as map_and_batch
from nbtf.data.experimental.transformations import rejection_resample as rejection_resample
from nbtf.data.experimental.transformations import scan as scan
from nbtf.data.experimental.transformations import shuffle_and_repeat as shuffle_and_repeat
from nbtf.data.experimental.transformations import take_while as take_while
from nbtf.data.experimental.transformations import unbatch as unbatch
from nbtf.data.experimental.transformations import unique as unique
from nbtf.data.optionals import Optional as Optional
from nbtf.data.optionals import OptionalSpec as OptionalStructure
from nbtf.data.options import AutoShardPolicy as AutoShardPolicy
from nbtf.data.options import AutotuneAlgorithm as AutotuneAlgorithm
from nbtf.data.options import AutotuneOptions as AutotuneOptions
from nbtf.data.options import DistributeOptions as DistributeOptions
from nbtf.data.options import ExternalStatePolicy as ExternalStatePolicy
from nbtf.data.options import OptimizationOptions as OptimizationOptions
from nbtf.data.options import ThreadingOptions as ThreadingOptions
