"""tf.io: files."""

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
from nbtf.io.tf_record import TFRecordCompressionType as TFRecordCompressionType
from nbtf.io.tf_record import TFRecordOptions as TFRecordOptions
from nbtf.io.tf_record import TFRecordWriter as TFRecordWriter
from nbtf.io.tf_record import tf_record_iterator as tf_record_iterator
