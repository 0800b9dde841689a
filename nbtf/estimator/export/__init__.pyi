"""tf.estimator.export: what exported models receive and give."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.estimator.export.outputs import ClassificationOutput as ClassificationOutput
from nbtf.estimator.export.outputs import EvalOutput as EvalOutput
from nbtf.estimator.export.outputs import ExportOutput as ExportOutput
from nbtf.estimator.export.outputs import PredictOutput as PredictOutput
from nbtf.estimator.export.outputs import RegressionOutput as RegressionOutput
from nbtf.estimator.export.receivers import ServingInputReceiver as ServingInputReceiver
from nbtf.estimator.export.receivers import TensorServingInputReceiver as TensorServingInputReceiver
from nbtf.estimator.export.receivers import build_parsing_serving_input_receiver_fn as build_parsing_serving_input_receiver_fn
from nbtf.estimator.export.receivers import build_raw_serving_input_receiver_fn as build_raw_serving_input_receiver_fn
