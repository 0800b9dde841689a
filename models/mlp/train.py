"""Trains a multilayer perceptron on handwritten digits: `python -m models.mlp.train`. Needs scikit-learn."""

import argparse

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets
from models.mlp import network


def fed(model: network.Network, digits: datasets.Digits) -> dict[object, np.ndarray]:
    one_hot = np.eye(network.CLASSES, dtype=np.float32)[digits.labels]
    return {model.x: digits.images.reshape(-1, network.PIXELS), model.y: one_hot}


def training_step(model: network.Network, rate: float = 0.2) -> tf.Operation:
    return tf.train.GradientDescentOptimizer(rate).minimize(model.loss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--rate", type=float, default=0.2)
    options = parser.parse_args()

    tf.set_random_seed(0)
    rng = np.random.default_rng(0)
    digits = datasets.training_digits()
    model = network.build()
    train = training_step(model, options.rate)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in tqdm(range(options.epochs), desc="training", unit="epoch"):
            for batch in datasets.batches(digits, 64, rng):
                session.run(train, fed(model, batch))
        accuracy = session.run(model.accuracy, fed(model, datasets.test_digits()))
    print(f"test accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
