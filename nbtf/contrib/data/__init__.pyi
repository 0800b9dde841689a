"""tf.contrib.data: transformations for `Dataset.apply`, and datasets made of several."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.data.older_transformations import assert_element_shape as assert_element_shape
from nbtf.contrib.data.older_transformations import batch_and_drop_remainder as batch_and_drop_remainder
from nbtf.contrib.data.older_transformations import padded_batch_and_drop_remainder as padded_batch_and_drop_remainder
from nbtf.contrib.data.older_transformations import read_batch_features as read_batch_features
from nbtf.contrib.data.older_transformations import reduce_dataset as reduce_dataset
from nbtf.contrib.data.older_transformations import sliding_window_batch as sliding_window_batch
from nbtf.contrib.data.older_transformations import sloppy_interleave as sloppy_interleave
from nbtf.data.experimental import Counter as Counter
from nbtf.data.experimental import CsvDataset as CsvDataset
from nbtf.data.experimental import Optional as Optional
from nbtf.data.experimental import RandomDataset as RandomDataset
from nbtf.data.experimental import Reducer as Reducer
from nbtf.data.experimental import SqlDataset as SqlDataset
from nbtf.data.experimental import TFRecordWriter as TFRecordWriter
from nbtf.data.experimental import bucket_by_sequence_length as bucket_by_sequence_length
from nbtf.data.experimental import choose_from_datasets as choose_from_datasets
from nbtf.data.experimental import copy_to_device as copy_to_device
from nbtf.data.experimental import dense_to_sparse_batch as dense_to_sparse_batch
from nbtf.data.experimental import enumerate_dataset as enumerate_dataset
from nbtf.data.experimental import get_next_as_optional as get_next_as_optional
from nbtf.data.experimental import get_single_element as get_single_element
from nbtf.data.experimental import group_by_reducer as group_by_reducer
from nbtf.data.experimental import group_by_window as group_by_window
from nbtf.data.experimental import ignore_errors as ignore_errors
from nbtf.data.experimental import make_batched_features_dataset as make_batched_features_dataset
from nbtf.data.experimental import make_csv_dataset as make_csv_dataset
from nbtf.data.experimental import map_and_batch as map_and_batch
from nbtf.data.experimental import parallel_interleave as parallel_interleave
from nbtf.data.experimental import parse_example_dataset as parse_example_dataset
from nbtf.data.experimental import prefetch_to_device as prefetch_to_device
from nbtf.data.experimental import rejection_resample as rejection_resample
from nbtf.data.experimental import sample_from_datasets as sample_from_datasets
from nbtf.data.experimental import scan as scan
from nbtf.data.experimental import shuffle_and_repeat as shuffle_and_repeat
from nbtf.data.experimental import unbatch as unbatch
from nbtf.data.experimental import unique as unique
