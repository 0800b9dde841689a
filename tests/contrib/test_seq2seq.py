"""tf.contrib.legacy_seq2seq and tf.contrib.seq2seq, which no TensorFlow of today has, against numpy."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf

legacy, rnn = tf.contrib.legacy_seq2seq, tf.contrib.rnn
BATCH, READ, WRITTEN, SIZE, UNITS = 2, 3, 4, 3, 5
READ_SYMBOLS, SYMBOLS = 6, 7
_random = np.random.default_rng(3)
X = _random.standard_normal((READ, BATCH, SIZE)).astype(np.float32)
Y = _random.standard_normal((WRITTEN, BATCH, SIZE)).astype(np.float32)
READ_IDS = _random.integers(0, READ_SYMBOLS, (READ, BATCH))
IDS = _random.integers(0, SYMBOLS, (WRITTEN, BATCH))
Array = np.ndarray


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        yield graph


def evaluated(fetches: Any) -> tuple[Any, dict[str, Array]]:
    """What they are, and the variables by name; all of them start at random, biases too."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for one in tf.global_variables():
            one.load(np.random.default_rng(len(one.name)).standard_normal(one.shape.as_list()) / 2, session)
        return session.run([fetches, {one.op.name: one for one in tf.global_variables()}])


def close(found: Any, expected: Any) -> None:
    for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, 1e-4, 2e-5)


def constants(steps: Array) -> list[Any]:
    return [tf.constant(one) for one in steps]


class Net:
    """The layers of numpy, with the variables of a scope."""

    def __init__(self, values: dict[str, Array], scope: str) -> None:
        self.values, self.scope = values, scope

    def at(self, name: str) -> Array:
        return self.values[f"{self.scope}/{name}"]

    def linear(self, x: Array, scope: str = "") -> Array:
        return x @ self.at(f"{scope}kernel") + self.at(f"{scope}bias")

    def cell(self, x: Array, h: Array, scope: str = "basic_rnn_cell/") -> Array:
        return np.tanh(self.linear(np.concatenate([x, h], 1), scope))

    def encoded(self, steps: Any, scope: str) -> list[Array]:
        h, found = np.zeros((BATCH, UNITS)), []
        for x in steps:
            h = self.cell(x, h, scope)
            found.append(h)
        return found


def test_basic_rnn_seq2seq() -> None:
    outputs, state = legacy.basic_rnn_seq2seq(constants(X), constants(Y), rnn.BasicRNNCell(UNITS))
    found, values = evaluated([outputs, state])
    scopes = ("rnn/basic_rnn_cell", "rnn_decoder/basic_rnn_cell")
    assert list(values) == [f"basic_rnn_seq2seq/{scope}/{name}" for scope in scopes for name in ("kernel", "bias")]
    net = Net(values, "basic_rnn_seq2seq")
    h, expected = net.encoded(X, "rnn/basic_rnn_cell/")[-1], []
    for y in Y:
        h = net.cell(y, h, "rnn_decoder/basic_rnn_cell/")
        expected.append(h)
    close(found, [expected, h])


def test_tied_rnn_seq2seq_shares_its_variables_and_feeds_back() -> None:
    outputs, state = legacy.tied_rnn_seq2seq(
        constants(X), constants(Y), rnn.BasicRNNCell(UNITS), lambda output, i: output[:, :SIZE] * float(i)
    )
    found, values = evaluated([outputs, state])
    scope = "combined_tied_rnn_seq2seq/tied_rnn_seq2seq"
    assert list(values) == [f"{scope}/basic_rnn_cell/{name}" for name in ("kernel", "bias")]
    net = Net(values, scope)
    h, expected = net.encoded(X, "basic_rnn_cell/")[-1], []
    for i in range(WRITTEN):
        h = net.cell(Y[0] if i == 0 else h[:, :SIZE] * i, h)
        expected.append(h)
    close(found, [expected, h])


def decoded(net: Net, h: Array, feed: bool, project: Any, inside: str) -> tuple[list[Array], Array]:
    embedding, outputs = net.at("embedding_rnn_decoder/embedding"), []
    symbols = IDS[0]
    for ids in IDS:
        h = net.cell(
            embedding[symbols if feed else ids], h, f"embedding_rnn_decoder/rnn_decoder/{inside}basic_rnn_cell/"
        )
        outputs.append(project(h))
        symbols = outputs[-1].argmax(1)
    return outputs, h


