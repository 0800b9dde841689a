"""Names of compiled code: what a Program asks of the kernel image, as plain data."""

from typing import Literal, NamedTuple

Kind = Literal["instruction", "prepare", "kernel", "handler"]


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
        return "_".join(("nbtf", self.kind, self.name, *(t.replace("-", "x") for t in self.dtypes)))
