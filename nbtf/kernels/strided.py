"""Walks over elements that lie a fixed stride apart on each axis: what slices, transposes, tiles and scatters share.

A walk is planned in a workspace of int64: for each axis, outermost first, its size and its stride in elements. An axis
of one element is left out, and one that continues the axis outside of it joins that, so that the innermost axis is as
long as it can be. The other side of a walk is contiguous.
"""

from numba.extending import register_jitable

MAX_AXES = 24  # Tile splits each of eight axes into two, SpaceToDepth into three
SIZES, STRIDES, COUNTERS = 0, MAX_AXES, 2 * MAX_AXES
TILE = 32


@register_jitable
def add_axis(plan, axes, size, stride):
    """The number of axes once this one stands innermost."""
    if size == 1:
        return axes
    if axes > 0 and plan[STRIDES + axes - 1] == size * stride:
        plan[SIZES + axes - 1] *= size
        plan[STRIDES + axes - 1] = stride
        return axes
    plan[SIZES + axes] = size
    plan[STRIDES + axes] = stride
    return axes + 1


@register_jitable
def copy_run(source, first, target, start, count):
    """Views that begin at 0 spare the test for negative indices, so the loop is vectorised."""
    origin, place = source[first : first + count], target[start : start + count]
    for i in range(count):
        place[i] = origin[i]


@register_jitable
def fill_run(target, start, count, value):
    for i in range(count):
        target[start + i] = value


@register_jitable
def next_position(plan, axes, position):
    """Where the next row begins; `axes` are those outside of a row."""
    for axis in range(axes - 1, -1, -1):
        plan[COUNTERS + axis] += 1
        position += plan[STRIDES + axis]
        if plan[COUNTERS + axis] < plan[SIZES + axis]:
            return position
        position -= plan[SIZES + axis] * plan[STRIDES + axis]
        plan[COUNTERS + axis] = 0
    return position


@register_jitable
def begin_walk(plan, axes):
    """(size, stride) of the innermost axis."""
    for axis in range(axes):
        plan[COUNTERS + axis] = 0
    if axes == 0:
        return 1, 1
    return plan[SIZES + axes - 1], plan[STRIDES + axes - 1]


@register_jitable
def read_strided(source, start, target, plan, axes):
    """target[...] = source at the planned places, from `start` on."""
    count, stride = begin_walk(plan, axes)
    position = start
    for done in range(0, len(target), max(count, 1)):
        if stride == 1:
            copy_run(source, position, target, done, count)
        elif stride == 0:
            fill_run(target, done, count, source[position])
        else:
            for i in range(count):
                target[done + i] = source[position + i * stride]
        position = next_position(plan, axes - 1, position)


@register_jitable
def write_strided(source, target, start, plan, axes):
    """target at the planned places, from `start` on, = source[...]."""
    count, stride = begin_walk(plan, axes)
    position = start
    for done in range(0, len(source), max(count, 1)):
        if stride == 1:
            copy_run(source, done, target, position, count)
        else:
            for i in range(count):
                target[position + i * stride] = source[done + i]
        position = next_position(plan, axes - 1, position)


@register_jitable
def unit_axis(plan, axes):
    """The axis whose neighbours lie side by side, or -1."""
    for axis in range(axes):
        if plan[STRIDES + axis] == 1:
            return axis
    return -1


@register_jitable
def read_tiled(source, target, plan, axes, unit):
    """As read_strided where rows are columns in the source: tiles of both stay in the first-level cache."""
    columns, column_stride = begin_walk(plan, axes)
    rows, row_stride = plan[SIZES + unit], 1
    for axis in range(unit + 1, axes):
        row_stride *= plan[SIZES + axis]
    block = row_stride * rows
    # what lies between the two axes and what lies outside of both
    between = row_stride // columns
    position = 0
    plan[SIZES + unit] = 1
    plan[STRIDES + unit] = 0
    for outer in range(len(target) // block):
        for middle in range(between):
            start = outer * block + middle * columns
            for row in range(0, rows, TILE):
                for column in range(0, columns, TILE):
                    for r in range(row, min(row + TILE, rows)):
                        for c in range(column, min(column + TILE, columns)):
                            target[start + r * row_stride + c] = source[position + r + c * column_stride]
            position = next_position(plan, axes - 1, position)
