"""Compile `proto/` into the data of `nbtf.wire.schema`: descriptors.binpb and the type stub schema.pyi.

    python tools/make_descriptors.py            # write both
    python tools/make_descriptors.py --check    # exit 1 if either differs from what proto/ says

Reads the part of the .proto language that `proto/` uses, so that building needs no protoc.
"""

from __future__ import annotations

import argparse
import graphlib
import pathlib
import re
import sys
from collections.abc import Iterator, MutableSequence

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
DESCRIPTORS = ROOT / "nbtf" / "wire" / "descriptors.binpb"
STUB = ROOT / "nbtf" / "wire" / "schema.pyi"

_TOKEN = re.compile(r"""\s+|//[^\n]*|(?P<token>"[^"]*"|[A-Za-z_][\w.]*|-?\d+|[{}()\[\]<>=;,])""")
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    name: getattr(_Field, "TYPE_" + name.upper())
    for name in (
        "double",
        "float",
        "int64",
        "uint64",
        "int32",
        "fixed64",
        "fixed32",
        "bool",
        "string",
        "bytes",
        "uint32",
        "sfixed32",
        "sfixed64",
        "sint32",
        "sint64",
    )
}
_PACKABLE = frozenset(_SCALARS) - {"string", "bytes"}


class Tokens:
    """The words of one .proto file, with a place for errors."""

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path
        self._tokens: list[tuple[str, int]] = []
        text = path.read_text(encoding="utf-8")
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise SyntaxError(f"{path}:{text.count(chr(10), 0, position) + 1}: unexpected {text[position]!r}")
            if match["token"]:
                self._tokens.append((match["token"], text.count("\n", 0, position) + 1))
            position = match.end()
        self._next = 0

    def __bool__(self) -> bool:
        return self._next < len(self._tokens)

    def peek(self) -> str:
        return self._tokens[self._next][0]

    def take(self, expected: str | None = None) -> str:
        token, line = self._tokens[self._next]
        if expected is not None and token != expected:
            raise SyntaxError(f"{self._path}:{line}: expected {expected!r}, found {token!r}")
        self._next += 1
        return token

    def accept(self, token: str) -> bool:
        if self._next < len(self._tokens) and self.peek() == token:
            self._next += 1
            return True
        return False

    def text(self) -> str:
        return self.take().strip('"')


def parse_file(name: str) -> descriptor_pb2.FileDescriptorProto:
    """The FileDescriptorProto of proto/<name>, type names as they are written there."""
    tokens = Tokens(PROTO / name)
    file = descriptor_pb2.FileDescriptorProto(name=name)
    while tokens:
        match tokens.take():
            case "syntax":
                tokens.take("=")
                file.syntax = tokens.text()
                tokens.take(";")
            case "package":
                file.package = tokens.take()
                tokens.take(";")
            case "import":
                file.dependency.append(tokens.text())
                tokens.take(";")
            case "message":
                _parse_message(tokens, file.message_type.add(), file.syntax)
            case "enum":
                _parse_enum(tokens, file.enum_type.add())
            case other:
                raise SyntaxError(f"{name}: unexpected {other!r}")
    return file


def _parse_message(tokens: Tokens, message: descriptor_pb2.DescriptorProto, syntax: str) -> None:
    message.name = tokens.take()
    tokens.take("{")
    while not tokens.accept("}"):
        match tokens.peek():
            case "message":
                tokens.take()
                _parse_message(tokens, message.nested_type.add(), syntax)
            case "enum":
                tokens.take()
                _parse_enum(tokens, message.enum_type.add())
            case "oneof":
                tokens.take()
                message.oneof_decl.add(name=tokens.take())
                tokens.take("{")
                while not tokens.accept("}"):
                    _parse_field(tokens, message, syntax).oneof_index = len(message.oneof_decl) - 1
            case "reserved":
                tokens.take()
                for first, last in _parse_reserved(tokens, message.reserved_name):
                    message.reserved_range.add(start=first, end=last + 1)  # exclusive in messages
            case "map":
                _parse_map(tokens, message)
            case _:
                _parse_field(tokens, message, syntax)


def _parse_field(tokens: Tokens, message: descriptor_pb2.DescriptorProto, syntax: str) -> _Field:
    repeated = tokens.accept("repeated")
    if not repeated and syntax == "proto2":
        tokens.accept("optional")
    field = message.field.add(label=_Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL)
    _set_type(field, tokens.take())
    field.name = tokens.take()
    tokens.take("=")
    field.number = int(tokens.take())
    if tokens.accept("["):
        while not tokens.accept("]"):
            option = tokens.take()
            tokens.take("=")
            setattr(field.options, option, tokens.take() == "true")
            tokens.accept(",")
    tokens.take(";")
    return field


def _set_type(field: _Field, type_name: str) -> None:
    if type_name in _SCALARS:
        field.type = _SCALARS[type_name]
    else:
        field.type_name = type_name  # message or enum: known when all files are read


