"""Lookup tables of the session: immutable ones that are filled once, and mutable ones. Python computes these ops.

V1 ops pass a table by a string ref, V2 ops by a resource; here both are handles.
"""

import threading

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.checkpoint.source import file_error
from nbtf.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError, UnimplementedError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_hash import first_hash64
from nbtf.shapes import check, check_rank, may_equal

WHOLE_LINE, LINE_NUMBER = -2, -1


class Table:
    """Keys to values, both as Python scalars and bytes; a value of some shape as an array."""

    is_mutable = True

    def __init__(self, resources, node):
        attrs = node.attrs
        self.handle = resources.new_number()
        self.container = getattr(attrs, "container", "") or "localhost"
        self.key_dtype, self.value_dtype = attrs.key_dtype, attrs.value_dtype
        self.value_shape = tuple(attrs.value_shape.as_list()) if hasattr(attrs, "value_shape") else ()
        self.entries = {}
        self.lock = threading.Lock()
        self.is_initialized = self.is_mutable

    def check_types(self, call, key_dtype, value_dtype, form):
        """form: what TensorFlow's message says of the op's inputs and outputs."""
        if (key_dtype, value_dtype) != (self.key_dtype, self.value_dtype):
            have, expected = form(key_dtype, value_dtype), form(self.key_dtype, self.value_dtype)
            message = f"Signature mismatch, have: {have} expected: {expected}"
            raise InvalidArgumentError(None, call.node.origin, message)

    def check_initialized(self, call):
        if not self.is_initialized:
            raise FailedPreconditionError(None, call.node.origin, "Table not initialized.")

    def check_key(self, key):
        """Whether a key may be in the table."""


class HashTable(Table):
    """Filled once; filling it again changes nothing."""

    is_mutable = False

    def fill(self, call, pairs):
        """Raises FailedPreconditionError where one key has two values, or the table holds more or fewer entries."""
        entries = {}
        for key, value in pairs:
            if entries.setdefault(key, value) != value:
                message = "HashTable has different value for same key. "
                message += f"Key {_text(key)} has {_text(entries[key])} and trying to add value {_text(value)}"
                raise FailedPreconditionError(None, call.node.origin, message)
        with self.lock:
            if self.is_initialized:
                if len(self.entries) != len(entries):  # TensorFlow looks no closer either
                    message = "Table was already initialized with different data."
                    raise FailedPreconditionError(None, call.node.origin, message)
                return
            self.entries = entries
            self.is_initialized = True


class DenseTable(Table):
    """A mutable table in which two keys mean that there is none; it is exported as TensorFlow keeps it, bucket by bucket."""

    reserved = ()

    def __init__(self, resources, node):
        super().__init__(resources, node)
        self.buckets = node.attrs.initial_num_buckets
        self._max_load_factor = node.attrs.max_load_factor

    def make_room(self, count):
        """More buckets, where so many further entries might need them."""
        while len(self.entries) + count > self.buckets * self._max_load_factor:
            self.buckets *= 2

    def exported(self):
        """(keys [buckets, 1], values [buckets, elements of a value]); the empty key where there is no entry."""
        keys = np.full((self.buckets, 1), self.reserved[0], self.key_dtype.storage)
        width = int(np.prod(self.value_shape, dtype=np.int64))
        empty = b"" if self.value_dtype.storage.hasobject else 0
        values = np.full((self.buckets, width), empty, self.value_dtype.storage)
        taken = set()
        for key, value in self.entries.items():
            at, probes = (first_hash64(key) if isinstance(key, bytes) else key) % self.buckets, 0
            while at in taken:
                probes += 1
                at = (at + probes) % self.buckets
            taken.add(at)
            keys[at, 0], values[at] = key, np.asarray(value, values.dtype).reshape(-1)
        return keys, values

    def fill_buckets(self, keys, values):
        """What `exported` gave, or TensorFlow: rows of no entry are passed over."""
        self.buckets = len(keys)
        rows = values.reshape(len(keys), *self.value_shape)
        rows = list(rows.copy()) if self.value_shape else scalars_of(rows)
        pairs = zip(scalars_of(keys), rows, strict=True)
        self.entries = {key: value for key, value in pairs if key not in self.reserved}

    def check_key(self, key):
        for name, reserved in zip(("empty_key", "deleted_key"), self.reserved, strict=False):
            check(key != reserved, "Using the {} as a table key is not allowed", name)


