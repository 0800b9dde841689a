"""tf.estimator.export: what exported models receive and give."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.estimator.export.outputs": (
        "ClassificationOutput", "EvalOutput", "ExportOutput", "PredictOutput", "RegressionOutput",
    ),
    "nbtf.estimator.export.receivers": (
        "ServingInputReceiver", "TensorServingInputReceiver", "build_parsing_serving_input_receiver_fn",
        "build_raw_serving_input_receiver_fn",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
