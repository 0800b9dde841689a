"""Trains the autoencoder and writes losses as summaries: `python -m models.autoencoder.train`. Needs scikit-learn."""

import argparse

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets
from models.autoencoder import network


def training_step(model: network.Network) -> tf.Operation:
    return tf.train.AdamOptimizer(2e-3).minimize(model.loss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--logs", default="autoencoder_logs", help="folder of event files, for TensorBoard")
    options = parser.parse_args()

    tf.set_random_seed(0)
    rng = np.random.default_rng(0)
    digits, test = datasets.training_digits(), datasets.test_digits()
    model = network.build()
    train = training_step(model)
    tf.summary.scalar("loss", model.loss)
    tf.summary.image("reconstruction", model.reconstruction)
    summaries = tf.summary.merge_all()
    with tf.Session() as session:
        writer = tf.summary.FileWriter(options.logs, session.graph)
        session.run(tf.global_variables_initializer())
        for epoch in tqdm(range(options.epochs), desc="training", unit="epoch"):
            for batch in datasets.batches(digits, 64, rng):
                session.run(train, {model.images: batch.images})
            writer.add_summary(session.run(summaries, {model.images: test.images}), epoch)
        writer.close()
        error = session.run(model.loss, {model.images: test.images})
    mean = np.mean((test.images - digits.images.mean(0)) ** 2)
    print(f"test error {error:.4f}, of the mean image {mean:.4f}; event files in {options.logs}")


if __name__ == "__main__":
    main()
