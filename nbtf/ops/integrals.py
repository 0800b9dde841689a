"""Integrals that have no closed form, elementwise; computed in float64 for every float dtype."""

import numpy as np

from nbtf.graph.gradient_terms import after, ones_like
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import elementwise


def _dawsn(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (1.0 - 2 * x * z)


def _expint(op, dz):
    x = op.inputs[0]
    with after(dz):
        return dz * raw.Exp(x) / x


def _fresnel(function):
    def gradient(op, dz):
        with after(dz):
            return dz * function((np.pi / 2.0) * raw.Square(op.inputs[0]))

    return gradient


def _spence(op, dz):
    """At 1, where the formula is undefined, it is -1."""
    x = op.inputs[0]
    with after(dz):
        derivative = raw.Log(x) / (1 - x)
        at_one = raw.Equal(x, 1.0)
        derivative = raw.Select(at_one, -ones_like(x), derivative)
        return dz * derivative


elementwise("Dawsn", 1, gradient=_dawsn, doc="Dawson's integral: exp(-x^2) times that of exp(t^2) from 0 to x.")
elementwise("Expint", 1, gradient=_expint, doc="The exponential integral Ei(x): that of exp(t) / t from -inf to x.")
elementwise("FresnelCos", 1, gradient=_fresnel(raw.Cos), doc="The integral of cos(pi t^2 / 2) from 0 to x.")
elementwise("FresnelSin", 1, gradient=_fresnel(raw.Sin), doc="The integral of sin(pi t^2 / 2) from 0 to x.")
elementwise("Spence", 1, gradient=_spence, doc="Spence's function: the integral of log(t) / (1 - t) from 1 to x.")
