"""Running sums and products, counts and histograms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape, size
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_max


def _running(op: OpFunction, default_name: str, name: str, meaning: str) -> Callable[..., Any]:
    def run(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Any:
        with name_scope(name, default_name, [x]) as scope:
            x = convert_to_tensor(x, name="x")
            return op(x, axis, exclusive=exclusive, reverse=reverse, name=scope)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"{meaning} up to each element of `axis`; exclusive: without itself; reverse: from the end."
    return run


cumsum = _running(raw.Cumsum, "Cumsum", "cumsum", "The sum")
cumprod = _running(raw.Cumprod, "Cumprod", "cumprod", "The product")
cumulative_logsumexp = _running(
    raw.CumulativeLogsumexp, "CumulativeLogsumexp", "cumulative_logsumexp", "log(sum(exp(x)))"
)


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Any:
    """How often each non-negative integer is in `arr`, or the sum of its weights: a vector as long as max(arr) + 1.

    minlength, maxlength: bounds of that length; what does not fit is left out. dtype: of the result without weights.
    """
    with name_scope("bincount" if name is None else name):
        arr = convert_to_tensor(arr, name="arr")
        if weights is not None:
            weights = convert_to_tensor(weights, name="weights")
        length = cast(size(arr) > 0, dtypes.int32) * (reduce_max(arr) + 1)
        if minlength is not None:
            length = raw.Maximum(convert_to_tensor(minlength, dtypes.int32, "minlength"), length)
        if maxlength is not None:
            length = raw.Minimum(convert_to_tensor(maxlength, dtypes.int32, "maxlength"), length)
        if weights is not None:
            weights = reshape(weights, [-1])
            arr = reshape(arr, [-1])
        else:
            arr = reshape(arr, [-1])
            weights = constant([], dtype)
        return raw.DenseBincount(arr, length, weights, binary_output=False)


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> Any:
    """How many values lie in each of `nbins` equal parts of value_range [2]; what lies outside counts at the ends."""
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return raw.HistogramFixedWidth(values, value_range, nbins, dtype=dtype, name=scope)
