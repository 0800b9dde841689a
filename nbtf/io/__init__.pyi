"""tf.io: files, and what is in them."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.io import gfile as gfile
from nbtf.graph.graph_io import write_graph as write_graph
from nbtf.image.decoding import decode_and_crop_jpeg as decode_and_crop_jpeg
from nbtf.image.decoding import decode_bmp as decode_bmp
from nbtf.image.decoding import decode_gif as decode_gif
from nbtf.image.decoding import decode_image as decode_image
from nbtf.image.decoding import decode_jpeg as decode_jpeg
from nbtf.image.decoding import decode_png as decode_png
from nbtf.image.decoding import encode_jpeg as encode_jpeg
from nbtf.image.decoding import encode_png as encode_png
from nbtf.image.decoding import extract_jpeg_shape as extract_jpeg_shape
from nbtf.image.decoding import is_jpeg as is_jpeg
from nbtf.io.contents import decode_base64 as decode_base64
from nbtf.io.contents import decode_raw as decode_raw
from nbtf.io.contents import encode_base64 as encode_base64
from nbtf.io.contents import matching_files as matching_files
from nbtf.io.contents import parse_tensor as parse_tensor
from nbtf.io.contents import read_file as read_file
from nbtf.io.contents import serialize_tensor as serialize_tensor
from nbtf.io.contents import write_file as write_file
from nbtf.io.example_parsing import decode_compressed as decode_compressed
from nbtf.io.example_parsing import decode_csv as decode_csv
from nbtf.io.example_parsing import decode_json_example as decode_json_example
from nbtf.io.example_parsing import parse_example as parse_example
from nbtf.io.example_parsing import parse_single_example as parse_single_example
from nbtf.io.features import FixedLenFeature as FixedLenFeature
from nbtf.io.features import FixedLenSequenceFeature as FixedLenSequenceFeature
from nbtf.io.features import RaggedFeature as RaggedFeature
from nbtf.io.features import SparseFeature as SparseFeature
from nbtf.io.features import VarLenFeature as VarLenFeature
from nbtf.io.sequence_parsing import parse_sequence_example as parse_sequence_example
from nbtf.io.sequence_parsing import parse_single_sequence_example as parse_single_sequence_example
from nbtf.io.tf_record import TFRecordCompressionType as TFRecordCompressionType
from nbtf.io.tf_record import TFRecordOptions as TFRecordOptions
from nbtf.io.tf_record import TFRecordWriter as TFRecordWriter
from nbtf.io.tf_record import tf_record_iterator as tf_record_iterator
from nbtf.queue.queues import PaddingFIFOQueue as PaddingFIFOQueue
from nbtf.queue.queues import PriorityQueue as PriorityQueue
from nbtf.queue.queues import QueueBase as QueueBase
from nbtf.queue.queues import RandomShuffleQueue as RandomShuffleQueue
from nbtf.sparse.forms import deserialize_many_sparse as deserialize_many_sparse
from nbtf.sparse.forms import serialize_many_sparse as serialize_many_sparse
from nbtf.sparse.forms import serialize_sparse as serialize_sparse
from nbtf.train.producers import match_filenames_once as match_filenames_once
