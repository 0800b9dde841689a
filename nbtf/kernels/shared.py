"""Words that several threads read and write, and what a thread does while it waits. All orderings are sequentially
consistent: a job is posted a few times a millisecond at most."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, register_jitable

from nbtf.layout import WORD

_I32, _I64 = ir.IntType(32), ir.IntType(64)
_ORDER = "seq_cst"


@intrinsic
def _load_shared(typing_context, address):
    def generate(context, builder, signature, args):
        place = builder.inttoptr(args[0], _I64.as_pointer())
        return builder.load_atomic(place, _ORDER, WORD, typ=_I64)

    return types.int64(types.int64), generate


@intrinsic
def _store_shared(typing_context, address, value):
    def generate(context, builder, signature, args):
        builder.store_atomic(args[1], builder.inttoptr(args[0], _I64.as_pointer()), _ORDER, WORD)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def _add_shared(typing_context, address, value):
    def generate(context, builder, signature, args):
        return builder.atomic_rmw("add", builder.inttoptr(args[0], _I64.as_pointer()), args[1], _ORDER)

    return types.int64(types.int64, types.int64), generate


@intrinsic
def _replace_shared(typing_context, address, expected, value):
    def generate(context, builder, signature, args):
        place = builder.inttoptr(args[0], _I64.as_pointer())
        return builder.extract_value(builder.cmpxchg(place, args[1], args[2], _ORDER, _ORDER), 1)

    return types.boolean(types.int64, types.int64, types.int64), generate


@register_jitable
def shared_word(base, index):
    return _load_shared(base + WORD * index)


@register_jitable
def set_shared(base, index, value):
    _store_shared(base + WORD * index, value)


@register_jitable
def add_shared(base, index, value):
    """The word before `value` was added."""
    return _add_shared(base + WORD * index, value)


@register_jitable
def replace_shared(base, index, expected, value):
    """Whether the word was `expected`; if so, it is `value` now."""
    return _replace_shared(base + WORD * index, expected, value)


def _library_function(builder, name, result, parameters):
    kind = ir.FunctionType(result, parameters)
    return builder.module.globals.get(name) or ir.Function(builder.module, kind, name)


@intrinsic
def read_byte(typing_context, descriptor, address):
    """POSIX read of one byte: waits until there is one; 1, or less where the descriptor is closed or a signal came."""

    def generate(context, builder, signature, args):
        byte = ir.IntType(8).as_pointer()
        read = _library_function(builder, "read", _I64, [_I32, byte, _I64])
        descriptor = builder.trunc(args[0], _I32)
        return builder.call(read, [descriptor, builder.inttoptr(args[1], byte), ir.Constant(_I64, 1)])

    return types.int64(types.int64, types.int64), generate


@intrinsic
def write_bytes(typing_context, descriptor, address, count):
    """POSIX write."""

    def generate(context, builder, signature, args):
        byte = ir.IntType(8).as_pointer()
        write = _library_function(builder, "write", _I64, [_I32, byte, _I64])
        descriptor = builder.trunc(args[0], _I32)
        return builder.call(write, [descriptor, builder.inttoptr(args[1], byte), args[2]])

    return types.int64(types.int64, types.int64, types.int64), generate


@intrinsic
def give_way(typing_context):
    """POSIX sched_yield: another thread may have this processor."""

    def generate(context, builder, signature, args):
        builder.call(_library_function(builder, "sched_yield", _I32, []), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def pause(typing_context):
    """Tells the processor that this is a loop that waits."""

    def generate(context, builder, signature, args):
        if builder.module.triple.startswith(("x86_64", "i686")):
            name = "llvm.x86.sse2.pause"
            builder.call(_library_function(builder, name, ir.VoidType(), []), [])
        elif builder.module.triple.startswith(("aarch64", "arm64")):
            yield_hint = _library_function(builder, "llvm.aarch64.hint", ir.VoidType(), [_I32])
            builder.call(yield_hint, [ir.Constant(_I32, 1)])
        return context.get_dummy_value()

    return types.void(), generate
