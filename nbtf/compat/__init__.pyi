"""tf.compat: `import nbtf.compat.v1 as tf` is `import nbtf as tf`; and the switches between versions of TensorFlow."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.compat import v1 as v1
from nbtf.compat.horizon import forward_compatibility_horizon as forward_compatibility_horizon
from nbtf.compat.horizon import forward_compatible as forward_compatible
from nbtf.compat.text import as_bytes as as_bytes
from nbtf.compat.text import as_str as as_str
from nbtf.compat.text import as_str_any as as_str_any
from nbtf.compat.text import as_text as as_text
from nbtf.compat.text import bytes_or_text_types as bytes_or_text_types
from nbtf.compat.text import complex_types as complex_types
from nbtf.compat.text import integral_types as integral_types
from nbtf.compat.text import path_to_str as path_to_str
from nbtf.compat.text import real_types as real_types
from nbtf.random.seeds import op_seeds as op_seeds
from nbtf.tensor_shape import dimension_at_index as dimension_at_index
from nbtf.tensor_shape import dimension_value as dimension_value
