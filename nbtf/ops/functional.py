"""Function calls and functional control flow: written out in place by nbtf/compiler/inline.py."""

import numpy as np

from nbtf.graph.branch_calls import gradient_of_branches
from nbtf.graph.registry import op
from nbtf.graph.while_gradient import gradient_of_while
from nbtf.shapes import check


@op("PartitionedCall", "StatefulPartitionedCall", "RemoteCall")
class PartitionedCall:
    """The outputs of function f over args."""

    control = True


@op("If", "StatelessIf")
class If:
    """then_branch(input) where cond is true (a number unless 0, a string or an array unless empty), else else_branch."""

    control = True

    def gradient(op, *dys):
        return gradient_of_branches(op, dys, "If")


@op("Case", "StatelessCase")
class Case:
    """branches[branch_index](input); an index out of range takes the last branch."""

    control = True

    def gradient(op, *dys):
        return gradient_of_branches(op, dys, "Case")


@op("While", "StatelessWhile")
class While:
    """input, then body(input) again and again while cond(input) is true."""

    control = True

    def gradient(op, *dys):
        return gradient_of_while(op, dys)


@op("For")
class For:
    """body(i, input) for i from start to limit by delta."""

    control = True


def _truth(call, value):
    return np.array(value.size > 0 if value.ndim else bool(value[()]))


@op("_Truth")
class Truth:
    """Whether a condition holds: a number unless 0, a string or an array unless empty."""

    host = _truth


def _check_range(call, start, limit, delta):
    valid = (delta > 0 and start <= limit) or (delta < 0 and start >= limit)
    check(bool(valid), "Invalid start/limit/delta: {} {} {}", start, limit, delta)
    return start


@op("_ForStart")
class ForStart:
    """start, once the range of a For is known to end."""

    host = _check_range


@op("_ForGoesOn")
class ForGoesOn:
    """Whether the counter of a For has not reached the limit: counter [], limit [], delta [] -> []."""

    instruction = "for_goes_on"


@op("_RecursiveCall")
class RecursiveCall:
    """A call of a function from within itself: runs a program of its own."""

    host = lambda call, *inputs: call.run_recursively(inputs)
