"""tf.data: input pipelines."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.data import experimental as experimental
from nbtf.data.base import AUTOTUNE as AUTOTUNE
from nbtf.data.base import INFINITE_CARDINALITY as INFINITE_CARDINALITY
from nbtf.data.base import UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY
from nbtf.data.datasets import Dataset as Dataset
from nbtf.data.files import FixedLengthRecordDataset as FixedLengthRecordDataset
from nbtf.data.files import TFRecordDataset as TFRecordDataset
from nbtf.data.files import TextLineDataset as TextLineDataset
from nbtf.data.iterators import Iterator as Iterator
from nbtf.data.iterators import NumpyIterator as NumpyIterator
from nbtf.data.iterators import make_initializable_iterator as make_initializable_iterator
from nbtf.data.iterators import make_one_shot_iterator as make_one_shot_iterator
from nbtf.data.legacy import get_output_classes as get_output_classes
from nbtf.data.legacy import get_output_shapes as get_output_shapes
from nbtf.data.legacy import get_output_types as get_output_types
from nbtf.data.options import Options as Options
from nbtf.data.options import ThreadingOptions as ThreadingOptions
from nbtf.data.structures import DatasetSpec as DatasetSpec