@pytest.mark.parametrize("feed", [False, True, "tensor"])
def test_embedding_rnn_seq2seq(feed: Any) -> None:
    given = tf.placeholder_with_default(True, []) if feed == "tensor" else feed
    outputs, state = legacy.embedding_rnn_seq2seq(
        constants(READ_IDS), constants(IDS), rnn.BasicRNNCell(UNITS), READ_SYMBOLS, SYMBOLS, SIZE, feed_previous=given
    )
    found, values = evaluated([outputs, state])
    scope, wrapper = "embedding_rnn_seq2seq", "output_projection_wrapper"
    assert sorted(values)[0] == f"{scope}/embedding_rnn_decoder/embedding" and len(values) == 8
    net = Net(values, scope)
    rows = net.at("rnn/embedding_wrapper/embedding")[READ_IDS]
    h = net.encoded(rows, "rnn/embedding_wrapper/basic_rnn_cell/")[-1]
    project = f"embedding_rnn_decoder/rnn_decoder/{wrapper}/"
    close(found, decoded(net, h, bool(feed), lambda h: net.linear(h, project), f"{wrapper}/"))


def test_embedding_rnn_decoder_with_a_projection_of_its_own() -> None:
    w, b = _random.standard_normal((UNITS, SYMBOLS)).astype(np.float32), np.arange(SYMBOLS, dtype=np.float32) / 4
    start = tf.zeros([BATCH, UNITS])
    outputs, _ = legacy.embedding_rnn_decoder(
        constants(IDS), start, rnn.BasicRNNCell(UNITS), SYMBOLS, SIZE, (w, b), True, update_embedding_for_previous=False
    )
    (table,) = [one for one in tf.global_variables() if "embedding" in one.op.name.rpartition("/")[2]]
    (slopes,) = tf.gradients(tf.reduce_sum(outputs[-1]), [table])
    (found, slopes), values = evaluated([outputs, tf.convert_to_tensor(slopes)])
    embedding, h = values["embedding_rnn_decoder/embedding"], np.zeros((BATCH, UNITS))
    net, symbols = Net(values, "embedding_rnn_decoder/rnn_decoder"), IDS[0]
    for output in found:
        h = net.cell(embedding[symbols], h)
        close(output, h)
        symbols = (h @ w + b).argmax(1)
    assert set(np.flatnonzero(np.abs(slopes).sum(1))) == set(IDS[0])


def softmax(x: Array) -> Array:
    return np.exp(x) / np.exp(x).sum(1, keepdims=True)


def attend(net: Net, states: Array, query: Array, heads: int) -> list[Array]:
    read = []
    for i in range(heads):
        y = net.linear(query, f"Attention_{i}/")
        features = states @ net.at(f"AttnW_{i}")[0, 0]
        scores = (net.at(f"AttnV_{i}") * np.tanh(features + y[:, None])).sum(2)
        read.append((softmax(scores)[..., None] * states).sum(1))
    return read


def attention_decoded(
    net: Net, inputs: Any, states: Array, h: Array, heads: int, from_start: bool, inside: str = "", feed: Any = None
) -> tuple[list[Array], Array]:  # fmt: skip
    read = attend(net, states, h, heads) if from_start else [np.zeros((BATCH, states.shape[2]))] * heads
    outputs: list[Array] = []
    for given in inputs:
        current = given if feed is None or not outputs else feed(outputs[-1])
        h = net.cell(net.linear(np.concatenate([current, *read], 1)), h, f"{inside}basic_rnn_cell/")
        output = net.linear(h, inside) if inside else h
        read = attend(net, states, h, heads)
        outputs.append(net.linear(np.concatenate([output, *read], 1), "AttnOutputProjection/"))
    return outputs, h


