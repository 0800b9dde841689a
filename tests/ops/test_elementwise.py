"""Arithmetic, rounding, comparisons, logic, bits and choice: rows, and what TensorFlow answers for special numbers."""

import numpy as np
import pytest
from ops import recorded
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

X = np.float32([[-2, -0.75, -0.25], [0.5, 1, 2.5]])
Y = np.float32([0.5, -1.5, 2])
POSITIVE = np.float32([[0.25, 0.5, 1], [1.5, 2, 7]])
WITHIN = np.float32([-0.9, -0.5, 0, 0.25, 0.75])
WHOLE = np.int32([[7, -7, 5], [-5, 0, 100]])
DIVISORS = np.int32([2, -3, 3])
EMPTY = np.zeros((0, 3), np.float32)
BOOLS = np.array([[True, False], [False, True]])
STRINGS = np.array([b"a", b"", b"long"], object)
REAL = ("bfloat16", "float16", "float32", "float64")
NARROW_TOLERANCE = {"rtol": 3e-2, "atol": 3e-2}


def trimmed(x, y):
    """Division towards 0."""
    return np.trunc(x / y).astype(x.dtype)


UNARY = {
    "Abs": np.abs, "Neg": np.negative, "Sign": np.sign, "Square": np.square, "Ceil": np.ceil, "Floor": np.floor,
    "Round": np.round, "Rint": np.rint, "Expm1": np.expm1, "Exp": np.exp, "Sin": np.sin, "Cos": np.cos, "Tan": np.tan,
    "Atan": np.arctan, "Sinh": np.sinh, "Cosh": np.cosh, "Tanh": np.tanh, "Asinh": np.arcsinh,
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)), "IsNan": np.isnan, "IsInf": np.isinf, "IsFinite": np.isfinite,
    "ZerosLike": np.zeros_like, "OnesLike": np.ones_like,
}  # fmt: skip
ON_POSITIVE = {
    "Sqrt": np.sqrt, "Rsqrt": lambda x: 1 / np.sqrt(x), "Reciprocal": lambda x: 1 / x, "Inv": lambda x: 1 / x,
    "Log": np.log, "Log1p": np.log1p,
}  # fmt: skip
BINARY = {
    "Add": np.add, "AddV2": np.add, "Sub": np.subtract, "Mul": np.multiply, "RealDiv": np.divide,
    "SquaredDifference": lambda x, y: (x - y) * np.conj(x - y), "DivNoNan": np.divide, "MulNoNan": np.multiply,
    "Maximum": np.maximum, "Minimum": np.minimum, "Xdivy": np.divide, "Atan2": np.arctan2, "NextAfter": np.nextafter,
    "Less": np.less, "LessEqual": np.less_equal, "Greater": np.greater, "GreaterEqual": np.greater_equal,
    "Equal": np.equal, "NotEqual": np.not_equal,
}  # fmt: skip
FROM_OUTPUT = {
    "SqrtGrad": lambda y, dy: dy * 0.5 / np.conj(y),
    "RsqrtGrad": lambda y, dy: dy * -0.5 * np.conj(y) ** 3,
    "ReciprocalGrad": lambda y, dy: -dy * np.conj(y) ** 2,
    "InvGrad": lambda y, dy: -dy * np.conj(y) ** 2,
    "SigmoidGrad": lambda y, dy: dy * y * (1 - y),
    "TanhGrad": lambda y, dy: dy * (1 - y * y),
}
BITS = {"BitwiseAnd": np.bitwise_and, "BitwiseOr": np.bitwise_or, "BitwiseXor": np.bitwise_xor}
DIVISIONS = {
    "Div": trimmed, "TruncateDiv": trimmed, "FloorDiv": np.floor_divide, "FloorMod": np.mod, "TruncateMod": np.fmod,
    "Mod": np.fmod,
}  # fmt: skip

