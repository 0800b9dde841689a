"""Graph files of every kind, as the commands see them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nbtf.checkpoint.state import checkpoint_exists, latest_checkpoint
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.saved_model import loader, reader
from nbtf.saved_model.signature_constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY
from nbtf.session import Session
from nbtf.train import meta_graph
from nbtf.wire import files, op_defs

Kind = Literal["GraphDef", "MetaGraphDef", "SavedModel"]

# What reads a placeholder that holds the name of a checkpoint.
_FILE_OPS = frozenset({"Restore", "RestoreSlice", "RestoreV2", "Save", "SaveV2", "ShardedFilename", "StringJoin"})

# Ops whose outputs nobody asks for.
_NO_RESULTS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "Rank", "Shape", "ShapeN", "Size"})


@dataclass
class Model:
    """A graph file, read and verified."""

    path: str
    kind: Kind
    graph: Graph
    graph_def: Any
    meta_graph_def: Any = None
    """None for a plain GraphDef."""
    checkpoint: str | None = None
    """Prefix of the variables' values, where there are any."""

    @property
    def signatures(self) -> dict[str, Any]:
        """Name -> SignatureDef; the one that only runs the initializer is left out."""
        if self.meta_graph_def is None:
            return {}
        found = self.meta_graph_def.signature_def
        return {name: found[name] for name in sorted(found) if not name.startswith("__")}

    def signature(self, name: str | None) -> Any:
        """The signature of that name; without a name the default one, or None. Raises ValueError for an unknown one."""
        if name is None:
            return self.signatures.get(DEFAULT_SERVING_SIGNATURE_DEF_KEY)
        if name not in self.signatures:
            raise ValueError(f"{self.path}: no signature '{name}'.{_near(name, self.signatures)}")
        return self.signatures[name]

    def session(self) -> Session:
        """A session that holds the values of the variables."""
        if self.kind == "SavedModel":
            self.graph = Graph()
            session = Session(graph=self.graph)
            loader.load(session, list(self.meta_graph_def.meta_info_def.tags), self.path, clear_devices=True)
            return session
        session = Session(graph=self.graph)
        if self.checkpoint is not None:
            has_saver = self.meta_graph_def is not None and self.meta_graph_def.HasField("saver_def")
            saver_def = self.meta_graph_def.saver_def if has_saver else None
            meta_graph.restore_variables(session, self.checkpoint, saver_def)
        return session

    def inputs(self) -> list[Tensor]:
        """What a run must be fed, or may be: the placeholders, but not those for the names of checkpoints."""
        return [
            op.outputs[0]
            for op in self.graph.get_operations()
            if op.type in ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault")
            and not any(consumer.type in _FILE_OPS for consumer in _readers_behind_identities(op.outputs[0]))
        ]

    def outputs(self) -> list[Tensor]:
        """What the default signature gives; without one a guess: what depends on an input, and no node reads.

        Gradients and what they read do not count, nor do shapes.
        """
        signature = self.signature(None)
        if signature is not None:
            return [self.tensor(signature.outputs[key].name) for key in sorted(signature.outputs)]
        dependent = _dependents(self.inputs())
        return [
            op.outputs[0]
            for op in self.graph.get_operations()
            if op.outputs
            and (op in dependent if dependent else op.type != "Const")
            and op.type not in _NO_RESULTS
            and not (_is_gradient(op) or _changes_state(op) or _is_pivot(op))
            and all(_is_gradient(reader) for tensor in op.outputs for reader in tensor.consumers())
        ]

    def tensor(self, name: str) -> Tensor:
        """The tensor "name:0" or, for an operation's first output, "name". Raises ValueError with near matches."""
        full = name if ":" in name else f"{name}:0"
        try:
            return self.graph.get_tensor_by_name(full)
        except KeyError as error:
            near = _near(name, [op.name for op in self.graph.get_operations() if op.outputs])
            raise ValueError(f"{self.path}: {error.args[0]}{near}") from None


