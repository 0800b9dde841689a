"""tf.contrib.seq2seq: decoders, attention and beam search, against what TensorFlow Addons answered for the same weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf

seq2seq, rnn = tf.contrib.seq2seq, tf.nn.rnn_cell
BATCH, STEPS, MEMORY, UNITS, SIZE, SYMBOLS, BEAMS = 2, 4, 3, 5, 2, 6, 3
LENGTHS = [3, 2]
Array = np.ndarray
with np.load(Path(__file__).parents[1] / "golden" / "seq2seq.npz") as _file:
    GOLDEN = {name: _file[name] for name in _file.files}


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(1)
        yield graph


def case(name: str) -> dict[str, Array]:
    """Inputs and answers by name; weights as a list under "w"."""
    found: dict[str, Any] = {key.removeprefix(f"{name}/"): v for key, v in GOLDEN.items() if key.startswith(f"{name}/")}
    weights = sorted(key for key in found if key[0] == "w" and key[1:2].isdigit())
    return {**{key: v for key, v in found.items() if key not in weights}, "w": [found[key] for key in weights]}  # type: ignore[dict-item]


def names() -> list[str]:
    return [one.op.name for one in tf.global_variables()]


def evaluated(fetches: Any, weights: dict[str, Array] | None = None) -> Any:
    """What they are, with variables as told by the ends of their names."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for end, value in (weights or {}).items():
            (variable,) = [one for one in tf.global_variables() if one.op.name.endswith(end)]
            session.run(variable.assign(value))
        return session.run(fetches)


def close(found: Any, expected: Any, what: str = "") -> None:
    np.testing.assert_allclose(found, expected, 1e-5, 2e-6, err_msg=what)


@pytest.mark.parametrize("label", ["whole", "short", "long"])
def test_gather_tree(label: str) -> None:
    tree = case(f"tree {label}")
    paths = seq2seq.gather_tree(tree["ids"], tree["parents"], tree["lengths"], end_token=4)
    assert paths.shape == (STEPS, BATCH, BEAMS)
    np.testing.assert_array_equal(evaluated(paths), tree["paths"])


def test_gather_tree_from_array() -> None:
    tree = case("tree of array")
    ordered = seq2seq.gather_tree_from_array(tree["values"], tree["parents"], tree["lengths"])
    np.testing.assert_array_equal(evaluated(ordered), tree["ordered"])


def test_tile_batch_and_hardmax() -> None:
    given = {"a": tf.constant([[1, 2], [3, 4]]), "b": tf.placeholder_with_default([5.0, 6.0], [None])}
    tiled = seq2seq.tile_batch(given, 2)
    assert tiled["a"].shape == (4, 2)
    found, hard = evaluated((tiled, seq2seq.hardmax([[1.0, 3.0], [2.0, 1.0]])))
    np.testing.assert_array_equal(found["a"], [[1, 2], [1, 2], [3, 4], [3, 4]])
    np.testing.assert_array_equal(found["b"], [5, 5, 6, 6])
    np.testing.assert_array_equal(hard, [[0, 1], [1, 0]])


# ---- attention -------------------------------------------------------------------------------------------------------

BAHDANAU = ["attention_v", "query_layer/kernel", "memory_layer/kernel"]
NORMALIZED = ["attention_v", "attention_g", "attention_b", *BAHDANAU[1:]]


@pytest.mark.parametrize(
    ("label", "make", "facts", "ends"),
    [
        ("bahdanau", "BahdanauAttention", {}, BAHDANAU),
        ("bahdanau normalized", "BahdanauAttention", {"normalize": True}, NORMALIZED),
        ("luong", "LuongAttention", {}, ["memory_layer/kernel"]),
        ("luong scaled", "LuongAttention", {"scale": True}, ["attention_g", "memory_layer/kernel"]),
        (
            "bahdanau monotonic",
            "BahdanauMonotonicAttention",
            {"normalize": True},
            [*NORMALIZED[:1], "attention_score_bias", *NORMALIZED[1:]],
        ),
        (
            "luong monotonic hard",
            "LuongMonotonicAttention",
            {"scale": True, "mode": "hard"},
            ["attention_g", "attention_score_bias", "memory_layer/kernel"],
        ),
    ],
)
def test_attention(label: str, make: str, facts: dict[str, Any], ends: list[str]) -> None:
    given = case(label)
    one = getattr(seq2seq, make)(UNITS, tf.constant(given["memory"]), LENGTHS, **facts)
    assert (one.alignments_size, one.state_size, one.batch_size) == (MEMORY, MEMORY, BATCH)
    first = one.initial_state(BATCH, tf.float32)
    alignments, state = one(tf.constant(given["query"]), tf.constant(given["state"]))
    assert state is alignments and first.shape == state.shape
    found, values, at_first = evaluated((alignments, one.values, first), dict(zip(ends, given["w"], strict=True)))
    close(found, given["alignments"])
    np.testing.assert_array_equal(at_first, [[float("monotonic" in label), 0, 0]] * BATCH)
    assert found[1, 2] == 0 and not values[1, 2].any()


