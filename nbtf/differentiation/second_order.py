"""Second derivatives."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape, size
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.graph.conversion import constant
from nbtf.graph.gradient_walk import gradients


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list[Any]:
    """Second derivatives of the sum of `ys` by each of `xs`: for x of shape [...] a tensor [..., ...].

    A loop takes the gradient of each element of the gradient. The other arguments are those of `gradients`.
    """
    xs = list(xs) if isinstance(xs, (list, tuple)) else [xs]
    options: dict[str, Any] = {
        "colocate_gradients_with_ops": colocate_gradients_with_ops,
        "gate_gradients": gate_gradients,
        "aggregation_method": aggregation_method,
    }
    first = gradients(ys, xs, **options)
    return [_hessian(gradient, x, options) for gradient, x in zip(first, xs, strict=True)]


def _hessian(gradient: Any, x: Any, options: dict[str, Any]) -> Any:
    gradient = reshape(gradient, [-1])
    count = size(x)
    start = [constant(0, dtypes.int32), TensorArray(x.dtype, count)]
    _, rows = while_loop(
        lambda j, _: j < count,
        lambda j, rows: (j + 1, rows.write(j, gradients(gradient[j], x, **options)[0])),
        start,
    )
    own = shape(x)
    return reshape(rows.stack(), concat((own, own), 0))
