"""tf.io: files."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.io import gfile as gfile
from nbtf.graph.graph_io import write_graph as write_graph
from nbtf.io.tf_record import TFRecordCompressionType as TFRecordCompressionType
from nbtf.io.tf_record import TFRecordOptions as TFRecordOptions
from nbtf.io.tf_record import TFRecordWriter as TFRecordWriter
from nbtf.io.tf_record import tf_record_iterator as tf_record_iterator
