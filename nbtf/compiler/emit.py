"""Schedule -> Program: slots for values, instructions for nodes, and who owns which bytes for how long."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from nbtf import dtypes, layout
from nbtf.compiler import packing
from nbtf.compiler import schedule as plan
from nbtf.compiler.folding import FOLDED
from nbtf.compiler.fuse_elementwise import CHAIN, Step, registers, step_arguments
from nbtf.compiler.ir import Node, Shape, Value
from nbtf.compiler.memory_plan import LiveRange
from nbtf.compiler.program import HALT, RUN, Instruction, Program, Slot
from nbtf.compiler.variant import Variant
from nbtf.dtypes import DType
from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.graph.registry import Block
from nbtf.wire import attr_values
from nbtf.wire.op_defs import Argument
from nbtf.wire.tensor import tensor_from_proto

HANDLE_BYTES = 8
_MOVED_AS = {1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64", 16: "complex128"}
_BITS_ONLY = {dtypes.float16: "uint16", dtypes.bfloat16: "uint16"}  # Numba computes with neither; see widen.py


def emit(
    items: Sequence[plan.Item], guards: dict[Value, plan.Guard], feeds: Iterable[Value], fetches: Iterable[Value]
) -> Program:
    """The program of one schedule. A fetched value that may be dead is checked before the program halts."""
    emitter = _Emitter()
    for item in items:
        if isinstance(item, plan.Exchange):
            emitter.loop_variable[item.second] = item.first
    fed = [emitter.slot(value) for value in feeds]
    for item in items:
        emitter.item(item)
    fetched = list(fetches)
    for value in fetched:
        emitter.check_alive(guards.get(value, ()))
    return emitter.finish(fed, fetched)


class _Emitter:
    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.slot_of: dict[Value, int] = {}
        self.instructions: list[Instruction] = []
        self.labels: dict[int, int] = {}
        self.loops: list[tuple[int, int]] = []
        self.constants: list[tuple[int, np.ndarray]] = []
        self.folded: list[tuple[int, Value]] = []
        self.resources: list[tuple[int, Node]] = []
        self.kept: list[tuple[int, Node, str]] = []
        self.storage = _Groups()
        self.computed: set[Value] = set()  # values of kernels and maps: in buffers of their own
        self.given: set[Value] = set()  # those whose buffers loop variables exchange theirs with
        self.loop_variable: dict[Value, Value] = {}  # next value -> the Merge's output that takes it

    # ---- slots ----

    def slot(self, value: Value) -> int:
        """The slot of a value; several values share one where one is only another name."""
        owner = _owner(value)
        if owner not in self.slot_of:
            self.slot_of[owner] = self._new_slot(owner)
            node = owner.node
            if node.op_type == "Const":
                self.constants.append((self.slot_of[owner], constant_array(node)))
            elif node.op_type == FOLDED:
                self.folded.append((self.slot_of[owner], node.attrs.value))
            elif node.block is not None and node.block.resource is not None:
                self.resources.append((self.slot_of[owner], node))
        return self.slot_of[owner]

    def _new_slot(self, value: Value) -> int:
        itemsize = HANDLE_BYTES if value.is_handle else value.dtype.itemsize
        self.slots.append(Slot(value, itemsize))
        return len(self.slots) - 1

    def _owned(self, value: Value) -> int:
        slot = self.slot(value)
        self.slots[slot].owns = True
        return slot

    # ---- instructions ----

    def item(self, item: plan.Item) -> None:
        match item:
            case plan.Run(node):
                self._node(node)
            case plan.Take(merge, position, flag):
                self._take(merge, position, flag)
            case plan.Flag(flag, state):
                self._instruct("set_flag", [self._owned(flag)], number=int(state))
            case plan.Keep(source, target):
                self._keep(source, target)
            case plan.Exchange(merged, again):
                slots = [self.slot(merged), self.slot(again)]
                self.storage.join(*slots)
                self._instruct("swap", slots)
            case plan.Branch(predicate, state, label):
                self._instruct("jump_unless" if state else "jump_if", [self.slot(predicate)], label=label)
            case plan.Jump(label):
                self._instruct("jump", [], label=label)
            case plan.Label(label):
                self.labels[label] = len(self.instructions)
            case plan.LoopEnd(head):
                self.loops.append((self.labels[head], len(self.instructions) - 1))

    def check_alive(self, guard: plan.Guard) -> None:
        """A guard's predicates in order: an inner one was computed only if the outer ones held."""
        for predicate, state in guard:
            label = -1 - len(self.labels)
            self._instruct("jump_if" if state else "jump_unless", [self.slot(predicate)], label=label)
            self._instruct("dead", [])
            self.labels[label] = len(self.instructions)

    def _instruct(
        self, name: str, operands: list[int], *, node: Node | None = None, label: int | None = None, number: int = 0
    ) -> Instruction:
        made = Instruction(Variant("instruction", name, "loop"), operands, node=node, label=label, number=number)
        self.instructions.append(made)
        return made

    def _take(self, merge: Node, position: int, flag: Value | None) -> None:
        source, target = self.slot(merge.inputs[position]), self.slot(merge.outputs[0])
        self.storage.join(source, target)
        self._instruct("rename", [source, target], node=merge)
        self._instruct("set_index", [self._owned(merge.outputs[1])], number=position)
        if flag is not None:
            self._instruct("set_flag", [self._owned(flag)], number=1)

    def _keep(self, source: Value, target: Value) -> None:
        """A copy into the target's own buffer, unless the source's buffer can be had for it.

        A loop's next value needs no staging when it was computed into a buffer of its own: exchanging that buffer with
        the variable's does it. Both must have one known shape, because the op that filled it is prepared only once.
        """
        owner = _owner(source)
        loose = target.node.op_type in plan.NEXT_ITERATIONS and owner in self.computed and owner not in self.given
        variable = self.loop_variable.get(target)
        if loose and variable is not None and source.shape == variable.shape and is_fully_known(source.shape):
            self.given.add(owner)
            self.slot_of[target] = self.slot(source)
        else:
            self._instruct("copy", [self.slot(source), self._owned(target)], node=target.node)

    def _node(self, node: Node) -> None:
        block = node.block
        assert block is not None
        on_host = block.host is not None and any(v.dtype == dtypes.string for v in node.inputs)
        if block.repeats:
            self._batch_loop(node)
        elif (block.rule or block.steps) and not on_host:
            self._map(node)
            self.computed.update(node.outputs)
        elif block.kernel and not on_host:
            self._kernel(node, block)
            self.computed.update(node.outputs)
        elif block.shares:
            self._share(node, block)
        elif block.instruction:
            operands = self._operands(node, block)
            code = Variant("instruction", block.instruction, block.family)
            self.instructions.append(Instruction(code, operands, self._attrs(node), node))
        elif block.host:
            self._instruct("host", [self.slot(v) for v in (*node.inputs, *node.outputs)], node=node)
        else:
            raise AssertionError(f"the block of {block.op_type} says neither how to run nor how to lower it")

    def _operands(self, node: Node, block: Block) -> list[int]:
        inputs = [self.slot(v) for v in node.inputs]
        forwarded = block.forwards[0] if block.forwards else None
        names = [argument.name for argument in spread_arguments(node, outputs=True)]
        foreign = {forwarded, *block.lends}
        outputs = [self.slot(v) if n in foreign else self._owned(v) for n, v in zip(names, node.outputs, strict=True)]
        return inputs + outputs

    def _attrs(self, node: Node) -> list[int | Variant]:
        if node.block is not None and node.block.words is not None:
            return list(node.block.words(node))
        return list(packing.pack(node.definition, node.attrs)) if node.definition else []

    def _kernel(self, node: Node, block: Block) -> None:
        operands = self._operands(node, block)
        for dtype in block.workspace.values():
            operands.append(self._owned(Value(node, -1, workspace_dtype(dtype, node), None)))
        for name in block.keeps:
            operands.append(self._new_slot(Value(node, -1, dtypes.int64, None)))
            self.kept.append((operands[-1], node, name))
        by_value = block.by_value or block.variables
        code = Variant("kernel", node.op_type, block.family, argument_dtypes(node, block))
        made = Instruction(code, operands, self._attrs(node), node, self._prepare(node, block))
        made.compared = layout.ALWAYS if by_value or block.shrinks else len(node.inputs)
        self.instructions.append(made)

    def _prepare(self, node: Node, block: Block) -> Variant:
        """One for all dtypes, but for those of inputs that the rule reads by value."""
        assert node.definition is not None
        names = [a.name for a in (*node.definition.inputs, *node.definition.outputs)]
        names += [*block.workspace, *block.keeps]
        known = argument_dtypes(node, block)
        used = tuple(d if n in block.by_value else "-" for n, d in zip(names, known, strict=True))
        return Variant("prepare", node.op_type, block.family, used)

    def _share(self, node: Node, block: Block) -> None:
        assert block.shares is not None and node.definition is not None
        if node.definition.inputs[0].name != block.shares[1]:
            raise AssertionError(f"{node.op_type} shares another input than its first")
        operands = [self.slot(v) for v in (*node.inputs, *node.outputs)]
        self.storage.join(operands[0], operands[len(node.inputs)])
        made = self._instruct("share", operands, node=node, number=len(node.inputs))
        made.attrs = self._attrs(node)
        made.prepare = self._prepare(node, block)
        made.compared = layout.ALWAYS if block.by_value else len(node.inputs)

    def _map(self, node: Node) -> None:
        """An elementwise program: of one step, or of those of a chain."""
        if node.op_type == CHAIN:
            steps, inputs = node.attrs.steps, node.inputs
        else:
            steps = [Step(node, step_arguments(node))]
            inputs = steps[0].arguments
        table, temporaries = registers(steps, inputs)
        operands = [self.slot(v) for v in inputs] + [self._owned(node.outputs[0])]
        made = Instruction(Variant("instruction", "map", "map"), operands, node=node)
        made.attrs = [len(inputs), len(steps), temporaries]
        for step, (result, arguments) in zip(steps, table, strict=True):
            block = step.node.block
            assert block is not None and block.rule is not None
            types = tuple(storage_name(v.dtype) for v in (*step.arguments, step.node.outputs[0]))
            made.attrs += [Variant("handler", block.rule, block.family, types), result]
            made.attrs += [*arguments, *[-1] * (3 - len(arguments))]
            made.attrs.append(-1 if block.alike is None else block.alike)
        made.prepare = Variant("instruction", "prepare_map", "map")
        made.compared = len(inputs)
        made.private_words = 1 + layout.MAX_RANK * (1 + len(inputs))
        self.instructions.append(made)

    def _batch_loop(self, node: Node) -> None:
        """Its nodes' instructions, between one that shows them a part of the batch and one that shows the next.

        Within, the slot of the batch is that of a part, and the slots of results hold those of a part.
        """
        source = _owner(node.inputs[0])
        batch, part = self.slot(source), self._new_slot(source)
        self.storage.join(batch, part)
        done = self._owned(Value(node, -1, dtypes.int64, ()))
        rooms = [self._owned(Value(node, -1, value.dtype, None)) for value in node.outputs]  # a batch of one needs none
        loop = [batch, part, done]
        attrs: list[int | Variant] = [node.attrs.at_once, len(rooms)]
        first, following = (Variant("instruction", name, "batch_loop") for name in ("first_part", "next_part"))
        # the rooms are no other values' while the loop runs, from its first round on
        self.instructions.append(Instruction(first, loop + rooms, attrs, node))
        label = -1 - len(self.labels)
        self.labels[label] = head = len(self.instructions)
        self.slot_of[source] = part
        self.slot_of |= {value: self._new_slot(_of_a_part(value, node.attrs.at_once)) for value in node.outputs}
        for inner in node.attrs.nodes:
            self._node(inner)
        self.slot_of[source] = batch
        results = [slot for value, room in zip(node.outputs, rooms, strict=True) for slot in self._result(value, room)]
        self.instructions.append(Instruction(following, loop + results, attrs, node, label=label))
        self.loops.append((head, len(self.instructions) - 1))

    def _result(self, value: Value, room: int) -> tuple[int, int, int]:
        """Slots of one part's, of room for all, and the one that readers of the value know from here on."""
        part, seen = self.slot_of[value], self._new_slot(value)
        for slot in (part, room):
            self.storage.join(slot, seen)
        self.slot_of[value] = seen
        self.computed.discard(value)  # it has no buffer of its own
        return part, room, seen

    # ---- the end ----

    def finish(self, feeds: list[int], fetched: list[Value]) -> Program:
        self.instructions.append(Instruction(HALT, []))
        spans = self._spans([self.slot(value) for value in fetched])
        self._protect_snapshots(spans)
        for number, slot in enumerate(self.slots):
            slot.storage = self.storage.find(number)
        ranges = [LiveRange(i, *spans[s.storage]) for i, s in enumerate(self.slots) if s.owns and s.storage in spans]
        variants = {RUN}
        for instruction in self.instructions:
            variants.add(instruction.code)
            variants.update(a for a in instruction.attrs if isinstance(a, Variant))
            if instruction.prepare:
                variants.add(instruction.prepare)
        return Program(
            slots=self.slots,
            instructions=self.instructions,
            labels=self.labels,
            constants=self.constants,
            folded=self.folded,
            resources=self.resources,
            kept=self.kept,
            feeds=feeds,
            fetches=[self.slot(value) for value in fetched],
            fetched=fetched,
            live_ranges=ranges,
            variants=variants,
            lendable=self._lendable(fetched),
        )

    def _lendable(self, fetched: list[Value]) -> set[int]:
        sharers = Counter(slot.storage for slot in self.slots)
        numbers = [self.slot(v) for v in fetched if not v.is_handle and v.dtype not in (dtypes.string, dtypes.variant)]
        return {slot for slot in numbers if self.slots[slot].owns and sharers[self.slots[slot].storage] == 1}

    def _spans(self, fetches: list[int]) -> dict[int, tuple[int, int]]:
        """Storage group -> first and last instruction that touches any of its slots."""
        spans: dict[int, tuple[int, int]] = {}

        def touch(slot: int, position: int) -> None:
            group = self.storage.find(slot)
            first, last = spans.get(group, (position, position))
            spans[group] = (min(first, position), max(last, position))

        for position, instruction in enumerate(self.instructions):
            for slot in instruction.operands:
                touch(slot, position)
        for slot in fetches:
            touch(slot, len(self.instructions))
        # innermost loops come first: what an inner loop reads every time round, the outer one does too
        for head, end in self.loops:
            for position in range(head, end + 1):
                for slot in self.instructions[position].operands:
                    if spans[self.storage.find(slot)][0] < head:
                        touch(slot, end)
        return spans

    def _protect_snapshots(self, spans: dict[int, tuple[int, int]]) -> None:
        """A resource variable's read that outlives a write to the variable becomes a copy."""
        writes = [
            (position, self._variables(instruction))
            for position, instruction in enumerate(self.instructions)
            if instruction.node is not None and instruction.node.block and instruction.node.block.writes
        ]
        for position, instruction in enumerate(self.instructions):
            node = instruction.node
            if node is None or node.op_type != "ReadVariableOp":
                continue
            handle, target = instruction.operands
            first, last = spans[self.storage.find(target)]
            looped = any(head <= position <= end for head, end in self.loops)
            for at, written in writes:
                overlaps = first <= at <= last if looped else position < at <= last
                if overlaps and (
                    handle in written or not self._is_named(handle) or not all(map(self._is_named, written))
                ):
                    instruction.code = Variant("instruction", "copy_variable", instruction.code.family)
                    self.slots[target].owns = True

    def _variables(self, instruction: Instruction) -> set[int]:
        node = instruction.node
        assert node is not None and node.block is not None
        names = [argument.name for argument in spread_arguments(node, outputs=False)]
        return {slot for name, slot in zip(names, instruction.operands, strict=False) if name in node.block.variables}

    def _is_named(self, handle: int) -> bool:
        """Whether the handle is known to lead to one variable: another handle leads to another."""
        block = self.slots[handle].value.node.block
        return block is not None and block.resource is not None


