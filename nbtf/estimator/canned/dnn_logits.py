"""Logits of networks of dense layers on columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbtf.estimator.modes import ModeKeys
from nbtf.feature_column.model_layers import DenseFeatures
from nbtf.graph.scopes import name_scope
from nbtf.initializers.scaling import GlorotUniform
from nbtf.layers.core import Dense
from nbtf.layers.core import dropout as dropped
from nbtf.layers.normalization import BatchNormalization
from nbtf.nn.fractions import zero_fraction
from nbtf.summary.summaries import histogram, scalar
from nbtf.variables.scoping import variable_scope

_MOMENTUM = 0.999


def dnn_logit_fn_builder(
    units: int,
    hidden_units: Sequence[int],
    feature_columns: Iterable[Any],
    activation_fn: Callable[[Any], Any],
    dropout: float | None,
    input_layer_partitioner: Any,
    batch_norm: bool,
) -> Callable[[Any, str], Any]:
    """A function (features, mode) that gives logits [batch, units].

    hidden_units: of each layer. dropout: the probability that a unit is dropped in training. batch_norm: whether each
    hidden layer is normalized. Raises ValueError for units that are no integer.
    """
    if not isinstance(units, int):
        raise ValueError(f"units must be an int.  Given type: {type(units)}")

    def dnn_logit_fn(features: Any, mode: str) -> Any:
        training = mode == ModeKeys.TRAIN
        with variable_scope("input_from_feature_columns", partitioner=input_layer_partitioner):
            net = DenseFeatures(feature_columns, name="input_layer")(features)
        for i, count in enumerate(hidden_units):
            with variable_scope(f"hiddenlayer_{i}", use_resource=True) as scope:
                net = _dense(net, count, activation_fn, scope)
            if dropout is not None and training:
                net = dropped(net, rate=dropout, training=True)
            if batch_norm:
                with variable_scope(scope, auxiliary_name_scope=False), name_scope(scope.original_name_scope):
                    net = _normalized(net, f"batchnorm_{i}", training)
            summarize_layer(net, scope.name)
        with variable_scope("logits", use_resource=True) as scope:
            logits = _dense(net, units, None, scope)
        summarize_layer(logits, scope.name)
        return logits

    return dnn_logit_fn


def _dense(net: Any, units: int, activation: Any, scope: Any) -> Any:
    layer = Dense(units, activation=activation, kernel_initializer=GlorotUniform(), name=scope.name, _scope=scope)
    return layer(net)


def _normalized(net: Any, name: str, training: bool) -> Any:
    return BatchNormalization(momentum=_MOMENTUM, trainable=True, name=name, _scope=name)(net, training=training)


def summarize_layer(value: Any, tag: str) -> None:
    """Summaries of a layer's output."""
    scalar(f"{tag}/fraction_of_zero_values", zero_fraction(value))
    histogram(f"{tag}/activation", value)