def _text(value):
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def scalars_of(array):
    return array.reshape(-1).tolist()


def _named(resources, node, make):
    # V1 and V2 ops share tables by name; without a shared name a table belongs to its node
    attrs = node.attrs
    if node.op_type.startswith("Anonymous"):
        return resources.find_or_make("anonymous table", "", node.name, lambda: make(resources, node))
    name = attrs.shared_name or node.name
    found = resources.find_or_make("table", attrs.container, name, lambda: make(resources, node))
    wanted = attrs.key_dtype, attrs.value_dtype
    if (found.key_dtype, found.value_dtype) != wanted:
        held, asked = (
            f"{type_name(key)}->{type_name(value)}" for key, value in ((found.key_dtype, found.value_dtype), wanted)
        )
        message = f"Conflicting key/value dtypes {asked} with {held} for table {name}"
        raise InvalidArgumentError(None, node.origin, message)
    return found


# ---- tables ----------------------------------------------------------------------------------------------------------


def _hash_table(resources, node):
    return _named(resources, node, HashTable).handle


def _mutable_table(resources, node):
    return _named(resources, node, Table).handle


def _dense_table(call, *reserved):
    table = _named(call.resources, call.node, DenseTable)
    for key in reserved:
        check(key.ndim == 0, "Empty and deleted keys must be scalars, but one has shape {}", key.shape)
    table.reserved = tuple(key[()].item() if isinstance(key[()], np.generic) else key[()] for key in reserved)
    return np.int64(table.handle)


@op("HashTable", "HashTableV2")
class HashTableV2:
    """A handle to a table that is filled once, found by container and shared_name, or by the node's name."""

    resource = _hash_table
    gradient = NOT_DIFFERENTIABLE


@op("AnonymousHashTable")
class AnonymousHashTable:
    """A handle to a table that is filled once and has no name; it lives as long as the session, one a node."""

    resource = _hash_table


@op("AnonymousMutableHashTable", "AnonymousMutableHashTableOfTensors")
class AnonymousMutableHashTable:
    """A handle to a table that may change and has no name; it lives as long as the session, one a node."""

    resource = _mutable_table


@op("AnonymousMutableDenseHashTable")
class AnonymousMutableDenseHashTable:
    """A handle to a table without a name that may change; empty_key and deleted_key are no keys of it."""

    host = _dense_table
    stateful = True


@op("MutableHashTable", "MutableHashTableV2", "MutableHashTableOfTensors", "MutableHashTableOfTensorsV2")
class MutableHashTableV2:
    """A handle to a table that may change; its values are scalars, or of value_shape."""

    resource = _mutable_table
    gradient = NOT_DIFFERENTIABLE


@op("MutableDenseHashTable", "MutableDenseHashTableV2")
class MutableDenseHashTableV2:
    """A handle to a table that may change; empty_key and deleted_key are no keys of it."""

    host = _dense_table
    stateful = True
    gradient = NOT_DIFFERENTIABLE


# ---- filling ---------------------------------------------------------------------------------------------------------


def _initialize(call, handle, keys, values):
    table = found_table(call, handle)
    check_fillable(call, table)
    table.check_types(call, call.attrs.Tkey, call.attrs.Tval, _fills)
    check(keys.size == values.size, "Keys and values must have the same size {} vs {}", keys.size, values.size)
    table.fill(call, list(zip(scalars_of(keys), scalars_of(values), strict=True)))


def _fills(key, value):
    return f"resource, {type_name(key)}, {type_name(value)}->"


@op("InitializeTable", "InitializeTableV2")
class InitializeTableV2:
    """Fills a table. keys [n], values [n]."""

    host = _initialize
    gradient = NOT_DIFFERENTIABLE

    def shape(keys, values):
        check_rank(keys, 1)
        check_rank(values, 1)
        check(
            may_equal(keys[0], values[0]),
            "Dimension 0 in both shapes must be equal, but are {} and {}. Shapes are {} and {}.",
            keys[0],
            values[0],
            keys,
            values,
        )
        return ()


