"""A graph, or the part of it under a name scope, as a MetaGraphDef: nodes, collections, signatures of its ops."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from nbtf import logging, version
from nbtf.graph import collection_protos
from nbtf.graph.collections import GraphKeys
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.graph import Graph
from nbtf.graph.graph_io import write_graph
from nbtf.graph.op_list import stripped_op_list
from nbtf.graph.scope_names import strip_name_scope
from nbtf.wire import op_defs, schema

Path = str | os.PathLike[str]
_UNBOUND = "$unbound_inputs_"
_UNBOUND_INPUTS = "unbound_inputs"
_SAVE_AND_RESTORE_OPS = frozenset(
    ["SaveV2", "SaveSlices", "Save", "RestoreV2", "Restore", "RestoreSlice"],
)


def export_meta_graph(
    filename: Path | None = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
) -> Any:
    """tf.train.export_meta_graph: the MetaGraphDef of `graph`, by default the default one; written to `filename` too.

    meta_info_def, graph_def: instead of those of the graph. collection_list: the keys of the collections to export;
    by default all. export_scope: only what is under this name scope, which the names lose. clear_devices: leave out
    where nodes were placed. clear_extraneous_savers: leave out savers, and their nodes, but for `saver_def`.
    strip_default_attrs: leave out attributes that have the value which a missing one has.
    Collections whose items have no form in a file are left out, with a warning.
    """
    exported, _ = export_scoped_meta_graph(
        filename=filename,
        meta_info_def=meta_info_def,
        graph_def=graph_def,
        saver_def=saver_def,
        collection_list=collection_list,
        as_text=as_text,
        graph=graph,
        export_scope=export_scope,
        clear_devices=clear_devices,
        clear_extraneous_savers=clear_extraneous_savers,
        strip_default_attrs=strip_default_attrs,
        save_debug_info=save_debug_info,
    )
    return exported


def export_scoped_meta_graph(
    filename: Path | None = None,
    graph_def: Any = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    as_text: bool = False,
    unbound_inputs_col_name: str = _UNBOUND_INPUTS,
    clear_devices: bool = False,
    saver_def: Any = None,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    meta_info_def: Any = None,
    collection_list: Iterable[str] | None = None,
) -> tuple[Any, dict[str, Any]]:
    """(MetaGraphDef, variables by their names inside the scope). See `export_meta_graph`.

    Inputs from outside of the scope get a prefix, and a collection of their own lists them: the import maps them.
    """
    if save_debug_info:
        raise NotImplementedError("save_debug_info needs TensorFlow's own stack traces")
    graph = graph if graph is not None else get_default_graph()
    excluded: frozenset[str] = frozenset()
    unbound: list[str] = []
    if export_scope or clear_extraneous_savers or clear_devices:
        whole = graph_def if graph_def is not None else graph.as_graph_def(add_shapes=True)
        if clear_extraneous_savers:
            excluded = _nodes_of_other_savers(whole, saver_def)
        exported = schema.GraphDef(versions=whole.versions)
        if whole.HasField("library") or graph_def is not None:
            exported.library.CopyFrom(whole.library)
        for node in whole.node:
            if _is_exported(node.name, export_scope, excluded):
                exported.node.append(_scoped_node(node, export_scope, unbound, clear_devices))
        graph_def = exported
        if unbound_inputs_col_name:
            graph.clear_collection(unbound_inputs_col_name)
            for name in unbound:
                graph.add_to_collection(unbound_inputs_col_name, name)
    variables = graph.get_collection(GraphKeys.GLOBAL_VARIABLES, scope=export_scope)
    kept = [v for v in variables if _is_exported(v, export_scope, excluded)]
    meta_graph_def = create_meta_graph_def(
        meta_info_def=meta_info_def,
        graph_def=graph_def,
        graph=graph,
        export_scope=export_scope,
        exclude_nodes=excluded,
        clear_extraneous_savers=clear_extraneous_savers,
        saver_def=saver_def,
        strip_default_attrs=strip_default_attrs,
        collection_list=collection_list,
    )
    if filename:
        folder, name = os.path.split(os.fspath(filename))
        write_graph(meta_graph_def, folder, name, as_text=as_text)
    return meta_graph_def, {strip_name_scope(v.name, export_scope): v for v in kept}


def create_meta_graph_def(
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[str] | None = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    exclude_nodes: frozenset[str] = frozenset(),
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
) -> Any:
    """A MetaGraphDef of these parts; what is missing comes from `graph`, by default the default graph."""
    if graph is not None and not isinstance(graph, Graph):
        raise TypeError(f"graph must be of type Graph. Received type: {type(graph)}.")
    graph = graph if graph is not None else get_default_graph()
    made: Any = schema.MetaGraphDef()
    info = made.meta_info_def
    info.tensorflow_version, info.tensorflow_git_version = version.VERSION, version.GIT_VERSION
    if meta_info_def is not None:
        info.MergeFrom(meta_info_def)
    made.graph_def.CopyFrom(graph_def if graph_def is not None else graph.as_graph_def(add_shapes=True))
    if not info.stripped_op_list.op:
        info.stripped_op_list.MergeFrom(stripped_op_list(made.graph_def))
    if strip_default_attrs:
        op_defs.strip_defaults(made.graph_def)
        info.stripped_default_attrs = True
    for key in collection_list or graph.get_all_collection_keys():
        if clear_extraneous_savers and key == GraphKeys.SAVERS:
            if saver_def is not None:
                add_collection_def(made, key, graph, export_scope, exclude_nodes, [saver_def])
            continue
        add_collection_def(made, key, graph, export_scope, exclude_nodes)
    if saver_def is not None:
        made.saver_def.MergeFrom(saver_def)
    return made


# ---- nodes -----------------------------------------------------------------------------------------------------------


def _is_exported(item: Any, export_scope: str | None, excluded: frozenset[str]) -> bool:
    """Whether something named, or a name, is part of what is exported. What has no name always is."""
    name = item if isinstance(item, str) else getattr(item, "name", None)
    if not isinstance(name, str):
        return True
    if name in excluded:
        return False
    return not export_scope or name.startswith((_UNBOUND, export_scope))


def _scoped_node(node: Any, export_scope: str | None, unbound: list[str], clear_devices: bool) -> Any:
    """The node under the name that it has inside the scope."""
    scoped = schema.NodeDef()
    scoped.CopyFrom(node)
    for i, source in enumerate(node.input):
        if export_scope and not source.lstrip("^").startswith(export_scope):
            marker = "^" if source.startswith("^") else ""
            scoped.input[i] = marker + _UNBOUND + source.removeprefix("^")
            unbound.append(scoped.input[i])
        else:
            scoped.input[i] = strip_name_scope(source, export_scope)
    scoped.name = strip_name_scope(node.name, export_scope)
    if "_class" in scoped.attr:
        groups = [group.decode() for group in node.attr["_class"].list.s]
        inside = [g for g in groups if not export_scope or g.split("@")[1].startswith(export_scope)]
        scoped.attr["_class"].list.s[:] = [strip_name_scope(group, export_scope).encode() for group in inside]
    if node.op in ("Enter", "RefEnter"):
        frame = node.attr["frame_name"].s.decode()
        scoped.attr["frame_name"].s = strip_name_scope(frame, export_scope).encode()
    if clear_devices:
        scoped.device = ""
    return scoped


def _nodes_of_other_savers(graph_def: Any, saver_def: Any) -> frozenset[str]:
    """The nodes in the name scopes of savers, but for the saver that `saver_def`, if any, describes."""
    names = [node.name for node in graph_def.node]
    savers = {node.name for node in graph_def.node if node.op in _SAVE_AND_RESTORE_OPS}
    scopes = {_scope(name) for name in savers} - savers
    if saver_def is not None:
        scopes -= {_scope(saver_def.save_tensor_name), _scope(saver_def.restore_op_name)}
    return frozenset(name for name in names if any(name.startswith(f"{scope}/") for scope in scopes))


def _scope(name: str) -> str:
    return name.rpartition("/")[0]


# ---- collections -----------------------------------------------------------------------------------------------------


def add_collection_def(
    meta_graph_def: Any,
    key: Any,
    graph: Graph | None = None,
    export_scope: str | None = None,
    exclude_nodes: frozenset[str] = frozenset(),
    override_contents: Iterable[Any] | None = None,
) -> None:
    """Adds the collection `key` of a graph to a MetaGraphDef, as far as its items have a form in files."""
    if not isinstance(key, (str, bytes)):
        logging.warning("Only collections with string type keys will be serialized. This key has %s", type(key))
        return
    graph = graph if graph is not None else get_default_graph()
    contents = list(override_contents or graph.get_collection(key))
    items = [item for item in contents if _is_exported(item, export_scope, exclude_nodes)]
    if not items:
        return
    name = key.decode() if isinstance(key, bytes) else key
    try:
        _fill(meta_graph_def.collection_def[name], name, items, export_scope)
    except (TypeError, ValueError, AttributeError) as error:
        logging.warning(
            "Issue encountered when serializing %s.\nType is unsupported, or the types of the items don't match field "
            "type in CollectionDef. Note this is a warning and probably safe to ignore.\n%s",
            name,
            error,
        )
        del meta_graph_def.collection_def[name]


def _fill(collection: Any, key: str, items: list[Any], export_scope: str | None) -> None:
    form = collection_protos.find(key)
    if form is not None:
        for message in (_as_message(item, form, export_scope) for item in items):
            if message is not None:
                collection.bytes_list.value.append(message.SerializeToString(deterministic=True))
        return
    kind = _kind(items[0])
    values = getattr(collection, kind).value
    if kind == "bytes_list":
        values.extend([item.encode() if isinstance(item, str) else item for item in items])
    elif kind == "node_list":
        for item in items:
            if not export_scope or item.name.startswith(export_scope):
                values.append(strip_name_scope(item.name, export_scope))
    else:
        values.extend([int(item) if isinstance(item, bool) else item for item in items])


def _as_message(item: Any, form: collection_protos.CollectionProto, export_scope: str | None) -> Any:
    if getattr(getattr(item, "DESCRIPTOR", None), "full_name", None) == form.message.DESCRIPTOR.full_name:
        return item
    return form.to_proto(item, export_scope=export_scope)


def _kind(item: Any) -> str:
    """The field of CollectionDef for items like this one; nodes are whatever has a name."""
    if isinstance(item, (str, bytes)):
        return "bytes_list"
    if isinstance(item, int):
        return "int64_list"
    if isinstance(item, float):
        return "float_list"
    if getattr(getattr(item, "DESCRIPTOR", None), "full_name", "") == "google.protobuf.Any":
        return "any_list"
    return "node_list"
