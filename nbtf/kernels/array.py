"""Dims as tensors, and tensors made from a few numbers; movement kernels see elements as bits of their size."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import copy_run, fill_run
from nbtf.shapes import check, product


@kernel
def deep_copy(x, y):
    copy_run(x, 0, y, 0, len(x))


@kernel
def empty(output):
    fill_run(output, 0, len(output), output.dtype.type(0))


@kernel
def fill(value, output):
    fill_run(output, 0, len(output), value[0])


@kernel
def shape(output, input_dims):
    for i in range(len(input_dims)):
        output[i] = input_dims[i]


@kernel
def size(output, input_dims):
    output[0] = product(input_dims)


@kernel
def rank(output, input_dims):
    output[0] = len(input_dims)


@kernel
def concat_offset(concat_dim, shape, offset):
    axis = concat_dim[0]
    if axis < 0:
        axis += len(shape[0])
    total = 0
    for k in range(len(shape)):
        for i in range(len(shape[k])):
            offset[k][i] = 0
        offset[k][axis] = total
        total += shape[k][axis]


@register_jitable
def dim_from_end(shape, i):
    return shape[len(shape) - 1 - i] if i < len(shape) else 1


@kernel
def broadcast_args(s0, s1, r0):
    rank = len(r0)
    for i in range(rank):
        a, b = dim_from_end(s0, i), dim_from_end(s1, i)
        check(a == b or a == 1 or b == 1, "Incompatible shapes: {} vs. {}", s0, s1)
        r0[rank - 1 - i] = b if a == 1 else a


@kernel
def broadcast_gradient_args(s0, s1, r0, r1, r0_dims, r1_dims):
    rank = max(len(s0), len(s1))
    first, second = 0, 0
    same = len(s0) == len(s1)
    for i in range(min(len(s0), len(s1))):
        same &= s0[i] == s1[i]
    if same:  # nothing was broadcast; else even an axis of one element in both is named for both, as in TensorFlow
        rank = 0
    for axis in range(rank):
        a, b = dim_from_end(s0, rank - 1 - axis), dim_from_end(s1, rank - 1 - axis)
        check(a == b or a == 1 or b == 1, "Incompatible shapes: {} vs. {}", s0, s1)
        if a == 1:
            r0[first] = axis
            first += 1
        if b == 1:
            r1[second] = axis
            second += 1
    r0_dims[0], r1_dims[0] = first, second


@kernel
def invert_permutation(x, y):
    for i in range(len(y)):
        y[i] = -1
    for i in range(len(x)):
        check(0 <= x[i] < len(x), "{} is not between 0 and {}", x[i], len(x))
        check(y[x[i]] == -1, "{} is duplicated in the input.", x[i])
        y[x[i]] = i


@kernel
def unravel_index(indices, dims, output):
    size = 1
    for i in range(len(dims)):
        check(dims[i] > 0, "Input dims cannot contain a dim of zero, but dims[{}] is {}", i, dims[i])
        size *= dims[i]
    for k in range(len(indices)):
        rest = indices[k]
        check(0 <= rest < size, "index is out of bound as with dims")
        for i in range(len(dims) - 1, -1, -1):
            output[i * len(indices) + k] = rest % dims[i]
            rest //= dims[i]


@kernel
def range_values(start, delta, output):
    first, step = start[0], delta[0]
    for i in range(len(output)):
        output[i] = first + output.dtype.type(i) * step


@kernel
def linspace(start, stop, output):
    count = len(output)
    output[0] = start[0]
    if count > 1:
        step = (stop[0] - start[0]) / output.dtype.type(count - 1)
        for i in range(1, count - 1):
            output[i] = start[0] + step * output.dtype.type(i)
        output[count - 1] = stop[0]
