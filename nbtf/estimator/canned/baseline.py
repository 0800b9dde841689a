"""Baselines: estimators that learn a bias and look at no feature, which every model should beat."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.filling import ones
from nbtf.array.shapes import shape
from nbtf.debugging.comparisons import assert_equal
from nbtf.estimator.base import Estimator
from nbtf.estimator.canned.classifier_heads import classifier_head
from nbtf.estimator.canned.heads import Head
from nbtf.estimator.canned.optimizers import optimizer_of
from nbtf.estimator.canned.regression_heads import RegressionHead
from nbtf.estimator.run_config import RunConfig
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.scopes import control_dependencies
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.initializers.constants import Zeros
from nbtf.losses.weighting import Reduction
from nbtf.math.operands import multiply
from nbtf.train.steps import get_global_step
from nbtf.variables.scoping import get_variable, variable_scope

_LEARNING_RATE = 0.3
Path = str | os.PathLike[str]


class BaselineClassifier(Estimator):
    """Predicts how often each class occurs."""

    def __init__(
        self,
        model_dir: Path | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: Any = Reduction.SUM,
    ) -> None:
        """weight_column: the key of the feature that weighs examples. label_vocabulary: the classes, where labels are
        strings. optimizer: "Adagrad", "Adam", "Ftrl", "RMSProp", "SGD", an Optimizer or a function that makes one."""
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(_model_fn(head, optimizer, weight_column), model_dir, config)


class BaselineRegressor(Estimator):
    """Predicts the mean of the labels."""

    def __init__(
        self,
        model_dir: Path | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: Any = Reduction.SUM,
    ) -> None:
        """See BaselineClassifier. label_dimension: values an example."""
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(_model_fn(head, optimizer), model_dir, config)


def _model_fn(head: Head, optimizer: Any, weight_column: Any = None) -> Any:
    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        made = optimizer_of(optimizer, _LEARNING_RATE)

        def train_op_fn(loss: Any) -> Any:
            return made.minimize(loss, global_step=get_global_step())

        looked_at = {key: feature for key, feature in features.items() if key != weight_column}
        logits = _bias_logits(looked_at, head.logits_dimension)
        return head.create_estimator_spec(features, mode, logits, labels, train_op_fn=train_op_fn)

    return model_fn


def _bias_logits(features: Mapping[str, Any], count: int) -> Any:
    """A bias [count] for each example: float32 [batch, count]."""
    sizes = [
        feature.dense_shape[0] if isinstance(feature, SparseTensor) else shape(feature)[0]
        for feature in features.values()
    ]
    if not sizes:
        raise ValueError("A baseline needs a feature to know the batch size by.")
    with control_dependencies([assert_equal(sizes[0], size) for size in sizes[1:]]), variable_scope("baseline"):
        bias = get_variable("bias", shape=[count], initializer=Zeros())
        return multiply(bias, ones([sizes[0], count]))
