"""Products of matrices of floats: packing, blocks that fit the caches, tiles.

A product is told by an address table, see tile.py. `multiply_rows` does one block of rows; its callers walk over blocks,
of which a worker may be given any range. All addresses and steps count bytes; matrices are of one dtype, float32 or
float64, which is that of `low` and `high`.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.matvec import dot_row, finish_row, load_up_to, stream_rows
from nbtf.kernels.memory import word
from nbtf.kernels.simd import (
    HOST,
    address_of,
    item_bytes,
    lanes,
    load_scalar,
    prefetch,
    store,
    store_scalar,
    transpose_block,
    type_of,
)
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE, MOST_ROWS, WIDE, run_tile
from nbtf.layout import WORD

VECTORS = HOST.tile_vectors
TILE_BYTES = VECTORS * HOST.register_bytes
WIDE_BYTES = WIDE * HOST.register_bytes
PLAIN, TRANSPOSED, PACKED = 0, 1, 2  # forms of b
PIECE_BYTES = 256 * 1024  # of b that a row meets: pieces are taken from either end in turn
FEW_PRODUCTS = 1 << 17  # elements of c: wider rows of b lie so far apart that packing pays for few rows, too
FEW = 4  # rows up to which a transposed b is read as it lies
DEPTH_BYTES = 1536  # of each row of a at a time: a block of b's panel stays in the first-level cache
AHEAD_BYTES = 256  # of a row of a: so many and more are asked for a tile ahead


@register_jitable
def line_of(dtype):
    """Elements of a line."""
    return LINE // item_bytes(dtype)


# ---- panels of b -----------------------------------------------------------------------------------------------------


@register_jitable
def panel_place(b, panel_step, column):
    """Address of a column of b, given in bytes."""
    return b + column // LINE * panel_step + column % LINE


@register_jitable
def pack_matrix(source, source_step, depth, columns, target, dtype):
    """Panels [panel, depth, line] from rows of columns; zeros behind the last column. A few rows at a time."""
    item, wide = item_bytes(dtype), line_of(dtype)
    for top in range(0, depth, 16):
        for first in range(0, columns, wide):
            place = target + (first // wide * depth + top) * LINE
            for k in range(min(16, depth - top)):
                pack_line(source + (top + k) * source_step + first * item, columns - first, place + k * LINE, dtype)


@register_jitable
def pack_line(source, columns, target, dtype):
    item = item_bytes(dtype)
    for first in range(0, line_of(dtype), lanes(dtype)):
        store(target + first * item, load_up_to(source + first * item, max(columns - first, 0), dtype))


@register_jitable
def padded(columns, dtype):
    """Columns of all panels together."""
    return (columns + line_of(dtype) - 1) // line_of(dtype) * line_of(dtype)


@register_jitable
def pack_transposed(source, source_step, depth, columns, target, panel_step, dtype):
    """Panels [depth, line], panel_step apart, from columns that lie as rows, [columns, depth]; zeros behind the last."""
    item, wide, block = item_bytes(dtype), line_of(dtype), lanes(dtype)
    for first in range(0, (columns + wide - 1) // wide * wide, block):
        place = panel_place(target, panel_step, first * item)
        count = min(block, columns - first)
        rows = source + first * source_step
        whole = depth // block * block if count == block else 0
        for k in range(0, whole, block):
            transpose_block(rows + k * item, source_step, place + k * LINE, LINE, dtype)
        for k in range(whole, depth):
            for j in range(block):
                x = load_scalar(rows + j * source_step + k * item, dtype) if j < count else dtype.type(0)
                store_scalar(place + k * LINE + j * item, x)


# ---- one block of rows -----------------------------------------------------------------------------------------------


@register_jitable
def tile_height(rows):
    """Height of the first tiles of a block: as many tiles as needed, as alike as can be."""
    tiles = (rows + MOST_ROWS - 1) // MOST_ROWS
    return (rows + tiles - 1) // tiles


@register_jitable
def tile_vectors(rows, left):
    """Width of the next tile where `left` bytes of columns are left."""
    if left <= HOST.register_bytes:
        return 1
    return WIDE if rows == 1 and left >= WIDE_BYTES else VECTORS


@register_jitable
def block_rows(depth_bytes):
    """How many rows of a, with so many bytes in all taps together, make a block."""
    rows = HOST.block_bytes // min(max(depth_bytes, 256), DEPTH_BYTES)
    return max(rows // MOST_ROWS, 4) * MOST_ROWS


@register_jitable
def multiply_rows(
    table,
    table_step,
    rows,
    taps,
    a_first,
    depth,
    a_step,
    b,
    b_step,
    panel_step,
    c_table,
    c_offset,
    columns,
    bias,
    addend,
    low,
    high,
    dtype,
):
    """c = clamp(a b + bias + addend) for `rows` rows of a, each of `depth` elements in each of `taps` taps.

    a_first: bytes from the addresses in the table to the first element. columns: of c, in elements. There must be a tap and an element.
    """
    item = item_bytes(dtype)
    infinity = dtype.type(np.inf)
    if rows == 1:
        most = taps * depth  # at once: no panel is read twice; sums go on from c, so they are the same
    else:
        # rows of a plain matrix may lie a page each apart: not more of them than there are quick entries for pages
        most = DEPTH_BYTES // item if b_step == LINE else 64
    tap_count = max(most // depth, 1)
    parts = (depth + most - 1) // most
    share = (depth + parts - 1) // parts
    for tap in range(0, taps, tap_count):
        count = min(tap_count, taps - tap)
        for start in range(0, depth, share):
            end = min(start + share, depth)
            last = tap + count == taps and end == depth
            place = b + (tap * depth + start) * b_step
            column = 0
            while column < columns * item:
                left = columns - column // item
                vectors = tile_vectors(rows, left * item)
                width = min(left, vectors * HOST.register_bytes // item)
                # the first panel brings rows in from memory: a tile at a time, each while the one before is multiplied
                ahead = column == 0 and taps == 1 and a_step == item and (end - start) * item >= AHEAD_BYTES
                row = 0
                while row < rows:
                    height = tile_height(rows - row) if ahead else rows
                    if ahead:
                        ask_for_rows(
                            table,
                            row + height,
                            min(row + 2 * height, rows),
                            a_first + start * item,
                            a_first + end * item,
                        )
                    multiply_panel(
                        table + tap * table_step + WORD * row,
                        table_step,
                        height,
                        vectors,
                        count,
                        a_first + start * a_step,
                        a_first + end * a_step,
                        a_step,
                        panel_place(place, panel_step, column),
                        b_step,
                        0,
                        panel_step if width * item > LINE else 0,  # a panel that is not there is not read
                        c_table + WORD * row,
                        c_offset + column,
                        width,
                        tap > 0 or start > 0,
                        bias + column if last and bias != 0 else 0,
                        addend if last else 0,
                        low if last else -infinity,
                        high if last else infinity,
                    )
                    row += height
                column += width * item


@register_jitable
def ask_for_rows(table, begin, end, first, last):
    """Bytes [first, last) of rows [begin, end)."""
    for i in range(begin, end):
        place = word(table, i)
        for at in range(place + first, place + last, LINE):
            prefetch(at)


@register_jitable
def multiply_panel(
    table,
    table_step,
    rows,
    vectors,
    taps,
    first,
    end,
    a_step,
    b,
    b_step,
    b_skip,
    panel_step,
    c_table,
    c_offset,
    columns,
    onto,
    bias,
    addend,
    low,
    high,
):
    """All tiles of one width of columns."""
    row = 0
    while row < rows:
        height = tile_height(rows - row)
        run_tile(
            height,
            vectors,
            table + WORD * row,
            table_step,
            taps,
            first,
            end,
            a_step,
            b,
            b_step,
            b_skip,
            panel_step,
            c_table + WORD * row,
            c_offset,
            columns,
            onto,
            bias,
            addend,
            low,
            high,
        )
        row += height


# ---- matrices --------------------------------------------------------------------------------------------------------


@register_jitable
def multiply_range(
    a, a_row, a_step, b, b_step, panel_step, c, c_row, begin, end, depth, columns, bias, addend, low, high, table
):
    """Rows [begin, end) of c = clamp(a b + bias + addend); a, b, c and bias are addresses; table: words for 2 blocks."""
    dtype = type_of(low)
    item = item_bytes(dtype)
    block = min(block_rows(depth * item), len(table) // 2)
    start = address_of(table)
    for first in range(begin, end, block):
        rows = min(block, end - first)
        for i in range(rows):
            table[i] = a + (first + i) * a_row
            table[block + i] = c + (first + i) * c_row
        multiply_rows(
            start,
            0,
            rows,
            1,
            0,
            depth,
            a_step,
            b,
            b_step,
            panel_step,
            start + 8 * block,
            0,
            columns,
            bias,
            addend,
            low,
            high,
            dtype,
        )


@register_jitable
def column_unit(dtype):
    """Columns that parts of a product are made of: whole panels and whole tiles."""
    return max(LINE, TILE_BYTES) // item_bytes(dtype)


@register_jitable
def grid(rows, columns, dtype, part, parts):
    """Place of a part among parts of rows and parts of columns: (row part, of how many, column part, of how many).

    Rows are cut unless they are few: the next kernel cuts them too, and finds in its cache what this one put there. Then
    columns are cut, or both.
    """
    row_units = max(rows // MOST_ROWS, 1)
    column_units = max(columns // column_unit(dtype), 1)
    if row_units >= parts and 4 * rows >= columns:
        return part, parts, 0, 1
    across = min(parts, column_units)
    down = max(min(parts // across, row_units), 1)
    if part >= across * down:
        return 1, 1, 0, 1  # nothing left for it
    return part // across, down, part % across, across


@register_jitable
def product_work(rows, depth, columns):
    """Multiply-adds, or as many as take the time that few rows wait for memory."""
    return max(rows, 8) * depth * columns


@register_jitable
def packs(form, rows, depth, columns, panel):
    """Whether all of b gets into panels before it is multiplied."""
    whole = len(panel) >= depth * padded(columns, panel.dtype)
    few = rows <= HOST.few_rows and rows * columns <= FEW_PRODUCTS
    return form == TRANSPOSED or (form == PLAIN and whole and not few)


@register_jitable
def read_as_it_lies(form, rows, a_step):
    """Whether a product reads a transposed b, or a plain one, without packing it."""
    return (form == TRANSPOSED and rows < FEW and a_step == 1) or (form == PLAIN and rows == 1)


@register_jitable
def pack_product(b, form, rows, depth, columns, a_step, panel):
    """What multiply_matrix needs of b in panels; of a plain b met by few rows only the last columns, behind which a tile
    would read."""
    if len(b) == 0 or rows == 0 or form == PACKED or read_as_it_lies(form, rows, a_step):
        return
    dtype = panel.dtype
    item, y, target = item_bytes(dtype), address_of(b), address_of(panel)
    if form == TRANSPOSED:
        pack_transposed(y, depth * item, depth, columns, target, depth * LINE, dtype)
    elif packs(form, rows, depth, columns, panel):
        pack_matrix(y, columns * item, depth, columns, target, dtype)
    else:
        plain = columns * item // LINE * LINE
        pack_matrix(y + plain, columns * item, depth, columns - plain // item, target, dtype)


@register_jitable
def multiply_matrix(
    a, a_row, a_step, b, b_form, c, rows, depth, columns, bias, addend, low, high, panel, table, backwards, part, parts
):
    """A part of c [rows, columns] = clamp(a b + bias + addend); a, b, c flat arrays, c in rows.

    a[i, k] is element i * a_row + k * a_step. b_form: PLAIN [depth, columns], TRANSPOSED [columns, depth] or PACKED.
    bias: address or 0; addend: bytes from c to it, or 0. panel: a workspace, filled by pack_product; it has room for all
    of b if that is transposed, and for one panel in any case. table: words for two blocks of rows. backwards: whether a
    row is multiplied by the last panels first.
    """
    dtype = panel.dtype
    item = item_bytes(dtype)
    if rows == 0 or columns == 0:
        return
    across = 1 if depth == 0 else columns
    row_part, row_parts, column_part, column_parts = grid(rows, across, dtype, part, parts)
    begin, end = portion(rows, MOST_ROWS, row_part, row_parts)
    first, last = portion(columns, column_unit(dtype), column_part, column_parts)
    if begin == end or first == last:
        return
    x, y, z = address_of(a), address_of(b), address_of(c)
    skipped = first * item
    biases = bias + skipped if bias != 0 else 0
    if depth == 0 or read_as_it_lies(b_form, rows, a_step):
        for i in range(begin, end):
            target = z + i * columns * item + skipped
            if b_form == PLAIN and depth > 0:
                stream_rows(x, a_step * item, y + skipped, columns * item, target, depth, last - first, dtype)
            else:
                place = y + skipped * depth
                dot_row(x + i * a_row * item, place, target, depth, last - first, dtype)
            finish_row(target, last - first, biases, addend, low, high)
        return
    b_step, panel_step, plain = LINE, depth * LINE, 0
    if packs(b_form, rows, depth, columns, panel):
        y = address_of(panel)
    elif b_form == PLAIN:
        # the last columns, behind which a tile would read, are in a panel
        plain = columns * item // LINE * LINE
        if skipped < plain:
            multiply_range(
                x,
                a_row * item,
                a_step * item,
                y + skipped,
                columns * item,
                LINE,
                z + skipped,
                columns * item,
                begin,
                end,
                depth,
                min(last, plain // item) - first,
                biases,
                addend,
                low,
                high,
                table,
            )
        if last * item <= plain:
            return
        y = address_of(panel)
        first = max(first, plain // item)
    wide = WIDE_BYTES // item
    width = max(PIECE_BYTES // (depth * WIDE_BYTES), 1) * wide if rows == 1 else last - first
    pieces = (last - first + width - 1) // width
    for i in range(pieces):
        column = first + (pieces - 1 - i if backwards else i) * width
        skipped = column * item
        multiply_range(
            x,
            a_row * item,
            a_step * item,
            panel_place(y, panel_step, skipped - plain),
            b_step,
            panel_step,
            z + skipped,
            columns * item,
            begin,
            end,
            depth,
            min(width, last - column),
            bias + skipped if bias != 0 else 0,
            addend,
            low,
            high,
            table,
        )