def _parse_map(tokens: Tokens, message: descriptor_pb2.DescriptorProto) -> None:
    tokens.take("map")
    tokens.take("<")
    key = tokens.take()
    tokens.take(",")
    value = tokens.take()
    tokens.take(">")
    name = tokens.take()
    entry = message.nested_type.add(name="".join(part.capitalize() for part in name.split("_")) + "Entry")
    entry.options.map_entry = True
    _set_type(entry.field.add(name="key", number=1, label=_Field.LABEL_OPTIONAL), key)
    _set_type(entry.field.add(name="value", number=2, label=_Field.LABEL_OPTIONAL), value)
    tokens.take("=")
    message.field.add(name=name, number=int(tokens.take()), label=_Field.LABEL_REPEATED, type_name=entry.name)
    tokens.take(";")


def _parse_enum(tokens: Tokens, enum: descriptor_pb2.EnumDescriptorProto) -> None:
    enum.name = tokens.take()
    tokens.take("{")
    while not tokens.accept("}"):
        if tokens.accept("option"):
            tokens.take("allow_alias")
            tokens.take("=")
            enum.options.allow_alias = tokens.take() == "true"
        elif tokens.accept("reserved"):
            for first, last in _parse_reserved(tokens, enum.reserved_name):
                enum.reserved_range.add(start=first, end=last)  # inclusive in enums
            continue
        else:
            name = tokens.take()
            tokens.take("=")
            enum.value.add(name=name, number=int(tokens.take()))
        tokens.take(";")


def _parse_reserved(tokens: Tokens, names: MutableSequence[str]) -> Iterator[tuple[int, int]]:
    """Yields inclusive number ranges; appends reserved names to `names`."""
    while not tokens.accept(";"):
        if tokens.peek().startswith('"'):
            names.append(tokens.text())
        else:
            first = int(tokens.take())
            yield first, int(tokens.take()) if tokens.accept("to") else first
        tokens.accept(",")


def compile_protos() -> descriptor_pb2.FileDescriptorSet:
    """Every file of proto/, types resolved, a file after those that it imports."""
    names = sorted(str(path.relative_to(PROTO).as_posix()) for path in PROTO.rglob("*.proto"))
    files = {name: parse_file(name) for name in names}
    types: dict[str, int] = {}
    for file in files.values():
        _collect(types, file.package, file.message_type, file.enum_type)
    for file in files.values():
        for message in file.message_type:
            _resolve(types, file.package, message)
    order = graphlib.TopologicalSorter({name: sorted(file.dependency) for name, file in files.items()}).static_order()
    return descriptor_pb2.FileDescriptorSet(file=[files[name] for name in order])


def _collect(types: dict[str, int], scope: str, messages, enums) -> None:  # type: ignore[no-untyped-def]
    for enum in enums:
        types[f"{scope}.{enum.name}"] = _Field.TYPE_ENUM
    for message in messages:
        types[f"{scope}.{message.name}"] = _Field.TYPE_MESSAGE
        _collect(types, f"{scope}.{message.name}", message.nested_type, message.enum_type)


def _resolve(types: dict[str, int], scope: str, message: descriptor_pb2.DescriptorProto) -> None:
    """Replace type names by full ones, searching from the innermost scope outwards."""
    scope = f"{scope}.{message.name}"
    for field in message.field:
        if not field.type_name:
            continue
        outer = scope
        while f"{outer}.{field.type_name}".lstrip(".") not in types:
            if not outer:
                raise NameError(f"{scope}.{field.name}: no type {field.type_name}")
            outer = outer.rpartition(".")[0]
        full_name = f"{outer}.{field.type_name}".lstrip(".")
        field.type = types[full_name]
        field.type_name = "." + full_name
    for nested in message.nested_type:
        _resolve(types, scope, nested)


