"""Connectionist temporal classification: loss, gradient and decoders, against TensorFlow's recorded answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

from nbtf.errors import FailedPreconditionError

INTS, LONGS = np.int32, np.int64
RECORDED = Path(__file__).parent.parent / "golden" / "ctc"
LOGITS = np.random.RandomState(1).randn(4, 2, 5).astype(np.float32)
SOME = LONGS([[0, 0], [0, 1], [1, 0]])
THREE = LONGS([[0, 0], [0, 1], [0, 2], [1, 0]])
LABELS, LENGTHS = INTS([1, 2, 3]), INTS([4, 4])
TWICE = INTS([1, 1, 1, 2])


def recorded(name: str) -> tuple[np.ndarray, np.ndarray]:
    with np.load(RECORDED / "loss.npz") as data:
        return data[f"{name}/loss"], data[f"{name}/gradient"]


def case(name: str, indices: np.ndarray, labels: Any, lengths: Any = (4, 4), **attrs: Any) -> Row:
    inputs = [LOGITS, indices, INTS(labels), INTS(lengths)]
    return Row("CTCLoss", inputs, recorded(name), attrs, label=name, rtol=1e-5, atol=1e-5)


def greedy(logits: np.ndarray, lengths: np.ndarray, merge: bool, blank: int = -1) -> tuple[Any, ...]:
    paths, scores = [], []
    for b, length in enumerate(lengths):
        best = logits[:length, b].argmax(1)
        scores.append([-logits[:length, b].max(1).sum()])
        kept = [
            k for t, k in enumerate(best) if k != blank % logits.shape[2] and not (merge and t and best[t - 1] == k)
        ]
        paths.append(kept)
    indices = LONGS([(b, i) for b, path in enumerate(paths) for i in range(len(path))]).reshape(-1, 2)
    return indices, LONGS([k for path in paths for k in path]), LONGS([len(lengths), max(map(len, paths))]), scores


RUNS = np.repeat(LOGITS, 2, 0)
ROWS = [
    case("plain", SOME, LABELS, (4, 3)),
    case("repeated", SOME, [1, 1, 2]),
    case("collapsed", THREE, TWICE, preprocess_collapse_repeated=True),
    case("not_merged", THREE, TWICE, ctc_merge_repeated=False),
    case("no_path", THREE, TWICE),
    case("too_long", SOME, LABELS, (1, 4), ignore_longer_outputs_than_inputs=True),
    case("ended", SOME, [1, 9, 3]),
    case("gap", LONGS([[0, 0], [0, 3], [1, 0]]), LABELS),
    Row("CTCGreedyDecoder", [RUNS, INTS([8, 5])], lambda x, n: greedy(x, n, False)),
    Row(
        "CTCGreedyDecoder",
        [RUNS, INTS([8, 5])],
        lambda x, n: greedy(x, n, True),
        {"merge_repeated": True},
        label="merged",
    ),
    Row(
        "CTCGreedyDecoder", [RUNS, INTS([8, 0])], lambda x, n: greedy(x, n, False, 1), {"blank_index": 1}, label="blank"
    ),
]

BEAM = {"beam_width": 2, "top_paths": 1}
BAD = [
    Bad("CTCLoss", [LOGITS[0], SOME, LABELS, LENGTHS], "must be rank 3 but is rank 2"),
    Bad("CTCLoss", [LOGITS, SOME, LABELS, INTS([4])], "Dimensions must be equal, but are 2 and 1"),
    Bad("CTCLoss", [LOGITS, SOME, LABELS[:2], LENGTHS], "Dimensions must be equal, but are 3 and 2"),
    Bad("CTCLoss", [LOGITS, SOME, LABELS, INTS([5, 4])], r"sequence_length\(0\) <= 4", at_build=False),
    Bad("CTCLoss", [LOGITS, SOME, LABELS, INTS([-1, 4])], r"seq_len\(0\) < 0", at_build=False),
    Bad(
        "CTCLoss",
        [LOGITS, SOME, INTS([1, -2, 3]), LENGTHS],
        "nonnegative integers, batch: 0 labels: 1,-2",
        at_build=False,
    ),
    Bad("CTCLoss", [LOGITS, SOME, INTS([4, 2, 1]), LENGTHS], "Saw a non-null label", at_build=False),
    Bad("CTCLoss", [LOGITS, SOME, LABELS, INTS([1, 4])], r"required: 2, available: 1\)", at_build=False),
    Bad(
        "CTCLoss", [LOGITS, SOME[[1, 0, 2]], LABELS, LENGTHS], r"indices\[1\] = \[0,0\] is out of order", at_build=False
    ),
    Bad("CTCLoss", [LOGITS, SOME[[0, 0, 2]], LABELS, LENGTHS], r"indices\[1\] = \[0,0\] is repeated", at_build=False),
    Bad("CTCLoss", [LOGITS, SOME + LONGS([2, 0]), LABELS, LENGTHS], r"\[2,0\] is out of bounds: need", at_build=False),
    Bad("CTCLoss", [LOGITS, SOME[:2], LABELS[:2], LENGTHS], "Labels length is zero in batch 1", at_build=False),
    Bad("CTCLoss", [LOGITS[:0], SOME, LABELS, INTS([0, 0])], "Max time or first dimension", at_build=False),
    Bad("CTCGreedyDecoder", [LOGITS, INTS([4])], "Dimensions must be equal, but are 2 and 1"),
    Bad("CTCGreedyDecoder", [LOGITS, LENGTHS], "between -5 and 4 but was 7", {"blank_index": 7}, at_build=False),
    Bad("CTCBeamSearchDecoder", [LOGITS[0], LENGTHS], "must be rank 3 but is rank 2", BEAM),
    Bad(
        "CTCBeamSearchDecoder", [LOGITS, LENGTHS], "more paths than the beam", {**BEAM, "top_paths": 3}, at_build=False
    ),
    Bad(
        "CTCBeamSearchDecoder",
        [LOGITS, INTS([1, 1])],
        "Less leaves in the beam search than requested",
        {"beam_width": 40, "top_paths": 30},
        at_build=False,
    ),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("number", range(24))
def test_beam_search(number: int) -> None:
    with np.load(RECORDED / "beam.npz") as data:
        facts = {key.partition("/")[2]: data[key] for key in data.files if key.startswith(f"{number}/")}
    width, top_paths, merge = facts["attrs"].tolist()
    attrs = {"beam_width": width, "top_paths": top_paths, "merge_repeated": bool(merge)}
    results, _ = run_op("CTCBeamSearchDecoder", [facts["logits"], facts["lengths"]], attrs, known=False)
    wanted = [facts[f"{kind}{path}"] for kind in ("indices", "values", "shape") for path in range(top_paths)]
    for result, recorded_part in zip(results[:-1], wanted, strict=True):
        np.testing.assert_array_equal(result, recorded_part)
    np.testing.assert_allclose(results[-1], facts["scores"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("op", ["CTCGreedyDecoder", "CTCBeamSearchDecoder"])
def test_decoders_call_a_length_beyond_the_inputs_a_failed_precondition(op: str) -> None:
    attrs = BEAM if op == "CTCBeamSearchDecoder" else {}
    with pytest.raises(FailedPreconditionError, match=r"sequence_length\(1\) <= 4"):
        run_op(op, [LOGITS, INTS([4, 5])], attrs, known=True)
