"""Samplers of classes draw what TensorFlow's draw, and expect as often."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

import nbtf as tf

CASES = json.loads((Path(__file__).parents[1] / "golden" / "candidates.json").read_text())
SAMPLERS = [
    "AllCandidateSampler",
    "FixedUnigramCandidateSampler",
    "LearnedUnigramCandidateSampler",
    "LogUniformCandidateSampler",
    "ThreadUnsafeUnigramCandidateSampler",
    "UniformCandidateSampler",
]
TRUE = np.int64([[0, 1], [5, 2]])


@pytest.mark.parametrize("op", SAMPLERS)
def test_two_runs_draw_as_tensorflow(op: str) -> None:
    for _, attrs, true, runs in [case for case in CASES if case[0] == op]:
        with tf.Graph().as_default(), tf.Session() as session:
            made = getattr(tf.raw_ops, op)(tf.constant(true, tf.int64), **attrs)
            for run in runs:
                sampled, of_true, of_sampled = session.run(made)
                assert sampled.tolist() == run[0], attrs
                np.testing.assert_allclose(of_true, run[1], rtol=3e-7)
                np.testing.assert_allclose(of_sampled, run[2], rtol=3e-7)


def test_frequencies_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("the,30\nof,10\nand,0.5\n")
    attrs = {"num_true": 1, "num_sampled": 3000, "unique": False, "range_max": 3, "vocab_file": str(path), "seed": 1}
    sampled, of_true, _ = run_op("FixedUnigramCandidateSampler", [np.int64([[1]])], attrs, known=True)[0]
    np.testing.assert_allclose(np.bincount(sampled) / 3000, np.array([30, 10, 0.5]) / 40.5, atol=0.02)
    np.testing.assert_allclose(of_true, [[3000 * 10 / 40.5]], rtol=1e-6)
    path.write_text("the,many\n")
    with pytest.raises(tf.errors.InvalidArgumentError, match="last column of a line of .*words.csv is no number"):
        run_op("FixedUnigramCandidateSampler", [np.int64([[1]])], attrs, known=True)
    path.unlink()
    with pytest.raises(tf.errors.NotFoundError, match="words.csv; No such file"):
        run_op("FixedUnigramCandidateSampler", [np.int64([[1]])], attrs, known=True)


@pytest.mark.parametrize("op", ["UniformCandidateSampler", "LearnedUnigramCandidateSampler"])
def test_without_seeds_sessions_differ(op: str) -> None:
    attrs = {"num_true": 2, "num_sampled": 30, "unique": False, "range_max": 1000}
    first, second = (run_op(op, [TRUE], attrs, known=True)[0][0] for _ in range(2))
    assert first.tolist() != second.tolist()


LOWEST = np.finfo(np.float32).min
SAMPLED = np.int64([5, 7, 0, 0, 5])
HITS = [
    Row("ComputeAccidentalHits", [TRUE, SAMPLED], ([0, 1], [3, 4], [LOWEST, LOWEST]), {"num_true": 2}, vary=None),
    Row("ComputeAccidentalHits", [TRUE * 0, SAMPLED], ([0, 0, 1, 1], [3] * 4, [LOWEST] * 4), {"num_true": 2}, vary=None,
        label="several"),
    Row("ComputeAccidentalHits", [TRUE + 100, SAMPLED], (np.zeros(0), np.zeros(0), np.zeros(0)), {"num_true": 2},
        vary=None, label="none"),
]  # fmt: skip


def of(**more: Any) -> dict[str, Any]:
    return {"num_true": 2, "num_sampled": 3, "unique": True, "range_max": 10} | more


RANGED = ["UniformCandidateSampler", "LogUniformCandidateSampler", "LearnedUnigramCandidateSampler"]
FIXED = {"range_max": 6, "unigrams": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
BAD = [
    *(
        bad
        for op in RANGED
        for bad in (
            Bad(op, [TRUE], "range is too small", of(num_sampled=11), at_build=False),
            Bad(op, [TRUE], "must have num_true columns, expected: 2 was: 1", of(num_true=1)),
            Bad(op, [TRUE[0]], "must be rank 2 but is rank 1|must be a matrix", of()),
            Bad(op, [TRUE * 7], r"out of range \[0, 10\), received 35", of(), at_build=False),
            Bad(op, [TRUE - 1], r"out of range \[0, 10\), received -1", of(), at_build=False),
        )
    ),
    Bad("AllCandidateSampler", [TRUE], r"out of range \[0, 4\), received 5", {"num_true": 2, "num_sampled": 4, "unique": True},
        at_build=False),
    Bad("FixedUnigramCandidateSampler", [TRUE], "range is 5 must be equal to weights size  6", of(**FIXED | {"range_max": 5}),
        at_build=False),
    Bad("FixedUnigramCandidateSampler", [TRUE], "Must provide either vocab_file or unigrams", of(), at_build=False),
    Bad("FixedUnigramCandidateSampler", [TRUE], "Must only provide one of", of(**FIXED, vocab_file="x"), at_build=False),
    Bad("ComputeAccidentalHits", [TRUE, SAMPLED], "must be a batch_size . num_true matrix", {"num_true": 1}),
    Bad("ComputeAccidentalHits", [TRUE[0], SAMPLED], "must be a batch_size . num_true matrix", {"num_true": 2}),
    Bad("ComputeAccidentalHits", [TRUE, TRUE], "must be a vector", {"num_true": 2}),
]  # fmt: skip

test_hits = forward_tests(HITS)
test_refusals = refusal_tests(BAD)
