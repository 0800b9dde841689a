"""Heads of classifiers: one of n classes by softmax, or of two by a sigmoid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros_like
from nbtf.array.joining import concat, tile
from nbtf.array.shapes import expand_dims, shape
from nbtf.estimator.canned.checks import checked_labels, checked_logits, in_range, weights_of
from nbtf.estimator.canned.heads import Head, Loss, mean_of
from nbtf.estimator.export.outputs import DEFAULT, ClassificationOutput, PredictOutput, RegressionOutput
from nbtf.graph.scopes import name_scope
from nbtf.lookup.vocabularies import index_table_from_tensor, index_to_string_table_from_tensor
from nbtf.losses.functions import sparse_softmax_cross_entropy
from nbtf.losses.weighting import Reduction, compute_weighted_loss
from nbtf.math.casting import cast
from nbtf.math.elementwise import sigmoid
from nbtf.math.operands import maximum
from nbtf.math.reductions import argmax
from nbtf.math.weighting import broadcast_weights
from nbtf.metrics.areas import auc
from nbtf.metrics.counts import precision, recall
from nbtf.metrics.means import accuracy, mean
from nbtf.nn.activations import softmax
from nbtf.nn.cross_entropies import sigmoid_cross_entropy_with_logits
from nbtf.strings.conversion import as_string


class _ClassifierHead(Head):
    """Classes, by number and by name."""

    def __init__(
        self,
        n_classes: int,
        logits_dimension: int,
        weight_column: Any,
        label_vocabulary: Sequence[str] | None,
        loss_reduction: Any,
        name: str | None,
    ) -> None:
        """label_vocabulary: the names; labels are names then. Raises ValueError for one that is no list or tuple."""
        if label_vocabulary is not None and not isinstance(label_vocabulary, (list, tuple)):
            raise ValueError(f"label_vocabulary should be a list or a tuple. Given type: {type(label_vocabulary)}")
        super().__init__(logits_dimension, weight_column, loss_reduction, name)
        self._n_classes = n_classes
        self._vocabulary = None if label_vocabulary is None else list(label_vocabulary)

    def _class_names(self) -> Any:
        return self._vocabulary if self._vocabulary is not None else as_string(range_of(self._n_classes))

    def _all_ids(self, logits: Any) -> Any:
        batch = shape(logits)[0]
        return tile(expand_dims(range_of(self._n_classes), 0), [batch, 1])

    def _all_names(self, logits: Any) -> Any:
        batch = shape(logits)[0]
        return tile(expand_dims(self._class_names(), 0), [batch, 1])

    def _names(self, class_ids: Any) -> Any:
        if self._vocabulary is None:
            return as_string(class_ids, name="str_classes")
        return index_to_string_table_from_tensor(self._vocabulary, name="class_string_lookup").lookup(class_ids)

    def _ids(self, labels: Any) -> Any:
        """Numbers of labels that are names."""
        assert self._vocabulary is not None
        table = index_table_from_tensor(tuple(self._vocabulary), name="class_id_lookup")
        return table.lookup(labels)

    def _classification(self, probabilities: Any) -> ClassificationOutput:
        return ClassificationOutput(scores=probabilities, classes=self._all_names(probabilities))


class MultiClassHead(_ClassifierHead):
    """One of n classes: softmax cross entropy."""

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: Any = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        if n_classes <= 2:
            raise ValueError(f"n_classes must be > 2: {n_classes}.")
        super().__init__(n_classes, n_classes, weight_column, label_vocabulary, loss_reduction, name)

    def predictions(self, logits: Any) -> dict[str, Any]:
        logits = checked_logits(logits, self.logits_dimension)
        with name_scope(None, "predictions", [logits]):
            all_ids, all_names = self._all_ids(logits), self._all_names(logits)
            class_ids = expand_dims(argmax(logits, axis=-1, name="class_ids"), -1)
            classes = self._names(class_ids)
            probabilities = softmax(logits, name="probabilities")
            return {
                "logits": logits,
                "probabilities": probabilities,
                "class_ids": class_ids,
                "classes": classes,
                "all_class_ids": all_ids,
                "all_classes": all_names,
            }

    def loss(self, features: Mapping[str, Any], logits: Any, labels: Any) -> Loss:
        labels = checked_labels(labels, logits, 1)
        if self._vocabulary is None:
            if not labels.dtype.is_integer:
                raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        elif labels.dtype != dtypes.string:
            raise ValueError(f"Labels dtype should be string if there is a vocabulary. Instead got {labels.dtype}")
        else:
            labels = self._ids(labels)
        labels = in_range(labels, self._n_classes)
        unweighted = sparse_softmax_cross_entropy(labels, logits, reduction=Reduction.NONE)
        unweighted = expand_dims(unweighted, -1)
        weights = weights_of(features, self._weight_column, logits)
        training = compute_weighted_loss(unweighted, weights=weights, reduction=self._loss_reduction)
        return Loss(training, unweighted, weights, labels)

    def metrics(self, loss: Loss, predictions: dict[str, Any], labels: Any) -> dict[str, tuple[Any, Any]]:
        with name_scope(None, "metrics", [loss.labels, predictions["class_ids"], loss.unweighted, loss.weights]):
            return {
                "average_loss": mean(loss.unweighted, weights=loss.weights, name="average_loss"),
                "accuracy": accuracy(loss.labels, predictions["class_ids"], weights=loss.weights, name="accuracy"),
            }

    def export_outputs(self, predictions: dict[str, Any]) -> dict[str, Any]:
        output = self._classification(predictions["probabilities"])
        return {DEFAULT: output, "classification": output, "predict": PredictOutput(predictions)}


class BinaryHead(_ClassifierHead):
    """One of two classes: sigmoid cross entropy of one logit."""

    def __init__(
        self,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: Any = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        super().__init__(2, 1, weight_column, label_vocabulary, loss_reduction, name)

    def predictions(self, logits: Any) -> dict[str, Any]:
        with name_scope(None, "predictions", [logits]):
            logits = checked_logits(logits, self.logits_dimension)
            logistic = sigmoid(logits, name="logistic")
            both = concat((zeros_like(logits), logits), axis=-1, name="two_class_logits")
            probabilities = softmax(both, name="probabilities")
            class_ids = expand_dims(argmax(both, axis=-1, name="class_ids"), -1)
            all_ids, all_names = self._all_ids(logits), self._all_names(logits)
            return {
                "logits": logits,
                "logistic": logistic,
                "probabilities": probabilities,
                "class_ids": class_ids,
                "classes": self._names(class_ids),
                "all_class_ids": all_ids,
                "all_classes": all_names,
            }

    def loss(self, features: Mapping[str, Any], logits: Any, labels: Any) -> Loss:
        labels = checked_labels(labels, logits, 1)
        if self._vocabulary is not None:
            labels = self._ids(labels)
        labels = in_range(cast(labels, dtypes.float32), 2)
        unweighted = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
        weights = weights_of(features, self._weight_column, logits)
        training = compute_weighted_loss(unweighted, weights=weights, reduction=self._loss_reduction)
        return Loss(training, unweighted, weights, labels)

    def metrics(self, loss: Loss, predictions: dict[str, Any], labels: Any) -> dict[str, tuple[Any, Any]]:
        ids, logistic, weights = predictions["class_ids"], predictions["logistic"], loss.weights
        with name_scope(None, "metrics", [loss.labels, logistic, ids, weights, loss.unweighted]):
            labels_mean = mean_of(loss.labels, weights, "label/mean", "labels_mean")
            found = {
                "average_loss": mean(loss.unweighted, weights=weights, name="average_loss"),
                "accuracy": accuracy(loss.labels, ids, weights=weights, name="accuracy"),
                "precision": precision(loss.labels, ids, weights=weights, name="precision"),
                "recall": recall(loss.labels, ids, weights=weights, name="recall"),
                "prediction/mean": mean_of(logistic, weights, "prediction/mean", "predictions_mean"),
                "label/mean": labels_mean,
            }
            with name_scope(None, "accuracy_baseline", labels_mean):  # of a model that always says the same
                value, update = labels_mean
                found["accuracy_baseline"] = (
                    maximum(value, 1.0 - value, name="value"),
                    maximum(update, 1.0 - update, name="update_op"),
                )
            found["auc"] = _area(loss.labels, logistic, weights, "ROC", "auc")
            found["auc_precision_recall"] = _area(loss.labels, logistic, weights, "PR", "auc_precision_recall")
            return found

    def export_outputs(self, predictions: dict[str, Any]) -> dict[str, Any]:
        output = self._classification(predictions["probabilities"])
        return {
            DEFAULT: output,
            "classification": output,
            "regression": RegressionOutput(predictions["logistic"]),
            "predict": PredictOutput(predictions),
        }


def _area(labels: Any, logistic: Any, weights: Any, curve: str, name: str) -> tuple[Any, Any]:
    with name_scope(name, "auc", [logistic, labels]) as scope:
        weights = broadcast_weights(weights, logistic)
        return auc(labels, logistic, weights=weights, curve=curve, name=scope)


def classifier_head(
    n_classes: int, weight_column: Any, label_vocabulary: Sequence[str] | None, loss_reduction: Any
) -> Head:
    """The head of a classifier."""
    if n_classes == 2:
        return BinaryHead(weight_column, label_vocabulary, loss_reduction)
    return MultiClassHead(n_classes, weight_column, label_vocabulary, loss_reduction)
