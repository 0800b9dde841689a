"""A MetaGraphDef into a graph, and the values of its variables from a checkpoint into a session."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from nbtf.checkpoint.reader import open_checkpoint
from nbtf.checkpoint.state import checkpoint_exists
from nbtf.dtypes import DType
from nbtf.errors import InvalidArgumentError, NotFoundError
from nbtf.graph import collection_protos
from nbtf.graph.apply_op import apply_op
from nbtf.graph.feeding import placeholder
from nbtf.graph.freezing import REF_VARIABLES, RESOURCE_VARIABLES
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.scope_names import prepend_name_scope
from nbtf.session import Session
from nbtf.tensor_shape import TensorShape
from nbtf.train.meta_graph_import import import_scoped_meta_graph

Path = str | os.PathLike[str]


def add_meta_graph(
    graph: Graph, meta_graph_def: Any, import_scope: str | None = None, clear_devices: bool = False
) -> None:
    """Adds the nodes and collections of a MetaGraphDef to `graph`, as far as a run needs them.

    Collections of nodes, numbers, strings and messages come along; those that describe variables, control-flow
    contexts and queue runners do not: that would import what builds graphs. Raises as `import_meta_graph` does.
    """
    import_scoped_meta_graph(
        meta_graph_def,
        clear_devices,
        graph,
        import_scope,
        restore_collections_predicate=lambda key: not collection_protos.describes_objects(key),
    )


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
            restore_op = prepend_name_scope(saver_def.restore_op_name, import_scope)
            filename = prepend_name_scope(saver_def.filename_tensor_name, import_scope)
            sess.run(restore_op, {filename: os.fsencode(prefix)})
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
