"""tf.saved_model.save: Python objects with variables and functions as a SavedModel."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from nbtf.eager.concrete_functions import CallableFunction
from nbtf.eager.tracing import Function
from nbtf.graph import default_stacks
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.saved_model import constants, reader, tag_constants
from nbtf.saved_model.asset_files import AssetFiles
from nbtf.saved_model.exported_graph import ExportedGraph
from nbtf.saved_model.gradient_functions import GradientFunctions
from nbtf.saved_model.loader import INIT_OP_SIGNATURE_KEY
from nbtf.saved_model.object_view import SIGNATURES, ObjectView, SavedConstant, is_asset, is_resource
from nbtf.saved_model.restored_objects import RestoredResource, SignatureMap
from nbtf.saved_model.save_options import SaveOptions, VariablePolicy
from nbtf.saved_model.saved_objects import object_graph_def
from nbtf.saved_model.signature_functions import signature_map
from nbtf.session import Session
from nbtf.train.meta_graph_export import create_meta_graph_def
from nbtf.train.object_graph import Described, described, objects_below
from nbtf.train.object_saver import ObjectSaver
from nbtf.train.saveable import SaveableObject
from nbtf.train.tracking import is_trackable
from nbtf.variables.resource_variable import BaseResourceVariable
from nbtf.variables.variable import Variable
from nbtf.wire import files, schema

Path = str | os.PathLike[str]


def save(obj: Any, export_dir: Path, signatures: Any = None, options: SaveOptions | None = None) -> None:
    """Writes `obj` with its variables, tables, assets and functions as a SavedModel, for `load_v2` and TensorFlow 2.

    obj: a tf.Module, tf.train.Checkpoint or another object that a Checkpoint may have as a part. Its tf.functions are
    saved as far as they were traced, with an input signature always. signatures: name -> function with known arguments,
    or one function for "serving_default"; by default the only one that the object has. The default session has the
    variables' values.

    Raises ValueError for other objects, for signatures that are no functions with tensors as results, and for functions
    that need values of the graph around; AssertionError for variables that are part of no object, and inside a function;
    TypeError for ref variables; NotImplementedError for options that ask for debug information or several files.
    """
    graph = default_stacks.get_default_graph()
    if graph.building_function:
        raise AssertionError(
            "`tf.saved_model.save` is not supported inside a traced @tf.function. Move the call to the outer "
            "eagerly-executed context."
        )
    if not is_trackable(obj):
        raise ValueError(
            "Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the `Trackable` class, for "
            f"export. Got {obj} with type {type(obj)}."
        )
    own = getattr(obj, "__dict__", {}).get(SIGNATURES)
    if is_trackable(own) and not isinstance(own, SignatureMap):
        raise ValueError(
            f"Exporting an object {obj} which has an attribute named 'signatures'. This is a reserved attribute used to "
            "store SavedModel signatures in objects which come from `tf.saved_model.load`. Delete this attribute (e.g. "
            "`del obj.signatures`) before saving if this shadowing is acceptable."
        )
    options = options or SaveOptions()
    if options.save_debug_info:
        raise NotImplementedError("save_debug_info needs TensorFlow's own stack traces")
    if options.experimental_image_format:
        raise NotImplementedError("experimental_image_format: models are written as one file only")
    _Export(obj, os.fspath(export_dir), options).write(signatures)


class _Export:
    """One call of `save`."""

    def __init__(self, root: Any, folder: str, options: SaveOptions) -> None:
        self._root, self._folder, self._options = root, folder, options
        self._files = AssetFiles(folder)
        self._table_functions: dict[str, tuple[CallableFunction, CallableFunction]] = {}
        """Key of a checkpoint -> what saves and restores what is there."""

    def write(self, signatures: Any) -> None:
        _refuse_ref_variables(self._root)
        functions = signature_map(self._root, signatures)
        view = ObjectView(self._root, functions)
        graph = described(self._root, view.children)
        saving = self._saving_functions(graph)
        objects = [*graph.objects, *(one for pair in saving.values() for two in pair.values() for one in two)]
        concrete = [one for one in objects if isinstance(one, CallableFunction)]
        number_of = _numbers_of_tensors(objects, view)
        for one in concrete:
            _check_captures(one, number_of)
        with_gradients = concrete if self._options.experimental_custom_gradients else []
        gradients = GradientFunctions(with_gradients, number_of, len(objects))
        objects += gradients.captured
        functions_of_gradients = list(gradients.of_types.values())
        exported = ExportedGraph(default_stacks.get_default_graph(), [*concrete, *functions_of_gradients])
        exported.add(graph.objects, view.constants, _path_of)
        meta_graph = self._meta_graph(exported, graph, functions)
        self._add_objects(meta_graph, exported, graph, objects, saving, number_of, functions_of_gradients)
        for kind, function in gradients.of_types.items():
            meta_graph.graph_def.library.registered_gradients.add(gradient_func=function.name, registered_op_type=kind)
        os.makedirs(self._folder, exist_ok=True)
        self._write_variables(view)
        self._files.copy()
        made = schema.SavedModel(saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION)
        made.meta_graphs.append(meta_graph)
        files.write_message(os.path.join(self._folder, constants.SAVED_MODEL_FILENAME_PB), made, as_text=False)

    # ---- tables ----

    def _saving_functions(self, graph: Described) -> dict[int, dict[str, Any]]:
        """Number of an object -> attribute -> the functions that save and restore it; of all that are no variables."""
        found: dict[int, dict[str, Any]] = {}
        for number, one in enumerate(graph.objects):
            if isinstance(one, RestoredResource):
                found[number] = {name: functions[:2] for name, functions in one._saving.items()}
            elif hasattr(one, "_checkpoint_attributes") and not isinstance(one, Variable):
                found[number] = {name: _functions_for(make) for name, make in one._checkpoint_attributes().items()}
            for attribute in graph.proto.nodes[number].attributes if number in found else ():
                self._table_functions[attribute.checkpoint_key] = found[number][attribute.name]
        return {number: pair for number, pair in found.items() if pair}

    # ---- the message ----

    def _meta_graph(self, exported: ExportedGraph, graph: Described, functions: Any) -> Any:
        signatures = {key: exported.add_signature(key, one) for key, one in functions.items()}
        resources = {one.resource_handle: one for one in graph.objects if is_resource(one)}
        initializer = exported.add_initializer(list(resources.values()))
        saver = None
        if not self._options.experimental_skip_saver:
            text = graph.proto.SerializeToString(deterministic=True)
            saver = exported.add_saver(self._saveables(exported, graph), text)
        exported.graph.add_to_collection(constants.MAIN_OP_KEY, initializer)
        made = create_meta_graph_def(
            graph=exported.graph, saver_def=saver, strip_default_attrs=True, collection_list=[constants.MAIN_OP_KEY]
        )
        made.meta_info_def.tags.append(tag_constants.SERVING)
        for key, signature in signatures.items():
            made.signature_def[key].CopyFrom(signature)
        info = made.signature_def[INIT_OP_SIGNATURE_KEY].outputs[INIT_OP_SIGNATURE_KEY]
        info.name, info.tensor_shape.unknown_rank = initializer.name, True
        for path, tensor in exported.assets:
            name = self._files.name_of(path)
            made.asset_file_def.add(filename=name, tensor_info=schema.TensorInfo(name=tensor.name))
        for alias, function in self._options.function_aliases.items():
            for one in function.concrete_functions if isinstance(function, Function) else [function]:
                made.meta_info_def.function_aliases[one.name] = alias
        return made

    def _saveables(self, exported: ExportedGraph, graph: Described) -> list[SaveableObject]:
        found = []
        for node, one in zip(graph.proto.nodes, graph.objects, strict=True):
            for attribute in node.attributes:
                key = attribute.checkpoint_key
                functions = self._table_functions.get(key)
                names = [] if functions is None else [spec.name for spec in dict(graph.saveables)[key](key).specs]
                found.append(exported.saveable(one, key, functions, names))
        return found

    def _add_objects(
        self,
        meta_graph: Any,
        exported: ExportedGraph,
        graph: Described,
        objects: Sequence[Any],
        saving: dict[int, dict[str, Any]],
        number_of: dict[Tensor, int],
        gradients: Sequence[CallableFunction],
    ) -> None:
        numbers = {id(one): number for number, one in enumerate(objects)}
        assets = [number for number, one in enumerate(objects) if is_asset(one)]
        numbers_of_files = {number: i for i, number in enumerate(assets)}
        made = object_graph_def(graph.proto, objects, exported.constants, number_of, numbers_of_files, gradients)
        if self._options.experimental_variable_policy != VariablePolicy.NONE:
            for node, one in zip(made.nodes, objects, strict=True):
                if isinstance(one, Variable):
                    node.variable.device = one.device
        for number, functions in saving.items():
            for attribute, (save_function, restore_function) in functions.items():
                saveable = made.nodes[number].saveable_objects[attribute]
                saveable.save_function = numbers[id(save_function)]
                saveable.restore_function = numbers[id(restore_function)]
        meta_graph.object_graph_def.CopyFrom(made)

    # ---- values ----

    def _write_variables(self, view: ObjectView) -> None:
        prefix = reader.variables_prefix(self._folder)
        session = default_stacks.get_default_session()
        place = self._options.experimental_io_device
        saver = ObjectSaver(self._root, view.children)
        if session is not None:
            saver.save(prefix, session, place)
        else:
            with Session() as session:
                saver.save(prefix, session, place)


def _refuse_ref_variables(root: Any) -> None:
    for one in objects_below(root):
        if isinstance(one, Variable) and not isinstance(one, BaseResourceVariable):
            dtype = one.dtype.base_dtype
            raise TypeError(
                f"In op 'Assign', input types ([{dtype!r}, {dtype!r}]) are not compatible with expected types "
                f"([{one.dtype!r}, {dtype!r}]): {one.name} is a ref variable, which functions of a SavedModel cannot "
                "take. Make it with use_resource=True."
            )


def _numbers_of_tensors(objects: Sequence[Any], view: ObjectView) -> dict[Tensor, int]:
    """The numbers of the objects that have tensors which functions may use."""
    found: dict[Tensor, int] = {}
    for number, one in enumerate(objects):
        for tensor in (getattr(one, name, None) for name in ("handle", "resource_handle", "asset_path")):
            if isinstance(tensor, Tensor):
                found.setdefault(tensor, number)
        if isinstance(one, SavedConstant):
            found |= {tensor: number for tensor, known in view.constants.items() if known is one}
    return found


def _check_captures(function: CallableFunction, number_of: dict[Tensor, int]) -> None:
    for tensor in function.captured_inputs:
        if tensor not in number_of:
            raise AssertionError(
                "Tried to export a function which references an 'untracked' resource. TensorFlow objects (e.g. "
                "tf.Variable) captured by functions must be 'tracked' by assigning them to an attribute of a tracked "
                "object or assigned to an attribute of the main object directly. See the information below:\n"
                f"\tFunction name = {function.name}\n\tCaptured Tensor = {tensor}"
            )


def _functions_for(make: Any) -> tuple[CallableFunction, CallableFunction]:
    """The functions that save and restore what `make` makes a saveable of."""

    def save_fn(checkpoint_key: Tensor) -> Any:
        return [
            {"name": raw.StringJoin([checkpoint_key, spec.name]), "slice_spec": constant(""), "tensor": spec.tensor}
            for spec in make("").specs
        ]

    def restore_fn(*restored_tensors: Tensor) -> Any:
        make("").restore(restored_tensors, None)
        return constant(1)

    key = constant("")
    saving = Function(save_fn).get_concrete_function(key)
    specs = [TensorSpec(None, part["tensor"].dtype) for part in saving.structured_outputs]
    return saving, Function(restore_fn).get_concrete_function(*specs)


def _path_of(asset: Any) -> str:
    """The path of an asset. Raises ValueError where it is known only to a run."""
    value = constant_value(asset.asset_path)
    if value is None:
        raise ValueError(f"The path of an asset must be a constant, got {asset.asset_path}.")
    return os.fsdecode(value.item())
