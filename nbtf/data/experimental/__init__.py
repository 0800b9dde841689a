"""tf.data.experimental: transformations for `Dataset.apply`, most of which have become methods of Dataset, and more datasets."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.graph.type_spec": ("TypeSpec as Structure",),
    "nbtf.data.base": ("AUTOTUNE", "INFINITE_CARDINALITY", "SHARD_HINT", "UNKNOWN_CARDINALITY"),
    "nbtf.data.experimental.counting": ("assert_cardinality", "from_list", "pad_to_cardinality"),
    "nbtf.data.experimental.csv_files": ("CsvDataset", "make_csv_dataset"),
    "nbtf.data.experimental.devices": ("copy_to_device", "prefetch_to_device"),
    "nbtf.data.experimental.examples": ("make_batched_features_dataset", "parse_example_dataset"),
    "nbtf.data.experimental.reducing": ("Reducer", "group_by_reducer"),
    "nbtf.data.experimental.several": (
        "Counter", "RandomDataset", "choose_from_datasets", "parallel_interleave", "sample_from_datasets",
    ),
    "nbtf.data.experimental.sql": ("SqlDataset",),
    "nbtf.data.experimental.structure_names": (
        "RaggedTensorStructure", "SparseTensorStructure", "TensorArrayStructure", "TensorStructure", "enable_debug_mode",
        "from_variant", "get_structure", "to_variant",
    ),
    "nbtf.data.experimental.tables": ("DatasetInitializer", "index_table_from_dataset", "table_from_dataset"),
    "nbtf.data.experimental.transformations": (
        "bucket_by_sequence_length", "cardinality", "dense_to_sparse_batch", "enumerate_dataset", "get_next_as_optional",
        "get_single_element", "group_by_window", "ignore_errors", "map_and_batch",
        "map_and_batch as map_and_batch_with_legacy_function", "rejection_resample", "scan", "shuffle_and_repeat",
        "take_while", "unbatch", "unique",
    ),
    "nbtf.data.optionals": ("Optional", "OptionalSpec as OptionalStructure"),
    "nbtf.data.structures": ("DatasetSpec as DatasetStructure",),
    "nbtf.data.options": (
        "AutoShardPolicy", "AutotuneAlgorithm", "AutotuneOptions", "DistributeOptions", "ExternalStatePolicy",
        "OptimizationOptions", "ThreadingOptions",
    ),
    "nbtf.data.experimental.writing": ("TFRecordWriter",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
