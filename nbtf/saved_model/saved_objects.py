"""The messages that describe the objects of a SavedModel."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.dtypes import as_dtype
from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import Function
from nbtf.graph.tensor import Tensor
from nbtf.lookup.tables import StaticHashTable
from nbtf.saved_model.function_specs import function_spec
from nbtf.saved_model.object_view import SavedConstant, is_asset, is_resource
from nbtf.saved_model.restored_gradients import CapturedTensor
from nbtf.saved_model.restored_objects import SignatureMap
from nbtf.saved_model.structured_values import encoded
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.variable import Variable
from nbtf.wire import schema

_SYNCHRONIZATION, _AGGREGATION = list(VariableSynchronization), list(VariableAggregation)


def object_graph_def(
    proto: Any,
    objects: Sequence[Any],
    constants: Mapping[SavedConstant, str],
    number_of: Mapping[Tensor, int],
    assets: Mapping[int, int],
    gradients: Sequence[CallableFunction] = (),
) -> Any:
    """A SavedObjectGraph.

    proto: the TrackableObjectGraph of the first objects; functions that save tables may follow. constants: names of nodes.
    number_of: of the object that has a tensor which functions captured. assets: number of an object -> that of its file.
    gradients: functions that are no objects.
    """
    made = schema.SavedObjectGraph()
    for number, one in enumerate(objects):
        node = made.nodes.add()
        if number < len(proto.nodes):
            node.children.extend(proto.nodes[number].children)
            node.slot_variables.extend(proto.nodes[number].slot_variables)
        if isinstance(one, (Function, CallableFunction)):
            node.dependencies.extend(node.children)
        _describe(node, one, constants, assets.get(number))
    for one in [*objects, *gradients]:
        if isinstance(one, CallableFunction) and one.name not in made.concrete_functions:
            saved = made.concrete_functions[one.name]
            saved.bound_inputs.extend(number_of[tensor] for tensor in one.captured_inputs)
            saved.canonicalized_input_signature.CopyFrom(encoded(one.structured_input_signature))
            saved.output_signature.CopyFrom(encoded(one.output_specs))
    return made


def _describe(node: Any, value: Any, constants: Mapping[SavedConstant, str], asset: int | None) -> None:
    """Says what kind of object it is."""
    if isinstance(value, Variable):
        _describe_variable(node.variable, value)
    elif isinstance(value, SavedConstant):
        node.constant.operation = constants[value]
        node.registered_name = "tf.TrackableConstant"
    elif isinstance(value, Function):
        node.function.concrete_functions.extend(one.name for one in value.concrete_functions)
        node.function.function_spec.CopyFrom(function_spec(value.signature, value.input_signature))
    elif isinstance(value, CallableFunction):
        _describe_concrete(node.bare_concrete_function, value)
    elif isinstance(value, CapturedTensor):
        node.captured_tensor.name, node.captured_tensor.concrete_function = value
    elif is_asset(value):
        node.asset.asset_file_def_index = asset or 0
        node.asset.SetInParent()
    elif is_resource(value):
        node.resource.device = value.resource_handle.device
        node.resource.SetInParent()
        if isinstance(value, StaticHashTable):
            node.registered_name = "tf.StaticHashTable"
    else:
        node.user_object.identifier = _identifier(value)
        node.user_object.version.producer = node.user_object.version.min_consumer = 1


def _identifier(value: Any) -> str:
    if isinstance(value, SignatureMap):
        return "signature_map"
    for kind, name in ((list, "list"), (tuple, "tuple"), (dict, "dict")):
        if isinstance(value, kind):
            return f"trackable_{name}_wrapper"
    return "_generic_user_object"


def _describe_variable(proto: Any, variable: Any) -> None:
    proto.dtype = as_dtype(variable.dtype).base_dtype.as_datatype_enum
    proto.shape.CopyFrom(variable.shape.as_proto())
    proto.trainable = variable.trainable
    proto.synchronization = _SYNCHRONIZATION.index(variable.synchronization)
    proto.aggregation = _AGGREGATION.index(variable.aggregation)
    proto.name = variable.name.removesuffix(":0")


def _describe_concrete(proto: Any, function: CallableFunction) -> None:
    args, kwargs = function.structured_input_signature
    proto.concrete_function_name = function.name
    proto.argument_keywords.extend(str(spec.name) for spec in function._flat_specs())
    count = len(proto.argument_keywords)
    proto.allowed_positional_arguments = count if args or count == 1 else 0
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in function.argument_names]
    parameters += [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in kwargs]
    proto.function_spec.CopyFrom(function_spec(inspect.Signature(parameters), None))
