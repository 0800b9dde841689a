"""The graph of a SavedModel of objects: its variables, tables and constants, what calls its functions, and a saver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.moving import no_op
from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import traced
from nbtf.graph import function_calls
from nbtf.graph.conversion import constant
from nbtf.graph.feeding import placeholder
from nbtf.graph.function import library_of
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, device
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.saved_model.object_view import SavedConstant, is_asset, is_resource
from nbtf.train.object_graph import OBJECT_GRAPH_KEY
from nbtf.train.object_saver import add_restores, add_save
from nbtf.train.saveable import ResourceVariableSaveable, SaveableObject, SaveSpec
from nbtf.variables.resource_variable import ResourceVariable
from nbtf.variables.uninitialized import UninitializedVariable
from nbtf.variables.variable import Variable
from nbtf.wire import schema


class ExportedGraph:
    """A new graph with what stands for the tensors that functions captured."""

    def __init__(self, library: Graph, functions: Sequence[CallableFunction]) -> None:
        """library: the graph in which the functions are."""
        self.graph = Graph()
        self.graph._functions.update(library_of(library, [one.name for one in functions]))
        self.assets: list[tuple[str, Tensor]] = []
        """The path of each asset, and the placeholder for where it lies when the model is loaded."""
        self.constants: dict[SavedConstant, str] = {}
        """The names of constants' nodes."""
        self.variables: dict[Any, UninitializedVariable] = {}
        self._tensors: dict[Tensor, Tensor] = {}
        self._asset_variables: dict[Tensor, ResourceVariable] = {}
        self._initializers: list[Operation] = []

    # ---- objects ----

    def add(
        self, objects: Sequence[Any], constants: dict[Tensor, SavedConstant], path_of: Callable[[Any], str]
    ) -> None:
        """Adds what stands for objects. path_of: gives the path of an asset."""
        with self.graph.as_default():
            for tensor, found in constants.items():
                self._tensors[tensor] = constant(found.value, tensor.dtype)
                self.constants[found] = self._tensors[tensor].op.name
            for one in objects:
                if is_asset(one):
                    self._add_asset(one.asset_path, path_of(one))
            for one in objects:
                if isinstance(one, Variable):
                    self._add_variable(one)
            for one in objects:
                if is_resource(one) and one.resource_handle not in self._tensors:
                    creator = one._saved_functions["_create_resource"] if hasattr(one, "_saved_functions") else None
                    concrete = (creator or one._create_resource).get_concrete_function()
                    self._tensors[one.resource_handle] = self.call(concrete, [])[0]

    def _add_asset(self, tensor: Tensor, path: str) -> None:
        given = placeholder(dtypes.string, [], "asset_path_initializer")
        variable = ResourceVariable(given, trainable=False, collections=[])
        self.assets.append((path, given))
        self._asset_variables[tensor] = variable
        self._initializers.append(variable.initializer)

    def _add_variable(self, variable: Any) -> None:
        name = variable.name.removesuffix(":0")
        made = UninitializedVariable(name, variable.shape, variable.dtype, variable.trainable)
        self.variables[variable] = made
        self._tensors[variable.handle] = made.handle

    # ---- calls ----

    def call(self, function: CallableFunction, arguments: Sequence[Tensor]) -> list[Tensor]:
        """The results of a call of one of the functions."""
        captured = [self._exported(tensor) for tensor in function.captured_inputs]
        definition = function.function_def.signature
        outputs = [argument.type for argument in definition.output_arg]
        results = function_calls.call_of(function.name, [*arguments, *captured], outputs, definition.is_stateful)
        function_calls.infer_results(results)
        return results

    def _exported(self, tensor: Tensor) -> Tensor:
        """What stands for a captured tensor."""
        if tensor in self._asset_variables:
            return self._asset_variables[tensor]._read()
        return self._tensors[tensor]

    def add_signature(self, key: str, function: CallableFunction) -> Any:
        """A SignatureDef of placeholders and of the function's results for them."""
        signature = schema.SignatureDef(method_name="tensorflow/serving/predict")
        with self.graph.as_default():
            given = []
            for spec in function._flat_specs():
                given.append(placeholder(spec.dtype, spec.shape, f"{key}_{spec.name}"))
                signature.inputs[str(spec.name)].CopyFrom(_tensor_info(given[-1]))
            results = self.call(function, given)
        for name, tensor in zip(sorted(function.output_specs), results, strict=True):
            signature.outputs[name].CopyFrom(_tensor_info(tensor))
        return signature

    def add_initializer(self, resources: Sequence[Any]) -> Operation:
        """The operation that says where assets lie, and fills tables."""
        with self.graph.as_default():
            for one in resources:
                saved = getattr(one, "_saved_functions", None)
                function = saved["_initialize"] if saved else getattr(one, "_initialize", None)
                if function is not None:
                    with control_dependencies([one.initializer for one in self._asset_variables.values()]):
                        results = self.call(function.get_concrete_function(), [])
                    self._initializers.append(results[0].op)
            with control_dependencies(self._initializers):
                made: Operation = no_op()
        return made

    def add_saver(self, saveables: Sequence[SaveableObject], objects: bytes) -> Any:
        """A SaverDef of what writes and restores variables and tables. objects: the text of the graph of objects."""
        spec = TensorSpec([], dtypes.string)
        with self.graph.as_default():
            with device("/cpu:0"):
                text = constant(objects, name="Const")
            described = SaveableObject(text, [SaveSpec(text, "", OBJECT_GRAPH_KEY)], OBJECT_GRAPH_KEY)
            prefix = placeholder(dtypes.string, [], "saver_filename")

            def save(file_prefix: Tensor) -> Tensor:
                return add_save(file_prefix, [*saveables, described], None)

            def restore(file_prefix: Tensor) -> Tensor:
                restores = [operation for _, operation in add_restores(file_prefix, saveables, None)]
                with control_dependencies(restores):
                    done: Tensor = raw.Identity(file_prefix)
                return done

            calls = []
            for label, function in (("_traced_save", save), ("_traced_restore", restore)):
                body = traced(function, label, [spec], ["file_prefix"], self.graph)
                calls.append(function_calls.call(body, [prefix, *body.external_captures])[0])
        return schema.SaverDef(
            filename_tensor_name=prefix.name,
            save_tensor_name=calls[0].name,
            restore_op_name=calls[1].op.name,
            version=schema.SaverDef.V2,
        )

    def saveable(self, owner: Any, key: str, functions: tuple[Any, Any] | None, names: Sequence[str]) -> SaveableObject:
        """What the exported graph saves of an object under a key. functions: those that save and restore it."""
        if functions is None:
            return ResourceVariableSaveable(self.variables[owner], "", key)
        return _CalledSaveable(self, key, functions, names)


class _CalledSaveable(SaveableObject):
    """An object that functions of the model save and restore."""

    def __init__(self, graph: ExportedGraph, key: str, functions: tuple[Any, Any], names: Sequence[str]) -> None:
        self._exported, (save, self._restore) = graph, functions
        with graph.graph.as_default():
            parts = save._packed(graph.call(save, [constant(key)]))
        super().__init__(self, [SaveSpec(one["tensor"], "", name) for one, name in zip(parts, names, strict=True)], key)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Any:
        return self._exported.call(self._restore, restored_tensors)[0].op


def _tensor_info(tensor: Tensor) -> Any:
    return schema.TensorInfo(
        name=tensor.name, dtype=tensor.dtype.base_dtype.as_datatype_enum, tensor_shape=tensor.shape.as_proto()
    )
