"""Long short-term memory in one op, forwards and backwards; tests/programs/nn/lstm_ops.py has TensorFlow's answers."""

from typing import Any

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

from nbtf.compiler.variant import Variant

STEPS, BATCH, INPUTS, UNITS = 3, 2, 4, 2
Array = np.ndarray


def numbers(*dims: int) -> Array:
    return (np.random.RandomState(len(dims) + sum(dims)).randn(*dims) / 2).astype(np.float32)


X, STATE, OUTPUT = numbers(STEPS, BATCH, INPUTS), numbers(BATCH, UNITS), numbers(BATCH, UNITS) / 2
W, B = numbers(INPUTS + UNITS, 4 * UNITS), numbers(4 * UNITS)
PEEPHOLES = [numbers(UNITS), numbers(UNITS) + 0.5, numbers(UNITS) - 0.5]
GIVEN = [STATE, OUTPUT, W, *PEEPHOLES, B]
CELL = [X[0], *GIVEN]


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def cell(
    x: Array, cs_prev: Array, h_prev: Array, w: Array, wci: Array, wcf: Array, wco: Array, b: Array,
    forget_bias: float = 1.0, clip: float = 3.0, peephole: bool = False, order: str = "icfo",
) -> tuple[Array, ...]:  # fmt: skip
    parts = np.split(np.concatenate([x, h_prev], 1) @ w + b, 4, 1)
    gates = {name: parts[order.index(name)] for name in "icfo"}
    i = sigmoid(gates["i"] + peephole * wci * cs_prev)
    f = sigmoid(gates["f"] + forget_bias + peephole * wcf * cs_prev)
    ci = np.tanh(gates["c"])
    cs = i * ci + f * cs_prev
    cs = np.clip(cs, -clip, clip) if clip > 0 else cs
    o = sigmoid(gates["o"] + peephole * wco * cs)
    co = np.tanh(cs)
    return i, cs, f, o, ci, co, o * co


def block(length: Array, x: Array, cs_prev: Array, h_prev: Array, *weights: Array, **facts: Any) -> tuple[Array, ...]:
    steps = []
    for one in x[: int(length)]:
        steps.append(cell(one, cs_prev, h_prev, *weights, **facts))
        cs_prev, h_prev = steps[-1][1], steps[-1][6]
    outputs = [np.zeros((*x.shape[:2], UNITS), x.dtype) for _ in range(7)]
    for t, step in enumerate(steps):
        for output, value in zip(outputs, step, strict=True):
            output[t] = value
    return tuple(outputs)


def slopes(loss: Any, inputs: list[Array]) -> list[Array]:
    """Of a scalar function of float64 arrays, by differences."""
    found, step = [], 1e-6
    for own in inputs:
        slope = np.zeros_like(own)
        for at in np.ndindex(own.shape):
            kept = own[at]
            own[at] = kept + step
            above = loss(*inputs)
            own[at] = kept - step
            slope[at] = (above - loss(*inputs)) / (2 * step)
            own[at] = kept
        found.append(slope)
    return found


D_CS, D_H = numbers(STEPS, BATCH, UNITS) + 0.2, numbers(STEPS, BATCH, UNITS) * 2
LENGTH = np.int64(2)


def block_gradient(**facts: Any) -> tuple[list[Array], tuple[Array, ...]]:
    """The gradient op's inputs, and the gradients of x, cs_prev, h_prev, w, wci, wcf, wco and b."""

    def loss(*inputs: Array) -> float:
        outputs = block(LENGTH, *inputs, **facts)
        return float((outputs[1] * D_CS + outputs[6] * D_H).sum())

    found = slopes(loss, [one.astype(np.float64) for one in [X, *GIVEN]])
    outputs = [one.astype(np.float32) for one in block(LENGTH, X, *GIVEN, **facts)]
    return [LENGTH, X, *GIVEN, *outputs, D_CS, D_H], tuple(one.astype(np.float32) for one in found)


def cell_gradient(peephole: bool) -> tuple[list[Array], tuple[Array, ...]]:
    def loss(d_gates: Array, cs_prev: Array, wci: Array, wcf: Array, wco: Array) -> float:
        # the gradient of b, for each example on its own
        outputs = [
            cell(
                X[0, r : r + 1], cs_prev[r : r + 1], OUTPUT[r : r + 1], W, wci, wcf, wco, B + d_gates[r], peephole=peephole
            )
            for r in range(BATCH)
        ]  # fmt: skip
        return float(sum((one[1] * D_CS[0, r] + one[6] * D_H[0, r]).sum() for r, one in enumerate(outputs)))

    given = [np.zeros((BATCH, 4 * UNITS)), STATE.astype(np.float64), *(one.astype(np.float64) for one in PEEPHOLES)]
    gates, *others = slopes(loss, given)
    outputs = [one.astype(np.float32) for one in cell(*CELL, peephole=peephole)[:6]]
    expected = (others[0], gates, *others[1:])
    return [*CELL, *outputs, D_CS[0], D_H[0]], tuple(one.astype(np.float32) for one in expected)


def gradient_row(op: str, found: tuple[list[Array], tuple[Array, ...]], peephole: bool) -> Row:
    inputs, expected = found
    attrs = {"use_peephole": peephole}
    label = "peeping" if peephole else "plain"
    return Row(op, inputs, expected, attrs, only=("float32",), label=label, rtol=1e-4, atol=1e-5)


