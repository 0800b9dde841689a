"""Gradients through the functional loops of graphs that TensorFlow wrote, against those it computed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire.files import read_graph_def

FOLDER = Path(__file__).parents[1] / "golden" / "while_gradients"
CASES = sorted(path.stem for path in FOLDER.glob("*.pb"))


Values = dict[str, np.ndarray]


def load(name: str) -> tuple[tf.Graph, dict[str, Any], Values]:
    """The graph with gradients, what to fetch of it, and what is recorded: the feeds, too."""
    with np.load(FOLDER / f"{name}.npz") as recorded:
        values = dict(recorded)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(read_graph_def(FOLDER / f"{name}.pb"), name="")
        y = graph.get_tensor_by_name("y:0")
        xs = {key: graph.get_tensor_by_name(f"{key[2:]}:0") for key in values if key.startswith("d:")}
        first = dict(zip(xs, tf.gradients(y, list(xs.values())), strict=True))
        fetches = {"y": y} | first
        if any(key.startswith("dd:") for key in values):
            second = tf.gradients(tf.add_n([tf.reduce_sum(d) for d in first.values()]), list(xs.values()))
            fetches |= {f"d{key}": d for key, d in zip(xs, second, strict=True)}
        for key, fetch in fetches.items():
            fetches[key] = tf.convert_to_tensor(fetch)  # rows become a tensor
    return graph, fetches, values


def run(library: Any, graph: Any, fetches: dict[str, str], values: Values) -> None:
    feeds = {f"{key[3:]}:0": value for key, value in values.items() if key.startswith("in:")}
    with library.Session(graph=graph) as session:
        session.run([op for op in graph.get_operations() if op.name == "init"])
        found = session.run(fetches, feeds)
    assert found.keys() == {key for key in values if not key.startswith("in:")}
    for key, value in found.items():
        np.testing.assert_allclose(value, values[key], rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    graph, fetches, values = load(name)
    run(tf, graph, {key: fetch.name for key, fetch in fetches.items()}, values)


@pytest.mark.interop
@pytest.mark.parametrize("name", CASES)
def test_tensorflow_runs_the_gradients(name: str) -> None:
    from tensorflow.compat import v1

    v1.disable_v2_behavior()
    graph, fetches, values = load(name)
    with v1.Graph().as_default() as loaded:
        v1.import_graph_def(v1.GraphDef.FromString(graph.as_graph_def().SerializeToString()), name="")
    run(v1, loaded, {key: fetch.name for key, fetch in fetches.items()}, values)
