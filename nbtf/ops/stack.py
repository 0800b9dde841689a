"""Stacks that a run owns: gradients of loops keep there what the forward pass computed. V1 has string handles."""

from nbtf import shapes
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op


def _words(node):
    return [node.attrs.elem_type.as_datatype_enum, len(node.inputs)]


def _pushed_dtype(node):
    return [node.attrs.T.as_datatype_enum]


def _popped_dtype(node):
    return [node.attrs.elem_type.as_datatype_enum]


@op("StackV2", "Stack")
class StackV2:
    """A new stack of at most max_size elements, of any number where that is negative: max_size [] -> handle []."""

    instruction = "make_stack"
    words = _words
    gradient = {"Stack": NOT_DIFFERENTIABLE}

    def shape():
        return (2,)  # what TensorFlow states of a handle, and files repeat; the value is one word here


@op("StackPushV2", "StackPush")
class StackPush:
    """Keeps elem, and returns it: handle [], elem [...] -> output [...]."""

    instruction = "push"
    words = _pushed_dtype
    forwards = ("output", "elem")
    gradient = {"StackPush": NOT_DIFFERENTIABLE}

    def shape(elem, out):
        shapes.copy_dims(elem, out)


@op("StackPopV2", "StackPop")
class StackPop:
    """What was pushed last, without a copy: handle [] -> elem [...]."""

    instruction = "pop"
    words = _popped_dtype
    lends = ("elem",)
    gradient = {"StackPop": NOT_DIFFERENTIABLE}


@op("StackCloseV2", "StackClose")
class StackClose:
    """No op may use the stack any more: handle []."""

    instruction = "close_stack"
    gradient = {"StackClose": NOT_DIFFERENTIABLE}
