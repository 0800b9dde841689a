"""Gradients of Bessel functions, and of integrals that have no closed form."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

RTOL, ATOL = 1e-4, 1e-5
X = np.float32([[0.5, 1.5, 2.0], [0.25, 3.0, 0.75]])
OPS = ("BesselJ0", "BesselJ1", "BesselY0", "BesselY1", "BesselK0", "BesselK0e", "BesselK1", "BesselK1e")
OPS += ("Dawsn", "Expint", "FresnelCos", "FresnelSin", "Spence")

ROWS = [
    *[Row(op, x=X) for op in OPS],
    *[Row(op, x=np.float64([0, 1])) for op in ("BesselJ1", "Dawsn", "Spence")],
]

build = gradients_of(ROWS)


def run(tf, session, fetches):
    return session.run(fetches)
