"""switch_case: one of several functions, chosen by an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.control_flow.functional_branching import Branch, check_results
from nbtf.graph import branch_calls, scopes
from nbtf.graph.tensor import Tensor


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: str = "switch_case"
) -> Any:
    """What branch_fns[branch_index]() returns; default(), or the last function, where the index is out of range.

    branch_index: an int32 scalar. branch_fns: a list of functions, a dict or pairs of indices from 0 on and functions,
    which return the same structure of tensors of the same dtypes.
    Raises TypeError and ValueError for an index that is no integer tensor, gaps among the indices, what cannot be
    called, and results that do not match.
    """
    functions = _checked_functions(branch_fns, default, branch_index)
    with scopes.name_scope(name, "switch_case", [branch_index]), scopes.name_scope("indexed_case") as scope:
        bodies = [Branch(f"{scope}branch{i}", function) for i, function in enumerate(functions)]
        check_results(bodies, [f"branches[{i}]" for i in range(len(bodies))], "tf.switch_case")
        arguments = [body.arguments() for body in bodies]
        results = branch_calls.branches("Case", branch_index, bodies, arguments, name=scope)
    packed = bodies[0].packed(results)
    return packed[0] if isinstance(packed, (list, tuple)) and len(packed) == 1 else packed


def _checked_functions(branch_fns: Any, default: Any, branch_index: Any) -> list[Callable[[], Any]]:
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype}")
    if not isinstance(branch_fns, (list, tuple, Mapping)):
        raise TypeError(f"'branch_fns' must be a list, tuple, or dict. Received: {type(branch_fns)}")
    pairs = _pairs(branch_fns)
    if not pairs:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    for key, function in pairs:
        if not callable(function):
            raise TypeError(f"fn for key {key} must be callable.")
        if not isinstance(key, int):
            raise TypeError(f"key must be a Python `int`, got {type(key)}")
    if default is not None and not callable(default):
        raise TypeError("Argument `default` must be callable.")
    indices = [key for key, _ in pairs]
    if sorted(indices) != list(range(len(indices))):
        found = ",".join(str(key) for key in sorted(indices))
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(indices)}) but found {{{found}}}"
        )
    functions = [function for _, function in sorted(pairs, key=lambda pair: pair[0])]
    return functions if default is None else [*functions, default]


def _pairs(branch_fns: Any) -> list[tuple[Any, Any]]:
    if isinstance(branch_fns, Mapping):
        return list(branch_fns.items())
    if all(callable(function) for function in branch_fns):
        return list(enumerate(branch_fns))
    for pair in branch_fns:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {pair}.")
    return list(branch_fns)
