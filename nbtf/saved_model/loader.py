"""tf.saved_model.loader: a MetaGraphDef of a SavedModel into a session, its variables restored, its tables filled."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from nbtf.graph.operation import Operation
from nbtf.graph.scope_names import prepend_name_scope
from nbtf.saved_model import constants, reader
from nbtf.session import Session
from nbtf.train.meta_graph import restore_variables
from nbtf.train.meta_graph_import import import_scoped_meta_graph, imported_scope
from nbtf.wire import files

Path = str | os.PathLike[str]
INIT_OP_SIGNATURE_KEY = "__saved_model_init_op"


def maybe_saved_model_directory(export_dir: Path) -> bool:
    """Whether the folder has a SavedModel file; it may still be one that does not load."""
    names = (constants.SAVED_MODEL_FILENAME_PBTXT, constants.SAVED_MODEL_FILENAME_PB)
    return any(os.path.exists(os.path.join(os.fspath(export_dir), name)) for name in names)


def load(
    sess: Session,
    tags: Iterable[str],
    export_dir: Path,
    import_scope: str | None = None,
    *,
    clear_devices: bool = False,
    input_map: Mapping[str, Any] | None = None,
) -> Any:
    """Loads the MetaGraphDef with exactly these tags into `sess` and its graph, and returns it.

    import_scope: prefix of all names in the graph; the returned MetaGraphDef has the file's own. clear_devices: leave
    out where nodes were placed. input_map: as in `import_graph_def`.
    The variables get the values of the SavedModel, then its main op (or legacy init op) runs, fed the paths of assets.

    Raises OSError where `export_dir` holds no SavedModel, RuntimeError where no MetaGraphDef has these tags or it has
    several main ops, ValueError for a graph that does not pass the verifier.
    """
    meta_graph_def = reader.select_meta_graph(files.read_saved_model(export_dir), tags)
    variables = import_scoped_meta_graph(meta_graph_def, clear_devices, sess.graph, import_scope, input_map)
    scope = imported_scope(import_scope, variables)
    if meta_graph_def.HasField("saver_def"):
        prefix = reader.variables_prefix(export_dir)
        restore_variables(sess, prefix, meta_graph_def.saver_def, scope)
    init_op = _init_op(sess, meta_graph_def, scope)
    if init_op is not None:
        paths = reader.asset_paths(export_dir, meta_graph_def)
        sess.run([init_op], {prepend_name_scope(name, scope): os.fsencode(path) for name, path in paths.items()})
    return meta_graph_def


def _init_op(sess: Session, meta_graph_def: Any, import_scope: str | None) -> Operation | None:
    """The operation to run once the variables are restored."""
    name = init_op_name(meta_graph_def)
    if name is None:
        return None
    found = sess.graph.as_graph_element(prepend_name_scope(name, import_scope))
    return found if isinstance(found, Operation) else found.op


def init_op_name(meta_graph_def: Any) -> str | None:
    """What runs once the variables are restored: of a signature, the main op, or the legacy init op.

    Raises RuntimeError where a collection names several.
    """
    if INIT_OP_SIGNATURE_KEY in meta_graph_def.signature_def:
        outputs = meta_graph_def.signature_def[INIT_OP_SIGNATURE_KEY].outputs
        if INIT_OP_SIGNATURE_KEY in outputs:
            return str(outputs[INIT_OP_SIGNATURE_KEY].name)
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if key in meta_graph_def.collection_def:
            names = list(meta_graph_def.collection_def[key].node_list.value)
            if len(names) != 1:
                raise RuntimeError(f"Expected exactly one SavedModel init op. Found {len(names)}: {names}.")
            return str(names[0])
    return None
