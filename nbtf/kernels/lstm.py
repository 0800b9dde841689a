"""Long short-term memory: steps, sequences and their gradients; see nbtf/ops/lstm.py for the formulas."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.elementwise import sigmoid, tanh
from nbtf.kernels.gemm import multiply_range, pack_matrix, pack_transposed
from nbtf.kernels.jit import kernel
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.tile import LINE
from nbtf.shapes import check

SUMS = {"contract", "reassoc"}


@register_jitable
def check_sizes(batch, inputs, cs_prev_dims, h_prev_dims, w_dims, b_dims):
    """Returns the number of units."""
    units = cs_prev_dims[1]
    check(cs_prev_dims[0] == batch, "cs_prev.dims(0) != batch_size: {} vs. {}", cs_prev_dims[0], batch)
    check(h_prev_dims[0] == batch, "h_prev.dims(0) != batch_size: {} vs. {}", h_prev_dims[0], batch)
    check(h_prev_dims[1] == units, "h_prev.dims(1) != cell_size: {} vs. {}", h_prev_dims[1], units)
    check(w_dims[0] == inputs + units, "w.dim_size(0) != input_size + cell_size: {} vs. {}", w_dims[0], inputs + units)
    check(w_dims[1] == 4 * units, "w.dim_size(1) != cell_size * 4: {} vs. {}", w_dims[1], 4 * units)
    check(b_dims[0] == 4 * units, "b.dim_size(0) != cell_size * 4: {} vs. {}", b_dims[0], 4 * units)
    return units


@register_jitable
def check_peepholes(wci, wcf, wco, units, use_peephole):
    if use_peephole:
        check(len(wci) == units, "wci.dim_size(0) != cell_size: {} vs. {}", len(wci), units)
        check(len(wcf) == units, "wcf.dim_size(0) != cell_size: {} vs. {}", len(wcf), units)
        check(len(wco) == units, "wco.dim_size(0) != cell_size: {} vs. {}", len(wco), units)


@register_jitable
def rows_times(a, a_row, a_step, panels, c, rows, depth, columns, bias, table):
    """c [rows, columns] = a b + bias, b packed [depth, columns]; a_row and a_step in elements, bias an address or 0."""
    dtype = panels.dtype
    item = item_bytes(dtype)
    low, high = dtype.type(-np.inf), dtype.type(np.inf)
    multiply_range(
        address_of(a),
        a_row * item,
        a_step * item,
        address_of(panels),
        LINE,
        depth * LINE,
        address_of(c),
        columns * item,
        0,
        rows,
        depth,
        columns,
        bias,
        0,
        low,
        high,
        table,
    )


@register_jitable
def join_rows(x, h, xh, batch, inputs, units):
    """xh [B, I + C] = [x, h]."""
    depth = inputs + units
    for r in range(batch):
        for k in range(inputs):
            xh[r * depth + k] = x[r * inputs + k]
        for k in range(units):
            xh[r * depth + inputs + k] = h[r * units + k]


@register_jitable
def step(
    gates, place_ci, place_f, cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, h, batch, units, forget_bias, clip, peephole
):
    """One step from the gates [B, 4 C] on; place_ci and place_f: which parts of them are ci and f."""
    bias = gates.dtype.type(forget_bias)
    most = gates.dtype.type(clip)
    for r in range(batch):
        part, at = r * 4 * units, r * units
        for k in range(units):
            old = cs_prev[at + k]
            before_i = gates[part + k]
            before_f = gates[part + place_f * units + k] + bias
            before_o = gates[part + 3 * units + k]
            if peephole:
                before_i += old * wci[k]
                before_f += old * wcf[k]
            i[at + k] = sigmoid(before_i)
            f[at + k] = sigmoid(before_f)
            ci[at + k] = tanh(gates[part + place_ci * units + k])
            new = ci[at + k] * i[at + k] + old * f[at + k]
            if most > 0:
                new = min(max(new, -most), most)
            cs[at + k] = new
            if peephole:
                before_o += new * wco[k]
            o[at + k] = sigmoid(before_o)
            co[at + k] = tanh(new)
            h[at + k] = o[at + k] * co[at + k]


@kernel(fastmath=SUMS)
def lstm_block_cell(
    x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
    forget_bias, cell_clip, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, gates,
):  # fmt: skip
    batch, inputs = x_dims[0], x_dims[1]
    units = check_sizes(batch, inputs, cs_prev_dims, h_prev_dims, w_dims, b_dims)
    check_peepholes(wci, wcf, wco, units, use_peephole)
    if batch * units == 0:
        return
    depth = inputs + units
    pack_matrix(address_of(w), 4 * units * item_bytes(w.dtype), depth, 4 * units, address_of(panel), w.dtype)
    join_rows(x, h_prev, xh, batch, inputs, units)
    rows_times(xh, depth, 1, panel, gates, batch, depth, 4 * units, address_of(b), table)
    step(
        gates, 1, 2, cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, h, batch, units, forget_bias, cell_clip, use_peephole
    )


@register_jitable
def sequence(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
    place_ci, place_f, forget_bias, clip, peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims,
    panel, table, xh, gates,
):  # fmt: skip
    times, batch, inputs = x_dims[0], x_dims[1], x_dims[2]
    units = check_sizes(batch, inputs, cs_prev_dims, h_prev_dims, w_dims, b_dims)
    check_peepholes(wci, wcf, wco, units, peephole)
    last = seq_len_max[0]
    check(0 <= last and last <= times, "seq_len_max {} is not in [0, {}], the number of steps", last, times)
    size = batch * units
    for at in range(last * size, times * size):
        i[at] = cs[at] = f[at] = o[at] = ci[at] = co[at] = h[at] = 0
    if size == 0:
        return
    depth = inputs + units
    pack_matrix(address_of(w), 4 * units * item_bytes(w.dtype), depth, 4 * units, address_of(panel), w.dtype)
    for t in range(last):
        here, before = slice(t * size, (t + 1) * size), slice((t - 1) * size, t * size)
        old_h = h_prev if t == 0 else h[before]
        old_cs = cs_prev if t == 0 else cs[before]
        join_rows(x[t * batch * inputs : (t + 1) * batch * inputs], old_h, xh, batch, inputs, units)
        rows_times(xh, depth, 1, panel, gates, batch, depth, 4 * units, address_of(b), table)
        step(
            gates, place_ci, place_f, old_cs, wci, wcf, wco, i[here], cs[here], f[here], o[here], ci[here], co[here],
            h[here], batch, units, forget_bias, clip, peephole,
        )  # fmt: skip


@kernel(fastmath=SUMS)
def block_lstm(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
    forget_bias, cell_clip, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, gates,
):  # fmt: skip
    sequence(
        seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
        1, 2, forget_bias, cell_clip, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims,
        panel, table, xh, gates,
    )  # fmt: skip


@kernel(fastmath=SUMS)
def block_lstm_v2(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
    cell_clip, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, gates,
):  # fmt: skip
    sequence(
        seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h,
        2, 1, 0.0, cell_clip, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims,
        panel, table, xh, gates,
    )  # fmt: skip


# ---- gradients -------------------------------------------------------------------------------------------------------


@register_jitable
def step_back(
    cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, d_cs, d_h, d_cs_prev, d_gates, place_ci, place_f,
    d_wci, d_wcf, d_wco, batch, units, peephole,
):  # fmt: skip
    """One step: d_cs_prev and d_gates [B, 4 C] from d_cs and d_h; adds to the gradients of the peepholes."""
    one = cs.dtype.type(1)
    for r in range(batch):
        part, at = r * 4 * units, r * units
        for k in range(units):
            z = at + k
            do = o[z] * (one - o[z]) * d_h[z] * co[z]
            dc = (one - co[z] * co[z]) * d_h[z] * o[z] + d_cs[z]
            if peephole:
                dc += do * wco[k]
            d_ci = (one - ci[z] * ci[z]) * dc * i[z]
            df = f[z] * (one - f[z]) * dc * cs_prev[z]
            di = i[z] * (one - i[z]) * dc * ci[z]
            old = dc * f[z]
            if peephole:
                old += di * wci[k] + df * wcf[k]
                d_wci[k] += di * cs_prev[z]
                d_wcf[k] += df * cs_prev[z]
                d_wco[k] += do * cs[z]
            d_cs_prev[z] = old
            d_gates[part + k] = di
            d_gates[part + place_ci * units + k] = d_ci
            d_gates[part + place_f * units + k] = df
            d_gates[part + 3 * units + k] = do


@register_jitable
def clear(view):
    for k in range(len(view)):
        view[k] = 0


@kernel(fastmath=SUMS)
def lstm_block_cell_grad(
    cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, cs_grad, h_grad, cs_prev_grad, dicfo, wci_grad, wcf_grad, wco_grad,
    use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims,
):  # fmt: skip
    batch = x_dims[0]
    units = check_sizes(batch, x_dims[1], cs_prev_dims, h_prev_dims, w_dims, b_dims)
    check_peepholes(wci, wcf, wco, units, use_peephole)
    for size in (len(i), len(cs), len(f), len(o), len(ci), len(co), len(cs_grad), len(h_grad)):
        check(size == batch * units, "A gradient or an output of the step has {} elements, not {}", size, batch * units)
    clear(wci_grad)
    clear(wcf_grad)
    clear(wco_grad)
    step_back(
        cs_prev, wci, wcf, wco, i, cs, f, o, ci, co, cs_grad, h_grad, cs_prev_grad, dicfo, 1, 2,
        wci_grad, wcf_grad, wco_grad, batch, units, use_peephole,
    )  # fmt: skip


@register_jitable
def sequence_back(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, i, cs, f, o, ci, co, h, cs_grad, h_grad,
    x_grad, cs_prev_grad, h_prev_grad, w_grad, wci_grad, wcf_grad, wco_grad, b_grad,
    place_ci, place_f, peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims,
    panel, table, xh, d_gates, d_state,
):  # fmt: skip
    times, batch, inputs = x_dims[0], x_dims[1], x_dims[2]
    units = check_sizes(batch, inputs, cs_prev_dims, h_prev_dims, w_dims, b_dims)
    check_peepholes(wci, wcf, wco, units, peephole)
    last = seq_len_max[0]
    check(0 <= last and last <= times, "seq_len_max {} is not in [0, {}], the number of steps", last, times)
    size, gates, depth = batch * units, 4 * units, inputs + units
    for count in (len(i), len(cs), len(f), len(o), len(ci), len(co), len(h), len(cs_grad), len(h_grad)):
        check(
            count == times * size, "A gradient or an output of the steps has {} elements, not {}", count, times * size
        )
    clear(x_grad)
    clear(cs_prev_grad)
    clear(h_prev_grad)
    clear(w_grad)
    clear(wci_grad)
    clear(wcf_grad)
    clear(wco_grad)
    clear(b_grad)
    if size * last == 0:
        return
    item = item_bytes(w.dtype)
    row = gates * item
    # h_prev_grad of each step is d_gates times the transposed rows of w that met h
    pack_transposed(address_of(w) + inputs * row, row, gates, units, address_of(panel), gates * LINE, w.dtype)
    for t in range(last - 1, -1, -1):
        here, before = slice(t * size, (t + 1) * size), slice((t - 1) * size, t * size)
        old_h = h_prev if t == 0 else h[before]
        old_cs = cs_prev if t == 0 else cs[before]
        joined = xh[t * batch * depth : (t + 1) * batch * depth]
        own = d_gates[t * batch * gates : (t + 1) * batch * gates]
        join_rows(x[t * batch * inputs : (t + 1) * batch * inputs], old_h, joined, batch, inputs, units)
        for k in range(size):
            h_prev_grad[k] += h_grad[t * size + k]
            d_state[k] = cs_prev_grad[k] + cs_grad[t * size + k]
        step_back(
            old_cs, wci, wcf, wco, i[here], cs[here], f[here], o[here], ci[here], co[here], d_state, h_prev_grad,
            cs_prev_grad, own, place_ci, place_f, wci_grad, wcf_grad, wco_grad, batch, units, peephole,
        )  # fmt: skip
        rows_times(own, gates, 1, panel, h_prev_grad, batch, gates, units, 0, table)
    rows = last * batch
    for r in range(rows):
        for k in range(gates):
            b_grad[k] += d_gates[r * gates + k]
    if inputs > 0:
        pack_transposed(address_of(w), row, gates, inputs, address_of(panel), gates * LINE, w.dtype)
        rows_times(d_gates, gates, 1, panel, x_grad, rows, gates, inputs, 0, table)
    pack_matrix(address_of(d_gates), row, rows, gates, address_of(panel), w.dtype)
    rows_times(xh, 1, depth, panel, w_grad, depth, rows, gates, 0, table)


@kernel(fastmath=SUMS)
def block_lstm_grad(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, i, cs, f, o, ci, co, h, cs_grad, h_grad,
    x_grad, cs_prev_grad, h_prev_grad, w_grad, wci_grad, wcf_grad, wco_grad, b_grad,
    use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, d_gates, d_state,
):  # fmt: skip
    sequence_back(
        seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, i, cs, f, o, ci, co, h, cs_grad, h_grad,
        x_grad, cs_prev_grad, h_prev_grad, w_grad, wci_grad, wcf_grad, wco_grad, b_grad,
        1, 2, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, d_gates, d_state,
    )  # fmt: skip


@kernel(fastmath=SUMS)
def block_lstm_grad_v2(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, i, cs, f, o, ci, co, h, cs_grad, h_grad,
    x_grad, cs_prev_grad, h_prev_grad, w_grad, wci_grad, wcf_grad, wco_grad, b_grad,
    use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, d_gates, d_state,
):  # fmt: skip
    sequence_back(
        seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, i, cs, f, o, ci, co, h, cs_grad, h_grad,
        x_grad, cs_prev_grad, h_prev_grad, w_grad, wci_grad, wcf_grad, wco_grad, b_grad,
        2, 1, use_peephole, x_dims, cs_prev_dims, h_prev_dims, w_dims, b_dims, panel, table, xh, d_gates, d_state,
    )  # fmt: skip
