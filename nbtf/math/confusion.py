"""Counts of predicted classes by true class, and bins of a histogram: functions that check their input as they run."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones_like
from nbtf.array.joining import stack
from nbtf.array.shapes import rank, reshape, shape, squeeze
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.branching import cond
from nbtf.debugging.comparisons import assert_less, assert_non_negative
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.clipping import clip_by_value
from nbtf.math.operands import truediv
from nbtf.math.reductions import reduce_max
from nbtf.shapes import UNKNOWN


def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Any, Any]:
    """Labels and predictions without a last dim of 1 that only one of them has.

    expected_rank_diff: how many dims more the predictions have anyway.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
        if predictions.dims is not None and labels.dims is not None:
            difference = len(predictions.dims) - len(labels.dims)
            if difference == expected_rank_diff + 1 and predictions.dims[-1] in (1, UNKNOWN):
                predictions = squeeze(predictions, [-1])
            elif difference == expected_rank_diff - 1 and labels.dims[-1] in (1, UNKNOWN):
                labels = squeeze(labels, [-1])
            return labels, predictions
        found = rank(predictions) - rank(labels)
        predictions = _squeezed_if(predictions, expected_rank_diff + 1, found)
        labels = _squeezed_if(labels, expected_rank_diff - 1, found)
        return labels, predictions


def _squeezed_if(tensor: Tensor, wanted: int, difference: Tensor) -> Any:
    if tensor.dims is not None and (not tensor.dims or tensor.dims[-1] not in (1, UNKNOWN)):
        return tensor
    return cond(raw.Equal(wanted, difference), lambda: squeeze(tensor, [-1]), lambda: tensor)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    weights: Any = None,
) -> Any:
    """How often each class was predicted for each true class, or the sums of weights: [num_classes, num_classes].

    num_classes: the largest class and one if None. A run refuses classes that are negative or too large.
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        labels, predictions = remove_squeezable_dimensions(
            convert_to_tensor(labels, name="labels"), convert_to_tensor(predictions, name="predictions")
        )
        predictions, labels = cast(predictions, dtypes.int64), cast(labels, dtypes.int64)
        labels = _non_negative(labels, "`labels`")
        predictions = _non_negative(predictions, "`predictions`")
        if num_classes is None:
            num_classes = raw.Maximum(reduce_max(predictions), reduce_max(labels)) + 1
        else:
            limit = cast(num_classes, dtypes.int64)
            labels = after([assert_less(labels, limit, message="`labels` out of bound")], labels)
            check = assert_less(predictions, limit, message="`predictions` out of bound")
            predictions = after([check], predictions)
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
            predictions.shape.assert_is_compatible_with(weights.shape)
            weights = cast(weights, dtype)
        size = stack([num_classes, num_classes])
        places = stack([labels, predictions], axis=1)
        counts = ones_like(predictions, dtype) if weights is None else weights
        return raw.ScatterNd(places, counts, cast(size, dtypes.int64))


def _non_negative(classes: Tensor, what: str) -> Any:
    check = assert_non_negative(classes, message=f"{what} contains negative values")
    return after([check], classes)


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> Any:
    """Which of `nbins` equal parts of value_range [2] each value lies in; what lies outside counts at the ends."""
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        values_shape = shape(values)
        values = reshape(values, [-1])
        value_range = convert_to_tensor(value_range, name="value_range")
        nbins = convert_to_tensor(nbins, dtypes.int32, "nbins")
        check = assert_v1(nbins > 0, [f"nbins {nbins} must > 0"])
        count = cast(after([check], nbins), values.dtype)
        scaled = truediv(values - value_range[0], value_range[1] - value_range[0], name="scaled_values")
        bins = raw.Floor(count * scaled, name="indices")
        return reshape(cast(clip_by_value(bins, 0, count - 1), dtypes.int32), values_shape)
