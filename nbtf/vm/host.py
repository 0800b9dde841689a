"""Host ops: what Python computes for the VM (strings, files, tables, linear algebra, and saying what went wrong).

A block's `host` is called as host(call, *inputs) with one numpy array an input: strings as object arrays of bytes, a
handle as an int64 scalar. It returns nothing, one array, or a sequence with one array an output; for strings, an int64
array is handles already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes, errors
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.program import Instruction
from nbtf.errors import FailedPreconditionError, InternalError, InvalidArgumentError, OpError, UnimplementedError
from nbtf.graph.registry import Block
from nbtf.shapes import CheckFailed, NotSupported, PreconditionFailed

if TYPE_CHECKING:
    from nbtf.vm.context import Context


class HostCall:
    """What a host function may know beyond its inputs."""

    def __init__(self, context: Context, node: Node) -> None:
        self.context = context
        self.node = node
        self.attrs = node.attrs
        self.resources = context.resources

    def run_recursively(self, inputs: Sequence[Any]) -> list[Any]:
        """The outputs of the call that this node stands for, from a program of its own."""
        from nbtf.vm import recursion  # it builds executables, which serve host ops

        return recursion.run(self.node, self.resources, inputs)

    def lend(self, resource: Any) -> None:
        """Makes its handle lead to a resource for this run, and for as long as somebody else keeps it."""
        self.resources.lend(resource)
        self.context.run_held.append(resource)

    def resource(self, handle: Any) -> Any:
        """The session's resource behind a handle."""
        found = self.resources.at(int(handle))
        if found is None:
            raise InvalidArgumentError(None, self.node.origin, f"{described(self.node)}: the resource does not exist")
        return found


def serve(context: Context, instruction: Instruction) -> None:
    """Compute one host instruction and store what it returns."""
    node = instruction.node
    assert node is not None and node.block is not None and node.block.host is not None
    count = len(node.inputs)
    slots = instruction.operands
    inputs = [read(context, slot, value) for slot, value in zip(slots, node.inputs, strict=False)]
    try:
        if node.block.checked:
            from nbtf.vm import failure  # it explains what host ops refuse, too

            failure.rerun_rule(node, node.block, inputs)
        if node.block.begin is not None:
            inputs[0] = context.attempts[int(inputs[0])].wait(context.deadline)
        result = node.block.host(HostCall(context, node), *inputs)
    except CheckFailed as refusal:
        raise error_class(refusal, node.block)(None, node.origin, f"{described(node)}: {refusal}") from None
    except OpError as error:
        if error.op is None and node.origin is not None:
            error._op = node.origin
        raise
    outputs = slots[count : count + len(node.outputs)]
    results = [] if result is None else list(result) if isinstance(result, list | tuple) else [result]
    if len(results) != len(outputs):
        raise InternalError(None, node.origin, f"{described(node)}: {len(results)} results for {len(outputs)} outputs")
    for slot, value, array in zip(outputs, node.outputs, results, strict=True):
        write(context, slot, value, array)


def error_class(refusal: CheckFailed, block: Block) -> Callable[..., OpError]:
    """What a refused check is in TensorFlow."""
    if isinstance(refusal, NotSupported):
        return UnimplementedError
    if isinstance(refusal, PreconditionFailed):
        return FailedPreconditionError
    return getattr(errors, block.refusal)  # type: ignore[no-any-return]


def read(context: Context, slot: int, value: Value) -> np.ndarray[Any, Any]:
    """A slot as an array: a view for numbers, bytes for strings."""
    if _is_number(value):
        return context.view(slot, np.dtype(np.int64))
    if value.dtype == dtypes.string:
        return context.strings.strings(context.view(slot, np.dtype(np.int64)))
    return context.view(slot, value.dtype.storage)


def write(context: Context, slot: int, value: Value, array: Any) -> None:
    """The slot reads this array from now on; the run keeps it."""
    if value.dtype == dtypes.string and not value.is_handle:
        array = np.asarray(array)
        stored = array if array.dtype == np.int64 else context.strings.handles(array.astype(object, copy=False))
    else:
        dtype = np.dtype(np.int64) if _is_number(value) else value.dtype.storage
        stored = np.asarray(array, order="C")
        if stored.dtype != dtype:
            stored = stored.astype(dtype)
    context.run_held.append(stored)
    context.set_slot(slot, stored)


def _is_number(value: Value) -> bool:
    """Whether a slot holds a handle or a variant's ticket."""
    return value.is_handle or value.dtype == dtypes.variant


def described(node: Node) -> str:
    """How messages name a node."""
    op_type = node.op_type
    if op_type.startswith("_") and node.origin is not None:  # made by the compiler
        op_type = node.origin.type
    return f"{op_type} '{node.name}'"
