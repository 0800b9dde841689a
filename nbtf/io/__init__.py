"""tf.io: files."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.graph_io": ("write_graph",),
    "nbtf.image.decoding": (
        "decode_and_crop_jpeg", "decode_bmp", "decode_gif", "decode_image", "decode_jpeg", "decode_png",
        "encode_jpeg", "encode_png", "extract_jpeg_shape", "is_jpeg",
    ),
    "nbtf.io.contents": (
        "decode_base64", "decode_raw", "encode_base64", "matching_files", "parse_tensor", "read_file",
        "serialize_tensor", "write_file",
    ),
    "nbtf.io.tf_record": ("tf_record_iterator", "TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter"),
}  # fmt: skip
_MODULES = ("gfile",)


_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
