"""tf.debugging: assertions about values, shapes and dtypes."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.control_flow.assertion": ("assert_v1 as Assert",),
    "nbtf.debugging.comparisons": (
        "assert_equal", "assert_greater", "assert_greater_equal", "assert_less", "assert_less_equal", "assert_near",
        "assert_negative", "assert_non_negative", "assert_non_positive", "assert_none_equal", "assert_positive",
    ),
    "nbtf.debugging.finiteness": ("check_numerics", "verify_tensor_all_finite as assert_all_finite"),
    "nbtf.debugging.shape_specs": ("assert_shapes",),
    "nbtf.debugging.static_checks": (
        "assert_integer", "assert_proper_iterable", "assert_rank", "assert_rank_at_least", "assert_rank_in",
        "assert_same_float_dtype", "assert_scalar", "assert_type",
    ),
    "nbtf.debugging.switches": (
        "disable_check_numerics", "disable_traceback_filtering", "enable_check_numerics", "enable_traceback_filtering",
        "get_log_device_placement", "is_traceback_filtering_enabled", "set_log_device_placement",
    ),
    "nbtf.graph.kinds_of_values": ("is_numeric_tensor",),
    "nbtf.math.elementwise": ("is_finite", "is_inf", "is_nan"),
    "nbtf.math.monotony": ("is_non_decreasing", "is_strictly_increasing"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
