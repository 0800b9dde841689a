"""The nodes that write and read the values of Python objects, made when they are first needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.checkpoint.reader import open_checkpoint
from nbtf.graph import default_stacks
from nbtf.graph.conversion import constant
from nbtf.graph.device import canonical_device
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, device
from nbtf.graph.tensor import Tensor
from nbtf.session import Session
from nbtf.train.object_graph import OBJECT_GRAPH_KEY, described
from nbtf.train.saveable import SaveableObject, SaveSpec
from nbtf.train.saver_builder import BaseSaverBuilder, on_cpu, temporary_prefix
from nbtf.train.tracking import children
from nbtf.wire import schema


class ObjectSaver:
    """Writes checkpoints of the objects below a root, and keeps the nodes that do, and that read them back."""

    def __init__(self, root: Any, children_of: Callable[[Any], dict[str, Any]] = children) -> None:
        """children_of: what tells the parts of an object, by name."""
        self._root, self._children_of = root, children_of
        self._graph: Graph | None = None
        self._forget()

    def _forget(self) -> None:
        self._saved_proto: Any = None
        self._save: Tensor | None = None
        self._save_feeds: tuple[Tensor, Tensor] | None = None
        self._restore_prefix: Tensor | None = None
        self.restores: dict[str, tuple[Any, Operation]] = {}
        """Key -> the object and what restores it."""

    def enter_graph(self) -> None:
        """Nodes are of one graph: in another default graph they are made anew."""
        graph = default_stacks.get_default_graph()
        if self._graph is not graph:
            self._graph = graph
            self._forget()

    # ---- saving ----

    def save(self, prefix: str, session: Session | None, place: str | None) -> str:
        """Writes a checkpoint; gives its prefix. place: a device for the file operations."""
        with session_of(session).graph.as_default():
            self.enter_graph()
            graph = described(self._root, self._children_of)
            text, path = self._made_save_feeds()
            if self._save is None or self._saved_proto != graph.proto:
                saveables = [make(key) for key, make in graph.saveables]
                spec = SaveSpec(text, "", OBJECT_GRAPH_KEY)
                self._save = add_save(path, [*saveables, SaveableObject(text, [spec], OBJECT_GRAPH_KEY)], place)
                self._saved_proto = graph.proto
        os.makedirs(os.path.dirname(prefix) or os.curdir, exist_ok=True)
        feeds = {text: graph.proto.SerializeToString(deterministic=True), path: prefix}
        return os.fsdecode(session_of(session).run(self._save, feeds))

    def _made_save_feeds(self) -> tuple[Tensor, Tensor]:
        """(text of the object graph, prefix of the checkpoint)."""
        if self._save_feeds is None:
            with device("/cpu:0"):
                self._save_feeds = constant("", name="Const"), constant("", name="Const")
        return self._save_feeds

    # ---- restoring ----

    def restore_prefix(self) -> Tensor:
        """The tensor for which the prefix of a checkpoint is fed."""
        if self._restore_prefix is None:
            with device("/cpu:0"):
                self._restore_prefix = constant("model", name="Const")
        return self._restore_prefix

    def read_from(self, prefix: str) -> None:
        """Makes one checkpoint what operations restore that are added from now on."""
        with device("/cpu:0"):
            self._restore_prefix = constant(prefix, name="Const")

    def add_restores(self, saveables: Sequence[SaveableObject], place: str | None) -> list[Operation]:
        """What restores these objects, by one operation a device."""
        made = []
        for one, operation in add_restores(self.restore_prefix(), saveables, place):
            made.append(operation)
            self.restores[one.name] = one.op, operation
        return made


def session_of(session: Session | None) -> Session:
    """The session, or the default one. Raises ValueError where there is none."""
    found = session or default_stacks.get_default_session()
    if found is None:
        raise ValueError("A checkpoint needs a session: pass one, or call this inside of `with session.as_default()`.")
    return found


def read_object_graph(prefix: str) -> Any:
    """The TrackableObjectGraph of a checkpoint; None for one of names. Raises NotFoundError where there is none."""
    with open_checkpoint(prefix) as reader:
        if not reader.has_tensor(OBJECT_GRAPH_KEY):
            return None
        proto = schema.TrackableObjectGraph()
        proto.ParseFromString(bytes(reader.get_tensor(OBJECT_GRAPH_KEY)[()]))
        return proto


def _by_device(saveables: Sequence[SaveableObject]) -> list[tuple[str, list[SaveableObject]]]:
    """Devices in order, each with its objects in the order of their keys."""
    groups: dict[str, list[SaveableObject]] = {}
    for one in sorted(saveables, key=lambda saveable: saveable.name):
        groups.setdefault(_home(one), []).append(one)
    return sorted(groups.items())


def _home(saveable: SaveableObject) -> str:
    return on_cpu(canonical_device(saveable.device))


def add_restores(
    prefix: Tensor, saveables: Sequence[SaveableObject], place: str | None
) -> list[tuple[SaveableObject, Operation]]:
    """What restores objects from a checkpoint, each by an operation; one a device reads."""
    made: list[tuple[SaveableObject, Operation]] = []
    for home, group in _by_device(saveables):
        with device(place or home):
            specs = [spec for one in group for spec in one.specs]
            tensors = list(
                raw.RestoreV2(
                    prefix,
                    [spec.name for spec in specs],
                    [spec.slice_spec for spec in specs],
                    [spec.dtype.base_dtype for spec in specs],
                )
            )
        for one in group:
            own, tensors = tensors[: len(one.specs)], tensors[len(one.specs) :]
            with device(home):
                restore = one.restore(own, None)
            made.append((one, restore.op if isinstance(restore, Tensor) else restore))
    return made


def add_save(prefix: Tensor, saveables: Sequence[SaveableObject], place: str | None) -> Tensor:
    """What writes objects to a checkpoint: each device a shard in a temporary folder; then they become one."""
    groups: dict[str, list[SaveableObject]] = {}
    for one in saveables:
        groups.setdefault(_home(one), []).append(one)
    temporary = temporary_prefix(prefix)
    count = constant(len(groups), name="num_shards")
    builder = BaseSaverBuilder()
    shards: list[Tensor] = []
    saves: list[Operation] = []
    home = ""
    for shard, (home, group) in enumerate(sorted(groups.items())):
        with device(place or home):
            shards.append(builder.sharded_filename(temporary, shard, count))
        with device(home):
            saves.append(builder.save_op(shards[-1], group))
    with device("/cpu:0"):
        with control_dependencies(saves), device(place or home):
            merge = raw.MergeV2Checkpoints(shards, prefix, delete_old_dirs=True)
        with control_dependencies([merge]):
            done: Tensor = raw.Identity(prefix)
    return done
