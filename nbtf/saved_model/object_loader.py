"""tf.saved_model.load_v2: the Python objects of a SavedModel, in the default graph."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nbtf import errors
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.conversion import constant
from nbtf.graph.function import function_body
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.scopes import init_scope
from nbtf.graph.tensor import Tensor
from nbtf.saved_model import reader
from nbtf.saved_model.assets import Asset
from nbtf.saved_model.function_specs import input_signature_of, signature_of
from nbtf.saved_model.imported_library import import_library
from nbtf.saved_model.restored_functions import RestoredConcreteFunction, RestoredFunction
from nbtf.saved_model.restored_gradients import CapturedTensor, register_gradient
from nbtf.saved_model.restored_graphs import loaded_graph
from nbtf.saved_model.restored_objects import (
    RestoredCallable,
    RestoredObject,
    RestoredOptimizer,
    RestoredResource,
    SignatureMap,
)
from nbtf.saved_model.structured_values import decoded
from nbtf.session import Session
from nbtf.train.object_restoration import Restoration
from nbtf.train.object_saver import ObjectSaver, read_object_graph
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.uninitialized import UninitializedVariable
from nbtf.wire import files
from nbtf.wire.tensor import make_ndarray

Path = str | os.PathLike[str]
_SYNCHRONIZATION, _AGGREGATION = list(VariableSynchronization), list(VariableAggregation)


def load_v2(export_dir: Path, tags: Any = None, options: Any = None) -> Any:
    """The object that was saved, with its variables, tables, assets and functions, and `signatures` by name.

    Its functions are called with tensors of the default graph. `tf.global_variables_initializer` restores the variables,
    `tf.tables_initializer` fills the tables. tags: a tag or tags of the MetaGraphDef, where there are several. options: a
    LoadOptions.
    A model of TensorFlow 1, which has no objects, is one with `variables`, `signatures`, and `prune` for other parts of
    its graph; its variables are resource variables, whatever they were.

    Raises OSError where `export_dir` holds no SavedModel, ValueError for tags that it does not have.
    """
    export_dir = os.fspath(export_dir)
    saved_model = files.read_saved_model(export_dir)
    with init_scope():
        meta_graph = _selected(saved_model, tags, export_dir)
        if not meta_graph.object_graph_def.nodes:
            return loaded_graph(meta_graph, export_dir)
        return _Loader(meta_graph, export_dir, getattr(options, "experimental_io_device", None)).loaded()


def _selected(saved_model: Any, tags: Any, export_dir: str) -> Any:
    wanted = None if tags is None else set([tags] if isinstance(tags, str) else tags)
    found = [list(meta_graph.meta_info_def.tags) for meta_graph in saved_model.meta_graphs]
    if len(found) == 1:
        if wanted is not None and wanted != set(found[0]):
            raise ValueError(
                f"Got an incompatible argument to `tags`: {tags}. The SavedModel at {export_dir} has one MetaGraph with "
                f"tags {found[0]}. You may omit the argument, pass 'None', or pass matching tags."
            )
        return saved_model.meta_graphs[0]
    if wanted is None:
        raise ValueError(
            "Importing a SavedModel with `tf.saved_model.load` requires a `tags=` argument if there is more than one "
            f"MetaGraph. Got `tags=None`, but there are {len(found)} MetaGraphs in the SavedModel with tag sets: {found}. "
            "Pass a `tags=` argument to load this SavedModel."
        )
    return reader.select_meta_graph(saved_model, wanted)


class _Loader:
    """Makes the objects of one MetaGraphDef."""

    def __init__(self, meta_graph: Any, export_dir: str, place: str | None) -> None:
        self._meta_graph, self._export_dir, self._place = meta_graph, export_dir, place
        self._proto = meta_graph.object_graph_def
        self._graph = default_stacks.get_default_graph()
        self._constants = {node.name: node for node in meta_graph.graph_def.node if node.op == "Const"}
        self._objects: dict[int, Any] = {}
        self._functions: dict[str, RestoredConcreteFunction] = {}
        self._without_captures: set[str] = set()
        self._gradients: dict[str, str] = {}

    def loaded(self) -> Any:
        _check_references(self._proto)
        self._import_functions()
        for number in _in_order(self._proto):
            self._objects[number] = self._made(number)
        for number in range(len(self._proto.nodes)):
            self._add_children(number)
        for name in self._functions:
            self._set_captures(name)
        self._add_gradients()
        self._add_slots()
        self._add_saving()
        root = self._objects[0]
        self._restore(root)
        self._initialize()
        self._describe(root)
        return root

    # ---- functions ----

    def _import_functions(self) -> None:
        names, self._gradients = import_library(self._graph, self._meta_graph.graph_def.library)
        for name in sorted(self._proto.concrete_functions):
            saved = self._proto.concrete_functions[name]
            if name not in names:
                raise ValueError(f"The SavedModel's function library lacks the function {name!r} of its objects.")
            self._functions[name] = RestoredConcreteFunction(
                self._graph,
                names[name],
                decoded(saved.canonicalized_input_signature),
                decoded(saved.output_signature),
            )
            self._without_captures.add(name)

    def _set_captures(self, name: str) -> None:
        """Binds the tensors that a function uses, once the objects are there that have them."""
        if name not in self._without_captures:
            return
        self._without_captures.remove(name)
        bound = self._proto.concrete_functions[name].bound_inputs
        self._functions[name].captures = [self._captured(number, name) for number in bound]

    def _captured(self, number: int, function: str) -> Tensor | CapturedTensor:
        found = self._objects.get(number)
        if isinstance(found, (Tensor, CapturedTensor)):
            return found
        for attribute in ("handle", "resource_handle", "asset_path"):
            tensor = getattr(found, attribute, None)
            if isinstance(tensor, Tensor):
                return tensor
        raise ValueError(
            f"The function {function!r} of the SavedModel uses object {number}, which has no tensor: {found}"
        )

    def _add_gradients(self) -> None:
        for one in self._meta_graph.graph_def.library.registered_gradients:
            if one.gradient_func not in self._functions:
                raise ValueError(f"The SavedModel lacks the function {one.gradient_func!r} of a gradient.")
            register_gradient(self._gradients[one.registered_op_type], self._functions[one.gradient_func])

    # ---- objects ----

    def _made(self, number: int) -> Any:
        node = self._proto.nodes[number]
        kind = node.WhichOneof("kind")
        make: Callable[[Any], Any] | None = getattr(self, f"_make_{kind}", None)
        if make is None:
            raise ValueError(f"An object of kind {kind!r} in a SavedModel is not supported.")
        return make(node)

    def _make_user_object(self, node: Any) -> Any:
        identifier = node.user_object.identifier
        if identifier in ("trackable_list_wrapper", "trackable_tuple_wrapper"):
            return []
        if identifier == "trackable_dict_wrapper":
            return {}
        if identifier == "signature_map":
            return SignatureMap()
        if node.slot_variables:
            return RestoredOptimizer()
        called = any(child.local_name == "__call__" for child in node.children)
        return RestoredCallable() if called else RestoredObject()

    def _make_asset(self, node: Any) -> Asset:
        index = node.asset.asset_file_def_index
        known = self._meta_graph.asset_file_def
        if not 0 <= index < len(known):
            raise ValueError(f"An object of the SavedModel is asset number {index}, but there are {len(known)}.")
        made = Asset(reader.asset_path(self._export_dir, known[index].filename))
        add_to_collection(GraphKeys.ASSET_FILEPATHS, made.asset_path)
        return made

    def _make_variable(self, node: Any) -> UninitializedVariable:
        saved = node.variable
        return UninitializedVariable(
            saved.name or "Variable",
            saved.shape,
            saved.dtype,
            saved.trainable,
            _SYNCHRONIZATION[saved.synchronization],
            _AGGREGATION[saved.aggregation],
        )

    def _make_constant(self, node: Any) -> Tensor:
        name = node.constant.operation
        if name not in self._constants:
            raise ValueError(f"The graph of the SavedModel lacks the constant {name!r} of its objects.")
        return constant(make_ndarray(self._constants[name].attr["value"].tensor))

    def _make_captured_tensor(self, node: Any) -> CapturedTensor:
        return CapturedTensor(node.captured_tensor.name, node.captured_tensor.concrete_function)

    def _make_resource(self, node: Any) -> RestoredResource:
        made = RestoredResource(node.resource.device)
        for child in node.children:
            if child.local_name == "_create_resource":
                made._create_resource = self._objects[child.node_id]
        return made

    def _make_function(self, node: Any) -> RestoredFunction:
        spec = node.function.function_spec
        candidates = []
        for name in node.function.concrete_functions:
            self._set_captures(name)
            candidates.append(self._functions[name])
            names = list(signature_of(spec).parameters)
            candidates[-1].name_arguments(names, [])
        return RestoredFunction(candidates, signature_of(spec), input_signature_of(spec))

    def _make_bare_concrete_function(self, node: Any) -> RestoredConcreteFunction:
        saved = node.bare_concrete_function
        self._set_captures(saved.concrete_function_name)
        found = self._functions[saved.concrete_function_name]
        positional = list(saved.argument_keywords)[: saved.allowed_positional_arguments]
        found.name_arguments(positional, saved.argument_keywords)
        return found

    # ---- what belongs to what ----

    def _add_children(self, number: int) -> None:
        owner, node = self._objects[number], self._proto.nodes[number]
        if isinstance(owner, list):
            _fill_list(owner, {child.local_name: self._objects[child.node_id] for child in node.children})
            return
        for child in node.children:
            value = self._objects[child.node_id]
            if isinstance(owner, dict):
                owner[child.local_name] = value
            elif isinstance(owner, SignatureMap):
                owner._functions[child.local_name] = value
            elif isinstance(owner, RestoredObject):
                setattr(owner, child.local_name, value)

    def _add_slots(self) -> None:
        for number, node in enumerate(self._proto.nodes):
            owner = self._objects[number]
            for slot in node.slot_variables if isinstance(owner, RestoredOptimizer) else ():
                variable, kept = (
                    self._objects[i] for i in (slot.original_variable_node_id, slot.slot_variable_node_id)
                )
                owner.add_slot(variable, slot.slot_name, kept)

    def _add_saving(self) -> None:
        for number, node in enumerate(self._proto.nodes):
            owner = self._objects[number]
            for attribute, saveable in node.saveable_objects.items() if isinstance(owner, RestoredResource) else ():
                save, restore = (self._objects[i] for i in (saveable.save_function, saveable.restore_function))
                owner.add_saving(attribute, save, restore, lambda key, save=save: self._saved_names(save, key))

    def _saved_names(self, save: RestoredConcreteFunction, key: str) -> list[str]:
        """The names under which a checkpoint has what the function `save` gives for this key."""
        body = function_body(self._graph, save.name)
        graph_def = body.graph.as_graph_def()
        for node in graph_def.node:  # names hang on nothing but the key: what happens to the resource is left out
            node.input[:] = [one for one in node.input if not one.startswith("^")]
        names = [part["name"].name for part in save._packed(body.outputs)]
        with Graph().as_default() as graph, Session(graph=graph) as session:
            import_graph_def(graph_def, name="")
            return [os.fsdecode(one) for one in session.run(names, {body.inputs[0].name: key})]

    # ---- values ----

    def _restore(self, root: Any) -> None:
        """Makes operations of the checkpoint's values what initializes variables."""
        prefix = reader.variables_prefix(self._export_dir)
        try:
            proto = read_object_graph(prefix)
        except errors.NotFoundError:  # a model without variables may have no checkpoint
            return
        saver = ObjectSaver(root)
        saver.enter_graph()
        saver.read_from(prefix)
        restoration = Restoration(saver, root, prefix, proto, self._place)
        restoration.bind()
        for owner, operation in saver.restores.values():
            if isinstance(owner, UninitializedVariable):
                owner.initialize_by(operation)
            else:
                add_to_collection(GraphKeys.TABLE_INITIALIZERS, operation)

    def _initialize(self) -> None:
        """Adds what fills tables to the operations that `tf.tables_initializer` runs."""
        for number in range(len(self._proto.nodes)):
            found = self._objects[number]
            if isinstance(found, RestoredResource) and hasattr(found, "_initialize"):
                found.initializer = found._initialize()
                if found.initializer is not None:
                    add_to_collection(GraphKeys.TABLE_INITIALIZERS, found.initializer)

    def _describe(self, root: Any) -> None:
        if isinstance(root, RestoredObject):
            about: Any = root
            about.tensorflow_version = self._meta_graph.meta_info_def.tensorflow_version
            about.tensorflow_git_version = self._meta_graph.meta_info_def.tensorflow_git_version


