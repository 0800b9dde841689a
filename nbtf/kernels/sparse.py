"""Kernels over one sparse tensor: every index is checked against the dense shape before it leads anywhere."""

import math

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.elementwise import truncated_quotient
from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import copy_run, fill_run
from nbtf.shapes import check


@register_jitable
def flat_position(indices, row, shape):
    """Where an entry stands in the dense tensor; -1 for one outside."""
    rank, position = len(shape), 0
    for i in range(rank):
        at = indices[row * rank + i]
        if at < 0 or at >= shape[i]:
            return -1
        position = position * shape[i] + at
    return position


@register_jitable
def checked_position(indices, row, shape):
    position = flat_position(indices, row, shape)
    check(
        position >= 0,
        "indices[{}] = {} is out of bounds: need 0 <= index < {}",
        row,
        indices[row * len(shape) : (row + 1) * len(shape)],
        shape,
    )
    return position


@kernel
def sparse_to_dense(
    sparse_indices, output_shape, sparse_values, default_value, dense, validate_indices, sparse_values_dims
):
    rank = len(output_shape)
    count = len(sparse_indices) // max(rank, 1)
    last = -1
    for row in range(count):
        position = checked_position(sparse_indices, row, output_shape)
        if validate_indices:
            entry = sparse_indices[row * rank : (row + 1) * rank]
            check(position != last, "indices[{}] = {} is repeated", row, entry)
            check(
                position > last, "indices[{}] = {} is out of order. Many sparse ops require sorted indices.", row, entry
            )
        last = position
    fill_run(dense, 0, len(dense), default_value[0])
    step = len(sparse_values_dims)  # 0 where one value goes everywhere
    for row in range(count):
        dense[flat_position(sparse_indices, row, output_shape)] = sparse_values[row * step]


@kernel(fastmath={"contract"})
def sparse_dense_matmul(a_indices, a_values, a_shape, b, product, adjoint_a, adjoint_b, b_dims):
    depth, columns = (b_dims[1], b_dims[0]) if adjoint_b else (b_dims[0], b_dims[1])
    fill_run(product, 0, len(product), product.dtype.type(0))
    for entry in range(len(a_values)):
        checked_position(a_indices, entry, a_shape)
        row, k = a_indices[2 * entry], a_indices[2 * entry + 1]
        value = a_values[entry]
        if adjoint_a:
            row, k = k, row
            value = conjugate(value)
        target = row * columns
        if adjoint_b:
            for j in range(columns):
                product[target + j] += value * conjugate(b[j * depth + k])
        else:
            for j in range(columns):
                product[target + j] += value * b[k * columns + j]


@register_jitable
def conjugate(value):
    return value.conjugate()


# ---- order -----------------------------------------------------------------------------------------------------------


@register_jitable
def is_after(indices, rank, a, b):
    """Whether entry a comes after entry b in row-major order."""
    for i in range(rank):
        first, second = indices[a * rank + i], indices[b * rank + i]
        if first != second:
            return first > second
    return False


@register_jitable
def sort_entries(indices, rank, order, merged):
    """order: the entries in row-major order, equal ones as they came; merge sort from the bottom up."""
    count = len(order)
    for i in range(count):
        order[i] = i
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            middle, end = min(start + width, count), min(start + 2 * width, count)
            left, right = start, middle
            for i in range(start, end):
                take_right = left == middle or (right < end and is_after(indices, rank, order[left], order[right]))
                if take_right:
                    merged[i] = order[right]
                    right += 1
                else:
                    merged[i] = order[left]
                    left += 1
        copy_run(merged, 0, order, 0, count)
        width *= 2


@kernel
def sparse_reorder(input_indices, input_values, input_shape, output_indices, output_values, order, merged):
    rank = len(input_shape)
    for row in range(len(input_values)):
        checked_position(input_indices, row, input_shape)
    sort_entries(input_indices, rank, order, merged)
    for i in range(len(order)):
        copy_run(input_indices, order[i] * rank, output_indices, i * rank, rank)
        output_values[i] = input_values[order[i]]


# ---- shape -----------------------------------------------------------------------------------------------------------


