"""Classifies handwritten digits with a network that TensorFlow trained: `python models/digits/classify.py`.

Prints how many of the 360 test digits the network gets right, a few digits, and those it gets wrong.
"""

import time
from pathlib import Path

import numpy as np

import nbtf as tf

HERE = Path(__file__).resolve().parent
SHADES = " .:-=+*#%@"
SHOWN = 4


def load_graph(path: Path) -> tf.Graph:
    """The graph of a frozen GraphDef file."""
    graph_def = tf.GraphDef()
    graph_def.ParseFromString(path.read_bytes())
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(graph_def, name="")
    return graph


def load_digits(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images [n, 8, 8, 1] with values 0 to 1, and labels [n]."""
    with np.load(path) as digits:
        return digits["pixels"][..., np.newaxis] / np.float32(16), digits["labels"]


def drawing(image: np.ndarray) -> list[str]:
    """An image [8, 8, 1] as lines of text, two characters a pixel."""
    shades = np.minimum((image[..., 0] * len(SHADES)).astype(int), len(SHADES) - 1)
    return ["".join(SHADES[shade] * 2 for shade in row) for row in shades]


def print_digits(images: np.ndarray, captions: list[str]) -> None:
    """Draws images side by side, each under its caption."""
    print("   ".join(f"{caption:16}" for caption in captions))
    for lines in zip(*(drawing(image) for image in images), strict=True):
        print("   ".join(lines))
    print()


def main() -> None:
    begin = time.perf_counter()
    graph = load_graph(HERE / "digits.pb")
    images, labels = load_digits(HERE / "test_digits.npz")
    with tf.Session(graph=graph) as session:
        answers, probabilities = session.run(["digit:0", "probabilities:0"], {"image:0": images})
    seconds = time.perf_counter() - begin

    right = answers == labels
    print_digits(
        images[:SHOWN],
        [f"{answer} ({row.max():.0%})" for answer, row in zip(answers, probabilities, strict=True)][:SHOWN],
    )
    wrong = np.flatnonzero(~right)
    print("wrong:")
    print_digits(images[wrong], [f"{answers[i]}, is a {labels[i]}" for i in wrong])
    print(f"{right.sum()} of {len(labels)} digits are right ({right.mean():.1%}); {seconds:.2f} s from file to answer")


if __name__ == "__main__":
    main()
