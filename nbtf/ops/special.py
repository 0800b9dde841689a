"""Special functions, elementwise; computed in float64 for every float dtype."""

from nbtf.graph.registry import elementwise
from nbtf.ops import derivatives

elementwise("Erf", 1, gradient=derivatives.erf, doc="Error function.")
elementwise("Erfc", 1, gradient=derivatives.erfc, doc="1 - erf(x), accurate where that is small.")
elementwise("Erfinv", 1, gradient=derivatives.erfinv, doc="Inverse of erf on [-1, 1].")
elementwise("Ndtri", 1, gradient=derivatives.ndtri, doc="Quantile of the standard normal distribution.")
elementwise("Lgamma", 1, gradient=derivatives.lgamma, doc="log |gamma(x)|.")
elementwise("Digamma", 1, gradient=derivatives.digamma, doc="Derivative of lgamma.")
elementwise("Polygamma", 2, gradient=derivatives.polygamma, doc="Derivative of order a of digamma at x.")
elementwise("Zeta", 2, gradient=derivatives.zeta, doc="Hurwitz zeta: the sum over k >= 0 of (q + k)^-x.")
elementwise("Igamma", 2, gradient=derivatives.igamma, doc="Lower regularized incomplete gamma function P(a, x).")
elementwise("Igammac", 2, gradient=derivatives.igammac, doc="Upper regularized incomplete gamma function Q(a, x).")
elementwise(
    "Betainc",
    3,
    alike=0,
    gradient=derivatives.betainc,
    doc="Regularized incomplete beta integral; inputs are scalars or have one shape.",
)
elementwise(
    "BesselI0",
    1,
    rule="bessel_i0",
    gradient=derivatives.bessel_i0,
    doc="The modified Bessel function of order 0.",
)
elementwise(
    "BesselI1",
    1,
    rule="bessel_i1",
    gradient=derivatives.bessel_i1,
    doc="The modified Bessel function of order 1.",
)
elementwise(
    "BesselI0e",
    1,
    rule="bessel_i0e",
    gradient=derivatives.bessel_i0e,
    doc="exp(-|x|) times the modified Bessel function of order 0.",
)
elementwise(
    "BesselI1e",
    1,
    rule="bessel_i1e",
    gradient=derivatives.bessel_i1e,
    doc="exp(-|x|) times the modified Bessel function of order 1.",
)
elementwise("IgammaGradA", 2, doc="Derivative of Igamma by a.")
elementwise("RandomGammaGrad", 2, doc="Derivative of a sample of a gamma distribution by alpha, of which it is drawn.")
