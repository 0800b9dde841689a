"""tf.nn: connectionist temporal classification, of sequences whose labels are not aligned with their steps."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import boolean_mask, where
from nbtf.array.joining import concat, pad
from nbtf.array.masks import sequence_mask
from nbtf.array.ordering import unique
from nbtf.array.shapes import expand_dims, reshape, shape, transpose
from nbtf.control_flow.functional import map_fn
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_max, reduce_sum


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Any:
    """-log of the probability of each label sequence, [B]; the last class is the blank.

    labels: a SparseTensor [B, longest] of int32. inputs: logits [T, B, C], or [B, T, C] unless time_major.
    sequence_length: how many steps of each count, [B] of int32. Raises TypeError for dense labels.
    """
    return _of_sparse_labels(
        labels,
        renamed("logits", logits, "inputs", inputs),
        sequence_length,
        time_major,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )


def _of_sparse_labels(labels: Any, logits: Any, sequence_length: Any, time_major: bool, **how: bool) -> Any:
    if not isinstance(labels, SparseTensor):
        raise TypeError(
            f"Expected argument `labels` to be a SparseTensor. Received labels={labels} of type: {type(labels).__name__}"
        )
    logits = convert_to_tensor(logits, name="logits")
    if not time_major:
        logits = transpose(logits, [1, 0, 2])
    return raw.CTCLoss(logits, labels.indices, labels.values, sequence_length, **how).loss


def ctc_loss_v2(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Any:
    """`ctc_loss` with a blank of any number, negative ones counted from the last class.

    labels: sparse, or dense [B, longest] of which label_length [B] says how many count; then the blank is 0 by default.
    unique: what may help TensorFlow to be faster with dense labels. A run fails where the logits are too few for the
    labels. Raises ValueError without a blank_index for sparse labels.
    """
    if not isinstance(labels, SparseTensor):
        labels = _sparse_labels(convert_to_tensor(labels, name="labels"), label_length)
        blank_index = 0 if blank_index is None else blank_index
    if blank_index is None:
        raise ValueError("Argument `blank_index` must be provided when labels is a SparseTensor.")
    logits = convert_to_tensor(logits, name="logits")
    if blank_index < 0:
        blank_index += _length(logits, 2)
    if blank_index != _length(logits, 2) - 1:
        before, after = logits[:, :, :blank_index], logits[:, :, blank_index + 1 :]
        logits = concat([before, after, logits[:, :, blank_index : blank_index + 1]], 2)
        kept = labels.values < blank_index
        labels = SparseTensor(labels.indices, where(kept, labels.values, labels.values - 1), labels.dense_shape)
    return _of_sparse_labels(labels, logits, logit_length, logits_time_major)


def _sparse_labels(labels: Any, label_length: Any) -> SparseTensor:
    """The first label_length [B] labels of each row of labels [B, longest]."""
    counts = raw.LogicalAnd(sequence_mask(label_length, maxlen=_length(labels, 1)), ones_like(labels, dtypes.bool))
    indices = where(counts)
    values = cast(raw.GatherNd(labels, indices), dtypes.int32)
    indices.set_shape([None, 2])  # the labels' own rank may be unknown
    values.set_shape([None])
    return SparseTensor(indices, values, shape(labels, out_type=dtypes.int64))


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: int | None = None
) -> tuple[list[SparseTensor], Any]:
    """([the best class of each step, blanks left out, as a sparse [B, longest]], minus the sum of their logits [B, 1]).

    inputs: logits [T, B, C]. merge_repeated: what repeats the step before is left out too. blank_index: the last class
    by default; negative ones count from the last.
    """
    blank = -1 if blank_index is None else blank_index
    *decoded, score = raw.CTCGreedyDecoder(inputs, sequence_length, merge_repeated=merge_repeated, blank_index=blank)
    return [SparseTensor(*decoded)], score


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Any]:
    """(the top_paths likeliest label sequences, each a sparse [B, longest]; the logs of their probabilities [B, top_paths]).

    inputs: logits [T, B, C]; the last class is the blank. merge_repeated: labels of a sequence that repeat the one
    before are left out, even if there was a blank between them.
    """
    indices, values, shapes, scores = raw.CTCBeamSearchDecoder(
        inputs, sequence_length, beam_width=beam_width, top_paths=top_paths, merge_repeated=merge_repeated
    )
    return [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)], scores


def ctc_beam_search_decoder_v2(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Any]:
    """`ctc_beam_search_decoder` without merge_repeated."""
    return ctc_beam_search_decoder(inputs, sequence_length, beam_width, top_paths, merge_repeated=False)


def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> tuple[Any, Any]:
    """(labels without those that repeat the one before, padded with zeros; their numbers): [B, n], [B] -> [B, m], [B]."""
    with name_scope(name, "collapse_repeated_labels", [labels, seq_length]):
        labels = convert_to_tensor(labels, name="labels")
        seq_length = convert_to_tensor(seq_length, name="seq_length")
        is_first = concat([ones_like(labels[:, :1], dtypes.bool), raw.NotEqual(labels[:, 1:], labels[:, :-1])], axis=1)
        kept = raw.LogicalAnd(is_first, sequence_mask(seq_length, maxlen=_length(labels, 1)))
        new_length = reduce_sum(cast(kept, dtypes.int32), axis=1)
        longest = reduce_max(new_length)
        filled = sequence_mask(new_length, maxlen=longest)
        flat, kept, filled = reshape(labels, [-1]), reshape(kept, [-1]), reshape(filled, [-1])
        places = expand_dims(boolean_mask(range_of(_length(filled, 0)), filled), axis=1)
        moved = raw.ScatterNd(places, boolean_mask(flat, kept), shape(filled))
        return reshape(moved, [_length(labels, 0), longest]), new_length


def ctc_unique_labels(labels: Any, name: str | None = None) -> list[Any]:
    """[the different labels of each row, padded with zeros; which of them each label is]: [B, n] -> int64, int32 [B, n]."""
    with name_scope(name, "ctc_unique_labels", [labels]):
        labels = convert_to_tensor(labels, name="labels")

        def of_row(row: Any) -> list[Any]:
            found = unique(row)
            different = pad(found.y, [[0, _length(found.idx, 0) - _length(found.y, 0)]])
            return [cast(different, dtypes.int64), found.idx]

        return map_fn(of_row, labels, dtype=[dtypes.int64, dtypes.int32])  # type: ignore[no-any-return]


def _length(tensor: Any, axis: int) -> Any:
    """A dim as an int where it is known, as a tensor otherwise."""
    known = None if tensor.shape.ndims is None else tensor.shape.as_list()[axis]
    return shape(tensor)[axis] if known is None else known
