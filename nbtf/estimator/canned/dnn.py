"""Networks of dense layers on columns, as estimators."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.estimator.base import Estimator
from nbtf.estimator.canned.classifier_heads import classifier_head
from nbtf.estimator.canned.dnn_logits import dnn_logit_fn_builder
from nbtf.estimator.canned.heads import Head
from nbtf.estimator.canned.linear import SMALLEST_PART, check_features
from nbtf.estimator.canned.optimizers import optimizer_of
from nbtf.estimator.canned.regression_heads import RegressionHead
from nbtf.estimator.run_config import RunConfig
from nbtf.estimator.spec import EstimatorSpec
from nbtf.losses.weighting import Reduction
from nbtf.nn.activations import relu
from nbtf.variables.partitioners import min_max_variable_partitioner
from nbtf.variables.scoping import variable_scope

_LEARNING_RATE = 0.05
Path = str | os.PathLike[str]


class DNNClassifier(Estimator):
    """Classes by dense layers on columns."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: Path | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable[[Any], Any] = relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        batch_norm: bool = False,
    ) -> None:
        """hidden_units: units of each hidden layer. dropout: the probability that a unit is dropped in training.
        batch_norm: whether each hidden layer is normalized. All else is as in LinearClassifier."""
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        model_fn = _model_fn(
            head, hidden_units, feature_columns, optimizer, activation_fn, dropout, input_layer_partitioner, batch_norm
        )
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class DNNRegressor(Estimator):
    """Values by dense layers on columns."""

    def __init__(
        self,
        hidden_units: Sequence[int],
        feature_columns: Sequence[Any],
        model_dir: Path | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Callable[[Any], Any] = relu,
        dropout: float | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        batch_norm: bool = False,
    ) -> None:
        """See DNNClassifier. label_dimension: values an example."""
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        model_fn = _model_fn(
            head, hidden_units, feature_columns, optimizer, activation_fn, dropout, input_layer_partitioner, batch_norm
        )
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


def _model_fn(
    head: Head,
    hidden_units: Sequence[int],
    columns: Sequence[Any],
    optimizer: Any,
    activation_fn: Callable[[Any], Any],
    dropout: float | None,
    partitioner: Any,
    batch_norm: bool,
) -> Callable[..., EstimatorSpec]:
    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        check_features(features)
        made = optimizer_of(optimizer, _LEARNING_RATE)
        servers = config.num_ps_replicas
        with variable_scope(
            "dnn", values=tuple(features.values()), partitioner=min_max_variable_partitioner(max_partitions=servers)
        ):
            parts = partitioner or min_max_variable_partitioner(max_partitions=servers, min_slice_size=SMALLEST_PART)
            logit_fn = dnn_logit_fn_builder(
                head.logits_dimension, hidden_units, columns, activation_fn, dropout, parts, batch_norm
            )
            return head.create_estimator_spec(features, mode, logit_fn(features, mode), labels, optimizer=made)

    return model_fn
