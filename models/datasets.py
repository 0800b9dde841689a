"""Data that comes with packages: scikit-learn's handwritten digits, and a text of Python's standard library."""

import argparse
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

TEST_DIGITS = Path(__file__).resolve().parent / "digits" / "test_digits.npz"


class Digits(NamedTuple):
    """Images [n, 8, 8, 1] with values 0 to 1, labels [n]."""

    images: np.ndarray
    labels: np.ndarray


def training_digits() -> Digits:
    """The 1437 digits of scikit-learn that are not among the test digits."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    with np.load(TEST_DIGITS) as test:
        held_out = {pixels.tobytes() for pixels in test["pixels"]}
    kept = [i for i, image in enumerate(digits.images) if image.astype(np.uint8).tobytes() not in held_out]
    images = digits.images[kept, ..., np.newaxis] / 16
    return Digits(images.astype(np.float32), digits.target[kept].astype(np.int64))


def test_digits() -> Digits:
    """360 digits to test with."""
    with np.load(TEST_DIGITS) as test:
        return Digits(test["pixels"][..., np.newaxis] / np.float32(16), test["labels"].astype(np.int64))


def shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image moved by up to one pixel, which teaches a network not to mind."""
    padded = np.pad(images, [(0, 0), (1, 1), (1, 1), (0, 0)])
    rows, columns = rng.integers(0, 3, len(images)), rng.integers(0, 3, len(images))
    return np.stack([padded[i, r : r + 8, c : c + 8] for i, (r, c) in enumerate(zip(rows, columns, strict=True))])


def batches(digits: Digits, size: int, rng: np.random.Generator) -> Iterator[Digits]:
    """One epoch of batches of `size`, shuffled; what is left over is left out."""
    order = rng.permutation(len(digits.images))
    for first in range(0, len(order) - size + 1, size):
        chosen = order[first : first + size]
        yield Digits(digits.images[chosen], digits.labels[chosen])


def text() -> str:
    """The source of the standard library's argparse: about 100,000 characters."""
    return inspect.getsource(argparse)
