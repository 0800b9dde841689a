"""From a status to an error: compiled code only says that it refused, plain Python finds the words."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from nbtf import dtypes, layout
from nbtf.compiler.emit import operand_count
from nbtf.compiler.ir import Node
from nbtf.compiler.packing import packed_attrs
from nbtf.compiler.program import Instruction
from nbtf.errors import (
    FailedPreconditionError,
    InternalError,
    InvalidArgumentError,
    OpError,
    ResourceExhaustedError,
)
from nbtf.graph.registry import Block
from nbtf.graph.shape_inference import attr_coder
from nbtf.shapes import CheckFailed, Dims
from nbtf.vm.context import Context, memory_view
from nbtf.vm.host import described, read


def explain(status: int, context: Context, instruction: Instruction) -> OpError:
    """The error of an instruction that returned this status."""
    node = instruction.node
    if status == layout.DEAD or node is None:
        return InvalidArgumentError(None, None, "Retval[0] does not have value")
    origin = node.origin
    if status == layout.UNINITIALIZED:
        return _uninitialized(context, node)
    if status == layout.TOO_LARGE:
        shapes = [list(context.shape(slot)) for slot in instruction.operands[: len(node.inputs)]]
        return ResourceExhaustedError(None, origin, f"{described(node)}: result too large, inputs are {shapes}")
    if status == layout.WRONG_HANDLE:
        return InvalidArgumentError(None, origin, f"{described(node)}: the handle leads to no resource of its kind")
    if status == layout.REFUSED:
        return _refused(context, instruction, node)
    return InternalError(None, origin, f"{described(node)}: status {status}")


def _uninitialized(context: Context, node: Node) -> OpError:
    name = node.name
    for value in node.inputs:
        source = value.node
        if source.block is not None and source.block.resource is not None:
            name = source.name
    if node.op_type == "_ReadRef" or "Resource" not in node.op_type and node.op_type != "ReadVariableOp":
        return FailedPreconditionError(None, node.origin, f"Attempting to use uninitialized value {name}")
    return FailedPreconditionError(
        None,
        node.origin,
        f"Error while reading resource variable {name} from Container: localhost. This could mean that the variable was "
        f"uninitialized. Could not find variable {name}.",
    )


def _refused(context: Context, instruction: Instruction, node: Node) -> OpError:
    block = node.block
    assert block is not None
    inputs = [read(context, slot, v) for slot, v in zip(instruction.operands, node.inputs, strict=False)]
    for index, (array, value) in enumerate(zip(inputs, node.inputs, strict=True)):
        if value.is_handle and block.variables:
            inputs[index] = _variable_array(context, array, value.dtype, node, block)
    try:
        _rerun_rule(node, block, inputs)
        _rerun_body(node, block, inputs)
    except CheckFailed as refusal:
        told = getattr(node.attrs, "message", None)  # CheckNumerics says whose numbers it checks
        told = told.decode(errors="replace") if isinstance(told, bytes) else told
        words = f"{told} : {refusal}" if isinstance(told, str) else str(refusal)
        return InvalidArgumentError(None, node.origin, f"{described(node)}: {words}")
    except (IndexError, ValueError, ZeroDivisionError) as error:
        return InvalidArgumentError(None, node.origin, f"{described(node)}: {error}")
    shapes = [list(array.shape) for array in inputs]
    return InvalidArgumentError(None, node.origin, f"{described(node)}: refused its inputs, of shapes {shapes}")


def _variable_array(context: Context, handle: Any, dtype: Any, node: Node, block: Block) -> np.ndarray[Any, Any]:
    variable = context.resources.at(int(handle))
    if variable is None or not variable.is_initialized:
        return np.empty(0, np.int64)
    return memory_view(int(variable.words[layout.DATA]), variable.shape, variable.dtype.storage)


def _rerun_rule(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> None:
    if block.rule and block.shape:
        others = block.parameters[len(inputs) :]
        rest = [Dims() if name == "out" else getattr(node.attrs, name) for name in others]
        block.shape(*(array.shape for array in inputs), *rest)
        return
    for rule in (block.shape, block.workspace_size):
        if rule is not None and node.definition is not None:
            outputs: Any = Dims() if len(node.outputs) == 1 else [Dims() for _ in node.outputs]
            rule(**_arguments(rule, node, block, inputs, outputs, flat_values=True))


def _rerun_body(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> None:
    """The kernel itself as plain Python on the same arrays, writing into arrays of its own."""
    from nbtf.vm import builder

    if block.rule:
        rule = builder.plain_rule(block, inputs[0].dtype)
        scalars = [np.asarray(getattr(node.attrs, name), inputs[0].dtype) for name in block.scalars]
        for values in zip(*(array.flat for array in np.broadcast_arrays(*inputs, *scalars)), strict=True):
            rule(*values)
    elif block.kernel and node.definition is not None:
        body = builder.plain_body(block)
        outputs = _output_arrays(node, block, inputs)
        body(**_arguments(body, node, block, inputs, outputs, flat_values=False))


def _output_arrays(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    assert block.shape is not None
    dims: Any = Dims() if len(node.outputs) == 1 else [Dims() for _ in node.outputs]
    result = block.shape(**_arguments(block.shape, node, block, inputs, dims, flat_values=True))
    if "out" in block.parameters:
        shapes = [dims] if len(node.outputs) == 1 else dims
    else:
        shapes = [result] if len(node.outputs) == 1 else result
    return [
        np.zeros([max(d, 0) for d in shape], np.int64 if v.dtype == dtypes.string else v.dtype.storage)
        for shape, v in zip(shapes, node.outputs, strict=True)
    ]


def _arguments(
    function: Any, node: Node, block: Block, inputs: list[Any], outputs: Any, *, flat_values: bool
) -> dict[str, Any]:
    """What a rule (flat_values) or a kernel body gets, by parameter name."""
    assert node.definition is not None
    arrays: dict[str, Any] = {}
    groups = [(node.definition.inputs, inputs)]
    if not flat_values:
        groups.append((node.definition.outputs, outputs))
    for arguments, values in groups:
        at = 0
        for argument in arguments:
            count = operand_count(argument, node)
            is_list = bool(argument.number_attr or argument.type_list_attr)
            arrays[argument.name] = values[at : at + count] if is_list else values[at]
            at += count
    given: dict[str, Any] = {}
    for name in inspect.signature(function).parameters:
        base = name.removesuffix("_dims")
        if name in arrays and (not flat_values or name in block.by_value):
            given[name] = _each(arrays[name], lambda a: a.reshape(-1))
        elif name in arrays or base in arrays:
            given[name] = _each(arrays[name if name in arrays else base], lambda a: a.shape)
        elif name == "out":
            given[name] = outputs
        elif name in packed_attrs(node.definition):
            coder = attr_coder(node.definition.attrs[name])
            value = getattr(node.attrs, name)
            given[name] = value if coder is None else coder(value)
        else:
            given[name] = np.zeros(1 << 16, np.float64)  # a workspace
    return given


def _each(value: Any, function: Any) -> Any:
    return [function(v) for v in value] if isinstance(value, list) else function(value)
