"""tf.python_io: TFRecord files."""

from nbtf.io.tf_record import TFRecordCompressionType as TFRecordCompressionType
from nbtf.io.tf_record import TFRecordOptions as TFRecordOptions
from nbtf.io.tf_record import TFRecordWriter as TFRecordWriter
from nbtf.io.tf_record import tf_record_iterator as tf_record_iterator
