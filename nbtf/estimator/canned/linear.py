"""Linear models of columns, as estimators."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.estimator.base import Estimator
from nbtf.estimator.canned.classifier_heads import classifier_head
from nbtf.estimator.canned.heads import Head
from nbtf.estimator.canned.linear_logits import linear_logit_fn_builder
from nbtf.estimator.canned.optimizers import optimizer_of
from nbtf.estimator.canned.regression_heads import RegressionHead
from nbtf.estimator.run_config import RunConfig
from nbtf.estimator.spec import EstimatorSpec
from nbtf.losses.weighting import Reduction
from nbtf.variables.partitioners import min_max_variable_partitioner
from nbtf.variables.scoping import variable_scope

_LEARNING_RATE = 0.2
SMALLEST_PART = 64 << 20
"""Bytes of a part of a variable that parameter servers share."""
Path = str | os.PathLike[str]


class LinearClassifier(Estimator):
    """Classes by a linear model of columns."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: Path | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        """weight_column: the key of the feature that weighs examples. label_vocabulary: the classes, where labels are
        strings. optimizer: "Adagrad", "Adam", "Ftrl", "RMSProp", "SGD", an Optimizer or a function that makes one.
        sparse_combiner: how the weights of an example's ids are combined, "sum", "mean" or "sqrtn"."""
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        model_fn = _model_fn(head, feature_columns, optimizer, partitioner, sparse_combiner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


class LinearRegressor(Estimator):
    """Values by a linear model of columns."""

    def __init__(
        self,
        feature_columns: Sequence[Any],
        model_dir: Path | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        partitioner: Any = None,
        warm_start_from: Any = None,
        loss_reduction: Any = Reduction.SUM,
        sparse_combiner: str = "sum",
    ) -> None:
        """See LinearClassifier. label_dimension: values an example."""
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        model_fn = _model_fn(head, feature_columns, optimizer, partitioner, sparse_combiner)
        super().__init__(model_fn, model_dir, config, warm_start_from=warm_start_from)


def linear_learning_rate(columns: Sequence[Any], most: float) -> float:
    """Smaller the more columns there are."""
    return min(most, 1.0 / math.sqrt(len(columns)))


def check_features(features: Any) -> None:
    if not isinstance(features, dict):
        raise ValueError(f"features should be a dictionary of `Tensor`s. Given type: {type(features)}")


def _model_fn(
    head: Head, columns: Sequence[Any], optimizer: Any, partitioner: Any, sparse_combiner: str
) -> Callable[..., EstimatorSpec]:
    feature_columns = tuple(columns or ())

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        check_features(features)
        made = optimizer_of(optimizer, linear_learning_rate(feature_columns, _LEARNING_RATE))
        parts = partitioner or min_max_variable_partitioner(
            max_partitions=config.num_ps_replicas, min_slice_size=SMALLEST_PART
        )
        with variable_scope("linear", values=tuple(features.values()), partitioner=parts):
            logit_fn = linear_logit_fn_builder(head.logits_dimension, feature_columns, sparse_combiner)
            return head.create_estimator_spec(features, mode, logit_fn(features), labels, optimizer=made)

    return model_fn