@pytest.mark.parametrize(("heads", "from_start"), [(1, False), (2, True)])
def test_attention_decoder(heads: int, from_start: bool) -> None:
    states = _random.standard_normal((BATCH, READ, SIZE + 1)).astype(np.float32)
    h = _random.standard_normal((BATCH, UNITS)).astype(np.float32)
    outputs, state = legacy.attention_decoder(
        constants(Y),
        tf.constant(h),
        tf.placeholder_with_default(states, [None, None, SIZE + 1]),
        rnn.BasicRNNCell(UNITS),
        output_size=2,
        num_heads=heads,
        initial_state_attention=from_start,
    )
    found, values = evaluated([outputs, state])
    own = [f"{kind}_{i}" for i in range(heads) for kind in ("AttnW", "AttnV")]
    assert list(values)[: 2 * heads] == [f"attention_decoder/{name}" for name in own]
    close(found, attention_decoded(Net(values, "attention_decoder"), Y, states, h, heads, from_start))


@pytest.mark.parametrize("feed", [False, True, "tensor"])
def test_embedding_attention_seq2seq(feed: Any) -> None:
    given = tf.placeholder_with_default(False, []) if feed == "tensor" else feed
    outputs, state = legacy.embedding_attention_seq2seq(
        constants(READ_IDS), constants(IDS), rnn.BasicRNNCell(UNITS), READ_SYMBOLS, SYMBOLS, SIZE, feed_previous=given
    )
    found, values = evaluated([outputs, state])
    outer = Net(values, "embedding_attention_seq2seq")
    rows = outer.at("rnn/embedding_wrapper/embedding")[READ_IDS]
    encoded = outer.encoded(rows, "rnn/embedding_wrapper/basic_rnn_cell/")
    decoder = "embedding_attention_seq2seq/embedding_attention_decoder"
    embedding = values[f"{decoder}/embedding"]
    net = Net(values, f"{decoder}/attention_decoder")
    wrapper = "output_projection_wrapper/"
    back = (lambda output: embedding[output.argmax(1)]) if feed is True else None
    states = np.stack(encoded, 1)
    close(found, attention_decoded(net, embedding[IDS], states, encoded[-1], 1, False, wrapper, back))


def test_a_cell_of_several_layers_is_copied_for_the_encoder() -> None:
    keep = tf.placeholder_with_default(1.0, [])
    layers = [rnn.DropoutWrapper(rnn.LSTMCell(UNITS), output_keep_prob=keep) for _ in range(2)]
    outputs, state = legacy.embedding_attention_seq2seq(
        constants(READ_IDS), constants(IDS), rnn.MultiRNNCell(layers), READ_SYMBOLS, SYMBOLS, SIZE, feed_previous=True
    )
    assert [one.shape.as_list() for one in tf.nest.flatten(state)] == [[BATCH, UNITS]] * 4
    found, values = evaluated(outputs)
    assert np.all(np.isfinite(found)) and len([name for name in values if "lstm_cell/kernel" in name]) == 4


# ---- losses ----------------------------------------------------------------------------------------------------------

LOGITS = _random.standard_normal((WRITTEN, BATCH, SYMBOLS)).astype(np.float32)
WEIGHTS = np.float32([[1, 1], [1, 0.5], [0, 2], [0, 0]])
LOSSES = -np.log(np.take_along_axis(np.exp(LOGITS) / np.exp(LOGITS).sum(2, keepdims=True), IDS[..., None], 2)[..., 0])
WEIGHTED = LOSSES * WEIGHTS


