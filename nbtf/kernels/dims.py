"""The compiled life of shape rules: `check`, `Dims`, lists of operands, and the arithmetic of nbtf.shapes."""

import operator
import types as python_types

from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.extending import (
    intrinsic,
    make_attribute_wrapper,
    overload,
    overload_method,
    register_jitable,
    register_model,
)

from nbtf import shapes
from nbtf.kernels.memory import dims_of, flat, operand, set_word, word
from nbtf.layout import DIMS, MAX_RANK, RANK


class RuleRefusedError(Exception):
    """Numba compiles a raise of a constant exception to a status return: no Python, no allocation."""


@overload(shapes.check)
@overload(shapes.supported)
@overload(shapes.precondition)
def _compiled_check(condition, message, *values):
    def check(condition, message, *values):
        if not condition:
            raise RuleRefusedError

    return check


@overload(shapes.check_in_words)
def _compiled_check_in_words(condition, built, message, *values):
    def check_in_words(condition, built, message, *values):
        if not condition:
            raise RuleRefusedError

    return check_in_words


@overload(shapes.at_most)
def _compiled_at_most(size):
    return lambda size: size


@overload(shapes.leading)
def _compiled_leading(dims, count):
    return lambda dims, count: count  # only messages name them


@overload(shapes.coordinates)
def _compiled_coordinates(position, dims):
    return lambda position, dims: position  # only messages name them, and plain Python writes those


# ---- Dims: the slot whose dims a rule writes -------------------------------------------------------------------------


class DimsType(types.Type):
    def __init__(self):
        super().__init__(name="Dims")


dims_type = DimsType()


@register_model(DimsType)
class DimsModel(models.StructModel):
    def __init__(self, manager, fe_type):
        super().__init__(manager, fe_type, [("slot", types.int64)])


make_attribute_wrapper(DimsType, "slot", "slot")


@intrinsic
def _as_dims(typing_context, slot):
    def generate(context, builder, signature, args):
        dims = cgutils.create_struct_proxy(dims_type)(context, builder)
        dims.slot = args[0]
        return dims._getvalue()

    return dims_type(types.int64), generate


@register_jitable
def writable_dims(slot):
    """The Dims of an output, empty."""
    set_word(slot, RANK, 0)
    return _as_dims(slot)


@overload_method(DimsType, "append")
def _append(dims, value):
    def append(dims, value):
        rank = word(dims.slot, RANK)
        if rank >= MAX_RANK:
            raise RuleRefusedError
        set_word(dims.slot, DIMS + rank, value)
        set_word(dims.slot, RANK, rank + 1)

    return append


@overload_method(DimsType, "unknown_rank")
def _unknown_rank(dims):
    def unknown_rank(dims):
        raise RuleRefusedError  # at run time everything is known

    return unknown_rank


@overload(len)
def _dims_len(dims):
    if isinstance(dims, DimsType):
        return lambda dims: word(dims.slot, RANK)


@overload(operator.getitem)
def _dims_getitem(dims, index):
    if isinstance(dims, DimsType):

        def getitem(dims, index):
            rank = word(dims.slot, RANK)
            at = index + rank if index < 0 else index
            if not 0 <= at < rank:
                raise RuleRefusedError
            return word(dims.slot, DIMS + at)

        return getitem


@overload(operator.setitem)
def _dims_setitem(dims, index, value):
    if isinstance(dims, DimsType):

        def setitem(dims, index, value):
            rank = word(dims.slot, RANK)
            at = index + rank if index < 0 else index
            if not 0 <= at < rank:
                raise RuleRefusedError
            set_word(dims.slot, DIMS + at, value)

        return setitem


# ---- lists of operands -----------------------------------------------------------------------------------------------


class OperandListType(types.Type):
    """The operands of one list argument: `len(x)`, and `x[i]` as what `form` says."""

    def __init__(self, form, dtype=None):
        self.form, self.dtype = form, dtype
        super().__init__(name=f"OperandList({form}, {dtype})")


@register_model(OperandListType)
class OperandListModel(models.StructModel):
    def __init__(self, manager, fe_type):
        members = [("state", types.int64), ("ip", types.int64), ("first", types.int64), ("count", types.int64)]
        super().__init__(manager, fe_type, members)


for _member in ("state", "ip", "first", "count"):
    make_attribute_wrapper(OperandListType, _member, _member)


def _operand_list(form):
    @intrinsic
    def make(typing_context, state, ip, first, count, dtype):
        element = dtype.dtype if isinstance(dtype, types.NumberClass) else None
        list_type = OperandListType(form, element)

        def generate(context, builder, signature, args):
            proxy = cgutils.create_struct_proxy(list_type)(context, builder)
            proxy.state, proxy.ip, proxy.first, proxy.count = args[:4]
            return proxy._getvalue()

        return list_type(types.int64, types.int64, types.int64, types.int64, dtype), generate

    return make


view_list = _operand_list("view")  # x[i]: flat array of the elements
dims_list = _operand_list("dims")  # x[i]: int64 view of the dims
out_list = _operand_list("out")  # x[i]: Dims to write


@overload(len)
def _list_len(operands):
    if isinstance(operands, OperandListType):
        return lambda operands: operands.count


@overload(operator.getitem)
def _list_getitem(operands, index):
    if not isinstance(operands, OperandListType):
        return None
    if operands.form == "dims":
        return lambda operands, index: dims_of(_slot(operands, index))
    if operands.form == "out":
        return lambda operands, index: _as_dims(_slot(operands, index))
    dtype = operands.dtype

    def view(operands, index):
        return flat(_slot(operands, index), dtype)

    return view


@register_jitable
def _slot(operands, index):
    if not 0 <= index < operands.count:
        raise RuleRefusedError
    return operand(operands.state, operands.ip, operands.first + index)


@register_jitable
def clear_ranks(state, ip, first, count):
    for i in range(count):
        set_word(operand(state, ip, first + i), RANK, 0)


# ---- the arithmetic --------------------------------------------------------------------------------------------------

_REPLACED = (
    shapes.check,
    shapes.supported,
    shapes.precondition,
    shapes.check_in_words,
    shapes.at_most,
    shapes.coordinates,
    shapes.leading,
)
for _helper in list(vars(shapes).values()):
    if isinstance(_helper, python_types.FunctionType) and _helper not in _REPLACED:
        register_jitable(boundscheck=True)(_helper)
