"""tf.train: checkpoints and their state file, meta graphs, messages."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.checkpoint.reader": (
        "NewCheckpointReader",
        "list_variables",
        "load_checkpoint",
        "load_variable",
    ),
    "nbtf.checkpoint.state": (
        "checkpoint_exists",
        "generate_checkpoint_state_proto",
        "get_checkpoint_mtimes",
        "get_checkpoint_state",
        "latest_checkpoint",
        "remove_checkpoint",
        "update_checkpoint_state",
    ),
    "nbtf.graph.graph_io": ("write_graph",),
    "nbtf.wire.schema": (
        "BytesList",
        "ClusterDef",
        "Example",
        "Feature",
        "FeatureList",
        "FeatureLists",
        "Features",
        "FloatList",
        "Int64List",
        "JobDef",
        "SaverDef",
        "SequenceExample",
    ),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