ROWS = [
    *(Row(op, [X], f) for op, f in UNARY.items()),
    *(Row(op, [POSITIVE], f, **NARROW_TOLERANCE) for op, f in ON_POSITIVE.items()),
    *(Row(op, [WITHIN], f, only=(*REAL, "complex64"), **NARROW_TOLERANCE)
      for op, f in {"Asin": np.arcsin, "Acos": np.arccos, "Atanh": np.arctanh}.items()),
    Row("Acosh", [POSITIVE + 1], np.arccosh, **NARROW_TOLERANCE),
    *(Row(op, [X, Y], f) for op, f in BINARY.items()),
    *(Row(op, [np.float32(2), X], f, label="scalar", only=["float32"]) for op, f in BINARY.items()),
    Row("Sub", [EMPTY, np.float32([[1]])], np.subtract, label="empty"),
    Row("Sub", [np.ones((2, 1, 3), np.float32), np.ones((4, 1), np.float32)], np.subtract, label="outer"),
    *(Row(op, [POSITIVE, Y[:, None].repeat(2, 1).T], f, **NARROW_TOLERANCE) for op, f in FROM_OUTPUT.items()),
    *(Row(op, [WHOLE, DIVISORS], f, only=["int8", "int16", "int32", "int64"] if "Trunc" not in op and op != "Mod"
          else ["int32", "int64"]) for op, f in DIVISIONS.items()),
    Row("Pow", [POSITIVE, Y], np.power, only=REAL, **NARROW_TOLERANCE),
    Row("Pow", [WHOLE, np.int32([3, 2, 1])], np.power, only=["int16", "int32", "int64"], label="whole"),
    Row("Xlogy", [X, POSITIVE], lambda x, y: x * np.log(y), **NARROW_TOLERANCE),
    Row("Xlog1py", [X, POSITIVE], lambda x, y: x * np.log1p(y), **NARROW_TOLERANCE),
    Row("ApproximateEqual", [Y, Y + np.float32([0.05, 0.2, -0.05])], np.array([True, False, True]), {"tolerance": 0.1}),
    Row("LogicalAnd", [BOOLS, BOOLS[0]], np.logical_and, vary=None),
    Row("LogicalOr", [BOOLS, BOOLS[0]], np.logical_or, vary=None),
    Row("LogicalNot", [BOOLS], np.logical_not, vary=None),
    *(Row(op, [WHOLE, DIVISORS], f) for op, f in BITS.items()),
    Row("LeftShift", [WHOLE, np.int32([1, 0, 3])], np.left_shift),
    Row("RightShift", [WHOLE, np.int32([1, 0, 3])], np.right_shift),
    Row("Invert", [WHOLE], np.invert),
    Row("PopulationCount", [np.uint8([0, 1, 3, 127])], np.uint8([0, 1, 2, 7])),
    Row("ClipByValue", [X, np.float32(-0.5), np.float32(1)], np.clip, only=(*REAL, "int32")),
    Row("ClipByValue", [X, X - 1, X], lambda x, low, high: x, only=["float32"], label="alike"),
    Row("SelectV2", [BOOLS[:, :1], X, Y], np.where),
    Row("SelectV2", [np.array([True, False, True]), STRINGS, np.array(b"-", object)],
        np.array([b"a", b"-", b"long"], object), vary=None, label="strings"),
    Row("Select", [BOOLS[0], X, -X], lambda c, t, e: np.where(c[:, None], t, e)),
    Row("Select", [np.array(True), X, -X], lambda c, t, e: t, label="scalar", only=["float32"]),
    Row("Select", [X > 0, X, X * 2], np.where, label="whole", only=["float32"]),
    Row("Select", [BOOLS[:0, 0], EMPTY, EMPTY], lambda c, t, e: t, label="empty", only=["float32"]),
    Row("AddN", [[X, X * 2, X * 4]], lambda terms: sum(terms), only=[*REAL, "int32", "complex64"]),
    Row("AddN", [[X]], X, only=["float32"], label="one"),
    Row("AccumulateNV2", [[X, X]], X * 2, {"shape": [2, 3]}, only=["float32"]),
    Row("CheckNumerics", [X], lambda x: x, {"message": "m"}),
    Row("CheckNumericsV2", [X], lambda x: x, {"message": "m"}),
    Row("Add", [STRINGS, np.array(b"!", object)], np.array([b"a!", b"!", b"long!"], object), vary=None, label="s"),
    Row("Equal", [STRINGS, STRINGS[::-1]], np.array([False, True, False]), vary=None, label="s"),
    Row("NotEqual", [STRINGS, np.array(b"", object)], np.array([True, False, True]), vary=None, label="s"),
    Row("ZerosLike", [STRINGS], np.array([b"", b"", b""], object), vary=None, label="strings"),
    Row("Equal", [Y, X[:, :2]], np.array(False), {"incompatible_shape_error": False}, vary=None, label="unlike"),
]  # fmt: skip

TWO, THREE = np.float32([1, 2]), np.float32([1, 2, 3])
LEAST = np.int32([-(2**31)])
UNEQUAL = "Dimensions must be equal, but are 2 and 3"
BAD = [
    Bad("Add", [TWO, THREE], "Incompatible shapes", built=UNEQUAL),
    Bad("TanhGrad", [TWO, THREE], "Inputs must have the same size and shape"),
    Bad("SigmoidGrad", [TWO, np.float32(1)], "Inputs must have the same size and shape"),
    Bad("ApproximateEqual", [TWO, np.float32(1)], "Inputs must have the same size and shape"),
    Bad("ClipByValue", [TWO, THREE, THREE], "must be either of the same shape as input, or a scalar"),
    Bad("SelectV2", [TWO > 1, TWO, THREE], r"condition \[2\], then \[2\], and else \[3\] must be", built=UNEQUAL),
    Bad("AddN", [[TWO, THREE]], r"Inputs must have the same size and shape.  Input 0: \[2\] != input 1: \[3\]"),
    *(Bad(op, [np.int32([4]), np.int32([0])], "Integer division by zero", at_build=False) for op in DIVISIONS),
    Bad("Add", [STRINGS, STRINGS[:2]], "Incompatible shapes", built="must be equal, but are 3 and 2"),
    Bad("CheckNumerics", [np.float32([np.nan])], "here : Tensor had NaN values", {"message": "here"}, at_build=False),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("op", DIVISIONS)
def test_the_least_number_over_minus_one_wraps(op: str) -> None:
    (result,), _ = run_op(op, [LEAST, np.int32([-1])], {}, known=False)
    assert result[0] == (0 if "Mod" in op else LEAST[0])


CASES = {case["name"]: case for case in recorded.cases("elementwise")}


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "graph" and not n.startswith("cast_")])
def test_special_numbers(name: str) -> None:
    _, results, wanted = recorded.answers(CASES[name])
    tolerance = 2e-2 if "bfloat16" in name else 2e-3 if "float16" in name else 2e-5
    for op, expected in wanted.items():
        result = np.asarray(results[op])
        if expected.dtype.kind == "c":  # which parts of an infinite complex number are NaN is left open
            np.testing.assert_array_equal(np.isfinite(result), np.isfinite(expected))
            result, expected = result[np.isfinite(expected)], expected[np.isfinite(expected)]
        recorded.assert_same(result, expected, tolerance, tolerance)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c["kind"] == "session"])
def test_recorded_refusal(name: str) -> None:
    (step,) = CASES[name]["steps"]
    message = step["message"].split(": [")[0].replace(f" to operation {name[11:]} of type {name[11:]}", "")
    said = recorded.refusal(CASES[name])
    assert said.startswith(step["error"])
    assert recorded.words(message) in recorded.words(said)
