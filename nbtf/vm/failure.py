"""From a status to an error: compiled code only says that it refused, plain Python finds the words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from nbtf import dtypes, errors, layout
from nbtf.checkpoint.arrays import type_name
from nbtf.compiler.emit import constant_array, operand_count, workspace_dtype
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.packing import packed_attrs
from nbtf.compiler.program import Instruction
from nbtf.errors import (
    FailedPreconditionError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    ResourceExhaustedError,
)
from nbtf.graph.registry import Block
from nbtf.graph.shape_inference import attr_coder
from nbtf.refusals import REFUSALS
from nbtf.shapes import CheckFailed, Dims
from nbtf.vm.context import Context
from nbtf.vm.detail import Detail
from nbtf.vm.host import described, error_class, read
from nbtf.vm.resources import Variable

_WHOLE = {"part": 0, "parts": 1}  # one call of a kernel does all its work


def explain(status: int, context: Context, instruction: Instruction) -> OpError:
    """The error of an instruction that returned this status."""
    node = instruction.node
    if status == layout.NOT_SCALAR:
        shape = ",".join(map(str, context.shape(instruction.operands[0])))
        message = f"The second input must be a scalar, but it has shape [{shape}]"
        return InvalidArgumentError(None, None, message)
    if status == layout.DEAD or node is None:
        return InvalidArgumentError(None, None, "Retval[0] does not have value")
    origin = node.origin
    if status == layout.UNINITIALIZED:
        return _uninitialized(context, instruction, node)
    if status == layout.TOO_LARGE:
        shapes = [list(context.shape(slot)) for slot in instruction.operands[: len(node.inputs)]]
        return ResourceExhaustedError(None, origin, f"{described(node)}: result too large, inputs are {shapes}")
    if status == layout.WRONG_HANDLE:
        return _wrong_handle(context, instruction, node)
    if status == layout.REFUSED:
        return _refused(context, instruction, node)
    if status == layout.REFUSED_IN_WORDS:
        return _refused_in_words(context, node)
    return InternalError(None, origin, f"{described(node)}: status {status}")


def _uninitialized(context: Context, instruction: Instruction, node: Node) -> OpError:
    for slot, value in zip(instruction.operands, node.inputs, strict=False):
        if not value.is_handle:
            continue
        variable = context.resources.at(int(context.view(slot, np.dtype(np.int64))))
        if variable is None or variable.is_initialized:
            continue
        if value.dtype != dtypes.resource:
            message = f"Attempting to use uninitialized value {_source(value).name}"
            return FailedPreconditionError(None, node.origin, f"{described(node)}: {message}")
        missing = context.resources.missing(variable)
        if node.block is not None and node.block.family == "training":
            return InternalError(None, node.origin, f"{described(node)}: Invalid variable reference. {missing}")
        if node.op_type != "ReadVariableOp":
            return NotFoundError(None, node.origin, f"{described(node)}: {missing}")
        return FailedPreconditionError(
            None,
            node.origin,
            f"{described(node)}: Could not find variable {variable.name}. This could mean that the variable has been "
            "deleted. In TF1, it can also mean the variable is uninitialized. Debug info: "
            f"container={variable.container}, status error message={missing}",
        )
    return InternalError(None, node.origin, f"{described(node)}: no variable of it is uninitialized")


def _source(value: Value) -> Node:
    """The node that made a ref, behind what only passes it on."""
    node = value.node
    while node.inputs and node.inputs[0].is_handle:
        node = node.inputs[0].node
    return node


def _wrong_handle(context: Context, instruction: Instruction, node: Node) -> OpError:
    message = "the handle leads to no resource of its kind"
    for slot, value in zip(instruction.operands, node.inputs, strict=False):
        found = context.resources.at(int(context.view(slot, np.dtype(np.int64)))) if value.is_handle else None
        wanted = getattr(node.attrs, "dtype", None) or getattr(node.attrs, "T", None)
        if isinstance(found, Variable) and wanted is not None:
            verb = "assign" if node.block is not None and node.block.writes else "read"
            message = (
                f"Trying to {verb} variable with wrong dtype. Expected {type_name(wanted)} got {type_name(found.dtype)}"
            )
    return InvalidArgumentError(None, node.origin, f"{described(node)}: {message}")


def _refused_in_words(context: Context, node: Node) -> OpError:
    refusal = REFUSALS[context.words[layout.REFUSAL]]
    details = [Detail(context, context.words[layout.DETAILS + i]) for i in range(layout.DETAIL_WORDS)]
    kind: Callable[..., OpError] = getattr(errors, refusal.error)
    return kind(None, node.origin, f"{described(node)}: {refusal.message.format(*details)}")


def _refused(context: Context, instruction: Instruction, node: Node) -> OpError:
    block = node.block
    assert block is not None
    inputs = [read(context, slot, v) for slot, v in zip(instruction.operands, node.inputs, strict=False)]
    if block.steps:
        return _refused_chain(node, inputs)
    for index, (array, value) in enumerate(zip(inputs, node.inputs, strict=True)):
        if value.is_handle and block.variables:
            inputs[index] = _variable_array(context, array)
    try:
        rerun_rule(node, block, inputs)
        _rerun_body(node, block, inputs)
    except CheckFailed as refusal:
        told = getattr(node.attrs, block.told_by, None) if block.told_by else None
        words = str(refusal).replace("{node}", node.name)
        words = words if told is None else f"{told} : {words}"
        return error_class(refusal, block)(None, node.origin, f"{described(node)}: {words}")
    except (IndexError, ValueError, ZeroDivisionError) as error:
        return InvalidArgumentError(None, node.origin, f"{described(node)}: {error}")
    shapes = [list(array.shape) for array in inputs]
    return InvalidArgumentError(None, node.origin, f"{described(node)}: refused its inputs, of shapes {shapes}")


def _refused_chain(node: Node, inputs: list[np.ndarray[Any, Any]]) -> OpError:
    """The error of the first step of an elementwise chain that refuses its arguments."""
    values = dict(zip(node.inputs, inputs, strict=True))
    for step in node.attrs.steps:
        arguments = [values[v] if v in values else constant_array(v.node) for v in step.arguments]
        block = step.node.block
        try:
            rerun_rule(step.node, block, arguments[: len(step.node.inputs)])
            result = _rule_results(block, arguments)
        except CheckFailed as refusal:
            kind = error_class(refusal, block)
            return kind(None, step.node.origin, f"{described(step.node)}: {refusal}")
        values[step.node.outputs[0]] = result.astype(step.node.outputs[0].dtype.storage)
    return InternalError(None, node.origin, f"{described(node)}: no step of it refuses its inputs")


def _rule_results(block: Block, arguments: list[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """A scalar rule over broadcast arrays as plain Python; raises CheckFailed where the rule does."""
    from nbtf.vm import builder

    rule = builder.plain_rule(block, arguments[0].dtype)
    arrays = np.broadcast_arrays(*arguments)
    results = [rule(*values) for values in zip(*(array.flat for array in arrays), strict=True)]
    return np.asarray(results).reshape(arrays[0].shape)


def _variable_array(context: Context, handle: Any) -> np.ndarray[Any, Any]:
    """A copy of what a variable holds: the kernel may write into it before it refuses. Zeros while it holds nothing."""
    variable = context.resources.at(int(handle))
    if not isinstance(variable, Variable):
        return np.empty(0, np.int64)
    return variable.array if variable.is_initialized else np.broadcast_to(np.int64(0), variable.shape)


def rerun_rule(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> None:
    """The shape rule as plain Python on the dims of these arrays: raises CheckFailed where it refuses them."""
    if block.rule and block.shape:
        others = block.parameters[len(inputs) :]
        rest = [Dims() if name == "out" else getattr(node.attrs, name) for name in others]
        block.shape(*(array.shape for array in inputs), *rest)
        return
    for rule in (block.shape, block.workspace_size):
        if rule is not None and node.definition is not None:
            rule(**_arguments(rule, node, block, inputs, _output_dims(node), flat_values=True))


def _rerun_body(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> None:
    """The kernel itself as plain Python on the same arrays, writing into arrays of its own."""
    from nbtf.vm import builder

    if block.rule:
        scalars = [np.asarray(getattr(node.attrs, name), inputs[0].dtype) for name in block.scalars]
        _rule_results(block, [*inputs, *scalars])
    elif block.kernel and node.definition is not None:
        body, ranks = builder.plain_body(block)
        outputs = _output_arrays(node, block, inputs)
        body(**_arguments(body, node, block, inputs, outputs, flat_values=False, ranks=ranks))


def _output_dims(node: Node) -> Any:
    """What a rule gets as `out`: a list where the op has several outputs, however many this node has."""
    assert node.definition is not None
    declared = node.definition.outputs
    several = len(declared) > 1 or any(one.number_attr or one.type_list_attr for one in declared)
    return [Dims() for _ in node.outputs] if several else Dims()


def _output_arrays(node: Node, block: Block, inputs: list[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
    assert block.shape is not None
    dims = _output_dims(node)
    result = block.shape(**_arguments(block.shape, node, block, inputs, dims, flat_values=True))
    if "out" in block.parameters:
        shapes = [dims] if isinstance(dims, Dims) else dims
    else:
        shapes = [result] if len(node.outputs) == 1 else result
    return [
        np.zeros([max(d, 0) for d in shape], np.int64 if v.dtype == dtypes.string else v.dtype.storage)
        for shape, v in zip(shapes, node.outputs, strict=True)
    ]


def _arguments(
    function: Any,
    node: Node,
    block: Block,
    inputs: list[Any],
    outputs: Any,
    *,
    flat_values: bool,
    ranks: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Any]:
    """What a rule (flat_values) or a kernel body gets, by parameter name; arrays are flat but for those in `ranks`."""
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
            given[name] = arrays[name] if name in ranks else _each(arrays[name], _elements)
        elif name in arrays or base in arrays:
            given[name] = _each(arrays[name if name in arrays else base], lambda a: a.shape)
        elif name == "out":
            given[name] = outputs
        elif name in packed_attrs(node.definition):
            coder = attr_coder(node.definition.attrs[name])
            value = getattr(node.attrs, name)
            given[name] = value if coder is None else coder(value)
        elif name in _WHOLE:
            given[name] = _WHOLE[name]
        else:
            given[name] = _private_array(name, node, block, inputs)
    return given


def _private_array(name: str, node: Node, block: Block, inputs: list[Any]) -> np.ndarray[Any, Any]:
    """A workspace as the kernel would have it, or words that the session keeps."""
    if name in block.keeps:
        return np.zeros(block.keeps[name], np.int64)
    assert block.workspace_size is not None
    rule = block.workspace_size
    sizes = rule(**_arguments(rule, node, block, inputs, None, flat_values=True))
    return np.zeros(sizes[list(block.workspace).index(name)], workspace_dtype(block.workspace[name], node).storage)


def _elements(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Elements as a rule reads them: compiled code counts in int64, whatever the array's type."""
    flat = array.reshape(-1)
    return flat.astype(np.int64) if flat.dtype.kind == "i" else flat


def _each(value: Any, function: Any) -> Any:
    return [function(v) for v in value] if isinstance(value, list) else function(value)
