"""Writes strings/: what ops on strings, printing ops and codecs answer and refuse, a step for each node.

python make_strings.py
"""

from __future__ import annotations

from collections.abc import Iterable

from make_recording import Builders, Recorder, Step, ramp, tf

# isort: split
import numpy as np

case = Builders()
ops = tf.raw_ops
F32 = np.float32


def steps(*tensors: object) -> list[Step]:
    """A step for each result; results of several tensors are fetched together."""
    found = []
    for one in tensors:
        parts = one if isinstance(one, tuple) else (one,)
        found.append(Step([part.name for part in parts]))
    return found


def texts(*values: str | bytes) -> tf.Tensor:
    """A vector of strings that no shape rule sees."""
    return tf.placeholder_with_default(np.array(values, object), [len(values)])


def given(value: object, dtype: tf.DType | None = None) -> tf.Tensor:
    """A value that no shape rule sees, so that kernels say what is wrong with it."""
    return tf.placeholder_with_default(tf.constant(value, dtype), None)


NUMBERS = [1.5, -2.25, 1e10, np.inf, -np.inf, np.nan, 1 / 3, 0.0]


@case
def as_string() -> list[Step]:
    forms: list[dict[str, object]] = [
        {},
        {"precision": 2},
        {"shortest": True},
        {"scientific": True},
        {"width": 12, "fill": "0"},
        {"width": 12},
        {"precision": 3, "width": 9, "fill": "-"},
        {"fill": "+"},
        {"fill": " ", "precision": 0},
        {"shortest": True, "scientific": True},
        {"fill": "zz"},
        {"fill": "z"},
    ]
    found = [ops.AsString(input=given(NUMBERS, dtype), **form) for form in forms for dtype in (tf.float32, tf.float64)]
    integers = [{}, {"width": 5, "fill": "0"}, {"fill": "+"}, {"precision": 2}, {"shortest": True}]
    found += [ops.AsString(input=given([7, -20], tf.int64), **form) for form in integers]
    found += [ops.AsString(input=given([200, 1], tf.uint8)), ops.AsString(input=given([True, False]))]
    found += [ops.AsString(input=given([1 + 2j, -0.5j]), **form) for form in ({}, {"precision": 2})]
    found += [ops.AsString(input=given(["x", ""]), width=4), ops.AsString(input=given([0.1, 5.0], tf.float16))]
    return steps(*found)


@case
def string_to_number() -> list[Step]:
    reals = ["1.5", " 2 ", "1e3", "nan", "inf", "-INF", "-Infinity", "0x10", "1_0", "", "abc", "1.5f", "3.", ".5", "+1"]
    whole = ["12", " 12 ", "+5", "1.5", "9999999999", "-3", "", "-"]
    found = [ops.StringToNumber(string_tensor=texts(text)) for text in reals]
    found += [ops.StringToNumber(string_tensor=texts(text), out_type=tf.float64) for text in ("0.1", "1e400")]
    found += [ops.StringToNumber(string_tensor=texts(text), out_type=tf.int32) for text in whole]
    return steps(*found, ops.StringToNumber(string_tensor=texts("9999999999"), out_type=tf.int64))


SHOWN: list[object] = [
    5,
    list(range(9)),
    [[1.5, 2, 3], [4, 5, 6], [7, 8, 1e-7], [1e20, np.nan, -np.inf]],
    'a\n"c',
    ["a", "b\xff", "it's\t\\"],
    [[True, False]],
    np.zeros([0], F32),
    np.zeros((2, 0), F32),
    [1 + 2j],
    np.float64(0.1),
    np.arange(8).reshape(2, 2, 2),
    F32(1 / 3),
    np.float64(1 / 3),
    F32(123456789.0),
    np.uint8([255]),
    np.float16([0.1, 0.5]),
]


@case
def string_format() -> list[Step]:
    found = [
        ops.StringFormat(inputs=[given(value)], template="<%s>", summarize=most)
        for value in SHOWN
        for most in (3, -1, 1)
    ]
    two = ops.StringFormat(inputs=[given(1), given(["a"])], template="{}, then {}.", placeholder="{}")
    return steps(*found, two)


@case
def assertions() -> list[Step]:
    found = []
    for value in SHOWN:
        for most in (3, -1, 1):
            with tf.control_dependencies([ops.Assert(condition=given(False), data=[given(value)], summarize=most)]):
                found.append(tf.identity(given(1)))
    both = ops.Assert(condition=given(False), data=[given("x = "), given([1, 2])])
    with tf.control_dependencies([both]):
        found.append(tf.identity(given(1)))
    with tf.control_dependencies([ops.Assert(condition=given([True]), data=[given(1)])]):
        found.append(tf.identity(given(1)))
    return steps(*found)


