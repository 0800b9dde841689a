"""Strings: joining, splitting, cutting and changing case. Python computes these ops, on bytes."""

import itertools

import numpy as np

from nbtf.errors import OutOfRangeError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import each, of_input, utf8
from nbtf.shapes import HIDDEN, UNKNOWN, Value, broadcast, check, copy_dims, may_equal, normal_axis

WHITESPACE = b" \t\n\v\f\r"

# ---- joining ---------------------------------------------------------------------------------------------------------


def _join(call, *inputs):
    separator = utf8(call.attrs.separator)
    shapes = [array.shape for array in inputs if array.ndim]
    for shape in shapes:
        check(shape == shapes[0], "Input shapes do not match: {} vs. {}", shapes[0], shape)
    arrays = np.broadcast_arrays(*inputs)
    result = np.empty(arrays[0].shape, object)
    for position in np.ndindex(arrays[0].shape):
        result[position] = separator.join(array[position] for array in arrays)
    return result


@op("StringJoin")
class StringJoin:
    """Elementwise concatenation with a separator; scalars broadcast."""

    host = _join
    gradient = NOT_DIFFERENTIABLE

    def shape(inputs, out):
        widest = 0
        for i in range(len(inputs)):
            if len(inputs[widest]) == 0:
                widest = i
        for i in range(len(inputs)):
            same = len(inputs[i]) == 0 or (
                len(inputs[i]) == len(inputs[widest]) and all(map(may_equal, inputs[i], inputs[widest]))
            )
            check(
                same,
                "Input shapes do not match: input 0's shape was {} vs {} for input {}",
                inputs[widest],
                inputs[i],
                i,
            )
        copy_dims(inputs[widest], out)


def _reduce_join(call, inputs, reduction_indices):
    axes = []
    for axis in reduction_indices.reshape(-1).tolist():
        if not -inputs.ndim <= axis < inputs.ndim:
            message = f"Invalid reduction dimension {axis} for input with {inputs.ndim} dimension(s)"
            raise OutOfRangeError(None, call.node.origin, message)
        check(axis % inputs.ndim not in axes, "Duplicate reduction dimension {}", axis)
        axes.append(axis % inputs.ndim)
    if not axes:
        return inputs
    kept = [axis for axis in range(inputs.ndim) if axis not in axes]
    # the axis named first varies fastest
    moved = inputs.transpose([*kept, *reversed(axes)])
    shape = [inputs.shape[axis] for axis in kept]
    rows = moved.reshape(*shape, -1)
    result = np.empty(shape, object)
    for position in np.ndindex(*shape):
        result[position] = utf8(call.attrs.separator).join(rows[position])
    if call.attrs.keep_dims:
        result = result.reshape([1 if axis in axes else size for axis, size in enumerate(inputs.shape)])
    return result


@op("ReduceJoin")
class ReduceJoin:
    """Strings joined along axes, the first of them varying fastest. inputs [...], reduction_indices [k] or []."""

    host = _reduce_join
    gradient = NOT_DIFFERENTIABLE

    def shape(inputs, reduction_indices: Value, keep_dims, out):
        hidden = any(axis == HIDDEN for axis in reduction_indices)
        gone = set()
        for axis in reduction_indices:
            if axis != HIDDEN:
                check(
                    -len(inputs) <= axis < len(inputs),
                    "Invalid reduction dimension {} for input with {} dimensions.",
                    axis,
                    len(inputs),
                )
                at = normal_axis(axis, len(inputs))
                check(at not in gone, "Duplicate reduction dimension {}", axis)
                gone.add(at)
        if hidden:
            out.unknown_rank()
            return
        for axis in range(len(inputs)):
            if axis not in gone:
                out.append(inputs[axis])
            elif keep_dims:
                out.append(1)


def _segment_join(call, inputs, segment_ids, num_segments):
    count = int(num_segments)
    check(count >= 0, "Number of segments must be >= 0, but is {}", count)
    check(
        inputs.shape[: segment_ids.ndim] == segment_ids.shape,
        "segment_ids of shape {} must be a prefix of the shape of inputs {}",
        segment_ids.shape,
        inputs.shape,
    )
    rest = inputs.shape[segment_ids.ndim :]
    rows = inputs.reshape(segment_ids.size, -1)
    found = [[[] for _ in range(rows.shape[1])] for _ in range(count)]
    for row, segment in zip(rows, segment_ids.reshape(-1).tolist(), strict=True):
        check(0 <= segment < count, "segment_ids are not allowed to exceed num_segments or to have negative values.")
        for place, item in zip(found[segment], row, strict=True):
            place.append(item)
    result = np.empty((count, rows.shape[1]), object)
    for position in np.ndindex(result.shape):
        result[position] = utf8(call.attrs.separator).join(found[position[0]][position[1]])
    return result.reshape(count, *rest)


