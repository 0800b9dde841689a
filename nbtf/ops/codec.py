"""Strings that hold encoded values: base64, raw numbers, compression, CSV and serialized tensors. Python computes these ops."""

import base64
import re
import zlib

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.errors import DataLossError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import each, of_input, utf8
from nbtf.shapes import UNKNOWN, check, copy_dims
from nbtf.wire import schema
from nbtf.wire.records import inflate_message
from nbtf.wire.tensor import tensor_from_proto

# ---- base64 ----------------------------------------------------------------------------------------------------------


def _encode_base64(call, strings):
    strip = b"" if call.attrs.pad else b"="
    return each(lambda text: base64.urlsafe_b64encode(text).rstrip(strip), strings)


@op("EncodeBase64")
class EncodeBase64:
    """Web-safe base64, with padding if `pad`. input [...] -> [...]."""

    host = _encode_base64
    shape = of_input
    gradient = NOT_DIFFERENTIABLE


_BASE64 = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


def _decoded(text):
    bare = text.rstrip(b"=")
    check(len(text) % 4 != 1, "Base64 string length cannot be 1 modulo 4.")
    whole = bare == text or len(text) % 4 == 0
    check(_BASE64.fullmatch(text) is not None and whole, "Invalid character found in base64.")
    return base64.urlsafe_b64decode(bare + b"=" * (-len(bare) % 4))


def _decode_base64(call, strings):
    return each(_decoded, strings)


@op("DecodeBase64")
class DecodeBase64:
    """What web-safe base64 stands for, padded or not. input [...] -> [...]."""

    host = _decode_base64
    shape = of_input
    gradient = NOT_DIFFERENTIABLE


# ---- raw numbers -----------------------------------------------------------------------------------------------------


def _numbers(strings, call, count):
    """Rows of `count` numbers."""
    storage = call.attrs.out_type.storage
    order = storage if storage.itemsize == 1 or call.attrs.little_endian else storage.newbyteorder(">")
    joined = b"".join(strings.reshape(-1).tolist())
    return np.frombuffer(joined, order).astype(storage).reshape(*strings.shape, count)


