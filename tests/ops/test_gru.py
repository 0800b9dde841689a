"""A gated recurrent unit in one op, forwards and backwards; tests/programs/nn/gru_ops.py has TensorFlow's answers."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

BATCH, INPUTS, UNITS = 2, 4, 3
Array = np.ndarray


def numbers(*dims: int) -> Array:
    return (np.random.RandomState(len(dims) + sum(dims)).randn(*dims) / 2).astype(np.float32)


CELL = [
    numbers(BATCH, INPUTS),
    numbers(BATCH, UNITS),
    numbers(INPUTS + UNITS, 2 * UNITS),
    numbers(INPUTS + UNITS, UNITS),
    numbers(2 * UNITS),
    numbers(UNITS),
]


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def step(x: Array, h_prev: Array, w_ru: Array, w_c: Array, b_ru: Array, b_c: Array) -> tuple[Array, ...]:
    r, u = np.split(sigmoid(np.concatenate([x, h_prev], 1) @ w_ru + b_ru), 2, 1)
    c = np.tanh(np.concatenate([x, h_prev * r], 1) @ w_c + b_c)
    return r, u, c, u * h_prev + (1 - u) * c


def back(x: Array, h_prev: Array, w_ru: Array, w_c: Array, b_ru: Array, b_c: Array, *rest: Array) -> tuple[Array, ...]:
    r, u, c, d_h = rest
    d_c = d_h * (1 - u) * (1 - c * c)
    d_xh = d_c @ w_c.T
    d_hr = d_xh[:, INPUTS:]
    d_gates = np.concatenate([d_hr * h_prev * r * (1 - r), d_h * (h_prev - c) * u * (1 - u)], 1)
    d_both = d_gates @ w_ru.T
    return d_xh[:, :INPUTS] + d_both[:, :INPUTS], d_both[:, INPUTS:] + d_hr * r + d_h * u, d_c, d_gates


ROWS = [
    Row("GRUBlockCell", CELL, step),
    Row("GRUBlockCellGrad", [*CELL, *step(*CELL)[:3], numbers(BATCH, UNITS) + 1], back),
]
REFUSED = [
    Bad("GRUBlockCell", [numbers(INPUTS), *CELL[1:]], "Shape must be rank 2|Ranks of all input tensors should match"),
    Bad("GRUBlockCell", [*CELL[:4], numbers(2, UNITS), CELL[5]], "Shape must be rank 1|as many biases as the last dim"),
]

test_forward = forward_tests(ROWS)
test_refusals = refusal_tests(REFUSED)
