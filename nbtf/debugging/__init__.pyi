"""tf.debugging: assertions about values, shapes and dtypes."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.control_flow.assertion import assert_v1 as Assert
from nbtf.debugging.comparisons import assert_equal as assert_equal
from nbtf.debugging.comparisons import assert_greater as assert_greater
from nbtf.debugging.comparisons import assert_greater_equal as assert_greater_equal
from nbtf.debugging.comparisons import assert_less as assert_less
from nbtf.debugging.comparisons import assert_less_equal as assert_less_equal
from nbtf.debugging.comparisons import assert_near as assert_near
from nbtf.debugging.comparisons import assert_negative as assert_negative
from nbtf.debugging.comparisons import assert_non_negative as assert_non_negative
from nbtf.debugging.comparisons import assert_non_positive as assert_non_positive
from nbtf.debugging.comparisons import assert_none_equal as assert_none_equal
from nbtf.debugging.comparisons import assert_positive as assert_positive
from nbtf.debugging.finiteness import check_numerics as check_numerics
from nbtf.debugging.finiteness import verify_tensor_all_finite as assert_all_finite
from nbtf.debugging.shape_specs import assert_shapes as assert_shapes
from nbtf.debugging.static_checks import assert_integer as assert_integer
from nbtf.debugging.static_checks import assert_proper_iterable as assert_proper_iterable
from nbtf.debugging.static_checks import assert_rank as assert_rank
from nbtf.debugging.static_checks import assert_rank_at_least as assert_rank_at_least
from nbtf.debugging.static_checks import assert_rank_in as assert_rank_in
from nbtf.debugging.static_checks import assert_same_float_dtype as assert_same_float_dtype
from nbtf.debugging.static_checks import assert_scalar as assert_scalar
from nbtf.debugging.static_checks import assert_type as assert_type
from nbtf.debugging.switches import disable_check_numerics as disable_check_numerics
from nbtf.debugging.switches import disable_traceback_filtering as disable_traceback_filtering
from nbtf.debugging.switches import enable_check_numerics as enable_check_numerics
from nbtf.debugging.switches import enable_traceback_filtering as enable_traceback_filtering
from nbtf.debugging.switches import get_log_device_placement as get_log_device_placement
from nbtf.debugging.switches import is_traceback_filtering_enabled as is_traceback_filtering_enabled
from nbtf.debugging.switches import set_log_device_placement as set_log_device_placement
from nbtf.graph.kinds_of_values import is_numeric_tensor as is_numeric_tensor
from nbtf.math.elementwise import is_finite as is_finite
from nbtf.math.elementwise import is_inf as is_inf
from nbtf.math.elementwise import is_nan as is_nan
from nbtf.math.monotony import is_non_decreasing as is_non_decreasing
from nbtf.math.monotony import is_strictly_increasing as is_strictly_increasing
