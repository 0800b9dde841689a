"""Powers by small whole numbers as products: x**2 and x**3, which TensorFlow's own rewriter makes of them too, and 1/x.

A general power takes ten times as long. x**3 is rounded twice, so its last bit may differ; special values do not.
"""

from __future__ import annotations

from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.known import known_elements
from nbtf.compiler.remove_no_ops import fits_into

_SINGLE = {2.0: "Square", -1.0: "Reciprocal"}


def simplify_powers(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes, with such a Pow as Square, Square and Mul, or Reciprocal."""
    result: list[Node] = []
    for node in nodes:
        exponent = _exponent(node)
        if exponent is None:
            result.append(node)
            continue
        x = node.inputs[0]
        if exponent == 3.0:
            square = new_node("Square", node, [x], [(x.dtype, x.shape)], "/square", T=x.dtype)
            square.controls = list(node.controls)
            result.append(square)
            _become(node, "Mul", [square.outputs[0], x])
        else:
            _become(node, _SINGLE[exponent], [x])
        result.append(node)
    return result


def _exponent(node: Node) -> float | None:
    """The exponent that all elements share, if there is a shorter way to compute this power of floats."""
    if node.op_type != "Pow" or not node.outputs[0].dtype.is_floating:
        return None
    x, y = node.inputs
    exponents = known_elements(y)
    if exponents is None or exponents.size != 1 or not fits_into(y, x):
        return None
    exponent = float(exponents.reshape(-1)[0])
    return exponent if exponent in (*_SINGLE, 3.0) else None


def _become(node: Node, op_type: str, inputs: list[Value]) -> None:
    made = new_node(op_type, node, inputs, [], T=node.outputs[0].dtype)
    node.take_op_of(made)
    node.inputs = made.inputs
