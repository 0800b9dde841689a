"""tf.metrics: areas under curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.filling import ones_like
from nbtf.array.indexing import where
from nbtf.graph.raw_ops import raw
from nbtf.math.operands import div_no_nan, divide
from nbtf.math.reductions import reduce_sum
from nbtf.metrics.state import finished
from nbtf.metrics.thresholds import COUNTS, SMALL, confusions, spread
from nbtf.variables.scoping import variable_scope

TINY = 1.0e-6


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Sequence[float] | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the area under the ROC curve (or "PR": precision by recall), from counts at thresholds.

    thresholds: in (0, 1), instead of num_thresholds evenly spread ones. summation_method: "trapezoidal", "minoring",
    "majoring" or "careful_interpolation", for which counts change linearly between two thresholds. Raises ValueError for another curve, method or thresholds.
    """
    with variable_scope(name, "auc", [labels, predictions, weights]):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"Curve must be either ROC or PR. Curve {curve} is unknown.")
        if summation_method not in _HEIGHTS:
            raise ValueError(
                f"Invalid summation_method: {summation_method} summation_method should be 'trapezoidal', "
                "'careful_interpolation', 'minoring', or 'majoring'."
            )
        if thresholds is None:
            if num_thresholds <= 1:
                raise ValueError(f"Argument `num_thresholds` must be > 1. Received: num_thresholds={num_thresholds}")
            limits = spread(num_thresholds)
        else:
            if any(not 0 <= one <= 1 for one in thresholds):
                raise ValueError("Thresholds must be in [0, 1].")
            limits = [0.0 - SMALL, *sorted(thresholds), 1.0 + SMALL]
        values, updates = confusions(labels, predictions, limits, weights, list(COUNTS))
        value = _area(values, curve, summation_method, len(limits), "value")
        update = _area(updates, curve, summation_method, len(limits), "update_op")
        return finished(value, update, metrics_collections, updates_collections)


_HEIGHTS = {
    "careful_interpolation": lambda left, right: (left + right) / 2.0,  # of the ROC curve
    "trapezoidal": lambda left, right: (left + right) / 2.0,
    "minoring": lambda left, right: raw.Minimum(left, right),
    "majoring": lambda left, right: raw.Maximum(left, right),
}


def _area(counts: dict[str, Any], curve: str, method: str, points: int, name: str) -> Any:
    if curve == "PR" and method == "careful_interpolation":
        return _interpolated_area(counts["tp"], counts["fn"], counts["fp"], points)
    tp, fn, tn, fp = (counts[key] for key in COUNTS)
    recall = divide(tp + TINY, tp + fn + TINY)
    if curve == "ROC":
        x, y = divide(fp, fp + tn + TINY), recall
    else:
        x, y = recall, divide(tp + TINY, tp + fp + TINY)
    widths = x[: points - 1] - x[1:]
    heights = _HEIGHTS[method](y[: points - 1], y[1:])
    return reduce_sum(raw.Mul(widths, heights), name=name)


def _interpolated_area(tp: Any, fn: Any, fp: Any, points: int) -> Any:
    """The area under precision by recall if true positives grow linearly with all positives between two thresholds."""
    tp_change = tp[: points - 1] - tp[1:]
    positive = tp + fp
    slope = div_no_nan(tp_change, raw.Maximum(positive[: points - 1] - positive[1:], 0), name="prec_slope")
    intercept = tp[1:] - raw.Mul(slope, positive[1:])
    both = raw.LogicalAnd(positive[: points - 1] > 0, positive[1:] > 0)
    ratio = div_no_nan(positive[: points - 1], raw.Maximum(positive[1:], 0), name="recall_relative_ratio")
    ratio = where(both, ratio, ones_like(positive[1:]))
    grown = slope * (tp_change + intercept * raw.Log(ratio))
    true = raw.Maximum(tp[1:] + fn[1:], 0)
    return reduce_sum(div_no_nan(grown, true, name="pr_auc_increment"), name="interpolate_pr_auc")
