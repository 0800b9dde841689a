"""tf.python_io: TFRecord files."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.io.tf_record": ("TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
