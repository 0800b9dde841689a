"""Function calls and functional control flow, written out in place.

PartitionedCall and its kin become the nodes of the function's body. If and Case become Switch and Merge, While and For
become Enter, Merge, Switch, NextIteration and Exit, so that one scheduler knows all control flow there is. A function
that (at any remove) calls itself cannot be written out: its inner call stays a node, `_RecursiveCall`, which runs a
program of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes, limits
from nbtf.compiler.ir import Node, Value, constant, new_node
from nbtf.compiler.prune import node_of
from nbtf.dtypes import DType
from nbtf.errors import InternalError, InvalidArgumentError, NotFoundError, ResourceExhaustedError
from nbtf.graph.function import FunctionBody, called_function, function_body
from nbtf.graph.verifier import type_text

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph

CALLS = ("PartitionedCall", "StatefulPartitionedCall", "RemoteCall")
IFS = ("If", "StatelessIf")
CASES = ("Case", "StatelessCase")
WHILES = ("While", "StatelessWhile")
ENTERS = ("Enter", "RefEnter")

Stack = tuple[str, ...]
"""Names of the functions that a node was written out of, outermost first."""


def inline(nodes: list[Node], fetches: list[Value], graph: Graph) -> tuple[list[Node], list[Value]]:
    """Nodes without calls, but for recursive ones; indices are positions in the result."""
    inliner = _Inliner(graph)
    result: list[Node] = []
    added = 0
    pending: list[tuple[Node, Stack]] = [(node, ()) for node in reversed(nodes)]
    while pending:
        node, stack = pending.pop()
        expansion = inliner.expand(node, stack)
        if expansion is None:
            result.append(node)
        else:
            added += len(expansion)
            if added > limits.MAX_INLINED_NODES:
                message = f"Function calls written out give more than {limits.MAX_INLINED_NODES} nodes"
                raise ResourceExhaustedError(None, node.origin, f"{node.op_type} '{node.name}': {message}")
            pending += reversed(expansion)
    if inliner.replaced or inliner.stands_for:
        inliner.rewire(result)
        fetches = [inliner.final(value) for value in fetches]
    for index, node in enumerate(result):
        node.index = index
    return result, fetches


class _Inliner:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.replaced: dict[Value, Value] = {}
        self.stands_for: dict[Node, list[Node]] = {}

    def expand(self, node: Node, stack: Stack) -> list[tuple[Node, Stack]] | None:
        """The nodes in place of a call, in order, with where they came from; None for any other node."""
        writer = _writer(node, self.graph)
        if writer is None:
            return None
        site = _Site(self, node, stack)
        if site.is_recursive(writer[1]):
            return None if node.op_type == "_RecursiveCall" else site.recursive_call()
        outputs = writer[0](site)
        self.replaced.update(zip(node.outputs, outputs, strict=True))
        if not site.made:
            site.add("NoOp", list(node.controls) + [v.node for v in node.inputs])
        self.stands_for[node] = site.exits or [made for made, _ in site.made]
        return site.made

    def final(self, value: Value) -> Value:
        while value in self.replaced:
            value = self.replaced[value]
        return value

    def rewire(self, nodes: list[Node]) -> None:
        for node in nodes:
            node.inputs = [self.final(value) for value in node.inputs]
            node.controls = list(dict.fromkeys(last for c in node.controls for last in self._standing(c)))

    def _standing(self, control: Node) -> list[Node]:
        found, pending = list[Node](), [control]
        while pending:
            node = pending.pop()
            if node in self.stands_for:
                pending += self.stands_for[node]
            else:
                found.append(node)
        return found


class _Site:
    """One call being written out."""

    def __init__(self, inliner: _Inliner, node: Node, stack: Stack) -> None:
        self.inliner = inliner
        self.node = node
        self.stack = stack
        self.made: list[tuple[Node, Stack]] = []
        self.exits: list[Node] = []
        """What waits for the call waits for these: alive whatever branch was taken; if none, for all that was made."""

    def is_recursive(self, names: Sequence[str]) -> bool:
        return any(name in self.stack for name in names)

    def recursive_call(self) -> list[tuple[Node, Stack]]:
        """The call as one host op; it keeps the operation it came from, whose functions the host looks up."""
        outputs = [(v.dtype, v.shape) for v in self.node.outputs]
        call = new_node(
            "_RecursiveCall", self.node, self.node.inputs, outputs, call=self.node, graph=self.inliner.graph
        )
        call.controls = list(self.node.controls)
        self.inliner.replaced.update(zip(self.node.outputs, call.outputs, strict=True))
        self.inliner.stands_for[self.node] = [call]
        return [(call, self.stack)]

    # ---- making nodes ----

    def add(
        self, op_type: str, controls: Sequence[Node] = (), inputs: Sequence[Value] = (), outputs: Any = (), **attrs: Any
    ) -> Node:
        made = new_node(op_type, self.node, inputs, outputs, f"/{op_type}_{len(self.made)}", **attrs)
        made.controls = list(controls)
        self.made.append((made, self.stack))
        return made

    def one(self, op_type: str, inputs: Sequence[Value], like: Value, **attrs: Any) -> Value:
        """The output of a new node, of the dtype and shape of another value."""
        made = self.add(op_type, (), inputs, [(like.dtype, like.shape)], **attrs)
        made.outputs[0].is_handle = like.is_handle
        return made.outputs[0]

    def constant(self, array: Any, controls: Sequence[Node]) -> Value:
        value = constant(np.asarray(array), self.node, f"/const_{len(self.made)}")
        value.node.controls = list(controls)
        self.made.append((value.node, self.stack))
        return value

    def switch(self, value: Value, predicate: Value) -> tuple[Value, Value]:
        """The value where the predicate is false, and where it is true."""
        made = self.add("Switch", (), [value, predicate], [(value.dtype, value.shape)] * 2)
        for output in made.outputs:
            output.is_handle = value.is_handle
        return made.outputs[0], made.outputs[1]

    def merge(self, values: Sequence[Value]) -> Value:
        like = values[0]
        shape = like.shape if all(v.shape == like.shape for v in values) else None
        made = self.add("Merge", (), values, [(like.dtype, shape), (dtypes.int32, ())])
        made.outputs[0].is_handle = like.is_handle
        return made.outputs[0]

    def truth(self, value: Value) -> Value:
        """A condition as a bool scalar: a number is true unless 0, a string or an array unless empty."""
        if value.dtype == dtypes.bool and value.shape == ():
            return value
        return self.add("_Truth", (), [value], [(dtypes.bool, ())]).outputs[0]

    # ---- bodies ----

    def body(self, body: FunctionBody, inputs: Sequence[Value], pivot: Sequence[Node]) -> list[Value]:
        """The function's nodes over these inputs; those that depend on nothing wait for the pivot."""
        _check_arguments(self.node, body, inputs)
        operations = _needed(body)
        given = dict(zip(body.inputs, inputs, strict=True))
        nodes = {op: node_of(op) for op in operations}
        stack = (*self.stack, body.name)
        for op, node in nodes.items():
            node.name = f"{self.node.name}/{op.name}"
            node.index = self.node.index
            node.origin = self.node.origin
            if op.type in ENTERS:  # each call has loops of its own
                attrs = {name: getattr(op.attrs, name) for name in op.definition.attrs}
                node.attrs = SimpleNamespace(**{**attrs, "frame_name": f"{self.node.name}/{op.attrs.frame_name}"})
            node.inputs = [given[t] if t in given else nodes[t.op].outputs[t.value_index] for t in op.inputs]
            node.controls = [nodes[c] for c in op.control_inputs if c in nodes]
            if not node.inputs and not node.controls:
                node.controls = list(pivot)
            elif all(t in given for t in op.inputs):
                node.controls += pivot
            self.made.append((node, stack))
        return [given[t] if t in given else nodes[t.op].outputs[t.value_index] for t in body.outputs]


