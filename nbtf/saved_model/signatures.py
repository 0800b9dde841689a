"""Signatures: which tensors a model takes and gives, by the names that its callers use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from nbtf import dtypes
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.graph import Graph
from nbtf.graph.scope_names import prepend_name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.saved_model import signature_constants as names
from nbtf.saved_model.reader import select_meta_graph
from nbtf.wire import files, schema

Path = str | os.PathLike[str]

# ---- tensors ---------------------------------------------------------------------------------------------------------


def build_tensor_info(tensor: Any) -> Any:
    """The TensorInfo of a tensor or SparseTensor: name, type and static shape."""
    info = schema.TensorInfo(dtype=dtypes.as_dtype(tensor.dtype).as_datatype_enum)
    info.tensor_shape.CopyFrom(tensor.get_shape().as_proto())
    if isinstance(tensor, SparseTensor):
        info.coo_sparse.values_tensor_name = tensor.values.name
        info.coo_sparse.indices_tensor_name = tensor.indices.name
        info.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    else:
        info.name = tensor.name
    return info


def get_tensor_from_tensor_info(tensor_info: Any, graph: Graph | None = None, import_scope: str | None = None) -> Any:
    """The tensor or SparseTensor of `graph`, by default the default one, that a TensorInfo names.

    Raises KeyError where the graph has none of that name, ValueError for a TensorInfo that names none.
    """
    graph = graph if graph is not None else get_default_graph()

    def find(name: str) -> Tensor:
        found = graph.as_graph_element(prepend_name_scope(name, import_scope))
        assert isinstance(found, Tensor)
        return found

    encoding = tensor_info.WhichOneof("encoding")
    if encoding == "name":
        return find(tensor_info.name)
    if encoding == "coo_sparse":
        parts = tensor_info.coo_sparse
        return SparseTensor(
            find(parts.indices_tensor_name), find(parts.values_tensor_name), find(parts.dense_shape_tensor_name)
        )
    raise ValueError(f"Invalid TensorInfo.encoding: {encoding}")


# ---- signatures ------------------------------------------------------------------------------------------------------


def build_signature_def(
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    method_name: str | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Any:
    """A SignatureDef of TensorInfos by name. defaults: values, as numpy takes them, of inputs that may be left out."""
    signature = schema.SignatureDef()
    for given, into in ((inputs, signature.inputs), (outputs, signature.outputs)):
        for name, info in (given or {}).items():
            into[name].CopyFrom(info)
    if method_name is not None:
        signature.method_name = method_name
    if defaults:
        from nbtf.wire.tensor import make_tensor_proto

        for name, value in defaults.items():
            is_message = isinstance(value, schema.TensorProto)
            signature.defaults[name].CopyFrom(value if is_message else make_tensor_proto(value))
    return signature


def regression_signature_def(examples: Any, predictions: Any) -> Any:
    """The signature of a model that gives a float for each serialized Example. examples: string; predictions: float."""
    if examples is None:
        raise ValueError("Regression `examples` cannot be None.")
    if not isinstance(examples, Tensor):
        raise ValueError(
            f"Expected regression `examples` to be of type Tensor. Found `examples` of type {type(examples)}."
        )
    if predictions is None:
        raise ValueError("Regression `predictions` cannot be None.")
    inputs, outputs = build_tensor_info(examples), build_tensor_info(predictions)
    if inputs.dtype != _STRING:
        raise ValueError(f"Regression input tensors must be of type string. Found tensors with type {inputs.dtype}.")
    if outputs.dtype != _FLOAT:
        raise ValueError(f"Regression output tensors must be of type float. Found tensors with type {outputs.dtype}.")
    return build_signature_def(
        {names.REGRESS_INPUTS: inputs}, {names.REGRESS_OUTPUTS: outputs}, names.REGRESS_METHOD_NAME
    )


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> Any:
    """The signature of a model that gives classes (string), their scores (float), or both, for serialized Examples."""
    if examples is None:
        raise ValueError("Classification `examples` cannot be None.")
    if not isinstance(examples, Tensor):
        raise ValueError(
            f"Classification `examples` must be a string Tensor. Found `examples` of type {type(examples)}."
        )
    if classes is None and scores is None:
        raise ValueError("Classification `classes` and `scores` cannot both be None.")
    inputs = build_tensor_info(examples)
    if inputs.dtype != _STRING:
        raise ValueError(f"Classification input tensors must be of type string. Found tensors of type {inputs.dtype}")
    outputs = {}
    if classes is not None:
        outputs[names.CLASSIFY_OUTPUT_CLASSES] = info = build_tensor_info(classes)
        if info.dtype != _STRING:
            raise ValueError(
                f"Classification classes must be of type string Tensor. Found tensors of type {info.dtype}.`"
            )
    if scores is not None:
        outputs[names.CLASSIFY_OUTPUT_SCORES] = info = build_tensor_info(scores)
        if info.dtype != _FLOAT:
            raise ValueError("Classification scores must be a float Tensor.")
    return build_signature_def({names.CLASSIFY_INPUTS: inputs}, outputs, names.CLASSIFY_METHOD_NAME)


def predict_signature_def(inputs: Mapping[str, Any] | None, outputs: Mapping[str, Any] | None) -> Any:
    """The signature of any model: name -> tensor, of what it takes and gives."""
    if not inputs:
        raise ValueError("Prediction `inputs` cannot be None or empty.")
    if not outputs:
        raise ValueError("Prediction `outputs` cannot be None or empty.")
    return build_signature_def(
        {name: build_tensor_info(tensor) for name, tensor in inputs.items()},
        {name: build_tensor_info(tensor) for name, tensor in outputs.items()},
        names.PREDICT_METHOD_NAME,
    )


_STRING = dtypes.string.as_datatype_enum
_FLOAT = dtypes.float32.as_datatype_enum


def is_valid_signature(signature_def: Any) -> bool:
    """Whether a signature has the inputs and outputs that its method asks for."""
    if signature_def is None:
        return False
    types = {
        names.CLASSIFY_METHOD_NAME: {
            names.CLASSIFY_OUTPUT_CLASSES: _STRING,
            names.CLASSIFY_OUTPUT_SCORES: _FLOAT,
        },
        names.REGRESS_METHOD_NAME: {names.REGRESS_OUTPUTS: _FLOAT},
    }.get(signature_def.method_name)
    if types is None:
        is_predict = signature_def.method_name == names.PREDICT_METHOD_NAME
        return is_predict and bool(signature_def.inputs) and bool(signature_def.outputs)
    if set(signature_def.inputs) != {names.CLASSIFY_INPUTS}:
        return False
    if signature_def.inputs[names.CLASSIFY_INPUTS].dtype != _STRING or not signature_def.outputs:
        return False
    return all(types.get(name) == info.dtype for name, info in signature_def.outputs.items())


class MethodNameUpdater:
    """Changes the method names of the signatures of a SavedModel that lies in a folder."""

    def __init__(self, export_dir: Path) -> None:
        self._export_dir = os.fspath(export_dir)
        self._saved_model = files.read_saved_model(self._export_dir)

    def replace_method_name(
        self, signature_key: str, method_name: str, tags: Iterable[str] | str | None = None
    ) -> None:
        """Of one signature, in the meta graph with these tags; in all without. Raises ValueError where there is none."""
        if not signature_key:
            raise ValueError("`signature_key` must be defined.")
        if not method_name:
            raise ValueError("`method_name` must be defined.")
        if tags is None:
            meta_graphs = [one for one in self._saved_model.meta_graphs if signature_key in one.signature_def]
        else:
            wanted = [tags] if isinstance(tags, str) else list(tags)
            try:
                meta_graphs = [select_meta_graph(self._saved_model, wanted)]
            except RuntimeError as error:
                raise ValueError(str(error)) from None
        if not meta_graphs or any(signature_key not in one.signature_def for one in meta_graphs):
            raise ValueError(f"MetaGraphDef associated with tags {tags} does not have a signature_def with key: "
                             f"'{signature_key}'.")  # fmt: skip
        for meta_graph in meta_graphs:
            meta_graph.signature_def[signature_key].method_name = method_name

    def save(self, new_export_dir: Path | None = None) -> None:
        """Writes the SavedModel's file, over the old one or to another folder; nothing but that file is written."""
        folder = self._export_dir if new_export_dir is None else os.fspath(new_export_dir)
        os.makedirs(folder, exist_ok=True)
        as_text = not os.path.exists(os.path.join(self._export_dir, "saved_model.pb"))
        name = "saved_model.pbtxt" if as_text else "saved_model.pb"
        files.write_message(os.path.join(folder, name), self._saved_model, as_text=as_text)
