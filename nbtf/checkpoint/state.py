"""The ``checkpoint`` file of a folder: which checkpoints it holds, and which is the latest. Text of a
CheckpointState."""

from __future__ import annotations

import contextlib
import glob
import logging
import os
import re
from collections.abc import Sequence
from typing import Any, Final

from nbtf import errors
from nbtf.checkpoint.bundle import index_path
from nbtf.checkpoint.publish import StagedFile, publish_file
from nbtf.wire import schema, text_format

_LOG = logging.getLogger(__name__)
_DEFAULT_NAME: Final = "checkpoint"
_MAX_BYTES: Final = 64 << 20
V1: Final = 1
V2: Final = 2
"""Values of SaverDef.CheckpointFormatVersion."""

Path = str | os.PathLike[str]


def _state_path(folder: Path, latest_filename: str | None) -> str:
    return os.path.join(os.fspath(folder), latest_filename or _DEFAULT_NAME)


def generate_checkpoint_state_proto(
    save_dir: Path,
    model_checkpoint_path: Path,
    all_model_checkpoint_paths: Sequence[Path] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> Any:
    """A CheckpointState whose last path is ``model_checkpoint_path``; relative paths are made relative to ``save_dir``.

    all_model_checkpoint_paths: those kept, oldest first. Raises ValueError where paths and timestamps differ in number.
    """
    folder = os.fspath(save_dir)
    latest = os.fspath(model_checkpoint_path)
    paths = [os.fspath(path) for path in all_model_checkpoint_paths or ()]
    if not paths or paths[-1] != latest:
        _LOG.info("%s is not in all_model_checkpoint_paths. Manually adding it.", latest)
        paths.append(latest)
    if all_model_checkpoint_timestamps and len(all_model_checkpoint_timestamps) != len(paths):
        raise ValueError(
            "Checkpoint timestamps, if provided, must match checkpoint paths (got paths "
            f"{paths} and timestamps {list(all_model_checkpoint_timestamps)})"
        )
    if not os.path.isabs(folder):
        # So that a reader in another working folder, who prepends this file's folder, finds them.
        paths = [path if os.path.isabs(path) else os.path.relpath(path, folder) for path in paths]
        latest = latest if os.path.isabs(latest) else os.path.relpath(latest, folder)
    return schema.CheckpointState(
        model_checkpoint_path=latest,
        all_model_checkpoint_paths=paths,
        all_model_checkpoint_timestamps=all_model_checkpoint_timestamps or [],
        last_preserved_timestamp=last_preserved_timestamp or 0.0,
    )


def update_checkpoint_state(
    save_dir: Path,
    model_checkpoint_path: Path,
    all_model_checkpoint_paths: Sequence[Path] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Writes the state file of ``save_dir`` anew, whole or not at all.

    save_relative_paths: absolute paths are made relative to ``save_dir`` too, so that the folder can be moved.
    Raises RuntimeError where a checkpoint has the state file's own name.
    """
    path = _state_path(save_dir, latest_filename)
    latest = os.fspath(model_checkpoint_path)
    kept = [os.fspath(kept_path) for kept_path in all_model_checkpoint_paths or ()]
    folder: Path = save_dir
    if save_relative_paths:
        latest, *kept = (os.path.relpath(each, save_dir) for each in (latest, *kept))
        folder = os.path.abspath(save_dir)  # the paths are relative to it already
    state = generate_checkpoint_state_proto(
        folder, latest, kept, all_model_checkpoint_timestamps, last_preserved_timestamp
    )
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{latest}' conflicts with path used for checkpoint state.  Please use a different save path."
        )
    with StagedFile(path) as staged:
        staged.write(text_format.to_text(state).encode())
        staged.finish()
        publish_file(staged)


def get_checkpoint_state(checkpoint_dir: Path, latest_filename: str | None = None) -> Any:
    """The CheckpointState of a folder, relative paths prefixed with it; None where there is none, or none that parses.

    Raises ValueError where the file names no latest checkpoint.
    """
    path = _state_path(checkpoint_dir, latest_filename)
    try:
        with open(path, "rb") as file:
            text = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning("%s: %s", path, error)
        return None
    try:
        state = text_format.from_text(text, schema.CheckpointState())
    except ValueError as error:  # not text, or not of this message
        _LOG.warning("%s: Checkpoint ignored: %s", path, error)
        return None
    if not state.model_checkpoint_path:
        raise ValueError(f"Invalid checkpoint state loaded from {os.fspath(checkpoint_dir)}")
    state.model_checkpoint_path = _from_folder(checkpoint_dir, state.model_checkpoint_path)
    for index, kept in enumerate(state.all_model_checkpoint_paths):
        state.all_model_checkpoint_paths[index] = _from_folder(checkpoint_dir, kept)
    return state


def _from_folder(folder: Path, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(os.fspath(folder), path)


def checkpoint_exists(checkpoint_prefix: Path) -> bool:
    """Whether a V2 checkpoint has this prefix, or files of a V1 checkpoint match it."""
    prefix = os.fspath(checkpoint_prefix)
    return bool(_matching(index_path(prefix)) or _matching(prefix))


def _matching(pattern: str) -> list[str]:
    return [pattern] if os.path.exists(pattern) else glob.glob(pattern)


def latest_checkpoint(checkpoint_dir: Path, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint of a folder; None without a state file, or if the files it names are gone."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    prefix = str(state.model_checkpoint_path)
    if checkpoint_exists(prefix):
        return prefix
    _LOG.error("Couldn't match files for checkpoint %s", prefix)
    return None


def get_checkpoint_mtimes(checkpoint_prefixes: Sequence[Path]) -> list[float]:
    """Times of change, in seconds since the epoch, of those checkpoints that exist."""
    times = []
    for path in checkpoint_prefixes:
        prefix = os.fspath(path)
        found = _matching(index_path(prefix)) or _matching(prefix)
        if found:
            times.append(os.path.getmtime(found[0]))
    return times


def remove_checkpoint(checkpoint_prefix: Path, version: int = V2, meta_graph_suffix: str = "meta") -> None:
    """Removes the files of a checkpoint and its meta graph. Files already gone are no error."""
    prefix = os.fspath(checkpoint_prefix)
    _remove(meta_graph_filename(prefix, meta_graph_suffix))
    if version == V2:
        _remove(index_path(prefix))  # first: what remains if this is cut short is no checkpoint
        pattern = glob.escape(prefix) + ".data-?????-of-?????"
    else:
        pattern = prefix
    for path in _matching(pattern):
        _remove(path)


def _remove(path: str) -> None:
    try:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
    except OSError as error:
        raise errors.UnknownError(None, None, f"{path}; {error.strerror}") from error


def meta_graph_filename(checkpoint_filename: str, meta_graph_suffix: str = "meta") -> str:
    """The name of a checkpoint's meta graph: sharded V1 names lose their shard, ``m-?????-of-00003`` -> ``m.meta``."""
    return f"{re.sub(r'-[0-9?]+-of-[0-9]+$', '', checkpoint_filename)}.{meta_graph_suffix}"
