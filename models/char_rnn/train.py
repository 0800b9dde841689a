"""Trains a character model on the source of argparse, then writes some of its own: `python -m models.char_rnn.train`."""

import argparse

import numpy as np
from tqdm import tqdm

import nbtf as tf
from models import datasets
from models.char_rnn import network


def sample(
    session: tf.Session, model: network.Network, alphabet: list[str], length: int, rng: np.random.Generator
) -> str:
    """Characters drawn from the model one after the other. The model's batch must be 1."""
    state = session.run(model.state)
    written = [alphabet.index("\n")]
    for _ in range(length):
        feeds = {model.inputs: [written[-1:]], model.state: state}
        probabilities, state = session.run([model.probabilities, model.final_state], feeds)
        chances = probabilities[0].astype(np.float64)
        written.append(int(rng.choice(len(alphabet), p=chances / chances.sum())))
    return "".join(alphabet[i] for i in written)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=50, help="characters to unroll")
    parser.add_argument("--output", default="char_rnn_model/model", help="prefix of the checkpoint")
    options = parser.parse_args()

    rng = np.random.default_rng(0)
    text = datasets.text()
    alphabet = sorted(set(text))
    numbers = np.array([alphabet.index(character) for character in text], np.int32)
    columns = (len(numbers) - 1) // options.batch // options.steps * options.steps
    inputs = numbers[: options.batch * columns].reshape(options.batch, columns)
    targets = numbers[1 : options.batch * columns + 1].reshape(options.batch, columns)

    tf.set_random_seed(0)
    model = network.build(len(alphabet), options.batch)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        bar = tqdm(total=options.epochs * columns // options.steps, desc="training", unit="step")
        for _ in range(options.epochs):
            state = session.run(model.state)
            for at in range(0, columns, options.steps):
                window = slice(at, at + options.steps)
                feeds = {model.inputs: inputs[:, window], model.targets: targets[:, window], model.state: state}
                _, loss, state = session.run([model.train, model.loss, model.final_state], feeds)
                bar.update()
                bar.set_postfix(bits=f"{loss / np.log(2):.2f}")
        bar.close()
        prefix = saver.save(session, options.output)
    print(f"{loss / np.log(2):.2f} bits a character on the last window")

    with tf.Graph().as_default():
        writer = network.build(len(alphabet), 1)
        with tf.Session() as session:
            tf.train.Saver().restore(session, prefix)
            print(sample(session, writer, alphabet, 400, rng))


if __name__ == "__main__":
    main()
