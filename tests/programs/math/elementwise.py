"""Functions of each element, each under its own name."""

UNARY = [
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "digamma",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "floor",
    "is_finite",
    "is_inf",
    "is_nan",
    "lgamma",
    "log",
    "log1p",
    "negative",
    "reciprocal",
    "rint",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "log_sigmoid",
]
BINARY = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "truediv",
    "floordiv",
    "mod",
    "floormod",
    "realdiv",
    "div",
    "div_no_nan",
    "pow",
    "maximum",
    "minimum",
    "squared_difference",
    "atan2",
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
]
MATH_UNARY = ["bessel_i0e", "bessel_i1e", "erfinv", "erfcinv", "ndtri", "reciprocal_no_nan"]
MATH_BINARY = ["xlogy", "xlog1py", "xdivy", "multiply_no_nan", "divide_no_nan", "nextafter"]
RTOL = 2e-5


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.constant([0.25, 0.5, 0.75], name="y")
    i = tf.constant([7, -3, 0], name="i")
    b = tf.constant([True, False, True])
    z = tf.complex(y, x)
    named = {name: getattr(tf, name)(x) for name in UNARY}
    named.update({name: getattr(tf, name)(x, y) for name in BINARY})
    named.update({f"math_{name}": getattr(tf.math, name)(x) for name in MATH_UNARY})
    named.update({f"math_{name}": getattr(tf.math, name)(x, y) for name in MATH_BINARY})
    return {
        **named,
        "constants": tf.add(x, 1),
        "int_truediv": tf.truediv(i, 2),
        "int_div": tf.div(i, 2),
        "int_divide": tf.divide(i, 2, name="halves"),
        "int_div_no_nan": tf.div_no_nan(i, [2, 0, 1]),
        "truncatediv": tf.truncatediv(i, 2),
        "truncatemod": tf.truncatemod(i, 2),
        "floor_div": tf.floor_div(i, 2),
        "int_round": tf.round(i),
        "scalar_mul": tf.scalar_mul(2.0, x),
        "logical_and": tf.logical_and(b, [True, True, False]),
        "logical_or": tf.logical_or(b, False),
        "logical_not": tf.logical_not(b),
        "logical_xor": tf.logical_xor(b, True),
        "real": tf.real(z),
        "imag": tf.imag(z),
        "angle": tf.angle(z),
        "conj": tf.conj(z),
        "real_of_real": tf.real(x),
        "imag_of_real": tf.imag(x),
        "angle_of_real": tf.angle(x - 0.5),
        "abs_complex": tf.abs(z),
        "polyval": tf.math.polyval([1.0, 2.0, 3.0], x),
        "zeta": tf.zeta(x + 1.0, y),
        "polygamma": tf.polygamma([1.0, 2.0, 3.0], x),
        "igamma": tf.igamma(y, x),
        "igammac": tf.igammac(y, x),
        "betainc": tf.betainc(x, x, x),
        "lbeta": tf.lbeta(x),
        "clip_by_value": tf.clip_by_value(x, 0.3, [0.4, 0.5, 0.6]),
        "left_shift": tf.bitwise.left_shift(i, [1, 2, 3]),
        "right_shift": tf.bitwise.right_shift(i, 1),
        "bitwise_and": tf.bitwise.bitwise_and(i, 5),
        "bitwise_xor": tf.bitwise.bitwise_xor(i, 5),
        "bits_inverted": tf.bitwise.invert(i),
    }


FEEDS = {"x:0": [[0.2, 0.5, 0.9]]}


def errors(tf):
    x = lambda: tf.placeholder(tf.float32, [None, 3])
    return {
        "int_sqrt": (lambda: tf.sqrt(3), "not in list of allowed values"),
        "first_decides": (lambda: tf.multiply(2, x()), "does not match type int32"),
        "complex_parts": (lambda: tf.complex(x(), 1), "incorrect types"),
        "bool_conj": (lambda: tf.conj(True), "Expected numeric or variant"),
        "no_scalar": (lambda: tf.scalar_mul([1.0], x()), "0-D"),
        "coefficients": (lambda: tf.math.polyval(x(), x()), "must be list type"),
        "clip_broadcasts": (lambda: tf.clip_by_value([1.0, 2.0], [[0.0], [1.0]], 3.0), "incompatible"),
        "unknown_argument": (lambda: tf.sin(x(), foo=1), "unexpected keyword argument"),
    }