def _needed(body: FunctionBody) -> list[Any]:
    """Operations that a call runs, in order of creation: what outputs need, and whatever has effects."""
    arguments = {tensor.op for tensor in body.inputs}
    roots = [t.op for t in body.outputs] + list(body.control_outputs)
    roots += [op for op in body.graph.get_operations() if op.definition is not None and op.definition.is_stateful]
    found: set[Any] = set()
    pending = [op for op in roots if op not in arguments]
    while pending:
        op = pending.pop()
        if op not in found and op not in arguments:
            found.add(op)
            pending += [t.op for t in op.inputs]
            pending += op.control_inputs
    return sorted(found, key=lambda op: op.index)


# ---- one writer a kind of call ---------------------------------------------------------------------------------------

Writer = Callable[[_Site], list[Value]]


def _writer(node: Node, graph: Graph) -> tuple[Writer, list[str]] | None:
    """How to write this node out, and the functions that it calls."""
    attrs = node.attrs
    results = [value.dtype for value in node.outputs]
    if node.op_type in CALLS:
        body = _called(graph, node, attrs.f)
        _check_call(node, body)
        return (lambda site: _call(site, body)), [body.name]
    if node.op_type in IFS:
        then, other = _called(graph, node, attrs.then_branch), _called(graph, node, attrs.else_branch)
        _check_results(node, (then, other), results)
        return (lambda site: _if(site, then, other)), [then.name, other.name]
    if node.op_type in CASES:
        branches = [_called(graph, node, branch) for branch in attrs.branches]
        _check_results(node, branches, results)
        return (lambda site: _case(site, branches)), [branch.name for branch in branches]
    if node.op_type in WHILES:
        condition, step = _called(graph, node, attrs.cond), _called(graph, node, attrs.body)
        _check_results(node, (step,), [value.dtype for value in node.inputs])
        if len(condition.outputs) != 1:
            raise _refusal(node, f"condition {condition.name} returns {len(condition.outputs)} tensors instead of one")
        return (lambda site: _while(site, condition, step)), [condition.name, step.name]
    if node.op_type == "For":
        step = _called(graph, node, attrs.body)
        _check_results(node, (step,), [value.dtype for value in node.inputs[3:]])
        return (lambda site: _for(site, step)), [step.name]
    if node.block is None and node.op_type in graph.functions:
        body = function_body(graph, node.op_type, attrs.protos)
        _check_call(node, body)
        return (lambda site: _call(site, body)), [body.name]
    return None


