"""tf.train: checkpoints and their state file, meta graphs, messages."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.checkpoint.reader": ("list_variables", "load_checkpoint", "load_variable", "NewCheckpointReader"),
    "nbtf.checkpoint.state": (
        "checkpoint_exists", "generate_checkpoint_state_proto", "get_checkpoint_mtimes", "get_checkpoint_state",
        "latest_checkpoint", "remove_checkpoint", "update_checkpoint_state",
    ),
    "nbtf.graph.graph_io": ("write_graph",),
    "nbtf.summary.event_file": ("summary_iterator",),
    "nbtf.train.adam": ("AdamOptimizer",),
    "nbtf.train.adaptive": (
        "AdadeltaOptimizer", "AdagradDAOptimizer", "AdagradOptimizer", "FtrlOptimizer", "ProximalAdagradOptimizer",
        "RMSPropOptimizer",
    ),
    "nbtf.train.decays": (
        "cosine_decay", "cosine_decay_restarts", "exponential_decay", "inverse_time_decay", "linear_cosine_decay",
        "natural_exp_decay", "noisy_linear_cosine_decay", "piecewise_constant",
        "piecewise_constant as piecewise_constant_decay", "polynomial_decay",
    ),
    "nbtf.train.descent": ("GradientDescentOptimizer", "MomentumOptimizer", "ProximalGradientDescentOptimizer"),
    "nbtf.train.checkpoint_initializers": ("init_from_checkpoint", "warm_start"),
    "nbtf.train.meta_graph_export": ("export_meta_graph",),
    "nbtf.train.meta_graph_import": ("import_meta_graph",),
    "nbtf.train.moving_averages": ("ExponentialMovingAverage",),
    "nbtf.train.optimizer": ("Optimizer",),
    "nbtf.train.saver": ("Saver",),
    "nbtf.train.steps": (
        "assert_global_step", "create_global_step", "get_global_step", "get_or_create_global_step", "global_step",
    ),
    "nbtf.wire.schema": (
        "BytesList", "ClusterDef", "Example", "Feature", "FeatureList", "FeatureLists", "Features", "FloatList",
        "Int64List", "JobDef", "SaverDef", "SequenceExample",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
