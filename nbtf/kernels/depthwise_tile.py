"""The tile of a depthwise convolution: a few neighbouring positions of a line, all channels, sums in registers.

One generator makes it for every processor and for the windows that networks have. The positions of a tile see columns
that overlap; each is loaded once for a line of taps, and so is each weight. At the ends of a line some columns lie
outside of the image: the partial form of a tile asks of each whether it is there.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nbtf.kernels import simd
from nbtf.kernels.simd import FLOATS, HOST, I1, I64, lane_count, vector_type

POSITIONS = 4
WINDOWS = ((3, 1), (3, 2), (5, 1), (5, 2))  # taps of a line, stride

PARAMETERS = (
    "x",  # address of the first column that the first position sees, in the first line of taps
    "x_line",  # bytes to the next line of taps, in the image
    "x_column",
    "w",
    "w_line",
    "w_column",
    "lines",  # of taps, at most as many as a line has
    "first",  # columns of the tile that lie in the image: [first, end)
    "end",
    "y",  # address of the first position
    "y_step",  # bytes to the next position
    "size",  # bytes of all channels: a vector at least
    "bias",  # address, or 0
    "addend",  # bytes from y to the addend, or 0
)


class _Tile:
    """Writes the body of one tile function."""

    def __init__(self, function, dtype, taps, stride, partial):
        self.function, self.dtype, self.taps, self.stride, self.partial = function, dtype, taps, stride, partial
        for name, value in zip((*PARAMETERS, "low", "high"), function.args):
            value.name = name
            setattr(self, name, value)
        self.builder = ir.IRBuilder(function.append_basic_block("entry"))
        self.columns = (POSITIONS - 1) * stride + taps

    def _block(self, name):
        return self.function.append_basic_block(name)

    def generate(self):
        """The loop over channels, whose last vector may begin within the one before."""
        b, entry = self.builder, self.builder.block
        last = b.sub(self.size, I64(HOST.register_bytes))
        self.there = self._columns_in_image()
        channel, done = self._block("channel"), self._block("done")
        b.branch(channel)
        b.position_at_end(channel)
        walked = b.phi(I64)
        at = b.select(b.icmp_signed("<", walked, last), walked, last)
        self._finish(self._lines(at), at)
        walked.add_incoming(I64(0), entry)
        further = b.add(walked, I64(HOST.register_bytes))
        walked.add_incoming(further, b.block)
        b.cbranch(b.icmp_signed("<", further, self.size), channel, done)
        b.position_at_end(done)
        b.ret_void()

    def _columns_in_image(self):
        b = self.builder
        if not self.partial:
            return [I1(True)] * self.columns
        numbers = [I64(k) for k in range(self.columns)]
        return [b.and_(b.icmp_signed("<=", self.first, k), b.icmp_signed("<", k, self.end)) for k in numbers]

    def _lines(self, at):
        """The sums of one vector of channels: line by line of taps, as many as there are."""
        b = self.builder
        zero = ir.Constant(vector_type(self.dtype), [0.0] * lane_count(self.dtype))
        done = self._block("summed")
        x, w, sums, ends = b.add(self.x, at), b.add(self.w, at), [zero] * POSITIONS, []
        for i in range(self.taps):
            line = self._block("line")
            ends.append((b.block, sums))
            b.cbranch(b.icmp_signed("<", I64(i), self.lines), line, done)
            b.position_at_end(line)
            sums = self._add_line(sums, x, w)
            x, w = b.add(x, self.x_line), b.add(w, self.w_line)
        ends.append((b.block, sums))
        b.branch(done)
        b.position_at_end(done)
        return self._merge(ends)

    def _add_line(self, sums, x, w):
        b, dtype = self.builder, self.dtype
        x_column, w_column = self._kept_here(self.x_column), self._kept_here(self.w_column)
        weights = [simd.emit_load(b, b.add(w, b.mul(w_column, I64(j))), dtype) for j in range(self.taps)]
        for k in range(self.columns):
            seen = [(p, k - p * self.stride) for p in range(POSITIONS) if 0 <= k - p * self.stride < self.taps]
            before, behind = b.block, None
            if self.partial:
                load, behind = self._block("column"), self._block("next")
                b.cbranch(self.there[k], load, behind)
                b.position_at_end(load)
            pixel = simd.emit_load(b, b.add(x, b.mul(x_column, I64(k))), dtype)
            added = list(sums)
            for p, j in seen:
                added[p] = simd.emit_fma(b, pixel, weights[j], sums[p], dtype)
            if self.partial:
                loaded = b.block
                b.branch(behind)
                b.position_at_end(behind)
                added = self._merge([(before, sums), (loaded, added)])
            sums = added
        return sums

    def _kept_here(self, value):
        """The same value, of which LLVM knows nothing: it would keep all multiples of it in registers that are not there."""
        return self.builder.asm(ir.FunctionType(I64, [I64]), "", "=r,0", [value], False)

    def _merge(self, branches):
        """One set of sums from several branches, each a block and the sums at its end."""
        merged = []
        for i in range(POSITIONS):
            phi = self.builder.phi(vector_type(self.dtype))
            for block, sums in branches:
                phi.add_incoming(sums[i], block)
            merged.append(phi)
        return merged

    def _finish(self, sums, at):
        """Bias, addend, clamp, store."""
        b = self.builder
        places = [b.add(b.add(self.y, at), b.mul(self.y_step, I64(p))) for p in range(POSITIONS)]
        bias = b.add(self.bias, at)
        sums = self._added(sums, self.bias, [bias] * POSITIONS)
        sums = self._added(sums, self.addend, [b.add(place, self.addend) for place in places])
        low, high = (simd.emit_broadcast(b, x, self.dtype) for x in (self.low, self.high))
        for place, x in zip(places, sums):
            simd.emit_store(
                b, place, simd.emit_smaller(b, high, simd.emit_larger(b, low, x)), self.dtype
            )  # a NaN stays

    def _added(self, sums, wanted, places):
        """Sums plus what lies at their places, if that is wanted."""
        b, before = self.builder, self.builder.block
        add, behind = self._block("add"), self._block("added")
        b.cbranch(b.icmp_signed("!=", wanted, I64(0)), add, behind)
        b.position_at_end(add)
        more = [b.fadd(x, simd.emit_load(b, place, self.dtype)) for x, place in zip(sums, places)]
        b.branch(behind)
        b.position_at_end(behind)
        return self._merge([(before, sums), (add, more)])


def _internal_function(module, name, arguments):
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), arguments), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    return function


def _dispatcher(module, dtype):
    """`void run(taps, stride, partial, PARAMETERS..., low, high)`: a switch over all tiles of a dtype."""
    name = f"nbtf_depthwise_tile_{dtype}"
    if name in module.globals:
        return module.globals[name]
    arguments = [I64] * len(PARAMETERS) + [FLOATS[dtype]] * 2
    run = _internal_function(module, name, [I64, I64, I1, *arguments])
    b = ir.IRBuilder(run.append_basic_block())
    done = run.append_basic_block("done")
    taps, stride, partial = run.args[:3]
    told = b.add(b.mul(b.add(b.mul(taps, I64(16)), stride), I64(2)), b.zext(partial, I64))
    switch = b.switch(told, done)
    for window in WINDOWS:
        for form in (0, 1):
            tile = _internal_function(module, f"{name}_{window[0]}_{window[1]}_{form}", arguments)
            _Tile(tile, dtype, *window, form).generate()
            block = run.append_basic_block()
            switch.add_case(I64((window[0] * 16 + window[1]) * 2 + form), block)
            b.position_at_end(block)
            b.call(tile, run.args[3:])
            b.branch(done)
    b.position_at_end(done)
    b.ret_void()
    return run


@intrinsic
def run_depthwise_tile(
    typing_context,
    taps,
    stride,
    partial,
    x,
    x_line,
    x_column,
    w,
    w_line,
    w_column,
    lines,
    first,
    end,
    y,
    y_step,
    size,
    bias,
    addend,
    low,
    high,
):
    """POSITIONS positions of one line through a window of WINDOWS, no higher than wide; low and high are of the dtype of all.

    partial: whether columns outside of [first, end) are left out, as zeros would be.
    """

    def generate(context, builder, signature, args):
        builder.call(_dispatcher(builder.module, low), args)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.boolean, *[types.int64] * len(PARAMETERS), low, low), generate