@case
def splitting() -> list[Step]:
    found: list[object] = []
    for text in ("a,b,,c", "", ",", ",a", " a b  c "):
        for separator in (",", "", ",b"):
            found.append(tuple(ops.StringSplit(input=texts(text), delimiter=separator)))
            found.append(tuple(ops.StringSplit(input=texts(text, "z"), delimiter=separator, skip_empty=False)))
            found.append(tuple(ops.StringSplitV2(input=texts(text), sep=separator)))
            found.append(tuple(ops.StringSplitV2(input=texts(text, "z"), sep=separator, maxsplit=1)))
    found.append(tuple(ops.StringSplitV2(input=given("scalar"), sep=",")))
    return steps(*found)


@case
def joining() -> list[Step]:
    square = given([["a", "b"], ["c", "d"]])
    found = [
        ops.ReduceJoin(inputs=square, reduction_indices=given(axes, tf.int32), separator="-", keep_dims=kept)
        for axes in ([0], [1], [-1], [0, 1], [1, 0], [], 1, [5], [0, -2])
        for kept in (False, True)
    ]
    found.append(ops.ReduceJoin(inputs=given(np.empty([2, 0], object)), reduction_indices=given([1])))
    found.append(ops.StringJoin(inputs=[square, given("+"), square], separator="."))
    found.append(ops.StringJoin(inputs=[square, texts("x")]))
    words = texts("a", "b", "c", "d")
    for ids, count in (([0, 2, 0, 1], 4), ([0, -1, 1, 1], 2), ([0, 1, 2, 3], 2)):
        found.append(
            ops.UnsortedSegmentJoin(inputs=words, segment_ids=given(ids), num_segments=given(count), separator=",")
        )
    return steps(*found)


@case
def substrings() -> list[Step]:
    found = []
    for text, position, length in (
        ("hello", 1, 2),
        ("hello", -3, 2),
        ("hello", -6, 1),
        ("hello", 5, 1),
        ("hello", 6, 1),
        ("hello", 2, -1),
        ("hello", 2, 100),
        ("h\xe9\xe9", 1, 1),
        ("", 0, 3),
    ):
        for unit in ("BYTE", "UTF8_CHAR"):
            found.append(ops.Substr(input=given(text), pos=given(position), len=given(length), unit=unit))
    found.append(ops.Substr(input=given([["abc", "defg"]]), pos=given([[0, 1]]), len=given([[1, 2]])))
    found.append(ops.Substr(input=given([["abc"], ["defg"]]), pos=given([0, 1]), len=given([1, 2])))
    found.append(ops.Substr(input=given(["abc"]), pos=given(1), len=given(1)))
    found.append(ops.StringLength(input=texts("", "abc", "h\xe9\u20ac")))
    found.append(ops.StringLength(input=texts("", "abc", "h\xe9\u20ac"), unit="UTF8_CHAR"))
    found.append(ops.StringStrip(input=texts("  a b\t\n", "\v\f\r", "")))
    for encoding in ("", "utf-8"):
        found.append(ops.StringUpper(input=texts("aB\xe9", "\xdf"), encoding=encoding))
        found.append(ops.StringLower(input=texts("aB\xc9", "\u0130"), encoding=encoding))
    return steps(*found)


PATTERNS = (
    ("(b)(c)", r"<\2\1\0>"),
    ("x*", "-"),
    ("[[:alpha:]]+", "W"),
    (r"\d{2,}", "#"),
    ("^a|c$", "_"),
    ("(?i)B", "!"),
    (r"[^\]a\[]", "."),
    (r"\Qa.c\E|\x{e9}", "?"),
    (".", "x"),
    ("(?P<name>b)", r"\1\1"),
    ("b", r"\1"),
    ("b", r"\\"),
    (r"\bc\b", "C"),
    (r"(a)\1", "x"),
    ("(b", "x"),
    ("a(?=b)", "x"),
    ("a++", "x"),
)


@case
def regular_expressions() -> list[Step]:
    inputs = texts("abcabc", "a.c 123 c", "\xe9\n[a]", "")
    found = []
    for pattern, rewrite in PATTERNS:
        for everywhere in (True, False):
            found.append(
                ops.RegexReplace(
                    input=inputs, pattern=given(pattern), rewrite=given(rewrite), replace_global=everywhere
                )
            )
        found.append(ops.RegexFullMatch(input=texts("abc", "aa", "b", "12", "\xe9", ""), pattern=given(pattern)))
    found.append(ops.StaticRegexReplace(input=inputs, pattern="a(.)", rewrite=r"\1\1"))
    found.append(ops.StaticRegexFullMatch(input=texts("abc", "abc\n"), pattern="abc"))
    return steps(*found)


def lengths() -> Iterable[int]:
    yield from range(70)
    yield from (127, 128, 129, 192, 200, 1000)