class _Groups:
    """Slots that may stand for the same bytes, as disjoint sets."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def find(self, item: int) -> int:
        root = item
        while self._parents.get(root, root) != root:
            root = self._parents[root]
        while self._parents.get(item, item) != root:
            self._parents[item], item = root, self._parents[item]
        return root

    def join(self, one: int, two: int) -> None:
        self._parents[self.find(two)] = self.find(one)


# ---- values ----------------------------------------------------------------------------------------------------------


def _owner(value: Value) -> Value:
    """The value whose slot this one shares."""
    while True:
        node = value.node
        block = node.block
        if block is None:
            return value
        if block.alias is not None:
            value = node.inputs[block.alias]
        elif (
            block.forwards
            and value.index >= 0
            and spread_arguments(node, outputs=True)[value.index].name == block.forwards[0]
        ):
            names = [argument.name for argument in spread_arguments(node, outputs=False)]
            value = node.inputs[names.index(block.forwards[1])]
        elif node.op_type in (*plan.SWITCHES, *plan.ENTERS, *plan.EXITS, "LoopCond"):
            value = node.inputs[0]
        else:
            return value


def _of_a_part(value: Value, most: int) -> Value:
    """The value for a part of its batch, of so many elements or less."""
    assert value.shape is not None
    return Value(value.node, value.index, value.dtype, (most, *value.shape[1:]))


def is_fully_known(shape: Shape) -> bool:
    return shape is not None and -1 not in shape


def constant_array(node: Node) -> np.ndarray:
    """The elements of a Const node, in C order. Raises what TensorFlow's Const kernel raises for a damaged value."""
    array = getattr(node.attrs, "array", None)
    if array is None:
        array = _decoded(node)
    return np.asarray(array, order="C")


