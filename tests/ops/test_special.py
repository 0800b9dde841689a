"""Special functions against TensorFlow's values; the most accurate of them stand in float64."""

import numpy as np
import pytest
from ops import recorded
from ops.table import Bad, Row, forward_tests, refusal_tests

HALF = np.float64([0.5])

# values of tables: Abramowitz and Stegun, Handbook of Mathematical Functions
A, SAMPLES = np.float64([0.5, 2, 3, 10, 0.1]), np.float64([0.25, 3, 20, 8, 2])
# by alpha, of P and of samples; TensorFlow's
SLOPES = np.float64(
    [-0.797947316783223, -0.19742541957920223, -9.680603996077353e-07, -0.11260572310818602, -0.06476493572843742]
)
SAMPLE_SLOPES = np.float64(
    [0.9080144917641114, 1.3217985181779608, 2.348346064720833, 0.9075477177235494, 8.495649227426865]
)


ROWS = [
    Row("Erf", [HALF], np.float64([0.5204998778130465])),
    Row("Erfc", [HALF], np.float64([0.4795001221869535])),
    Row("Erfinv", [np.float64([0.5204998778130465, 0, -1])], np.float64([0.5, 0, -np.inf]), only=["float64"]),
    Row("Ndtri", [np.float64([0.975, 0.5, 0])], np.float64([1.959963984540054, 0, -np.inf]), only=["float64"]),
    Row("Lgamma", [HALF], np.float64([0.5723649429247001])),
    Row("Digamma", [HALF], np.float64([-1.9635100260214235])),
    Row("Polygamma", [np.float64(1), HALF], np.float64([np.pi**2 / 2])),
    Row("Zeta", [np.float64([[2], [4]]), np.float64([1])], np.float64([[np.pi**2 / 6], [np.pi**4 / 90]])),
    Row("Igamma", [np.float64([1, 1]), np.float64([0.5, 3])], lambda a, x: 1 - np.exp(-x)),
    Row("IgammaGradA", [A, SAMPLES], SLOPES),
    Row("RandomGammaGrad", [A, SAMPLES], SAMPLE_SLOPES),
    Row("Igammac", [np.float64([1, 1]), np.float64([0.5, 3])], lambda a, x: np.exp(-x)),
    Row("Betainc", [np.float64(2), np.float64(1), np.float64([0, 0.3, 1])], lambda a, b, x: x * x),
    Row("BesselI0", [np.float64([1, -1])], np.float64([1.2660658777520082, 1.2660658777520082])),
    Row("BesselI1", [np.float64([1, -1])], np.float64([0.5651591039924851, -0.5651591039924851])),
    Row("BesselI0e", [np.float64([1, -1])], np.float64([1.2660658777520082, 1.2660658777520082]) / np.e),
    Row("BesselI1e", [np.float64([1, -1])], np.float64([0.5651591039924851, -0.5651591039924851]) / np.e),
    # values of tables
    Row("BesselJ0", [np.float64([0, 1, -1])], np.float64([1, 0.7651976865579666, 0.7651976865579666])),
    Row("BesselJ1", [np.float64([0, 1, -1])], np.float64([0, 0.44005058574493355, -0.44005058574493355])),
    Row("BesselY0", [np.float64([0, 1, -1])], np.float64([-np.inf, 0.08825696421567697, -np.inf])),
    Row("BesselY1", [np.float64([0, 1, -1])], np.float64([-np.inf, -0.7812128213002887, -np.inf])),
    Row("BesselK0", [np.float64([0, 1, np.inf])], np.float64([np.inf, 0.42102443824070834, 0])),
    Row("BesselK1", [np.float64([0, 1, np.inf])], np.float64([np.inf, 0.6019072301972346, 0])),
    Row("BesselK0e", [np.float64([1, np.inf])], np.float64([0.42102443824070834 * np.e, 0])),
    Row("BesselK1e", [np.float64([1, np.inf])], np.float64([0.6019072301972346 * np.e, 0])),
    Row("Dawsn", [HALF], np.float64([0.4244363835020223])),
    Row("Expint", [HALF], np.float64([0.4542199048631736])),
    Row("FresnelCos", [HALF], np.float64([0.4923442258714464])),
    Row("FresnelSin", [HALF], np.float64([0.06473243285999927])),
    Row("Spence", [np.float64([0, 1, 2])], np.float64([np.pi**2 / 6, 0, -(np.pi**2) / 12])),
]

BAD = [
    Bad("Igamma", [np.ones(2), np.ones(3)], "Incompatible shapes", built="Dimensions must be equal, but are 2 and 3"),
    Bad("Betainc", [np.ones(2), np.ones(3), np.float64(0.5)], "Shapes of a and b are inconsistent"),
    Bad("Betainc", [np.ones(1), np.ones(2), np.float64(0.5)], "Shapes of a and b are inconsistent"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("case", recorded.cases("special"), ids=lambda case: case["name"])
def test_recorded(case: recorded.Case) -> None:
    """float32 is compared loosely: TensorFlow's own polynomials lose digits there."""
    tolerance = 1e-10 if case["name"].endswith("64") else 3e-3
    _, results, wanted = recorded.answers(case)
    for op, expected in wanted.items():
        recorded.assert_same(results[op], expected, tolerance, 1e-10 if tolerance < 1e-3 else 1e-5)
