"""Names of compiled code: what a Program asks of the kernel image, as plain data."""

import itertools
from typing import Literal, NamedTuple

Kind = Literal["instruction", "prepare", "kernel", "handler"]

_SPELLED = 8  # dtypes in a row


class Variant(NamedTuple):
    """One compiled function.

    instruction: written to the raw interface, `name` is its own. prepare: the shape rule of op `name`. kernel: the
    kernel of op `name`. handler: scalar rule `name` over a block. `dtypes` are numpy type names, one an argument of the
    signature that the code depends on ("-" for an argument it does not). `family` is the stem of the file that declares
    it, in nbtf/ops and nbtf/kernels alike.
    """

    kind: Kind
    name: str
    family: str
    dtypes: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        """Its name in an image, which is a file's name, too: many arguments of one dtype are told by their number."""
        dtypes: list[str] = []
        for dtype, run in itertools.groupby(t.replace("-", "x") for t in self.dtypes):
            count = len(list(run))
            dtypes += [f"{count}times", dtype] if count > _SPELLED else [dtype] * count
        return "_".join(("nbtf", self.kind, self.name, *dtypes))
