"""What an exported model gives: outputs, and the signatures that they make with what a model receives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import logging
from nbtf.estimator.modes import ModeKeys
from nbtf.graph.conversion import constant
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import control_dependencies
from nbtf.graph.tensor import Tensor
from nbtf.saved_model import signature_constants, signatures

DEFAULT = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_SINGLE_RECEIVER = "input"
_METHODS = {
    "Classify": signature_constants.CLASSIFY_METHOD_NAME,
    "Regress": signature_constants.REGRESS_METHOD_NAME,
    "Predict": signature_constants.PREDICT_METHOD_NAME,
    "Train": "tensorflow/supervised/training",
    "Eval": "tensorflow/supervised/eval",
}


class ExportOutput:
    """What one signature of an exported model gives."""

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        """The SignatureDef from what the model receives (name -> tensor) to these outputs.

        Raises ValueError where the method of the signature does not take these.
        """
        raise NotImplementedError(f"{type(self).__name__} has no signature.")


class ClassificationOutput(ExportOutput):
    """Scores and classes of a classifier.

    scores: float32 [batch, classes], or None. classes: string [batch, classes], or None.
    Raises ValueError for other dtypes, and where both are None.
    """

    def __init__(self, scores: Tensor | None = None, classes: Tensor | None = None) -> None:
        if scores is not None and not (is_tensor(scores) and scores.dtype.is_floating):
            raise ValueError(f"Classification scores must be a float32 Tensor; got {scores}")
        if classes is not None and not (is_tensor(classes) and classes.dtype.base_dtype.name == "string"):
            raise ValueError(f"Classification classes must be a string Tensor; got {classes}")
        if scores is None and classes is None:
            raise ValueError(
                "Cannot create a ClassificationOutput with empty arguments. At least one of `scores` and `classes` "
                "must be defined."
            )
        self._scores, self._classes = scores, classes

    @property
    def scores(self) -> Any:
        return self._scores

    @property
    def classes(self) -> Any:
        return self._classes

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        examples = _only_examples("Classification", receiver_tensors)
        return signatures.classification_signature_def(examples, self.classes, self.scores)


class RegressionOutput(ExportOutput):
    """The value of a regression: float32 [batch, ...]. Raises ValueError for another dtype."""

    def __init__(self, value: Tensor) -> None:
        if not (is_tensor(value) and value.dtype.is_floating):
            raise ValueError(f"Regression output value must be a float32 Tensor; got {value}")
        self._value = value

    @property
    def value(self) -> Any:
        return self._value

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        return signatures.regression_signature_def(_only_examples("Regression", receiver_tensors), self.value)


class PredictOutput(ExportOutput):
    """Any outputs: a tensor, called "output", or name -> tensor; a tuple of names is one with slashes.

    Raises ValueError for other keys or values.
    """

    def __init__(self, outputs: Any) -> None:
        self._outputs = _named_tensors(outputs, "output", "Prediction")

    @property
    def outputs(self) -> dict[str, Any]:
        return self._outputs

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        return signatures.predict_signature_def(receiver_tensors, self.outputs)


class _SupervisedOutput(ExportOutput):
    """What a graph for training or evaluation gives: loss, predictions, and values and updates of metrics."""

    LOSS_NAME = "loss"
    PREDICTIONS_NAME = "predictions"
    METRICS_NAME = "metrics"
    METRIC_VALUE_SUFFIX = "value"
    METRIC_UPDATE_SUFFIX = "update_op"
    _method = ""

    def __init__(self, loss: Any = None, predictions: Any = None, metrics: Mapping[Any, Any] | None = None) -> None:
        """loss, predictions: a tensor, or name -> tensor. metrics: name -> (value, update)."""
        self._loss = None if loss is None else _prefixed(_named_tensors(loss, "loss", "loss"), "loss")
        self._predictions = None
        if predictions is not None:
            self._predictions = _prefixed(_named_tensors(predictions, "predictions", "predictions"), "predictions")
        self._metrics = None if metrics is None else self._flattened(metrics)

    def _flattened(self, metrics: Mapping[Any, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, (value, update) in metrics.items():
            name = f"{self.METRICS_NAME}/{_name_of(key, 'metrics')}"
            for part in (value, update):
                if not (is_tensor(part) or isinstance(part, Operation)):
                    raise ValueError(f"{name} output value must be a Tensor; got {part}.")
            if isinstance(update, Operation):
                with control_dependencies([update]):  # a signature names tensors
                    update = constant([], name="metric_op_wrapper")
            found[f"{name}/{self.METRIC_VALUE_SUFFIX}"] = value
            found[f"{name}/{self.METRIC_UPDATE_SUFFIX}"] = update
        return found

    @property
    def loss(self) -> Any:
        return self._loss

    @property
    def predictions(self) -> Any:
        return self._predictions

    @property
    def metrics(self) -> Any:
        return self._metrics

    def as_signature_def(self, receiver_tensors: Mapping[str, Any]) -> Any:
        inputs, outputs = {}, {}
        for name, tensor in receiver_tensors.items():
            inputs[name] = signatures.build_tensor_info(tensor)
        for part in (self._predictions, self._metrics, self._loss):
            for name, tensor in (part or {}).items():
                outputs[name] = signatures.build_tensor_info(tensor)
        return signatures.build_signature_def(inputs, outputs, self._method)


class TrainOutput(_SupervisedOutput):
    """What a graph for training gives."""

    _method = _METHODS["Train"]


class EvalOutput(_SupervisedOutput):
    """What a graph for evaluation gives."""

    _method = _METHODS["Eval"]


def _name_of(key: Any, what: str) -> str:
    if isinstance(key, tuple):
        return "/".join(_name_of(part, what) for part in key)
    if not isinstance(key, str):
        raise ValueError(f"{what} output key must be a string; got {key}.")
    return key


def _named_tensors(outputs: Any, single: str, what: str) -> dict[str, Any]:
    found = {}
    for key, value in (outputs if isinstance(outputs, Mapping) else {single: outputs}).items():
        name = _name_of(key, what)
        if not is_tensor(value):
            raise ValueError(f"{what} output value must be a Tensor; got {value}.")
        found[name] = value
    return found


def _prefixed(named: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name if name == prefix else f"{prefix}/{name}": value for name, value in named.items()}


def _only_examples(kind: str, receiver_tensors: Mapping[str, Any]) -> Any:
    """The one string tensor that a model of this kind receives."""
    (*_, tensor) = receiver_tensors.values()
    if len(receiver_tensors) != 1 or tensor.dtype.base_dtype.name != "string":
        raise ValueError(
            f"{kind} signatures can only accept a single tensor input of type tf.string. Please check to make sure that "
            "you have structured the serving_input_receiver_fn so that it creates a single string placeholder. If your "
            "model function expects multiple inputs, then use `tf.io.parse_example()` to parse the string into multiple "
            f"tensors.\n Received: {receiver_tensors}"
        )
    return tensor


# ---- of a model ------------------------------------------------------------------------------------------------------


def with_default_output(export_outputs: Any, predictions: Any) -> dict[str, Any]:
    """The outputs of a model for prediction, among them "serving_default"; its predictions where none are given."""
    if export_outputs is None:
        export_outputs = {DEFAULT: PredictOutput(predictions)}
    if not isinstance(export_outputs, Mapping):
        raise TypeError(f"`export_outputs` must be dict, received: {export_outputs}.")
    if not all(isinstance(output, ExportOutput) for output in export_outputs.values()):
        raise TypeError(f"Values in `export_outputs` must be ExportOutput objects, received: {export_outputs}.")
    outputs = dict(export_outputs)
    if len(outputs) == 1:
        outputs.setdefault(DEFAULT, *outputs.values())
    elif len(outputs) > 1 and DEFAULT not in outputs:
        raise ValueError(
            "Multiple `export_outputs` were provided, but none of them are specified as the default. Use"
            "`tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY` to specify a default."
        )
    return outputs


def outputs_of(spec: Any) -> Any:
    """Name -> ExportOutput, of an EstimatorSpec of any mode."""
    if spec.mode == ModeKeys.PREDICT:
        return spec.export_outputs
    kind = TrainOutput if spec.mode == ModeKeys.TRAIN else EvalOutput
    return {spec.mode: kind(loss=spec.loss, predictions=spec.predictions, metrics=spec.eval_metric_ops)}


def signature_defs(receiver: Any, export_outputs: Any, serving_only: bool) -> dict[str, Any]:
    """Name -> SignatureDef; of other receivers "their name:name". What does not fit together is left out, and logged.

    receiver: a ServingInputReceiver or the like. Raises ValueError where export_outputs is no dictionary.
    """
    if not isinstance(export_outputs, Mapping):
        raise ValueError(
            f"`export_outputs` must be a dict. Received {export_outputs} with type {type(export_outputs).__name__}."
        )
    receivers = {"": receiver.receiver_tensors}
    for name, tensors in (getattr(receiver, "receiver_tensors_alternatives", None) or {}).items():
        receivers[f"{name or 'None'}:"] = tensors
    found, refused = {}, {}
    for key, output in export_outputs.items():
        for prefix, tensors in receivers.items():
            named = tensors if isinstance(tensors, Mapping) else {_SINGLE_RECEIVER: tensors}
            name = f"{prefix}{key or 'None'}"
            try:
                found[name] = output.as_signature_def(named)
            except ValueError as error:
                refused[name] = str(error)
    _log(found, refused)
    if not serving_only:
        return found
    return {name: signature for name, signature in found.items() if signatures.is_valid_signature(signature)}


def _log(found: dict[str, Any], refused: dict[str, str]) -> None:
    for kind, method in _METHODS.items():
        names = [name for name, signature in found.items() if signature.method_name == method]
        logging.info("Signatures INCLUDED in export for %s: %s", kind, names or None)
    if refused:
        logging.info("Signatures EXCLUDED from export because they cannot be served via TensorFlow Serving APIs:")
        for name, message in refused.items():
            logging.info("'%s' : %s", name, message)
    if not found:
        logging.warning("Export includes no signatures!")
    elif DEFAULT not in found and any(s.method_name.startswith("tensorflow/serving") for s in found.values()):
        logging.warning("Export includes no default signature!")
