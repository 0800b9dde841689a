"""Matrices from checkpoints whose rows or columns stand for the entries of vocabularies, text files of one a line."""

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.reader import open_checkpoint
from nbtf.errors import InternalError, InvalidArgumentError, NotFoundError, UnimplementedError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import check, check_rank


def _entries(path):
    try:
        with open(path, "rb") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{path.decode()}; No such file or directory") from None


def _remapping(call, new_vocab_file, old_vocab_file):
    attrs = call.attrs
    new, old = _entries(new_vocab_file[()]), _entries(old_vocab_file[()])
    if attrs.old_vocab_size >= 0:
        old = old[: attrs.old_vocab_size]
    stop = attrs.new_vocab_offset + attrs.num_new_vocab
    check(stop <= len(new), "the new vocabulary has {} entries, and not those up to {}", len(new), stop)
    numbers = {}
    for number, entry in enumerate(old):
        check(entry not in numbers, "the old vocabulary has the entry {} twice", entry)
        numbers[entry] = number
    found = np.array([numbers.get(entry, -1) for entry in new[attrs.new_vocab_offset : stop]], np.int64)
    return found, np.int32(np.count_nonzero(found >= 0))


@op("GenerateVocabRemapping")
class GenerateVocabRemapping:
    """The number in an old vocabulary of each entry of a new one, -1 for new entries, and how many are not new."""

    host = _remapping
    gradient = NOT_DIFFERENTIABLE

    def shape(new_vocab_file, old_vocab_file, num_new_vocab, out):
        check_rank(new_vocab_file, 0)
        check_rank(old_vocab_file, 0)
        out[0].append(num_new_vocab)


def _remapped(call, ckpt_path, old_tensor_name, row_remapping, col_remapping, initializing_values):
    attrs = call.attrs
    with open_checkpoint(ckpt_path[()].decode()) as reader:
        name = old_tensor_name[()].decode()
        if not reader.has_tensor(name):
            raise NotFoundError(None, call.node.origin, f"Key {name} not found in checkpoint")
        shape = reader.get_variable_to_shape_map()[name]
        check(len(shape) == 2, "{} is no matrix, but has the shape {}", name, shape)
        old = reader.read_slice(name, "", dtypes.float32)
    rows = _checked(call, "row_remapping", row_remapping, "num_rows", attrs.num_rows, shape[0])
    if len(col_remapping):
        columns = _checked(call, "col_remapping", col_remapping, "num_cols", attrs.num_cols, shape[1])
    else:
        columns = np.arange(attrs.num_cols)
        check(shape[1] == attrs.num_cols, "{} has {} columns, and not num_cols={}", name, shape[1], attrs.num_cols)
    made = old[np.maximum(rows, 0)][:, np.maximum(columns, 0)]
    missing = (rows < 0)[:, np.newaxis] | (columns < 0)
    wanted, given = np.count_nonzero(missing), initializing_values.size
    check(given >= wanted, "initializing_values contained {} elements, but more missing values remain.", given)
    check(
        given == wanted,
        "initializing_values contained {} elements, but only {} elements were used to fill in missing values.",
        given,
        wanted,
    )
    made[missing] = initializing_values.ravel()
    return made


def _checked(call, name, remapping, attribute, wanted, size):
    if len(remapping) != wanted:
        message = f"Size of {name} is {len(remapping)} instead of being equal to {attribute}={wanted}"
        raise InvalidArgumentError(None, call.node.origin, message)
    used = remapping[remapping >= 0]
    if len(used) and used.max() >= size:
        raise InternalError(None, call.node.origin, f"{name} has {used.max()}, but the old matrix only {size}")
    if len(set(used.tolist())) < len(used):
        twice = next(one for one in used.tolist() if np.count_nonzero(used == one) > 1)
        message = f"{name}: old ID {twice} is mapped to several new IDs, which is not supported."
        raise UnimplementedError(None, call.node.origin, message)
    return remapping


@op("LoadAndRemapMatrix")
class LoadAndRemapMatrix:
    """Rows and columns of a float32 matrix in a checkpoint, by number; where that is -1, of initializing_values in turn.

    row_remapping [num_rows], col_remapping [num_cols], or [0] for the columns as they are -> [num_rows, num_cols].
    """

    host = _remapped
    gradient = NOT_DIFFERENTIABLE

    def shape(row_remapping, col_remapping, num_rows, num_cols, out):
        check_rank(row_remapping, 1)
        check_rank(col_remapping, 1)
        out.append(num_rows)
        out.append(num_cols)
