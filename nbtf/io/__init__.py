"""tf.io: files."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.graph_io": ("write_graph",),
    "nbtf.io.tf_record": ("TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"),
}

_MODULES = ("gfile",)

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
