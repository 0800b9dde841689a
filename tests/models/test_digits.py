"""The README's first command: a network that TensorFlow trained classifies real digits."""

import subprocess
import sys
from pathlib import Path

import numpy as np

import nbtf as tf

DIGITS = Path(__file__).parents[2] / "models" / "digits"


def test_the_model_is_the_one_that_tensorflow_wrote(golden: Path) -> None:
    assert (DIGITS / "digits.pb").read_bytes() == (golden / "digits/frozen.pb").read_bytes()
    with np.load(DIGITS / "test_digits.npz") as digits, np.load(golden / "digits/test.npz") as expected:
        np.testing.assert_array_equal(digits["pixels"][..., np.newaxis] / np.float32(16), expected["image"])
        np.testing.assert_array_equal(digits["labels"], expected["label"])


def test_answers_are_tensorflows(golden: Path) -> None:
    graph_def = tf.GraphDef()
    graph_def.ParseFromString((DIGITS / "digits.pb").read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    with np.load(golden / "digits/test.npz") as expected, tf.Session(graph=graph) as session:
        digit, probabilities = session.run(["digit:0", "probabilities:0"], {"image:0": expected["image"]})
        np.testing.assert_array_equal(digit, expected["digit"])
        np.testing.assert_allclose(probabilities, expected["probabilities"], rtol=0, atol=1e-5)
        assert np.count_nonzero(digit == expected["label"]) == 356


def test_the_script_says_so() -> None:
    run = subprocess.run([sys.executable, DIGITS / "classify.py"], capture_output=True, text=True, check=True)
    assert "356 of 360 digits are right (98.9%)" in run.stdout
    assert run.stdout.startswith("7 (100%)")
