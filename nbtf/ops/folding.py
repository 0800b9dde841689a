"""What the compiler puts before other ops: scales and shifts put into weights, and weights packed.

Of constants it is computed once a session; what enters a loop is packed in every run, before the loop.

No graph may name these ops.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtf.graph.registry import op
from nbtf.native.aligned import Allocate
from nbtf.shapes import check

Array = np.ndarray[Any, Any]


def _normalization(operands: Sequence[Array], epsilon: float) -> tuple[Array, Array]:
    scale, offset, mean, variance = operands
    factor = scale / np.sqrt(variance + epsilon)
    return factor, offset - mean * factor


_STEPS: dict[str, Callable[[Array], tuple[Any, Any]]] = {
    "multiply": lambda number: (number, 0.0),
    "divide": lambda number: (1 / number, 0.0),
    "add": lambda number: (1.0, number),
    "subtract": lambda number: (1.0, -number),
    "subtract from": lambda number: (-1.0, number),
}
"""Step -> what it multiplies with, and what it adds."""


@op("_ComposedScale")
class ComposedScale:
    """Steps behind a product x, each by constants for every channel, as x factor + shift: both [columns].

    steps: "multiply", "divide", "add", "subtract", "subtract from" with one operand of 1 or `columns` elements, or
    "normalize" with scale, offset, mean and variance, and one of `epsilons` a step. Refuses what is not finite: a product
    that is 0 would no longer be.
    """

    def fold(attrs: Any, allocate: Allocate, *operands: Array) -> tuple[Array, Array]:
        factor, shift = np.ones(attrs.columns), np.zeros(attrs.columns)
        given = iter(operand.astype(np.float64).reshape(-1) for operand in operands)
        with np.errstate(all="ignore"):
            for step, epsilon in zip(attrs.steps, attrs.epsilons, strict=True):
                if step == "normalize":
                    times, plus = _normalization([next(given) for _ in range(4)], epsilon)
                else:
                    times, plus = _STEPS[step](next(given))
                factor, shift = factor * times, shift * times + plus
            results = factor.astype(operands[0].dtype), shift.astype(operands[0].dtype)
        check(all(np.isfinite(result).all() for result in results), "the scale or shift of a channel is not finite")
        return results


@op("_ScaledWeights")
class ScaledWeights:
    """weights times the factor [columns] of the column that each belongs to, which `axes` tells: "last", "first", "last two"."""

    def fold(attrs: Any, allocate: Allocate, weights: Array, factor: Array) -> Array:
        if attrs.axes == "first":
            factor = factor[:, None]
        elif attrs.axes == "last two":
            factor = factor.reshape(weights.shape[2:])
        with np.errstate(all="ignore"):
            scaled = np.multiply(weights, factor, out=allocate(weights.shape, weights.dtype))
        check(bool(np.isfinite(scaled).all()), "a weight is not finite")
        return scaled


@op("_PackMatrix")
class PackMatrix:
    """b [..., N], or transposed [N, K], as panels a cache line wide: [groups * panels, K, line], zeros behind each group.

    line: elements of 64 bytes. groups: of columns, each in panels of its own. Constants are packed without a kernel, which
    would have to be compiled for that alone.
    """

    kernel = "pack_matrix_op"

    def shape(b, transposed, groups, line):
        check(len(b) >= 2 and groups > 0 and line > 0, "no matrix of weights: {}", b)
        columns = (b[0] if transposed else b[len(b) - 1]) // groups
        depth = b[1] if transposed else 1
        for i in range(0 if transposed else len(b) - 1):
            depth *= b[i]
        return (groups * ((columns + line - 1) // line), depth, line)

    def fold(attrs: Any, allocate: Allocate, b: Array) -> Array:
        rows = b.T if attrs.transposed else b.reshape(-1, b.shape[-1])
        depth, line, share = rows.shape[0], attrs.line, rows.shape[1] // attrs.groups
        full, rest = divmod(share, line)
        panels = allocate((attrs.groups, full + (rest > 0), depth, line), b.dtype)
        for group, target in enumerate(panels):
            columns = rows[:, group * share : (group + 1) * share]
            _write_panels(columns[:, : full * line], target[:full])
            if rest:
                target[full, :, :rest] = columns[:, full * line :]
                target[full, :, rest:] = 0
        return panels.reshape(-1, depth, line)


def _write_panels(columns: Array, panels: Array) -> None:
    """Columns [K, panels * line] as panels [panels, K, line]."""
    count, depth, line = panels.shape
    if columns.strides[1] == columns.itemsize:  # a line is one item: three times as fast
        item = f"V{line * columns.itemsize}"
        panels.view(item)[..., 0] = columns.view(item).T
    else:
        panels[...] = columns.T.reshape(count, line, depth).swapaxes(1, 2)
