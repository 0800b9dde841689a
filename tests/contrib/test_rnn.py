"""tf.contrib.rnn: what TensorFlow has elsewhere no more, against numpy and against the cells of tf.nn.rnn_cell."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf

rnn = tf.contrib.rnn
BATCH, STEPS, SIZE, UNITS = 3, 4, 5, 2
X = np.random.default_rng(0).standard_normal((STEPS, BATCH, SIZE)).astype(np.float32)
LENGTHS = np.array([2, 0, 4])


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        yield graph


def evaluated(*fetches: Any, feeds: Any = None) -> Any:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feeds)


def names() -> list[str]:
    return [one.op.name for one in tf.global_variables()]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def close(found: Any, expected: Any) -> None:
    for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, 1e-5, 2e-6)


@pytest.mark.parametrize("facts", [{}, {"use_peephole": True, "cell_clip": 5.0, "forget_bias": 0.5}])
def test_lstm_block_cell_is_an_lstm_cell(facts: dict[str, Any]) -> None:
    plain = {**facts, "use_peepholes": facts.get("use_peephole", False)}
    plain.pop("use_peephole", None)
    found = []
    for cell in (rnn.LSTMBlockCell(UNITS, **facts), rnn.LSTMCell(UNITS, name="lstm_cell", **plain)):
        with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
            outputs, state = tf.nn.dynamic_rnn(cell, tf.constant(X), time_major=True, dtype=tf.float32)
        slopes = tf.gradients(tf.reduce_sum(outputs * outputs) + tf.reduce_sum(state.c), tf.trainable_variables())
        found.append((outputs, state, slopes))
    assert names()[:2] == ["net/rnn/lstm_cell/kernel", "net/rnn/lstm_cell/bias"]
    block, plain_cell = evaluated(*found)
    close(block, plain_cell)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_lstm_block_fused_cell_is_a_loop_of_cells(lengths: Any) -> None:
    start = [tf.constant(X[0, :, :UNITS]), tf.constant(X[1, :, :UNITS])]
    loops = tf.nn.dynamic_rnn(
        rnn.LSTMCell(UNITS, name="fused"), tf.constant(X), lengths, rnn.LSTMStateTuple(*start), time_major=True, scope="net"
    )  # fmt: skip
    with tf.variable_scope("net", reuse=True):
        fused = rnn.LSTMBlockFusedCell(UNITS, name="fused")(tf.constant(X), start, sequence_length=lengths)
    assert names() == ["net/fused/kernel", "net/fused/bias"] and isinstance(fused[1], rnn.LSTMStateTuple)
    slopes = [tf.gradients(one[0] * X[:, :, :UNITS], [*tf.trainable_variables(), *start]) for one in (loops, fused)]
    loop, whole, *gradients = evaluated(loops, fused, *slopes)
    close(whole, loop)
    close(gradients[1], gradients[0])


def test_lstm_block_fused_cell_of_a_list_from_zeros() -> None:
    cell = rnn.LSTMBlockFusedCell(UNITS, use_peephole=True, cell_clip=0.1)
    whole = cell(tf.placeholder_with_default(X, [None, None, SIZE]), dtype=tf.float32)
    steps = cell([tf.constant(one) for one in X], dtype=tf.float32)
    assert names() == [f"lstm_fused_cell/{name}" for name in ("kernel", "bias", "w_i_diag", "w_f_diag", "w_o_diag")]
    assert cell.num_units == UNITS and len(steps[0]) == STEPS
    (outputs, state), (listed, same_state) = evaluated(whole, steps)
    close(listed, list(outputs))
    close(same_state, state)
    assert np.abs(state.c).max() <= np.float32(0.1)


def normalized(x: np.ndarray, gain: float, shift: float) -> np.ndarray:
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12) * gain + shift


@pytest.mark.parametrize("layer_norm", [True, False])
def test_layer_norm_basic_lstm_cell(layer_norm: bool) -> None:
    units = 4
    cell = rnn.LayerNormBasicLSTMCell(units, 0.5, layer_norm=layer_norm, norm_gain=0.9, norm_shift=0.1)
    state = rnn.LSTMStateTuple(tf.constant(X[1, :, :units]), tf.constant(X[2, :, :units]))
    output, new_state = cell(tf.constant(X[0]), state)
    scope = "layer_norm_basic_lstm_cell"
    parts = [
        f"{part}/{one}" for part in ("input", "transform", "forget", "output", "state") for one in ("gamma", "beta")
    ]
    assert names() == [f"{scope}/{name}" for name in (["kernel", *parts] if layer_norm else ["kernel", "bias"])]
    with tf.variable_scope(scope, reuse=True):
        kernel = tf.get_variable("kernel")
        bias = 0.0 if layer_norm else tf.get_variable("bias").read_value()
    found, (c, h), kernel, bias = evaluated(output, new_state, kernel, tf.convert_to_tensor(bias))

    def norm(x: np.ndarray) -> np.ndarray:
        return normalized(x, 0.9, 0.1) if layer_norm else x

    gates = np.concatenate([X[0], X[2, :, :units]], 1) @ kernel + bias
    i, j, f, o = (norm(part) for part in np.split(gates, 4, 1))
    new_c = norm(X[1, :, :units] * sigmoid(f + 0.5) + sigmoid(i) * np.tanh(j))
    close((found, c, h), (np.tanh(new_c) * sigmoid(o), new_c, np.tanh(new_c) * sigmoid(o)))


def test_dropout_of_the_candidate() -> None:
    cell = rnn.LayerNormBasicLSTMCell(64, layer_norm=False, dropout_keep_prob=0.5, dropout_prob_seed=3)
    assert (cell.state_size, cell.output_size) == ((64, 64), 64)
    _, (c, _) = cell(tf.constant(X[0]), cell.zero_state(BATCH, tf.float32))
    (found,) = evaluated(c)
    assert 0.3 < np.mean(found == 0) < 0.7


def test_embedding_wrapper() -> None:
    table = np.arange(8, dtype=np.float32).reshape(4, 2) / 8
    cell = rnn.EmbeddingWrapper(rnn.BasicRNNCell(2), 4, 2, initializer=tf.constant_initializer(table))
    inner = rnn.BasicRNNCell(2)
    ids = tf.constant([[3], [0]])
    outputs, state = cell(ids, cell.zero_state(2, tf.float32))
    assert names() == [
        f"embedding_wrapper/{name}" for name in ("embedding", "basic_rnn_cell/kernel", "basic_rnn_cell/bias")
    ]
    with tf.variable_scope("embedding_wrapper", reuse=True):
        expected, _ = inner(tf.constant(table[[3, 0]]), inner.zero_state(2, tf.float32), scope="basic_rnn_cell")
    found, kept, wanted = evaluated(outputs, state, expected)
    close((found, kept), (wanted, wanted))


def test_default_of_embeddings_has_variance_1() -> None:
    cell = rnn.EmbeddingWrapper(rnn.GRUCell(2), 100, 50)
    assert (cell.state_size, cell.output_size) == (2, 2)
    cell(tf.constant([1]), cell.zero_state(1, tf.float32))
    (table,) = evaluated(tf.global_variables()[0])
    assert 0.9 < table.var() < 1.1 and np.abs(table).max() < 1.733


def test_projections_of_inputs_and_outputs() -> None:
    inner = rnn.BasicRNNCell(UNITS)
    cell = rnn.OutputProjectionWrapper(rnn.InputProjectionWrapper(inner, 3, tf.nn.relu), 4)
    assert (cell.state_size, cell.output_size) == (UNITS, 4)
    outputs, state = tf.nn.dynamic_rnn(cell, tf.constant(X), time_major=True, dtype=tf.float32)
    output, around = "rnn/output_projection_wrapper", "rnn/output_projection_wrapper/input_projection_wrapper"
    inside = f"{around}/basic_rnn_cell"
    assert names() == [f"{scope}/{name}" for scope in (around, inside, output) for name in ("kernel", "bias")]
    found, last, (w_in, b_in, w, b, w_out, b_out) = evaluated(outputs, state, tf.global_variables())
    h = np.zeros((BATCH, UNITS))
    for t in range(STEPS):
        h = np.tanh(np.concatenate([np.maximum(X[t] @ w_in + b_in, 0), h], 1) @ w + b)
        close(found[t], h @ w_out + b_out)
    close(last, h)


def test_stacks_in_both_directions() -> None:
    def cells() -> list[Any]:
        return [rnn.GRUCell(2), rnn.BasicRNNCell(3)]

    dynamic = rnn.stack_bidirectional_dynamic_rnn(
        cells(), cells(), tf.constant(X), dtype=tf.float32, sequence_length=LENGTHS, time_major=True, scope="net"
    )
    made = names()
    assert made[0] == "net/cell_0/bidirectional_rnn/fw/gru_cell/gates/kernel"
    assert made[-1] == "net/cell_1/bidirectional_rnn/bw/basic_rnn_cell/bias"
    steps = [tf.constant(one) for one in X]
    static = rnn.stack_bidirectional_rnn(cells(), cells(), steps, dtype=tf.float32, sequence_length=LENGTHS)
    assert names()[len(made)] == "stack_bidirectional_rnn/cell_0/fw/gru_cell/gates/kernel"
    copies = [
        tf.assign(to, of) for of, to in zip(tf.global_variables()[: len(made)], tf.global_variables()[len(made) :], strict=True)
    ]  # fmt: skip
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(copies)
        (outputs, *states), (listed, *listed_states) = session.run([dynamic, static])
    assert outputs.shape == (STEPS, BATCH, 6)
    close(listed, list(outputs))
    close(listed_states, states)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("listed", [False, True])
def test_networks_from_the_end_to_the_start(lengths: Any, listed: bool) -> None:
    inputs = [tf.constant(one) for one in X] if listed else tf.constant(X)
    cell = rnn.BasicRNNCell(UNITS, name="cell")
    expected = tf.nn.bidirectional_dynamic_rnn(
        rnn.BasicRNNCell(UNITS, name="other"), cell, tf.constant(X), lengths, time_major=True, dtype=tf.float32
    )
    found = []
    for looped in (False, True):
        with tf.variable_scope("bidirectional_rnn/bw", reuse=True):
            adapted = rnn.FusedRNNCellAdaptor(rnn.BasicRNNCell(UNITS, name="cell"), use_dynamic_rnn=looped)
            scope = tf.get_variable_scope()
            backward = rnn.TimeReversedFusedRNN(adapted)
            outputs, state = backward(inputs, dtype=tf.float32, sequence_length=lengths, scope=scope)
            assert isinstance(outputs, list) == listed
            found.append((tf.stack(outputs) if listed else outputs, state))
    wanted, *answers = evaluated((expected[0][1], expected[1][1]), *found)
    for answer in answers:
        close(answer, wanted)


def test_time_and_batch_change_places() -> None:
    turned = rnn.transpose_batch_time(tf.placeholder(tf.float32, [2, None, 3]))
    assert turned.shape.as_list() == [None, 2, 3]


@pytest.mark.parametrize(("axes", "skips"), [(1, False), (2, True)])
def test_convolving_cells(axes: int, skips: bool) -> None:
    make = rnn.Conv1DLSTMCell if axes == 1 else rnn.Conv2DLSTMCell
    image = [4, 3][:axes]
    cell = make(input_shape=[*image, 2], output_channels=3, kernel_shape=[3] * axes, skip_connection=skips)
    x = tf.constant(np.random.default_rng(1).standard_normal((2, 5, *image, 2)).astype(np.float32))
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    assert names() == [f"rnn/conv_{axes}d_lstm_cell/{name}" for name in ("kernel", "biases")]
    assert cell.output_size.as_list() == [*image, 5 if skips else 3] == outputs.shape.as_list()[2:]
    kernel, biases = tf.global_variables()
    c = h = tf.zeros([2, *image, 3])
    for t in range(5):
        joined = tf.concat([x[:, t], h], -1)
        made = tf.nn.conv1d(joined, kernel, 1, "SAME") if axes == 1 else tf.nn.conv2d(joined, kernel, 1, "SAME")
        i, new, forget, shown = tf.split(made + biases, 4, -1)
        c = tf.sigmoid(forget + 1.0) * c + tf.sigmoid(i) * tf.tanh(new)
        h = tf.tanh(c) * tf.sigmoid(shown)
    found, expected = evaluated((outputs[:, -1, ..., :3], state), (h, rnn.LSTMStateTuple(c, h)))
    close(found, expected)
    with pytest.raises(ValueError, match="Invalid input_shape"):
        make(input_shape=[2], output_channels=3, kernel_shape=[3])


CELL = rnn.BasicRNNCell


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rnn.EmbeddingWrapper(CELL(2), 0, 2), "must be > 0: 0, 2"),
        (lambda: rnn.OutputProjectionWrapper(CELL(2), 0), "output_size must be > 0: 0"),
        (lambda: rnn.stack_bidirectional_rnn([], [], [X[0]]), "at least one fw cell"),
        (lambda: rnn.stack_bidirectional_rnn([CELL(2)], [], [X[0]]), "at least one bw cell"),
        (lambda: rnn.stack_bidirectional_rnn((CELL(2),), [CELL(2)], [X[0]]), "cells_fw must be a list"),
        (lambda: rnn.stack_bidirectional_dynamic_rnn([CELL(2)], [CELL(2)] * 2, X), "same depth"),
        (lambda: rnn.stack_bidirectional_dynamic_rnn([CELL(2)], [CELL(2)], X, []), "initial_states_fw must be a list"),
        (lambda: rnn.LSTMBlockFusedCell(2)(tf.constant(X)), "Either initial_state or dtype"),
        (lambda: rnn.LSTMBlockFusedCell(2)(tf.constant(X), [tf.zeros([3, 2])]), "tuple with length 2"),
        (lambda: rnn.LSTMBlockFusedCell(2)(tf.placeholder(tf.float32, [2, 3, None])), r"inputs_shape\[2\]"),
        (lambda: rnn.LSTMBlockCell(2)(tf.constant(X[0]), [tf.zeros([3, 2])]), "tuple with length 2"),
    ],
)
def test_refused(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("kind", ["GRUBlockCell", "GRUBlockCellV2"])
def test_gru_block_cells_step_as_their_formulas_say(kind: str) -> None:
    cell = getattr(rnn, kind)(UNITS)
    outputs, state = tf.nn.dynamic_rnn(cell, tf.constant(X), time_major=True, dtype=tf.float32)
    variables = {
        "GRUBlockCell": ["w_ru", "b_ru", "w_c", "b_c"],
        "GRUBlockCellV2": ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"],
    }
    assert names() == [f"rnn/gru_cell/{name}" for name in variables[kind]]
    w_ru, b_ru, w_c, b_c = weights = tf.global_variables()
    h, expected = tf.zeros([BATCH, UNITS]), []
    for x in X:
        r, u = tf.split(tf.sigmoid(tf.matmul(tf.concat([x, h], 1), w_ru) + b_ru), 2, 1)
        c = tf.tanh(tf.matmul(tf.concat([x, h * r], 1), w_c) + b_c)
        h = u * h + (1 - u) * c
        expected.append(h)
    slopes = [tf.gradients(tf.reduce_sum(one * one), weights) for one in (outputs, tf.stack(expected))]
    found = evaluated((outputs, state, slopes[0]), (tf.stack(expected), h, slopes[1]))
    close(*found)
    close(evaluated(b_ru, b_c), [np.ones(2 * UNITS), np.zeros(UNITS)])


def test_gru_block_cells_refuse_two_sizes_and_none() -> None:
    with pytest.raises(ValueError, match="Cannot specify both"):
        rnn.GRUBlockCell(2, 2)
    with pytest.raises(ValueError, match="must be set"):
        rnn.GRUBlockCellV2()
    assert rnn.GRUBlockCell(cell_size=3).output_size == 3


def attended(cell: Any, x: Any, state: Any, units: int, length: int, size: int) -> tuple[Any, Any, Any]:
    """A step of AttentionCellWrapper around a BasicRNNCell, by numpy: output, what was read, the outputs kept."""
    v = {one.op.name.removeprefix("attention_cell_wrapper/"): value for one, value in cell.items()}
    h, read, kept = state
    inner = np.concatenate([x, read], 1) @ v["kernel"] + v["bias"]
    h = np.tanh(np.concatenate([inner, h], 1) @ v["basic_rnn_cell/kernel"] + v["basic_rnn_cell/bias"])
    outputs = kept.reshape(-1, length, size)
    features = outputs @ v["attention/attn_w"][0, 0] + (h @ v["attention/kernel"] + v["attention/bias"])[:, None]
    scores = np.exp((v["attention/attn_v"] * np.tanh(features)).sum(-1))
    read = ((scores / scores.sum(1, keepdims=True))[..., None] * outputs).sum(1)
    name = "attn_output_projection/"
    output = np.concatenate([h, read], 1) @ v[name + "kernel"] + v[name + "bias"]
    return output, h, (read, np.concatenate([outputs[:, 1:], output[:, None]], 1).reshape(len(x), -1))


@pytest.mark.parametrize("in_tuples", [True, False])
def test_attention_cell_wrapper_reads_its_last_outputs(in_tuples: bool) -> None:
    length, size = 3, 4
    cell = rnn.AttentionCellWrapper(rnn.BasicRNNCell(UNITS), length, size, attn_vec_size=5, state_is_tuple=in_tuples)
    assert cell.output_size == size
    assert cell.state_size == ((UNITS, size, size * length) if in_tuples else UNITS + size + size * length)
    start = [np.random.default_rng(i).standard_normal((BATCH, n)).astype(np.float32) for i, n in
             enumerate((UNITS, size, size * length))]  # fmt: skip
    output, state = cell(tf.constant(X[0]), tuple(map(tf.constant, start)) if in_tuples else tf.concat(start, 1))
    variables = tf.global_variables()
    found, new_state, values = evaluated(output, state, variables)
    expected, h, kept = attended(dict(zip(variables, values, strict=True)), X[0], start, UNITS, length, size)
    close(found, expected)
    close(new_state if in_tuples else [new_state], [h, *kept] if in_tuples else [np.concatenate([h, *kept], 1)])


def test_attention_cell_wrapper_refuses() -> None:
    with pytest.raises(TypeError, match="cell"):
        rnn.AttentionCellWrapper(None, 4)
    with pytest.raises(ValueError, match="attn_length should be greater than zero, got 0"):
        rnn.AttentionCellWrapper(rnn.BasicRNNCell(2), 0)
    with pytest.raises(ValueError, match="state_is_tuple is not set"):
        rnn.AttentionCellWrapper(rnn.BasicLSTMCell(2), 4, state_is_tuple=False)
