"""Nodes -> one linear order with jumps: TensorFlow's dataflow control flow without dead flags.

Every node has a guard: the branches that must be taken for it to be alive, as (predicate, side) pairs. A Switch adds
its predicate to what hangs on either output; a Merge takes away the predicate its inputs disagree on. Nodes with one
guard are placed together, behind one jump. A loop is one unit of the frame around it:

          merge_i <- enter_i, copied
    head: what the condition needs
          jump to end unless the condition holds       (nothing but the guard of the body)
          body; an inner loop is one contiguous range inside it
          next_i <- value_i, staged, for all i         no variable changes before all new values are kept: a body that
          exchange merge_i and next_i                  exchanges two variables works
          jump to head
    end:

Where several nodes may go next, the one created first goes first: so do stateful ops that nothing orders. Of those that
read a variable and those that write it, the ones that wait for fewer ops go first (`early_reads.py`).
A Merge whose inputs hang on unrelated predicates gets a flag of its own that says whether any input arrived.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import NamedTuple

from nbtf import dtypes
from nbtf.compiler.early_reads import readers_and_writers
from nbtf.compiler.ir import Node, Value, new_node
from nbtf.compiler.waiting import LATE, lateness

# ---- what a schedule is made of --------------------------------------------------------------------------------------


class Run(NamedTuple):
    """Execute a node."""

    node: Node


class Take(NamedTuple):
    """A Merge takes the input that arrived: no copy, another descriptor of its elements."""

    merge: Node
    position: int
    flag: Value | None


class Flag(NamedTuple):
    """Set a bool slot."""

    flag: Value
    state: bool


class Keep(NamedTuple):
    """Copy a value into a buffer of the target's own."""

    source: Value
    target: Value


class Exchange(NamedTuple):
    """Swap two descriptors."""

    first: Value
    second: Value


class Branch(NamedTuple):
    """Go to the label unless the bool scalar has this state."""

    predicate: Value
    state: bool
    label: int


class Jump(NamedTuple):
    label: int


class Label(NamedTuple):
    label: int


class LoopEnd(NamedTuple):
    """Marks the end of the loop that began at the label."""

    head: int


Item = Run | Take | Flag | Keep | Exchange | Branch | Jump | Label | LoopEnd
Literal = tuple[Value, bool]
Guard = tuple[Literal, ...]

MERGES = ("Merge", "RefMerge")
SWITCHES = ("Switch", "RefSwitch")
ENTERS = ("Enter", "RefEnter")
EXITS = ("Exit", "RefExit")
NEXT_ITERATIONS = ("NextIteration", "RefNextIteration")


class Frame:
    """A loop, or what is outside of all loops."""

    def __init__(self, name: str, parent: Frame | None, index: int = 0) -> None:
        self.name = name
        self.parent = parent
        self.index = index
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.nodes: list[Node] = []
        self.children: list[Frame] = []
        self.enters: list[Node] = []


def runs(node: Node) -> bool:
    """Whether a node needs an instruction: other names, sources and what the schedule itself does need none."""
    block = node.block
    if block is None or block.alias is not None:
        return False
    return not (block.source or block.control or block.resource)


