"""tf.contrib.slim.data: datasets of files of records, decoded into items."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.slim.data import data_decoder as data_decoder
from nbtf.contrib.slim.data import data_provider as data_provider
from nbtf.contrib.slim.data import dataset as dataset
from nbtf.contrib.slim.data import dataset_data_provider as dataset_data_provider
from nbtf.contrib.slim.data import parallel_reader as parallel_reader
from nbtf.contrib.slim.data import prefetch_queue as prefetch_queue
from nbtf.contrib.slim.data import tfexample_decoder as tfexample_decoder
