"""tf.io: files, and what is in them."""

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
    "nbtf.io.example_parsing": (
        "decode_compressed", "decode_csv", "decode_json_example", "parse_example", "parse_single_example",
    ),
    "nbtf.io.features": (
        "FixedLenFeature", "FixedLenSequenceFeature", "RaggedFeature", "SparseFeature", "VarLenFeature",
    ),
    "nbtf.io.proto_messages": ("decode_proto", "encode_proto"),
    "nbtf.io.sequence_parsing": ("parse_sequence_example", "parse_single_sequence_example"),
    "nbtf.io.tf_record": ("tf_record_iterator", "TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter"),
    "nbtf.queue.queues": ("PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"),
    "nbtf.sparse.forms": ("deserialize_many_sparse", "serialize_many_sparse", "serialize_sparse"),
    "nbtf.train.producers": ("match_filenames_once",),
}  # fmt: skip
_MODULES = ("gfile",)


_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
