"""Control flow: what the scheduler lowers to jumps (nbtf/compiler/schedule.py), and ops that only order others.

Gradients run the same flow backward: a Merge has a Switch, a Switch a Merge, an Exit an Enter, an Enter an Exit. Those of
loops are built in a loop of their own, the current context: see nbtf/graph/loop_gradient.py.
"""

from nbtf import dtypes
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph.control_flow_state import accumulated, add_names
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op


def _current_context():
    return get_default_graph()._get_control_flow_context()


def _gradient_of_loop_switch(op, leaving, staying):
    """The Switch of a loop variable is visited twice: first from the Exit, then from what came round the loop."""
    switches = _current_context().grad_state.switch_map
    merged = switches.get(op)
    if merged is not None:
        if staying is not None:
            nodes.close_cycle(merged, staying, enforce_shape=False)
        return None, None
    if leaving is None:
        return None, None
    switches[op] = nodes.merge([leaving, leaving], name="b_switch")
    return switches[op], None


@op("Switch", "RefSwitch")
class Switch:
    """data goes to output 0 where pred is false, to output 1 where it is true; the other output is dead."""

    control = True

    def gradient(op, on_false, on_true):
        context = op._get_control_flow_context()
        grads = (on_false, on_true)
        if context is None:
            sides = [nodes.switch(grads[side], op.inputs[1])[side] for side in (0, 1)]
            return nodes.merge(sides), None
        if context.IsWhileContext():
            return _gradient_of_loop_switch(op, on_false, on_true)
        if grads[1 - context.branch] is not None:
            return nodes.merge(grads, name="cond_grad"), None
        if op.inputs[0].dtype == dtypes.resource:
            return nodes.merge([grads[context.branch]] * 2, name="cond_resource_grad"), None
        return None, None


@op("Merge", "RefMerge")
class Merge:
    """The input that is alive, and its position. inputs N x [...] -> output [...], value_index []."""

    control = True

    def gradient(op, dy, _):
        context = nodes.output_context(op.inputs[0].op)
        current = _current_context()
        if context is None:
            taken = [raw.Equal(op.outputs[1], i) for i in range(len(op.inputs))]
            return [nodes.colocated_switch(dy, one)[1] for one in taken]
        if context.IsWhileContext():
            return nodes.colocated_switch(dy, current.pivot)
        pred = context.pred
        if current is not None and current.grad_state is not None:
            pred = current.grad_state.real_pred(pred)
        return nodes.colocated_switch(dy, pred, name="cond_grad")


@op("Enter", "RefEnter")
class Enter:
    """data becomes available inside the loop `frame_name`."""

    control = True

    def gradient(op, dy):
        context = _current_context()
        if context is None or not context.back_prop or context.grad_state is None:
            return dy
        if nodes.is_loop_constant_enter(op):
            return accumulated(context, op, dy)
        leaving = nodes.exit_loop(dy)
        context.loop_exits.append(leaving)
        context.ExitResult([leaving])
        return leaving


@op("Exit", "RefExit")
class Exit:
    """data becomes available outside of the loop."""

    control = True

    def gradient(op, dy):
        context = _current_context()
        if not context.back_prop:
            return None
        if op._get_control_flow_context().grad_state is not None:
            raise TypeError("Second-order gradient for while loops not supported.")
        add_names(context, dy)
        with context:
            entered = nodes.enter(dy, context.name, False, context.parallel_iterations, name="b_exit")
            context.loop_enters.append(entered)
        return entered


@op("NextIteration", "RefNextIteration")
class NextIteration:
    """data becomes available to the loop's next iteration."""

    control = True

    def gradient(op, dy):
        return dy


@op("LoopCond")
class LoopCond:
    """The loop goes on while input, a bool scalar, is true."""

    control = True

    def gradient(op, _):
        return None


@op("NoOp", "ControlTrigger")
class NoOp:
    """Computes nothing; orders what depends on it behind what it depends on."""

    control = True
