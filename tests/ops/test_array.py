"""Dims as tensors, other dims for the same elements, and tensors from a few numbers."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 2
WORDS = np.array([[b"a", b"", b"ccc"]], object)
INTS = np.int32
LONGS = np.int64
F = np.float32


def unraveled(indices: np.ndarray, dims: np.ndarray) -> np.ndarray:
    return np.stack(np.unravel_index(indices, tuple(dims))).astype(indices.dtype)


ROWS = [
    Row("Shape", [X], INTS([2, 3, 4])),
    Row("Shape", [F(1)], np.zeros(0, INTS), label="scalar", only=["float32"]),
    Row("Shape", [WORDS], LONGS([1, 3]), attrs={"out_type": "int64"}, vary=None, label="words"),
    Row("ShapeN", [[X, X[0]]], (INTS([2, 3, 4]), INTS([3, 4])), only=["float32", "int8"]),
    Row("Size", [X], INTS(24)),
    Row("Size", [X[:0]], LONGS(0), attrs={"out_type": "int64"}, label="empty", only=["float32"]),
    Row("Rank", [X], INTS(3)),
    Row("Identity", [X], lambda x: x),
    Row("IdentityN", [[X, INTS(3), WORDS]], (X, INTS(3), WORDS), vary=None),
    Row("GuaranteeConst", [X], lambda x: x, only=["float32"]),
    Row("DeepCopy", [X], lambda x: x),
    Row("Empty", [INTS([2, 0])], np.zeros((2, 0), F), attrs={"dtype": "float32"}, vary=None),
    Row(
        "Empty", [INTS([2, 3])], np.zeros((2, 3), INTS), attrs={"dtype": "int32", "init": True}, vary=None, label="init"
    ),
    Row("Reshape", [X, INTS([4, -1])], lambda x, _: x.reshape(4, 6)),
    Row("Reshape", [X[:0], INTS([0, -1])], lambda x, _: x.reshape(0, 12), label="empty", only=["float32"]),
    Row("Reshape", [F([5]), np.zeros(0, LONGS)], F(5), label="scalar", vary=None),
    Row("ExpandDims", [X, INTS(1)], lambda x, _: x[:, None]),
    Row("ExpandDims", [X, LONGS(-1)], lambda x, _: x[..., None], label="last", only=["float32"]),
    Row("ExpandDims", [F(3), INTS([0])], F([3]), label="scalar", vary=None),
    Row("Squeeze", [X[:1, :, :1]], lambda x: x[0, :, 0]),
    Row("Squeeze", [X[:1, :, :1]], lambda x: x[:, :, 0], attrs={"squeeze_dims": [-1]}, label="last", only=["float32"]),
    Row("EnsureShape", [X], lambda x: x, attrs={"shape": [2, None, 4]}),
    Row("EnsureShape", [X], lambda x: x, attrs={"shape": None}, label="any", only=["float32"]),
    Row("Fill", [INTS([2, 3]), F(3)], lambda _, value: np.full((2, 3), value)),
    Row("Fill", [np.zeros(0, LONGS), F(3)], F(3), label="scalar", vary=None),
    Row("Fill", [INTS([0, 3]), F(3)], np.zeros((0, 3), F), label="empty", vary=None),
    Row("Fill", [INTS([2]), np.array(b"ab", object)], np.array([b"ab"] * 2, object), label="words", vary=None),
    Row("Range", [F(3), F(18), F(4)], lambda a, b, c: np.arange(3, 18, 4).astype(a.dtype), vary="Tidx"),
    Row("Range", [F(0), F(1), F(0.1)], np.arange(10) * F(0.1), vary=None, label="tenths"),
    Row("Range", [INTS(5), INTS(-2), INTS(-3)], INTS([5, 2, -1]), vary=None, label="down"),
    Row("Range", [INTS(5), INTS(5), INTS(1)], np.zeros(0, INTS), vary=None, label="empty"),
    Row("LinSpace", [F(-1), F(2), INTS(7)], lambda a, b, n: np.linspace(-1, 2, 7).astype(a.dtype)),
    Row("LinSpace", [F(-1), F(2), LONGS(1)], F([-1]), label="one", vary=None),
    Row("ConcatOffset", [INTS(-1), [INTS([2, 3]), INTS([2, 5])]], (INTS([0, 0]), INTS([0, 3])), vary="shape_type"),
    Row("BroadcastArgs", [INTS([2, 1, 3]), INTS([4, 1])], lambda a, b: a.dtype.type([2, 4, 3])),
    Row("BroadcastGradientArgs", [INTS([2, 1, 3]), INTS([1, 3])], (INTS([1]), INTS([0, 1])), label="rank", vary=None),
    Row("BroadcastGradientArgs", [LONGS([2, 1]), LONGS([2, 1])], (LONGS([]), LONGS([])), label="same", vary=None),
    Row("UnravelIndex", [INTS([5, 0, 3]), INTS([2, 3])], unraveled, vary="Tidx"),
    Row("UnravelIndex", [INTS(4), INTS([2, 3])], unraveled, vary="Tidx", label="scalar"),
    Row("InvertPermutation", [INTS([2, 0, 3, 1])], lambda x: np.argsort(x).astype(x.dtype)),
]

BAD = [
    Bad(
        "Reshape",
        [X, INTS([5, -1])],
        "requested shape requires a multiple of 5",
        built="evenly divisible by 5 but is 24",
    ),
    Bad("Reshape", [X, INTS([5, 4])], "24 values, but the requested shape has 20"),
    Bad("Reshape", [X, INTS([-1, -1])], "Only one input size may be -1, not both 0 and 1"),
    Bad("Reshape", [X, INTS([-2, 12])], "Size 0 must be non-negative, not -2"),
    Bad("ExpandDims", [X, INTS(4)], "Tried to expand dim index 4 for tensor with 3 dimensions"),
    Bad("Squeeze", [X], "Can not squeeze dim\\[1\\], expected a dimension of 1, got 3", {"squeeze_dims": [1]}),
    Bad("EnsureShape", [X], "Shape of tensor \\[2,3,4\\] is not compatible", {"shape": [2, 4, 4]}, at_build=False),
    Bad("Fill", [INTS([2, -1]), F(3)], "must be >= 0", at_build=False),
    Bad("Range", [INTS(0), INTS(3), INTS(0)], "Requires delta != 0: 0"),
    Bad("Range", [F(3), F(0), F(1)], "Requires start <= limit when delta > 0: 3.0/0.0"),
    Bad("LinSpace", [F(3), F(0), INTS(0)], "Requires num > 0: 0"),
    Bad("ConcatOffset", [INTS(1), [INTS([2, 3]), INTS([3, 5])]], "All dimensions except 1 must match"),
    Bad("BroadcastArgs", [INTS([2, 3]), INTS([4])], "Incompatible shapes: \\[2, 3\\] vs. \\[4\\]", at_build=False),
    Bad("UnravelIndex", [INTS([6]), INTS([2, 3])], "index is out of bound as with dims", at_build=False),
    Bad("UnravelIndex", [INTS([0]), INTS([2, 0])], "cannot contain a dim of zero", at_build=False),
    Bad("UnravelIndex", [INTS([[0]]), INTS([2, 3])], "can only be scalar or vector"),
    Bad("InvertPermutation", [INTS([0, 3])], "3 is not between 0 and 2", at_build=False),
    Bad("InvertPermutation", [INTS([0, 0])], "0 is duplicated in the input", at_build=False),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
