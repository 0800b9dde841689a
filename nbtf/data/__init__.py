"""tf.data: input pipelines."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.data.base": ("AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY"),
    "nbtf.data.datasets": ("Dataset",),
    "nbtf.data.files": ("FixedLengthRecordDataset", "TextLineDataset", "TFRecordDataset"),
    "nbtf.data.iterators": ("Iterator", "make_initializable_iterator", "make_one_shot_iterator", "NumpyIterator"),
    "nbtf.data.legacy": ("get_output_classes", "get_output_shapes", "get_output_types"),
    "nbtf.data.options": ("Options", "ThreadingOptions"),
    "nbtf.data.structures": ("DatasetSpec",),
}

_names = NameSpace(__name__, _EXPORTS, modules=("experimental",))
__getattr__, __dir__ = _names.find, _names.list
