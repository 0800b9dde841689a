"""A MetaGraph of TensorFlow with 26 metrics: nbtf builds the same one, and runs TensorFlow's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire import schema
from nbtf.wire.files import read_meta_graph

GOLDEN = Path(__file__).parents[1] / "golden"
CASE = next(case for case in json.loads((GOLDEN / "manifest.json").read_text())["cases"] if case["kind"] == "metrics")
METRICS = {
    "accuracy": lambda t: t.accuracy(t.labels, t.hard),
    "accuracy_w": lambda t: t.accuracy(t.labels, t.hard, t.weights),
    "auc": lambda t: t.auc(t.labels, t.probs),
    "auc_pr": lambda t: t.auc(t.labels, t.probs, curve="PR", summation_method="careful_interpolation"),
    "auc_20": lambda t: t.auc(t.labels, t.probs, num_thresholds=20),
    "precision": lambda t: t.precision(t.labels, t.hard),
    "recall": lambda t: t.recall(t.labels, t.hard, t.weights),
    "mean": lambda t: t.mean(t.probs, t.weights),
    "mse": lambda t: t.mean_squared_error(t.cast(), t.probs),
    "rmse": lambda t: t.root_mean_squared_error(t.cast(), t.probs),
    "mae": lambda t: t.mean_absolute_error(t.cast(), t.probs),
    "tp": lambda t: t.true_positives(t.labels, t.hard),
    "fn": lambda t: t.false_negatives(t.labels, t.hard),
    "fp": lambda t: t.false_positives(t.labels, t.hard),
    "tn": lambda t: t.true_negatives(t.labels, t.hard),
    "iou": lambda t: t.mean_iou(t.labels3, tf.argmax(t.logits, 1), 3),
    "mpca": lambda t: t.mean_per_class_accuracy(t.labels3, tf.argmax(t.logits, 1), 3),
    "tensor": lambda t: t.mean_tensor(t.logits),
    "p_at_t": lambda t: t.precision_at_thresholds(t.labels, t.probs, [0.2, 0.5, 0.8]),
    "sens": lambda t: t.sensitivity_at_specificity(t.labels, t.probs, 0.5),
    "spec": lambda t: t.specificity_at_sensitivity(t.labels, t.probs, 0.5),
    "pct": lambda t: t.percentage_below(t.probs, 0.5),
    "r_at_k": lambda t: t.recall_at_k(t.labels3, t.logits, 2),
    "ap_at_k": lambda t: t.average_precision_at_k(t.labels3, t.logits, 2),
    "mre": lambda t: t.mean_relative_error(t.cast(), t.probs, tf.ones([8])),
    "cos": lambda t: t.mean_cosine_distance(tf.nn.l2_normalize(t.logits, 1), tf.nn.l2_normalize(t.logits[::-1], 1), 1),
}


class Inputs:
    """The placeholders of the recorded graph, and the functions of tf.metrics."""

    def __init__(self) -> None:
        self.probs = tf.placeholder(tf.float32, [8], "probs")
        self.labels = tf.placeholder(tf.int64, [8], "labels")
        self.weights = tf.placeholder(tf.float32, [8], "weights")
        self.logits = tf.placeholder(tf.float32, [8, 3], "logits")
        self.labels3 = tf.placeholder(tf.int64, [8], "labels3")
        self.hard = tf.cast(self.probs > 0.5, tf.int64)

    def cast(self) -> Any:
        return tf.cast(self.labels, tf.float32)

    def __getattr__(self, name: str) -> Any:
        return getattr(tf.metrics, name)


@pytest.fixture(scope="module")
def built() -> tuple[tf.Graph, dict[str, tuple[Any, Any]]]:
    with tf.Graph().as_default() as graph:
        inputs = Inputs()
        pairs = {name: build(inputs) for name, build in METRICS.items()}
        tf.local_variables_initializer()
    return graph, pairs


def test_the_meta_graph_is_tensorflows(built: Any) -> None:
    graph, pairs = built
    assert {name: {"value": v.name, "update_op": u.name} for name, (v, u) in pairs.items()} == CASE["metrics"]
    made = tf.train.export_meta_graph(graph=graph, strip_default_attrs=True)
    theirs = read_meta_graph(GOLDEN / CASE["meta"])
    assert [node.name for node in made.graph_def.node] == [node.name for node in theirs.graph_def.node]
    for mine, node in zip(made.graph_def.node, theirs.graph_def.node, strict=True):
        node.ClearField("experimental_type")  # what TensorFlow's runtime adds, for its own placement
        assert mine.SerializeToString(deterministic=True) == node.SerializeToString(deterministic=True)
    assert collections(made) == collections(theirs)


def collections(meta_graph: Any) -> dict[str, Any]:
    """key -> items; conditions as messages, whose maps have no order."""
    found = {key: value.SerializeToString() for key, value in meta_graph.collection_def.items()}
    conditions = meta_graph.collection_def["cond_context"].bytes_list.value
    return found | {"cond_context": [schema.CondContextDef.FromString(one) for one in conditions]}


@pytest.mark.parametrize("whose", ["nbtf", "tensorflow"])
def test_values_after_each_batch(whose: str, built: Any) -> None:
    graph = built[0]
    if whose == "tensorflow":
        graph = tf.Graph()
        with graph.as_default():
            tf.train.import_meta_graph(str(GOLDEN / CASE["meta"]))
            assert [v.op.name for v in tf.local_variables()] == CASE["local_variables"]
    updates = {name: one["update_op"] for name, one in CASE["metrics"].items()}
    values = {name: one["value"] for name, one in CASE["metrics"].items()}
    with tf.Session(graph=graph) as session, np.load(GOLDEN / CASE["data"]) as data:
        session.run(CASE["init_op"])
        for t in range(CASE["steps"]):
            feeds = {name: data[f"t{t}_in{i}"] for i, name in enumerate(CASE["feeds"])}
            for kind, found in (("update", session.run(updates, feeds)), ("value", session.run(values))):
                for name, value in found.items():
                    expected = data[f"t{t}_{kind}_{name}"]
                    assert np.asarray(value).dtype == expected.dtype
                    np.testing.assert_allclose(value, expected, CASE["rtol"], CASE["atol"], err_msg=name)
