"""tf.contrib.data: transformations for `Dataset.apply`, and datasets made of several."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.data.older_transformations": (
        "assert_element_shape", "batch_and_drop_remainder", "padded_batch_and_drop_remainder", "read_batch_features",
        "reduce_dataset", "sliding_window_batch", "sloppy_interleave",
    ),
    "nbtf.data.experimental": (
        "Counter", "CsvDataset", "Optional", "RandomDataset", "Reducer", "SqlDataset", "TFRecordWriter",
        "bucket_by_sequence_length", "choose_from_datasets", "copy_to_device", "dense_to_sparse_batch",
        "enumerate_dataset", "get_next_as_optional", "get_single_element", "group_by_reducer", "group_by_window",
        "ignore_errors", "make_batched_features_dataset", "make_csv_dataset", "map_and_batch", "parallel_interleave",
        "parse_example_dataset", "prefetch_to_device", "rejection_resample", "sample_from_datasets", "scan",
        "shuffle_and_repeat", "unbatch", "unique",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
