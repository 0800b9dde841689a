"""TensorFlow's message classes, by name: `schema.GraphDef()`, `schema.AttrValue.ListValue()`, `schema.DataType`.

The classes come from a serialized FileDescriptorSet (compiled from `proto/` by `tools/make_descriptors.py`) in a
private descriptor pool, so a process may also hold TensorFlow, or any other user of the same message names, in either
import order. Messages of two pools do not mix: pass bytes between them. A class is made when it is first asked for;
until then protobuf is not imported.
"""

from __future__ import annotations

import functools
import os
import typing

_DESCRIPTORS = os.path.join(os.path.dirname(__file__), "descriptors.binpb")
_PACKAGES = ("tensorflow", "google.protobuf", "tensorflow.error", "tensorflow.tfprof")


@functools.cache
def pool() -> typing.Any:
    """The private google.protobuf DescriptorPool that holds every message and enum of `proto/`."""
    from google.protobuf import descriptor_pool

    with open(_DESCRIPTORS, "rb") as data:
        files = _serialized_files(data.read())
    private = descriptor_pool.DescriptorPool()
    for file in files:
        private.AddSerializedFile(file)
    return private


def _serialized_files(file_set: bytes) -> list[bytes]:
    """The FileDescriptorProtos of a FileDescriptorSet, each still serialized: field 1, repeated, length-delimited."""
    files = []
    position = 0
    while position < len(file_set):
        position += 1  # the tag
        size = shift = 0
        while True:
            byte = file_set[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        files.append(file_set[position : position + size])
        position += size
    return files


def message_class(full_name: str) -> typing.Any:
    """The class of a message by its full name, such as "tensorflow.NodeDef". Raises KeyError if there is none."""
    from google.protobuf import message_factory

    descriptor = pool().FindMessageTypeByName(full_name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool()).GetPrototype(descriptor)  # before protobuf 4.22


def _enum(full_name: str) -> typing.Any:
    from google.protobuf.internal import enum_type_wrapper

    return enum_type_wrapper.EnumTypeWrapper(pool().FindEnumTypeByName(full_name))


def __getattr__(name: str) -> typing.Any:
    if name == "Message":  # the base class of them all, for isinstance
        from google.protobuf.message import Message

        return Message
    if not name.startswith("_"):
        for find in (message_class, _enum):
            for package in _PACKAGES:
                try:
                    found = find(f"{package}.{name}")
                except KeyError:
                    continue
                globals()[name] = found  # found once, then a plain attribute
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
