"""How the losses of the example models fall: each is built and trained as its script does, with fixed seeds and data.

The models use `nbtf` by that name; tests/golden/make_loss_curves.py puts TensorFlow in its place.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

import nbtf as tf
from models import classifier, datasets

BATCH = 16
STEPS = 100
# Runs one step of training and gives the losses before it.
Step = Callable[[Any, int], list[float]]


def _batch(step: int) -> datasets.Digits:
    """Some of the 360 test digits, the next ones in every step."""
    digits = datasets.test_digits()
    chosen = np.arange(step * BATCH, (step + 1) * BATCH) % len(digits.labels)
    return datasets.Digits(digits.images[chosen], digits.labels[chosen])


def _mlp() -> Step:
    network, train = parts("mlp")
    model = network.build()
    minimize = train.training_step(model)
    return lambda session, i: [session.run([minimize, model.loss], train.fed(model, _batch(i)))[1]]


def _digits() -> Step:
    network, train = parts("digits")
    model = network.build()
    minimize = train.training_step(model, STEPS)

    def step(session: Any, i: int) -> list[float]:
        images, labels = _batch(i)
        feeds = {model.image: images, model.label: labels, model.keep_prob: 0.6}
        return [session.run([minimize, model.loss], feeds)[1]]

    return step


def _autoencoder() -> Step:
    network, train = parts("autoencoder")
    model = network.build()
    minimize = train.training_step(model)
    return lambda session, i: [session.run([minimize, model.loss], {model.images: _batch(i).images})[1]]


def _classifier(name: str) -> Callable[[], Step]:
    def build() -> Step:
        model = parts(name)[0].build()
        minimize = classifier.training_step(model, STEPS)

        def step(session: Any, i: int) -> list[float]:
            images, labels = _batch(i)
            feeds = {model.images: images, model.labels: labels, model.training: True}
            return [session.run([minimize, model.loss], feeds)[1]]

        return step

    return build


def _dcgan() -> Step:
    network, train = parts("dcgan")
    model = network.build()
    of_discriminator, of_generator = train.training_steps(model)
    noise = np.random.RandomState(0).standard_normal((STEPS, BATCH, network.NOISE))

    def step(session: Any, i: int) -> list[float]:
        feeds = {model.real: _batch(i).images * 2 - 1, model.noise: noise[i], model.training: True}
        judged = session.run([of_discriminator, model.discriminator_loss], feeds)[1]
        return [judged, session.run([of_generator, model.generator_loss], feeds)[1]]

    return step


def _char_rnn() -> Step:
    network, _ = parts("char_rnn")
    characters, batch, time = 20, 4, 10
    model = network.build(characters, batch, units=32)
    # Words of three characters, each twice as large as the one before: something to learn.
    starts = np.random.RandomState(0).randint(0, characters, (batch, STEPS * time // 3 + 2, 1))
    text = (starts * [1, 2, 4] % characters).reshape(batch, -1)
    state: Any = None

    def step(session: Any, i: int) -> list[float]:
        nonlocal state
        state = session.run(model.state) if state is None else state
        inputs, targets = (text[:, begin : begin + time] for begin in (i * time, i * time + 1))
        feeds = {model.inputs: inputs, model.targets: targets, model.state: state}
        _, loss, state = session.run([model.train, model.loss, model.final_state], feeds)
        return [loss]

    return step


def parts(name: str) -> tuple[Any, Any]:
    """The modules that build a model and train it."""
    return tuple(importlib.import_module(f"models.{name}.{part}") for part in ("network", "train"))  # type: ignore[return-value]


MODELS: dict[str, Callable[[], Step]] = {
    "autoencoder": _autoencoder,
    "char_rnn": _char_rnn,
    "dcgan": _dcgan,
    "digits": _digits,
    "mlp": _mlp,
    "mobilenet": _classifier("mobilenet"),
    "resnet": _classifier("resnet"),
}


def losses(name: str, steps: int, threads: int = 1) -> np.ndarray:
    """The losses before each of the first steps: [steps, losses of the model]."""
    config = tf.ConfigProto(intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads)
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        step = MODELS[name]()
        initialize = tf.global_variables_initializer()
        with tf.Session(config=config) as session:
            session.run(initialize)
            return np.array([step(session, i) for i in range(steps)], np.float32)
