"""Assert: a run stops where a condition does not hold, and says with which values."""

import itertools

import numpy as np

from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import op


def element_text(element):
    """One element as TensorFlow writes it in messages."""
    if isinstance(element, bytes):
        return element.decode(errors="replace")
    if isinstance(element, np.bool_):
        return str(int(element))
    if isinstance(element, np.float64):
        return f"{element:.17g}"
    return f"{element:g}" if isinstance(element, np.floating) else str(element)


def summary(array, limit):
    """The first `limit` elements, inner dims in brackets, "..." where some are left out; limit -1: all of them."""
    shown = array.size if limit < 0 else min(limit, array.size)
    texts = [element_text(element) for element in itertools.islice(array.flat, shown)]
    whole = _dims_text(array.shape, texts, 0) if array.size else ""
    return whole + ("..." if shown < array.size else "")


def _dims_text(dims, texts, first):
    """Elements from `first` on, of dims outermost first; what lies behind the last text is left out."""
    if len(dims) <= 1:
        count = dims[0] if dims else 1
        cut = "..." if first > 0 and first < len(texts) < first + count else ""
        return " ".join(texts[first : first + count]) + cut
    inner = int(np.prod(dims[1:]))
    starts = range(first, min(first + dims[0] * inner, len(texts)), inner)
    return "".join(f"[{_dims_text(dims[1:], texts, start)}]" for start in starts)


def _assert(call, condition, *data):
    if condition.ndim:
        shape = ",".join(map(str, condition.shape))
        raise InvalidArgumentError(None, call.node.origin, f"In[0] should be a scalar: [{shape}]")
    if not condition:
        values = " ".join(f"[{summary(array, call.attrs.summarize)}]" for array in data)
        raise InvalidArgumentError(None, call.node.origin, f"assertion failed: {values}")


@op("Assert")
class Assert:
    """Nothing where condition [] holds; else InvalidArgumentError with `summarize` elements of each of data."""

    host = _assert