@op("UnsortedSegmentJoin")
class UnsortedSegmentJoin:
    """Strings of one segment joined. inputs [...], segment_ids a prefix of its shape -> [num_segments, ...]."""

    host = _segment_join


# ---- splitting -------------------------------------------------------------------------------------------------------


def _sparse(rows):
    """A SparseTensor of rows of different length."""
    lengths = [len(row) for row in rows]
    indices = np.array([(i, k) for i, row in enumerate(rows) for k in range(len(row))], np.int64).reshape(-1, 2)
    values = np.empty(sum(lengths), object)
    values[:] = [item for row in rows for item in row]
    return indices, values, np.array([len(rows), max(lengths, default=0)], np.int64)


def _split_at_any(text, delimiters, skip_empty):
    if not delimiters:
        return [text[i : i + 1] for i in range(len(text))]
    if not text:
        return []
    for delimiter in delimiters[1:]:
        text = text.replace(bytes([delimiter]), delimiters[:1])
    return [item for item in text.split(delimiters[:1]) if item or not skip_empty]


def _split(call, strings, delimiter):
    check(strings.ndim == 1, "input must be a vector, got shape: {}", strings.shape)
    check(delimiter.ndim == 0, "delimiter must be a scalar, got shape: {}", delimiter.shape)
    return _sparse([_split_at_any(text, delimiter[()], call.attrs.skip_empty) for text in strings])


def _check_vector(input, sep):
    check(len(input) == 1, "input must be a vector, got shape: {}", input)
    check(len(sep) == 0, "sep must be a scalar, got shape: {}", sep)
    return (UNKNOWN, 2), (UNKNOWN,), (2,)


@op("StringSplit")
class StringSplit:
    """Strings cut at every byte of delimiter, or into bytes if it is empty. input [n] -> SparseTensor [n, most]."""

    host = _split
    gradient = NOT_DIFFERENTIABLE

    def shape(input, delimiter, out):
        for dims, rank in zip(out, _check_vector(input, delimiter), strict=True):
            copy_dims(rank, dims)


def _split_off(text, separator, most):
    if separator:
        return text.split(separator, most if most > 0 else -1)
    found = []
    text = text.lstrip(WHITESPACE)
    while text:
        words = text.split(None, 1)
        found.append(words[0])
        text = text[len(words[0]) :].lstrip(WHITESPACE)
        if 0 < most == len(found):
            return [*found, text]
    return found


def _split_v2(call, strings, separator):
    check(strings.ndim == 1, "input must be a vector, got shape: {}", strings.shape)
    check(separator.ndim == 0, "sep must be a scalar, got shape: {}", separator.shape)
    return _sparse([_split_off(text, separator[()], call.attrs.maxsplit) for text in strings])


@op("StringSplitV2")
class StringSplitV2:
    """Strings cut at sep, or at white space if it is empty, maxsplit times if that is above 0.

    input [n], sep [] -> SparseTensor [n, most].
    """

    host = _split_v2

    def shape(input, sep, out):
        for dims, rank in zip(out, _check_vector(input, sep), strict=True):
            copy_dims(rank, dims)


# ---- one string at a time --------------------------------------------------------------------------------------------


def _strip(call, strings):
    return each(lambda text: text.strip(WHITESPACE), strings)


@op("StringStrip")
class StringStrip:
    """Without white space at both ends. input [...] -> [...]."""

    host = _strip
    shape = of_input


def _case(change_bytes, change_text):
    """Case of ASCII letters alone, or with encoding utf-8 of all."""

    def convert(call, strings):
        encoding = call.attrs.encoding
        check(encoding in ("", "utf-8"), "only utf8 or '' (no encoding) is supported, received {}", encoding)
        if not encoding:
            return each(change_bytes, strings)
        return each(lambda text: change_text(text.decode("utf-8", "replace")).encode(), strings)

    return convert


@op("StringUpper")
class StringUpper:
    """Lower-case letters become upper case. input [...] -> [...]."""

    host = _case(bytes.upper, str.upper)
    shape = of_input


