"""apply_op: an operation of any type from Python values, by nothing but its signature.

z = apply_op("AddV2", x=x, y=1.0)
values, indices = apply_op("TopKV2", input=x, k=3)
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from nbtf import tensor_shape
from nbtf.dtypes import DType, as_dtype
from nbtf.graph import conversion
from nbtf.graph.graph import Graph
from nbtf.graph.lookup import graph_of
from nbtf.graph.op_kind import OpKind, is_list
from nbtf.graph.operation import Operation
from nbtf.graph.registry import snake_case
from nbtf.graph.tensor import Tensor
from nbtf.wire import op_defs, schema


def apply_op(op_type: str, name: str | None = None, **arguments: Any) -> Any:
    """Adds an operation to the graph of its inputs.

    arguments: the signature's inputs (anything convert_to_tensor takes; lists for list inputs) and attributes; those
    that follow from the inputs are not given, those with a default need not be.
    Returns the Operation if it has no outputs, its output (a list for a list output) if it has one, else a namedtuple.
    Raises TypeError and ValueError, with TensorFlow's words, for arguments that do not fit the signature.
    """
    kind = OpKind.of(op_type)
    if kind.definition is None:
        raise RuntimeError(f"Unrecognized Op name {op_type}")
    graph = graph_of(_flat(arguments.values()))
    call = _Call(kind.definition, arguments)
    with graph.as_default(), graph.name_scope(name or op_type) as scope:
        inputs = call.convert_inputs()
        attrs = call.encode_attrs()
        with call.colocated(graph):
            op = graph.create_op(op_type, inputs, name=scope, attrs=attrs)
    return structured_outputs(op)


def structured_outputs(op: Operation) -> Any:
    """The outputs of an operation as its signature arranges them."""
    definition = op.definition
    if definition is None or not op._outputs:
        return op
    results: list[Any] = []
    outputs = list(op._outputs)
    for argument, length in zip(definition.outputs, op.kind.output_lengths(op._node), strict=True):
        results.append(outputs[:length] if is_list(argument) else outputs[0])
        del outputs[:length]
    return results[0] if len(results) == 1 else _result_class(op.kind.op_type)(*results)


@functools.cache
def _result_class(op_type: str) -> Any:
    definition = op_defs.find(op_type)
    assert definition is not None
    names = [argument.name for argument in definition.outputs]
    return collections.namedtuple(op_type.replace(">", "_"), names)  # some op types have a name space


def _flat(values: Any) -> Any:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from value
        else:
            yield value


class _Call:
    """The arguments of one call on their way to inputs and attributes."""

    def __init__(self, definition: op_defs.OpDef, arguments: dict[str, Any]) -> None:
        self._definition = definition
        self._op_type = definition.name
        self._arguments = dict(arguments)
        self._attrs: dict[str, Any] = {}  # DType, list of DType, int: as inferred; else as given
        self._inferred_from: dict[str, str] = {}
        self._refs: list[Operation] = []
        unexpected = arguments.keys() - definition.attrs.keys() - {argument.name for argument in definition.inputs}
        if unexpected:
            raise TypeError(f"{snake_case(self._op_type)}() got an unexpected keyword argument '{min(unexpected)}'")
        for argument in definition.inputs:
            if argument.number_attr and not isinstance(arguments.get(argument.name, ()), (list, tuple)):
                raise TypeError(
                    f"Expected list for '{argument.name}' argument to '{snake_case(self._op_type)}' Op, "
                    f"not {arguments[argument.name]!r}."
                )
        inferred = {argument.type_list_attr or argument.number_attr for argument in definition.inputs}
        for attr in definition.attrs.values():
            value = self._arguments.get(attr.name)
            if value is None or attr.name in inferred:  # a length or list of types follows from the inputs
                continue
            self._attrs[attr.name] = checked_attr(self._op_type, attr, self._arguments.pop(attr.name))
            self._inferred_from[attr.name] = attr.name

    # ---- inputs ----

    def convert_inputs(self) -> list[Tensor]:
        inputs: list[Tensor] = []
        for argument in self._definition.inputs:
            if argument.name not in self._arguments:
                raise TypeError(f"No argument for input {argument.name} found in {self._definition.summary}")
            value = self._arguments.pop(argument.name)
            tensors = self._list_input(argument, value) if is_list(argument) else [self._input(argument, value)]
            if argument.is_ref and not all(tensor.dtype._is_ref_dtype for tensor in tensors):
                raise TypeError(
                    f"'{self._op_type}' Op requires that input '{argument.name}' "
                    "be a mutable tensor (e.g.: a tf.Variable)"
                )
            self._infer(argument, tensors)
            inputs.extend(tensors)
        # one tensor an argument, as TensorFlow pairs them, whether or not an argument is a list
        pairs = zip(self._definition.inputs, inputs, strict=False)
        self._refs.extend(tensor.op for argument, tensor in pairs if argument.is_ref)
        return inputs

    def colocated(self, graph: Graph) -> AbstractContextManager[Any]:
        """The scope in which an operation lives where the variables are that it changes."""
        stack = ExitStack()
        for op in self._refs:
            stack.enter_context(graph.colocate_with(op))
        return stack

    def _wanted_type(self, argument: op_defs.Argument) -> tuple[DType | None, DType | None]:
        """The type an input must have, and the one it gets where its value leaves that open."""
        if argument.dtype is not None:
            return argument.dtype, None
        if argument.type_attr in self._attrs:
            return self._attrs[argument.type_attr], None
        if argument.type_attr:
            attr = self._definition.attrs[argument.type_attr]
            return None, attr.default if attr.has_default else None
        return None, None

    def _input(self, argument: op_defs.Argument, value: Any) -> Tensor:
        dtype, preferred = self._wanted_type(argument)
        if preferred is not None and not isinstance(value, Tensor):
            found = self._input_as_it_comes(argument, value)
            if found is not None:
                return found
        try:
            return conversion.convert_to_tensor(value, dtype, argument.name, preferred, as_ref=argument.is_ref)
        except TypeError as error:
            if dtype is None:
                raise
            raise TypeError(
                f"Expected {dtype.name} passed to parameter '{argument.name}' of op '{self._op_type}', "
                f"got {value!r} of type '{type(value).__name__}' instead. Error: {error}"
            ) from None
        except ValueError as error:
            raise self._mismatch(argument, value, error) from None

    def _input_as_it_comes(self, argument: op_defs.Argument, value: Any) -> Tensor | None:
        """The value with the dtype that it has by itself, where the op allows that; the attribute's default is second."""
        allowed = self._definition.attrs[argument.type_attr].allowed
        if not allowed:
            return None
        try:
            found = conversion.convert_to_tensor(value, name=argument.name, as_ref=argument.is_ref)
        except TypeError:
            return None
        return found if found.dtype.base_dtype in allowed else None

    def _mismatch(self, argument: op_defs.Argument, value: Any, error: ValueError) -> Exception:
        if not isinstance(value, Tensor):
            try:
                value = conversion.convert_to_tensor(value, as_ref=argument.is_ref)
            except ValueError as reason:
                return ValueError(f"Tried to convert '{argument.name}' to a tensor and failed. Error: {reason}")
        prefix = f"Input '{argument.name}' of '{self._op_type}' Op has type {value.dtype.name} that does not match"
        if argument.dtype is not None:
            return TypeError(f"{prefix} expected type of {argument.dtype.name}.")
        if argument.type_attr not in self._attrs:
            return error
        origin = self._inferred_from.get(argument.type_attr, "Default in OpDef")
        return TypeError(f"{prefix} type {self._attrs[argument.type_attr].name} of argument '{origin}'.")

    def _list_input(self, argument: op_defs.Argument, values: Any) -> list[Tensor]:
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"Expected list for '{argument.name}' argument to '{self._op_type}' Op, not {values}.")
        dtype, preferred = self._wanted_type(argument)
        if dtype is None and argument.number_attr:
            dtype = next((value.dtype.base_dtype for value in values if isinstance(value, Tensor)), None)
        try:
            tensors = self._converted_list(argument, values, dtype, preferred)
        except (TypeError, ValueError):
            raise self._list_mismatch(argument, values, self._wanted_type(argument)[0]) from None
        if argument.number_attr and len({tensor.dtype.base_dtype for tensor in tensors}) > 1:
            raise self._list_mismatch(argument, tensors, None)
        return tensors

    def _converted_list(
        self, argument: op_defs.Argument, values: Sequence[Any], dtype: DType | None, preferred: DType | None
    ) -> list[Tensor]:
        if argument.type_list_attr and argument.type_list_attr in self._arguments:
            wanted = [as_dtype(one) for one in self._arguments[argument.type_list_attr]]
            if len(wanted) == len(values):
                return [
                    conversion.convert_to_tensor(value, one, f"{argument.name}_{i}", as_ref=argument.is_ref)
                    for i, (value, one) in enumerate(zip(values, wanted, strict=True))
                ]
        return conversion.convert_n_to_tensor(values, dtype, argument.name, preferred, argument.is_ref)

    def _list_mismatch(self, argument: op_defs.Argument, values: Sequence[Any], dtype: DType | None) -> TypeError:
        observed = []
        for value in values:
            try:
                observed.append(conversion.convert_to_tensor(value, as_ref=argument.is_ref).dtype.base_dtype.name)
            except (TypeError, ValueError):
                observed.append("<NOT CONVERTIBLE TO TENSOR>")
        prefix = (
            f"Tensors in list passed to '{argument.name}' of '{self._op_type}' Op have types [{', '.join(observed)}]"
        )
        if not argument.number_attr:
            return TypeError(f"{prefix} that are invalid. Tensors: {values}")
        if dtype is None:
            return TypeError(f"{prefix} that don't all match.")
        return TypeError(f"{prefix} that do not match expected type {dtype.name}.")

    def _infer(self, argument: op_defs.Argument, tensors: Sequence[Tensor]) -> None:
        """The attributes that the tensors of one argument tell."""
        attrs = self._definition.attrs
        base_dtypes = [tensor.dtype.base_dtype for tensor in tensors]
        if argument.number_attr:
            self._infer_length(argument, len(tensors), attrs[argument.number_attr])
        if argument.type_list_attr:
            known = self._attrs.setdefault(argument.type_list_attr, base_dtypes)
            if known != base_dtypes:
                origin = self._inferred_from[argument.type_list_attr]
                raise TypeError(
                    f"Input '{argument.name}' of '{self._op_type}' Op has type list of "
                    f"{', '.join(dtype.name for dtype in base_dtypes)} that does not match type list "
                    f"{', '.join(dtype.name for dtype in known)} of argument '{origin}'."
                )
            self._inferred_from.setdefault(argument.type_list_attr, argument.name)
            self._arguments.pop(argument.type_list_attr, None)
            for dtype in base_dtypes:
                _check_allowed_type(dtype, attrs[argument.type_list_attr], argument.name)
        elif argument.type_attr and base_dtypes and argument.type_attr not in self._attrs:
            _check_allowed_type(base_dtypes[0], attrs[argument.type_attr], argument.name)
            self._attrs[argument.type_attr] = base_dtypes[0]
            self._inferred_from[argument.type_attr] = argument.name

    def _infer_length(self, argument: op_defs.Argument, length: int, attr: op_defs.Attr) -> None:
        prefix = f"List argument '{argument.name}' to '{self._op_type}' Op with length {length}"
        known = self._attrs.setdefault(attr.name, length)
        if known != length:
            raise ValueError(
                f"{prefix} must match length {known} of argument '{self._inferred_from.get(attr.name, attr.name)}'."
            )
        if attr.minimum is not None and length < attr.minimum:
            raise ValueError(f"{prefix} shorter than minimum length {attr.minimum}.")
        self._inferred_from.setdefault(attr.name, argument.name)
        self._arguments.pop(attr.name, None)

    # ---- attributes ----

    def encode_attrs(self) -> dict[str, Any]:
        """AttrValues of all attributes."""
        encoded: dict[str, Any] = {}
        for attr in self._definition.attrs.values():
            if attr.name in self._attrs:
                encoded[attr.name] = op_defs.encode_attr(self._attrs[attr.name], attr)
            elif attr.has_default:
                encoded[attr.name] = attr.default_value()
            elif attr.name not in self._arguments:
                raise TypeError(f"No argument found for attr {attr.name} for {self._op_type}")
            elif attr.type != "shape":
                encoded[attr.name] = op_defs.encode_attr(checked_attr(self._op_type, attr, None), attr)
            else:  # a shape of None: unknown
                encoded[attr.name] = op_defs.encode_attr(tensor_shape.TensorShape(None), attr)
        return encoded


