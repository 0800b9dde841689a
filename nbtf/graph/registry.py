"""The registry of op blocks: behaviour is code, one block an op; signatures are data (nbtf.wire.op_defs).

    @op("Softmax")
    class Softmax:
        '''Softmax over the last axis. logits [..., C] -> [..., C].'''
        kernel = "softmax"                   # kernels/nn.py; named, not imported: numba stays out until it must compile

        def shape(logits, out):              # see nbtf/shapes.py for what a rule may do
            check(len(logits) >= 1, "logits must be at least a vector")
            return copy_dims(logits, out)

    elementwise("Sqrt", 1)                   # families declare by table

The blocks live in nbtf/ops, one file a family. A family is imported when the first of its ops is asked for: the list
nbtf/ops/families.txt, which tools/make_families.py writes, tells which that is.
"""

import functools
import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from nbtf import shapes
from nbtf.shapes import Value


class NotDifferentiable:
    """What NOT_DIFFERENTIABLE is an instance of."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE = NotDifferentiable()
"""Gradients do not flow through an op whose `gradient` this is; asking for them gives None, not an error."""


class _Facts(NamedTuple):
    """What a block says. Parameters of rules and kernels carry the signature's names."""

    op_type: str
    doc: str
    family: str
    """Stem of the file that declares it, in nbtf/ops and nbtf/kernels alike."""
    shape: Callable[..., Any] | None = None
    """The shape rule; None where only a run tells, or the graph layer knows (control flow, function calls)."""
    ranks: Mapping[str, int] = MappingProxyType({})
    """Inputs that have one rank, whatever is given, and by-value ones of one length: name -> rank, or length. Where the
    graph knows nothing of one, the rule gets as many unknown dims, or hidden elements."""
    kernel: str | None = None
    """Name of the compiled kernel."""
    rule: str | None = None
    """Name of the scalar rule of an elementwise op; such an op has no kernel of its own."""
    scalars: tuple[str, ...] = ()
    """Elementwise: float attributes that the scalar rule takes after its tensors."""
    alike: int | None = None
    """Elementwise: so many leading inputs must have the dims of the output, the others those or none; None: any that
    broadcast."""
    steps: bool = False
    """Elementwise ops in a row that the compiler put together: attribute `steps`, see nbtf/compiler/fuse_elementwise.py."""
    repeats: bool = False
    """Ops that the compiler put together to run for one part of a batch after the other: attributes `nodes` and `at_once`,
    see nbtf/compiler/split_batches.py."""
    alias: int | None = None
    """The only output is this input under another name: no instruction at all."""
    source: bool = False
    """No instruction: the slot is filled before the run (Const, Placeholder)."""
    host: Callable[..., Any] | None = None
    """Python computes it: host(call, *input arrays) -> arrays, see nbtf/vm/host.py. Beside a kernel: for strings only."""
    begin: Callable[..., Any] | None = None
    """Host, for ops that may wait: begin(call, *input arrays) -> an attempt (see nbtf/ops/queueing.py); `host` then gets
    (call, the attempt's result, the op's first input)."""
    fold: Callable[..., Any] | None = None
    """For ops that the compiler makes of constants alone: fold(attrs, allocate, *input arrays) -> one array, or one an
    output; `allocate(shape, dtype)` makes large ones. Called when a program is loaded; no program has such an op."""
    checked: bool = False
    """Host: the shape rule runs again, on the actual dims, before Python computes."""
    lower: Callable[..., Any] | None = None
    """Rewrites the node into nodes of other ops: lower(node, rewriter) -> values, or None where the node runs as it is;
    see nbtf/compiler/rewriter.py."""
    control: bool = False
    """Lowered by the scheduler: Switch, Merge, Enter, Exit, NextIteration, LoopCond, NoOp."""
    instruction: str | None = None
    """Name of code written to the raw interface; its operands are the op's inputs, then its outputs."""
    words: Callable[..., Any] | None = None
    """Instruction: its attribute block, words(node) -> ints, instead of the attributes as nbtf/compiler/packing.py lays
    them out; several ops may share one instruction."""
    lends: tuple[str, ...] = ()
    """Instruction: outputs that become descriptors of elements that something else keeps; they get no buffer."""
    resource: Callable[..., Any] | None = None
    """No instruction: the only output is a handle that the session gives: resource(resources, node) -> int."""
    variables: Mapping[str, str] = MappingProxyType({})
    """Inputs that are variables, ref or resource: name -> type attribute, or a dtype's name. Rules and kernels see what
    they hold."""
    refusal: str = "InvalidArgumentError"
    """Class, in nbtf.errors, of what a failed check of the rule or the kernel raises."""
    writes: bool = False
    """Changes the variables that it names."""
    forwards: tuple[str, str] | None = None
    """(output, input), the first of each: the output is the input itself, as the ref that Assign returns. The shape
    rule only checks: it returns ()."""
    keeps: Mapping[str, int] = MappingProxyType({})
    """Words of int64 that the session keeps for this node from run to run: kernel parameter -> count."""
    moves: tuple[str, ...] = ()
    """Inputs and outputs that the kernel only moves: compiled per item size, not per dtype."""
    shares: tuple[str, str] | None = None
    """(output, input): the output is the input's buffer under other dims."""
    shrinks: tuple[str, ...] = ()
    """Outputs whose dims the kernel sets in the end; the rule gives upper bounds through shapes.at_most."""
    workspace: Mapping[str, str] = MappingProxyType({})
    """Buffers that live for this instruction only: name -> dtype name, or a type attribute of the signature."""
    workspace_size: Callable[..., Any] | None = None
    """Rule with the parameters of a shape rule: a tuple of element counts, one a workspace."""
    each_thread: tuple[str, ...] = ()
    """Workspaces of which each thread that works on the kernel has its own; `workspace_size` tells the size of one."""
    flops: Callable[..., int] | None = None
    """Floating-point operations of a run, a multiply-add as two: rule over dims of inputs and outputs, and attributes, by
    name. Where it is missing, elementwise ops count one an element, others none."""
    stateful: bool = False
    """Never merged, folded or dropped, though its signature does not say so."""
    told_by: str = ""
    """String attribute that begins the message of a refusal, as CheckNumerics' does."""
    gradient: Callable[..., Any] | NotDifferentiable | None = None
    """gradient(op, *gradients of the outputs) -> gradients of the inputs; NOT_DIFFERENTIABLE where there is none by
    nature; None where TensorFlow has none registered. Built with `raw`, so a gradient is a graph like any other. In a
    class body also a dict by op type, where the op types of one block differ."""