@op("StringLower")
class StringLower:
    """Upper-case letters become lower case. input [...] -> [...]."""

    host = _case(bytes.lower, str.lower)
    shape = of_input


def _characters(text):
    """The bytes of each UTF-8 character; bytes that continue none belong to the one before."""
    if not text:
        return []
    starts = [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _length(call, strings):
    count = len if call.attrs.unit == "BYTE" else lambda text: len(_characters(text))
    return each(count, strings, np.int32)


@op("StringLength")
class StringLength:
    """Number of bytes or of UTF-8 characters: int32. input [...] -> [...]."""

    host = _length
    shape = of_input


def _substring(call, strings, pos, length):
    check(
        pos.shape == length.shape, "pos and len should have the same shape, but are {} and {}", pos.shape, length.shape
    )
    in_bytes = call.attrs.unit == "BYTE"
    strings, pos, length = np.broadcast_arrays(strings, pos, length)
    result = np.empty(strings.shape, object)
    flat = result.reshape(-1)
    for i, (text, at, count) in enumerate(zip(strings.flat, pos.flat, length.flat, strict=True)):
        units = text if in_bytes else _characters(text)
        check(
            -len(units) <= at <= len(units),
            "pos {} out of range for string{} at index {}",
            at,
            f" b'{text.decode(errors='backslashreplace')}'" if in_bytes else "",
            i,
        )
        first = int(at) + (len(units) if at < 0 else 0)
        # below zero it means the rest of the bytes, and no character: TensorFlow counts the former without a sign
        end = first + int(count) if count >= 0 else len(units) if in_bytes else first
        flat[i] = units[first:end] if in_bytes else b"".join(units[first:end])
    return result


@op("Substr")
class Substr:
    """len bytes or characters from pos on; pos below zero counts from the end. input broadcasts against pos and len."""

    host = _substring

    def shape(input, pos, len_dims, out):
        same = len(pos) == len(len_dims) and all(may_equal(p, n) for p, n in zip(pos, len_dims, strict=True))
        check(same, "pos and len shapes must match: {} vs. {}", pos, len_dims)
        broadcast(input, pos, out)


# ---- n-grams ---------------------------------------------------------------------------------------------------------


def _ngrams_of(tokens, width, pad, left, right, count, separator):
    for i in range(count):
        before, after = max(0, pad - i), max(0, pad - (count - i - 1))
        first = 0 if before else i - pad
        inner = tokens[first : first + width - before - after]
        yield separator.join([left] * before + inner + [right] * after)


def _ngrams(call, data, data_splits):
    attrs = call.attrs
    separator, left, right = utf8(attrs.separator), utf8(attrs.left_pad), utf8(attrs.right_pad)
    check(len(data_splits) > 0 and data_splits[0] == 0, "First split value must be 0, got {}", data_splits[:1])
    check((np.diff(data_splits) >= 0).all(), "Invalid split value: splits must not fall")
    check(data_splits[-1] == len(data), "Last split value must be data size. Expected {}, got {}", len(data),
          data_splits[-1])  # fmt: skip
    tokens = data.tolist()
    found, splits = [], [0]
    for start, end in itertools.pairwise(data_splits):
        row = tokens[start:end]
        first = len(found)
        for width in attrs.ngram_widths:
            pad = min(width - 1 if attrs.pad_width < 0 else attrs.pad_width, width - 1)
            count = max(0, len(row) + 2 * pad - width + 1)
            found.extend(_ngrams_of(row, width, pad, left, right, count, separator))
        if attrs.preserve_short_sequences and row and len(found) == first:
            pad = max(attrs.pad_width, 0)
            found.extend(_ngrams_of(row, len(row) + 2 * pad, pad, left, right, 1, separator))
        splits.append(len(found))
    return np.array(found, object), np.array(splits, attrs.Tsplits.storage)


@op("StringNGrams")
class StringNGrams:
    """Runs of ngram_widths strings of each row, joined: data [n], data_splits [rows + 1] -> ngrams, their row splits.

    pad_width: at most so many pads at both ends of a row, one less than the width if negative.
    preserve_short_sequences: a row too short for any width is one n-gram.
    """

    host = _ngrams

    def shape(data, data_splits):
        check(len(data) == 1, "Shape must be rank 1 but is rank {}", len(data))
        check(len(data_splits) == 1, "Shape must be rank 1 but is rank {}", len(data_splits))
        return (UNKNOWN,), (data_splits[0],)
