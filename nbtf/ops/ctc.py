"""Connectionist temporal classification: the loss and the decoders. The last class is the blank."""

import math
from heapq import nlargest
from typing import Any

import numpy as np

from nbtf import shapes
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import UNKNOWN, Value, at_most, check, check_rank, equal_dims, may_equal


@op("CTCLoss")
class CTCLoss:
    """inputs (logits) [T, B, C], sparse labels, sequence_length [B] -> loss [B], gradient for the inputs [T, B, C].

    labels_indices [L, 2] are sorted pairs (batch, position), labels_values [L] their classes.
    """

    kernel = "ctc_loss"
    workspace = {"logs": "float64", "forward": "float64", "backward": "float64", "sums": "float64", "targets": "int64"}

    def workspace_size(inputs, labels_indices: Value):
        most, run = 0, 0
        for i in range(len(labels_indices) // 2):
            run = run + 1 if i > 0 and labels_indices[2 * i] == labels_indices[2 * i - 2] else 1
            most = max(most, run)
        targets = 2 * most + 1
        times = inputs[0] if inputs[1] > 0 and inputs[2] > 0 else 0
        return (times * inputs[2], times * targets, times * targets, inputs[2], targets)

    def shape(inputs, labels_indices_dims, labels_values, sequence_length):
        check_rank(inputs, 3)
        check_rank(labels_indices_dims, 2)
        check_rank(labels_values, 1)
        check_rank(sequence_length, 1)
        equal_dims(labels_indices_dims[0], labels_values[0])
        check(may_equal(labels_indices_dims[1], 2), "Order length must be SparseTensor rank.")
        batch = equal_dims(inputs[1], sequence_length[0])
        return ((batch,), (inputs[0], batch, inputs[2]))

    def gradient(op, d_loss, _):
        once = raw.PreventGradient(
            op.outputs[1],
            message="Currently there is no way to take the second  derivative of ctc_loss due to the fused implementation's "
            "interaction  with tf.gradients()",
        )
        return raw.ExpandDims(d_loss, -1) * once, None, None, None


@op("CTCGreedyDecoder")
class CTCGreedyDecoder:
    """inputs [T, B, C], sequence_length [B] -> the best class of every step, as a sparse [B, longest]; minus the sum of
    their logits [B, 1]. Blanks are left out and, with merge_repeated, what repeats the step before."""

    kernel = "ctc_greedy_decoder"
    shrinks = ("decoded_indices", "decoded_values")
    gradient = NOT_DIFFERENTIABLE

    def shape(inputs, sequence_length):
        check_rank(inputs, 3)
        check_rank(sequence_length, 1)
        batch = equal_dims(inputs[1], sequence_length[0])
        most = UNKNOWN if inputs[0] == UNKNOWN or batch == UNKNOWN else inputs[0] * batch
        return ((at_most(most), 2), (at_most(most),), (2,), (batch, 1))


# ---- beam search -----------------------------------------------------------------------------------------------------


class _Prefix:
    """A sequence of labels, and the log probabilities of the paths that read as it, by how they end."""

    __slots__ = ("blank", "children", "label", "labelled", "parent", "before_blank", "before_total", "total")

    def __init__(self, parent: "_Prefix | None", label: int) -> None:
        self.parent = parent
        self.label = label
        self.children: dict[int, _Prefix] = {}
        self.drop()
        self.before_blank = self.before_total = -math.inf

    def drop(self) -> None:
        """Out of the beam. What it was before this step stays: it may still grow."""
        self.blank = self.labelled = self.total = -math.inf

    def advance(self, logs: list[float]) -> None:
        """One step on, for a prefix in the beam: another blank, or its last label once more."""
        parent = self.parent
        if parent is not None:
            if parent.total > -math.inf:
                came = parent.before_blank if self.label == parent.label else parent.before_total
                self.labelled = _log_add(self.labelled, came)
            self.labelled += logs[self.label]
        self.blank = self.before_total + logs[-1]
        self.total = _log_add(self.blank, self.labelled)

    def labels(self, merge_repeated: bool) -> list[int]:
        found: list[int] = []
        prefix: _Prefix | None = self
        previous = -1
        while prefix is not None and prefix.parent is not None:
            if not merge_repeated or prefix.label != previous:
                found.append(prefix.label)
            previous = prefix.label
            prefix = prefix.parent
        return found[::-1]


def _log_add(a: float, b: float) -> float:
    if a == -math.inf or b == -math.inf:
        return max(a, b)
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def _step(beam: list[_Prefix], logs: list[float], width: int) -> list[_Prefix]:
    """The best `width` prefixes after one more step, best first."""
    for prefix in beam:
        prefix.before_blank, prefix.before_total = prefix.blank, prefix.total
    for prefix in beam:
        prefix.advance(logs)
    leaves = list(beam)
    for prefix in beam:
        for label in range(len(logs) - 1):
            lowest = min(leaves, key=_total) if len(leaves) >= width else None
            bar = -math.inf if lowest is None else lowest.total
            if prefix.before_total == -math.inf or (lowest is not None and prefix.before_total <= bar):
                break
            child = prefix.children.get(label)
            if child is not None and child.total > -math.inf:
                continue
            came = prefix.before_blank if label == prefix.label else prefix.before_total
            likely = logs[label] + came
            if likely == -math.inf or (lowest is not None and likely <= bar):
                continue
            if child is None:
                child = prefix.children[label] = _Prefix(prefix, label)
            child.labelled = child.total = likely
            if lowest is not None:
                lowest.drop()
                leaves.remove(lowest)
            leaves.append(child)
    return sorted(leaves, key=_total, reverse=True)


def _total(prefix: _Prefix) -> float:
    return prefix.total


def _beam_search(call: Any, inputs: Any, sequence_length: Any) -> list[Any]:
    attrs = call.attrs
    check_rank(inputs.shape, 3)
    check_rank(sequence_length.shape, 1)
    equal_dims(inputs.shape[1], sequence_length.shape[0])
    longest, batch, classes = inputs.shape
    check(classes > 0, "inputs must have at least one class")
    check(attrs.top_paths <= attrs.beam_width, "requested more paths than the beam width.")
    logits = inputs.astype(np.float64)
    found: list[list[tuple[list[int], float]]] = []
    for b in range(batch):
        shapes.precondition(sequence_length[b] <= longest, "sequence_length({}) <= {}", b, longest)
        root = _Prefix(None, -1)
        root.blank = root.total = 0.0
        beam = [root]
        for t in range(int(sequence_length[b])):
            row = logits[t, b]
            largest = row.max()
            beam = _step(beam, (row - largest - np.log(np.exp(row - largest).sum())).tolist(), attrs.beam_width)
        best = nlargest(attrs.top_paths, beam, key=_total)
        check(len(best) == attrs.top_paths, "Less leaves in the beam search than requested.")
        found.append([(prefix.labels(attrs.merge_repeated), prefix.total) for prefix in best])
    paths = [[labels[p][0] for labels in found] for p in range(attrs.top_paths)]
    scores = np.array([[score for _, score in row] for row in found], inputs.dtype).reshape(batch, attrs.top_paths)
    indices = [np.array([(b, i) for b, p in enumerate(path) for i in range(len(p))], np.int64) for path in paths]
    values = [np.array([label for p in path for label in p], np.int64) for path in paths]
    sizes = [np.array([batch, max(map(len, path), default=0)], np.int64) for path in paths]
    return [*(i.reshape(-1, 2) for i in indices), *values, *sizes, scores]


@op("CTCBeamSearchDecoder")
class CTCBeamSearchDecoder:
    """inputs (logits) [T, B, C], sequence_length [B] -> the top_paths best label sequences, each a sparse [B, longest],
    and their log probabilities [B, top_paths], from a beam of beam_width prefixes."""

    host = _beam_search
    gradient = NOT_DIFFERENTIABLE

    def shape(inputs, sequence_length, top_paths, out):
        check_rank(inputs, 3)
        check_rank(sequence_length, 1)
        batch = equal_dims(inputs[1], sequence_length[0])
        for i in range(top_paths):
            out[i].append(UNKNOWN)
            out[i].append(2)
            out[top_paths + i].append(UNKNOWN)
            out[2 * top_paths + i].append(2)
        out[3 * top_paths].append(batch)
        out[3 * top_paths].append(top_paths)
