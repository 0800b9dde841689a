"""Long short-term memory in one op: one step (LSTMBlockCell) or a whole sequence (BlockLSTM), and their gradients.

With xh = [x, h_prev], the gates are the four parts of xh w + b; then, * of each element,

    i = sigmoid(i + wci * cs_prev)      f = sigmoid(f + forget_bias + wcf * cs_prev)      ci = tanh(ci)
    cs = clip(i * ci + f * cs_prev)     o = sigmoid(o + wco * cs)      co = tanh(cs)      h = o * co

where the terms with wci, wcf and wco, the peepholes, are there only with use_peephole, and cs is clipped to cell_clip
where that is above 0. The parts of w are those of i, ci, f, o; in BlockLSTMV2, which has no forget_bias, of i, f, ci, o.
Gradients pass the clipping as if it were not there.
"""

from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, check, check_rank, merged


def _check_ranks(steps: int, x, cs_prev, h_prev, w, wci, wcf, wco, b) -> None:
    check_rank(x, steps)
    check_rank(cs_prev, 2)
    check_rank(h_prev, 2)
    check_rank(w, 2)
    check_rank(wci, 1)
    check_rank(wcf, 1)
    check_rank(wco, 1)
    check_rank(b, 1)


def _padded(columns: int) -> int:
    return (columns + 15) // 16 * 16


def _step_spaces(batch: int, inputs: int, units: int) -> tuple[int, int, int, int]:
    """Elements of the workspaces panel, table, xh and gates."""
    depth = inputs + units
    return (depth * _padded(4 * units), 2 * min(batch, 640), batch * depth, batch * 4 * units)


@op("LSTMBlockCell")
class LSTMBlockCell:
    """One step: x [B, I], cs_prev and h_prev [B, C], w [I + C, 4 C], peepholes [C], b [4 C] -> gates, cs and h [B, C]."""

    kernel = "lstm_block_cell"
    workspace = {"panel": "T", "table": "int64", "xh": "T", "gates": "T"}

    def workspace_size(x, cs_prev):
        return _step_spaces(x[0], x[1], cs_prev[1])

    def shape(x, cs_prev, h_prev, w, wci, wcf, wco, b):
        _check_ranks(2, x, cs_prev, h_prev, w, wci, wcf, wco, b)
        one = (x[0], cs_prev[1])
        return (one, one, one, one, one, one, one)


@op("LSTMBlockCellGrad")
class LSTMBlockCellGrad:
    """What LSTMBlockCell's gradients cs_grad and h_grad [B, C] are for cs_prev, for xh w + b [B, 4 C] and the peepholes."""

    kernel = "lstm_block_cell_grad"

    def shape(x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, cs_grad, h_grad):
        _check_ranks(2, x, cs_prev, h_prev, w, wci, wcf, wco, b)
        batch = merged(x[0], cs_prev[0])
        gates = UNKNOWN if cs_prev[1] == UNKNOWN else 4 * cs_prev[1]
        return ((batch, cs_prev[1]), (batch, gates), (wci[0],), (wcf[0],), (wco[0],))


def _sequence_gradient(op, d_cs, d_h):
    outputs = ("i", "cs", "f", "o", "ci", "co", "h")
    inputs = ("seq_len_max", "x", "cs_prev", "h_prev", "w", "wci", "wcf", "wco", "b")
    given = dict(zip(inputs, op.inputs, strict=True)) | dict(zip(outputs, op.outputs, strict=True))
    return None, *raw.BlockLSTMGrad(**given, cs_grad=d_cs, h_grad=d_h, use_peephole=op.attrs.use_peephole)


def _check_sequence(seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b) -> None:
    check_rank(seq_len_max, 0)
    _check_ranks(3, x, cs_prev, h_prev, w, wci, wcf, wco, b)
    check(b[0] == UNKNOWN or b[0] % 4 == 0, "Dimension size must be evenly divisible by 4 but is {}", b[0])


@op("BlockLSTM")
class BlockLSTM:
    """Steps 0 to seq_len_max - 1 of x [T, B, I]: gates, cs and h [T, B, C], zeros behind. See LSTMBlockCell."""

    kernel = "block_lstm"
    workspace = {"panel": "T", "table": "int64", "xh": "T", "gates": "T"}

    def workspace_size(x, cs_prev):
        return _step_spaces(x[1], x[2], cs_prev[1])

    def shape(seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b):
        _check_sequence(seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b)
        all_steps = (x[0], x[1], UNKNOWN if b[0] == UNKNOWN else b[0] // 4)
        return (all_steps, all_steps, all_steps, all_steps, all_steps, all_steps, all_steps)

    def gradient(op, di, d_cs, df, do, d_ci, d_co, d_h):
        return _sequence_gradient(op, d_cs, d_h)


@op("BlockLSTMV2")
class BlockLSTMV2:
    """As BlockLSTM, with the parts of w in the order i, f, ci, o and without a forget_bias.

    Its gradient is BlockLSTMGrad, as TensorFlow has registered, though that takes the parts in the order of BlockLSTM;
    BlockLSTMGradV2 is the right one.
    """

    kernel = "block_lstm_v2"
    workspace = {"panel": "T", "table": "int64", "xh": "T", "gates": "T"}
    workspace_size = BlockLSTM.workspace_size
    shape = BlockLSTM.shape

    def gradient(op, di, d_cs, df, do, d_ci, d_co, d_h):
        return _sequence_gradient(op, d_cs, d_h)


def _gradient_spaces(x, cs_prev):
    """panel and table of the largest product; xh and d_gates of all steps, two states."""
    rows, inputs, units = x[0] * x[1], x[2], cs_prev[1]
    depth, gates = inputs + units, 4 * units
    panel = max(gates * _padded(max(inputs, units)), rows * _padded(gates))
    table = 2 * min(max(rows, depth), 640)
    return (panel, table, rows * depth, rows * gates, x[1] * units)


def _gradient_shape(
    seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad
):  # fmt: skip
    _check_sequence(seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b)
    check_rank(cs, 3)
    check_rank(h, 3)
    check_rank(cs_grad, 3)
    check_rank(h_grad, 3)
    return (
        (x[0], x[1], x[2]),
        (cs_prev[0], cs_prev[1]),
        (h_prev[0], h_prev[1]),
        (w[0], w[1]),
        (wci[0],),
        (wcf[0],),
        (wco[0],),
        (b[0],),
    )


@op("BlockLSTMGrad")
class BlockLSTMGrad:
    """What BlockLSTM's gradients cs_grad and h_grad [T, B, C] are for its inputs, step by step from the last."""

    kernel = "block_lstm_grad"
    workspace = {"panel": "T", "table": "int64", "xh": "T", "d_gates": "T", "d_state": "T"}
    workspace_size = _gradient_spaces
    shape = _gradient_shape


@op("BlockLSTMGradV2")
class BlockLSTMGradV2:
    """As BlockLSTMGrad, of BlockLSTMV2."""

    kernel = "block_lstm_grad_v2"
    workspace = {"panel": "T", "table": "int64", "xh": "T", "d_gates": "T", "d_state": "T"}
    workspace_size = _gradient_spaces
    shape = _gradient_shape