def test_probabilities_masks_and_keys_may_be_ones_own() -> None:
    memory = tf.ones([BATCH, MEMORY, UNITS])
    one = seq2seq.LuongAttention(
        UNITS,
        memory,
        LENGTHS,
        probability_fn=lambda scores: scores * 2.0,
        score_mask_value=-7.0,
        custom_key_value_fn=lambda keys, values: (values, values * 3.0),
    )
    alignments, _ = one(tf.ones([BATCH, UNITS]), None)
    found, values = evaluated((alignments, one.values))
    close(found, [[10, 10, 10], [10, 10, -14]])
    assert values.max() == 3


def test_monotonic_attention() -> None:
    given = case("monotonic")
    chances, before = tf.constant(given["chances"]), tf.constant(given["before"])
    fetches = {mode: seq2seq.monotonic_attention(chances, before, mode) for mode in ("recursive", "parallel")}
    fetches["hard"] = seq2seq.monotonic_attention(tf.cast(chances > 0.5, tf.float32), before, "hard")
    fetches["products"] = seq2seq.safe_cumprod(chances, axis=1)
    for name, value in evaluated(fetches).items():
        close(value, given[name], name)
    with pytest.raises(ValueError, match="mode must be 'recursive', 'parallel', or 'hard'"):
        seq2seq.monotonic_attention(chances, before, "soft")


def test_noise_makes_scores_differ() -> None:
    one = seq2seq.LuongMonotonicAttention(UNITS, tf.ones([BATCH, MEMORY, 2]), sigmoid_noise=1.0, sigmoid_noise_seed=1)
    alignments, _ = one(tf.zeros([BATCH, UNITS]), one.initial_state(BATCH, tf.float32))
    assert np.ptp(evaluated(alignments)[:, 0]) > 0


# ---- a decoder of given inputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["bahdanau", "luong"])
@pytest.mark.parametrize("time_major", [False, True])
def test_decoding_with_attention(kind: str, time_major: bool) -> None:
    given = case(f"decoded {kind}")
    make = seq2seq.BahdanauAttention if kind == "bahdanau" else seq2seq.LuongAttention
    mechanism = make(UNITS, tf.constant(given["memory"]), LENGTHS)
    cell = seq2seq.AttentionWrapper(rnn.BasicRNNCell(UNITS), mechanism, attention_layer_size=4, alignment_history=True)
    inputs = given["inputs"].swapaxes(0, 1) if time_major else given["inputs"]
    helper = seq2seq.TrainingHelper(tf.constant(inputs), [STEPS, 2], time_major=time_major)
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32), tf.layers.Dense(SYMBOLS))
    outputs, state, lengths = seq2seq.dynamic_decode(decoder, output_time_major=time_major, impute_finished=True)
    prefix = "decoder/attention_wrapper/"
    query = [f"{prefix}bahdanau_attention/{name}" for name in ("query_layer/kernel", "attention_v")]
    assert names() == [
        "memory_layer/kernel",
        f"{prefix}basic_rnn_cell/kernel",
        f"{prefix}basic_rnn_cell/bias",
        *(query if kind == "bahdanau" else []),
        f"{prefix}attention_layer/kernel",
        "decoder/dense/kernel",
        "decoder/dense/bias",
    ]
    attention_layer, kernel, recurrent, bias, *of_mechanism, dense, dense_bias = given["w"]
    weights = {
        "attention_layer/kernel": attention_layer,
        "rnn_cell/kernel": np.concatenate([kernel, recurrent]),
        "rnn_cell/bias": bias,
        **dict(zip(BAHDANAU if kind == "bahdanau" else BAHDANAU[2:], of_mechanism, strict=True)),
        "dense/kernel": dense,
        "dense/bias": dense_bias,
    }
    loss = tf.reduce_sum(outputs.rnn_output**2)
    slopes = tf.gradients(loss, tf.trainable_variables())
    fetches = (outputs, lengths, state.alignment_history.stack(), state.attention, state.time, slopes)
    (logits, ids), ended, history, attention, time, gradients = evaluated(fetches, weights)
    if time_major:
        logits, ids = logits.swapaxes(0, 1), ids.swapaxes(0, 1)
    close(logits, given["outputs"])
    close(history, given["history"])
    close(attention, given["attention"])
    np.testing.assert_array_equal(ids, given["ids"])
    np.testing.assert_array_equal(ended, given["lengths"])
    assert time == STEPS and all(np.abs(one).max() > 0 for one in gradients)