def _check_references(proto: Any) -> None:
    """Raises ValueError where the graph of objects names objects or functions that are not there."""
    for number, node in enumerate(proto.nodes):
        others = [one.node_id for one in (*node.children, *node.dependencies)]
        for slot in node.slot_variables:
            others += [slot.original_variable_node_id, slot.slot_variable_node_id]
        for saveable in node.saveable_objects.values():
            others += [saveable.save_function, saveable.restore_function]
        functions = [*node.function.concrete_functions, node.bare_concrete_function.concrete_function_name]
        for name in filter(None, functions):
            if name not in proto.concrete_functions:
                raise ValueError(f"Object {number} of the SavedModel is the function {name!r}, which is not there.")
            others += proto.concrete_functions[name].bound_inputs
        for other in others:
            if not 0 <= other < len(proto.nodes):
                raise ValueError(f"Object {number} of the SavedModel refers to object {other}, which is not there.")


def _fill_list(owner: list[Any], items: Mapping[str, Any]) -> None:
    owner += [items[name] for name in sorted((name for name in items if name.isdigit()), key=int)]


def _dependencies(proto: Any, node: Any) -> Iterable[int]:
    """Numbers of the objects that have to be there before an object is made."""
    found = {reference.node_id for reference in node.dependencies}
    kind = node.WhichOneof("kind")
    functions: list[str] = []
    if kind == "function":
        functions = list(node.function.concrete_functions)
    elif kind == "bare_concrete_function":
        functions = [node.bare_concrete_function.concrete_function_name]
    elif kind == "resource":
        found |= {child.node_id for child in node.children if child.local_name == "_create_resource"}
    for name in functions:
        if name in proto.concrete_functions:
            found |= set(proto.concrete_functions[name].bound_inputs)
    return found


def _in_order(proto: Any) -> list[int]:
    """The numbers of all objects, each after those that it depends on. Raises ValueError where that goes in circles."""
    needs = {number: _dependencies(proto, node) for number, node in enumerate(proto.nodes)}
    users: dict[int, set[int]] = {number: set() for number in needs}
    for number, others in needs.items():
        for other in others:
            users[other].add(number)
    waiting = [number for number in needs if not users[number]]
    backwards = []
    while waiting:
        number = waiting.pop(0)
        backwards.append(number)
        for other in needs[number]:
            users[other].discard(number)
            if not users[other]:
                waiting.append(other)
    if len(backwards) != len(needs):
        raise ValueError("Objects of the SavedModel depend on each other in a circle.")
    return backwards[::-1]
