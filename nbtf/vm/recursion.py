"""Functions that call themselves: each inner call runs a program of its own, made once a session and function."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from nbtf.compiler.ir import Node
from nbtf.compiler.optimize import enabled_passes
from nbtf.compiler.pipeline import compile_call
from nbtf.errors import ResourceExhaustedError
from nbtf.vm.executable import load
from nbtf.vm.resources import Resources

MAX_DEPTH = 120
_depth = threading.local()


def run(node: Node, resources: Resources, inputs: Sequence[Any]) -> list[Any]:
    """The outputs of a `_RecursiveCall`. Raises ResourceExhaustedError where calls nest deeper than MAX_DEPTH."""
    depth = getattr(_depth, "value", 0)
    if depth >= MAX_DEPTH:
        raise ResourceExhaustedError(
            None,
            node.origin,
            f"{node.attrs.call.op_type} '{node.name}': functions call each other deeper than {MAX_DEPTH}",
        )
    executable = resources.find_program(
        _key(node),
        lambda: load(
            lambda passes: compile_call(node.attrs.graph, node.attrs.call, passes), enabled_passes(), resources
        ),
    )
    _depth.value = depth + 1
    try:
        results: list[Any] = executable.run(list(inputs))
    finally:
        _depth.value = depth
    return results


def _key(node: Node) -> tuple[Any, ...]:
    """Calls of the same functions with the same dtypes share a program."""
    call = node.attrs.call
    names = [
        str(getattr(call.attrs, name, "")) for name in ("f", "then_branch", "else_branch", "cond", "body", "branches")
    ]
    return (call.op_type, *names, *(value.dtype for value in call.inputs))
