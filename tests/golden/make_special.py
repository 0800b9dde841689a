"""Writes special/: values of TensorFlow's special functions, at their poles and far out too.

TF_ENABLE_ONEDNN_OPTS=0 python tests/golden/make_special.py
"""

from __future__ import annotations

from collections.abc import Callable

import make_recording  # first: it sets the environment that TensorFlow reads
import numpy as np
import tensorflow.compat.v1 as tf

RAW = tf.raw_ops
NAN, INF = float("nan"), float("inf")
REALS = [
    NAN,
    INF,
    -INF,
    0,
    -0.5,
    0.5,
    -0.999,
    0.999,
    1,
    -1,
    1.4616,
    2,
    2.5,
    3,
    -2.5,
    -1.25,
    5.5,
    11,
    24,
    26,
    -26,
    40,
    170.5,
]
BESSEL_POINTS = [NAN, INF, -INF, -1, -0.5, 1e-10, 0.01, 0.3, 0.5, 1, 1.4, 1.6, 2, 2.5, 3.7]
BESSEL_POINTS += [5, 5.52, 8, 11.9, 12.1, 20, 24.9, 25.1, 40, 80, 300]
PROBABILITIES = [NAN, -0.1, 0, 1e-12, 1e-4, 0.02, 0.3, 0.5, 0.7, 0.99, 0.999999, 1, 1.2]
SHAPES = [NAN, -1, 0, 0.1, 0.5, 1, 2.5, 9, 11, 60, 300, 5000]
POINTS = [NAN, -1, 0, 0.01, 0.4, 1, 2, 8, 12, 58, 310, 4950, INF]


def record(recorder: make_recording.Recorder, name: str, make: Callable[..., tf.Tensor], *axes: list[float]) -> None:
    """The function on the grid of its arguments, in float64 and float32."""
    grid = np.meshgrid(*axes, indexing="ij")
    for kind in (np.float64, np.float32):
        with tf.Graph().as_default() as graph:
            inputs = [tf.placeholder(kind, name=f"in{i}") for i in range(len(axes))]
            fetch = make(*inputs)
            feeds = {p.name: v.astype(kind) for p, v in zip(inputs, grid, strict=True)}
            recorder.graph(f"{name}_{np.dtype(kind).name}", graph.as_graph_def(), [fetch.name], [feeds])


if __name__ == "__main__":
    recorder = make_recording.Recorder("special")
    for op in ("Erf", "Erfc", "Lgamma", "Digamma", "BesselI0e", "BesselI1e"):
        record(recorder, op, lambda x, op=op: getattr(RAW, op)(x=x), REALS)
    for op in ("BesselJ0", "BesselJ1", "BesselY0", "BesselY1", "BesselK0", "BesselK0e", "BesselK1", "BesselK1e"):
        record(recorder, op, lambda x, op=op: getattr(RAW, op)(x=x), BESSEL_POINTS)
    for op in ("Dawsn", "Expint", "FresnelCos", "FresnelSin", "Spence"):
        record(recorder, op, lambda x, op=op: getattr(RAW, op)(x=x), [0, *BESSEL_POINTS])
    record(recorder, "Erfinv", lambda x: RAW.Erfinv(x=x), [*PROBABILITIES, -0.3, -0.999, -1])
    record(recorder, "Ndtri", lambda x: RAW.Ndtri(x=x), PROBABILITIES)
    record(
        recorder,
        "Polygamma",
        lambda a, x: RAW.Polygamma(a=a, x=x),
        [-1, 0, 0.5, 1, 2, 5],
        [0, -1, -0.5, 0.3, 1, 4.5, 30],
    )
    record(recorder, "Zeta", lambda x, q: RAW.Zeta(x=x, q=q), [0.5, 1, 1.5, 2, 3, 10], [0, -1, -0.5, 0.3, 1, 4.5, 30])
    record(recorder, "Igamma", lambda a, x: RAW.Igamma(a=a, x=x), SHAPES, POINTS)
    record(recorder, "Igammac", lambda a, x: RAW.Igammac(a=a, x=x), SHAPES, POINTS)
    record(
        recorder,
        "Betainc",
        lambda a, b, x: RAW.Betainc(a=a, b=b, x=x),
        [-1, 0, 0.3, 1, 7.5, 80],
        [0.5, 2, 40],
        PROBABILITIES,
    )
    recorder.write_manifest()
