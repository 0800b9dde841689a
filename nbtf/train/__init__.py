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
    "nbtf.train.batching": (
        "batch",
        "batch_join",
        "maybe_batch",
        "maybe_batch_join",
        "maybe_shuffle_batch",
        "maybe_shuffle_batch_join",
        "shuffle_batch",
        "shuffle_batch_join",
    ),
    "nbtf.train.cluster": ("ClusterSpec",),
    "nbtf.train.coordinator": ("Coordinator", "LooperThread"),
    "nbtf.train.decays": (
        "cosine_decay", "cosine_decay_restarts", "exponential_decay", "inverse_time_decay", "linear_cosine_decay",
        "natural_exp_decay", "noisy_linear_cosine_decay", "piecewise_constant",
        "piecewise_constant as piecewise_constant_decay", "polynomial_decay",
    ),
    "nbtf.train.descent": ("GradientDescentOptimizer", "MomentumOptimizer", "ProximalGradientDescentOptimizer"),
    "nbtf.train.checkpoint_initializers": ("init_from_checkpoint", "warm_start"),
    "nbtf.train.meta_graph_export": ("export_meta_graph",),
    "nbtf.train.meta_graph_import": ("import_meta_graph",),
    "nbtf.train.device_setter": ("replica_device_setter",),
    "nbtf.train.hooks": (
        "CheckpointSaverHook",
        "CheckpointSaverListener",
        "FeedFnHook",
        "FinalOpsHook",
        "GlobalStepWaiterHook",
        "LoggingTensorHook",
        "NanLossDuringTrainingError",
        "NanTensorHook",
        "SecondOrStepTimer",
        "StepCounterHook",
        "StopAtStepHook",
        "SummarySaverHook",
    ),
    "nbtf.train.linear_models": ("sdca_fprint", "sdca_shrink_l1"),
    "nbtf.train.local_server": ("Server",),
    "nbtf.train.monitored_session": (
        "ChiefSessionCreator",
        "MonitoredSession",
        "MonitoredTrainingSession",
        "SessionCreator",
        "SingularMonitoredSession",
        "WorkerSessionCreator",
    ),
    "nbtf.train.moving_averages": ("ExponentialMovingAverage",),
    "nbtf.train.optimizer": ("Optimizer",),
    "nbtf.train.saver": ("Saver",),
    "nbtf.train.producers": (
        "input_producer",
        "limit_epochs",
        "match_filenames_once",
        "range_input_producer",
        "slice_input_producer",
        "string_input_producer",
    ),
    "nbtf.train.queue_runner": ("QueueRunner", "add_queue_runner", "start_queue_runners"),
    "nbtf.train.scaffold": ("Scaffold",),
    "nbtf.train.session_manager": ("SessionManager",),
    "nbtf.train.session_run_hook": (
        "SessionRunArgs",
        "SessionRunContext",
        "SessionRunHook",
        "SessionRunValues",
    ),
    "nbtf.train.steps": (
        "assert_global_step", "create_global_step", "get_global_step", "get_or_create_global_step", "global_step",
    ),
    "nbtf.train.supervision": ("Supervisor", "basic_train_loop"),
    "nbtf.train.sync_replicas": ("SyncReplicasOptimizer",),
    "nbtf.wire.schema": (
        "BytesList", "ClusterDef", "Example", "Feature", "FeatureList", "FeatureLists", "Features", "FloatList",
        "Int64List", "JobDef", "SaverDef", "SequenceExample", "ServerDef",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
