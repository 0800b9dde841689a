"""Activations and their gradients. What special numbers give is in test_elementwise.py."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.float32([[-7, -1.5, -0.25, 0], [0.5, 1, 2.5, 7]])
G = np.float32([[1, 2, -3, 4], [5, -6, 7, 8]])
SCALE, ALPHA = 1.0507009873554805, 1.7580993408473768
REAL = ("bfloat16", "float16", "float32", "float64")
NARROW_TOLERANCE = {"rtol": 3e-2, "atol": 3e-2}


def selu(x):
    return np.where(x < 0, ALPHA * np.expm1(x), SCALE * x)


ROWS = [
    Row("Relu", [X], lambda x: np.maximum(x, 0)),
    Row("Relu", [X[:0]], lambda x: x, label="empty"),
    Row("Relu6", [X], lambda x: np.minimum(np.maximum(x, 0), 6)),
    Row("LeakyRelu", [X], lambda x: np.where(x > 0, x, x * 0.25), {"alpha": 0.25}, only=REAL),
    Row("Elu", [X], lambda x: np.where(x < 0, np.expm1(x), x)),
    Row("Selu", [X], selu, **NARROW_TOLERANCE),
    Row("Softplus", [X], lambda x: np.log1p(np.exp(x)), **NARROW_TOLERANCE),
    Row("Softsign", [X], lambda x: x / (1 + np.abs(x))),
    Row("ReluGrad", [G, X], lambda g, x: g * (x > 0)),
    Row("Relu6Grad", [G, X], lambda g, x: g * ((x > 0) & (x < 6))),
    Row("LeakyReluGrad", [G, X], lambda g, x: np.where(x > 0, g, g * 0.25), {"alpha": 0.25}, only=REAL),
    Row("EluGrad", [G, X], lambda g, y: np.where(y < 0, g * (y + 1), g)),
    Row("SeluGrad", [G, X], lambda g, y: np.where(y < 0, g * (y + ALPHA), g * SCALE), **NARROW_TOLERANCE),
    Row("SoftplusGrad", [G, X], lambda g, x: g / (np.exp(-x) + 1), **NARROW_TOLERANCE),
    Row("SoftsignGrad", [G, X], lambda g, x: g / (1 + np.abs(x)) ** 2),
]

BAD = [
    Bad("ReluGrad", [G, X[0]], "Inputs must have the same size and shape"),
    Bad("LeakyReluGrad", [G, np.float32(1)], "Inputs must have the same size and shape"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
