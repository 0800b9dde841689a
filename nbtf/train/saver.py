"""Saver: checkpoints of a session's variables, how many of them stay, and the state file that names them."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from nbtf import logging
from nbtf.checkpoint import state
from nbtf.checkpoint.reader import open_checkpoint
from nbtf.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError, OpError
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.scope_names import prepend_name_scope, strip_name_scope
from nbtf.session import Session
from nbtf.train.meta_graph_export import export_meta_graph
from nbtf.train.saveable import by_name, saveable_objects
from nbtf.train.saver_builder import V2, BulkSaverBuilder
from nbtf.wire import schema

Path = str | bytes | os.PathLike[str]
_DEPRECATED_V1 = (
    "*******************************************************",
    "TensorFlow's V1 checkpoint format has been deprecated.",
    "Consider switching to the more efficient V2 format:",
    "   `tf.train.Saver(write_version=tf.train.SaverDef.V2)`",
    "now on by default.",
    "*******************************************************",
)
_OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""Key of a checkpoint that is named by a graph of Python objects: see TrackableObjectGraph."""


class Saver:
    """Saves variables to checkpoints and restores them, through operations that it adds to the graph."""

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        """var_list: variables and other saveable objects, or a dict of them by their keys in the checkpoint; by
        default all global variables. reshape: a value takes the shape of its variable, if it has as many elements.
        sharded: one shard a device. max_to_keep: older checkpoints are deleted; 0 or None keeps all.
        keep_checkpoint_every_n_hours: one for every so many hours stays all the same. name: of the name scope; with
        saver_def, of the one that the graph was imported under. saver_def: of nodes that are there already.
        defer_build: `build` adds the nodes. allow_empty: without variables, do nothing instead of raising.
        pad_step_number: eight digits for the step. save_relative_paths: the state file names checkpoints relative to
        itself. filename: what the nodes save to when none is fed.

        Raises ValueError where there is nothing to save, two keys are equal, or saver_def lacks names.
        """
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build=False or var_list=None."
            )
        self._var_list = var_list
        self._reshape = reshape
        self._sharded = sharded
        self._max_to_keep = max_to_keep
        self._keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self._name = name
        self._restore_sequentially = restore_sequentially
        self.saver_def: Any = saver_def
        self._builder = builder
        self._allow_empty = allow_empty
        self._write_version = write_version
        self._pad_step_number = pad_step_number
        self._save_relative_paths = save_relative_paths
        self._filename = filename
        self._is_built = False
        self._is_empty = False
        self._last_checkpoints: list[tuple[str, float]] = []
        self._checkpoints_to_be_deleted: list[tuple[str, float]] = []
        self._next_checkpoint_time = math.inf
        if not defer_build:
            self.build()
        if self.saver_def:
            self._check_saver_def()
            self._write_version = self.saver_def.version

    # ---- nodes ----

    def build(self) -> None:
        """Adds the nodes to the default graph, once."""
        if self._is_built:
            return
        self._is_built = True
        if self.saver_def is None:
            if self._var_list is None:
                self._var_list = saveable_objects()
            if not self._var_list:
                if self._allow_empty:
                    self._is_empty = True
                    return
                raise ValueError("No variables to save")
            builder = BulkSaverBuilder(self._write_version) if self._builder is None else self._builder
            self.saver_def = builder.build(
                self._var_list,
                reshape=self._reshape,
                sharded=self._sharded,
                max_to_keep=self._max_to_keep,
                keep_checkpoint_every_n_hours=self._keep_checkpoint_every_n_hours,
                name=self._name,
                restore_sequentially=self._restore_sequentially,
                filename=self._filename or "model",
            )
        elif self._name:
            self.saver_def = _renamed(self.saver_def, prepend_name_scope, self._name)
        self._check_saver_def()
        self._next_checkpoint_time = time.time() + self._seconds_between_kept

    def _check_saver_def(self) -> None:
        if getattr(getattr(self.saver_def, "DESCRIPTOR", None), "full_name", "") != "tensorflow.SaverDef":
            raise ValueError(f"saver_def must be a saver_pb2.SaverDef: {self.saver_def}")
        for field in ("save_tensor_name", "restore_op_name"):
            if not getattr(self.saver_def, field):
                raise ValueError(f"saver_def must specify the {field}: {self.saver_def}")

    @property
    def _seconds_between_kept(self) -> float:
        return float(self.saver_def.keep_checkpoint_every_n_hours) * 3600

    def as_saver_def(self) -> Any:
        """The SaverDef: names of the nodes, and what to keep."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The SaverDef, with names relative to `export_scope`; None for a saver outside of it."""
        if export_scope is None:
            return self.saver_def
        names = [getattr(self.saver_def, field) for field in _NAMES]
        if not all(name.startswith(export_scope) for name in names):
            return None
        return _renamed(self.saver_def, strip_name_scope, export_scope)

    @staticmethod
    def from_proto(saver_def: Any, import_scope: str | None = None) -> Saver:
        """The saver of nodes that the graph has, under `import_scope`."""
        return Saver(saver_def=saver_def, name=import_scope)

    def export_meta_graph(
        self,
        filename: Path | None = None,
        collection_list: Iterable[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:
        """The MetaGraphDef of the default graph with this saver: see `tf.train.export_meta_graph`."""
        return export_meta_graph(
            filename=None if filename is None else os.fsdecode(filename),
            graph_def=get_default_graph().as_graph_def(add_shapes=True),
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
            save_debug_info=save_debug_info,
        )

    # ---- saving ----

    def save(
        self,
        sess: Any,
        save_path: Path,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Writes a checkpoint, its meta graph and the state file; gives the prefix of the checkpoint's files.

        save_path: the prefix, to which the step, a number or a tensor, is added as `-3`. A process that is killed at
        any moment leaves the previous checkpoint whole, also one of the same prefix.
        Raises RuntimeError before `build`, TypeError for what is no session, ValueError for a folder that is missing
        and for names that collide, what fits of tf.errors where the files cannot be written.
        """
        if not self._is_built:
            raise RuntimeError("`build()` should be called before save if defer_build==True")
        state_name = latest_filename or "checkpoint"
        if self._write_version != V2:
            for line in _DEPRECATED_V1:
                logging.warning("%s", line)
        if os.path.split(state_name)[0]:
            raise ValueError("'latest_filename' must not contain path components")
        path = os.fsdecode(save_path)
        if global_step is None and os.path.basename(path) == state_name and not self._sharded:
            raise ValueError(f"'latest_filename' collides with 'save_path': '{state_name}' and '{path}'")
        prefix = path if global_step is None else f"{path}-{self._step_text(sess, global_step)}"
        if not hasattr(sess, "run") or not hasattr(sess, "graph"):
            raise TypeError(f"'sess' must be a Session; {sess}")
        if not self._is_empty:
            prefix_saved = self._save_variables(sess, path, prefix, state_name, write_state, meta_graph_suffix)
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(
                    state.meta_graph_filename(prefix, meta_graph_suffix),
                    strip_default_attrs=strip_default_attrs,
                    save_debug_info=save_debug_info,
                )
        return None if self._is_empty else prefix_saved

    def _step_text(self, sess: Any, global_step: Any) -> str:
        if isinstance(global_step, (int, np.integer)):
            step = int(global_step)
        else:
            step = int(sess.run(global_step))
        return f"{step:08d}" if self._pad_step_number else str(step)

    def _save_variables(
        self, sess: Any, path: str, prefix: str, state_name: str, write_state: bool, meta_graph_suffix: str
    ) -> str:
        folder = os.path.dirname(path)
        try:
            saved = os.fsdecode(
                sess.run(self.saver_def.save_tensor_name, {self.saver_def.filename_tensor_name: os.fsencode(prefix)})
            )
            if write_state:
                self._record_last_checkpoint(saved)
                state.update_checkpoint_state(
                    save_dir=folder,
                    model_checkpoint_path=saved,
                    all_model_checkpoint_paths=self.last_checkpoints,
                    latest_filename=state_name,
                    save_relative_paths=self._save_relative_paths,
                )
                self._delete_old_checkpoint(meta_graph_suffix)
        except (FailedPreconditionError, NotFoundError):
            if os.path.isdir(folder or "."):
                raise
            raise ValueError(f"Parent directory of {path} doesn't exist, can't save.") from None
        return saved

    # ---- which checkpoints stay ----

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, oldest first."""
        return [path for path, _ in self._last_checkpoints]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Says which checkpoints there are, oldest first; their times count as unknown."""
        self.set_last_checkpoints_with_time([(path, math.inf) for path in last_checkpoints])

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: Sequence[tuple[str, float]]) -> None:
        """The same, with the times in seconds since the epoch."""
        if not isinstance(last_checkpoints_with_time, (list, tuple)):
            raise TypeError(f"not a list of checkpoints: {last_checkpoints_with_time}")
        self._last_checkpoints = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Goes on from the checkpoints that there are of these prefixes, as after a restart."""
        times = {path: state.get_checkpoint_mtimes([path]) for path in checkpoint_paths}
        self.set_last_checkpoints_with_time([(path, found[0]) for path, found in times.items() if found])

    def _record_last_checkpoint(self, path: str) -> None:
        if not self.saver_def.max_to_keep:
            return
        self._last_checkpoints = [kept for kept in self._last_checkpoints if kept[0] != path]
        self._last_checkpoints.append((path, time.time()))
        if len(self._last_checkpoints) > self.saver_def.max_to_keep:
            self._checkpoints_to_be_deleted.append(self._last_checkpoints.pop(0))

    def _delete_old_checkpoint(self, meta_graph_suffix: str) -> None:
        if not self._checkpoints_to_be_deleted:
            return
        path, saved_at = self._checkpoints_to_be_deleted.pop(0)
        if saved_at > self._next_checkpoint_time:
            self._next_checkpoint_time += self._seconds_between_kept
            return
        try:
            state.remove_checkpoint(path, self.saver_def.version, meta_graph_suffix)
        except (OpError, OSError) as error:
            logging.warning("Ignoring: %s", error)

    # ---- restoring ----

    def restore(self, sess: Session, save_path: Path | None) -> None:
        """Gives the variables the values of a checkpoint; they need no initializer.

        Raises ValueError where `save_path` is no checkpoint, NotFoundError for a key that is not in it,
        InvalidArgumentError for a value of another shape or dtype.
        """
        if self._is_empty:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None.")
        prefix = os.fsdecode(save_path)
        if not state.checkpoint_exists(prefix):
            raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}")
        logging.info("Restoring parameters from %s", prefix)
        try:
            sess.run(self.saver_def.restore_op_name, {self.saver_def.filename_tensor_name: os.fsencode(prefix)})
        except NotFoundError as error:
            if not self._restore_from_objects(sess, prefix):
                raise _explained(
                    error, "a Variable name or other graph key that is missing from the checkpoint"
                ) from error
        except InvalidArgumentError as error:
            raise _explained(error, "a mismatch between the current graph and the graph from the checkpoint") from error

    def _restore_from_objects(self, sess: Session, prefix: str) -> bool:
        """From a checkpoint whose keys are paths through Python objects; False where it is not such a one."""
        keys = object_keys(prefix)
        if keys is None or self._var_list is None:
            return False
        logging.warning(
            "Restoring an object-based checkpoint using a name-based saver. This may be somewhat fragile, and will "
            "re-build the Saver. Instead, consider loading object-based checkpoints using tf.train.Checkpoint()."
        )
        named = self._var_list if isinstance(self._var_list, dict) else by_name(self._var_list)
        missing = sorted(set(named) - set(keys))
        if missing:
            raise _missing_names(missing, sorted(set(keys) - set(named)), len(set(named) & set(keys)))
        with sess.graph.as_default():
            by_key = Saver({keys[name]: variable for name, variable in named.items()}, max_to_keep=None)
        by_key.restore(sess, prefix)
        return True


_NAMES = ("filename_tensor_name", "save_tensor_name", "restore_op_name")


def _renamed(saver_def: Any, rename: Any, scope: str) -> Any:
    renamed = schema.SaverDef()
    renamed.ParseFromString(saver_def.SerializeToString())
    for field in _NAMES:
        setattr(renamed, field, rename(getattr(renamed, field), scope))
    return renamed


def _missing_names(missing: Sequence[str], others: Sequence[str], matches: int) -> NotFoundError:
    """The error for variables that a checkpoint of Python objects has not under their names."""
    return NotFoundError(
        None,
        None,
        f"\n\nExisting variables not in the checkpoint: {', '.join(missing)}\n\n"
        f"Variables names when this checkpoint was written which don't exist now: {', '.join(others)}\n\n"
        f"({matches} variable name(s) did match)\n\n"
        "Could not find some variables in the checkpoint (see names above). Saver was attempting to load an object-based "
        "checkpoint (saved using tf.train.Checkpoint or tf.keras.Model.save_weights) using variable names. If the "
        "checkpoint was written with eager execution enabled, it's possible that variable names have changed (for "
        "example missing a '_1' suffix). It's also possible that there are new variables which did not exist when the "
        "checkpoint was written. You can construct a Saver(var_list=...) with only the variables which previously "
        "existed, and if variable names have changed you may need to make this a dictionary with the old names as "
        "keys. If you're using an Estimator, you'll need to return a tf.train.Saver inside a tf.train.Scaffold from "
        "your model_fn.",
    )


def _explained(error: OpError, reason: str) -> OpError:
    """The error with what a user may have done to meet it."""
    message = (
        f"Restoring from checkpoint failed. This is most likely due to {reason}. Please ensure that you have not altered "
        f"the graph expected based on the checkpoint. Original error:\n\n{error.message}"
    )
    return type(error)(error.node_def, error.op, message)  # type: ignore[call-arg]


def object_keys(prefix: str) -> dict[str, str] | None:
    """Name of a variable -> its key in a checkpoint of Python objects; None for a checkpoint of another kind."""
    with open_checkpoint(prefix) as reader:
        if not reader.has_tensor(_OBJECT_GRAPH):
            return None
        objects = schema.TrackableObjectGraph()
        objects.ParseFromString(bytes(reader.get_tensor(_OBJECT_GRAPH)[()]))
    return {value.full_name: value.checkpoint_key for node in objects.nodes for value in node.attributes}
