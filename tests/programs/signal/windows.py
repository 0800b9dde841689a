"""Windows and cosine transforms."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    signal = tf.signal
    length = tf.placeholder(tf.int32, [], name="length")
    known = tf.placeholder(tf.float32, [None, 4], name="known")
    unknown = tf.placeholder(tf.float32, [None, None], name="unknown")
    fetches = {
        "hann": signal.hann_window(8),
        "hann_symmetric": signal.hann_window(7, periodic=False),
        "hann_fed": signal.hann_window(length),
        "hann_one": signal.hann_window(1, name="one"),
        "hamming": signal.hamming_window(8, dtype=tf.float64),
        "vorbis": signal.vorbis_window(8),
        "kaiser": signal.kaiser_window(8),
        "kaiser_half": tf.cast(signal.kaiser_window(6, 4.0, dtype=tf.float16), tf.float32),
        "kaiser_bessel": signal.kaiser_bessel_derived_window(8),
        "filled_up": signal.dct(known, 2, n=6, norm="ortho"),
        "cut": signal.idct(known, 2, n=3),
        "to_length": signal.dct(unknown, n=3),
        "fourth_unknown": signal.dct(unknown, 4, norm="ortho"),
        "old_name": tf.spectral.idct(known, name="old"),
    }
    for kind, norm in ((1, None), (2, None), (2, "ortho"), (3, None), (3, "ortho"), (4, None), (4, "ortho")):
        fetches[f"dct_{kind}_{norm}"] = signal.dct(known, kind, norm=norm)
        fetches[f"idct_{kind}_{norm}"] = signal.idct(known, kind, norm=norm)
    fetches["gradient"] = tf.gradients(signal.dct(known), known)[0]
    return fetches


FEEDS = {
    "length:0": 5,
    "known:0": np.arange(8, dtype=np.float32).reshape(2, 4) ** 2,
    "unknown:0": np.cos(np.arange(10, dtype=np.float32)).reshape(2, 5),
}


def errors(tf):
    signal, x = tf.signal, [[1.0, 2.0]]
    return {
        "window_dtype": (lambda: signal.hann_window(8, dtype=tf.int32), "dtype must be a floating point type"),
        "window_rank": (lambda: signal.hann_window([8, 2]), "must have rank 0"),
        "kaiser_dtype": (lambda: signal.kaiser_window(8, dtype=tf.int32), "dtype must be a floating point type"),
        "type": (lambda: signal.dct(x, 5), "Types I, II, III and IV"),
        "axis": (lambda: signal.dct(x, axis=0), "axis must be -1. Got: 0"),
        "norm": (lambda: signal.dct(x, norm="x"), "Unknown normalization"),
        "first_norm": (lambda: signal.idct(x, 1, norm="ortho"), "not supported for the Type-I DCT"),
        "first_length": (lambda: signal.dct(tf.zeros([2, 1]), 1), "dimension to be greater than one"),
        "length": (lambda: signal.dct(x, n=0), "n should be a positive integer"),
        "ints": (lambda: signal.dct(tf.constant([1, 2])), "Expected int32, but got 0.0"),
    }
