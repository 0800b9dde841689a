"""Imports beside TensorFlow's own: names, order, inputs, devices and static shapes of every golden graph."""

from pathlib import Path
from typing import Any

import pytest

from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.graph.tensor import merged_dims
from nbtf.wire import schema

pytestmark = pytest.mark.interop

# TensorFlow's own Python layer cannot import calls of functions with type parameters by name.
THEIRS_FAILS = {"list_argument", "polymorphic"}
NOT_GRAPHS = {"run_metadata"}
GRAPHS = sorted(
    path for path in (Path(__file__).parents[1] / "golden").glob("*/*.pb") if path.stem not in THEIRS_FAILS | NOT_GRAPHS
)


def theirs(content: bytes, **arguments: Any) -> Any:
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(tf.GraphDef.FromString(content), **arguments)
    return graph


def is_newer() -> bool:
    """Whether the TensorFlow beside is later than 2.15, whose signatures nbtf has."""
    import tensorflow as tf

    return not tf.__version__.startswith("2.15")


def ours(content: bytes, **arguments: Any) -> Graph:
    with Graph().as_default() as graph:
        graph_def = schema.GraphDef()
        graph_def.ParseFromString(content)
        import_graph_def(graph_def, **arguments)
    return graph


def encoded(message: Any) -> bytes:
    return bytes(message.SerializeToString(deterministic=True))


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("prefix", ["", "p"])
def test_imports_agree(path: Path, prefix: str) -> None:
    content = path.read_bytes()
    expected, found = theirs(content, name=prefix).get_operations(), ours(content, name=prefix).get_operations()
    assert [op.name for op in found] == [op.name for op in expected]
    for mine, other in zip(found, expected, strict=True):
        node = schema.NodeDef()
        node.ParseFromString(other.node_def.SerializeToString())
        assert mine.type == other.type
        assert mine.device == other.device
        assert list(mine.node_def.input) == list(node.input)
        added = node.attr.keys() - mine.node_def.attr.keys()  # defaults of attributes that came after TensorFlow 2.15
        assert mine.node_def.attr.keys() <= node.attr.keys() and (is_newer() or not added)
        for name in node.attr.keys() - added:  # as bytes: a NaN does not equal itself
            assert encoded(mine.node_def.attr[name]) == encoded(node.attr[name])
        if mine.definition is None or mine.type in mine.graph.functions:
            continue  # TensorFlow's Python layer cannot tell the types of such outputs
        if mine.type == "Svd" and not mine.attrs.compute_uv:
            continue  # TensorFlow says [0] of the outputs that mean nothing, and gives scalars
        for tensor, shape in zip(mine.outputs, [output.shape for output in other.outputs], strict=True):
            merged_dims(
                tensor.dims, None if shape.rank is None else tuple(-1 if d is None else d for d in shape.as_list())
            )