V2 = {"order": "ifco", "forget_bias": 0.0}
ROWS = [
    Row("LSTMBlockCell", CELL, lambda *given: cell(*given)),
    Row(
        "LSTMBlockCell",
        CELL,
        lambda *given: cell(*given, forget_bias=0.25, clip=0.2, peephole=True),
        {"forget_bias": 0.25, "cell_clip": 0.2, "use_peephole": True},
        label="peeping",
    ),
    Row("LSTMBlockCell", [numbers(0, INPUTS), *(numbers(0, UNITS),) * 2, *GIVEN[2:]], cell, label="empty"),
    gradient_row("LSTMBlockCellGrad", cell_gradient(False), False),
    gradient_row("LSTMBlockCellGrad", cell_gradient(True), True),
    Row("BlockLSTM", [LENGTH, X, *GIVEN], block),
    Row(
        "BlockLSTM",
        [np.int64(STEPS), X, *GIVEN],
        lambda *given: block(*given, forget_bias=0.0, clip=0.0, peephole=True),
        {"forget_bias": 0.0, "cell_clip": -1.0, "use_peephole": True},
        label="peeping",
    ),
    Row("BlockLSTM", [np.int64(0), X, *GIVEN], block, label="no_step"),
    Row("BlockLSTM", [np.int64(0), X[:0], *GIVEN], block, label="empty"),
    Row("BlockLSTMV2", [LENGTH, X, *GIVEN], lambda *given: block(*given, clip=0.0, **V2)),
    gradient_row("BlockLSTMGrad", block_gradient(clip=0.0), False),
    gradient_row("BlockLSTMGrad", block_gradient(clip=0.0, peephole=True), True),
    gradient_row("BlockLSTMGradV2", block_gradient(clip=0.0, **V2), False),
    gradient_row("BlockLSTMGradV2", block_gradient(clip=0.0, peephole=True, **V2), True),
]


def changed(inputs: list[Array], place: int, value: Any) -> list[Array]:
    return [*inputs[:place], value, *inputs[place + 1 :]]


SEQUENCE = [LENGTH, X, *GIVEN]
BACKWARDS = [*SEQUENCE, *(D_H,) * 9]
BACK = {"use_peephole": True}
BAD = [
    Bad("LSTMBlockCell", changed(CELL, 0, X), "must be rank 2 but is rank 3"),
    Bad("LSTMBlockCell", changed(CELL, 1, numbers(3, UNITS)), "cs_prev.dims.0. != batch_size: 3 vs. 2", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 2, numbers(3, UNITS)), "h_prev.dims.0. != batch_size: 3 vs. 2", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 2, numbers(2, 3)), "h_prev.dims.1. != cell_size: 3 vs. 2", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 3, numbers(7, 8)), "w.dim_size.0. != input_size", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 3, numbers(6, 9)), "w.dim_size.1. != cell_size", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 7, numbers(9)), "b.dim_size.0. != cell_size", at_build=False),
    Bad("LSTMBlockCell", changed(CELL, 4, numbers(3)), "wci.dim_size.0. != cell_size", BACK, at_build=False),
    Bad("LSTMBlockCellGrad", [*CELL, *(STATE,) * 6, STATE, numbers(1, 2)], "elements, not 4", BACK, at_build=False),
    Bad("BlockLSTM", changed(SEQUENCE, 0, np.int64(4)), "seq_len_max 4 is not in .0, 3.", at_build=False),
    Bad("BlockLSTM", changed(SEQUENCE, 0, np.int64(-1)), "seq_len_max -1 is not in .0, 3.", at_build=False),
    Bad("BlockLSTM", changed(SEQUENCE, 0, np.int64([1])), "must be rank 0 but is rank 1"),
    Bad("BlockLSTM", changed(SEQUENCE, 1, X[0]), "must be rank 3 but is rank 2"),
    Bad("BlockLSTM", changed(SEQUENCE, 8, numbers(9)), "evenly divisible by 4 but is 9"),
    Bad("BlockLSTMV2", changed(SEQUENCE, 7, numbers(3)), "wco.dim_size.0. != cell_size", BACK, at_build=False),
    Bad("BlockLSTMGrad", changed(BACKWARDS, 0, np.int64(4)), "seq_len_max 4 is not in", BACK, at_build=False),
    Bad("BlockLSTMGrad", changed(BACKWARDS, 17, D_H[:2]), "has 8 elements, not 12", BACK, at_build=False),
    Bad("BlockLSTMGradV2", changed(BACKWARDS, 4, numbers(6, 9)), "w.dim_size.1. != cell_size", BACK, at_build=False),
]

test_forward = forward_tests(ROWS)
test_refused = refusal_tests(BAD)


def test_code_of_ops_with_many_inputs_has_a_name_that_fits_a_file() -> None:
    many = Variant("kernel", "BlockLSTMGrad", "lstm", ("int64", *("float32",) * 30))
    assert many.symbol == "nbtf_kernel_BlockLSTMGrad_int64_30times_float32"
    few = Variant("kernel", "Conv2D", "conv", ("float32", "-", "float32"))
    assert few.symbol == "nbtf_kernel_Conv2D_float32_x_float32"