def _called(graph: Graph, node: Node, reference: Any) -> FunctionBody:
    """The function that a node calls. A call of a damaged one is a ValueError, as in TensorFlow, where shapes are
    inferred through calls when a graph is imported; other ops meet it when they run."""
    is_call = node.op_type in CALLS
    try:
        return called_function(graph, reference)
    except KeyError:
        if is_call:
            raise _refusal(node, f'Failed to find function "{reference.name}" in function library:') from None
        message = f"{node.op_type} '{node.name}': Function {reference.name} is not defined."
        raise NotFoundError(None, node.origin, message) from None
    except ValueError as error:
        if is_call:
            raise
        raise _refusal(node, str(error)) from None


def _refusal(node: Node, message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, node.origin, f"{node.op_type} '{node.name}': {message}")


def _check_arguments(node: Node, body: FunctionBody, inputs: Sequence[Value]) -> None:
    if len(inputs) != len(body.inputs):
        raise _refusal(node, f"Expected {len(body.inputs)} arguments of function {body.name}, got {len(inputs)}")
    for i, (value, tensor) in enumerate(zip(inputs, body.inputs, strict=True)):
        if value.dtype != tensor.dtype.base_dtype:
            have, want = type_text(value.dtype), type_text(tensor.dtype.base_dtype)
            raise _refusal(node, f"Expects arg[{i}] to be {want} but {have} is provided")


