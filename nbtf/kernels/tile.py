"""The tile: a small block of a matrix product that stays in registers. One generator makes it for every processor.

A tile of c [rows, columns] is the sum over taps t and elements k of a[t][row][k] * b[t, k][column]: an indirect product,
where every row of `a` has an address of its own for every tap, and every row of `c` has one. A matrix is the case of one
tap; a convolution has one tap for each place of its window, and rows of zeros for padding. Nothing of `a` is copied.

`a_step` is the distance in bytes from one k to the next within a row of `a`, so a transposed matrix is read in place.
Columns of `b` lie in panels a cache line wide. `b_step` is the distance of its rows and `panel_step` that of neighbouring
panels, so the same code reads packed matrices ([panel, k, line]) and plain ones.

Behind the last product come, in this order, a bias for each column, an addend that lies as `c` does, and a clamp.
"""

import functools
import itertools

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nbtf.kernels import simd
from nbtf.kernels.simd import FLOATS, HOST, I64, lane_count, vector_type

LINE = 64  # bytes: the width of a panel
MOST_ROWS = HOST.tile_rows
WIDE = max(8, 4 * LINE // HOST.register_bytes)  # vectors of a one-row tile: enough sums to hide the latency of each
AHEAD = 32  # rows of b between what is read and what is prefetched

PARAMETERS = (
    "table",  # address of int64 addresses, [taps][table_step bytes]: the first ones of each tap are those of a's rows
    "table_step",
    "taps",
    "first",  # bytes from these addresses: of the first k, and behind the last one
    "end",
    "a_step",
    "b",
    "b_step",
    "b_skip",  # bytes of b to leave out behind each tap
    "panel_step",
    "c_table",  # address of the int64 addresses of c's rows
    "c_offset",  # bytes from these addresses to the tile's first column
    "columns",  # at most those of the tile; no others of c are read or written
    "onto",  # whether the sums go onto what c holds
    "bias",  # address, or 0
    "addend",  # bytes from c to the addend, or 0
)


def _internal_function(module, name, result, arguments):
    """One that is not inlined."""
    function = ir.Function(module, ir.FunctionType(result, arguments), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    return function


def _tile_function(module, dtype, rows, vectors):
    """`void tile(PARAMETERS..., low, high)` of this height and width, made once a module."""
    name = f"nbtf_tile_{dtype}_{rows}x{vectors}"
    if name in module.globals:
        return module.globals[name]
    function = _internal_function(module, name, ir.VoidType(), [I64] * len(PARAMETERS) + [FLOATS[dtype]] * 2)
    _Tile(function, dtype, rows, vectors).generate()
    return function


def _store_function(module, dtype):
    """`void store(vector, address, count)` of the first `count` elements, fewer than all; none if it is not positive.

    In pieces of half a vector, a quarter ..., because a masked store takes some of the processors as long as ten others.
    """
    name = f"nbtf_store_first_{dtype}"
    if name in module.globals:
        return module.globals[name]
    function = _internal_function(module, name, ir.VoidType(), [vector_type(dtype), I64, I64])
    piece, place, count = function.args
    b = ir.IRBuilder(function.append_basic_block("entry"))
    lanes = lane_count(dtype)
    with b.if_then(b.icmp_signed("<=", count, I64(0))):
        b.ret_void()
    while lanes > 1:
        lanes //= 2
        low, high = simd.emit_halves(b, piece)
        is_set = b.icmp_signed("!=", b.and_(count, I64(lanes)), I64(0))
        with b.if_then(is_set):
            b.store(low, b.inttoptr(place, low.type.as_pointer())).align = dtype.bitwidth // 8
        piece = b.select(is_set, high, low)
        place = b.select(is_set, b.add(place, I64(lanes * dtype.bitwidth // 8)), place)
    b.ret_void()
    return function


def _load_function(module, dtype):
    """`vector load(address, count)` of the first `count` elements, and zeros: where branches do it, they stand here only."""
    name = f"nbtf_load_first_{dtype}"
    if name in module.globals:
        return module.globals[name]
    function = _internal_function(module, name, vector_type(dtype), [I64, I64])
    address, count = function.args
    b = ir.IRBuilder(function.append_basic_block("entry"))
    b.ret(simd.emit_masked_load(b, address, simd.emit_mask(b, count, dtype), dtype))
    return function


class _Tile:
    """Writes the body of one tile function."""

    def __init__(self, function, dtype, rows, vectors):
        self.function, self.dtype, self.rows, self.vectors = function, dtype, rows, vectors
        for name, value in zip((*PARAMETERS, "low", "high"), function.args):
            value.name = name
            setattr(self, name, value)
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.places = [(m, v) for m in range(rows) for v in range(vectors)]

    def generate(self):
        b = self.builder
        width = self.vectors * lane_count(self.dtype)
        self.is_full = b.icmp_signed("==", self.columns, I64(width))
        sums = self._start()
        sums = self._taps(sums)
        partial, full = self.function.append_basic_block("partial"), self.function.append_basic_block("full")
        b.cbranch(self.is_full, full, partial)
        for block, masks in ((full, None), (partial, self._masks)):
            b.position_at_end(block)
            self._finish(list(sums), masks() if masks else None)

    # ---- pieces ----

    def _block(self, name):
        return self.function.append_basic_block(name)

    def _masks(self):
        """Of each vector, which lanes are columns of c; where the processor has no masks, how many."""
        lanes = lane_count(self.dtype)
        if not HOST.has_masks:
            return [self.builder.sub(self.columns, I64(v * lanes)) for v in range(self.vectors)]
        return [simd.emit_mask(self.builder, self.columns, self.dtype, v * lanes) for v in range(self.vectors)]

    def _offset(self, address, bytes_):
        return self.builder.add(address, I64(bytes_)) if bytes_ else address

    def _load(self, address, v, masks):
        address = self._offset(address, v * HOST.register_bytes)
        if masks is None:
            return simd.emit_load(self.builder, address, self.dtype)
        if not HOST.has_masks:
            return self.builder.call(_load_function(self.function.module, self.dtype), [address, masks[v]])
        return simd.emit_masked_load(self.builder, address, masks[v], self.dtype)

    def _merge(self, branches):
        """One set of sums from several branches, each a block and the sums at its end."""
        merged = []
        for i in range(len(self.places)):
            phi = self.builder.phi(vector_type(self.dtype))
            for block, sums in branches:
                phi.add_incoming(sums[i], block)
            merged.append(phi)
        return merged

    def _start(self):
        """Zeros, or what c holds."""
        b = self.builder
        zero = ir.Constant(vector_type(self.dtype), [0.0] * lane_count(self.dtype))
        begun, entry = self._block("begin"), b.block
        resume, whole, part = self._block("onto"), self._block("onto_full"), self._block("onto_partial")
        b.cbranch(b.icmp_signed("!=", self.onto, I64(0)), resume, begun)
        b.position_at_end(resume)
        b.cbranch(self.is_full, whole, part)
        branches = [(entry, [zero] * len(self.places))]
        for block, masks in ((whole, None), (part, self._masks)):
            b.position_at_end(block)
            branches.append((block, self._rows_of(self._places_in_c(), masks() if masks else None)))
            b.branch(begun)
        b.position_at_end(begun)
        return self._merge(branches)

    def _addresses(self, table):
        b = self.builder
        return [b.load(b.inttoptr(self._offset(table, 8 * m), I64.as_pointer()), typ=I64) for m in range(self.rows)]

    def _places_in_c(self):
        return [self.builder.add(address, self.c_offset) for address in self._addresses(self.c_table)]

    def _rows_of(self, addresses, masks):
        return [self._load(address, v, masks) for address in addresses for v in range(self.vectors)]

    def _taps(self, sums):
        """The loop over taps around the loop over elements."""
        b, before = self.builder, self.builder.block
        tap, inner, behind, done = (self._block(n) for n in ("tap", "element", "tap_end", "done"))
        b.branch(tap)
        b.position_at_end(tap)
        table, left, at_tap = b.phi(I64), b.phi(I64), b.phi(I64)
        held = [b.phi(vector_type(self.dtype)) for _ in self.places]
        rows = [b.inttoptr(address, simd.I8.as_pointer()) for address in self._addresses(table)]
        b.branch(inner)
        b.position_at_end(inner)
        k, at = b.phi(I64), b.phi(I64)
        running = [b.phi(vector_type(self.dtype)) for _ in self.places]
        added = self._add_products(running, rows, k, at)
        next_k, next_at = b.add(k, self.a_step), b.add(at, self.b_step)
        b.cbranch(b.icmp_signed("<", next_k, self.end), inner, behind)
        b.position_at_end(behind)
        next_table, next_left = b.add(table, self.table_step), b.sub(left, I64(1))
        next_at_tap = b.add(next_at, self.b_skip)
        b.cbranch(b.icmp_signed(">", next_left, I64(0)), tap, done)
        for phi, first, later in (
            (table, self.table, next_table),
            (left, self.taps, next_left),
            (at_tap, self.b, next_at_tap),
            *zip(held, sums, added),
        ):
            phi.add_incoming(first, before)
            phi.add_incoming(later, behind)
        for phi, first, later in ((k, self.first, next_k), (at, at_tap, next_at), *zip(running, held, added)):
            phi.add_incoming(first, tap)
            phi.add_incoming(later, inner)
        b.position_at_end(done)
        return added

    def _add_products(self, sums, rows, k, at):
        """One element of every row of a, times one row of b."""
        b, dtype = self.builder, self.dtype
        in_panel = max(LINE // HOST.register_bytes, 1)
        columns, panel = [], at
        far = b.add(at, b.mul(self.b_step, I64(AHEAD)))
        for v in range(self.vectors):
            if v and v % in_panel == 0:
                panel, far = b.add(panel, self.panel_step), b.add(far, self.panel_step)
            if v % in_panel == 0:
                simd.emit_prefetch(b, far)
            columns.append(simd.emit_load(b, self._offset(panel, v % in_panel * HOST.register_bytes), dtype))
        result = list(sums)
        for m, row in enumerate(rows):
            place = b.bitcast(b.gep(row, [k], source_etype=simd.I8), FLOATS[dtype].as_pointer())
            x = b.load(place, typ=FLOATS[dtype])
            x.align = dtype.bitwidth // 8
            x = simd.emit_broadcast(b, x, dtype)
            for v in range(self.vectors):
                i = m * self.vectors + v
                result[i] = simd.emit_fma(b, x, columns[v], sums[i], dtype)
        return result

    def _finish(self, sums, masks):
        """Bias, addend, clamp, store."""
        b = self.builder
        places = self._places_in_c()
        sums = self._added(sums, self.bias, lambda: [self._load(self.bias, v, masks) for v in range(self.vectors)])
        sums = self._added(sums, self.addend, lambda: self._rows_of([b.add(p, self.addend) for p in places], masks))
        low, high = (simd.emit_broadcast(b, x, self.dtype) for x in (self.low, self.high))
        room = None if masks is None else self._room(places)
        for (m, v), x in zip(self.places, sums):
            x = simd.emit_smaller(b, high, simd.emit_larger(b, low, x))  # a NaN stays
            place = self._offset(places[m], v * HOST.register_bytes)
            if room is None:
                simd.emit_store(b, place, x, self.dtype)
            else:
                self._store_part(x, place, b.sub(room[m], I64(v * lane_count(self.dtype))))
        b.ret_void()

    def _room(self, places):
        """Elements that may be written from the begin of each row of c on. Where the rows follow each other without a gap,
        those of the rows behind it are among them: they are written later."""
        b, row_bytes = self.builder, self.builder.mul(self.columns, I64(self.dtype.bitwidth // 8))
        steps = [b.icmp_signed("==", b.sub(later, place), row_bytes) for place, later in itertools.pairwise(places)]
        together = functools.reduce(b.and_, steps, ir.IntType(1)(1))
        rows = [b.select(together, I64(self.rows - m), I64(1)) for m in range(self.rows)]
        return [b.mul(count, self.columns) for count in rows]

    def _store_part(self, vector, place, count):
        """The first `count` elements, all if there are more."""
        b = self.builder
        with b.if_else(b.icmp_signed(">=", count, I64(lane_count(self.dtype)))) as (whole, part):
            with whole:
                simd.emit_store(b, place, vector, self.dtype)
            with part:
                b.call(_store_function(self.function.module, self.dtype), [vector, place, count])

    def _added(self, sums, address, load):
        """Sums plus what lies at the address, unless that is 0. One row of values serves all rows."""
        b, before = self.builder, self.builder.block
        add, behind = self._block("add"), self._block("added")
        b.cbranch(b.icmp_signed("!=", address, I64(0)), add, behind)
        b.position_at_end(add)
        values = load()
        values = values if len(values) == len(sums) else values * self.rows
        more = [b.fadd(x, y) for x, y in zip(sums, values)]
        b.branch(behind)
        b.position_at_end(behind)
        return self._merge([(before, sums), (add, more)])


def _dispatcher(module, dtype):
    """`void run(rows, vectors, PARAMETERS..., low, high)`: a switch over all tiles of a dtype."""
    name = f"nbtf_tile_{dtype}"
    if name in module.globals:
        return module.globals[name]
    kind = ir.FunctionType(ir.VoidType(), [I64] * (2 + len(PARAMETERS)) + [FLOATS[dtype]] * 2)
    function = ir.Function(module, kind, name)
    function.linkage = "internal"
    b = ir.IRBuilder(function.append_basic_block())
    done = function.append_basic_block("done")
    shapes = [(rows, vectors) for rows in range(1, MOST_ROWS + 1) for vectors in (1, HOST.tile_vectors)] + [(1, WIDE)]
    switch = b.switch(b.add(b.mul(function.args[0], I64(16)), function.args[1]), done)
    for rows, vectors in shapes:
        block = function.append_basic_block()
        switch.add_case(I64(rows * 16 + vectors), block)
        b.position_at_end(block)
        b.call(_tile_function(module, dtype, rows, vectors), function.args[2:])
        b.branch(done)
    b.position_at_end(done)
    b.ret_void()
    return function


@intrinsic
def run_tile(
    typing_context,
    rows,
    vectors,
    table,
    table_step,
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
    """One tile of `rows` rows (1 to MOST_ROWS) and 1 or HOST.tile_vectors vectors, or of one row and WIDE vectors.

    There must be a tap and an element: first < end. Of b, whole tiles are read, whatever `columns` says. low and high
    are of the product's dtype, float32 or float64.
    """

    def generate(context, builder, signature, args):
        builder.call(_dispatcher(builder.module, low), args)
        return context.get_dummy_value()

    return types.void(*[types.int64] * (2 + len(PARAMETERS)), low, low), generate
