"""tf.saved_model.builder: a folder with a model's graphs, its variables and the files it reads."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from nbtf import logging
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.saved_model import constants, signature_constants, tag_constants
from nbtf.saved_model.asset_files import AssetFiles
from nbtf.saved_model.loader import INIT_OP_SIGNATURE_KEY
from nbtf.saved_model.reader import variables_prefix
from nbtf.saved_model.signatures import predict_signature_def
from nbtf.train.saveable import saveable_objects
from nbtf.train.saver import Saver
from nbtf.wire import files, schema

Path = str | os.PathLike[str]
_TRAIN_OP_SIGNATURE_KEY = "__saved_model_train_op"


class SavedModelBuilder:
    """Collects meta graphs, of which the first brings the variables along, and writes them when `save` is called."""

    def __init__(self, export_dir: Path) -> None:
        """Raises AssertionError where the folder holds something already."""
        self._export_dir = os.fspath(export_dir)
        self._saved_model: Any = schema.SavedModel(saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION)
        self._has_saved_variables = False
        self._files = AssetFiles(self._export_dir)
        if os.path.isdir(self._export_dir) and os.listdir(self._export_dir):
            raise AssertionError(
                f"Export directory {self._export_dir} already exists, and isn't empty. Please choose a different export "
                "directory, or delete all the contents of the specified directory."
            )
        os.makedirs(self._export_dir, exist_ok=True)

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Iterable[Tensor] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Adds the default graph under these tags, and writes the variables of `sess`.

        signature_def_map: name -> SignatureDef. assets_collection: constants that hold paths of files: they are copied
        into the model, and a loader feeds where they lie then. main_op, legacy_init_op: the operation that a loader
        runs once the variables are restored. saver: to save with; by default one of all variables is added.
        Raises AssertionError once a graph with variables was added, or for a signature without names or types,
        TypeError for a main op that is none, ValueError where the graph has one already.
        """
        if self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke `add_meta_graph()` "
                "instead."
            )
        signatures = _validated(signature_def_map)
        self._add_assets(assets_collection)
        _add_main_op(legacy_init_op if main_op is None else main_op)
        saver = _own_or_new(saver)
        prefix = variables_prefix(self._export_dir)
        os.makedirs(os.path.dirname(prefix), exist_ok=True)
        saver.save(sess, prefix, write_meta_graph=False, write_state=False)
        self._add(saver, tags, signatures, clear_devices, strip_default_attrs)
        self._has_saved_variables = True

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Iterable[Tensor] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Adds the default graph under other tags, with the variables written before.

        Raises AssertionError where none were, and else as `add_meta_graph_and_variables`.
        """
        if not self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        signatures = _validated(signature_def_map)
        self._add_assets(assets_collection)
        _add_main_op(legacy_init_op if main_op is None else main_op)
        self._add(_own_or_new(saver), tags, signatures, clear_devices, strip_default_attrs)

    def _add(
        self, saver: Saver, tags: Iterable[str], signatures: Mapping[str, Any], clear_devices: bool, strip: bool
    ) -> None:
        meta_graph = saver.export_meta_graph(clear_devices=clear_devices, strip_default_attrs=strip)
        meta_graph.meta_info_def.tags.extend(tags)
        for key, signature in signatures.items():
            meta_graph.signature_def[key].CopyFrom(signature)
        self._saved_model.meta_graphs.append(meta_graph)

    def save(self, as_text: bool = False) -> bytes:
        """Writes the meta graphs, as text if asked for; gives the path of the file. It appears whole or not at all."""
        name = constants.SAVED_MODEL_FILENAME_PBTXT if as_text else constants.SAVED_MODEL_FILENAME_PB
        path = os.path.join(self._export_dir, name)
        os.makedirs(self._export_dir, exist_ok=True)
        files.write_message(path, self._saved_model, as_text=as_text)
        logging.info("SavedModel written to: %s", path)
        return os.fsencode(path)

    # ---- assets ----

    def _add_assets(self, assets: Iterable[Tensor] | None) -> None:
        """Copies the files that constants name, and says in a collection which tensor names which file."""
        found = [(tensor, _asset_path(tensor)) for tensor in assets or ()]
        if not found:
            logging.info("No assets to write.")
            return
        for tensor, path in found:
            asset = schema.AssetFileDef(
                filename=self._files.name_of(path), tensor_info=schema.TensorInfo(name=tensor.name)
            )
            packed = schema.message_class("google.protobuf.Any")()
            packed.Pack(asset)
            add_to_collection(constants.ASSETS_KEY, packed)
        self._files.copy()


def _asset_path(tensor: Any) -> str:
    """The path that a constant holds. Raises TypeError for what is no such constant, ValueError for no path."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"Asset path tensor {tensor} must be a Tensor.")
    if tensor.op.type != "Const":
        raise TypeError(f"Only constants are supported as asset path tensors: {tensor} is a {tensor.op.type}.")
    values = tensor.op.get_attr("value").string_val
    if len(values) != 1:
        raise TypeError(f"Asset path tensor {tensor} must hold one string.")
    if not values[0]:
        raise ValueError(f"Asset filepath tensor {tensor} in is invalid.")
    return os.fsdecode(values[0])


# ---- what is added ---------------------------------------------------------------------------------------------------


def _validated(signature_def_map: Mapping[str, Any] | None) -> Mapping[str, Any]:
    for key, signature in (signature_def_map or {}).items():
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            if info.WhichOneof("encoding") is None or not info.dtype:
                raise AssertionError(
                    "All TensorInfo protos used in the SignatureDefs must have the name and dtype fields set: "
                    f"signature {key!r} has {info}"
                )
        if key in (INIT_OP_SIGNATURE_KEY, _TRAIN_OP_SIGNATURE_KEY):
            raise KeyError(f'SignatureDef map key "{key}" is reserved for initialization. Please use a different key.')
    return signature_def_map or {}


def _add_main_op(main_op: Any) -> None:
    if main_op is None:
        return
    if not isinstance(main_op, Operation):
        raise TypeError(f"Expected {main_op} to be an Operation but got type {type(main_op)} instead.")
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if get_collection(key):
            raise ValueError(f"Graph already contains one or more main ops under the collection {key}.")
    add_to_collection(constants.MAIN_OP_KEY, main_op)


def _own_or_new(saver: Saver | None) -> Saver:
    return saver if saver is not None else Saver(saveable_objects(), sharded=True, allow_empty=True)


def simple_save(
    session: Any,
    export_dir: Path,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Operation | None = None,
) -> None:
    """Writes the default graph and the session's variables for serving: name -> tensor, of what the model takes and
    gives. Raises as SavedModelBuilder does."""
    builder = SavedModelBuilder(export_dir)
    builder.add_meta_graph_and_variables(
        session,
        tags=[tag_constants.SERVING],
        signature_def_map={
            signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: predict_signature_def(inputs, outputs)
        },
        assets_collection=get_collection(GraphKeys.ASSET_FILEPATHS),
        main_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()
