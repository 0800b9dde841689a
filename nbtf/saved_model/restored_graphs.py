"""SavedModels of TensorFlow 1 as objects: a graph without objects becomes functions that share its variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import errors
from nbtf.checkpoint.reader import open_checkpoint
from nbtf.eager.concrete_functions import ConcreteFunction
from nbtf.eager.wrapping import WrappedFunction, wrap_function
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.conversion import constant
from nbtf.graph.freezing import REF_VARIABLES, RESOURCE_VARIABLES
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.graph_util import extract_sub_graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, device
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.graph.verifier import parse_reference
from nbtf.saved_model import reader
from nbtf.saved_model.assets import Asset
from nbtf.saved_model.imported_library import new_suffix, own_shared_name
from nbtf.saved_model.loader import INIT_OP_SIGNATURE_KEY, init_op_name
from nbtf.saved_model.restored_objects import RestoredObject, SignatureMap
from nbtf.tensor_shape import as_shape
from nbtf.train.object_saver import add_restores
from nbtf.train.saveable import ResourceVariableSaveable, SaveableObject
from nbtf.variables.slices import SaveSliceInfo
from nbtf.variables.uninitialized import UninitializedVariable
from nbtf.wire import op_defs, schema

_INITIALIZED = "saved_model_initialized"


class RestoredGraph(RestoredObject):
    """A model of TensorFlow 1."""

    variables: list[Any]
    asset_paths: list[Asset]
    signatures: SignatureMap
    graph: FuncGraph
    """The graph of the whole model, as the inside of a function."""
    initializer: Any
    """What fills the tables, if anything has to."""
    tensorflow_version: str
    tensorflow_git_version: str

    def __init__(self, whole: WrappedFunction) -> None:
        self._whole = whole
        self.graph = whole.graph

    def prune(self, feeds: Any, fetches: Any, name: str | None = None) -> WrappedFunction:
        """The part of the graph that computes `fetches` from `feeds`, names of tensors, as a function.

        Only what signatures and the initialization need of the model's graph is there.
        """
        return self._whole.prune(feeds, fetches, name)

    def _trackable_children(self) -> dict[str, Any]:
        return {"variables": self.variables, "signatures": self.signatures}


def loaded_graph(meta_graph: Any, export_dir: str) -> RestoredGraph:
    """The model of a MetaGraphDef, in the default graph.

    Raises ValueError for a graph that changes ref variables, and for variables without a value in the checkpoint.
    """
    return _Loader(meta_graph, export_dir).loaded()


class _Loader:
    def __init__(self, meta_graph: Any, export_dir: str) -> None:
        self._meta_graph, self._export_dir = meta_graph, export_dir
        self._signatures = {
            key: one for key, one in meta_graph.signature_def.items() if key != INIT_OP_SIGNATURE_KEY and one.outputs
        }
        self._init_op = init_op_name(meta_graph)
        self._graph_def = self._needed()
        self._variables: dict[str, UninitializedVariable] = {}
        self._assets: dict[str, Asset] = {}

    def loaded(self) -> RestoredGraph:
        self._make_variables()
        for name, path in reader.asset_paths(self._export_dir, self._meta_graph).items():
            self._assets[name] = Asset(path)
            add_to_collection(GraphKeys.ASSET_FILEPATHS, self._assets[name].asset_path)
        made = RestoredGraph(wrap_function(self._imported, [], "saved_model"))
        made.variables = list(self._variables.values())
        made.asset_paths = list(self._assets.values())
        made.signatures = SignatureMap({key: self._signature(made, one) for key, one in self._signatures.items()})
        made.initializer = self._initialized(made)
        about = self._meta_graph.meta_info_def
        made.tensorflow_version, made.tensorflow_git_version = about.tensorflow_version, about.tensorflow_git_version
        return made

    def _needed(self) -> Any:
        """The part of the graph that signatures and initialization need."""
        names = {parse_reference(info.name)[0] for one in self._signatures.values() for info in _infos(one)}
        names |= {parse_reference(self._init_op)[0]} if self._init_op else set()
        found = extract_sub_graph(self._meta_graph.graph_def, sorted(names))
        refs = {node.name for node in found.node if node.op in REF_VARIABLES}
        for node in found.node:
            definition = op_defs.find(node.op)
            if definition is None or not any(argument.is_ref for argument in definition.inputs):
                continue
            if any(parse_reference(one)[0] in refs for one in node.input):
                raise ValueError(
                    f"Node {node.name!r} ({node.op}) changes a ref variable, which a function cannot: this model can be "
                    "loaded with `tf.saved_model.load(session, tags, export_dir)` only."
                )
        return found

    # ---- variables ----

    def _make_variables(self) -> None:
        prefix = reader.variables_prefix(self._export_dir)
        described = _variable_defs(self._meta_graph)
        nodes = [node for node in self._graph_def.node if node.op in REF_VARIABLES | RESOURCE_VARIABLES]
        if not nodes:
            return
        saveables: list[SaveableObject] = []
        with open_checkpoint(prefix) as checkpoint:
            for node in nodes:
                known = described.get(f"{node.name}:0")
                shape, dtype = as_shape(node.attr["shape"].shape), node.attr["dtype"].type
                made = UninitializedVariable(node.name, shape, dtype, known is not None and known.trainable)
                self._variables[node.name] = made
                key, part = node.name, ""
                if known is not None and known.HasField("save_slice_info_def"):
                    made._set_save_slice_info(SaveSliceInfo(save_slice_info_def=known.save_slice_info_def))
                    key, part = known.save_slice_info_def.full_name, made._get_save_slice_info().spec  # type: ignore[union-attr]
                if not checkpoint.has_tensor(key):
                    raise ValueError(f"The variables of the SavedModel lack {key!r}, which its graph needs.")
                saveables.append(ResourceVariableSaveable(made, part, key))
        with device("/cpu:0"):
            path = constant(prefix, name="Const")
        for saveable, operation in add_restores(path, saveables, None):
            saveable.op.initialize_by(operation)

    # ---- functions ----

    def _imported(self) -> None:
        """Adds the nodes to the function's graph, with variables and assets of the graph around."""
        inside: Any = default_stacks.get_default_graph()
        mapped: dict[str, Tensor] = {}
        graph_def = schema.GraphDef(versions=self._graph_def.versions, library=self._graph_def.library)
        suffix = new_suffix()
        for node in self._graph_def.node:
            name = f"{node.name}:0"
            if node.name in self._variables:
                variable = self._variables[node.name]
                handle = inside.capture(variable.handle)
                is_ref = node.op in REF_VARIABLES
                mapped[name] = raw.ReadVariableOp(handle, dtype=variable.dtype) if is_ref else handle
            elif name in self._assets:
                mapped[name] = inside.capture(self._assets[name].asset_path)
            else:
                graph_def.node.append(node)
                own_shared_name(graph_def.node[-1], suffix)
        gone = {name.removesuffix(":0") for name in mapped}
        for node in graph_def.node:
            node.attr.pop("_class", None)  # places that may be gone
            node.input[:] = [one for one in node.input if one.removeprefix("^") not in gone or not one.startswith("^")]
        import_graph_def(graph_def, mapped, name="")
        if self._init_op is not None:
            element = inside.as_graph_element(self._init_op)
            with control_dependencies([element]):
                constant(1, name=_INITIALIZED)

    def _signature(self, model: RestoredGraph, signature: Any) -> ConcreteFunction:
        for info in _infos(signature):
            if not info.name:
                raise ValueError(f"A signature of the SavedModel has a value that is no plain tensor: {info}")
        names = sorted(signature.inputs)
        feeds = [signature.inputs[name].name for name in names]
        pruned = model.prune(feeds, {name: signature.outputs[name].name for name in signature.outputs})
        for name, tensor in pruned.structured_outputs.items():
            tensor.set_shape(as_shape(signature.outputs[name].tensor_shape))
        specs = {
            name: TensorSpec(tensor.shape, tensor.dtype, name)
            for name, tensor in zip(names, pruned.inputs, strict=False)
        }
        return ConcreteFunction(pruned.graph, ((), specs), [])

    def _initialized(self, model: RestoredGraph) -> Any:
        if self._init_op is None:
            return None
        done = model.prune([], f"{_INITIALIZED}:0")()
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, done)
        return done


def _infos(signature: Any) -> list[Any]:
    return [*signature.inputs.values(), *signature.outputs.values()]


def _variable_defs(meta_graph: Any) -> Mapping[str, Any]:
    """What collections say of variables, by the names of their tensors."""
    found = {}
    for collection in meta_graph.collection_def.values():
        for text in collection.bytes_list.value:
            one = schema.VariableDef()
            try:
                one.ParseFromString(text)
            except errors.OpError:
                continue
            if one.variable_name:
                found[one.variable_name] = one
    return found
