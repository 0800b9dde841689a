"""tf.nn: grayscale dilation and erosion."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope


def dilation2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """max over windows of input + filter: [N, H, W, C] and filter [h, w, C] -> [N, H', W', C]."""
    filter = renamed("filters", filters, "filter", filter)
    rates = renamed("dilations", dilations, "rates", rates)
    return raw.Dilation2D(input, filter, strides, rates, padding, name=name)


def erosion2d(value: Any, kernel: Any, strides: Any, rates: Any, padding: Any, name: str | None = None) -> Any:
    """min over windows of value - kernel, turned around: [N, H, W, C] and kernel [h, w, C] -> [N, H', W', C]."""
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        dilated = raw.Dilation2D(raw.Neg(value), raw.ReverseV2(kernel, [0, 1]), strides, rates, padding, name=scope)
        return raw.Neg(dilated)
