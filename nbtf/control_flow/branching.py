"""cond, case and switch_case: branches of which one runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.moving import no_op
from nbtf.control_flow.flows import flow_of, with_flow
from nbtf.control_flow.functional_branching import functional_cond
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import gating, scopes
from nbtf.graph.collections import GraphKeys
from nbtf.graph.control_flow_context import CondContext
from nbtf.graph.control_flow_version import builds_functions
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """What true_fn() returns where `pred`, a bool scalar, is true when the graph runs; else what false_fn() returns.

    Both are called now, and must return the same structure of tensors of the same dtypes; only operations that they
    make are run by choice. fn1, fn2: older names of true_fn, false_fn. strict: a list or tuple of one stays one.
    Raises TypeError for functions that cannot be called or are given twice, ValueError for results that do not match.
    """
    true_fn = _one_of("fn1", fn1, "true_fn", true_fn)
    false_fn = _one_of("fn2", fn2, "false_fn", false_fn)
    if builds_functions(get_default_graph()):
        return functional_cond(pred, true_fn, false_fn, name)
    with scopes.name_scope(name, "cond", [pred]):
        if isinstance(pred, bool):
            raise TypeError("'pred' must not be a Python bool.")
        on_false, on_true = nodes.switch(pred, pred)
        pivot_true, pivot_false = nodes.identity(on_true, "switch_t"), nodes.identity(on_false, "switch_f")
        pred = raw.Identity(pred, name="pred_id")
        for tensor in (on_true, pivot_true, pivot_false, pred):
            tensor.graph.prevent_fetching(tensor.op)
        true_branch = _Branch(CondContext(pred, pivot_true, 1), true_fn, "true_fn")
        false_branch = _Branch(CondContext(pred, pivot_false, 0), false_fn, "false_fn")
        if not strict:
            true_branch.unpack_singleton()
            false_branch.unpack_singleton()
        merged = _merged(true_branch, false_branch)
        return merged if strict else _unpacked_singleton(merged)


def _one_of(old: str, old_fn: Any, new: str, new_fn: Any) -> Any:
    if old_fn is not None:
        if new_fn is not None:
            raise TypeError(f"cond(): '{new}' and '{old}' may not be set simultaneously.")
        return old_fn
    if new_fn is None:
        raise TypeError(f"cond(): '{new}' argument required")
    if not callable(new_fn):
        raise TypeError(f"'{new}' must be callable.")
    return new_fn


class _Branch:
    """The graph of one branch, and what it returns."""

    def __init__(self, context: CondContext, function: Callable[[], Any], name: str) -> None:
        self.context = context
        with context:
            self._build(function)
            if self.original is None:
                raise ValueError(f"'{name}' must have a return value.")
            context.ExitResult(nest.flatten(self.result, expand_composites=True))

    def _build(self, function: Callable[[], Any]) -> None:
        """original: what the function returns. result: the same as tensors that are alive in this branch only."""
        summaries = get_default_graph().get_collection_ref(GraphKeys._SUMMARY_COLLECTION)
        before = list(summaries)
        self.original = function()
        added = summaries[len(before) :]
        if added:
            summaries[:] = before
            with scopes.control_dependencies(added):
                if self.original is None:
                    self.original = no_op()
                elif not isinstance(self.original, Operation):
                    self.original = nest.map_structure(gating.identity, self.original, expand_composites=True)
        if self.original is None:
            return
        result = nest.map_structure(self._tensor, self.original, expand_composites=True)
        self.result = result if isinstance(result, (list, tuple)) else [result]

    def _tensor(self, value: Any) -> Tensor:
        if isinstance(value, Operation):
            value = gating.after([value], self.context.pivot)
        return self.context.output(convert_to_tensor(flow_of(value)))

    def unpack_singleton(self) -> None:
        self.original = _unpacked_singleton(self.original)


def _unpacked_singleton(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value


def _merged(true_branch: _Branch, false_branch: _Branch) -> Any:
    structure = true_branch.original
    nest.assert_same_structure(structure, false_branch.original, expand_composites=True)
    if not true_branch.result:
        raise ValueError("'true_fn' and 'false_fn' must return at least one result.")
    on_true = nest.flatten(true_branch.result, expand_composites=True)
    on_false = nest.flatten(false_branch.result, expand_composites=True)
    for x, y in zip(on_true, on_false, strict=True):
        if x.dtype.base_dtype != y.dtype.base_dtype:
            raise ValueError(
                "Outputs of 'true_fn' and 'false_fn' must have the same type(s). "
                f"Received {x.dtype.base_dtype.name} from 'true_fn' and {y.dtype.base_dtype.name} from 'false_fn'."
            )
    merges = [nodes.merge(pair) for pair in zip(on_false, on_true, strict=True)]
    originals = nest.flatten(structure, expand_composites=True)
    results = [with_flow(original, flow) for original, flow in zip(originals, merges, strict=True)]
    for branch in (true_branch, false_branch):
        if branch.context.outer_context is None:
            get_default_graph().add_to_collection(GraphKeys.COND_CONTEXT, branch.context)
    return nest.pack_sequence_as(structure, results, expand_composites=True)
