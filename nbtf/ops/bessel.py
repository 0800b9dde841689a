"""Bessel functions of the first, second and modified second kind, elementwise; in float64 for every float dtype."""

from nbtf.graph.gradient_terms import after, number
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import elementwise
from nbtf.ops.derivatives import scoped


def _minus(function, name):
    """The gradient of a function of order 0: minus that of order 1."""

    def gradient(op, dz):
        with after(dz):
            return dz * -scoped(getattr(raw, function), name, op.inputs[0])

    return gradient


def _j1(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        is_zero, at_zero = raw.Equal(x, 0.0), number(0.5, x.dtype)
        derivative = scoped(raw.BesselJ0, "bessel_j0", x) - raw.RealDiv(z, x, name="div")
        return dz * raw.SelectV2(is_zero, at_zero, derivative)


def _y1(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (scoped(raw.BesselY0, "bessel_y0", x) - raw.RealDiv(z, x, name="div"))


def _k1(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (-scoped(raw.BesselK0, "bessel_k0", x) - raw.RealDiv(z, x, name="div"))


def _k0e(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (z - scoped(raw.BesselK1e, "bessel_k1e", x))


def _k1e(op, dz):
    x, z = op.inputs[0], op.outputs[0]
    with after(dz):
        return dz * (z * (1.0 - raw.Reciprocal(x)) - scoped(raw.BesselK0e, "bessel_k0e", x))


elementwise(
    "BesselJ0",
    1,
    rule="bessel_j0",
    gradient=_minus("BesselJ1", "bessel_j1"),
    doc="The Bessel function of the first kind, of order 0.",
)
elementwise("BesselJ1", 1, rule="bessel_j1", gradient=_j1, doc="The Bessel function of the first kind, of order 1.")
elementwise(
    "BesselY0",
    1,
    rule="bessel_y0",
    gradient=_minus("BesselY1", "bessel_y1"),
    doc="The Bessel function of the second kind, of order 0; -inf where x <= 0.",
)
elementwise(
    "BesselY1",
    1,
    rule="bessel_y1",
    gradient=_y1,
    doc="The Bessel function of the second kind, of order 1; -inf where x <= 0.",
)
elementwise(
    "BesselK0",
    1,
    rule="bessel_k0",
    gradient=_minus("BesselK1", "bessel_k1"),
    doc="The modified Bessel function of the second kind, of order 0; inf where x <= 0.",
)
elementwise(
    "BesselK1",
    1,
    rule="bessel_k1",
    gradient=_k1,
    doc="The modified Bessel function of the second kind, of order 1; inf where x <= 0.",
)
elementwise("BesselK0e", 1, rule="bessel_k0e", gradient=_k0e, doc="exp(x) times BesselK0.")
elementwise("BesselK1e", 1, rule="bessel_k1e", gradient=_k1e, doc="exp(x) times BesselK1.")