def check_fillable(call, table):
    """Raises InvalidArgumentError for tables that are never filled at once."""
    if table.is_mutable:
        message = "Table of a kind that is not initialized: it may be inserted into"
        raise InvalidArgumentError(None, call.node.origin, message)


def _initialize_from_file(call, handle, filename):
    table = found_table(call, handle)
    check_fillable(call, table)
    check(filename.size == 1, "filename should be a single string, but has shape {}", filename.shape)
    path = filename.reshape(-1)[0].decode("utf-8", "surrogateescape")
    try:
        with open(path, "rb") as file:
            table.fill(call, _pairs(call, table, path, file))
    except OSError as error:
        raise file_error(path, error) from None


def _pairs(call, table, path, lines):
    attrs = call.attrs
    size, pairs = attrs.vocab_size, []
    place = 0
    for number, line in enumerate(lines):
        if 0 <= size <= number:
            break
        place += len(line)
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        check(line, "Invalid content in {}: empty line found at position {}.", path, place)
        key = _column(call, path, line, number, attrs.key_index, table.key_dtype)
        pairs.append((key, _column(call, path, line, number, attrs.value_index, table.value_dtype)))
    if size > len(pairs):
        message = f"Invalid vocab_size in {path}: expected {size} but got {len(pairs)}"
        raise InvalidArgumentError(None, call.node.origin, message)
    return pairs


def _column(call, path, line, number, index, dtype):
    if index == LINE_NUMBER:
        check(dtype == dtypes.int64, "Key and value of a line number must be of dtype int64, but one is {}", dtype.name)
        return number + call.attrs.offset
    if index == WHOLE_LINE:
        check(
            dtype in (dtypes.string, dtypes.int64), "Key and value of a whole line must be string, not {}", dtype.name
        )
        text = line
    else:
        delimiter = call.attrs.delimiter
        columns = line.split(delimiter if isinstance(delimiter, bytes) else delimiter.encode())
        check(
            index < len(columns),
            "Invalid number of columns in {} line {} ({}) : expected at least {} got {}",
            path,
            number,
            line.decode(errors="replace"),
            index + 1,
            len(columns),
        )
        text = columns[index]
    if dtype == dtypes.string:
        return text
    try:
        return dtype.storage.type(text.decode()).item()
    except (ValueError, UnicodeDecodeError):
        message = f"Field {text!r} in line {number} is not a valid {type_name(dtype)}."
        raise InvalidArgumentError(None, call.node.origin, message) from None


@op("InitializeTableFromTextFile", "InitializeTableFromTextFileV2")
class InitializeTableFromTextFileV2:
    """Fills a table from a text file; key and value of a line are one of its columns, all of it, or its number plus `offset`."""

    host = _initialize_from_file
    gradient = NOT_DIFFERENTIABLE


# ---- looking up ------------------------------------------------------------------------------------------------------


def found_table(call, handle):
    """The table behind a handle. Raises NotFoundError where there is none."""
    found = call.resources.at(int(handle))
    if not isinstance(found, Table):
        raise NotFoundError(None, call.node.origin, "The table does not exist.")
    return found


def _finds(key, value):
    return f"resource, {type_name(key)}, {type_name(value)}->{type_name(value)}"


def _found(call, handle, keys, default_value):
    table = found_table(call, handle)
    attrs = call.attrs
    table.check_types(call, attrs.Tin, attrs.Tout, _finds)
    table.check_initialized(call)
    shape = table.value_shape
    own = keys.shape + shape
    check(
        default_value.shape in ((), shape, own),
        "Expected shape {} or {} for default value, got {}",
        shape,
        own,
        default_value.shape,
    )
    values = np.broadcast_to(default_value, own).reshape(keys.size, *shape).astype(attrs.Tout.storage)
    with table.lock:
        for i, key in enumerate(scalars_of(keys)):
            table.check_key(key)
            values[i] = table.entries.get(key, values[i])
    return values.reshape(own)


@op("LookupTableFind", "LookupTableFindV2")
class LookupTableFindV2:
    """Values of keys [...]: keys.shape + the value's shape; for keys not there default_value, one value or one a key."""

    host = _found
    gradient = NOT_DIFFERENTIABLE


def _size(call, handle):
    table = found_table(call, handle)
    return np.int64(len(table.entries))


