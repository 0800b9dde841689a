"""Variables: ref variables, resource variables, and what reads and assigns them. The session owns what they hold."""

import numpy as np

from nbtf.errors import NotFoundError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops import derivatives
from nbtf.shapes import check, may_equal


def _ref_variable(resources, node):
    name = node.attrs.shared_name or node.name
    shape = node.attrs.shape
    declared = () if shape.rank is None else tuple(shape.as_list())  # a variable of unknown shape begins as a scalar
    return resources.ref_variable(
        node.attrs.container, name, node.outputs[0].dtype, None if None in declared else declared
    ).handle


def _resource_variable(resources, node):
    # an empty shared_name is a name like any other
    attrs = node.attrs
    return resources.resource_variable(attrs.container, attrs.shared_name, attrs.dtype).handle


def _same_dims(x, y):
    same = len(x) == len(y)
    for i in range(min(len(x), len(y))):
        same = same and may_equal(x[i], y[i])
    return same


# ---- handles and refs ------------------------------------------------------------------------------------------------


@op("VariableV2", "Variable")
class VariableV2:
    """A ref to a variable of the session, found by container and shared_name, or by the node's name."""

    resource = _ref_variable


@op("VarHandleOp")
class VarHandleOp:
    """A handle to a resource variable of the session, found by container and shared_name."""

    resource = _resource_variable


@op("RefIdentity")
class RefIdentity:
    """The same ref."""

    alias = 0
    gradient = derivatives.passed_on


def _select(call, index, *refs):
    check(index.ndim == 0, "Index must be scalar, but it has shape {}", index.shape)
    check(0 <= index < len(refs), "Index must be in the range [0, {}) but got {}", len(refs), index)
    return refs[int(index)]


@op("RefSelect")
class RefSelect:
    """The ref at position index. index [], inputs N refs."""

    host = _select


# ---- reading ---------------------------------------------------------------------------------------------------------


@op("_ReadRef")
class ReadRef:
    """What a ref's variable holds: its own memory, so that later writes show."""

    instruction = "read_ref"


@op("ReadVariableOp")
class ReadVariableOp:
    """What a resource variable holds, unchanged by later writes."""

    instruction = "read_variable"
    gradient = derivatives.passed_on


@op("IsVariableInitialized", "VarIsInitializedOp")
class IsVariableInitialized:
    """Whether a variable holds a value: bool []."""

    instruction = "is_initialized"
    gradient = {"VarIsInitializedOp": NOT_DIFFERENTIABLE}


def _nothing(call, resource):
    return None


@op("DisableCopyOnRead")
class DisableCopyOnRead:
    """Tells that later reads may share memory, which they do here anyway. resource []."""

    host = _nothing


@op("VariableShape")
class VariableShape:
    """The dims of what a resource variable holds: int32 or int64 [rank]."""

    instruction = "variable_shape"
    gradient = NOT_DIFFERENTIABLE


# ---- assigning -------------------------------------------------------------------------------------------------------


def _keep_strings(call, strings):
    return call.resources.strings.handles(strings)


@op("_KeepStrings")
class KeepStrings:
    """The same strings, kept by the session."""

    host = _keep_strings


@op("Assign")
class Assign:
    """ref = value. With validate_shape the value has the shape of the one before it, the first the declared one."""

    instruction = "assign"
    forwards = ("output_ref", "ref")
    variables = {"ref": "T"}
    writes = True
    gradient = NOT_DIFFERENTIABLE

    def shape(ref, value, validate_shape):
        check(
            not validate_shape or _same_dims(ref, value),
            "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
            ref,
            value,
        )
        return ()


@op("AssignVariableOp")
class AssignVariableOp:
    """resource = value. With validate_shape the shapes must agree once the variable has one."""

    instruction = "assign"
    variables = {"resource": "dtype"}
    writes = True

    def shape(resource, value, validate_shape):
        check(
            not validate_shape or _same_dims(resource, value),
            "Trying to assign to variable with tensor with wrong shape. Expected {} got {}",
            resource,
            value,
        )
        return ()


def _updated_ref(ref, value):
    check(_same_dims(ref, value), "Parameters and update must be the same size, got {} and {}", ref, value)
    return ()


def _updated_resource(resource, value):
    check(
        _same_dims(resource, value),
        "Cannot update variable with shape {} using a Tensor with shape {}, shapes must be equal.",
        resource,
        value,
    )
    return ()


@op("AssignAdd")
class AssignAdd:
    """ref += value, of one shape."""

    kernel = "assign_add"
    forwards = ("output_ref", "ref")
    variables = {"ref": "T"}
    writes = True
    shape = _updated_ref
    gradient = NOT_DIFFERENTIABLE


@op("AssignSub")
class AssignSub:
    """ref -= value, of one shape."""

    kernel = "assign_sub"
    forwards = ("output_ref", "ref")
    variables = {"ref": "T"}
    writes = True
    shape = _updated_ref
    gradient = NOT_DIFFERENTIABLE


@op("AssignAddVariableOp")
class AssignAddVariableOp:
    """resource += value, of one shape."""

    kernel = "assign_add_variable"
    variables = {"resource": "dtype"}
    writes = True
    shape = _updated_resource


@op("AssignSubVariableOp")
class AssignSubVariableOp:
    """resource -= value, of one shape."""

    kernel = "assign_sub_variable"
    variables = {"resource": "dtype"}
    writes = True
    shape = _updated_resource


@op("CountUpTo")
class CountUpTo:
    """The value of a scalar ref before 1 is added to it; OutOfRangeError once it has reached limit."""

    kernel = "count_up_to"
    variables = {"ref": "T"}
    writes = True
    refusal = "OutOfRangeError"

    def shape(ref, out):
        check(len(ref) == 0, "input is not a scalar: {}", ref)


@op("ResourceCountUpTo")
class ResourceCountUpTo:
    """The value of a scalar variable before 1 is added to it; OutOfRangeError once it has reached limit."""

    kernel = "resource_count_up_to"
    variables = {"resource": "T"}
    writes = True
    refusal = "OutOfRangeError"

    def shape(resource, out):
        check(len(resource) == 0, "input is not a scalar: {}", resource)


# ---- the life of variables -------------------------------------------------------------------------------------------


def _destroy(call, handle):
    missing = call.resources.destroy(int(handle))
    if missing and not call.attrs.ignore_lookup_error:
        raise NotFoundError(None, call.node.origin, missing)


@op("DestroyResourceOp")
class DestroyResourceOp:
    """Takes the value from a resource variable, or removes another resource from the session."""

    host = _destroy


def _make_temporary(call):
    attrs = call.attrs
    name = attrs.var_name or call.node.name
    made = call.resources.temporary(name, attrs.dtype)
    made.fill_zeros(tuple(attrs.shape.as_list()))
    call.context.run_held.append(made)
    call.context.temporaries[name] = made
    return np.int64(made.handle)


@op("TemporaryVariable")
class TemporaryVariable:
    """A ref to a variable of this run alone, of the given shape; zeros at first."""

    host = _make_temporary
    stateful = True


def _destroy_temporary(call, handle):
    name = call.attrs.var_name
    found = call.context.temporaries.pop(name, None)
    if found is None or found.handle != int(handle):
        message = (
            f"Resource __per_step_0/{name}/frame:0/iter:0/N10tensorflow19TemporaryVariableOp6TmpVarE does not exist."
        )
        raise NotFoundError(None, call.node.origin, message)
    return found.array


@op("DestroyTemporaryVariable")
class DestroyTemporaryVariable:
    """The last value of the temporary variable var_name, which is gone afterwards."""

    host = _destroy_temporary
    stateful = True