@case
def hashing() -> list[Step]:
    random = np.random.RandomState(0)
    inputs = texts(*(bytes(random.randint(1, 256, size).astype(np.uint8)) for size in lengths()))
    buckets = 2**62 + 3
    return steps(
        ops.StringToHashBucketFast(input=inputs, num_buckets=buckets),
        ops.StringToHashBucketStrong(input=inputs, num_buckets=buckets, key=[123456789, -987654321]),
        ops.StringToHashBucket(string_tensor=inputs, num_buckets=buckets),
        ops.StringToHashBucketFast(input=inputs, num_buckets=10),
    )


@case
def base64() -> list[Step]:
    found = [ops.EncodeBase64(input=texts("", "a", "ab", "abc", "\xff\xfe>"), pad=pad) for pad in (False, True)]
    for text in ("", "YQ", "YQ==", "YWI=", "YWJj", "_-_-", "Y", "YQ=", "Y Q", "+/+/"):
        found.append(ops.DecodeBase64(input=texts(text)))
    return steps(*found)


@case
def raw_numbers() -> list[Step]:
    data = texts(b"\x01\x02\x03\x04\x05\x06\x07\x08", b"\x11\x12\x13\x14\x15\x16\x17\x18")
    found = [
        ops.DecodeRaw(bytes=data, out_type=dtype, little_endian=little)
        for dtype in (tf.uint8, tf.int16, tf.int32, tf.float32, tf.int64, tf.complex64)
        for little in (True, False)
    ]
    found.append(ops.DecodeRaw(bytes=texts(b"abc"), out_type=tf.int16))
    found.append(ops.DecodeRaw(bytes=texts(b"ab", b"a"), out_type=tf.uint8))
    found.append(ops.DecodeRaw(bytes=given("abcd"), out_type=tf.uint8))
    for length in (4, 8, 12, 3, 0):
        found.append(
            ops.DecodePaddedRaw(input_bytes=texts(b"abcdef", b"xy"), fixed_length=given(length), out_type=tf.int32)
        )
    return steps(*found)


@case
def csv() -> list[Step]:
    defaults = [[0], [1.5], ["none"]]
    kinds = [tf.int32, tf.float32, tf.string]
    required = [np.zeros([0], np.int32), np.float32([1.5]), np.array(["none"])]
    found: list[object] = []
    for text in (
        "1,2.5,x",
        ",,",
        '3,4,"a, ""b"""',
        '3,4,"line\nbreak"',
        "1,2",
        "x,2,y",
        '1,2,"open',
        '1,2,a"b',
        "NA,2,y",
        "1,2,y,z",
        " 7 ,2,y",
    ):
        found.append(
            tuple(
                ops.DecodeCSV(
                    records=given(text), record_defaults=[given(*d) for d in zip(defaults, kinds, strict=True)]
                )
            )
        )
    found.append(tuple(ops.DecodeCSV(records=texts("1;2", "3;"), record_defaults=[[0], [9]], field_delim=";")))
    found.append(tuple(ops.DecodeCSV(records=texts(",2,x"), record_defaults=required)))
    found.append(tuple(ops.DecodeCSV(records=texts("NA,2,x"), record_defaults=defaults, na_value="NA")))
    found.append(tuple(ops.DecodeCSV(records=texts("a,5,c,7"), record_defaults=[[0], [0]], select_cols=[1, 3])))
    found.append(tuple(ops.DecodeCSV(records=texts('a"b,"c'), record_defaults=[[""], [""]], use_quote_delim=False)))
    return steps(*found)


@case
def serialized_tensors() -> list[Step]:
    found = []
    for value in (ramp(2, 2), np.int64(5), np.array(["a", "bc"]), np.float16([1, 2]), np.array([True])):
        text = ops.SerializeTensor(tensor=given(value))
        dtype = tf.as_dtype(np.asarray(value).dtype)
        found.append(ops.ParseTensor(serialized=text, out_type=tf.string if dtype == tf.string else dtype))
        found.append(ops.ParseTensor(serialized=text, out_type=tf.int32))
    return steps(*found, ops.ParseTensor(serialized=given("no tensor"), out_type=tf.int32))


@case
def edit_distance() -> list[Step]:
    guess = {
        "hypothesis_indices": np.int64([[0, 0], [0, 1], [0, 2], [1, 0], [3, 0]]),
        "hypothesis_values": given(["a", "b", "c", "x", "q"]),
        "hypothesis_shape": np.int64([4, 3]),
    }
    truth = {
        "truth_indices": np.int64([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0]]),
        "truth_values": given(["a", "c", "x", "y", "z"]),
        "truth_shape": np.int64([4, 2]),
    }
    return steps(*(ops.EditDistance(**guess, **truth, normalize=normalize) for normalize in (True, False)))


def main() -> None:
    recorder = Recorder("strings")
    case.record(recorder)
    recorder.write_manifest()


if __name__ == "__main__":
    main()
