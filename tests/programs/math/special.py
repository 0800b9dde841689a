"""tf.math.special."""

import numpy as np

RTOL, ATOL = 1e-5, 1e-6
NAMES = (
    "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "bessel_j0", "bessel_j1", "bessel_k0", "bessel_k0e",
    "bessel_k1", "bessel_k1e", "bessel_y0", "bessel_y1", "dawsn", "expint", "fresnel_cos", "fresnel_sin", "spence",
)  # fmt: skip


def build(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    wide = tf.constant([0.1, 1.0, 7.5], tf.float64)
    fetches = {name: getattr(tf.math.special, name)(x) for name in NAMES}
    named = {f"named {name}": getattr(tf.math.special, name)(wide, name="named") for name in NAMES}
    return fetches | named


def run(tf, session, fetches):
    return session.run(fetches, {"x:0": np.float32([[0.5, 1], [2, 10]])})


def errors(tf):
    return {
        "ints": (lambda: tf.math.special.bessel_j0([1, 2]), "not in list of allowed values"),
        "list": (lambda: tf.math.special.spence(["a"]), "not in list of allowed values"),
    }
