"""Inputs of recurrent cells multiplied before the loop: within the documented error, and only where nothing else changes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

INPUTS, UNITS, STEPS, BATCH = 6, 5, 7, 3
X = np.random.default_rng(1).standard_normal((BATCH, STEPS, INPUTS), np.float32)
NAME = "hoist_inputs"


def const(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(sum(shape)).uniform(-1, 1, shape).astype(np.float32))


class Cell(tf.nn.rnn_cell.RNNCell):
    """One whose next state is a function of (input, state)."""

    def __init__(self, step: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self.step = step

    @property
    def state_size(self) -> int:
        return UNITS

    @property
    def output_size(self) -> int:
        return UNITS

    def call(self, inputs: Any, state: Any) -> Any:
        new = self.step(inputs, state)
        return new, new


def plain(x: Any, h: Any) -> Any:
    return tf.tanh(tf.matmul(tf.concat([x, h], 1), const(INPUTS + UNITS, UNITS)))


def biased(x: Any, h: Any) -> Any:
    return tf.tanh(tf.nn.bias_add(tf.matmul(tf.concat([x, h], -1), const(INPUTS + UNITS, UNITS)), const(UNITS)))


def state_on_both_sides(x: Any, h: Any) -> Any:
    return tf.tanh(tf.matmul(tf.concat([h, x, 0.5 * h], 1), const(INPUTS + 2 * UNITS, UNITS)))


def transposed(x: Any, h: Any) -> Any:
    return tf.tanh(tf.matmul(tf.concat([x, h], 1), const(UNITS, INPUTS + UNITS), transpose_b=True))


def gated(x: Any, h: Any) -> Any:
    gate = tf.sigmoid(tf.matmul(tf.concat([x, h], 1), const(INPUTS + UNITS, UNITS)))
    return gate * h + (1 - gate) * tf.tanh(tf.matmul(tf.concat([x, gate * h], 1), 2 * const(INPUTS + UNITS, UNITS)))


CELLS = [plain, biased, state_on_both_sides, transposed, gated]


def network(
    step: Callable[[Any, Any], Any], batch: int | None = None, steps: int | None = None, **options: Any
) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [batch, steps, INPUTS])
        return list(tf.nn.dynamic_rnn(Cell(step), x, dtype=tf.float32, **options)), {x: X}

    return build


def rows_multiplied(ops: list[str]) -> int:
    return sum(op in ("MatMul", "_DenseMatMul") for op in ops)


@pytest.mark.parametrize("step", CELLS)
def test_products_are_shared_out_within_the_error(step: Callable[[Any, Any], Any]) -> None:
    hoisted, whole = run(network(step)), run(network(step), NAME)
    assert rows_multiplied(hoisted.ops) == 2 * rows_multiplied(whole.ops)
    for ours, theirs in zip(hoisted.values, whole.values, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("batch", "steps"), [(BATCH, None), (None, STEPS), (BATCH, STEPS)])
def test_with_known_dims(batch: int | None, steps: int | None) -> None:
    hoisted, whole = run(network(gated, batch, steps)), run(network(gated, batch, steps), NAME)
    assert rows_multiplied(hoisted.ops) == 2 * rows_multiplied(whole.ops)
    np.testing.assert_allclose(hoisted.values[0], whole.values[0], rtol=0, atol=1e-6)


def test_sequences_of_several_lengths() -> None:
    lengths = {"sequence_length": [7, 0, 4]}
    hoisted, whole = run(network(biased, **lengths)), run(network(biased, **lengths), NAME)
    assert rows_multiplied(hoisted.ops) == 2
    for ours, theirs in zip(hoisted.values, whole.values, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


def test_nothing_is_left_of_the_old_way() -> None:
    hoisted, whole = run(network(plain)), run(network(plain), NAME)
    for op in ("TensorArrayV3", "TensorArrayScatterV3", "TensorArrayReadV3"):
        assert hoisted.ops.count(op) == whole.ops.count(op)
    assert "ConcatV2" not in hoisted.ops[hoisted.ops.index("TensorArrayReadV3") :]


def test_no_steps_and_no_rows() -> None:
    for empty, batch in ((X[:, :0], BATCH), (X[:0], None)):

        def build(empty: Any = empty, batch: int | None = batch) -> tuple[list[Any], dict[Any, Any]]:
            x = tf.placeholder(tf.float32, [batch, None, INPUTS])
            return list(tf.nn.dynamic_rnn(Cell(biased), x, dtype=tf.float32)), {x: empty}

        for ours, theirs in zip(run(build).values, run(build, NAME).values, strict=True):
            assert ours.shape == theirs.shape
            np.testing.assert_array_equal(ours, theirs)


def little_input(x: Any, h: Any) -> Any:
    return tf.tanh(tf.matmul(tf.concat([x, *[h] * 9], 1), const(INPUTS + 9 * UNITS, UNITS)))


def weights_that_change(x: Any, h: Any) -> Any:
    weights = tf.get_variable("w", initializer=np.ones((INPUTS + UNITS, UNITS), np.float32), use_resource=True)
    return tf.tanh(
        tf.matmul(tf.concat([x, h], 1), tf.cond(h[0, 0] > 0, lambda: 1.0, lambda: 2.0) * tf.ones_like(weights))
    )


def changed_input(x: Any, h: Any) -> Any:
    return tf.tanh(tf.matmul(tf.concat([2.0 * x, h], 1), const(INPUTS + UNITS, UNITS)))


@pytest.mark.parametrize("step", [little_input, weights_that_change, changed_input])
def test_what_stays_in_the_loop(step: Callable[[Any, Any], Any]) -> None:
    ran, whole = run(network(step)), run(network(step), NAME)
    assert ran.ops == whole.ops
    np.testing.assert_array_equal(ran.values[0], whole.values[0])


def test_a_state_of_other_rows_is_refused() -> None:
    """What a Concat refuses must not become a sum that broadcasts."""

    def build() -> tuple[list[Any], dict[Any, Any]]:
        x, state = tf.placeholder(tf.float32, [None, STEPS, INPUTS]), tf.placeholder(tf.float32, [None, UNITS])
        return [tf.nn.dynamic_rnn(Cell(plain), x, initial_state=state)[1]], {x: X[:1], state: np.ones((2, UNITS))}

    for off in ((), (NAME,)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="must|match|[Ss]hape"):
            run(build, *off)


def test_programs_of_one_session_share_no_weights_that_differ() -> None:
    """Slices of one constant, in different places."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, STEPS, INPUTS])
        weights = const(INPUTS + UNITS, UNITS)
        one, other = (
            tf.nn.dynamic_rnn(Cell(step), x, dtype=tf.float32, scope=name)[1]
            for name, step in (
                ("one", lambda x, h: tf.tanh(tf.matmul(tf.concat([x, h], 1), weights))),
                ("other", lambda x, h: tf.tanh(tf.matmul(tf.concat([h, x], 1), weights))),
            )
        )
        with tf.Session() as session:
            apart = [session.run(state, {x: X}) for state in (one, other)]
        with tf.Session() as session:
            alone = session.run(other, {x: X})
    np.testing.assert_array_equal(apart[1], alone)
    assert np.abs(apart[0] - apart[1]).max() > 0.1
