"""cond as an If: each branch becomes a function of the graph's library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.control_flow.flows import flow_of, with_flow
from nbtf.graph import branch_calls, function_calls
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import ControlFlowGraph
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.variables.scope_stack import resource_variables_inside


class Branch(ControlFlowGraph):
    """The function of one branch, traced."""

    def __init__(self, name: str, function: Callable[[], Any], stand_in: Tensor | None = None) -> None:
        """name: of the function, without a number. stand_in: what is returned for an operation."""
        graph = get_default_graph()
        super().__init__(function_calls.unique_function_name(graph, name), graph)
        self.returned: Any = None
        """What the Python function returned: None, or a leaf for each output, in its structure."""
        with resource_variables_inside():
            self.trace(lambda: self._flows(function()), stand_in=stand_in)

    def _flows(self, returned: Any) -> Any:
        self.returned = returned
        return nest.map_structure(flow_of, returned, expand_composites=True)

    def arguments(self) -> branch_calls.Arguments:
        return list(self.captures.items())

    def packed(self, outputs: Sequence[Tensor]) -> Any:
        """Outputs of the call in the structure that the Python function returned."""
        rest = iter(outputs)
        originals = nest.flatten(self.returned, expand_composites=True)
        inside = nest.flatten(self.structured_outputs, expand_composites=True)
        packed = [
            None if tensor is None else with_flow(original, next(rest))
            for original, tensor in zip(originals, inside, strict=True)
        ]
        return nest.pack_sequence_as(self.returned, packed, expand_composites=True)


def functional_cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None) -> Any:
    """See `cond`."""
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool", pred)
    graph = get_default_graph()
    with graph.name_scope(name or "cond") as scope:
        with graph.name_scope(None):
            pred = convert_to_tensor(pred)
        if pred.shape.ndims != 0:
            pred = raw.Squeeze(pred)
        true_branch = Branch(f"{scope}true", true_fn, pred)
        false_branch = Branch(f"{scope}false", false_fn, pred)
        check_results([true_branch, false_branch], ["true_fn", "false_fn"], "tf.cond")
        bodies = [true_branch, false_branch]
        outputs = branch_calls.branches("If", pred, bodies, [body.arguments() for body in bodies], name=scope)
    return true_branch.packed(outputs)


def check_results(branches: Sequence[Branch], names: Sequence[str], function: str) -> None:
    """Raises TypeError where branches return other structures or dtypes than the first one."""
    first = branches[0]
    for name, branch in zip(names[1:], branches[1:], strict=True):
        if len(first.outputs) != len(branch.outputs) and not nest.is_nested(branch.structured_outputs):
            raise ValueError(
                "Lengths of branch outputs of cond must match.\n"
                f"len(graphs[0].outputs): {len(first.outputs)}\nlen(graphs[1].outputs): {len(branch.outputs)}\n"
            )
        try:
            nest.assert_same_structure(first.structured_outputs, branch.structured_outputs, expand_composites=True)
            for a, b in zip(first.outputs, branch.outputs, strict=True):
                if a.dtype != b.dtype:
                    raise TypeError(f"{a} and {b} have different types")
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"{names[0]} and {name} arguments to {function} must have the same number, type, and overall structure "
                f"of return values.\n\n{names[0]} output: {first.structured_outputs}\n"
                f"{name} output: {branch.structured_outputs}\n\nError details:\n{error}"
            ) from None