def _check_call(node: Node, body: FunctionBody) -> None:
    """What a call declares as its outputs is what its function returns."""
    if len(node.outputs) != len(body.outputs):
        raise _refusal(node, f"declares {len(node.outputs)} outputs, function {body.name} has {len(body.outputs)}")
    for i, (value, tensor) in enumerate(zip(node.outputs, body.outputs, strict=True)):
        if value.dtype != tensor.dtype.base_dtype:
            raise InternalError(
                None,
                node.origin,
                f"Output {i} of type {type_text(tensor.dtype.base_dtype)} does not match declared output type "
                f"{type_text(value.dtype)} for node {{{{node {node.name}}}}}",
            )


def _check_results(node: Node, bodies: Sequence[FunctionBody], wanted: Sequence[DType]) -> None:
    """Branches return what the node declares, the body of a loop what the loop's variables hold."""
    for body in bodies:
        found = [tensor.dtype.base_dtype for tensor in body.outputs]
        if found != list(wanted):
            have, want = ", ".join(map(type_text, found)), ", ".join(map(type_text, wanted))
            raise _refusal(node, f"function {body.name} returns ({have}), which should be ({want})")


def _call(site: _Site, body: FunctionBody) -> list[Value]:
    inputs = site.node.inputs[1:] if site.node.op_type == "RemoteCall" else site.node.inputs
    pivot = site.add("NoOp", site.node.controls) if site.node.controls else None
    return site.body(body, inputs, [pivot] if pivot else [])


def _if(site: _Site, then: FunctionBody, other: FunctionBody) -> list[Value]:
    predicate = site.truth(site.node.inputs[0])
    return _two_ways(site, predicate, site.node.inputs[1:], then, lambda s, inputs, pivot: s.body(other, inputs, pivot))


def _case(site: _Site, branches: Sequence[FunctionBody]) -> list[Value]:
    """A chain of pairs; the last branch takes every index that no other has."""
    index = site.node.inputs[0]

    def rest(number: int) -> Callable[[_Site, Sequence[Value], Sequence[Node]], list[Value]]:
        def write(site: _Site, inputs: Sequence[Value], pivot: Sequence[Node]) -> list[Value]:
            if number == len(branches) - 1:
                return site.body(branches[number], inputs[1:], pivot)
            wanted = site.constant(np.int32(number), pivot)
            equal = site.add("Equal", (), [inputs[0], wanted], [(dtypes.bool, ())], T=dtypes.int32)
            return _two_ways(site, equal.outputs[0], list(inputs), branches[number], rest(number + 1), drop_first=True)

        return write

    pivot = [site.add("NoOp", site.node.controls)]
    return rest(0)(site, [index, *site.node.inputs[1:]], pivot)


def _two_ways(
    site: _Site,
    predicate: Value,
    inputs: Sequence[Value],
    then: FunctionBody,
    other: Callable[[_Site, Sequence[Value], Sequence[Node]], list[Value]],
    drop_first: bool = False,
) -> list[Value]:
    """`then` where the predicate holds, else `other`; with drop_first, `then` does not take the first input."""
    pivot = site.switch(predicate, predicate)
    sides = [site.one("Identity", [side], predicate).node for side in pivot]
    for node in (pivot[0].node, *sides):
        node.controls += site.node.controls
    switched = [site.switch(value, predicate) for value in inputs]
    whole = [pair[1] for pair in switched]
    begin = len(site.made)
    yes = site.body(then, whole[1:] if drop_first else whole, [sides[1]])
    middle = len(site.made)
    site.exits = []
    no = other(site, [pair[0] for pair in switched], [sides[0]])
    waits = [site.exits or [node for node, _ in site.made[middle:]], [node for node, _ in site.made[begin:middle]]]
    ends = []
    for side, nodes in zip(sides, waits, strict=True):
        ends.append(site.one("Identity", [side.outputs[0]], predicate))
        ends[-1].node.controls = list(nodes)
    results = [site.merge([b, a]) for a, b in zip(yes, no, strict=True)]
    site.exits = [site.merge(ends).node]
    return results


