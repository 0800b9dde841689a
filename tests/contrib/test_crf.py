"""tf.contrib.crf: what TensorFlow Addons answered, and sums over all sequences of tags."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf

crf = tf.contrib.crf
Array = np.ndarray
with np.load(Path(__file__).parents[1] / "golden" / "seq2seq.npz") as _file:
    FIELD = {name.removeprefix("field/"): _file[name] for name in _file.files if name.startswith("field/")}
SCORES, TRANSITIONS, TAGS, LENGTHS = (FIELD[name] for name in ("scores", "transitions", "tags", "lengths"))


def answers(field: Any) -> dict[str, Any]:
    scores, tags, lengths, transitions = field
    decoded, best = crf.crf_decode(scores, transitions, lengths)
    return {
        "unary": crf.crf_unary_score(tags, lengths, scores),
        "binary": crf.crf_binary_score(tags, lengths, transitions),
        "sequence": crf.crf_sequence_score(scores, tags, lengths, transitions),
        "norm": crf.crf_log_norm(scores, lengths, transitions),
        "multitag": crf.crf_multitag_sequence_score(scores, FIELD["bitmap"], lengths, transitions),
        "likelihood": crf.crf_log_likelihood(scores, tags, lengths, transitions)[0],
        "decoded": decoded,
        "best": best,
    }


def test_answers_are_those_recorded() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(answers((SCORES, TAGS, LENGTHS, TRANSITIONS)))
    for name, value in found.items():
        np.testing.assert_allclose(value, FIELD[name], 1e-5, 1e-6, err_msg=name)
    assert found["decoded"].dtype == np.int32


def test_shapes_may_be_unknown() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        field = (
            tf.placeholder(tf.float32, [None, None, 3], "scores"),
            tf.placeholder(tf.int32, [None, None], "tags"),
            tf.placeholder(tf.int32, [None], "lengths"),
            tf.constant(TRANSITIONS),
        )
        fetches = {name: value for name, value in answers(field).items() if name != "multitag"}
        feeds = {"scores:0": SCORES, "tags:0": TAGS, "lengths:0": LENGTHS}
        for name, value in session.run(fetches, feeds).items():
            np.testing.assert_allclose(value, FIELD[name], 1e-5, 1e-6, err_msg=name)
        one = {"scores:0": SCORES[:, :1], "tags:0": TAGS[:, :1], "lengths:0": [1, 1, 0]}
        found = session.run(fetches, one)
        np.testing.assert_allclose(found["norm"], [*np.log(np.exp(SCORES[:2, 0]).sum(1)), 0], 1e-5)
        np.testing.assert_array_equal(found["decoded"], SCORES[:, 0].argmax(1)[:, None])


def shares(scores: Array) -> Array:
    """The chance of each tag at each step, summed over all sequences of tags."""
    steps, tags = scores.shape
    chances = np.zeros((steps, tags))
    for path in itertools.product(range(tags), repeat=steps):
        score = sum(scores[at, tag] for at, tag in enumerate(path))
        score += sum(TRANSITIONS[one, other] for one, other in itertools.pairwise(path))
        for at, tag in enumerate(path):
            chances[at, tag] += np.exp(score)
    return chances / chances[0].sum()


def test_gradients_are_the_chances_of_tags() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        scores = tf.constant(SCORES)
        likelihood, transitions = crf.crf_log_likelihood(scores, TAGS, LENGTHS)
        assert transitions.op.name == "transitions" and transitions.shape == (3, 3)
        session.run(transitions.assign(TRANSITIONS))
        of_scores, of_transitions = session.run(tf.gradients(likelihood, [scores, transitions]))
    for row, (tags, length) in enumerate(zip(TAGS, LENGTHS, strict=True)):
        expected = np.zeros((4, 3))
        expected[:length] = np.eye(3)[tags[:length]] - shares(SCORES[row, :length])
        np.testing.assert_allclose(of_scores[row], expected, 1e-4, 1e-5)
    assert abs(of_transitions.sum()) < 1e-5 and abs(of_transitions).max() > 0.1


def test_viterbi_decode_of_arrays() -> None:
    tags, score = crf.viterbi_decode(SCORES[0], TRANSITIONS)
    assert tags == list(FIELD["viterbi"]) and score == pytest.approx(FIELD["viterbi_score"])
