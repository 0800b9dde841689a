"""tf.random_index_shuffle: places in permutations, bit by bit."""

import numpy as np


def build(tf):
    index = tf.placeholder(tf.int32, name="index")
    seed = tf.placeholder(tf.int32, [3], name="seed")
    small = np.arange(6)
    fetches = {
        "all": tf.random_index_shuffle(np.arange(21, dtype=np.int32), seed, np.int32(20)),
        "one": tf.random_index_shuffle(np.int32(3), seed, np.int32(20)),
        "fed": tf.random_index_shuffle(index, seed, np.int32(20)),
        "seeds": tf.random_index_shuffle(np.int32([1, 2]), np.int32([[5, 9, 3], [1, 2, 3]]), np.int32([20, 30])),
        "one, several seeds": tf.random_index_shuffle(np.int32(1), np.int32([[5, 9, 3], [1, 2, 3]]), np.int32(20)),
        "unsigned": tf.random_index_shuffle(np.uint32([3]), np.uint32([5, 9, 3]), np.uint32(20)),
        "none": tf.random_index_shuffle(np.int32(0), seed, np.int32(0)),
    }
    for largest in (255, 256, 65535, 65537, 2**20, 10**12, 2**40 - 1, 2**62):
        for rounds in (4, 8):
            fetches[f"{largest} in {rounds}"] = tf.random_index_shuffle(
                small, np.int64([5, -9, 3 << 30]), largest, rounds=rounds
            )
    return fetches


FEEDS = {"index:0": [4, 5], "seed:0": [5, 9, 3]}


def errors(tf):
    seed = np.int32([5, 9, 3])
    return {
        "seed": (lambda: tf.random_index_shuffle(np.int32(3), np.int32([5, 9]), np.int32(20)), r"but got \[2\]"),
        "largest": (lambda: tf.random_index_shuffle(np.int32([3, 4]), seed, np.int32([20] * 3)), r"Max index has shape \[3\]"),
        "index": (lambda: tf.random_index_shuffle(np.int32([[3]]), seed, np.int32(20)), "at most rank 1 but is rank 2"),
        "seeds": (lambda: tf.random_index_shuffle(np.int32([3, 4]), np.int32([[5, 9, 3]] * 3), np.int32(20)), "Seed has shape"),
    }  # fmt: skip
