"""A linear model and a network of dense layers together, as estimators: wide and deep."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtf.control_flow.grouping import group
from nbtf.estimator.base import Estimator
from nbtf.estimator.canned.classifier_heads import classifier_head
from nbtf.estimator.canned.dnn_logits import dnn_logit_fn_builder, summarize_layer
from nbtf.estimator.canned.heads import Head
from nbtf.estimator.canned.linear import SMALLEST_PART, check_features, linear_learning_rate
from nbtf.estimator.canned.linear_logits import linear_logit_fn_builder
from nbtf.estimator.canned.optimizers import optimizer_of
from nbtf.estimator.canned.regression_heads import RegressionHead
from nbtf.estimator.run_config import RunConfig
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.scopes import control_dependencies
from nbtf.losses.weighting import Reduction
from nbtf.nn.activations import relu
from nbtf.train.steps import get_global_step
from nbtf.variables.assigning import assign_add
from nbtf.variables.partitioners import min_max_variable_partitioner
from nbtf.variables.scoping import variable_scope

_DNN_LEARNING_RATE = 0.001
_LINEAR_LEARNING_RATE = 0.005
Path = str | os.PathLike[str]


class _Parts(NamedTuple):
    """Both models' settings."""

    linear_columns: Sequence[Any]
    linear_optimizer: Any
    dnn_columns: Sequence[Any]
    dnn_optimizer: Any
    hidden_units: Sequence[int]
    activation_fn: Callable[[Any], Any]
    dropout: float | None
    partitioner: Any
    batch_norm: bool
    sparse_combiner: str


class DNNLinearCombinedClassifier(Estimator):
    """Classes by the sum of a linear model's logits and those of dense layers."""

    def __init__(
        self,
        model_dir: Path | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        """See LinearClassifier and DNNClassifier. Raises ValueError where neither has columns."""
        parts = _Parts(
            linear_feature_columns or (), linear_optimizer, dnn_feature_columns or (), dnn_optimizer,
            dnn_hidden_units or (), dnn_activation_fn, dnn_dropout, input_layer_partitioner, batch_norm,
            linear_sparse_combiner,
        )  # fmt: skip
        _check(parts)
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(_model_fn(head, parts), model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedRegressor(Estimator):
    """Values by the sum of a linear model and dense layers."""

    def __init__(
        self,
        model_dir: Path | None = None,
        linear_feature_columns: Sequence[Any] | None = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Sequence[Any] | None = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Sequence[int] | None = None,
        dnn_activation_fn: Callable[[Any], Any] = relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        input_layer_partitioner: Any = None,
        config: RunConfig | None = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        """See LinearRegressor and DNNRegressor. Raises ValueError where neither has columns."""
        parts = _Parts(
            linear_feature_columns or (), linear_optimizer, dnn_feature_columns or (), dnn_optimizer,
            dnn_hidden_units or (), dnn_activation_fn, dnn_dropout, input_layer_partitioner, batch_norm,
            linear_sparse_combiner,
        )  # fmt: skip
        _check(parts)
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(_model_fn(head, parts), model_dir, config, warm_start_from=warm_start_from)


def _check(parts: _Parts) -> None:
    if not parts.linear_columns and not parts.dnn_columns:
        raise ValueError("Either linear_feature_columns or dnn_feature_columns must be defined.")


def _model_fn(head: Head, parts: _Parts) -> Callable[..., EstimatorSpec]:
    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        check_features(features)
        logits: list[Any] = []
        optimizers: dict[str, Any] = {}
        if parts.dnn_columns:
            if not parts.hidden_units:
                raise ValueError("dnn_hidden_units must be defined when dnn_feature_columns is specified.")
            optimizers["dnn"] = optimizer_of(parts.dnn_optimizer, _DNN_LEARNING_RATE)
            logits.append(_dnn_logits(head, parts, features, mode, config))
        if parts.linear_columns:
            rate = linear_learning_rate(parts.linear_columns, _LINEAR_LEARNING_RATE)
            optimizers["linear"] = optimizer_of(parts.linear_optimizer, rate)
            logits.append(_linear_logits(head, parts, features, config))

        def train_op_fn(loss: Any) -> Any:
            steps = [
                optimizer.minimize(loss, var_list=get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=scope))
                for scope, optimizer in optimizers.items()
            ]
            with control_dependencies([group(*steps)]):
                return assign_add(get_global_step(), 1)

        total = logits[0] if len(logits) == 1 else logits[0] + logits[1]
        return head.create_estimator_spec(features, mode, total, labels, train_op_fn=train_op_fn)

    return model_fn


def _dnn_logits(head: Head, parts: _Parts, features: Any, mode: str, config: RunConfig) -> Any:
    servers = config.num_ps_replicas
    with variable_scope(
        "dnn", values=tuple(features.values()), partitioner=min_max_variable_partitioner(max_partitions=servers)
    ):
        logit_fn = dnn_logit_fn_builder(
            head.logits_dimension,
            parts.hidden_units,
            parts.dnn_columns,
            parts.activation_fn,
            parts.dropout,
            _input_partitioner(parts, config),
            parts.batch_norm,
        )
        return logit_fn(features, mode)


def _linear_logits(head: Head, parts: _Parts, features: Any, config: RunConfig) -> Any:
    with variable_scope(
        "linear", values=tuple(features.values()), partitioner=_input_partitioner(parts, config)
    ) as scope:
        logit_fn = linear_logit_fn_builder(head.logits_dimension, parts.linear_columns, parts.sparse_combiner)
        logits = logit_fn(features)
        summarize_layer(logits, scope.name)
        return logits


def _input_partitioner(parts: _Parts, config: RunConfig) -> Any:
    return parts.partitioner or min_max_variable_partitioner(
        max_partitions=config.num_ps_replicas, min_slice_size=SMALLEST_PART
    )