def _decoded(node: Node) -> np.ndarray:
    (proto, content), dtype = node.attrs.constant(), node.attrs.dtype
    if proto.dtype != dtype.as_datatype_enum:
        have, want = attr_values.type_name(proto.dtype), attr_values.type_name(dtype.as_datatype_enum)
        message = f"Const '{node.name}': Type mismatch between value ({have}) and dtype ({want})"
        raise InvalidArgumentError(None, node.origin, message)
    rank = len(proto.tensor_shape.dim)
    if rank > layout.MAX_RANK:
        message = f"Const '{node.name}': a tensor of rank {rank} is above the highest rank, {layout.MAX_RANK}"
        raise UnimplementedError(None, node.origin, message)
    try:
        return tensor_from_proto(proto, content)
    except InvalidArgumentError as refusal:
        message = (
            f"Const '{node.name}': Cannot parse tensor from proto: dtype: {attr_values.enum_name(proto.dtype)}\n"
            f"{refusal.message}"
        )
        raise InvalidArgumentError(None, node.origin, message) from None


def spread_arguments(node: Node, *, outputs: bool) -> list[Argument]:
    """The signature's arguments, one an operand: a list argument repeats."""
    if node.definition is None:
        return [Argument(f"_{i}") for i in range(len(node.outputs if outputs else node.inputs))]
    arguments = node.definition.outputs if outputs else node.definition.inputs
    spread: list[Argument] = []
    for argument in arguments:
        spread += [argument] * operand_count(argument, node)
    return spread


