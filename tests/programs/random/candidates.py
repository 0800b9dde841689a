"""Candidate samplers, run after run; accidental hits; the losses over sampled classes with their gradients."""

from pathlib import Path

VOCABULARY = "unigrams.csv"
FREQUENCIES = [1.0, 2.0, 3.0, 4.0, 0.5, 9.0, 2.0, 1.0, 1.0, 7.0]


def build(tf):
    tf.set_random_seed(7)
    classes = tf.constant([[0, 3], [7, 2]], tf.int64)
    open_classes = tf.placeholder(tf.int64, [None, 2], name="open_classes")
    nn, random = tf.nn, tf.random
    samplers = {
        "uniform": nn.uniform_candidate_sampler(classes, 2, 5, False, 10, seed=3),
        "uniform_unique": random.uniform_candidate_sampler(open_classes, 2, 5, True, 13, seed=3, name="unique"),
        "uniform_power": nn.uniform_candidate_sampler(classes, 2, 4, True, 8),
        "log_uniform": nn.log_uniform_candidate_sampler(classes, 2, 6, False, 1000, seed=11),
        "log_uniform_unique": random.log_uniform_candidate_sampler(open_classes, 2, 9, True, 10, seed=5),
        "learned": nn.learned_unigram_candidate_sampler(classes, 2, 5, False, 10, seed=3),
        "learned_unique": random.learned_unigram_candidate_sampler(open_classes, 2, 5, True, 10, seed=3),
        "unsafe": tf.raw_ops.ThreadUnsafeUnigramCandidateSampler(
            true_classes=classes, num_true=2, num_sampled=4, unique=True, range_max=9, seed=3, seed2=4
        ),
        "fixed": nn.fixed_unigram_candidate_sampler(classes, 2, 4, False, 10, unigrams=FREQUENCIES, seed=11),
        "fixed_unique": random.fixed_unigram_candidate_sampler(
            open_classes, 2, 6, True, 12, unigrams=FREQUENCIES, distortion=0.5, num_reserved_ids=2, seed=4
        ),
        "fixed_file": nn.fixed_unigram_candidate_sampler(classes, 2, 4, True, 10, vocab_file=VOCABULARY, seed=11),
        "all": nn.all_candidate_sampler(classes, 2, 8, True),
        "all_again": random.all_candidate_sampler(open_classes, 2, 9, False, seed=2, name="all_again"),
        "hits": nn.compute_accidental_hits([[1, 2], [3, 1], [9, 9]], tf.constant([1, 9, 4, 3, 1], tf.int64), 2),
        "no_hits": nn.compute_accidental_hits(open_classes, tf.constant([100], tf.int64), 2, seed=1),
    }
    fetches = {f"{label}_{i}": part for label, parts in samplers.items() for i, part in enumerate(parts)}
    weights = tf.placeholder(tf.float32, [20, 3], name="weights")
    biases = tf.placeholder(tf.float32, [20], name="biases")
    inputs = tf.placeholder(tf.float32, [None, 3], name="inputs")
    labels = tf.placeholder(tf.int64, [None, 1], name="labels")
    softmax = nn.sampled_softmax_loss(weights, biases, labels, inputs, 6, 20, seed=9)
    nce = nn.nce_loss([weights, weights], biases, labels, inputs, 5, 20, remove_accidental_hits=True, name="nce")
    given = nn.nce_loss(weights, biases, labels, inputs, 4, 20,
                        sampled_values=nn.uniform_candidate_sampler(labels, 1, 4, True, 20, seed=2))  # fmt: skip
    slices = tf.gradients(softmax, [weights, biases, inputs])
    fetches |= {"softmax": softmax, "nce": nce, "given": given, "by_inputs": slices[2]}
    fetches |= {f"by_{i}": tf.convert_to_tensor(part) for i, part in enumerate(slices[:2])}
    return fetches


def run(tf, session, fetches):
    lines = "".join(f"word{i},{frequency}\n" for i, frequency in enumerate(FREQUENCIES))
    Path(VOCABULARY).write_text(lines)
    feeds = {
        "open_classes:0": [[1, 2], [8, 0], [3, 3]],
        "weights:0": [[0.1 * i, -0.05 * i, 0.3] for i in range(20)],
        "biases:0": [0.01 * i for i in range(20)],
        "inputs:0": [[1, 2, 3], [-1, 0.5, 2]],
        "labels:0": [[3], [0]],
    }
    results = {}
    for i in range(3):
        results |= {f"{label}_run_{i}": value for label, value in session.run(fetches, feeds).items()}
    Path(VOCABULARY).unlink()
    return results


RTOL = 3e-6


def errors(tf):
    def run(make):
        def fetched():
            with tf.Session() as session:
                session.run(make())

        return fetched

    def classes(values):
        return tf.placeholder_with_default(tf.constant(values, tf.int64), None)

    uniform, fixed = tf.nn.uniform_candidate_sampler, tf.nn.fixed_unigram_candidate_sampler
    hits = tf.nn.compute_accidental_hits
    return {
        "no sample": (lambda: uniform([[1]], 1, 0, True, 4), "minimum"),
        "no class": (lambda: uniform([[1]], 1, 1, True, 0), "minimum"),
        "vector": (lambda: uniform([1], 1, 2, True, 4), "rank 2"),
        "run range": (run(lambda: uniform(classes([[1]]), 1, 5, True, 4)), "range is too small"),
        "run learned range": (
            run(lambda: tf.nn.learned_unigram_candidate_sampler(classes([[1]]), 1, 5, True, 4)), "range is too small",
        ),
        "run columns": (run(lambda: uniform(classes([[1]]), 2, 2, True, 4)), "num_true columns"),
        "run class": (run(lambda: uniform(classes([[9]]), 1, 2, True, 4)), "out of range"),
        "run log class": (
            run(lambda: tf.nn.log_uniform_candidate_sampler(classes([[-1]]), 1, 2, True, 4)), "out of range",
        ),
        "run all class": (run(lambda: tf.nn.all_candidate_sampler(classes([[4]]), 1, 3, True)), "out of range"),
        "run learned class": (
            run(lambda: tf.nn.learned_unigram_candidate_sampler(classes([[9]]), 1, 2, True, 4)), "out of range",
        ),
        "run fixed class": (
            run(lambda: fixed(classes([[9]]), 1, 2, True, 4, unigrams=[1.0, 2.0, 3.0, 4.0])), "out of range",
        ),
        "run weights": (run(lambda: fixed(classes([[1]]), 1, 2, True, 4, unigrams=[1.0, 2.0])), "weights size"),
        "run no weights": (run(lambda: fixed(classes([[1]]), 1, 2, True, 4)), "either vocab_file or unigrams"),
        "run no file": (run(lambda: fixed(classes([[1]]), 1, 2, True, 4, vocab_file="nowhere")), "nowhere"),
        "run both": (
            run(lambda: fixed(classes([[1]]), 1, 2, True, 4, vocab_file="a", unigrams=[1.0])), "only provide one",
        ),
        "hits": (lambda: hits([[1, 2]], tf.constant([1], tf.int64), 1), "num_true|must be 1"),
        "run hits": (run(lambda: hits(classes([[1, 2]]), classes([[1]]), 2)), "must be a vector"),
    }  # fmt: skip
