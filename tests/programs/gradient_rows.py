"""Programs of gradients as tables: a row is one op with its operands, its gradients and their gradients.

    ROWS = [Row("Mul", x=X, y=Y), Row("Mul", x=X, y=Y, known=False)]
    build = gradients_of(ROWS)

Float operands are what is differentiated by; their shapes are known to the graph, or none of their dims is. The gradient
of each output is the output itself: ones would hide much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class Row:
    """op: its type, or the name of a function of tf that adds it. arguments: operands (arrays, lists of arrays) and attributes, as the signature names them."""

    op: str
    arguments: dict[str, Any]
    known: bool = True
    """Whether the graph knows the operands' shapes."""
    second: bool = True
    """Whether the gradients are differentiated again."""
    outputs: Sequence[int] | None = None
    """Which outputs the gradient is taken of; all float ones by default."""
    by: Sequence[str] | None = None
    """Names of the operands to differentiate by; all float ones by default."""
    label: str = field(default="")

    def __init__(
        self,
        op: str,
        /,
        *,
        known: bool = True,
        second: bool = True,
        outputs: Any = None,
        by: Any = None,
        label: str = "",
        **arguments: Any,
    ) -> None:
        self.op, self.arguments, self.known, self.second = op, arguments, known, second
        self.outputs, self.by, self.label = outputs, by, label


def gradients_of(rows: Sequence[Row]) -> Callable[[Any], dict[str, Any]]:
    """A program's build function."""

    def build(tf: Any) -> dict[str, Any]:
        fetches: dict[str, Any] = {}
        for i, row in enumerate(rows):
            with tf.name_scope(f"{i}_{row.op}{'' if row.known else '_unknown'}{row.label}") as scope:
                _add(tf, row, scope.rstrip("/"), fetches)
        return fetches

    return build


def _add(tf: Any, row: Row, label: str, fetches: dict[str, Any]) -> None:
    sources: list[Any] = []
    arguments = {name: _operand(tf, row, name, value, sources) for name, value in row.arguments.items()}
    function = getattr(tf, row.op, None) or getattr(tf.raw_ops, row.op)
    result = function(**arguments, name="z")
    outputs = _flat(result)
    if row.outputs is not None:
        outputs = [outputs[i] for i in row.outputs]
    outputs = [output for output in outputs if output.dtype.is_floating or output.dtype.is_complex]
    first = _differentiate(tf, outputs, sources, f"{label}/first", fetches)
    if row.second and first:
        _differentiate(tf, first, sources, f"{label}/second", fetches)


def _operand(tf: Any, row: Row, name: str, value: Any, sources: list[Any]) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        return [_operand(tf, row, f"{name}{i}", item, sources) for i, item in enumerate(value)]
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    value = np.asarray(value)
    if value.dtype.kind not in "fc" or (row.by is not None and name not in row.by):
        return tf.constant(value, name=name)
    if row.known:
        tensor = tf.constant(value, name=name)
    else:
        tensor = tf.placeholder_with_default(value, [None] * value.ndim, name=name)
    sources.append(tensor)
    return tensor


def _flat(result: Any) -> list[Any]:
    if isinstance(result, (list, tuple)):
        return [tensor for item in result for tensor in _flat(item)]
    return [result]


def _differentiate(tf: Any, ys: list[Any], xs: list[Any], label: str, fetches: dict[str, Any]) -> list[Any]:
    """The gradients that there are, as tensors; which ones, the names of the fetches tell."""
    found = tf.gradients(ys, xs, grad_ys=ys, name=label.rpartition("/")[2])
    dense = [(i, tf.convert_to_tensor(one)) for i, one in enumerate(found) if one is not None]
    fetches.update({f"{label}/{i}": one for i, one in dense})
    return [one for _, one in dense]