@register_jitable
def dense_size(shape):
    """Number of elements, or -1 for one that no tensor has."""
    size = 1
    for i in range(len(shape)):
        if shape[i] < 0 or (shape[i] > 0 and size > (1 << 62) // shape[i]):
            return -1
        size *= shape[i]
    return size


@kernel
def sparse_reshape(input_indices, input_shape, new_shape, output_indices, output_shape):
    size = dense_size(input_shape)
    check(size >= 0, "Input shape {} is negative or too large", input_shape)
    given, inferred = 1, -1
    for i in range(len(new_shape)):
        output_shape[i] = new_shape[i]
        if new_shape[i] == -1:
            check(inferred < 0, "only one output dimension may be -1, not both {} and {}", inferred, i)
            inferred = i
            output_shape[i] = 1
    given = dense_size(output_shape)
    check(given >= 0, "Requested shape {} is negative or too large", new_shape)
    if inferred >= 0:
        check(
            given > 0,
            "reshape cannot infer the missing input size for an empty tensor unless all specified are non-zero",
        )
        check(
            size % given == 0,
            "Input to reshape is a SparseTensor with {} dense values, but the requested shape requires a multiple "
            "of {}.",
            size,
            given,
        )
        output_shape[inferred] = size // given
    else:
        check(
            size == given,
            "Input to reshape is a tensor with {} dense values, but the requested shape has {}.",
            size,
            given,
        )
    rank, new_rank = len(input_shape), len(new_shape)
    for row in range(len(input_indices) // max(rank, 1)):
        position = checked_position(input_indices, row, input_shape)
        for i in range(new_rank - 1, -1, -1):
            output_indices[row * new_rank + i] = position % output_shape[i]
            position //= output_shape[i]


# ---- reduction and rows ----------------------------------------------------------------------------------------------


@kernel
def sparse_reduce_sum(input_indices, input_values, input_shape, reduction_axes, output):
    fill_run(output, 0, len(output), output.dtype.type(0))
    rank = len(input_shape)
    for row in range(len(input_values)):
        checked_position(input_indices, row, input_shape)
        position = 0
        for i in range(rank):
            gone = len(reduction_axes) == 0
            for k in range(len(reduction_axes)):
                gone |= reduction_axes[k] == i or reduction_axes[k] + rank == i
            if not gone:
                position = position * input_shape[i] + input_indices[row * rank + i]
        output[position] += input_values[row]


@kernel
def sparse_fill_empty_rows(
    indices,
    values,
    dense_shape,
    default_value,
    output_indices,
    output_values,
    empty_row_indicator,
    reverse_index_map,
    output_indices_dims,
    output_values_dims,
    starts,
):
    rows, rank = dense_shape[0], len(dense_shape)
    for i in range(rows + 1):
        starts[i] = 0
    for i in range(len(values)):
        row = indices[i * rank]
        check(0 <= row < rows, "indices({}, 0) is invalid: {} >= {}", i, row, rows)
        starts[row] += 1
    total = 0
    for row in range(rows):
        count = starts[row]
        starts[row] = total
        empty_row_indicator[row] = count == 0
        if count == 0:
            fill_run(output_indices, total * rank, rank, 0)
            output_indices[total * rank] = row
            output_values[total] = default_value[0]
        total += max(count, 1)
    for i in range(len(values)):
        row = indices[i * rank]
        at = starts[row]
        starts[row] += 1
        copy_run(indices, i * rank, output_indices, at * rank, rank)
        output_values[at] = values[i]
        reverse_index_map[i] = at
    output_indices_dims[0], output_values_dims[0] = total, total


@kernel
def sparse_softmax(sp_indices, sp_values, sp_shape, output):
    rank, count = len(sp_shape), len(sp_values)
    for row in range(count):
        checked_position(sp_indices, row, sp_shape)
    first = 0
    while first < count:
        largest, last = sp_values[first], first + 1
        while last < count and same_row(sp_indices, rank, first, last):
            largest = max(largest, sp_values[last])
            last += 1
        total = output.dtype.type(0)
        for i in range(first, last):
            output[i] = math.exp(sp_values[i] - largest)
            total += output[i]
        for i in range(first, last):
            output[i] /= total
        first = last


@register_jitable
def same_row(indices, rank, a, b):
    for i in range(rank - 1):
        if indices[a * rank + i] != indices[b * rank + i]:
            return False
    return True


# ---- with a dense tensor ---------------------------------------------------------------------------------------------


@kernel
def sparse_dense_add(a_indices, a_values, a_shape, b, output):
    for row in range(len(a_values)):
        checked_position(a_indices, row, a_shape)
    copy_run(b, 0, output, 0, len(b))
    for row in range(len(a_values)):
        output[flat_position(a_indices, row, a_shape)] += a_values[row]


@register_jitable
def check_dense(shape, dense_dims):
    new = len(shape) - len(dense_dims)
    for i in range(len(dense_dims)):
        check(
            dense_dims[i] == 1 or dense_dims[i] == shape[new + i],
            "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: {} vs. {}",
            shape,
            dense_dims,
        )


@register_jitable
def dense_position(indices, row, shape, dense_dims):
    """Which element of a dense tensor that broadcasts to `shape` belongs to an entry."""
    checked_position(indices, row, shape)
    rank, position = len(shape), 0
    new = rank - len(dense_dims)
    for i in range(len(dense_dims)):
        at = indices[row * rank + new + i] if dense_dims[i] > 1 else 0
        position = position * dense_dims[i] + at
    return position


@kernel
def sparse_dense_multiply(sp_indices, sp_values, sp_shape, dense, output, dense_dims):
    check_dense(sp_shape, dense_dims)
    for row in range(len(output)):
        output[row] = sp_values[row] * dense[dense_position(sp_indices, row, sp_shape, dense_dims)]


@kernel
def sparse_dense_sum(sp_indices, sp_values, sp_shape, dense, output, dense_dims):
    check_dense(sp_shape, dense_dims)
    for row in range(len(output)):
        output[row] = sp_values[row] + dense[dense_position(sp_indices, row, sp_shape, dense_dims)]


@kernel
def sparse_dense_divide(sp_indices, sp_values, sp_shape, dense, output, dense_dims):
    check_dense(sp_shape, dense_dims)
    for row in range(len(output)):
        output[row] = quotient(sp_values[row], dense[dense_position(sp_indices, row, sp_shape, dense_dims)])


def quotient(a, b):
    """Integers divide towards zero."""
    if isinstance(a, np.integer):
        check(b != 0, "Integer division by zero")
        return truncated_quotient(a, b)
    return a / b


@overload(quotient)
def _compiled_quotient(a, b):
    if not isinstance(a, types.Integer):
        return lambda a, b: a / b

    def whole_quotient(a, b):
        check(b != 0, "Integer division by zero")
        return truncated_quotient(a, b)

    return whole_quotient