@op("LookupTableSize", "LookupTableSizeV2")
class LookupTableSizeV2:
    """Number of entries: int64 []."""

    host = _size
    gradient = NOT_DIFFERENTIABLE

    def shape(out):
        """A scalar."""


def _export(call, handle):
    table = found_table(call, handle)
    with table.lock:
        if isinstance(table, DenseTable):
            return table.exported()
        pairs = list(table.entries.items())
    keys = np.empty(len(pairs), table.key_dtype.storage)
    values = np.empty((len(pairs), *table.value_shape), table.value_dtype.storage)
    for i, (key, value) in enumerate(pairs):
        keys[i], values[i] = key, value
    return keys, values


@op("LookupTableExport", "LookupTableExportV2")
class LookupTableExportV2:
    """All keys [n] and their values [n, ...], in the order in which they came; of dense tables their buckets, as rows."""

    host = _export


# ---- changing --------------------------------------------------------------------------------------------------------


def _checked_pairs(call, table, keys, values):
    attrs = call.attrs
    table.check_types(call, attrs.Tin, attrs.Tout, _fills)
    if not table.is_mutable:
        raise UnimplementedError(None, call.node.origin, "HashTable does not support insert")
    wanted = keys.shape + table.value_shape
    check(values.shape == wanted, "Expected shape {} for value, got {}", wanted, values.shape)
    rows = list(values.reshape(-1, *table.value_shape).copy()) if table.value_shape else scalars_of(values)
    scalars = scalars_of(keys)
    for key in scalars:
        table.check_key(key)
    return list(zip(scalars, rows, strict=True))


def _insert(call, handle, keys, values):
    table = found_table(call, handle)
    pairs = _checked_pairs(call, table, keys, values)
    with table.lock:
        if isinstance(table, DenseTable):
            table.make_room(len(pairs))
        table.entries.update(pairs)


def _import(call, handle, keys, values):
    table = found_table(call, handle)
    if not table.is_mutable:
        table.check_types(call, call.attrs.Tin, call.attrs.Tout, _fills)
        check(keys.size == values.size, "Keys and values must have the same size {} vs {}", keys.size, values.size)
        table.fill(call, list(zip(scalars_of(keys), scalars_of(values), strict=True)))
        return
    if isinstance(table, DenseTable):
        table.check_types(call, call.attrs.Tin, call.attrs.Tout, _fills)
        wanted = keys.size * int(np.prod(table.value_shape, dtype=np.int64))
        is_power = len(keys) > 0 and len(keys) & (len(keys) - 1) == 0
        check(
            is_power and keys.size == len(keys),
            "The keys are no buckets of a dense table: their shape is {}",
            keys.shape,
        )
        check(values.size == wanted, "Expected {} elements of values, got {}", wanted, values.size)
        with table.lock:
            table.fill_buckets(keys, values)
        return
    check_rank(keys.shape, 1)
    pairs = _checked_pairs(call, table, keys, values)
    with table.lock:
        table.entries = dict(pairs)


def _remove(call, handle, keys):
    table = found_table(call, handle)
    table.check_types(call, call.attrs.Tin, table.value_dtype, lambda k, _: f"resource, {type_name(k)}->")
    with table.lock:
        for key in scalars_of(keys):
            table.check_key(key)
            table.entries.pop(key, None)


@op("LookupTableInsert", "LookupTableInsertV2")
class LookupTableInsertV2:
    """Sets the values of keys. keys [...], values keys.shape + the value's shape."""

    host = _insert
    gradient = NOT_DIFFERENTIABLE


@op("LookupTableImport", "LookupTableImportV2")
class LookupTableImportV2:
    """Makes the table hold these entries alone; fills one that is filled once. keys [n], values [n, ...]; of dense tables
    what LookupTableExportV2 gives."""

    host = _import

    def shape(keys, values):
        check_rank(keys, 1)
        check(len(values) >= 1, "Shape must be at least rank 1 but is rank {}", len(values))
        check(may_equal(keys[0], values[0]), "Dimensions must be equal, but are {} and {}", keys[0], values[0])
        return ()


@op("LookupTableRemoveV2")
class LookupTableRemoveV2:
    """Removes entries; keys that are not there are passed over. keys [...]."""

    host = _remove
