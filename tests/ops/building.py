"""Small graphs of ops that only make sense together: a handle is made, used and read in one run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.session import Session


class Building:
    """A graph whose inputs are placeholders of unknown shape: only a run can tell what is wrong."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.feeds: dict[Tensor, Any] = {}

    def fed(self, value: Any, dtype: Any = None) -> Tensor:
        array = np.asarray(value)
        of_value = dtypes.string if array.dtype.kind in "OSU" else dtypes.as_dtype(dtype or array.dtype)
        with self.graph.as_default():
            tensor: Tensor = apply_op("Placeholder", dtype=of_value)
        self.feeds[tensor] = array if of_value == dtypes.string else array.astype(of_value.as_numpy_dtype)
        return tensor

    def op(self, op_type: str, *, after: Sequence[Tensor] = (), **arguments: Any) -> Any:
        """The outputs of a new node, which runs behind those of `after`."""
        with self.graph.as_default(), self.graph.control_dependencies([tensor.op for tensor in after]):
            return apply_op(op_type, **arguments)

    def run(self, fetches: Any) -> Any:
        with Session(graph=self.graph) as session:
            return session.run(fetches, self.feeds)