def test_losses_of_lists() -> None:
    given = constants(LOGITS), constants(IDS), constants(WEIGHTS)

    def squares(labels: Any, logits: Any) -> Any:
        return tf.reduce_sum(tf.square(logits), 1) + tf.cast(labels, tf.float32)

    found, _ = evaluated(
        [
            legacy.sequence_loss_by_example(*given),
            legacy.sequence_loss_by_example(*given, average_across_timesteps=False),
            legacy.sequence_loss(*given),
            legacy.sequence_loss(*given, average_across_batch=False, average_across_timesteps=False),
            legacy.sequence_loss_by_example(*given, softmax_loss_function=squares),
        ]
    )
    means = WEIGHTED.sum(0) / WEIGHTS.sum(0)
    own = (((LOGITS**2).sum(2) + IDS) * WEIGHTS).sum(0) / WEIGHTS.sum(0)
    close(found, [means, WEIGHTED.sum(0), means.mean(), WEIGHTED.sum(), own])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, WEIGHTED.sum() / WEIGHTS.sum()),
        ({"average_across_timesteps": False}, WEIGHTED.sum(1) / np.maximum(WEIGHTS.sum(1), 1e-9)),
        ({"average_across_batch": False}, WEIGHTED.sum(0) / WEIGHTS.sum(0)),
        ({"average_across_batch": False, "average_across_timesteps": False}, WEIGHTED.T),
        ({"sum_over_batch": True, "sum_over_timesteps": True}, WEIGHTED.sum() / 5),
        ({"sum_over_timesteps": True}, WEIGHTED.sum(0) / [2, 3]),
        ({"sum_over_batch": True}, WEIGHTED.sum(1) / [2, 2, 1, 1]),
    ],
)
def test_loss_of_tensors(facts: dict[str, bool], expected: Array) -> None:
    summed = any(name.startswith("sum") for name in facts)
    plain = {"average_across_batch": False, "average_across_timesteps": False} if summed else {}
    given = [tf.constant(np.swapaxes(one, 0, 1)) for one in (LOGITS, IDS, WEIGHTS)]
    found, _ = evaluated(tf.contrib.seq2seq.sequence_loss(*given, **{**plain, **facts}))
    close(found, expected)


@pytest.mark.parametrize("each", [False, True])
def test_model_with_buckets(each: bool) -> None:
    def seq2seq(read: list[Any], written: list[Any]) -> tuple[list[Any], Any]:
        cell = rnn.BasicRNNCell(UNITS)
        return legacy.embedding_rnn_seq2seq(read, written, cell, READ_SYMBOLS, SYMBOLS, SIZE)

    targets, weights = constants(IDS), constants(WEIGHTS)
    outputs, losses = legacy.model_with_buckets(
        constants(READ_IDS), constants(IDS), targets, weights, [(1, 2), (READ, WRITTEN)], seq2seq, per_example_loss=each
    )
    assert [len(one) for one in outputs] == [2, WRITTEN] and len(tf.global_variables()) == 8
    loss = legacy.sequence_loss_by_example if each else legacy.sequence_loss
    expected = [loss(outputs[0], targets[:2], weights[:2]), loss(outputs[1], targets, weights)]
    (found, expected), _ = evaluated([losses, expected])
    close(found, expected)


CELL = rnn.BasicRNNCell


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: legacy.attention_decoder([], None, tf.zeros([2, 3, 4]), CELL(2)), "at least 1 input"),
        (
            lambda: legacy.attention_decoder([1], None, tf.zeros([2, 3, 4]), CELL(2), num_heads=0),
            "use a non-attention decoder",
        ),
        (
            lambda: legacy.attention_decoder([1], None, tf.placeholder(tf.float32, [2, 3, None]), CELL(2)),
            r"Shape\[2\] of attention_states must be known",
        ),
        (
            lambda: legacy.embedding_rnn_decoder([], None, CELL(2), 4, 2, (np.zeros((2, 3)), np.zeros(4))),
            "are incompatible",
        ),
        (lambda: legacy.sequence_loss([1], [1, 2], [1]), "must be the same 1, 1, 2"),
        (
            lambda: legacy.model_with_buckets([1], [1], [1], [1], [(2, 1)], None),
            r"encoder_inputs \(1\) must be at least",
        ),
        (lambda: legacy.model_with_buckets([1], [1], [1], [1], [(1, 2)], None), r"targets \(1\) must be at least"),
        (
            lambda: tf.contrib.seq2seq.sequence_loss(tf.zeros([2, 3]), tf.zeros([2, 3]), tf.zeros([2, 3])),
            "Logits must be a .batch_size x sequence_length x logits. tensor",
        ),
        (
            lambda: tf.contrib.seq2seq.sequence_loss(
                tf.zeros([2, 3, 4]), tf.zeros([2, 3]), tf.zeros([2, 3]), sum_over_batch=True
            ),
            "average_across_batch and sum_over_batch cannot",
        ),
    ],
)
def test_refused(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
