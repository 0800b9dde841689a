"""switch_case: one of several functions, chosen by an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import nest
from nbtf.graph import function_calls, scopes
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.raw_ops import raw
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
        graph = get_default_graph()
        bodies = []
        for i, function in enumerate(functions):
            body = FuncGraph(function_calls.unique_function_name(graph, f"{scope}branch{i}"), graph)
            body.trace(function)
            bodies.append(body)
        _check_results(bodies)
        index = branch_index if branch_index.dtype.name == "int32" else raw.Cast(branch_index, DstT="int32")
        results = function_calls.branches(raw.Case, raw.StatelessCase, index, bodies, name=scope)
        with graph.name_scope(scope):
            identities = [raw.Identity(result) for result in results]
    structure = bodies[0].structured_outputs
    packed = nest.pack_sequence_as(structure, identities, expand_composites=True)
    return packed[0] if isinstance(packed, (list, tuple)) and len(packed) == 1 else packed


def _checked_functions(branch_fns: Any, default: Any, branch_index: Any) -> list[Callable[[], Any]]:
    if not isinstance(branch_index, Tensor):
        raise TypeError(f"'branch_index' must be a Tensor, got {type(branch_index)}")
    if not branch_index.dtype.is_integer:
        raise TypeError(f"'branch_index' must be an integer Tensor, got {branch_index.dtype}")
    if not branch_fns:
        raise ValueError("Must provide at least one item in 'branch_fns'")
    if not isinstance(branch_fns, (list, tuple, Mapping)):
        raise TypeError(f"'branch_fns' must be a list, tuple, or dict. Received type: {type(branch_fns)}")
    pairs = _pairs(branch_fns)
    for key, function in pairs:
        if not callable(function):
            raise TypeError(f"fn for branch {key} must be callable. Received: {function}")
    indices = [key for key, _ in pairs]
    if any(not isinstance(key, int) for key in indices):
        raise TypeError(f"branch keys must be Python `int`s. Received: {indices}")
    if sorted(indices) != list(range(len(indices))):
        found = ",".join(str(key) for key in sorted(indices))
        raise ValueError(
            f"branch indices (keys) must form contiguous range of [0 to {len(indices)}) but found {{{found}}}"
        )
    functions = [function for _, function in sorted(pairs, key=lambda pair: pair[0])]
    return [*functions, functions[-1] if default is None else default]


def _pairs(branch_fns: Any) -> list[tuple[Any, Any]]:
    if isinstance(branch_fns, Mapping):
        return list(branch_fns.items())
    if all(callable(function) for function in branch_fns):
        return list(enumerate(branch_fns))
    for pair in branch_fns:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in 'branch_fns' must be a 2-tuple. Received {pair}.")
    return list(branch_fns)


def _check_results(bodies: Sequence[FuncGraph]) -> None:
    for i, body in enumerate(bodies[1:], 1):
        nest.assert_same_structure(bodies[0].structured_outputs, body.structured_outputs, expand_composites=True)
        for one, other in zip(bodies[0].outputs, body.outputs, strict=True):
            if one.dtype != other.dtype:
                raise TypeError(
                    f"branch 0 and branch {i} must return the same types: {one.dtype.name} and {other.dtype.name}"
                )