def _while(site: _Site, condition: FunctionBody, step: FunctionBody) -> list[Value]:
    """Variables that the body hands on unchanged stay outside: nothing is copied for them."""
    values = list(site.node.inputs)
    fixed = [_hands_on(step, i) for i in range(len(values))]
    if all(fixed):
        values.append(site.constant(np.int32(0), []))  # a loop needs one variable to go round
        fixed.append(False)

    def test(inputs: list[Value], pivot: list[Node]) -> Value:
        return site.truth(site.body(condition, inputs[: len(site.node.inputs)], pivot)[0])

    def again(inputs: list[Value], pivot: list[Node]) -> list[Value]:
        own = inputs[: len(site.node.inputs)]
        return site.body(step, own, pivot) + inputs[len(own) :]

    return _loop(site, values, fixed, test, again)[: len(site.node.inputs)]


def _hands_on(step: FunctionBody, position: int) -> bool:
    tensor = step.outputs[position]
    while tensor.op.type in ("Identity", "StopGradient") and not tensor.op.control_inputs:
        tensor = tensor.op.inputs[0]
    return tensor is step.inputs[position]


def _for(site: _Site, step: FunctionBody) -> list[Value]:
    """start, limit, delta, then the variables; the body takes the counter first."""
    start, limit, delta, *values = site.node.inputs
    start = site.one("_ForStart", [start, limit, delta], start)

    def test(inputs: list[Value], pivot: list[Node]) -> Value:
        return site.add("_ForGoesOn", pivot, inputs[:3], [(dtypes.bool, ())]).outputs[0]

    def again(inputs: list[Value], pivot: list[Node]) -> list[Value]:
        following = site.one("AddV2", [inputs[0], inputs[2]], inputs[0], T=dtypes.int32)
        return [following, inputs[1], inputs[2], *site.body(step, [inputs[0], *inputs[3:]], pivot)]

    fixed = [False, True, True, *[False] * len(values)]
    return _loop(site, [start, limit, delta, *values], fixed, test, again)[3:]


def _loop(
    site: _Site,
    values: list[Value],
    fixed: list[bool],
    test: Callable[[list[Value], list[Node]], Value],
    again: Callable[[list[Value], list[Node]], list[Value]],
) -> list[Value]:
    frame = f"{site.node.name}/frame"
    entered = []
    for value, is_fixed in zip(values, fixed, strict=True):
        enter = site.one("Enter", [value], value, frame_name=frame, is_constant=is_fixed)
        enter.node.controls = list(site.node.controls)
        entered.append(enter)
    merged = []
    for enter, is_fixed in zip(entered, fixed, strict=True):
        loop_value = enter if is_fixed else site.merge([enter, enter])
        if loop_value.shape is not None and not is_fixed:
            loop_value.shape = None  # a loop variable may change its shape
        merged.append(loop_value)
    first = next(v for v, is_fixed in zip(merged, fixed, strict=True) if not is_fixed)
    going = site.one("LoopCond", [test(merged, [first.node])], _bool_like(first))
    inside, after = [], []
    for value, is_fixed in zip(merged, fixed, strict=True):
        leave, stay = (value, value) if is_fixed else site.switch(value, going)
        inside.append(stay)
        after.append(leave)
    pivot = site.one("Identity", [next(v for v, f in zip(inside, fixed, strict=True) if not f)], first).node
    for value, merge, is_fixed in zip(again(inside, [pivot]), merged, fixed, strict=True):
        if not is_fixed:
            merge.node.inputs[1] = site.one("NextIteration", [value], merge)
    left = [values[i] if is_fixed else site.one("Exit", [after[i]], merged[i]) for i, is_fixed in enumerate(fixed)]
    site.exits = [value.node for value, is_fixed in zip(left, fixed, strict=True) if not is_fixed]
    return left


def _bool_like(value: Value) -> Value:
    return Value(value.node, -1, dtypes.bool, ())
