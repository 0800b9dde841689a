"""tf.metrics: areas under curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.graph.raw_ops import raw
from nbtf.math.operands import divide
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

    thresholds: in (0, 1), instead of num_thresholds evenly spread ones. summation_method: "trapezoidal", "minoring" or
    "majoring". Raises ValueError for another curve, method or thresholds.
    """
    with variable_scope(name, "auc", [labels, predictions, weights]):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"Curve must be either ROC or PR. Curve {curve} is unknown.")
        if summation_method not in _HEIGHTS:
            raise ValueError(f"Invalid summation_method: {summation_method}")
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
    "trapezoidal": lambda left, right: (left + right) / 2.0,
    "minoring": lambda left, right: raw.Minimum(left, right),
    "majoring": lambda left, right: raw.Maximum(left, right),
}


def _area(counts: dict[str, Any], curve: str, method: str, points: int, name: str) -> Any:
    tp, fn, tn, fp = (counts[key] for key in COUNTS)
    recall = divide(tp + TINY, tp + fn + TINY)
    if curve == "ROC":
        x, y = divide(fp, fp + tn + TINY), recall
    else:
        x, y = recall, divide(tp + TINY, tp + fp + TINY)
    widths = x[: points - 1] - x[1:]
    heights = _HEIGHTS[method](y[: points - 1], y[1:])
    return reduce_sum(raw.Mul(widths, heights), name=name)
