"""Record what TensorFlow Addons, where tf.contrib.seq2seq and tf.contrib.crf live on, answer for small weights.

    pip install --no-deps tensorflow-addons==0.23.0 typeguard==2.13.3
    python tests/golden/make_seq2seq.py

Writes seq2seq.npz: "case/name" -> array, the weights and inputs as well as the answers.
"""

import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow as tf
import tensorflow_addons as tfa

HERE = Path(__file__).resolve().parent
BATCH, STEPS, MEMORY, UNITS, SIZE, SYMBOLS, BEAMS = 2, 4, 3, 5, 2, 6, 3
_random = np.random.default_rng(7)
found = {}


def numbers(*shape):
    return _random.standard_normal(shape).astype(np.float32)


def keep(case, **values):
    found.update({f"{case}/{name}": np.asarray(value) for name, value in values.items()})


def trees():
    for label, lengths in (("whole", [4, 4]), ("short", [2, 3]), ("long", [9, 0])):
        ids = _random.integers(0, 5, (STEPS, BATCH, BEAMS)).astype(np.int32)
        parents = _random.integers(0, BEAMS, (STEPS, BATCH, BEAMS)).astype(np.int32)
        paths = tfa.seq2seq.gather_tree(ids, parents, lengths, end_token=4)
        keep(f"tree {label}", ids=ids, parents=parents, lengths=np.int32(lengths), paths=paths)
    values = numbers(STEPS, BATCH, BEAMS, 2)
    lengths = np.int32([[4, 2, 3], [1, 4, 4]])
    ordered = tfa.seq2seq.gather_tree_from_array(values, parents, lengths)
    keep("tree of array", values=values, parents=parents, lengths=lengths, ordered=ordered)


LENGTHS = [3, 2]
KINDS = {
    "bahdanau": "BahdanauAttention",
    "luong": "LuongAttention",
    "bahdanau monotonic": "BahdanauMonotonicAttention",
    "luong monotonic": "LuongMonotonicAttention",
}


def mechanism(kind, memory, lengths, **facts):
    return getattr(tfa.seq2seq, KINDS[kind])(UNITS, memory=memory, memory_sequence_length=lengths, **facts)


def mechanisms(*cases):
    for label, kind, facts in cases:
        memory, query = numbers(BATCH, MEMORY, 4), numbers(BATCH, UNITS)
        one = mechanism(kind, memory, LENGTHS, **facts)
        state = one.initial_state(BATCH, tf.float32)
        if "monotonic" in kind:
            state = tf.nn.softmax(numbers(BATCH, MEMORY))
        one([query, state])
        weights = randomized(one)
        one.setup_memory(memory, memory_sequence_length=LENGTHS)
        alignments, _ = one([query, state])
        keep(label, memory=memory, query=query, state=state, alignments=alignments, **weights)


def randomized(*layers):
    """Gives every weight of some layers random numbers: "w<place> <name>" -> numbers."""
    weights = {}
    for layer in layers:
        values = [numbers(*one.shape) for one in layer.weights]
        layer.set_weights(values)
        for one, value in zip(layer.weights, values, strict=True):
            weights[f"w{len(weights)} {one.name.split(':')[0]}"] = value
    return weights


def decoded(kind):
    """A cell with attention, trained inputs, an output layer."""
    memory, inputs = numbers(BATCH, MEMORY, 4), numbers(BATCH, STEPS, SIZE)
    one = mechanism(kind, memory, LENGTHS)
    cell = tfa.seq2seq.AttentionWrapper(
        tf.keras.layers.SimpleRNNCell(UNITS), one, attention_layer_size=4, alignment_history=True
    )
    output = tf.keras.layers.Dense(SYMBOLS)
    decoder = tfa.seq2seq.BasicDecoder(cell, tfa.seq2seq.TrainingSampler(), output_layer=output, impute_finished=True)

    def run():
        state = cell.get_initial_state(batch_size=BATCH, dtype=tf.float32)
        return decoder(inputs, initial_state=state, sequence_length=[STEPS, 2])

    run()
    weights = randomized(cell, output)
    one.setup_memory(memory, memory_sequence_length=LENGTHS)
    outputs, state, lengths = run()
    keep(
        f"decoded {kind}",
        memory=memory,
        inputs=inputs,
        outputs=outputs.rnn_output,
        ids=outputs.sample_id,
        lengths=lengths,
        history=state.alignment_history.stack(),
        attention=state.attention,
        **weights,
    )


