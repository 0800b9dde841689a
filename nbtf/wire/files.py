"""Graph files: GraphDef, MetaGraphDef and SavedModel, binary or text; and writing that leaves no half-written file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any, Final, TypeVar

from nbtf import limits
from nbtf.wire import schema, text_format

_Message = TypeVar("_Message", bound="schema.Message")
_Path = str | os.PathLike[str]

_TEXT_SUFFIXES: Final = (".pbtxt", ".prototxt", ".textproto", ".txt")
_BINARY_SUFFIXES: Final = (".pb", ".meta", ".bin")
_CONTROL_BYTES: Final = bytes(set(range(32)) - {9, 10, 12, 13})


def read_graph_def(path: _Path) -> schema.GraphDef:
    """The GraphDef in a .pb or .pbtxt file. Raises OSError where the file cannot be read or holds none."""
    return read_message(path, schema.GraphDef())


def read_meta_graph(path: _Path) -> schema.MetaGraphDef:
    """The MetaGraphDef in a .meta file, binary or text. Raises OSError where it cannot be read or holds none."""
    return read_message(path, schema.MetaGraphDef())


def read_saved_model(directory: _Path) -> schema.SavedModel:
    """The SavedModel of a folder (its saved_model.pb, else saved_model.pbtxt) or of such a file itself.

    Raises OSError where there is none or it cannot be parsed.
    """
    directory = os.fspath(directory)
    if os.path.isfile(directory):
        return read_message(directory, schema.SavedModel())
    for name in ("saved_model.pb", "saved_model.pbtxt"):
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            return read_message(path, schema.SavedModel())
    raise OSError(f"SavedModel file does not exist at: {directory}{os.path.sep}{{saved_model.pbtxt|saved_model.pb}}")


def read_message(path: _Path, message: _Message) -> _Message:
    """Fill `message` from a file and return it. Raises OSError where the file cannot be read or parsed.

    Text or binary: by the suffix first, and where that fails or says nothing, by the content.
    """
    path = os.fspath(path)
    try:
        size = os.path.getsize(path)
        if size > limits.MAX_MESSAGE_BYTES:
            raise OSError(
                f"Cannot parse file {path}: it has {size} bytes, and a protobuf message "
                f"at most {limits.MAX_MESSAGE_BYTES}."
            )
        with open(path, "rb") as file:
            content = file.read(limits.MAX_MESSAGE_BYTES + 1)
    except FileNotFoundError:
        raise FileNotFoundError(f"File {path} does not exist.") from None
    parsers: list[Callable[[bytes, _Message], Any]] = [_parse_binary, text_format.from_text]
    if _says_text(path, content):
        parsers.reverse()
    reasons = []
    for parse in parsers:
        message.Clear()
        try:
            parse(content, message)
            return message
        except ValueError as error:
            reasons.append(str(error))
    message.Clear()
    raise OSError(f"Cannot parse file {path}: {reasons[0]}.")


def _says_text(path: str, content: bytes) -> bool:
    name = path.lower()
    if name.endswith(_TEXT_SUFFIXES):
        return True
    if name.endswith(_BINARY_SUFFIXES):
        return False
    head = content[:4096]
    return bool(head) and head.translate(None, _CONTROL_BYTES) == head


def _parse_binary(content: bytes, message: Any) -> None:
    from google.protobuf.message import DecodeError

    try:
        message.ParseFromString(content)
    except DecodeError as error:
        raise ValueError(f"no valid {type(message).__name__}: {error}") from None


def to_bytes(message: schema.Message) -> bytes:
    """The message serialized, the same bytes for equal messages. Raises ValueError past protobuf's 2 GB."""
    size = message.ByteSize()
    if size > limits.MAX_MESSAGE_BYTES:
        raise ValueError(
            f"{type(message).__name__} of {size} bytes cannot be serialized: a protobuf message has "
            f"at most {limits.MAX_MESSAGE_BYTES}. Keep large values in a checkpoint, not in the graph."
        )
    return message.SerializeToString(deterministic=True)


def write_message(path: _Path, message: schema.Message, as_text: bool = False) -> None:
    """Write `message` to a file, wholly or not at all. Raises ValueError past 2 GB, OSError where it cannot."""
    write_atomically(path, text_format.to_text(message).encode("utf-8") if as_text else to_bytes(message))


def write_atomically(path: _Path, data: bytes) -> None:
    """Write a file such that at any moment, also after a crash, `path` is the old file or the whole new one.

    A link stays, and what it leads to is written; what is no file, such as /dev/stdout, is written to.
    """
    path = os.fspath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    try:
        _replace(os.path.realpath(path) if os.path.islink(path) else path, data)
    except OSError as error:
        if error.filename is not None:  # that of the temporary file says nothing to the caller
            error.filename, error.filename2 = path, None
        raise


def _replace(path: str, data: bytes) -> None:
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name[:200]}.{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(folder or ".")


def sync_folder(folder: _Path) -> None:
    """Make a rename in `folder` survive a power failure, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems refuse to sync a folder
    finally:
        os.close(descriptor)
