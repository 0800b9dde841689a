"""tf.estimator: a training that one library began goes on in the other, from nothing but the folder."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf

pytestmark = pytest.mark.interop

X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(8, 3)
Y = (X @ np.float32([[1], [2], [-1]]) > 0.2).astype(np.int64)
RATE = 0.2


@pytest.fixture(params=["to TensorFlow", "from TensorFlow"])
def both(request: pytest.FixtureRequest) -> Any:
    """(the library that begins, the one that goes on)."""
    from tensorflow.compat import v1

    if not hasattr(v1, "estimator"):
        pytest.skip("TensorFlow has no tf.estimator from 2.16 on")
    v1.disable_v2_behavior()
    v1.logging.set_verbosity(v1.logging.ERROR)
    return (nbtf, v1) if request.param == "to TensorFlow" else (v1, nbtf)


def estimator(tf: Any, folder: Path) -> Any:
    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        hidden = tf.layers.dense(features["x"], 4, tf.nn.relu, kernel_initializer=tf.constant_initializer(0.3))
        logits = tf.layers.dense(hidden, 1, kernel_initializer=tf.constant_initializer(0.5))
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, predictions={"p": tf.sigmoid(logits)})
        loss = tf.losses.sigmoid_cross_entropy(labels, logits)
        train_op = tf.train.AdamOptimizer(RATE).minimize(loss, tf.train.get_global_step())
        metrics = {"accuracy": tf.metrics.accuracy(labels, logits > 0)}
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op, eval_metric_ops=metrics)

    return tf.estimator.Estimator(model_fn, str(folder), tf.estimator.RunConfig(save_checkpoints_steps=3))


def examples(tf: Any) -> Any:
    return lambda: tf.data.Dataset.from_tensor_slices(({"x": X}, Y)).repeat(2).batch(4)


def baseline(tf: Any, folder: Path) -> Any:
    return tf.estimator.BaselineClassifier(str(folder))


@pytest.mark.parametrize("make", [estimator, baseline], ids=["own model", "baseline"])
def test_training_goes_on(tmp_path: Path, both: Any, make: Any) -> None:
    first, second = both
    alone = make(first, tmp_path / "alone").train(examples(first), steps=3).train(examples(first), steps=2)
    make(first, tmp_path / "together").train(examples(first), steps=3)
    together = make(second, tmp_path / "together").train(examples(second), steps=2)
    assert together.get_variable_names() == alone.get_variable_names()
    assert together.get_variable_value("global_step") == 5
    for name in alone.get_variable_names():
        found, expected = together.get_variable_value(name), alone.get_variable_value(name)
        np.testing.assert_allclose(found, expected, 1e-4, 1e-6, err_msg=name)
    results, expected_results = together.evaluate(examples(second)), alone.evaluate(examples(first))
    assert sorted(results) == sorted(expected_results)
    for name, value in expected_results.items():
        np.testing.assert_allclose(results[name], value, 1e-4, 1e-5, err_msg=name)
    read_back = make(first, tmp_path / "together").evaluate(examples(first))
    np.testing.assert_allclose(read_back["loss"], results["loss"], 1e-4)


def test_exports_are_loaded(tmp_path: Path, both: Any) -> None:
    first, second = both
    trained = estimator(first, tmp_path / "model").train(examples(first), steps=2)
    with first.Graph().as_default():
        features = {"x": first.placeholder(first.float32, [None, 3], name="x")}
        receiver = first.estimator.export.build_raw_serving_input_receiver_fn(features)
    exported = trained.export_saved_model(str(tmp_path / "export"), receiver)
    expected = np.stack([one["p"] for one in trained.predict(examples(first))])[:8]
    with second.Graph().as_default(), second.Session() as session:
        meta_graph = second.saved_model.load(session, ["serve"], exported.decode())
        signature = meta_graph.signature_def["serving_default"]
        found = session.run(signature.outputs["p"].name, {signature.inputs["x"].name: X})
    np.testing.assert_allclose(found, expected, 1e-5)
