"""Trains the digit classifier from scratch, saves a checkpoint and freezes the graph: `python -m models.digits.train`.

Needs scikit-learn for the training images (`pip install '.[examples]'`). Everything it writes goes to --output.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets
from models.digits import network


def training_step(model: network.Network, steps: int) -> tf.Operation:
    """Adam, with a rate that falls to 0 within `steps` as a cosine."""
    step = tf.train.get_or_create_global_step()
    return tf.train.AdamOptimizer(tf.train.cosine_decay(2e-3, step, steps)).minimize(model.loss, global_step=step)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=80)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("digits_model"))
    options = parser.parse_args()

    tf.set_random_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    digits, test = datasets.training_digits(), datasets.test_digits()
    model = network.build()
    steps = options.epochs * (len(digits.images) // options.batch)
    train = training_step(model, steps)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with tqdm(total=steps, desc="training", unit="step") as bar:
            for _ in range(options.epochs):
                for images, labels in datasets.batches(digits, options.batch, rng):
                    feeds = {
                        model.image: datasets.shifted(images, rng),
                        model.label: labels,
                        model.keep_prob: 0.6,
                    }
                    _, loss = session.run([train, model.loss], feeds)
                    bar.update()
                bar.set_postfix(loss=f"{loss:.3f}")
        accuracy = session.run(model.accuracy, {model.image: test.images, model.label: test.labels})
        prefix = saver.save(session, str(options.output / "model"), tf.train.get_global_step())
        frozen = tf.graph_util.convert_variables_to_constants(
            session, session.graph_def, [model.digit.op.name, model.probabilities.op.name]
        )
    tf.train.write_graph(frozen, str(options.output), "digits.pb", as_text=False)
    print(f"{accuracy:.4f} of {len(test.labels)} test digits are right")
    print(f"checkpoint {prefix}, frozen graph {options.output / 'digits.pb'}")


if __name__ == "__main__":
    main()
