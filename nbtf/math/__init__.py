"""tf.math: arithmetic, functions of elements, and reductions."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.array.ordering": ("invert_permutation", "top_k"),
    "nbtf.math.accumulation": ("bincount", "cumprod", "cumsum", "cumulative_logsumexp"),
    "nbtf.math.casting": ("conj",),
    "nbtf.math.complex_numbers": ("angle", "imag", "real"),
    "nbtf.math.confusion": ("confusion_matrix",),
    "nbtf.math.elementwise": (
        "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "exp",
        "expm1", "floor", "is_finite", "is_inf", "is_nan", "lgamma", "log", "log1p", "reciprocal", "rint", "round",
        "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh",
    ),
    "nbtf.math.monotony": ("is_non_decreasing", "is_strictly_increasing"),
    "nbtf.math.operands": (
        "abs", "add", "atan2", "div_no_nan as divide_no_nan", "divide", "equal", "floordiv", "floormod",
        "floormod as mod", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not",
        "logical_or", "logical_xor", "maximum", "minimum", "multiply", "negative", "not_equal", "pow", "scalar_mul",
        "squared_difference", "subtract", "truediv",
    ),
    "nbtf.math.reductions": (
        "accumulate_n", "add_n", "argmax", "argmin", "count_nonzero", "reduce_all", "reduce_any",
        "reduce_euclidean_norm", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod",
        "reduce_std", "reduce_sum", "reduce_variance",
    ),
    "nbtf.math.segments": (
        "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum", "unsorted_segment_max",
        "unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod", "unsorted_segment_sqrt_n",
        "unsorted_segment_sum",
    ),
    "nbtf.math.special_functions": (
        "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "betainc", "erfcinv", "erfinv", "igamma", "igammac",
        "lbeta", "log_sigmoid", "multiply_no_nan", "ndtri", "nextafter", "polygamma", "polyval", "reciprocal_no_nan",
        "sobol_sample", "xdivy", "xlog1py", "xlogy", "zeta",
    ),
    "nbtf.nn.activations": ("log_softmax", "softmax", "softplus", "softsign"),
    "nbtf.nn.fractions": ("zero_fraction",),
    "nbtf.nn.normalizing": ("l2_normalize",),
    "nbtf.nn.selection": ("approx_max_k", "approx_min_k", "in_top_k"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS, ("special",))
__getattr__, __dir__ = _names.find, _names.list