def operand_count(argument: Argument, node: Node) -> int:
    if argument.number_attr:
        return int(getattr(node.attrs, argument.number_attr))
    if argument.type_list_attr:
        return len(getattr(node.attrs, argument.type_list_attr))
    return 1


@functools.cache
def storage_name(dtype: DType) -> str:
    """Numpy name of what lies in memory, as compiled code sees it: handles for strings, bits for half floats."""
    if dtype in (dtypes.string, dtypes.resource, dtypes.variant):
        return "int64"
    return _BITS_ONLY.get(dtype) or dtype.storage.name


def argument_dtypes(node: Node, block: Block) -> tuple[str, ...]:
    """Numpy type name of every argument of a kernel, workspace and kept words included."""
    assert node.definition is not None
    names: list[str] = []
    for arguments, values in ((node.definition.inputs, node.inputs), (node.definition.outputs, node.outputs)):
        at = 0
        for argument in arguments:
            count = operand_count(argument, node)
            names.append(_argument_dtype(argument, values[at] if count else None, node, block))
            at += count
    names += [storage_name(workspace_dtype(dtype, node)) for dtype in block.workspace.values()]
    return (*names, *["int64"] * len(block.keeps))


def workspace_dtype(name: str, node: Node) -> DType:
    """Of a workspace declared by dtype or by type attribute; kernels work on 16-bit floats as float32, see widen.py."""
    if node.definition is None or name not in node.definition.attrs:
        return dtypes.as_dtype(name)
    dtype: DType = getattr(node.attrs, name)
    return dtypes.float32 if dtype in _BITS_ONLY else dtype


def _held_dtype(name: str, node: Node) -> DType:
    """Of what a variable holds, declared by type attribute or by dtype."""
    assert node.definition is not None
    return getattr(node.attrs, name) if name in node.definition.attrs else dtypes.as_dtype(name)


def _argument_dtype(argument: Argument, value: Value | None, node: Node, block: Block) -> str:
    if value is None:  # of an empty list
        if argument.type_attr:
            return storage_name(workspace_dtype(argument.type_attr, node))
        return storage_name(argument.dtype) if argument.dtype else "int64"
    dtype = _held_dtype(block.variables[argument.name], node) if argument.name in block.variables else value.dtype
    if argument.name in block.moves:
        return _MOVED_AS[dtype.itemsize]
    if argument.name in block.variables and dtype in _BITS_ONLY:
        return dtype.name  # a view that converts element by element: no cast can stand between
    return storage_name(dtype)
