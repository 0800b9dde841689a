"""tf.summary: what TensorBoard shows, of a graph's tensors and of its runs."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.summary.file_writer": ("FileWriter", "FileWriterCache"),
    "nbtf.summary.summaries": (
        "all_v2_summary_ops",
        "audio",
        "get_summary_description",
        "histogram",
        "image",
        "initialize",
        "merge",
        "merge_all",
        "scalar",
        "tensor_summary",
        "text",
    ),
    "nbtf.wire.schema": ("Event", "SessionLog", "Summary", "SummaryDescription", "TaggedRunMetadata"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