# ---- values of attributes --------------------------------------------------------------------------------------------


def _check_allowed_type(dtype: DType, attr: op_defs.Attr, parameter: str) -> None:
    if attr.allowed and dtype not in attr.allowed:
        listed = ", ".join(allowed.name for allowed in attr.allowed)
        raise TypeError(
            f"Value passed to parameter '{parameter}' has DataType {dtype.name} not in list of allowed values: {listed}"
        )


def checked_attr(op_type: str, attr: op_defs.Attr, value: Any) -> Any:
    """`value` in the form that attribute `attr` takes. TypeError for the wrong kind, ValueError for the range."""
    if attr.type.startswith("list("):
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"Expected list for '{attr.name}' argument to '{snake_case(op_type)}' Op, not {value!r}.")
        if attr.minimum is not None and len(value) < attr.minimum:
            raise ValueError(
                f"Attr '{attr.name}' of '{op_type}' Op passed list of length {len(value)} "
                f"less than minimum {attr.minimum}."
            )
        items = [_checked_item(op_type, attr, attr.type[5:-1], item) for item in value]
        return items
    item = _checked_item(op_type, attr, attr.type, value)
    if attr.type == "int" and attr.minimum is not None and item < attr.minimum:
        raise ValueError(f"Attr '{attr.name}' of '{op_type}' Op passed {item} less than minimum {attr.minimum}.")
    return item


