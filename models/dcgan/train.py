"""Trains generator and discriminator on handwritten digits: `python -m models.dcgan.train`. Needs scikit-learn."""

import argparse

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets
from models.dcgan import network

SHADES = " .:-=+*#%@"


def drawn(images: np.ndarray) -> str:
    """Images [n, 8, 8, 1] with values -1 to 1 side by side, as text."""
    shades = np.clip(((images[..., 0] + 1) / 2 * len(SHADES)).astype(int), 0, len(SHADES) - 1)
    return "\n".join("  ".join("".join(SHADES[s] * 2 for s in image[row]) for image in shades) for row in range(8))


def training_steps(model: network.Network) -> tuple[tf.Operation, tf.Operation]:
    """One step of the discriminator, one of the generator."""
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        optimizer = tf.train.AdamOptimizer(1e-3, beta1=0.5)
        of_discriminator = optimizer.minimize(
            model.discriminator_loss, var_list=tf.trainable_variables("discriminator")
        )
        of_generator = optimizer.minimize(model.generator_loss, var_list=tf.trainable_variables("generator"))
    return of_discriminator, of_generator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=100)
    options = parser.parse_args()

    tf.set_random_seed(0)
    rng = np.random.default_rng(0)
    digits = datasets.training_digits()
    model = network.build()
    train_discriminator, train_generator = training_steps(model)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        bar = tqdm(range(options.epochs), desc="training", unit="epoch")
        for _ in bar:
            for batch in datasets.batches(digits, 64, rng):
                noise = rng.standard_normal((64, network.NOISE))
                feeds = {model.real: batch.images * 2 - 1, model.noise: noise, model.training: True}
                _, judged = session.run([train_discriminator, model.discriminator_loss], feeds)
                _, fooled = session.run([train_generator, model.generator_loss], feeds)
            bar.set_postfix(discriminator=f"{judged:.2f}", generator=f"{fooled:.2f}")
        made = session.run(model.made, {model.noise: rng.standard_normal((6, network.NOISE))})
    print(drawn(made))


if __name__ == "__main__":
    main()
