"""Logits of linear models: a weighted sum of columns, and summaries that tell of its weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nbtf import dtypes
from nbtf.array.moving import identity
from nbtf.array.shapes import size
from nbtf.control_flow.branching import cond
from nbtf.feature_column.model_layers import LinearModel
from nbtf.graph.conversion import constant
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import equal
from nbtf.math.reductions import add_n
from nbtf.nn.fractions import zero_fraction
from nbtf.summary.summaries import histogram, scalar
from nbtf.variables.partitioned import PartitionedVariable

LogitFn = Callable[[Any], Any]


def linear_logit_fn_builder(units: int, feature_columns: Iterable[Any], sparse_combiner: str = "sum") -> LogitFn:
    """A function of features that gives logits [batch, units]. sparse_combiner: "sum", "mean" or "sqrtn"."""

    def linear_logit_fn(features: Any) -> Any:
        model = LinearModel(feature_columns, units=units, sparse_combiner=sparse_combiner, name="linear_model")
        logits = model(features)
        bias = list(model.bias) if isinstance(model.bias, PartitionedVariable) else [model.bias]
        if units > 1:
            histogram("bias", bias)
        else:
            scalar("bias", bias[0][0])
        scalar("fraction_of_zero_weights", _fraction_of_zero(model.variables[: -len(bias)]))
        return logits

    return linear_logit_fn


def _fraction_of_zero(variables: list[Any]) -> Any:
    """Of all elements; 64-bit sizes, for models may have more than 2**31."""
    with name_scope("zero_fraction"):
        with name_scope("total_size"):
            sizes = [size(variable, out_type=dtypes.int64) for variable in variables]
            total_size = add_n(sizes)
        with name_scope("total_zero"):
            total_zero = add_n([_zeros_of(variable, count) for variable, count in zip(variables, sizes, strict=True)])
        with name_scope("compute"):
            fraction = total_zero / cast(total_size, dtypes.float32, name="float32_size")
        return identity(fraction, name="zero_fraction_or_nan")


def _zeros_of(variable: Any, count: Any) -> Any:
    return cond(
        equal(count, constant(0, dtype=dtypes.int64)),
        true_fn=lambda: constant(0, dtype=dtypes.float32),
        false_fn=lambda: zero_fraction(variable) * cast(count, dtypes.float32),
        name="zero_count",
    )
