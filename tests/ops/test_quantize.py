"""Quantization against TensorFlow's values, mode by mode."""

import numpy as np
import pytest

from ops import recorded
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.float32([-2, -1, -0.3, 0, 0.26, 1, 5])
LOW, HIGH = np.float32(-1), np.float32(1)


def on_levels(x, low, high):
    """255 levels a range of 2, moved so that 0 is one of them."""
    step = (high - low) / 255
    zero = np.floor(-low / step + 0.5)
    first, last = -zero * step, (255 - zero) * step
    inside = (np.clip(x, first, last) - first) / step
    return np.floor(inside + 0.5) * step + first


def rounded(x, low, high):
    return np.rint(np.clip(x, low, high * 127 / 127) * 127) / 127


LEVELS = on_levels(X, LOW, HIGH)
GRADIENTS = (np.float32([0, 1, 1, 1, 1, 1, 0]), np.float32(1), np.float32(1))
WIDER = np.float32([-128 / 127, -1, -38 / 127, 0, 33 / 127, 1, 1])
CHANNELS = np.float32([[-2, 0.26], [1, 5]])
ROWS = [
    Row("QuantizeV2", [X, LOW, HIGH], (np.uint8([0, 0, 89, 128, 161, 255, 255]), LOW, HIGH), {"T": "quint8"}, vary=None),
    Row("Dequantize", [np.uint8([0, 255]).view(np.dtype([("quint8", "u1")])), LOW, HIGH], np.float32([-1, 1]), vary=None),
    Row("QuantizeAndDequantizeV2", [X, LOW, HIGH], WIDER, {"range_given": True}, vary="T"),
    Row("QuantizeAndDequantizeV4", [X, LOW, HIGH], WIDER, {"range_given": True}, vary="T"),
    Row("QuantizeAndDequantizeV3", [X, LOW, HIGH, np.int32(8)], WIDER, {"range_given": True}, vary="T"),
    Row("QuantizeAndDequantize", [X], WIDER, {"range_given": True, "input_min": -1.0, "input_max": 1.0}, vary="T"),
    Row("QuantizeAndDequantizeV4Grad", [np.ones_like(X), X, LOW, HIGH], (GRADIENTS[0], 0, 0), vary="T"),
    Row("FakeQuantWithMinMaxVars", [X, LOW, HIGH], LEVELS, vary=None),
    Row("FakeQuantWithMinMaxArgs", [X], LEVELS, {"min": -1.0, "max": 1.0}, vary=None),
    Row("FakeQuantWithMinMaxVarsPerChannel", [CHANNELS, np.float32([-1, 0]), np.float32([1, 0])],
        lambda x, low, high: np.stack([on_levels(x[:, 0], -1, 1), np.zeros(2)], 1), vary=None),
    Row("FakeQuantWithMinMaxVarsGradient", [np.ones_like(X), X, LOW, HIGH],
        (np.float32([0, 1, 1, 1, 1, 0, 0]), np.float32(1), np.float32(2)), vary=None),
    Row("FakeQuantWithMinMaxArgsGradient", [np.ones_like(X), X], np.float32([0, 1, 1, 1, 1, 0, 0]),
        {"min": -1.0, "max": 1.0}, vary=None),
    Row("FakeQuantWithMinMaxVarsPerChannelGradient",
        [np.ones_like(CHANNELS), CHANNELS, np.float32([-1, 0]), np.float32([1.5, 0])],
        (np.float32([[0, 1], [1, 1]]), np.float32([1, 0]), np.float32([0, 0])), vary=None),
]  # fmt: skip

BAD = [
    Bad("FakeQuantWithMinMaxArgs", [X], "min has to be smaller than max", {"min": 1.0, "max": -1.0}),
    Bad("FakeQuantWithMinMaxVars", [X, LOW, HIGH], "num_bits must be between 2 and 16", {"num_bits": 17}),
    Bad("FakeQuantWithMinMaxVars", [X, X, HIGH], "must be rank 0"),
    Bad("QuantizeV2", [X, LOW, HIGH], "Axis must be at least -1 and less than 1", {"T": "qint8", "axis": 1}),
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
    for op, expected in wanted.items():
        recorded.assert_same(results[op], expected, 1e-5, 1e-6)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "session"])
def test_recorded_refusal(name: str) -> None:
    (step,) = CASES[name]["steps"]
    assert recorded.refusal(CASES[name]).startswith(step["error"])
