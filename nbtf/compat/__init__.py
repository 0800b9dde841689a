"""tf.compat: `import nbtf.compat.v1 as tf` is `import nbtf as tf`."""

from nbtf.compat import v1 as v1
