"""tf.graph_util.convert_variables_to_constants: values from a session."""

from pathlib import Path

import numpy as np
import pytest

import nbtf as tf
from nbtf.train import meta_graph
from nbtf.wire import files


def restored(golden: Path, case: str) -> tf.Session:
    prefix = golden / "ckpt" / case / "model.ckpt-42"
    loaded = files.read_meta_graph(f"{prefix}.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded)
    meta_graph.restore_variables(session, prefix, loaded.saver_def)
    return session


def run_frozen(graph_def: tf.GraphDef, name: str) -> np.ndarray:
    assert not [node.name for node in graph_def.node if "Var" in node.op]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    with tf.Session(graph=graph) as session:
        return np.asarray(session.run(f"{name}:0"))


@pytest.mark.parametrize("case", ["v2_single", "v2_resource"])
def test_ref_and_resource_variables(golden: Path, case: str) -> None:
    session = restored(golden, case)
    reader = tf.train.NewCheckpointReader(golden / "ckpt" / case / "model.ckpt-42")
    shapes = reader.get_variable_to_shape_map()
    reads = {
        op.inputs[0].op.name: op.name
        for op in session.graph.get_operations()
        if op.type in ("Identity", "ReadVariableOp") and op.inputs[0].op.name in shapes
    }
    assert len(reads) >= 3
    for variable, read in reads.items():
        frozen = tf.graph_util.convert_variables_to_constants(session, session.graph_def, [read])
        expected = np.asarray(reader.get_tensor(variable))
        np.testing.assert_array_equal(run_frozen(frozen, read).astype(expected.dtype), expected, variable)


def test_a_resource_variable_that_nothing_reads_gets_a_read(golden: Path) -> None:
    with tf.Graph().as_default() as graph:
        attrs = {"dtype": tf.float32, "shape": [2], "shared_name": "v"}
        handle = graph.create_op("VarHandleOp", [], name="v", attrs=attrs).outputs[0]
        assign = graph.create_op("AssignVariableOp", [handle, tf.constant([1.0, 2.0])], name="assign")
    original = graph.as_graph_def()
    session = tf.Session(graph=graph)
    with pytest.raises(tf.errors.FailedPreconditionError):
        tf.graph_util.convert_variables_to_constants(session, original, ["v"])
    session.run(assign)
    frozen = tf.graph_util.convert_variables_to_constants(session, original, ["v"])
    np.testing.assert_array_equal(run_frozen(frozen, "v"), [1, 2])


def test_an_unknown_output(golden: Path) -> None:
    session = restored(golden, "v2_single")
    with pytest.raises(AssertionError, match="nothing is not in graph"):
        tf.graph_util.convert_variables_to_constants(session, session.graph_def, ["nothing"])
