"""tf.estimator: models that are trained, evaluated, run and exported from a folder of checkpoints."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.estimator.base": ("Estimator",),
    "nbtf.estimator.canned.baseline": ("BaselineClassifier", "BaselineRegressor"),
    "nbtf.estimator.canned.combined": ("DNNLinearCombinedClassifier", "DNNLinearCombinedRegressor"),
    "nbtf.estimator.canned.dnn": ("DNNClassifier", "DNNRegressor"),
    "nbtf.estimator.canned.example_specs": ("classifier_parse_example_spec", "regressor_parse_example_spec"),
    "nbtf.estimator.canned.linear": ("LinearClassifier", "LinearRegressor"),
    "nbtf.estimator.exporters": ("BestExporter", "Exporter", "FinalExporter", "LatestExporter"),
    "nbtf.estimator.extending": ("add_metrics",),
    "nbtf.estimator.modes": ("ModeKeys",),
    "nbtf.estimator.run_config": ("RunConfig",),
    "nbtf.estimator.spec": ("EstimatorSpec",),
    "nbtf.estimator.training": ("EvalSpec", "TrainSpec", "train_and_evaluate"),
    "nbtf.estimator.warm_starting": ("WarmStartSettings",),
    "nbtf.train.hooks": (
        "CheckpointSaverHook", "CheckpointSaverListener", "FeedFnHook", "FinalOpsHook", "GlobalStepWaiterHook",
        "LoggingTensorHook", "NanLossDuringTrainingError", "NanTensorHook", "SecondOrStepTimer", "StepCounterHook",
        "StopAtStepHook", "SummarySaverHook",
    ),
    "nbtf.train.profiler_hook": ("ProfilerHook",),
    "nbtf.train.session_run_hook": ("SessionRunArgs", "SessionRunContext", "SessionRunHook", "SessionRunValues"),
    "nbtf.train.vocabularies": ("VocabInfo",),
}  # fmt: skip
_MODULES = ("experimental", "export", "inputs")

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
