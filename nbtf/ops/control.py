"""Control flow: what the scheduler lowers to jumps (nbtf/compiler/schedule.py), and ops that only order others."""

from nbtf.graph.registry import op


@op("Switch", "RefSwitch")
class Switch:
    """data goes to output 0 where pred is false, to output 1 where it is true; the other output is dead."""

    control = True


@op("Merge", "RefMerge")
class Merge:
    """The input that is alive, and its position. inputs N x [...] -> output [...], value_index []."""

    control = True


@op("Enter", "RefEnter")
class Enter:
    """data becomes available inside the loop `frame_name`."""

    control = True


@op("Exit", "RefExit")
class Exit:
    """data becomes available outside of the loop."""

    control = True


@op("NextIteration", "RefNextIteration")
class NextIteration:
    """data becomes available to the loop's next iteration."""

    control = True


@op("LoopCond")
class LoopCond:
    """The loop goes on while input, a bool scalar, is true."""

    control = True


@op("NoOp", "ControlTrigger")
class NoOp:
    """Computes nothing; orders what depends on it behind what it depends on."""

    control = True
