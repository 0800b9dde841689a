"""tf.contrib.data: transformations for `Dataset.apply`, and datasets made of several."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.data.older_transformations": (
        "Counter", "batch_and_drop_remainder", "choose_from_datasets", "padded_batch_and_drop_remainder",
        "parallel_interleave", "sample_from_datasets",
    ),
    "nbtf.data.experimental": (
        "Optional", "bucket_by_sequence_length", "enumerate_dataset", "get_single_element", "group_by_window",
        "ignore_errors", "map_and_batch", "scan", "shuffle_and_repeat", "unbatch", "unique",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
