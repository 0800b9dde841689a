"""String ops: Python computes them, on bytes."""

import numpy as np

from nbtf.graph.registry import op


def _join(call, *inputs):
    separator = call.attrs.separator.encode()
    arrays = np.broadcast_arrays(*inputs)
    result = np.empty(arrays[0].shape, object)
    for position in np.ndindex(arrays[0].shape):
        result[position] = separator.join(array[position] for array in arrays)
    return result


@op("StringJoin")
class StringJoin:
    """Elementwise concatenation with a separator; scalars broadcast."""

    host = _join