def _decode_raw(call, strings):
    item = call.attrs.out_type.storage.itemsize
    if strings.size == 0:
        return np.empty((*strings.shape, 0), call.attrs.out_type.storage)
    sizes = [len(text) for text in strings.reshape(-1)]
    for i, size in enumerate(sizes):
        check(
            size == sizes[0],
            "DecodeRaw requires input strings to all be the same size, but element {} has size {} != {}",
            i,
            sizes[0],
            size,
        )
    check(
        sizes[0] % item == 0,
        "Input to DecodeRaw has length {} that is not a multiple of {}, the size of {}",
        sizes[0],
        item,
        type_name(call.attrs.out_type),
    )
    return _numbers(strings, call, sizes[0] // item)


@op("DecodeRaw")
class DecodeRaw:
    """The numbers that strings of one length hold. bytes [...] -> [..., length / item size]."""

    host = _decode_raw
    gradient = NOT_DIFFERENTIABLE

    def shape(bytes, out):
        copy_dims(bytes, out)
        out.append(UNKNOWN)


def _decode_padded(call, strings, fixed_length):
    check(fixed_length.ndim == 0, "k must be scalar, got shape {}", fixed_length.shape)
    length, item = int(fixed_length), call.attrs.out_type.storage.itemsize
    check(length > 0, "fixed_length ({}) must be greater than zero.", length)
    check(
        length % item == 0,
        "fixed_length ({}) must be a multiple of the size of out_type ({})",
        length,
        item,
    )
    padded = each(lambda text: text[:length].ljust(length, b"\0"), strings)
    return _numbers(padded, call, length // item)


@op("DecodePaddedRaw")
class DecodePaddedRaw:
    """The numbers that strings hold once cut or filled up with zeros to fixed_length bytes. input_bytes [...]."""

    host = _decode_padded
    gradient = NOT_DIFFERENTIABLE

    def shape(input_bytes, out):
        copy_dims(input_bytes, out)
        out.append(UNKNOWN)


# ---- compression -----------------------------------------------------------------------------------------------------

# how zlib is told which header begins the data
_WINDOW_BITS = {b"ZLIB": zlib.MAX_WBITS, b"GZIP": zlib.MAX_WBITS + 16}


def _decode_compressed(call, strings):
    kind = utf8(call.attrs.compression_type)
    if not kind:
        return strings
    check(kind in _WINDOW_BITS, "Only ZLIB, GZIP or NONE are supported compressions")

    def inflated(text):
        try:
            return b"".join(_members(text, kind))
        except zlib.error as error:
            raise DataLossError(None, call.node.origin, inflate_message(error)) from None

    return each(inflated, strings)


def _members(text, kind):
    """What each part of a file holds; data that ends early give what there is, and what follows ZLIB's is ignored."""
    while text:
        inflater = zlib.decompressobj(_WINDOW_BITS[kind])
        yield inflater.decompress(text)
        text = inflater.unused_data if kind == b"GZIP" else b""


@op("DecodeCompressed")
class DecodeCompressed:
    """Strings that were compressed, by compression_type "ZLIB", "GZIP" or "" for not at all. bytes [...] -> [...]."""

    host = _decode_compressed

    def shape(bytes, out):
        copy_dims(bytes, out)


# ---- serialized tensors ----------------------------------------------------------------------------------------------


def _parse_tensor(call, serialized):
    check(serialized.ndim == 0, "Expected `serialized` to be a scalar, got shape: {}", serialized.shape)
    from google.protobuf.message import DecodeError  # slow to import

    proto = schema.TensorProto()
    try:
        proto.ParseFromString(serialized[()])
    except DecodeError:
        shown = base64.b64encode(serialized[()]).decode()
        check(False, "Could not parse `serialized` as TensorProto, base64: {}", shown)
    wanted = call.attrs.out_type
    found = dtypes.as_dtype(proto.dtype) if proto.dtype else None
    check(
        found == wanted,
        "Type mismatch between parsed tensor ({}) and dtype ({})",
        type_name(found) if found else "invalid",
        type_name(wanted),
    )
    return tensor_from_proto(proto)


@op("ParseTensor")
class ParseTensor:
    """The tensor that a serialized TensorProto holds. serialized [] -> output."""

    host = _parse_tensor
    gradient = NOT_DIFFERENTIABLE


def _serialize_tensor(call, tensor):
    dtype = call.attrs.T
    proto = schema.TensorProto(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in tensor.shape:
        proto.tensor_shape.dim.add().size = size
    if dtype == dtypes.string:
        proto.string_val.extend(tensor.reshape(-1).tolist())
    else:
        proto.tensor_content = tensor.tobytes()
    return np.array(proto.SerializeToString(deterministic=True), object)


@op("SerializeTensor")
class SerializeTensor:
    """A serialized TensorProto: string []. tensor [...]."""

    host = _serialize_tensor
    gradient = NOT_DIFFERENTIABLE

    def shape(tensor, out):
        """A scalar."""


# ---- CSV -------------------------------------------------------------------------------------------------------------


def _fields(record, delimiter, quotes):
    """The fields of one record. Raises CheckFailed for stray quotes."""
    fields, at = [], 0
    while True:
        if quotes and record[at : at + 1] == b'"':
            field, at = _quoted(record, at + 1)
            check(at == len(record) or record[at : at + 1] == delimiter, _MISSING)
        else:
            end = record.find(delimiter, at)
            end = len(record) if end < 0 else end
            field, at = record[at:end], end
            check(
                not quotes or (b'"' not in field and b"\n" not in field and b"\r" not in field),
                "Unquoted fields cannot have quotes/CRLFs inside",
            )
        fields.append(field)
        if at >= len(record):
            return fields
        at += 1


_MISSING = "Quoted field has to end with quote followed by delim or end"


def _quoted(record, at):
    """(a field without its quotes, where it ends); a doubled quote stands for one."""
    parts = []
    while True:
        end = record.find(b'"', at)
        check(end >= 0, _MISSING)
        parts.append(record[at:end])
        if record[end + 1 : end + 2] != b'"':
            return b"".join(parts), end + 1
        parts.append(b'"')
        at = end + 2


def number_of_field(text, dtype):
    """The number that the text of a field is; None where it is none of this dtype."""
    try:
        if dtype.is_integer:
            number, limit = int(text), 1 << 8 * dtype.size - 1
            return number if b"_" not in text and -limit <= number < limit else None
        return None if b"_" in text else float.fromhex(text.decode()) if b"x" in text.lower() else float(text)
    except ValueError:
        return None


def _field_value(text, dtype, column, record):
    value = text if dtype == dtypes.string else number_of_field(text, dtype)
    shown = text.decode(errors="replace")
    check(value is not None, "Field {} in record {} is not a valid {}: {}", column, record, type_name(dtype), shown)
    return value


def _decode_csv(call, records, *defaults):
    attrs = call.attrs
    delimiter = utf8(attrs.field_delim)
    check(len(delimiter) == 1, "field_delim should be only 1 char")
    for i, default in enumerate(defaults):
        check(default.size <= 1, "There should only be 1 default per field but field {} has {}", i, default.size)
    columns = [np.empty(records.shape, dtype.storage) for dtype in attrs.OUT_TYPE]
    missing = (b"", utf8(attrs.na_value))
    for number, record in enumerate(records.reshape(-1)):
        fields = _fields(record, delimiter, attrs.use_quote_delim)
        if attrs.select_cols:
            check(max(attrs.select_cols) < len(fields), _count_message(attrs, fields, number, defaults))
            fields = [fields[i] for i in attrs.select_cols]
        check(len(fields) == len(defaults), _count_message(attrs, fields, number, defaults))
        for i, (text, default, dtype) in enumerate(zip(fields, defaults, attrs.OUT_TYPE, strict=True)):
            if text in missing:
                check(default.size == 1, "Field {} is required but missing in record {}!", i, number)
                value = default.reshape(-1)[0]
            else:
                value = _field_value(text, dtype, i, number)
            columns[i].reshape(-1)[number] = value
    return columns


def _count_message(attrs, fields, number, defaults):
    return f"Expect {len(defaults)} fields but have {len(fields)} in record {number}"


def check_defaults(record_defaults):
    """The part of a shape rule that sees the dims of the defaults of columns."""
    for default in record_defaults:
        check(len(default) <= 1, "Shape must be at most rank 1 but is rank {}", len(default))
        check(
            len(default) == 0 or default[0] <= 1,
            "Shape of a default must be a length-0 or length-1 vector, or a scalar.",
        )


@op("DecodeCSV")
class DecodeCSV:
    """The fields of CSV records (RFC 4180), a tensor a column; an empty default makes a field required.

    records [...], n defaults [1] or [0] or [] -> n tensors [...].
    """

    host = _decode_csv

    def shape(records, record_defaults, out):
        check_defaults(record_defaults)
        for i in range(len(record_defaults)):
            copy_dims(records, out[i])
