"""What raw instructions refuse, in TensorFlow's words: a leaf, shared by the kernels that refuse and the host that words it.

A kernel returns `refuse(state, NUMBER, details...)` (nbtf/kernels/memory.py) with up to four int64 details. A message is
a format string of them:

    {0}          the number itself
    {0:shape}    it is the address of a descriptor (a slot or a record laid out as one): its shape, as [2,?] or <unknown>
    {0:inner}    the same without the first dimension
    {0:dtype}    it is the number of a DataType: its name, as float
    {0:name}     it is the address of a TensorArray's or a stack's record: the name that TensorFlow gives it
"""

from typing import NamedTuple


class Refusal(NamedTuple):
    message: str
    error: str
    """Name of a class of nbtf.errors."""


REFUSALS: list[Refusal] = []
"""By number."""


def _refusal(message: str, error: str = "InvalidArgumentError") -> int:
    REFUSALS.append(Refusal(message, error))
    return len(REFUSALS) - 1