class Block(_Facts):
    """What nbtf knows about one op beyond its signature."""

    @functools.cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.shape).parameters) if self.shape else ()

    @functools.cached_property
    def by_value(self) -> tuple[str, ...]:
        """Inputs whose elements the shape rule reads."""
        return value_parameters(self.shape) + value_parameters(self.workspace_size)


FAMILIES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "ops", "families.txt")
_BLOCKS: dict[str, Block] = {}
_FIELDS = frozenset(Block._fields) - {"op_type", "doc", "family"}


def op(*op_types: str) -> Callable[[type], type]:
    """Class decorator: registers the class body as the block of these op types."""

    def register(body: type) -> type:
        facts = {name: value for name, value in vars(body).items() if not name.startswith("__")}
        unknown = facts.keys() - _FIELDS
        if unknown:
            raise TypeError(f"block {body.__name__} has unknown facts {sorted(unknown)}")
        gradient = facts.pop("gradient", None)
        for op_type in op_types:
            own = gradient.get(op_type) if isinstance(gradient, dict) else gradient
            _add(Block(op_type, inspect.getdoc(body) or "", body.__module__.rpartition(".")[2], gradient=own, **facts))
        return body

    return register


def elementwise(
    op_type: str,
    arity: int,
    *,
    rule: str | None = None,
    scalars: Sequence[str] = (),
    alike: int | None = None,
    moves: Sequence[str] = (),
    lower: Callable[..., Any] | None = None,
    gradient: Callable[..., Any] | NotDifferentiable | None = None,
    doc: str = "",
) -> None:
    """One row of the elementwise family: the scalar rule, written once in kernels/, makes every loop."""
    fit = "operands broadcast" if alike is None else "operands have one shape"
    _add(
        Block(
            op_type,
            doc or (f"{op_type} of each element; {fit}." if arity > 1 else f"{op_type} of each element."),
            sys._getframe(1).f_globals["__name__"].rpartition(".")[2],
            shape=_ELEMENTWISE_SHAPES[arity, alike],
            rule=rule or snake_case(op_type),
            scalars=tuple(scalars),
            alike=alike,
            moves=tuple(moves),
            lower=lower,
            gradient=gradient,
        )
    )


_ELEMENTWISE_SHAPES: dict[tuple[int, int | None], Callable[..., Any]] = {
    (1, None): shapes.copy_dims,
    (2, None): shapes.broadcast,
    (3, None): shapes.broadcast3,
    (2, 2): shapes.alike,
    (3, 1): shapes.bounded,
    (3, 0): shapes.alike_or_scalars,
}
"""By number of tensors and how many of them must be alike."""


def find(op_type: str) -> Block | None:
    """The block of an op type, or None for an op that nbtf carries (imports, inspects, writes) but cannot run."""
    block = _BLOCKS.get(op_type)
    if block is None and op_type in families():
        import_family(families()[op_type])
        block = _BLOCKS[op_type]
    return block


def op_types() -> list[str]:
    """Every op type with a block, sorted."""
    return sorted(families())


def family(stem: str) -> list[Block]:
    """The blocks of nbtf/ops/<stem>.py, in the order of their declaration; none where there is no such file."""
    if stem in families().values():
        import_family(stem)
    return blocks_of(stem)


def blocks_of(stem: str) -> list[Block]:
    """The blocks of a family that is imported."""
    return [block for block in _BLOCKS.values() if block.family == stem]


@functools.cache
def families() -> dict[str, str]:
    """Op type -> family."""
    with open(FAMILIES, encoding="utf-8") as file:
        lines = file.read().splitlines()
    return {op_type: stem for line in lines for stem, *op_types in [line.split()] for op_type in op_types}


def import_family(stem: str) -> None:
    """Registers its blocks. Ops lie above graph: the name is resolved at run time, when all layers exist."""
    importlib.import_module(f"nbtf.ops.{stem}")


def value_parameters(rule: Callable[..., Any] | None) -> tuple[str, ...]:
    if rule is None:
        return ()
    return tuple(name for name, p in inspect.signature(rule).parameters.items() if p.annotation is Value)


def snake_case(name: str) -> str:
    """ "LogicalAnd" -> "logical_and", "Relu6Grad" -> "relu6_grad"."""
    letters = [
        f"_{c.lower()}" if c.isupper() and i and (name[i - 1].islower() or name[i - 1].isdigit()) else c.lower()
        for i, c in enumerate(name)
    ]
    return "".join(letters)


def _add(block: Block) -> None:
    if block.op_type in _BLOCKS:
        raise ValueError(f"op {block.op_type} has two blocks")
    _BLOCKS[block.op_type] = block
