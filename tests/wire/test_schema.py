"""The schema: compiled from proto/, private, lazy, and keeping what it does not know."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from nbtf.wire import schema

ROOT = pathlib.Path(__file__).parents[2]


def test_data_and_stub_are_what_proto_says() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "tools/make_descriptors.py", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_every_message_of_every_file_makes_and_reads_itself() -> None:
    from google.protobuf import descriptor_pb2

    files = descriptor_pb2.FileDescriptorSet.FromString((ROOT / "nbtf/wire/descriptors.binpb").read_bytes()).file
    assert {file.name for file in files} == {
        path.relative_to(ROOT / "proto").as_posix() for path in (ROOT / "proto").rglob("*.proto")
    }
    names = [f"{file.package}.{message.name}" for file in files for message in file.message_type]
    assert len(names) > 100
    for name in names:
        cls = schema.message_class(name)
        assert cls.DESCRIPTOR.full_name == name
        assert cls.FromString(cls().SerializeToString()) == cls()


@pytest.mark.parametrize(
    ("message", "field", "number"),
    [
        ("NodeDef", "attr", 5),
        ("AttrValue", "list", 1),
        ("TensorProto", "tensor_content", 4),
        ("GraphDef", "library", 2),
        ("SavedModel", "meta_graphs", 2),
        ("BundleEntryProto", "crc32c", 6),
        ("Event", "graph_def", 4),
        ("Example", "features", 1),
        ("ConfigProto", "graph_options", 10),
        ("RunMetadata", "step_stats", 1),
    ],
)
def test_numbers_of_fields(message: str, field: str, number: int) -> None:
    assert getattr(schema, message).DESCRIPTOR.fields_by_name[field].number == number


def test_enums_have_names_and_numbers() -> None:
    assert schema.DataType.Value("DT_HALF") == 19
    assert schema.DataType.Name(101) == "DT_FLOAT_REF"


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="NoSuchMessage"):
        _ = schema.NoSuchMessage  # type: ignore[attr-defined]


def test_unknown_fields_are_kept() -> None:
    node = schema.NodeDef(name="a").SerializeToString() + bytes([15 << 3 | 2, 2]) + b"hi"
    graph = schema.GraphDef.FromString(schema.GraphDef(node=[schema.NodeDef.FromString(node)]).SerializeToString())
    assert graph.node[0].SerializeToString() == node


def test_the_pool_is_not_the_default_one() -> None:
    from google.protobuf import descriptor_pool

    with pytest.raises(KeyError):
        descriptor_pool.Default().FindMessageTypeByName("tensorflow.GraphDef")
    assert schema.GraphDef is schema.message_class("tensorflow.GraphDef")


def test_protobuf_is_imported_for_the_first_message_only() -> None:
    code = (
        "import sys\nfrom nbtf.wire import schema, op_defs, tensor, text_format, files\n"
        "op_defs.find('Conv2D')\nbefore = 'google.protobuf' in sys.modules\nschema.GraphDef()\n"
        "sys.exit(before or 'google.protobuf' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