def searched(label, attends, **facts):
    """A beam search, with or without attention and penalties."""
    memory, embedding = numbers(BATCH, MEMORY, 4), numbers(SYMBOLS, SIZE)
    cell = inner = tf.keras.layers.SimpleRNNCell(UNITS)
    first = numbers(BATCH, UNITS)
    if attends:
        tiled = tfa.seq2seq.tile_batch(tf.constant(memory), BEAMS)
        one = mechanism("luong", tiled, None)
        cell = tfa.seq2seq.AttentionWrapper(inner, one, alignment_history=True)
    output = tf.keras.layers.Dense(SYMBOLS)
    decoder = tfa.seq2seq.BeamSearchDecoder(cell, BEAMS, output_layer=output, maximum_iterations=5, **facts)

    def run():
        state = tfa.seq2seq.tile_batch(tf.constant(first), BEAMS)
        if attends:
            state = cell.get_initial_state(batch_size=BATCH * BEAMS, dtype=tf.float32).clone(cell_state=state)
        return decoder(embedding, start_tokens=[1, 2], end_token=0, initial_state=state)

    run()
    weights = randomized(cell, output)
    if attends:
        one.setup_memory(tiled)
    outputs, state, _ = run()
    steps = outputs.beam_search_decoder_output
    history = {"history": state.cell_state.alignment_history} if attends else {}
    keep(
        f"searched {label}",
        memory=memory,
        embedding=embedding,
        first=first,
        ids=outputs.predicted_ids,
        scores=steps.scores,
        parents=steps.parent_ids,
        log_probs=state.log_probs,
        lengths=state.lengths,
        finished=state.finished,
        **history,
        **weights,
    )


def monotonic():
    """Later than all else, so that the numbers before stay the same."""
    mechanisms(
        ("bahdanau monotonic", "bahdanau monotonic", {"normalize": True}),
        ("luong monotonic hard", "luong monotonic", {"scale": True, "mode": "hard"}),
    )
    chances, before = tf.sigmoid(numbers(BATCH, 4)), tf.nn.softmax(numbers(BATCH, 4))
    modes = {mode: tfa.seq2seq.monotonic_attention(chances, before, mode) for mode in ("recursive", "parallel")}
    hard = tf.cast(chances > 0.5, tf.float32)
    keep(
        "monotonic",
        chances=chances,
        before=before,
        hard=tfa.seq2seq.monotonic_attention(hard, before, "hard"),
        products=tfa.seq2seq.safe_cumprod(chances, axis=1),
        **modes,
    )


def fields():
    """Conditional random fields."""
    scores, transitions = numbers(3, 4, 3), numbers(3, 3)
    tags, lengths = np.int32([[0, 1, 2, 1], [2, 0, 0, 1], [1, 1, 0, 2]]), np.int32([4, 2, 1])
    text = tfa.text
    bitmap = _random.integers(0, 2, (3, 4, 3)).astype(bool) | (np.arange(3) == 1)
    decoded_tags, best = text.crf_decode(scores, transitions, lengths)
    viterbi, score = text.viterbi_decode(scores[0], transitions)
    keep(
        "field",
        scores=scores,
        transitions=transitions,
        tags=tags,
        lengths=lengths,
        bitmap=bitmap,
        likelihood=text.crf_log_likelihood(scores, tags, lengths, transitions)[0],
        norm=text.crf_log_norm(scores, lengths, transitions),
        sequence=text.crf_sequence_score(scores, tags, lengths, transitions),
        unary=text.crf_unary_score(tags, lengths, scores),
        binary=text.crf_binary_score(tags, lengths, transitions),
        multitag=text.crf_multitag_sequence_score(scores, bitmap, lengths, transitions),
        decoded=decoded_tags,
        best=best,
        viterbi=viterbi,
        viterbi_score=score,
    )


def main():
    trees()
    mechanisms(
        ("bahdanau", "bahdanau", {}),
        ("bahdanau normalized", "bahdanau", {"normalize": True}),
        ("luong", "luong", {}),
        ("luong scaled", "luong", {"scale": True}),
    )
    decoded("bahdanau")
    decoded("luong")
    searched("plain", False)
    searched("long", False, length_penalty_weight=0.7)
    searched("attending", True, length_penalty_weight=0.3, coverage_penalty_weight=0.4)
    fields()
    monotonic()
    np.savez_compressed(HERE / "seq2seq.npz", **found)
    print(f"{len(found)} arrays")


if __name__ == "__main__":
    main()
