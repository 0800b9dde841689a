"""Record what TensorFlow's CTC ops answer: losses and gradients of odd labels, decoded sequences of many beams."""

import sys
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()

LOSSES = {
    "plain": ([[0, 0], [0, 1], [1, 0]], [1, 2, 3], [4, 3], {}),
    "repeated": ([[0, 0], [0, 1], [1, 0]], [1, 1, 2], [4, 4], {}),
    "collapsed": ([[0, 0], [0, 1], [0, 2], [1, 0]], [1, 1, 1, 2], [4, 4], {"preprocess_collapse_repeated": True}),
    "not_merged": ([[0, 0], [0, 1], [0, 2], [1, 0]], [1, 1, 1, 2], [4, 4], {"ctc_merge_repeated": False}),
    "no_path": ([[0, 0], [0, 1], [0, 2], [1, 0]], [1, 1, 1, 2], [4, 4], {}),
    "too_long": ([[0, 0], [0, 1], [1, 0]], [1, 2, 3], [1, 4], {"ignore_longer_outputs_than_inputs": True}),
    "ended": ([[0, 0], [0, 1], [1, 0]], [1, 9, 3], [4, 4], {}),
    "gap": ([[0, 0], [0, 3], [1, 0]], [1, 2, 3], [4, 4], {}),
}


def loss(name: str, logits: np.ndarray) -> dict[str, np.ndarray]:
    indices, values, lengths, attrs = LOSSES[name]
    with tf.Graph().as_default(), tf.Session() as session:
        made = tf.raw_ops.CTCLoss(
            inputs=tf.constant(logits),
            labels_indices=tf.constant(indices, tf.int64),
            labels_values=tf.constant(values, tf.int32),
            sequence_length=tf.constant(lengths, tf.int32),
            **attrs,
        )
        values = session.run(list(made))
    return {f"{name}/loss": values[0], f"{name}/gradient": values[1]}


def beam(number: int) -> dict[str, np.ndarray]:
    """One random search; sizes, scale and attributes follow from the number."""
    random = np.random.RandomState(number)
    longest, batch, classes = random.randint(1, 10), random.randint(1, 4), random.randint(2, 7)
    width = int(random.randint(1, 8))
    top_paths = int(random.randint(1, min(width, classes) + 1))
    merge = bool(random.randint(2))
    logits = (random.randn(longest, batch, classes) * random.choice([0.5, 2])).astype(np.float32)
    lengths = random.randint(1, longest + 1, batch).astype(np.int32)
    with tf.Graph().as_default(), tf.Session() as session:
        indices, values, shapes, scores = session.run(
            tf.raw_ops.CTCBeamSearchDecoder(
                inputs=tf.constant(logits),
                sequence_length=tf.constant(lengths),
                beam_width=width,
                top_paths=top_paths,
                merge_repeated=merge,
            )
        )
    facts = {"logits": logits, "lengths": lengths, "attrs": np.array([width, top_paths, merge]), "scores": scores}
    for path in range(top_paths):
        facts |= {f"indices{path}": indices[path], f"values{path}": values[path], f"shape{path}": shapes[path]}
    return {f"{number}/{key}": value for key, value in facts.items()}


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    logits = np.random.RandomState(1).randn(4, 2, 5).astype(np.float32)
    recorded = {"logits": logits}
    for name in LOSSES:
        recorded |= loss(name, logits)
    np.savez_compressed(folder / "loss.npz", **recorded)
    searches: dict[str, np.ndarray] = {}
    for number in range(24):
        searches |= beam(number)
    np.savez_compressed(folder / "beam.npz", **searches)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "ctc")
