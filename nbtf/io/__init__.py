"""tf.io: files."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.graph_io": ("write_graph",),
    "nbtf.io.contents": (
        "decode_base64", "decode_raw", "encode_base64", "matching_files", "parse_tensor", "read_file",
        "serialize_tensor", "write_file",
    ),
    "nbtf.io.tf_record": ("tf_record_iterator", "TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter"),
}  # fmt: skip
_MODULES = ("gfile",)


_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
