"""Views of half and bfloat16 elements that read and write float32: for variables, which kernels update in place."""

import operator

import numpy as np
from numba import carray, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.extending import intrinsic, make_attribute_wrapper, overload, register_jitable, register_model

from nbtf.kernels.conversion import bfloat16_to_float32, float32_to_bfloat16, float32_to_half, half_to_float32
from nbtf.kernels.memory import pointer, word
from nbtf.layout import DATA, SIZE

_CONVERSIONS = {"float16": (half_to_float32, float32_to_half), "bfloat16": (bfloat16_to_float32, float32_to_bfloat16)}


class NarrowType(types.Type):
    """A flat array of 16-bit floats."""

    def __init__(self, element):
        self.element = element
        super().__init__(name=f"Narrow({element})")


@register_model(NarrowType)
class NarrowModel(models.StructModel):
    def __init__(self, manager, fe_type):
        super().__init__(manager, fe_type, [("address", types.int64), ("count", types.int64)])


make_attribute_wrapper(NarrowType, "address", "address")
make_attribute_wrapper(NarrowType, "count", "count")


def _maker(element):
    narrow = NarrowType(element)

    @intrinsic
    def make(typing_context, address, count):
        def generate(context, builder, signature, args):
            proxy = cgutils.create_struct_proxy(narrow)(context, builder)
            proxy.address, proxy.count = args
            return proxy._getvalue()

        return narrow(types.int64, types.int64), generate

    @register_jitable
    def view(slot):
        return make(word(slot, DATA), word(slot, SIZE))

    return view


float16_view = _maker("float16")
bfloat16_view = _maker("bfloat16")


@overload(len)
def _len(view):
    if isinstance(view, NarrowType):
        return lambda view: view.count


@overload(operator.getitem)
def _getitem(view, index):
    if not isinstance(view, NarrowType):
        return None
    widened = _CONVERSIONS[view.element][0]

    def getitem(view, index):
        return widened(carray(pointer(view.address), (view.count,), np.uint16)[index])

    return getitem


@overload(operator.setitem)
def _setitem(view, index, value):
    if not isinstance(view, NarrowType):
        return None
    narrowed = _CONVERSIONS[view.element][1]

    def setitem(view, index, value):
        carray(pointer(view.address), (view.count,), np.uint16)[index] = narrowed(np.float32(value))

    return setitem
