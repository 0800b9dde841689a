"""tf.data.experimental: transformations for `Dataset.apply`, most of which have become methods of Dataset, and more datasets."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.data.base": ("AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY"),
    "nbtf.data.experimental.csv_files": ("CsvDataset", "make_csv_dataset"),
    "nbtf.data.experimental.examples": ("make_batched_features_dataset", "parse_example_dataset"),
    "nbtf.data.experimental.reducing": ("Reducer", "group_by_reducer"),
    "nbtf.data.experimental.several": (
        "Counter", "RandomDataset", "choose_from_datasets", "parallel_interleave", "sample_from_datasets",
    ),
    "nbtf.data.experimental.transformations": (
        "bucket_by_sequence_length", "cardinality", "dense_to_sparse_batch", "enumerate_dataset", "get_next_as_optional",
        "get_single_element", "group_by_window", "ignore_errors", "map_and_batch", "rejection_resample", "scan", "shuffle_and_repeat",
        "take_while", "unbatch", "unique",
    ),
    "nbtf.data.optionals": ("Optional", "OptionalSpec as OptionalStructure"),
    "nbtf.data.options": (
        "AutoShardPolicy", "AutotuneAlgorithm", "AutotuneOptions", "DistributeOptions", "ExternalStatePolicy",
        "OptimizationOptions", "ThreadingOptions",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