class ScheduleError(Exception):
    """The graph's control flow is not well formed; `node` says where."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.message = message


def schedule(nodes: list[Node]) -> tuple[list[Item], dict[Value, Guard], set[Node]]:
    """The linear order, the guard of every value that is not always alive, and the nodes that loops repeat."""
    analysis = _Analysis(nodes)
    emitter = _Emitter(analysis)
    emitter.close(emitter.region(analysis.root))
    guards = {v: g for v, g in analysis.value_guards.items() if g and v.node not in analysis.inside}
    looping = {analysis.frame_of[node].index for node in nodes if analysis.is_loop_merge(node)}
    repeated = {
        node
        for node in analysis.inside
        if analysis.frame_of[node].index in looping and node.op_type not in (*ENTERS, *EXITS)
    }
    return emitter.items, guards, repeated


# ---- frames and guards -----------------------------------------------------------------------------------------------


class _Analysis:
    """One walk in dependency order: the frame, guard and position of every node."""

    def __init__(self, nodes: list[Node]) -> None:
        self.root = Frame("", None)
        self.frames: dict[tuple[int, str], Frame] = {}
        self.frame_of: dict[Node, Frame] = {}
        self.node_guards: dict[Node, Guard] = {}
        self.value_guards: dict[Value, Guard] = {}
        self.positions: dict[Value, int] = {}
        self.flags: dict[Node, Value] = {}
        self.merge_of: dict[Value, Node] = {}
        self.inside: set[Node] = set()  # nodes of any loop
        self.staged = {v.node for node in nodes if self.is_loop_merge(node) for v in node.inputs}
        for node in dependency_order(nodes):
            self._visit(node)

    def is_loop_merge(self, node: Node) -> bool:
        return node.op_type in MERGES and any(v.node.op_type in NEXT_ITERATIONS for v in node.inputs)

    def _visit(self, node: Node) -> None:
        looping = self.is_loop_merge(node)
        sources = [v for v in node.inputs if not looping or v.node.op_type not in NEXT_ITERATIONS]
        frame = self._frame(node, sources)
        if looping and frame.parent is None:
            raise ScheduleError(node, "takes the value of a NextIteration outside of any loop: it would never end")
        if node.op_type in EXITS:
            assert frame.parent is not None
            self._place(node, frame)  # runs inside; its value belongs outside
            self.node_guards[node] = self.union([self.value_guards.get(v, ()) for v in sources])
            outer = self._loop_guard(frame)
            for value in node.outputs:
                self.value_guards[value] = outer
            return
        self._place(node, frame)
        controls = [self._control_guard(c) for c in node.controls]
        if node.op_type in ENTERS:
            frame.enters.append(node)
            guard: Guard = ()
        elif node.op_type == "ControlTrigger" or looping:
            guard = ()  # with Merge the one op that a dead control edge does not kill
        elif node.op_type in MERGES:
            guard = self._merge_guard(node)
        else:
            guard = self.union([self.value_guards.get(v, ()) for v in sources] + controls)
        self.node_guards[node] = guard
        for value in node.outputs:
            self.value_guards[value] = guard
        if node.op_type in SWITCHES:
            predicate = self.predicate(node.inputs[1])
            for value, side in zip(node.outputs, (False, True), strict=True):
                self.value_guards[value] = self.union([guard, ((predicate, side),)])

    def _place(self, node: Node, frame: Frame) -> None:
        frame.nodes.append(node)
        self.frame_of[node] = frame
        if frame.parent is not None:
            self.inside.add(node)

    def _control_guard(self, node: Node) -> Guard:
        if node.op_type in EXITS:
            return self._loop_guard(self.frame_of[node])
        return self.node_guards[node]

    def _loop_guard(self, frame: Frame) -> Guard:
        guards = [self.value_guards.get(v, ()) for enter in frame.enters for v in enter.inputs]
        guards += [self._control_guard(c) for enter in frame.enters for c in enter.controls]
        return self.union(guards)

    def _frame(self, node: Node, sources: list[Value]) -> Frame:
        frame = self.root
        for source in [v.node for v in sources] + node.controls:
            candidate = self.frame_of[source]
            if source.op_type in EXITS:
                assert candidate.parent is not None
                candidate = candidate.parent
            if candidate.depth > frame.depth:
                frame = candidate
        if node.op_type in ENTERS:
            key = (id(frame), node.attrs.frame_name)
            if key not in self.frames:
                child = Frame(node.attrs.frame_name, frame, node.index)
                frame.children.append(child)
                self.frames[key] = child
            return self.frames[key]
        if node.op_type in EXITS and frame.parent is None:
            raise ScheduleError(node, "Exit outside of any loop")
        return frame

    def predicate(self, value: Value) -> Value:
        """The value whose slot the predicate lies in: other names of it are the same predicate."""
        while value.node.op_type in ("Identity", "LoopCond") or value.node.op_type in SWITCHES:
            value = value.node.inputs[0]
        if value not in self.positions:
            self.positions[value] = len(self.positions)
        return value

    def union(self, guards: Iterable[Guard]) -> Guard:
        """All literals, a predicate after those it was computed under."""
        literals = {literal for guard in guards for literal in guard}
        return tuple(sorted(literals, key=lambda item: (self.positions[item[0]], item[1])))

    def _merge_guard(self, node: Node) -> Guard:
        guards = [frozenset(self.value_guards.get(v, ())) for v in node.inputs]
        common = frozenset.intersection(*guards) if guards else frozenset()
        rests = [guard - common for guard in guards]
        if not all(rests) or _covers(rests):
            return self.union([tuple(common)])
        flag = new_node("_Flag", node, [], [(dtypes.bool, ())], "/alive").outputs[0]
        self.flags[node] = flag
        self.merge_of[flag] = node
        self.positions[flag] = len(self.positions)
        self.value_guards[flag] = tuple(common)
        return self.union([tuple(common), ((flag, True),)])


def _covers(rests: list[frozenset[Literal]]) -> bool:
    """Whether one of these branches is always taken: two opposite sides, or a chain of such pairs."""
    pending = set(rests)
    while len(pending) > 1:
        for one in pending:
            pair = next((two for two in pending if _opposite(one, two)), None)
            if pair is not None:
                pending -= {one, pair}
                pending.add(one & pair)
                break
        else:
            return False
    return pending == {frozenset()}


def _opposite(one: frozenset[Literal], two: frozenset[Literal]) -> bool:
    difference = one ^ two
    return len(difference) == 2 and len({predicate for predicate, _ in difference}) == 1


def dependency_order(nodes: list[Node]) -> list[Node]:
    """Producers before readers, first created first; an edge from NextIteration back to its Merge does not count."""
    present = set(nodes)
    waiting: dict[Node, int] = {}
    readers: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node in nodes:
        sources = [v.node for v in node.inputs if v.node.op_type not in NEXT_ITERATIONS or node.op_type not in MERGES]
        sources = [s for s in sources + node.controls if s in present]
        waiting[node] = len(sources)
        for source in sources:
            readers[source].append(node)
    order: list[Node] = []
    ranks = {node: rank for rank, node in enumerate(nodes)}
    ready = [(ranks[node], node) for node in nodes if waiting[node] == 0]
    heapq.heapify(ready)
    while ready:
        _, node = heapq.heappop(ready)
        order.append(node)
        for reader in readers[node]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                heapq.heappush(ready, (ranks[reader], reader))
    if len(order) < len(nodes):
        stuck = next(node for node in nodes if waiting[node])
        raise ScheduleError(stuck, "is part of a cycle")
    return order


# ---- placing ---------------------------------------------------------------------------------------------------------


class _Unit:
    """What is placed at once: a node, one input of a Merge, or a whole loop."""

    def __init__(
        self,
        rank: int,
        guard: Guard,
        *,
        node: Node | None = None,
        take: Take | Flag | None = None,
        loop: Frame | None = None,
    ) -> None:
        self.rank = rank
        self.guard = guard
        self.node = node
        self.take = take
        self.loop = loop
        self.needs: list[_Unit] = []
        self.readers: list[_Unit] = []
        self.waiting = 0

    def __lt__(self, other: _Unit) -> bool:
        return self.rank < other.rank


class _Emitter:
    def __init__(self, analysis: _Analysis) -> None:
        self.analysis = analysis
        self.items: list[Item] = []
        self.labels = 0

    def region(self, frame: Frame) -> list[tuple[Literal, int]]:
        """Everything of one frame; returns the guarded ranges that are still open."""
        opened: list[tuple[Literal, int]] = []
        for unit in _grouped(self._units(frame)):
            passes_on = unit.node is not None and unit.node.op_type in NEXT_ITERATIONS
            if unit.node is not None and not runs(unit.node) and not passes_on:
                continue
            self._move_to(unit.guard, opened)
            if unit.loop is not None:
                self._loop(unit.loop)
            elif unit.take is not None:
                self.items.append(unit.take)
            elif passes_on and unit.node is not None:
                self.items.append(Keep(unit.node.inputs[0], unit.node.outputs[0]))
            else:
                assert unit.node is not None
                self.items.append(Run(unit.node))
        return opened

    def close(self, opened: list[tuple[Literal, int]]) -> None:
        self._move_to((), opened)

    def _move_to(self, guard: Guard, opened: list[tuple[Literal, int]]) -> None:
        common = 0
        while common < min(len(guard), len(opened)) and guard[common] == opened[common][0]:
            common += 1
        while len(opened) > common:
            self.items.append(Label(opened.pop()[1]))
        for literal in guard[common:]:
            label = self._new_label()
            self.items.append(Branch(literal[0], literal[1], label))
            opened.append((literal, label))

    def _new_label(self) -> int:
        self.labels += 1
        return self.labels

    def _loop(self, frame: Frame) -> None:
        analysis = self.analysis
        merges = [node for node in frame.nodes if analysis.is_loop_merge(node)]
        if not merges:  # nothing goes round: a frame that is passed through once
            self.close(self.region(frame))
            return
        _check_readers(frame)
        pairs = [_entry_and_next(merge) for merge in merges]
        for merge, (first, _) in zip(merges, pairs, strict=True):
            self.items.append(Keep(first, merge.outputs[0]))
        head = self._new_label()
        self.items.append(Label(head))
        opened = self.region(frame)
        self._move_to(self._goes_on([again.node for _, again in pairs]), opened)
        taken: dict[Value, Value] = {}  # next value -> the first variable that it becomes
        for merge, (_, again) in zip(merges, pairs, strict=True):
            taken.setdefault(again, merge.outputs[0])
        for again in taken:
            self.items.append(Keep(again.node.inputs[0], again))
        for again, variable in taken.items():
            self.items.append(Exchange(variable, again))
        for merge, (_, again) in zip(merges, pairs, strict=True):
            if taken[again] is not merge.outputs[0]:
                self.items.append(Keep(taken[again], merge.outputs[0]))
        self.items.append(Jump(head))
        self.close(opened)
        self.items.append(LoopEnd(head))

    def _goes_on(self, nexts: list[Node]) -> Guard:
        """Under which guard a loop goes round again: that of the NextIteration most deeply guarded."""
        guards = [self.analysis.node_guards[node] for node in nexts]
        deepest = max(guards, key=len)
        for node, guard in zip(nexts, guards, strict=True):
            if not set(guard) <= set(deepest):
                raise ScheduleError(node, "goes on under another condition than the other variables of its loop")
        return deepest

    def _units(self, frame: Frame) -> list[_Unit]:
        """Units of a frame with what each waits for."""
        analysis = self.analysis
        of_node: dict[Node, _Unit] = {}
        units: list[_Unit] = []
        for child in frame.children:
            unit = _Unit(child.index, analysis._loop_guard(child), loop=child)
            units.append(unit)
            for node in _all_nodes(child):
                of_node[node] = unit
        for node in frame.nodes:
            if node in analysis.staged or analysis.is_loop_merge(node):
                continue  # part of the loop's frame work
            rank = node.index + lateness(node)
            unit = _Unit(rank, analysis.node_guards[node], node=node)
            units.append(unit)
            of_node[node] = unit
            if node.op_type in MERGES:
                units += self._merge_units(node, unit)
        for unit in units:
            self._needs(unit, of_node, frame)
        _read_early(units, of_node)
        return units

    def _merge_units(self, node: Node, merged: _Unit) -> list[_Unit]:
        """One unit an input; the Merge itself comes after all of them."""
        analysis = self.analysis
        flag = analysis.flags.get(node)
        units = []
        if flag is not None:
            units.append(_Unit(node.index, analysis.value_guards[flag], take=Flag(flag, False)))
        for position, value in enumerate(node.inputs):
            guard = analysis.union([analysis.value_guards.get(value, ())])
            take = _Unit(node.index, guard, take=Take(node, position, flag))
            take.needs += units[:1] if flag is not None else []
            units.append(take)
        merged.needs += units
        return units

    def _needs(self, unit: _Unit, of_node: dict[Node, _Unit], frame: Frame) -> None:
        nodes: list[Node] = [self._decider(predicate) for predicate, _ in unit.guard]
        if unit.loop is not None:
            inside = set(_all_nodes(unit.loop))
            for node in inside:
                nodes += [v.node for v in node.inputs if v.node not in inside]
                nodes += [c for c in node.controls if c not in inside]
        elif isinstance(unit.take, Take):
            nodes.append(unit.take.merge.inputs[unit.take.position].node)
            nodes += unit.take.merge.controls
        elif unit.node is not None:
            if unit.node.op_type not in MERGES:
                nodes += [v.node for v in unit.node.inputs]
            nodes += unit.node.controls
        for node in nodes:
            source = of_node.get(node)
            if source is not None and source is not unit:
                unit.needs.append(source)

    def _decider(self, predicate: Value) -> Node:
        """The node after which a predicate is known: a flag, once all inputs of its Merge have had their chance."""
        return self.analysis.merge_of.get(predicate, predicate.node)


def _entry_and_next(merge: Node) -> tuple[Value, Value]:
    """The value that a loop variable starts with, and the one that it has the next time round."""
    if len(merge.inputs) != 2:
        raise ScheduleError(merge, f"a loop's Merge has 2 inputs, this one {len(merge.inputs)}")
    first, again = merge.inputs
    if first.node.op_type in NEXT_ITERATIONS:
        first, again = again, first
    if first.node.op_type in NEXT_ITERATIONS:
        raise ScheduleError(merge, "has no input from outside of the loop to start with")
    return first, again


def _check_readers(frame: Frame) -> None:
    """Where a frame goes round, what NextIteration gives belongs to the next time: only a Merge may take it."""
    for node in frame.nodes:
        for value in node.inputs:
            if value.node.op_type in NEXT_ITERATIONS and node.op_type not in MERGES:
                raise ScheduleError(node, f"takes the value of '{value.node.name}', which only a loop's Merge may")


def _all_nodes(frame: Frame) -> list[Node]:
    found, pending = list[Node](), [frame]
    while pending:
        one = pending.pop()
        found += one.nodes
        pending += one.children
    return found


def _read_early(units: list[_Unit], of_node: dict[Node, _Unit]) -> None:
    """Lets writers of variables wait for readers that wait for fewer ops than they do; so no cycle comes about."""
    pairs = [(of_node[reader], of_node[writer]) for reader, writer in readers_and_writers(of_node)]
    if pairs:
        depths = _depths(units)
        for reader, writer in pairs:
            if depths.get(reader, 0) < depths.get(writer, 0):
                writer.needs.append(reader)


def _depths(units: list[_Unit]) -> dict[_Unit, int]:
    """How many instructions, one after the other, come before each unit."""
    readers: dict[_Unit, list[_Unit]] = {}
    waiting = {unit: len(unit.needs) for unit in units}
    for unit in units:
        for need in unit.needs:
            readers.setdefault(need, []).append(unit)
    depths = dict.fromkeys(units, 0)
    ready = [unit for unit in units if not unit.needs]
    for unit in ready:
        passed = depths[unit] + (unit.node is None or runs(unit.node))
        for reader in readers.get(unit, ()):
            depths[reader] = max(depths[reader], passed)
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)
    return depths


def _grouped(units: list[_Unit]) -> Iterable[_Unit]:
    """Dependency order that stays within one guard as long as it can."""
    for unit in units:
        unit.waiting = len(unit.needs)
        for need in unit.needs:
            need.readers.append(unit)
    ready: dict[Guard, list[_Unit]] = {}
    for unit in units:
        if unit.waiting == 0:
            heapq.heappush(ready.setdefault(unit.guard, []), unit)
    current: Guard = ()
    while ready:
        if current not in ready or 0 < _lateness(ready[current]) > min(map(_lateness, ready.values())):
            current = min(ready, key=lambda guard: _preference(guard, current, ready[guard][0].rank))
        unit = heapq.heappop(ready[current])
        if not ready[current]:
            del ready[current]
        yield unit
        for reader in unit.readers:
            reader.waiting -= 1
            if reader.waiting == 0:
                heapq.heappush(ready.setdefault(reader.guard, []), reader)


def _lateness(units: list[_Unit]) -> int:
    return units[0].rank // LATE


def _preference(guard: Guard, current: Guard, rank: int) -> tuple[int, int, int]:
    """Which guard goes next: one with something to do that awaits nothing, then the one nearest to the current one."""
    return rank // LATE, -_shared(guard, current), rank


def _shared(one: Guard, two: Guard) -> int:
    count = 0
    while count < min(len(one), len(two)) and one[count] == two[count]:
        count += 1
    return count
