"""tf.io.decode_proto and encode_proto: every type of field, messages within messages, defaults and errors."""

import numpy as np
from google.protobuf import descriptor_pb2

KINDS = ["double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "bytes", "uint32"]
KINDS += ["sfixed32", "sfixed64", "sint32", "sint64"]
DTYPES = {"float": "float32", "bool": "bool", "string": "string", "bytes": "string", "double": "float64"} | {
    kind: ("uint" if kind[0] in "uf" else "int") + kind[-2:] for kind in KINDS if kind[-1].isdigit()
}


def _descriptors():
    """A FileDescriptorSet: a message with a field, and a repeated one, of every type."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="demo.proto", package="demo")
    inner = file.message_type.add(name="Inner")
    inner.field.add(name="a", number=1, type=field.TYPE_INT32, label=1)
    whole = file.message_type.add(name="All")
    for i, kind in enumerate(KINDS):
        of_kind = getattr(field, f"TYPE_{kind.upper()}")
        whole.field.add(name=f"{kind}_v", number=i + 1, type=of_kind, label=1)
        whole.field.add(name=f"{kind}_r", number=i + 31, type=of_kind, label=3)
    whole.field.add(name="inner", number=60, type=field.TYPE_MESSAGE, type_name=".demo.Inner", label=1)
    whole.field.add(name="inners", number=61, type=field.TYPE_MESSAGE, type_name=".demo.Inner", label=3)
    whole.field.add(name="packed", number=62, type=field.TYPE_SINT32, label=3).options.packed = True
    whole.field.add(name="seven", number=63, type=field.TYPE_INT32, label=1, default_value="7")
    whole.field.add(name="word", number=64, type=field.TYPE_STRING, label=1, default_value="none")
    enum = file.enum_type.add(name="Kind")
    enum.value.add(name="ZERO", number=0)
    enum.value.add(name="FIVE", number=5)
    whole.field.add(name="kind", number=65, type=field.TYPE_ENUM, type_name=".demo.Kind", label=1, default_value="FIVE")
    return b"bytes://" + descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString()


SOURCE = _descriptors()


def _value(kind, i):
    """An array of two values of a type of fields."""
    if DTYPES[kind] == "string":
        return np.array([f"{kind}{i}", "x"], object)
    if DTYPES[kind] == "bool":
        return np.array([True, False])
    return np.array([i + 1, 3 if DTYPES[kind].startswith("u") else -3], DTYPES[kind])


def build(tf):
    def encode(sizes, values, names):
        return tf.io.encode_proto(sizes, values, names, "demo.All", descriptor_source=SOURCE)

    def decode(texts, names, dtypes, **attrs):
        return tf.io.decode_proto(texts, "demo.All", names, dtypes, **{"descriptor_source": SOURCE, **attrs})

    fetches = {}
    dtypes = [getattr(tf, DTYPES[kind]) for kind in KINDS]
    values = [_value(kind, i) for i, kind in enumerate(KINDS)]
    names = [f"{kind}_r" for kind in KINDS]
    once = [np.array([value[:1]]) for value in values]
    several = encode([[2] * len(KINDS), [0, 1] * 7 + [2]], [np.array([value, value]) for value in values], names)
    single = encode([[1] * len(KINDS)], once, [f"{kind}_v" for kind in KINDS])
    found = {
        "several": decode(several, names, dtypes),
        "single": decode(single, [f"{kind}_v" for kind in KINDS], dtypes),
        "square": decode(tf.reshape(several, [1, 2]), names[:3], dtypes[:3]),
        "wider": decode(single, ["float_v", "int32_v", "uint32_v", "sfixed32_v"], [tf.float64, tf.int64, tf.uint64, tf.int64]),
        "defaults": decode([b"", b"\xf8\x03\x01"], ["seven", "word", "kind", "int32_v"], [tf.int32, tf.string, tf.int32, tf.int32]),
        "text": decode(["int32_v: 4 inner { a: 3 }", ""], ["int32_v", "inner"], [tf.int32, tf.string], message_format="text"),
        "clean": decode(single, ["int32_v", "string_v"], [tf.int32, tf.string], sanitize=True),
        "last one counts": decode([b"\x28\x05\x28\x06"], ["int32_v"], [tf.int32]),
        "packed": decode([b"\xf2\x03\x02\x01\x04\xf0\x03\x07", b"\x9a\x02\x02\x07\x08"], ["packed", "int32_r"], [tf.int32, tf.int32]),
        "of another type": decode([b"\x09\0\0\0\0\0\0\xf0\x3f\xf8\x01\x08"], ["double_r"], [tf.float64]),
        "no fields": decode([b"", b""], [], []),
    }  # fmt: skip
    for label, message in found.items():
        fetches[f"{label}/sizes"] = message.sizes
        fetches.update({f"{label}/{i}": value for i, value in enumerate(message.values)})
    fetches["several"], fetches["single"] = several, single
    fetches["order"] = encode(
        [[1, 1, 2]], [[["abc"]], np.int32([[3]]), np.int32([[1, -2]])], ["string_v", "int32_v", "packed"]
    )
    fetches["inner"] = encode([[1, 2]], [[[b"\x08\x01"]], [[b"\x08\x01", b""]]], ["inner", "inners"])
    return fetches


def errors(tf):
    def decode(names, dtypes, texts=(b"",), message="demo.All", source=SOURCE, **attrs):
        def attempt():
            with tf.Session() as session:
                session.run(tf.io.decode_proto(list(texts), message, names, dtypes, descriptor_source=source, **attrs))

        return attempt

    def encode(sizes, values, names, message="demo.All"):
        def attempt():
            with tf.Session() as session:
                session.run(tf.io.encode_proto(sizes, values, names, message, descriptor_source=SOURCE))

        return attempt

    number = np.int32([[3]])
    return {
        "dtype": (decode(["int32_v"], [tf.float32]), "Unexpected output type for demo.All.int32_v"),
        "field": (decode(["nope"], [tf.int32]), "Unknown field: nope in message type demo.All"),
        "message": (decode(["int32_v"], [tf.int32], message="demo.No"), "No descriptor found for message type demo.No"),
        "local": (decode(["int32_v"], [tf.int32], source="local://"), "No descriptor found for message type demo.All"),
        "no file": (decode(["int32_v"], [tf.int32], source="/no/such/file"), "does not represent serialized file descriptor set"),
        "broken": (decode(["int32_v"], [tf.int32], [b"\xff\xff"]), "CountFields: Failed to consume entire buffer"),
        "cut": (decode(["string_v"], [tf.string], [b"\x4a\x05ab"]), "Failed"),
        "lengths": (decode(["int32_v"], [tf.int32] * 2), "must have the same length"),
        "format": (decode(["int32_v"], [tf.int32], message_format="xml"), "format must be one of binary or text"),
        "text": (decode(["int32_v"], [tf.int32], ["int32_v: x"], message_format="text"), "Unable to parse text protobuf"),
        "none": (decode(["int32_v"], [tf.int32], []), "must contain at least one value"),
        "size": (encode([[3]], [number], ["int32_r"]), "saw: 3 > 1 at message 0 field 0"),
        "type": (encode([[1]], [np.float32([[3]])], ["int32_v"]), "Incompatible type for field int32_v.  Saw dtype: float"),
        "sizes": (encode([[1, 2]], [number], ["int32_v"]), r"Saw: \[1,2\] but expected: \[1,1\]"),
        "unknown": (encode([[1]], [number], ["nope"]), "Unknown field: nope"),
        "rank": (lambda: tf.io.encode_proto([1], [np.int32([3])], ["int32_v"], "demo.All"), "at least rank 2 but is rank 1"),
    }  # fmt: skip