def _checked_item(op_type: str, attr: op_defs.Attr, kind: str, value: Any) -> Any:
    if kind == "string":
        if not isinstance(value, (str, bytes)):
            raise TypeError(f"Expected string for argument '{attr.name}' not {value!r}.")
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        if attr.allowed and text not in attr.allowed:
            listed = '", "'.join(attr.allowed)
            raise ValueError(f"Attr '{attr.name}' of '{op_type}' Op passed string '{text}' not in: \"{listed}\".")
        return value
    if kind == "type":
        try:
            dtype = as_dtype(value).base_dtype
        except TypeError:
            raise TypeError(f"Expected DataType for argument '{attr.name}' not {value!r}.") from None
        _check_allowed_type(dtype, attr, attr.name)
        return dtype
    if kind in ("int", "float", "bool"):
        return _checked_number(attr, kind, value)
    if kind == "shape":
        try:
            return tensor_shape.as_shape(value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"Error converting {attr.name} to a TensorShape: {error}.") from None
    if kind == "func" and not isinstance(value, (str, schema.NameAttrList)):
        value = getattr(value, "name", value)
        if not isinstance(value, str):
            raise TypeError(f"Don't know how to convert {value!r} to a func for argument {attr.name}")
    return value


def _checked_number(attr: op_defs.Attr, kind: str, value: Any) -> Any:
    refused = TypeError(f"Expected {kind} for argument '{attr.name}' not {value!r}.")
    if kind == "bool":
        if not isinstance(value, bool):
            raise refused
        return value
    if isinstance(value, (str, bytes)):
        raise refused
    try:
        return int(value) if kind == "int" else float(value)
    except (TypeError, ValueError):
        raise refused from None
