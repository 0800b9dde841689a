"""Elementwise ops that only feed each other become one program over blocks that stay in the first-level cache.

A group grows from its last op upwards: an elementwise op joins when nothing outside of the group reads it or waits for
it, and when its static dims are those of the last op (smaller ones would be computed over and over again). Nothing
leads out of the group but its last op, so no cycle can arise. The control edges of all members become the group's.
An AddN of two, where gradients meet, counts as elementwise.
"""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from nbtf import layout
from nbtf.compiler.ir import Node, Value, constant, new_node
from nbtf.graph import registry

CHAIN = "_ElementwiseChain"
MAX_STEPS = 64


class Step(NamedTuple):
    """One op of a chain: the node it was, and its arguments: inputs of the chain, or results of earlier steps."""

    node: Node
    arguments: list[Value]


def fuse_elementwise(nodes: list[Node], fetched: list[Value]) -> list[Node]:
    """The nodes with every group of two or more elementwise ops as one."""
    for node in nodes:
        if node.op_type == "AddN" and len(node.inputs) == 2:
            node.take_op_of(new_node("_AddTwo", node, [], [], T=node.outputs[0].dtype))
    readers = Counter(value for node in nodes for value in node.inputs)
    kept = {value.node for value in fetched} | {control for node in nodes for control in node.controls}
    absorbed: set[Node] = set()
    chains: dict[Node, Node] = {}
    for node in reversed(nodes):
        if node not in absorbed and is_elementwise(node):
            group = _Group(node, readers, kept)
            if len(group.members) > 1:
                absorbed.update(group.members)
                chains[node] = group.chain()
    present = set(nodes)
    result: list[Node] = []
    for node in nodes:
        if node in chains:
            made = (value.node for value in chains[node].inputs)  # constants of attributes are new
            result += [source for source in made if source.op_type == "Const" and source not in present]
            result.append(chains[node])
        elif node not in absorbed:
            result.append(node)
    for node in result:
        node.controls = [chains.get(control, control) for control in node.controls]
    return result


def is_elementwise(node: Node) -> bool:
    """Whether the node is one scalar rule over its inputs, and runs as such."""
    block = node.block
    return block is not None and bool(block.rule) and not block.host and node.outputs[0].shape is not None


def step_arguments(node: Node) -> list[Value]:
    """What the scalar rule takes: the inputs, then float attributes as constants."""
    assert node.block is not None
    arguments = list(node.inputs)
    for name in node.block.scalars:
        number = np.asarray(getattr(node.attrs, name), arguments[0].dtype.as_numpy_dtype)
        arguments.append(constant(number, node, f"/{name}"))
    return arguments


class _Group:
    """A set of ops that may become one program, as long as inputs and temporaries last."""

    def __init__(self, last: Node, readers: Counter[Value], kept: set[Node]) -> None:
        self.last = last
        self.readers = readers
        self.kept = kept
        self.members: dict[Node, list[Value]] = {last: step_arguments(last)}
        grown = True
        while grown:
            grown = any(map(self._try, self._candidates()))

    def _candidates(self) -> list[Node]:
        makers = {value.node: None for arguments in self.members.values() for value in arguments}
        return [node for node in makers if node not in self.members and self._may_join(node)]

    def _may_join(self, node: Node) -> bool:
        if node in self.kept or not is_elementwise(node) or node.outputs[0].shape != self.last.outputs[0].shape:
            return False
        value = node.outputs[0]
        inside = sum(arguments.count(value) for arguments in self.members.values())
        return self.readers[value] == inside

    def _try(self, node: Node) -> bool:
        self.members[node] = step_arguments(node)
        steps = self.steps()
        inputs = chain_inputs(steps)
        fits = len(steps) <= MAX_STEPS and len(inputs) <= layout.MAX_MAP_INPUTS
        fits = fits and registers(steps, inputs)[1] <= layout.MAX_TEMPORARIES
        if not fits:
            del self.members[node]
        return fits

    def steps(self) -> list[Step]:
        """The members, each behind those that it reads."""
        ordered: dict[Node, None] = {}
        pending = [self.last]
        while pending:
            node = pending[-1]
            before = [v.node for v in self.members[node] if v.node in self.members and v.node not in ordered]
            if before:
                pending += before
            else:
                ordered[pending.pop()] = None
        return [Step(node, self.members[node]) for node in ordered]

    def chain(self) -> Node:
        """A node that takes the place of the last member; its readers keep reading the value they know."""
        steps, last = self.steps(), self.last
        attrs = SimpleNamespace(steps=steps)
        node = Node(CHAIN, last.name, last.index, attrs, last.origin, registry.find(CHAIN))
        node.inputs = chain_inputs(steps)
        node.controls = list(dict.fromkeys(control for member in self.members for control in member.controls))
        node.outputs = last.outputs
        # the steps keep nodes of their own to be told apart by: the readers' values now belong to the chain
        private = Node(last.op_type, last.name, last.index, last.attrs, last.origin, last.block, last.definition)
        private.inputs = last.inputs
        result = private.add_output(last.outputs[0].dtype, last.outputs[0].shape)
        assert result.node is private
        steps[-1] = Step(private, steps[-1].arguments)
        for value in node.outputs:
            value.node = node
        return node


def chain_inputs(steps: list[Step]) -> list[Value]:
    """What the steps read that none of them makes, each once."""
    made = {step.node for step in steps}
    return list(dict.fromkeys(v for step in steps for v in step.arguments if v.node not in made))


def registers(steps: list[Step], inputs: list[Value]) -> tuple[list[tuple[int, list[int]]], int]:
    """(result, arguments) of every step as numbers of registers, and how many temporaries they take.

    Inputs come first, then the output, then temporaries: one is free again behind its last reader, but never both read
    and written by one step, which would keep a loop from being vectorised.
    """
    numbers = {value: i for i, value in enumerate(inputs)}
    made = {step.node.outputs[0] for step in steps}
    last_use = {value: at for at, step in enumerate(steps) for value in step.arguments}
    free: list[int] = []
    temporaries = 0
    table = []
    for at, step in enumerate(steps):
        arguments = [numbers[value] for value in step.arguments]
        if at == len(steps) - 1:
            result = len(inputs)
        elif free:
            result = free.pop()
        else:
            temporaries += 1
            result = len(inputs) + temporaries
        numbers[step.node.outputs[0]] = result
        table.append((result, arguments))
        free += {numbers[v] for v in step.arguments if last_use[v] == at and v in made}
    return table, temporaries
