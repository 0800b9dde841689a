"""A MetaGraphDef back into a graph: its nodes, its collections with their Python objects, its saver."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import logging
from nbtf.graph import collection_protos
from nbtf.graph.collections import GraphKeys
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.scope_names import prepend_name_scope, strip_name_scope
from nbtf.wire import files, schema

Path = str | os.PathLike[str]
_FIRST_WITH_TRAINABLE = (1, 9)
"""The version of TensorFlow from which on a VariableDef says whether the variable is trainable."""


def read_meta_graph_file(filename: Path) -> Any:
    """The MetaGraphDef of a file, binary or text. Raises OSError where there is none, or it holds none."""
    if not os.path.exists(filename):
        raise OSError(f"File does not exist. Received: {os.fspath(filename)}.")
    return files.read_meta_graph(filename)


def import_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, import_scope: str | None = None, **kwargs: Any
) -> Any:
    """tf.train.import_meta_graph: adds a MetaGraphDef, or that of a file, to the default graph; gives its Saver.

    clear_devices: leave out where nodes were placed. import_scope: the name scope to put everything under.
    kwargs: input_map and what else `import_scoped_meta_graph` takes.
    Without a saver in the file the Saver is of all variables of the graph; None where it has none.
    Raises OSError for a file that holds no MetaGraphDef, ValueError for unbound inputs that input_map does not map.
    """
    from nbtf.train.saveable import saveable_objects
    from nbtf.train.saver import Saver

    meta_graph_def = _as_meta_graph(meta_graph_or_file)
    variables = import_scoped_meta_graph(meta_graph_def, clear_devices, import_scope=import_scope, **kwargs)
    if meta_graph_def.HasField("saver_def"):
        return Saver(saver_def=meta_graph_def.saver_def, name=imported_scope(import_scope, variables))
    if saveable_objects(import_scope):
        return Saver()
    logging.info("Saver not created because there are no variables in the graph to restore")
    return None


def _as_meta_graph(meta_graph_or_file: Any) -> Any:
    if isinstance(meta_graph_or_file, (str, os.PathLike)):
        return read_meta_graph_file(meta_graph_or_file)
    if not isinstance(meta_graph_or_file, schema.MetaGraphDef):
        raise TypeError(f"Expected a MetaGraphDef or the path of one, got {meta_graph_or_file}")
    return meta_graph_or_file


def imported_scope(import_scope: str | None, variables: Mapping[str, Any]) -> str | None:
    """Where an import put its nodes, by the variables that it gave.

    A scope that is taken is numbered, and all lies within the name scope that was open.
    """
    if not variables:
        return import_scope
    inside, variable = next(iter(variables.items()))
    return str(variable.name[: -len(inside)])


def import_scoped_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    graph: Graph | None = None,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
    unbound_inputs_col_name: str = "unbound_inputs",
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
) -> dict[str, Any]:
    """The global variables by their names in the file; see `import_meta_graph`.

    graph: to add to, by default the default one. input_map: name in the file -> tensor of the graph to take instead;
    it must map all inputs that a scoped export left unbound. restore_collections_predicate: which keys to bring along.
    """
    variables, _ = import_with_return_elements(
        meta_graph_or_file,
        clear_devices,
        graph,
        import_scope,
        input_map,
        unbound_inputs_col_name,
        restore_collections_predicate,
    )
    return variables


def import_with_return_elements(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    graph: Graph | None = None,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
    unbound_inputs_col_name: str = "unbound_inputs",
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
    return_elements: Sequence[str] | None = None,
) -> tuple[dict[str, Any], Any]:
    """(what `import_scoped_meta_graph` gives, the tensors and operations that return_elements names)."""
    meta_graph_def = _as_meta_graph(meta_graph_or_file)
    _check_unbound_inputs(meta_graph_def, input_map, unbound_inputs_col_name)
    graph = graph if graph is not None else get_default_graph()
    graph_def = schema.GraphDef()
    graph_def.ParseFromString(meta_graph_def.graph_def.SerializeToString())
    if clear_devices:
        for node in graph_def.node:
            node.device = ""
    stripped = meta_graph_def.meta_info_def.stripped_op_list
    with graph.as_default():
        scope = graph.unique_name(import_scope or "", mark_as_used=False)
        elements = import_graph_def(
            graph_def,
            name=import_scope or scope,
            input_map=input_map,
            producer_op_list=stripped if stripped.op else None,
            return_elements=return_elements,
        )
        restored = _Collections(graph, meta_graph_def, scope)
        for key in restored.in_order():
            if key != unbound_inputs_col_name and restore_collections_predicate(key):
                restored.restore(key)
    variables = graph.get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)
    return {strip_name_scope(variable.name, scope): variable for variable in variables}, elements


def _check_unbound_inputs(meta_graph_def: Any, input_map: Mapping[str, Any] | None, key: str) -> None:
    if not key or key not in meta_graph_def.collection_def:
        return
    collection = meta_graph_def.collection_def[key]
    kind = collection.WhichOneof("kind")
    names = [_text(name) for name in getattr(collection, kind).value] if kind else []
    if names and sorted(names) != sorted(input_map or ()):
        raise ValueError(
            f"Graph contains unbound inputs: {','.join(names)}. Must provide these inputs through input_map."
        )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class _Collections:
    """The collections of a MetaGraphDef on their way into a graph."""

    def __init__(self, graph: Graph, meta_graph_def: Any, scope: str) -> None:
        self._graph = graph
        self._definitions = meta_graph_def.collection_def
        self._scope = scope
        self._variables: dict[bytes, Any] = {}
        """One object a variable, however many collections it is in."""
        written_by = meta_graph_def.meta_info_def.tensorflow_version
        self._says_trainable = not written_by or _version(written_by) >= _FIRST_WITH_TRAINABLE

    def in_order(self) -> list[str]:
        """Trainable variables first: of those that an old file does not call trainable, these are."""
        return sorted(self._definitions, key=lambda key: (key != GraphKeys.TRAINABLE_VARIABLES, key))

    def restore(self, key: str) -> None:
        kind = self._definitions[key].WhichOneof("kind")
        if kind is None:
            logging.error("Cannot identify data type for collection %s. Skipping.", key)
            return
        form = collection_protos.find(key)
        if form is not None and kind == "bytes_list":
            for value in self._definitions[key].bytes_list.value:
                self._graph.add_to_collection(key, self._object(key, value, form))
            return
        if form is not None:
            logging.warning(
                "The saved meta_graph is possibly from an older release:\n'%s' collection should be of type "
                "'byte_list', but instead is of type '%s'.",
                key,
                kind,
            )
        for value in getattr(self._definitions[key], kind).value:
            if kind == "node_list":
                value = self._graph.as_graph_element(prepend_name_scope(value, self._scope))
            elif kind == "bytes_list" and self._scope:
                value = self._scoped_text(value)
            self._graph.add_to_collection(key, value)

    def _scoped_text(self, value: bytes) -> Any:
        """A text may be a name; bytes that are no text are none."""
        try:
            return prepend_name_scope(value.decode(), self._scope)
        except UnicodeDecodeError:
            return value

    def _object(self, key: str, value: bytes, form: collection_protos.CollectionProto) -> Any:
        is_variable = key in collection_protos.VARIABLE_COLLECTIONS
        if is_variable and value in self._variables:
            return self._variables[value]
        message = form.message.FromString(value)
        if is_variable and not self._says_trainable:
            message.trainable = key == GraphKeys.TRAINABLE_VARIABLES
        made = form.from_proto(message, import_scope=self._scope)
        if is_variable:
            self._variables[value] = made
        return made


def _version(text: str) -> tuple[int, int]:
    """(major, minor); of what is no version, the newest."""
    major, _, rest = text.partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdigit() and minor.isdigit() else (99, 0)
