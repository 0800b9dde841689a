"""Quantization against TensorFlow's values, mode by mode."""

import numpy as np
import pytest
from ops import recorded
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.float32([-2, -1, -0.3, 0, 0.26, 0.9, 5])
LOW, HIGH = np.float32(-1.5), np.float32(1)
INSIDE = np.float32([0, 1, 1, 1, 1, 1, 0])
LOWS, HIGHS = np.float32([-1.5, 0]), np.float32([1, 0])
CHANNELS = np.float32([[-2, 0.26], [0.9, 5]])
QUINT8 = np.dtype([("quint8", "u1")])
BITS = {"range_given": True}


def on_levels(x, low=LOW, high=HIGH):
    """255 levels from -1.5 to 1: 0 is one of them."""
    return np.rint((np.clip(x, LOW, HIGH) - LOW) * 102) / 102 + LOW


def rounded(x, *ranges):
    """-128 .. 127 as numbers of 128 / 1.5 a unit: the lower bound is the farther one."""
    step = 1.5 / 128
    return np.rint(np.clip(x, -1.5, 127 * step) / step) * step


ROWS = [
    # the levels themselves are compared below: a session gives them in a dtype of their own
    Row("QuantizeV2", [X, LOW, HIGH], (None, LOW, HIGH), {"T": "quint8"}, vary=None),
    Row("Dequantize", [np.uint8([0, 255]).view(QUINT8), LOW, HIGH], np.float32([-1.5, 1]), vary=None),
    Row("QuantizeAndDequantizeV2", [X, np.float32(-1.5), np.float32(1.2)], rounded, BITS),
    Row("QuantizeAndDequantizeV4", [X, np.float32(-1.5), np.float32(1.2)], rounded, BITS),
    Row("QuantizeAndDequantizeV3", [X, np.float32(-1.5), np.float32(1.2), np.int32(8)], rounded, BITS),
    Row("QuantizeAndDequantize", [X], rounded, {**BITS, "input_min": -1.5, "input_max": 1.25}),
    Row("QuantizeAndDequantizeV2", [X[:0], LOW, HIGH], lambda x, low, high: x, label="empty"),
    Row("QuantizeAndDequantizeV4Grad", [np.ones_like(X), X, LOW, HIGH], (INSIDE, 0, 0)),
    Row("FakeQuantWithMinMaxVars", [X, LOW, HIGH], on_levels, vary=None),
    Row("FakeQuantWithMinMaxArgs", [X], on_levels, {"min": -1.5, "max": 1.0}, vary=None),
    Row("FakeQuantWithMinMaxVarsPerChannel", [CHANNELS, LOWS, HIGHS],
        lambda x, low, high: np.stack([on_levels(x[:, 0]), np.zeros(2)], 1), vary=None),
    Row("FakeQuantWithMinMaxVarsGradient", [X * 0 + 2, X, LOW, HIGH], (INSIDE * 2, np.float32(2), np.float32(2)),
        vary=None),
    Row("FakeQuantWithMinMaxArgsGradient", [np.ones_like(X), X], INSIDE, {"min": -1.5, "max": 1.0}, vary=None),
    Row("FakeQuantWithMinMaxVarsPerChannelGradient", [np.ones_like(CHANNELS), CHANNELS, LOWS, HIGHS],
        (np.float32([[0, 1], [1, 1]]), np.float32([1, 0]), np.float32([0, 0])), vary=None),
]  # fmt: skip

BAD = [
    Bad("FakeQuantWithMinMaxArgs", [X], "min has to be smaller than max", {"min": 1.0, "max": -1.0}),
    Bad("FakeQuantWithMinMaxVars", [X, LOW, HIGH], "num_bits must be between 2 and 16", {"num_bits": 17}),
    Bad("FakeQuantWithMinMaxVars", [X, X, HIGH], "must be rank 0"),
    Bad("QuantizeV2", [X, LOW, HIGH], "Axis must be at least -1 and less than 1", {"T": "qint8", "axis": 1}),
    Bad("QuantizeV2", [X, X, X], "MIN_FIRST mode is not implemented", {"T": "qint8", "mode": "MIN_FIRST", "axis": 0}),
    Bad("QuantizeV2", [X, HIGH, LOW], "input_max_range must be larger", {"T": "qint8"}, at_build=False),
    Bad("QuantizeAndDequantizeV2", [X, HIGH, LOW], "Invalid range", {"range_given": True}, at_build=False),
    Bad("QuantizeAndDequantizeV3", [X, LOW, HIGH, np.int32(64)], "num_bits is out of range", at_build=False),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)

CASES = {case["name"]: case for case in recorded.cases("quantize")}


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "graph"])
def test_recorded(name: str) -> None:
    _, results, wanted = recorded.answers(CASES[name])
    # a number halfway between two of 2^16 levels may go either way
    atol = 4e-5 if name.startswith("fake") else 1e-6
    for op, expected in wanted.items():
        recorded.assert_same(results[op], expected, 1e-5, atol)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "session"])
def test_recorded_refusal(name: str) -> None:
    (step,) = CASES[name]["steps"]
    assert recorded.refusal(CASES[name]).startswith(step["error"])
