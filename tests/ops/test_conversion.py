"""Casts of every dtype to every other, bitcasts, complex numbers and their parts."""

import ml_dtypes
import numpy as np
import pytest
from ops import recorded
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

C = np.complex64([[1 + 2j, -3j], [0, -1.5 - 0.5j]])
BYTES = np.arange(8, dtype=np.int8).reshape(2, 4)

ROWS = [
    Row("Complex", [C.real, np.float32(2)], lambda re, im: re + 1j * im, vary=None),
    Row("Complex", [C.real.astype(float), C.imag.astype(float)], lambda re, im: re + 1j * im, {"Tout": "complex128"},
        vary=None, label="double"),
    Row("Real", [C], np.real, vary=None),
    Row("Imag", [C], np.imag, vary=None),
    Row("Conj", [C], np.conj),
    Row("ComplexAbs", [C], np.abs, vary=None),
    Row("Angle", [C], np.angle, vary=None),
    Row("Bitcast", [BYTES], lambda x: x.view(np.int32)[:, 0], {"type": "int32"}, vary=None),
    Row("Bitcast", [BYTES.view(np.int32)], lambda x: x.view(np.int16).reshape(2, 1, 2), {"type": "int16"}, vary=None),
    Row("Bitcast", [np.float32([1, -2])], lambda x: x.view(np.uint32), {"type": "uint32"}, vary=None),
    Row("Cast", [np.float32([1.9, -1.9])], np.int32([1, -1]), {"DstT": "int32"}, vary=None),
    Row("Cast", [np.zeros((0, 2), np.int64)], np.zeros((0, 2), np.float16), {"DstT": "float16"}, vary=None),
]  # fmt: skip

BAD = [
    Bad("Bitcast", [np.zeros((2, 3), np.int8)], "Cannot bitcast from 6 to 3", {"type": "int32"}),
    Bad("Bitcast", [np.int8(1)], "Cannot bitcast from 6 to 3", {"type": "int32"}),
    Bad("Complex", [np.float32([1, 2]), np.float32([1, 2, 3])], "Incompatible shapes|Dimensions must be equal"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)

CASTS = {case["name"]: case for case in recorded.cases("elementwise") if case["name"].startswith("cast_")}
# what these make of numbers they cannot hold differs in TensorFlow between the first elements of a vector and the last
LEFT_OPEN = ("int8", "int16", "uint8", "uint16", "uint32")


@pytest.mark.parametrize("name", CASTS)
def test_recorded_casts(name: str) -> None:
    fed, results, wanted = recorded.answers(CASTS[name])
    values = fed["in0"].astype(np.complex128).real
    for target, expected in wanted.items():
        result = np.asarray(results[target])
        dtype = target.removeprefix("to_")
        if fed["in0"].dtype.kind in "fcV" and dtype in LEFT_OPEN:
            limits = np.iinfo(dtype)
            fits = (values >= limits.min) & (values <= limits.max)
            result, expected = result[fits], expected[fits]
        recorded.assert_same(result, expected, 0, 0)


@pytest.mark.parametrize("source", [np.float32, np.float64, np.float16, ml_dtypes.bfloat16])
def test_narrow_integers_keep_the_low_bits(source: type) -> None:
    values = np.asarray([-1.5, 130, -130, 258, np.nan, np.inf], source)
    (result,), _ = run_op("Cast", [values], {"DstT": "uint8"}, known=False)
    assert result.tolist() == [255, 130, 126, 2, 0, 0]


def test_cast_to_quantized() -> None:
    (result,), _ = run_op("Cast", [np.float32([1.5, -7.9])], {"DstT": "qint8"}, known=False)
    assert np.asarray(result).view(np.int8).tolist() == [1, -7]
