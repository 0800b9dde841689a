"""tf.train.Checkpoint: variables saved by the path of attributes that leads to them, not by their names."""

from __future__ import annotations

import os
from typing import Any

from nbtf.checkpoint.reader import load_checkpoint
from nbtf.checkpoint.state import update_checkpoint_state
from nbtf.dtypes import int64
from nbtf.graph.scopes import colocate_with, device
from nbtf.graph.tensor import Tensor
from nbtf.session import Session
from nbtf.train.checkpoint_options import CheckpointOptions
from nbtf.train.object_restoration import Restoration
from nbtf.train.object_saver import ObjectSaver, read_object_graph, session_of
from nbtf.train.restore_status import CheckpointLoadStatus, InitializationOnlyStatus, NameBasedSaverStatus
from nbtf.train.tracking import is_trackable, trackable_items
from nbtf.variables.creation import create_variable

Path = str | os.PathLike[str]
_COUNTER = "save_counter"


class _State:
    """What a Checkpoint keeps for itself."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.saver = ObjectSaver(checkpoint)
        self.restoration: Restoration | None = None
        self.count_save: Tensor | None = None


class Checkpoint:
    """Groups objects with variables, and saves and restores them together.

    Checkpoint(net=layers, optimizer=optimizer): each is found under its attribute's name. Variables, layers, optimizers,
    modules, templates, other Checkpoints and lists, tuples and dicts of these are tracked; attributes may be set later.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Raises ValueError for what has no state to save."""
        object.__setattr__(self, "_own", _State(self))
        for name, value in sorted(kwargs.items()):
            if not is_trackable(value):
                raise ValueError(
                    f"`Checkpoint` was expecting a trackable object (an object derived from `Trackable`), got {value}. "
                    "Variables, layers, optimizers, modules and structures of them are such objects."
                )
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        restoration = self._state().restoration
        if restoration is not None and is_trackable(value):
            restoration.bind()

    def _state(self) -> _State:
        state: _State = self.__dict__["_own"]
        return state

    def _trackable_children(self) -> dict[str, Any]:
        return trackable_items(self.__dict__)

    @property
    def save_counter(self) -> Any:
        """An int64 variable that counts saves; it numbers checkpoints. Made when it is first needed."""
        if _COUNTER not in self.__dict__:
            with device("/cpu:0"):
                counter = create_variable(lambda: 0, trainable=False, name=_COUNTER, dtype=int64, use_resource=True)
            self.__dict__[_COUNTER] = counter  # the property stands before it
            restoration = self._state().restoration
            if restoration is not None:
                restoration.bind()
        return self.__dict__[_COUNTER]

    # ---- saving ----

    def save(self, file_prefix: Path, session: Session | None = None, options: CheckpointOptions | None = None) -> str:
        """Writes `<file_prefix>-<number of the save>` and names it in the folder's state file; gives its path.

        session: the default one unless given. Raises ValueError where there is none.
        """
        prefix = os.fspath(file_prefix)
        session = session_of(session)
        path = self.write(f"{prefix}-{self._count(session)}", session, options)
        update_checkpoint_state(os.path.dirname(prefix), path, [path], save_relative_paths=True)
        return path

    def write(self, file_prefix: Path, session: Session | None = None, options: CheckpointOptions | None = None) -> str:
        """Writes the checkpoint `file_prefix`: no number, no state file. Gives its path."""
        options = options or CheckpointOptions()
        path = self._state().saver.save(os.fspath(file_prefix), session, options.experimental_io_device)
        options._written(path)
        return path

    def _count(self, session: Session) -> int:
        """The number of the save that begins."""
        state = self._state()
        with session.graph.as_default():
            if _COUNTER not in self.__dict__:
                session.run(self.save_counter.initializer)
            if state.count_save is None:
                with colocate_with(self.save_counter):
                    state.count_save = self.save_counter.assign_add(1)
        return int(session.run(state.count_save))

    # ---- restoring ----

    def restore(self, save_path: Path | None) -> Any:
        """A status: its `run_restore_ops` or `initialize_or_restore` reads the checkpoint in a session.

        What is added to the objects later is restored as well. A checkpoint that a Saver wrote is matched by names.
        None: nothing is restored. Raises NotFoundError where there is no checkpoint.
        """
        if save_path is None:
            self.save_counter  # noqa: B018 - so that it is initialized with the other variables
            return InitializationOnlyStatus(self)
        return self._restore(os.fspath(save_path), CheckpointOptions())

    def _restore(self, prefix: str, options: CheckpointOptions) -> Any:
        proto = read_object_graph(prefix)
        if proto is None:
            with load_checkpoint(prefix) as reader:
                names = list(reader.get_variable_to_shape_map())
            return NameBasedSaverStatus(self, prefix, names, self.save_counter)
        state = self._state()
        state.saver.enter_graph()
        state.saver.restore_prefix()
        state.restoration = Restoration(state.saver, self, prefix, proto, options.experimental_io_device)
        state.restoration.bind()
        self.save_counter  # noqa: B018 - made now, it is initialized or restored with the other variables
        return CheckpointLoadStatus(state.saver, self, state.restoration)
