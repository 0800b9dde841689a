"""A MetaGraphDef into a graph, and the values of its variables from a checkpoint into a session."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from nbtf.checkpoint.reader import open_checkpoint
from nbtf.checkpoint.state import checkpoint_exists
from nbtf.dtypes import DType
from nbtf.errors import InvalidArgumentError, NotFoundError
from nbtf.graph.apply_op import apply_op
from nbtf.graph.collections import GraphKeys
from nbtf.graph.feeding import placeholder
from nbtf.graph.freezing import REF_VARIABLES, RESOURCE_VARIABLES
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.operation import Operation
from nbtf.session import Session
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema

Path = str | os.PathLike[str]

# Lists of serialized messages that describe Python objects over the graph: not values of their own.
_DESCRIBED_OBJECTS = frozenset(
    [
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.METRIC_VARIABLES,
        GraphKeys.GLOBAL_STEP,
        GraphKeys.CONCATENATED_VARIABLES,
        GraphKeys.TRAINABLE_RESOURCE_VARIABLES,
        GraphKeys.COND_CONTEXT,
        GraphKeys.WHILE_CONTEXT,
        GraphKeys.QUEUE_RUNNERS,
        GraphKeys.SAVERS,
    ]
)


def add_meta_graph(
    graph: Graph,
    meta_graph_def: Any,
    import_scope: str | None = None,
    clear_devices: bool = False,
    input_map: Mapping[str, Any] | None = None,
) -> None:
    """Adds the nodes and collections of a MetaGraphDef to `graph`, under `import_scope` if one is given.

    Collections of nodes, numbers, strings and messages come along; those that describe variables, control-flow
    contexts and queue runners do not: the nodes alone say what a run needs. Raises as `import_graph_def` does.
    """
    graph_def = schema.GraphDef()
    graph_def.CopyFrom(meta_graph_def.graph_def)
    if clear_devices:
        for node in graph_def.node:
            node.device = ""
    stripped = meta_graph_def.meta_info_def.stripped_op_list
    with graph.as_default():
        import_graph_def(
            graph_def,
            input_map=input_map,
            name=import_scope or "",
            producer_op_list=stripped if stripped.op else None,
        )
    for key, collection in sorted(meta_graph_def.collection_def.items()):
        kind = collection.WhichOneof("kind")
        if kind is None or (kind == "bytes_list" and key in _DESCRIBED_OBJECTS):
            continue
        for value in getattr(collection, kind).value:
            if kind == "node_list":
                value = graph.as_graph_element(scoped_name(value, import_scope))
            graph.add_to_collection(key, value)


def scoped_name(name: str, import_scope: str | None) -> str:
    """The name that a node or tensor of a file has once it is imported under `import_scope`."""
    if not import_scope:
        return name
    if name.startswith("^"):
        return f"^{import_scope}/{name[1:]}"
    return f"{import_scope}/{name}"


def restore_variables(
    sess: Session, save_path: Path | None, saver_def: Any = None, import_scope: str | None = None
) -> None:
    """Gives the variables of `sess` the values of a checkpoint.

    saver_def: of the meta graph that `sess.graph` was imported from: its restore operation is run. Without one, or
    where it names no restore operation, every variable whose name is in the checkpoint gets that value, through Assign
    operations that are added to the graph; the others keep theirs.

    Raises ValueError where `save_path` is no checkpoint, NotFoundError for a key that is not in it,
    InvalidArgumentError for a tensor of another shape or dtype.
    """
    if save_path is None:
        raise ValueError("Can't load save_path when it is None.")
    prefix = os.fspath(save_path)
    if not checkpoint_exists(prefix):
        raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}")
    try:
        if saver_def is not None and saver_def.restore_op_name:
            restore_op = scoped_name(saver_def.restore_op_name, import_scope)
            sess.run(restore_op, {scoped_name(saver_def.filename_tensor_name, import_scope): prefix})
        else:
            _assign_by_name(sess, prefix)
    except NotFoundError as error:
        raise NotFoundError(
            error.node_def,
            error.op,
            "Restoring from checkpoint failed. This is most likely due to a Variable name or other graph key that is "
            "missing from the checkpoint. Please ensure that you have not altered the graph expected based on the "
            f"checkpoint. Original error:\n\n{error.message}",
        ) from error
    except InvalidArgumentError as error:
        raise InvalidArgumentError(
            error.node_def,
            error.op,
            "Restoring from checkpoint failed. This is most likely due to a mismatch between the current graph and the "
            "graph from the checkpoint. Please ensure that you have not altered the graph expected based on the "
            f"checkpoint. Original error:\n\n{error.message}",
        ) from error


def _assign_by_name(sess: Session, prefix: str) -> None:
    variables = [op for op in sess.graph.get_operations() if op.type in REF_VARIABLES | RESOURCE_VARIABLES]
    assigns: list[Operation] = []
    feeds: dict[Any, np.ndarray[Any, Any]] = {}
    with open_checkpoint(prefix) as reader, sess.graph.as_default(), sess.graph.name_scope("restore"):
        stored = reader.get_variable_to_dtype_map()
        for op in variables:
            if op.name not in stored:
                continue
            found = reader.get_tensor(op.name)
            _check_fits(op, stored[op.name], found.shape)
            value = placeholder(stored[op.name])
            feeds[value] = found
            if op.type in REF_VARIABLES:
                assigns.append(apply_op("Assign", ref=op.outputs[0], value=value).op)
            else:
                assigns.append(apply_op("AssignVariableOp", resource=op.outputs[0], value=value))
    if assigns:
        sess.run(assigns, feeds)


def _check_fits(variable: Operation, dtype: DType, shape: tuple[int, ...]) -> None:
    """Raises InvalidArgumentError where a stored tensor is not of the variable's dtype and shape."""
    own_dtype, own_shape = variable.get_attr("dtype"), TensorShape(variable.get_attr("shape"))
    if own_dtype != dtype:
        raise InvalidArgumentError(
            variable.node_def,
            variable,
            f"tensor_name = {variable.name}; expected dtype {own_dtype.name} does not equal original dtype {dtype.name}",
        )
    if not own_shape.is_compatible_with(shape):
        raise InvalidArgumentError(
            variable.node_def,
            variable,
            f"{variable.name}: Assign requires shapes of both tensors to match. lhs shape= {own_shape} rhs shape= "
            f"{list(shape)}",
        )
