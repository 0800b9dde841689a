"""tf.contrib.data: transformations for `Dataset.apply`, and datasets made of several."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.data.older_transformations import Counter as Counter
from nbtf.contrib.data.older_transformations import batch_and_drop_remainder as batch_and_drop_remainder
from nbtf.contrib.data.older_transformations import choose_from_datasets as choose_from_datasets
from nbtf.contrib.data.older_transformations import padded_batch_and_drop_remainder as padded_batch_and_drop_remainder
from nbtf.contrib.data.older_transformations import parallel_interleave as parallel_interleave
from nbtf.contrib.data.older_transformations import sample_from_datasets as sample_from_datasets
from nbtf.data.experimental import Optional as Optional
from nbtf.data.experimental import bucket_by_sequence_length as bucket_by_sequence_length
from nbtf.data.experimental import enumerate_dataset as enumerate_dataset
from nbtf.data.experimental import get_single_element as get_single_element
from nbtf.data.experimental import group_by_window as group_by_window
from nbtf.data.experimental import ignore_errors as ignore_errors
from nbtf.data.experimental import map_and_batch as map_and_batch
from nbtf.data.experimental import scan as scan
from nbtf.data.experimental import shuffle_and_repeat as shuffle_and_repeat
from nbtf.data.experimental import unbatch as unbatch
from nbtf.data.experimental import unique as unique
