"""Variables: ref variables, resource variables, and what changes them. The session owns what they hold."""

from nbtf.graph.registry import op
from nbtf.shapes import check


def _ref_variable(resources, node):
    return resources.variable(node.attrs.container, node.attrs.shared_name or node.name, node.outputs[0].dtype).handle


def _resource_variable(resources, node):
    return resources.variable(node.attrs.container, node.attrs.shared_name or node.name, node.attrs.dtype).handle


@op("VariableV2", "Variable")
class VariableV2:
    """A ref to a variable of the session."""

    resource = _ref_variable


@op("VarHandleOp")
class VarHandleOp:
    """A handle to a resource variable of the session."""

    resource = _resource_variable


@op("_ReadRef")
class ReadRef:
    """What a ref's variable holds: its own memory, so that later writes show."""

    instruction = "read_variable"


@op("ReadVariableOp")
class ReadVariableOp:
    """What a resource variable holds, unchanged by later writes."""

    instruction = "read_variable"


@op("Assign")
class Assign:
    """ref = value. With validate_shape the shapes must agree once the variable has one."""

    instruction = "assign"
    forwards = ("output_ref", "ref")
    variables = {"ref": "T"}
    writes = True

    def shape(ref, value, validate_shape, out):
        check(
            not validate_shape or len(ref) == len(value),
            "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
            list(ref),
            list(value),
        )


@op("AssignVariableOp")
class AssignVariableOp:
    """resource = value."""

    instruction = "assign"
    variables = {"resource": "dtype"}
    writes = True
