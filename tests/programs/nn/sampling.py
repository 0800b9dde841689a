"""tf.nn: candidate samplers, and losses over a sample of many classes."""


def build(tf):
    tf.set_random_seed(11)
    inputs = tf.placeholder(tf.float32, [None, 4], "inputs")
    labels = tf.placeholder(tf.int64, [None, 1], "labels")
    pairs = tf.placeholder(tf.int32, [3, 2], "pairs")
    weights = tf.constant([[(3 * i + j) % 7 / 3.0 for j in range(4)] for i in range(12)], name="weights")
    halves = [weights[:6], weights[6:]]
    biases = tf.constant([i / 10.0 for i in range(12)], name="biases")
    nn = tf.nn
    drawn = nn.uniform_candidate_sampler(labels, 1, 5, True, 12, seed=3)
    frequent = nn.log_uniform_candidate_sampler(labels, 1, 4, False, 12, name="zipf")
    learned = nn.learned_unigram_candidate_sampler(tf.cast(pairs, tf.int64), 2, 4, True, 12)
    fixed = nn.fixed_unigram_candidate_sampler(
        labels, 1, 6, True, 12, distortion=0.75, unigrams=[float(i) for i in range(1, 13)], seed=1
    )
    everything = nn.all_candidate_sampler(labels, 1, 12, True)
    rows, places, lowest = nn.compute_accidental_hits(labels, drawn[0], 1)
    softmax = nn.sampled_softmax_loss(weights, biases, labels, inputs, 6, 12)
    softmax_pairs = nn.sampled_softmax_loss(
        halves,
        biases,
        pairs,
        inputs,
        4,
        12,
        num_true=2,
        sampled_values=fixed,
        remove_accidental_hits=False,
        partition_strategy="div",
        name="two",
    )
    contrastive = nn.nce_loss(weights, biases, labels, inputs, 5, 12)
    contrastive_hits = nn.nce_loss(
        halves, biases, labels, inputs, 5, 12, sampled_values=drawn, remove_accidental_hits=True, name="hits"
    )
    return {
        "drawn": drawn.sampled_candidates,
        "drawn_expected": drawn.true_expected_count,
        "frequent": frequent[0],
        "frequent_expected": frequent[2],
        "learned": learned[0],
        "fixed": fixed[0],
        "fixed_expected": fixed[2],
        "everything": everything[0],
        "rows": rows,
        "places": places,
        "lowest": lowest,
        "softmax": softmax,
        "softmax_pairs": softmax_pairs,
        "contrastive": contrastive,
        "contrastive_hits": contrastive_hits,
        "d_inputs": tf.gradients(softmax, inputs)[0],
        "d_biases": tf.convert_to_tensor(tf.gradients(contrastive, biases)[0]),
    }


FEEDS = {
    "inputs:0": [[1, 2, 3, 4], [0.5, -1, 0, 2], [-1, 1, -0.5, 0.25]],
    "labels:0": [[1], [0], [7]],
    "pairs:0": [[0, 1], [5, 2], [7, 7]],
}


def run(tf, session, fetches):
    return session.run(fetches, FEEDS)


def errors(tf):
    nn = tf.nn
    classes = lambda *dims: tf.zeros(dims, tf.int64)
    return {
        "rank": (lambda: nn.uniform_candidate_sampler(classes(3), 1, 2, True, 5), "rank 2 but is rank 1"),
        "sampled": (lambda: nn.all_candidate_sampler(classes(3, 1), 1, 0, True), "less than minimum 1"),
        "dtype": (lambda: nn.log_uniform_candidate_sampler(tf.zeros([3, 1]), 1, 2, True, 5), "int64"),
        "hits": (lambda: nn.compute_accidental_hits(classes(3, 2), classes(4), 1), "must be 1 but is 2"),
    }
