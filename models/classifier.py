"""How the classifiers with batch normalization are trained: Nesterov momentum, a rate that falls as a cosine."""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets


def training_step(model: Any, steps: int) -> tf.Operation:
    """One step, with a rate that falls to 0 within `steps` as a cosine; moving averages are updated before it."""
    step = tf.train.get_or_create_global_step()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        optimizer = tf.train.MomentumOptimizer(tf.train.cosine_decay(0.05, step, steps), 0.9, use_nesterov=True)
        return optimizer.minimize(model.loss, global_step=step)


def main(build: Callable[[], Any], name: str) -> None:
    """The training script of one network; build() adds it to the default graph: images, labels, training, loss,
    accuracy."""
    parser = argparse.ArgumentParser(description=f"Trains {name} on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--output", default=f"{name}_model/model", help="prefix of the checkpoint")
    options = parser.parse_args()

    tf.set_random_seed(0)
    rng = np.random.default_rng(0)
    digits, test = datasets.training_digits(), datasets.test_digits()
    model = build()
    steps = options.epochs * (len(digits.images) // 64)
    train = training_step(model, steps)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with tqdm(total=steps, desc="training", unit="step") as bar:
            for _ in range(options.epochs):
                for images, labels in datasets.batches(digits, 64, rng):
                    feeds = {model.images: datasets.shifted(images, rng), model.labels: labels, model.training: True}
                    _, loss = session.run([train, model.loss], feeds)
                    bar.update()
                bar.set_postfix(loss=f"{loss:.3f}")
        accuracy = session.run(model.accuracy, {model.images: test.images, model.labels: test.labels})
        prefix = saver.save(session, options.output, global_step=tf.train.get_global_step())
    print(f"test accuracy {accuracy:.4f}; checkpoint {prefix}")
