"""What may be computed once instead of twice, at another time, or not at all."""

from __future__ import annotations

from collections.abc import Hashable
from types import SimpleNamespace
from typing import Any

from nbtf import dtypes
from nbtf.compiler.ir import Node, Value

_LEADING_ELSEWHERE = frozenset([dtypes.resource, dtypes.variant])


def is_pure(node: Node) -> bool:
    """Whether the outputs depend on inputs and attributes alone, and nothing but the outputs tells that the node ran.

    An op without inputs is not: what it gives comes from elsewhere, or there is nothing to gain.
    """
    block, definition = node.block, node.definition
    if block is None or not node.inputs or block.stateful or (definition is not None and definition.is_stateful):
        return False
    if block.variables or block.keeps or block.writes or block.resource or block.begin or block.instruction:
        return False
    if not (block.kernel or block.rule or block.shares or block.host or block.fold or block.alias is not None):
        return False
    return not any(leads_elsewhere(value) for value in (*node.inputs, *node.outputs))


def leads_elsewhere(value: Value) -> bool:
    """Whether the elements are handles of what lies in a session or a run."""
    return value.is_handle or value.dtype in _LEADING_ELSEWHERE


def attributes(node: Node) -> dict[str, Any]:
    """Every attribute that the signature names, defaults included; all there are where the op has no signature.

    A node that the compiler made may lack those that only say what its inputs are.
    """
    if node.definition is None:
        return dict(vars(node.attrs))
    names = [name for name in node.definition.attrs if hasattr(node.attrs, name)]
    return {name: getattr(node.attrs, name) for name in names}


def attributes_key(node: Node) -> Hashable:
    """Equal for nodes of one op with equal attributes."""
    return tuple((name, _comparable(value)) for name, value in sorted(attributes(node).items()))


def change_attributes(node: Node, **changes: Any) -> None:
    """Gives the node other attributes; those of the operation that it came from stay as they are."""
    node.attrs = SimpleNamespace(**{**attributes(node), **changes})


def _comparable(value: Any) -> Hashable:
    """Floats by their digits, which tell 0 from -0 and let NaN equal itself."""
    if hasattr(value, "SerializeToString"):
        serialized: bytes = value.SerializeToString(deterministic=True)
        return serialized
    return repr(value)