def open_model(path: str, checkpoint: str | None = None, tags: Sequence[str] = ("serve",)) -> Model:
    """Reads a .pb, .pbtxt or .meta file, a SavedModel folder, or a folder of checkpoints (its latest).

    checkpoint: prefix of the variables' values; by default the one that lies beside a .meta file.
    Raises OSError for what cannot be read, ValueError for a graph that does not pass the verifier, RuntimeError for a
    SavedModel without these tags.
    """
    if os.path.isdir(path) and not loader.maybe_saved_model_directory(path):
        prefix = latest_checkpoint(path)
        if prefix is None:
            raise OSError(f"{path}: neither a SavedModel nor a folder of checkpoints")
        path, checkpoint = f"{prefix}.meta", checkpoint or prefix
    if os.path.isdir(path) or os.path.basename(path) in ("saved_model.pb", "saved_model.pbtxt"):
        return _saved_model(path if os.path.isdir(path) else os.path.dirname(path) or ".", checkpoint, tags)
    if path.endswith(".meta"):
        return _meta_graph(path, checkpoint)
    graph_def = files.read_graph_def(path)
    if not graph_def.node:
        raise OSError(f"{path}: a GraphDef without nodes, or no GraphDef at all")
    graph = Graph()
    with graph.as_default():
        import_graph_def(graph_def, name="")
    if checkpoint is not None:
        check_checkpoint(checkpoint)
    return Model(path, "GraphDef", graph, graph_def, None, checkpoint)


def _saved_model(folder: str, checkpoint: str | None, tags: Sequence[str]) -> Model:
    if checkpoint is not None:
        raise ValueError(f"{folder}: a SavedModel holds its own variables; leave out --checkpoint")
    meta_graph_def = reader.read_meta_graph(folder, tags)
    graph = Graph()
    meta_graph.add_meta_graph(graph, meta_graph_def)
    prefix = reader.variables_prefix(folder)
    return Model(
        folder,
        "SavedModel",
        graph,
        meta_graph_def.graph_def,
        meta_graph_def,
        prefix if checkpoint_exists(prefix) else None,
    )


def _meta_graph(path: str, checkpoint: str | None) -> Model:
    meta_graph_def = files.read_meta_graph(path)
    graph = Graph()
    meta_graph.add_meta_graph(graph, meta_graph_def)
    beside = path.removesuffix(".meta")
    if checkpoint is not None:
        check_checkpoint(checkpoint)
    elif checkpoint_exists(beside):
        checkpoint = beside
    return Model(path, "MetaGraphDef", graph, meta_graph_def.graph_def, meta_graph_def, checkpoint)


def check_checkpoint(prefix: str) -> None:
    """Raises ValueError where no checkpoint has this prefix."""
    if not checkpoint_exists(prefix):
        raise ValueError(f"{prefix}: no checkpoint has this prefix")


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    found = difflib.get_close_matches(name.partition(":")[0], names, n=3)
    if not found:
        found = [other for other in names if name.lower() in other.lower()][:3]
    if found:
        return f" Did you mean {' or '.join(repr(other) for other in found)}?"
    return f" There is {', '.join(repr(other) for other in names)}." if 0 < len(names) <= 5 else ""


def _readers_behind_identities(tensor: Tensor) -> list[Operation]:
    found, pending = [], [tensor]
    while pending:
        for op in pending.pop().consumers():
            if op.type in ("Identity", "PlaceholderWithDefault"):
                pending.append(op.outputs[0])
            else:
                found.append(op)
    return found


def _dependents(tensors: Sequence[Tensor]) -> set[Operation]:
    found: set[Operation] = set()
    pending = [tensor.op for tensor in tensors]
    while pending:
        op = pending.pop()
        if op not in found:
            found.add(op)
            pending += [consumer for tensor in op.outputs for consumer in tensor.consumers()]
    return found


def _is_gradient(op: Operation) -> bool:
    """Whether tf.gradients made it, by the scope that this opens."""
    return any(part.startswith("gradients") for part in op.name.split("/")[:-1])


def _is_pivot(op: Operation) -> bool:
    """Whether it is a branch of tf.cond itself: the predicate, switched, for others to wait for."""
    return op.type == "Identity" and op.inputs[0].op.type == "Switch" and op.outputs[0].dtype.name == "bool"


def _changes_state(op: Operation) -> bool:
    """Whether the op is run for what it does: it takes a ref, or changes what a handle leads to."""
    definition = op_defs.find(op.type)
    if definition is None:
        return False
    return any(argument.is_ref for argument in (*definition.inputs, *definition.outputs)) or op.type.startswith(
        ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter")
    )
