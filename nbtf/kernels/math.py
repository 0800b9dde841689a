"""Products, reductions and what finds extremes."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import normal_axis, product


@kernel(rank=2, fastmath={"contract"})
def matmul(a, b, product, transpose_a, transpose_b):
    rows, columns = product.shape
    depth = a.shape[0] if transpose_a else a.shape[1]
    for i in range(rows):
        for j in range(columns):
            product[i, j] = 0
        for k in range(depth):
            x = a[k, i] if transpose_a else a[i, k]
            if transpose_b:
                for j in range(columns):
                    product[i, j] += x * b[j, k]
            else:
                for j in range(columns):
                    product[i, j] += x * b[k, j]


@kernel
def mean(input, output, reduction_indices, input_dims):
    add_up(input, output, reduction_indices, input_dims)
    if len(output) > 0:
        count = len(input) // len(output)
        for i in range(len(output)):
            output[i] /= count


@kernel
def sum(input, output, reduction_indices, input_dims):
    add_up(input, output, reduction_indices, input_dims)


@register_jitable
def add_up(input, output, axes, dims):
    for i in range(len(output)):
        output[i] = 0
    for i in range(len(input)):
        output[kept_index(i, dims, axes)] += input[i]


@register_jitable
def kept_index(i, dims, axes):
    """Position of input element i once the axes are gone."""
    index, stride = 0, 1
    for axis in range(len(dims) - 1, -1, -1):
        gone = False
        for k in range(len(axes)):
            gone |= axes[k] == axis or axes[k] + len(dims) == axis
        if not gone:
            index += i % dims[axis] * stride
            stride *= dims[axis]
        i //= dims[axis]
    return index


@kernel
def argmax(input, dimension, output, input_dims):
    axis = normal_axis(dimension[0], len(input_dims))
    inner = product(input_dims[axis + 1 :])
    length = input_dims[axis]
    for i in range(len(output)):
        start = i // inner * inner * length + i % inner
        best = 0
        for k in range(1, length):
            if input[start + k * inner] > input[start + best * inner]:
                best = k
        output[i] = best
