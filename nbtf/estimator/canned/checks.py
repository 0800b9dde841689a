"""Logits, labels and weights of heads: brought to one rank, and checked before and during a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.moving import identity
from nbtf.array.shapes import expand_dims, shape
from nbtf.control_flow.assertion import assert_v1
from nbtf.debugging.comparisons import assert_equal, assert_less_equal, assert_non_negative
from nbtf.debugging.static_checks import assert_rank_at_least
from nbtf.dtypes import float32
from nbtf.feature_column.numeric import NumericColumn, numeric_column
from nbtf.feature_column.transformation import TransformationCache
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.casting import cast
from nbtf.math.operands import equal
from nbtf.math.reductions import reduce_all, reduce_any


def checked_logits(logits: Any, dimension: int) -> Any:
    """Logits as float32 [D0 ... DN, dimension]. Raises ValueError for another last dim."""
    with name_scope(None, "logits", [logits]):
        logits = cast(logits, float32)
        message = f"logits shape must be [D0, D1, ... DN, {dimension}]"
        check = assert_rank_at_least(logits, 2, data=[shape(logits)], message=message)
        with control_dependencies([check]):
            dims = logits.shape
            if dims.ndims is not None and dims.as_list()[-1] is not None:
                if dims.as_list()[-1] != dimension:
                    raise ValueError(
                        f"logits shape must be [D0, D1, ... DN, logits_dimension={dimension}], got {dims}."
                    )
                return logits
            last = assert_equal(dimension, shape(logits)[-1], data=[shape(logits)], message=message)
            with control_dependencies([last]):
                return identity(logits)


def checked_labels(labels: Any, logits: Any, dimension: int) -> Any:
    """Labels [D0 ... DN, dimension]; the last dim may be missing where it is 1.

    Raises ValueError for none, for sparse ones and for other shapes.
    """
    if labels is None:
        raise ValueError(
            "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: Check that your data contain "
            "your label feature. Check that your input_fn properly parses and returns labels."
        )
    with name_scope(None, "labels", [labels, logits]) as scope:
        if isinstance(labels, SparseTensor):
            raise ValueError("SparseTensor labels are not supported. Labels must be a Tensor of shape "
                             f"[D0, D1, ..., DN, {dimension}], e.g. [batch_size, {dimension}].")  # fmt: skip
        labels = convert_to_tensor(labels)
        ranks = labels.shape.ndims, logits.shape.ndims
        if None not in ranks and ranks[0] == ranks[1] - 1:
            labels = expand_dims(labels, -1)
        labels_shape, logits_shape = shape(labels), shape(logits)
        message = (
            f"labels shape must be [D0, D1, ... DN, {dimension}]. Suggested Fix: check your n_classes argument to the "
            "estimator and/or the shape of your label."
        )
        with control_dependencies([assert_rank_at_least(labels, 2, message=message)]):
            dims = labels.shape
            if dims.ndims is not None and dims.as_list()[-1] not in (None, dimension):
                raise ValueError(
                    f"Mismatched label shape. Expected labels dimension={dimension}.  Received {dims.as_list()[-1]}. Suggested "
                    "Fix:If your classifier expects one-hot encoding label,check your n_classes argument to the estimator "
                    "and/or the shape of your label. Otherwise, check the shape of your label."
                )
            expected = concat([logits_shape[:-1], [dimension]], axis=0)
            data = ["expected_labels_shape: ", expected, "labels_shape: ", labels_shape]
            with control_dependencies([assert_equal(expected, labels_shape, message=message, data=data)]):
                return identity(labels, name=scope)


def weights_of(features: Mapping[str, Any], weight_column: Any, logits: Any, per_logit: bool = False) -> Any:
    """Weights [D0 ... DN, 1] from a feature, 1.0 where weight_column is None.

    per_logit: they may also be [D0 ... DN, logits]. Raises ValueError where there is no such feature.
    """
    if weight_column is None:
        return 1.0
    with name_scope(None, "weights", [*features.values(), logits]) as scope:
        weights = _dense_feature(features, weight_column)
        weights = cast(weights, float32, name="weights")
        weights_shape, logits_shape = shape(weights, name="weights_shape"), shape(logits, name="logits_shape")
        expected = concat([logits_shape[:-1], [1]], axis=0)
        data = ["logits_shape: ", logits_shape, "weights_shape: ", weights_shape]
        if per_logit:
            message = (
                "weights shape must be [D0, D1, ... DN], [D0, D1, ... DN, 1] or [D0, D1, ... DN, logits_dimension]"
            )
            fits = reduce_any(
                [reduce_all(equal(logits_shape, weights_shape)), reduce_all(equal(expected, weights_shape))]
            )
            check = assert_v1(fits, [message, *data])
        else:
            message = "weights shape must be [D0, D1, ... DN] or [D0, D1, ... DN, 1]"
            check = assert_equal(expected, weights_shape, message=message, data=data)
        with control_dependencies([check]):
            return identity(weights, name=scope)


def _dense_feature(features: Mapping[str, Any], weight_column: Any) -> Any:
    column = numeric_column(weight_column) if isinstance(weight_column, str) else weight_column
    if not isinstance(column, NumericColumn):
        raise TypeError(
            f"Weight column must be either a string or a numeric column. Given type: {type(weight_column)}."
        )
    return column.get_dense_tensor(TransformationCache(features), None)


def in_range(labels: Any, n_classes: int) -> Any:
    """Labels that a run checks: 0 ... n_classes - 1."""
    with name_scope(None, "assert_range", [labels]):
        most = convert_to_tensor(n_classes - 1, dtype=labels.dtype)
        below = assert_less_equal(labels, most, message="Labels must <= n_classes - 1")
        above = assert_non_negative(labels, message="Labels must >= 0")
        with control_dependencies([below, above]):
            return identity(labels)
