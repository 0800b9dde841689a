"""tf.estimator: models that are trained, evaluated, run and exported from a folder of checkpoints."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.estimator import experimental as experimental
from nbtf.estimator import export as export
from nbtf.estimator import inputs as inputs
from nbtf.estimator.base import Estimator as Estimator
from nbtf.estimator.canned.baseline import BaselineClassifier as BaselineClassifier
from nbtf.estimator.canned.baseline import BaselineRegressor as BaselineRegressor
from nbtf.estimator.canned.combined import DNNLinearCombinedClassifier as DNNLinearCombinedClassifier
from nbtf.estimator.canned.combined import DNNLinearCombinedRegressor as DNNLinearCombinedRegressor
from nbtf.estimator.canned.dnn import DNNClassifier as DNNClassifier
from nbtf.estimator.canned.dnn import DNNRegressor as DNNRegressor
from nbtf.estimator.canned.example_specs import classifier_parse_example_spec as classifier_parse_example_spec
from nbtf.estimator.canned.example_specs import regressor_parse_example_spec as regressor_parse_example_spec
from nbtf.estimator.canned.linear import LinearClassifier as LinearClassifier
from nbtf.estimator.canned.linear import LinearRegressor as LinearRegressor
from nbtf.estimator.exporters import BestExporter as BestExporter
from nbtf.estimator.exporters import Exporter as Exporter
from nbtf.estimator.exporters import FinalExporter as FinalExporter
from nbtf.estimator.exporters import LatestExporter as LatestExporter
from nbtf.estimator.extending import add_metrics as add_metrics
from nbtf.estimator.modes import ModeKeys as ModeKeys
from nbtf.estimator.run_config import RunConfig as RunConfig
from nbtf.estimator.spec import EstimatorSpec as EstimatorSpec
from nbtf.estimator.training import EvalSpec as EvalSpec
from nbtf.estimator.training import TrainSpec as TrainSpec
from nbtf.estimator.training import train_and_evaluate as train_and_evaluate
from nbtf.estimator.warm_starting import WarmStartSettings as WarmStartSettings
from nbtf.train.hooks import CheckpointSaverHook as CheckpointSaverHook
from nbtf.train.hooks import CheckpointSaverListener as CheckpointSaverListener
from nbtf.train.hooks import FeedFnHook as FeedFnHook
from nbtf.train.hooks import FinalOpsHook as FinalOpsHook
from nbtf.train.hooks import GlobalStepWaiterHook as GlobalStepWaiterHook
from nbtf.train.hooks import LoggingTensorHook as LoggingTensorHook
from nbtf.train.hooks import NanLossDuringTrainingError as NanLossDuringTrainingError
from nbtf.train.hooks import NanTensorHook as NanTensorHook
from nbtf.train.hooks import SecondOrStepTimer as SecondOrStepTimer
from nbtf.train.hooks import StepCounterHook as StepCounterHook
from nbtf.train.hooks import StopAtStepHook as StopAtStepHook
from nbtf.train.hooks import SummarySaverHook as SummarySaverHook
from nbtf.train.profiler_hook import ProfilerHook as ProfilerHook
from nbtf.train.session_run_hook import SessionRunArgs as SessionRunArgs
from nbtf.train.session_run_hook import SessionRunContext as SessionRunContext
from nbtf.train.session_run_hook import SessionRunHook as SessionRunHook
from nbtf.train.session_run_hook import SessionRunValues as SessionRunValues
from nbtf.train.vocabularies import VocabInfo as VocabInfo
