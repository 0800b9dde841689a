"""Ops of long short-term memory: one step, sequences, their gradients."""

import numpy as np

INPUTS, UNITS, BATCH, STEPS, LENGTH = 5, 3, 4, 6, 4


def build(tf):
    raw = tf.raw_ops
    shapes = {
        "x": [STEPS, BATCH, INPUTS],
        "cs_prev": [BATCH, UNITS],
        "h_prev": [BATCH, UNITS],
        "w": [INPUTS + UNITS, 4 * UNITS],
        "wci": [UNITS],
        "wcf": [UNITS],
        "wco": [UNITS],
        "b": [4 * UNITS],
    }
    given = {name: tf.placeholder(tf.float32, shape, name) for name, shape in shapes.items()}
    length = tf.placeholder(tf.int64, [], "length")
    one = {**given, "x": given["x"][0]}
    weights = tf.placeholder(tf.float32, [STEPS, BATCH, UNITS], "weights")
    fetches = {}

    def keep(label, results):
        for name, value in results._asdict().items():
            fetches[f"{label}/{name}"] = value

    keep("cell", raw.LSTMBlockCell(**one))
    peeping = raw.LSTMBlockCell(**one, use_peephole=True, cell_clip=0.3, forget_bias=0.5)
    keep("peeping", peeping)
    outputs = {name: getattr(peeping, name) for name in ("i", "cs", "f", "o", "ci", "co")}
    grads = {"cs_grad": weights[0], "h_grad": weights[1]}
    keep("cell_grad", raw.LSTMBlockCellGrad(**one, **outputs, **grads, use_peephole=True))
    keep("cell_grad_plain", raw.LSTMBlockCellGrad(**one, **outputs, **grads, use_peephole=False))

    makers = {"block": raw.BlockLSTM, "block_v2": raw.BlockLSTMV2}
    for label, make in makers.items():
        for peephole, clip in ((False, 0.0), (True, 0.4)):
            own = f"{label}_{'peeping' if peephole else 'plain'}"
            steps = make(seq_len_max=length, **given, use_peephole=peephole, cell_clip=clip)
            for name, value in steps._asdict().items():
                # only these are defined past the length; what TensorFlow has there of the gates is not
                fetches[f"{own}/{name}"] = value if name in ("cs", "h") else value[:LENGTH]
            loss = tf.reduce_sum(steps.h * weights) + tf.reduce_sum(steps.cs * weights * weights)
            found = tf.gradients(loss, list(given.values()), name=f"{own}_gradients")
            for name, value in zip(given, found, strict=True):
                fetches[f"{own}/d_{name}"] = value
            parts = dict(steps._asdict())
            grads = {"cs_grad": weights * weights, "h_grad": weights, "use_peephole": peephole}
            keep(f"{own}/v2", raw.BlockLSTMGradV2(seq_len_max=length, **given, **parts, **grads))
    return fetches


_random = np.random.RandomState(2)
FEEDS = {
    "x:0": _random.randn(STEPS, BATCH, INPUTS),
    "cs_prev:0": _random.randn(BATCH, UNITS),
    "h_prev:0": _random.randn(BATCH, UNITS),
    "w:0": _random.randn(INPUTS + UNITS, 4 * UNITS),
    "wci:0": _random.randn(UNITS),
    "wcf:0": _random.randn(UNITS),
    "wco:0": _random.randn(UNITS),
    "b:0": _random.randn(4 * UNITS),
    "weights:0": _random.randn(STEPS, BATCH, UNITS),
    "length:0": LENGTH,
}
ATOL = 2e-5