_STUB_HEAD = '''"""Types of TensorFlow's messages. Made by tools/make_descriptors.py from proto/; do not edit."""
# ruff: noqa
import typing
from collections.abc import Iterable, MutableMapping, MutableSequence
from typing import ClassVar, TypeVar, overload

_T = TypeVar("_T")
_K = TypeVar("_K")
_V = TypeVar("_V")

def pool() -> typing.Any: ...
def message_class(full_name: str) -> typing.Any: ...

class Message:
    DESCRIPTOR: ClassVar[typing.Any]
    @classmethod
    def FromString(cls, s: bytes) -> typing.Self: ...
    def SerializeToString(self, *, deterministic: bool = ...) -> bytes: ...
    def SerializePartialToString(self, *, deterministic: bool = ...) -> bytes: ...
    def ParseFromString(self, serialized: bytes) -> int: ...
    def MergeFromString(self, serialized: bytes) -> int: ...
    def CopyFrom(self, other_msg: typing.Any) -> None: ...
    def MergeFrom(self, other_msg: typing.Any) -> None: ...
    def Clear(self) -> None: ...
    def ClearField(self, field_name: str) -> None: ...
    def HasField(self, field_name: str) -> bool: ...
    def WhichOneof(self, oneof_group: str) -> typing.Any: ...
    def ListFields(self) -> list[tuple[typing.Any, typing.Any]]: ...
    def ByteSize(self) -> int: ...
    def IsInitialized(self) -> bool: ...
    def SetInParent(self) -> None: ...
    def DiscardUnknownFields(self) -> None: ...

class RepeatedScalar(MutableSequence[_T]):
    def MergeFrom(self, other: Iterable[_T]) -> None: ...
    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __setitem__(self, index: typing.Any, value: typing.Any) -> None: ...
    def __delitem__(self, index: int | slice) -> None: ...
    def __len__(self) -> int: ...
    def insert(self, index: int, value: _T) -> None: ...

class RepeatedMessage(MutableSequence[_T]):
    def add(self, **fields: typing.Any) -> _T: ...
    def MergeFrom(self, other: Iterable[_T]) -> None: ...
    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __setitem__(self, index: typing.Any, value: typing.Any) -> None: ...
    def __delitem__(self, index: int | slice) -> None: ...
    def __len__(self) -> int: ...
    def insert(self, index: int, value: _T) -> None: ...

class MessageMap(MutableMapping[_K, _V]):
    def get_or_create(self, key: _K) -> _V: ...
    def __getitem__(self, key: _K) -> _V: ...
    def __setitem__(self, key: _K, value: _V) -> None: ...
    def __delitem__(self, key: _K) -> None: ...
    def __iter__(self) -> typing.Any: ...
    def __len__(self) -> int: ...

class Enum:
    def Name(self, number: int) -> str: ...
    def Value(self, name: str | None) -> int: ...
    def keys(self) -> list[str]: ...
    def values(self) -> list[int]: ...
    def items(self) -> list[tuple[str, int]]: ...
    def __getattr__(self, name: str) -> int: ...
'''
_PYTHON_TYPES = {
    _Field.TYPE_STRING: "str",
    _Field.TYPE_BYTES: "bytes",
    _Field.TYPE_BOOL: "bool",
    _Field.TYPE_FLOAT: "float",
    _Field.TYPE_DOUBLE: "float",
    _Field.TYPE_ENUM: "int",
}


def stub(file_set: descriptor_pb2.FileDescriptorSet) -> str:
    """The type stub of nbtf.wire.schema for these files."""
    lines = [_STUB_HEAD]
    for file in file_set.file:
        lines.extend(f"{enum.name}: Enum" for enum in file.enum_type)
    for file in file_set.file:
        for message in file.message_type:
            lines.append("")
            _stub_message(lines, "", file.package, message)
    return "\n".join(lines) + "\n"


def _stub_message(lines: list[str], indent: str, scope: str, message: descriptor_pb2.DescriptorProto) -> None:
    scope = f"{scope}.{message.name}"
    entries = {f".{scope}.{nested.name}": nested for nested in message.nested_type if nested.options.map_entry}
    lines.append(f"{indent}class {message.name}(Message):")
    inner = indent + "    "
    for enum in message.enum_type:
        lines.append(f"{inner}{enum.name}: ClassVar[Enum]")
        lines.extend(f"{inner}{value.name}: ClassVar[int]" for value in enum.value)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            _stub_message(lines, inner, scope, nested)
    parameters = []
    for field in message.field:
        annotation = _annotation(field, entries)
        if annotation.startswith(("Repeated", "MessageMap")) or field.type == field.TYPE_MESSAGE:
            lines.append(f"{inner}@property")
            lines.append(f"{inner}def {field.name}(self) -> {annotation}: ...")
        else:
            lines.append(f"{inner}{field.name}: {annotation}")
        parameters.append(f"{field.name}: typing.Any = ...")
    star = ["*"] if parameters else []
    lines.append(f"{inner}def __init__({', '.join(['self', *star, *parameters])}) -> None: ...")


def _annotation(field: _Field, entries: dict[str, descriptor_pb2.DescriptorProto]) -> str:
    if field.type_name in entries:
        key, value = entries[field.type_name].field
        kind = "MessageMap" if value.type == _Field.TYPE_MESSAGE else "MutableMapping"
        return f"{kind}[{_annotation(key, {})}, {_annotation(value, {})}]"
    if field.type == _Field.TYPE_MESSAGE:
        one = field.type_name
        for package in (".tensorflow.tfprof.", ".tensorflow.", ".google.protobuf."):
            one = one.removeprefix(package)
        return f"RepeatedMessage[{one}]" if field.label == _Field.LABEL_REPEATED else one
    one = _PYTHON_TYPES.get(field.type, "int")
    return f"RepeatedScalar[{one}]" if field.label == _Field.LABEL_REPEATED else one


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is out of date")
    check = parser.parse_args().check
    file_set = compile_protos()
    stale = []
    for path, content in (
        (DESCRIPTORS, file_set.SerializeToString(deterministic=True)),
        (STUB, stub(file_set).encode()),
    ):
        if not path.exists() or path.read_bytes() != content:
            stale.append(path)
            if not check:
                path.write_bytes(content)
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