def test_several_mechanisms_and_a_state_of_ones_own() -> None:
    memory = tf.ones([BATCH, MEMORY, UNITS])
    mechanisms = [seq2seq.LuongAttention(UNITS, memory), seq2seq.BahdanauAttention(4, memory * 2.0)]
    first = tf.fill([BATCH, UNITS], 0.5)
    cell = seq2seq.AttentionWrapper(
        rnn.GRUCell(UNITS),
        mechanisms,
        [2, 3],
        cell_input_fn=lambda inputs, attention: inputs,
        output_attention=False,
        initial_cell_state=first,
        name="attention",
    )
    assert cell.output_size == UNITS and cell.state_size.attention == 5
    state = cell.zero_state(BATCH, tf.float32)
    output, following = cell(tf.ones([BATCH, SIZE]), state)
    assert "attention/attention_layer_1/kernel" in names() and following.alignments[1].shape == (BATCH, MEMORY)
    start, found, attention = evaluated((state.cell_state, output, following.attention))
    assert (start == 0.5).all() and found.shape == (BATCH, UNITS) and attention.shape == (BATCH, 5)
    with pytest.raises(ValueError, match="not compatible|are incompatible"):
        state.clone(cell_state=tf.ones([BATCH, 7]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Non-matching batch sizes"):
        evaluated(cell.zero_state(tf.placeholder_with_default(3, []), tf.float32))


# ---- helpers ---------------------------------------------------------------------------------------------------------


class Counting(rnn.RNNCell):
    """A cell whose logits put all on (the input's first number + 1)."""

    state_size, output_size = 1, SYMBOLS

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        symbol = tf.cast(inputs[:, 0], tf.int32) + 1
        return tf.one_hot(symbol, SYMBOLS, on_value=50.0), state + 1.0


EMBEDDING = np.arange(SYMBOLS, dtype=np.float32)[:, None]


def decoded(helper: Any, **facts: Any) -> Any:
    state = tf.zeros([BATCH, 1])
    decoder = seq2seq.BasicDecoder(Counting(), helper, state)
    return seq2seq.dynamic_decode(decoder, **facts)


@pytest.mark.parametrize("make", ["GreedyEmbeddingHelper", "SampleEmbeddingHelper"])
def test_helpers_that_embed_what_was_given(make: str) -> None:
    outputs, state, lengths = decoded(getattr(seq2seq, make)(EMBEDDING, [0, 2], 5))
    assert outputs.rnn_output.shape.as_list() == [BATCH, None, SYMBOLS] and outputs.sample_id.dtype == tf.int32
    ids, steps, ended = evaluated((outputs.sample_id, state, lengths))
    np.testing.assert_array_equal(ids[0], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(ids[1, :3], [3, 4, 5])
    assert list(ended) == [5, 3] and list(steps[:, 0]) == [5, 5]


def test_what_has_finished_stays_as_it_is() -> None:
    helper = seq2seq.GreedyEmbeddingHelper(lambda ids: tf.gather(EMBEDDING, ids), [0, 2], 5)
    outputs, state, _ = decoded(helper, impute_finished=True)
    logits, ids, steps = evaluated((outputs.rnn_output, outputs.sample_id, state))
    np.testing.assert_array_equal(ids, [[1, 2, 3, 4, 5], [3, 4, 5, 0, 0]])
    assert not logits[1, 3:].any() and list(steps[:, 0]) == [5, 3]


@pytest.mark.parametrize("most", [2, tf.int32])
def test_no_more_steps_than_allowed(most: Any) -> None:
    limit = tf.placeholder_with_default(0, []) if most is tf.int32 else most
    outputs, _, lengths = decoded(seq2seq.GreedyEmbeddingHelper(EMBEDDING, [0, 2], 5), maximum_iterations=limit)
    ids, ended = evaluated((outputs.sample_id, lengths))
    expected = 2 if most == 2 else 0
    assert ids.shape == (BATCH, expected) and list(ended) == [expected] * BATCH


def test_custom_and_inference_helpers() -> None:
    def following(time: Any, outputs: Any, state: Any, sample_ids: Any) -> Any:
        return tf.fill([BATCH], time >= 2), tf.cast(sample_ids, tf.float32)[:, None], state

    def largest(outputs: Any) -> Any:
        return tf.argmax(outputs, -1, output_type=tf.int32)

    custom = seq2seq.CustomHelper(
        lambda: (tf.fill([BATCH], False), tf.constant([[0.0], [2.0]])),
        lambda time, outputs, state: largest(outputs),
        following,
    )
    with pytest.raises(ValueError, match="batch_size accessed before initialize"):
        _ = custom.batch_size
    custom.initialize()
    inference = seq2seq.InferenceHelper(
        lambda outputs: tf.cast(largest(outputs), tf.float32)[:, None],
        [1],
        tf.float32,
        tf.constant([[0.0], [2.0]]),
        lambda samples: tf.equal(samples[:, 0], 5.0),
    )
    found, other = evaluated((decoded(custom)[0].sample_id, decoded(inference)[0].sample_id))
    np.testing.assert_array_equal(found, [[1, 2, 3], [3, 4, 5]])
    np.testing.assert_array_equal(other[0, :, 0], [1, 2, 3, 4, 5])


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_scheduled_helpers(chance: float) -> None:
    inputs = tf.constant(np.float32([[[0], [3], [0]], [[1], [0], [2]]]))
    embedded = seq2seq.ScheduledEmbeddingTrainingHelper(inputs, [3, 3], EMBEDDING, chance, seed=1)
    own = seq2seq.ScheduledOutputTrainingHelper(
        inputs,
        [3, 3],
        tf.fill([BATCH], chance),
        next_inputs_fn=lambda outputs: tf.cast(tf.argmax(outputs, -1), tf.float32)[:, None],
    )
    more = seq2seq.ScheduledOutputTrainingHelper(
        inputs, [3, 3], chance, next_inputs_fn=lambda outputs: outputs[:, :1] * 0.0, auxiliary_inputs=inputs + 1.0
    )
    assert evaluated(more.initialize()[1]).tolist() == [[0, 1], [1, 2]]
    logits = [decoded(helper)[0].rnn_output for helper in (embedded, own, more)]
    found = [one.argmax(-1).tolist() for one in evaluated(logits)]
    given, sampled = [[1, 4, 1], [2, 1, 3]], [[1, 2, 3], [2, 3, 4]]
    assert found[:2] == ([sampled] * 2 if chance else [given] * 2)
    assert found[2] == ([[1, 1, 1], [2, 1, 1]] if chance else given)


# ---- beam search -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "facts"),
    [
        ("plain", {}),
        ("long", {"length_penalty_weight": 0.7}),
        ("attending", {"length_penalty_weight": 0.3, "coverage_penalty_weight": 0.4}),
    ],
)
def test_beam_search(label: str, facts: dict[str, float]) -> None:
    given, attends = case(f"searched {label}"), label == "attending"
    cell = inner = rnn.BasicRNNCell(UNITS)
    state = seq2seq.tile_batch(tf.constant(given["first"]), BEAMS)
    if attends:
        memory = seq2seq.tile_batch(tf.constant(given["memory"]), BEAMS)
        cell = seq2seq.AttentionWrapper(inner, seq2seq.LuongAttention(UNITS, memory), alignment_history=True)
        state = cell.zero_state(BATCH * BEAMS, tf.float32).clone(cell_state=state)
    decoder = seq2seq.BeamSearchDecoder(
        cell, tf.constant(given["embedding"]), [1, 2], 0, state, BEAMS, tf.layers.Dense(SYMBOLS), **facts
    )
    outputs, final, _ = seq2seq.dynamic_decode(decoder, maximum_iterations=5)
    assert outputs.predicted_ids.shape.as_list() == [BATCH, None, BEAMS]
    kernel, recurrent, bias, *keys, dense, dense_bias = given["w"]
    weights = {"rnn_cell/kernel": np.concatenate([kernel, recurrent]), "rnn_cell/bias": bias}
    weights |= {"dense/kernel": dense, "dense/bias": dense_bias}
    if attends:
        weights["memory_layer/kernel"] = keys[0]
    fetches = [outputs, final._replace(cell_state=()), final.cell_state.alignment_history if attends else tf.zeros([])]
    (ids, steps), found, history = evaluated(fetches, weights)
    np.testing.assert_array_equal(ids, given["ids"])
    close(steps.scores, given["scores"])
    np.testing.assert_array_equal(steps.parent_ids, given["parents"])
    close(found.log_probs, given["log_probs"])
    np.testing.assert_array_equal(found.lengths, given["lengths"])
    np.testing.assert_array_equal(found.finished, given["finished"])
    if attends:
        close(history, given["history"])


# ---- what is refused -------------------------------------------------------------------------------------------------


def refused() -> dict[str, Any]:
    memory, cell = tf.ones([BATCH, MEMORY, UNITS]), rnn.GRUCell(UNITS)
    luong = seq2seq.LuongAttention(UNITS, memory)
    ids, state = [0, 1], tf.zeros([BATCH, UNITS])
    helper = seq2seq.GreedyEmbeddingHelper(EMBEDDING, ids, 5)
    inputs = tf.ones([BATCH, STEPS, SIZE])
    unknown = tf.placeholder(tf.float32, [BATCH, MEMORY, None])
    return {
        "start_tokens must be a vector": lambda: seq2seq.GreedyEmbeddingHelper(EMBEDDING, 0, 5),
        "end_token must be a scalar": lambda: seq2seq.BeamSearchDecoder(cell, EMBEDDING, ids, ids, state, 1),
        "Expected sequence_length to be a vector": lambda: seq2seq.TrainingHelper(inputs, 3),
        "either a scalar or a vector": lambda: seq2seq.ScheduledOutputTrainingHelper(inputs, [3, 3], [[0.5]]),
        "maximum_iterations must be a scalar": lambda: decoded(helper, maximum_iterations=[1]),
        "Expected decoder to be type": lambda: seq2seq.dynamic_decode(helper),
        "helper must be a Helper": lambda: seq2seq.BasicDecoder(cell, cell, state),
        "output_layer must be a Layer": lambda: seq2seq.BasicDecoder(cell, helper, state, 3),
        "Incompatible or unknown inner dimensions": lambda: luong(tf.ones([BATCH, 3]), None),
        "fully defined inner dims": lambda: seq2seq.BahdanauAttention(2, unknown),
        "must be an AttentionMechanism": lambda: seq2seq.AttentionWrapper(cell, [cell]),
        "Only one of attention_layer_size": lambda: seq2seq.AttentionWrapper(cell, luong, 3, attention_layer=cell),
        "exactly one of it per attention_mechanism": lambda: seq2seq.AttentionWrapper(cell, [luong], [3, 4]),
        "instance of AttentionWrapperState": lambda: seq2seq.AttentionWrapper(cell, luong)(inputs[:, 0], state),
        "t must have a batch axis": lambda: seq2seq.tile_batch(tf.constant(1), 2),
        "known rank": lambda: seq2seq.tile_batch(tf.placeholder(tf.float32), 2),
        "nothing that a coverage penalty": lambda: seq2seq.BeamSearchDecoder(
            cell, EMBEDDING, ids, 5, state, 1, coverage_penalty_weight=0.1
        ).initialize(),
    }


def test_refusals() -> None:
    for words, function in refused().items():
        with pytest.raises((TypeError, ValueError), match=words):
            function()
