"""Strings as Unicode characters and back. Python computes these ops."""

import codecs
import functools
from bisect import bisect_right
from importlib.resources import files

import numpy as np

from nbtf.graph.registry import op
from nbtf.ops.ragged import check_splits
from nbtf.ops.string_arrays import each, of_input, utf8
from nbtf.shapes import UNKNOWN, check

LAST = 0x10FFFF

# ---- decoding --------------------------------------------------------------------------------------------------------


class _Decoder:
    """What an op's attributes say of its input."""

    def __init__(self, attrs):
        self.errors = attrs.errors if isinstance(attrs.errors, str) else attrs.errors.decode()
        self.replacement = attrs.replacement_char
        check(0 <= self.replacement <= LAST, "replacement_char out of unicode codepoint range")
        self.controls = attrs.replace_control_characters
        name = utf8(attrs.input_encoding).decode()
        try:
            self.codec = codecs.lookup(name).name
        except LookupError:
            check(False, "Could not create converter for input encoding: {}", name)
        self.is_text = self.codec in ("utf-8", "utf-16-be", "utf-32-be")

    def characters(self, text):
        """(code points, where each begins), with what is no character replaced, left out or refused."""
        points, offsets, start = [], [], 0
        while start < len(text):
            try:
                good, end, bad = text[start:].decode(self.codec), len(text), 0
            except UnicodeDecodeError as error:
                good = text[start : start + error.start].decode(self.codec)
                end, bad = start + error.start, max(error.end - error.start, 1)
            self._add(good, start, points, offsets)
            if bad:
                check(self.errors != "strict", "Invalid formatting on input string")
                if self.errors == "replace":
                    points.append(self.replacement)
                    offsets.append(end)
            start = end + bad
        return points, offsets

    def _add(self, text, start, points, offsets):
        for character in text:
            point = ord(character)
            is_control = self.controls and point < 0x20
            points.append(self.replacement if is_control else point)
            offsets.append(start)
            start += self._size(character, point)

    def _size(self, character, point):
        if self.codec == "utf-8":
            return 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
        return len(character.encode(self.codec))


def _decoded(call, strings):
    decoder = _Decoder(call.attrs)
    rows = [decoder.characters(text) for text in strings.reshape(-1)]
    lengths = [len(points) for points, _ in rows]
    splits = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(call.attrs.Tsplits.storage)
    points = np.array([point for row, _ in rows for point in row], np.int32)
    return splits, points, np.array([offset for _, row in rows for offset in row], np.int64)


def _decode(call, strings):
    return _decoded(call, strings)[:2]


def _count(dims):
    total = 1
    for dim in dims:
        total = UNKNOWN if dim == UNKNOWN or total == UNKNOWN else total * dim
    return UNKNOWN if total == UNKNOWN else total + 1


@op("UnicodeDecode")
class UnicodeDecode:
    """The code points of strings [...], one string after the other, and where each string's end: row_splits [n + 1]."""

    host = _decode

    def shape(input):
        return (_count(input),), (UNKNOWN,)


@op("UnicodeDecodeWithOffsets")
class UnicodeDecodeWithOffsets:
    """UnicodeDecode, and the byte at which each character begins in its string: row_splits, code points, offsets."""

    host = _decoded

    def shape(input):
        return (_count(input),), (UNKNOWN,), (UNKNOWN,)


# ---- encoding --------------------------------------------------------------------------------------------------------


def _is_character(point):
    """Neither outside of Unicode, nor half of a pair, nor one of those that never stand for anything."""
    if not 0 <= point <= LAST or 0xD800 <= point < 0xE000:
        return False
    return not 0xFDD0 <= point < 0xFDF0 and point & 0xFFFE != 0xFFFE


def _encoded(points, attrs):
    errors = attrs.errors if isinstance(attrs.errors, str) else attrs.errors.decode()
    encoding = attrs.output_encoding if isinstance(attrs.output_encoding, str) else attrs.output_encoding.decode()
    kept = []
    for point in points:
        if errors == "ignore":  # leaves out only what no encoding can write
            if not 0 <= point <= LAST:
                continue
        elif not _is_character(point):
            check(errors != "strict", "Code point is out of range for Unicode, or a noncharacter.")
            point = attrs.replacement_char
        is_half = encoding == "UTF-8" and 0xD800 <= point < 0xE000
        kept.append("\ufffd" if is_half else chr(point))
    return "".join(kept).encode(encoding.lower(), "surrogatepass")


def _encode(call, values, splits):
    check_splits(splits)
    check(splits[-1] == len(values), "The last row split is {}, but there are {} values", splits[-1], len(values))
    points = values.tolist()
    result = np.empty(len(splits) - 1, object)
    for i in range(len(result)):
        result[i] = _encoded(points[splits[i] : splits[i + 1]], call.attrs)
    return result


@op("UnicodeEncode")
class UnicodeEncode:
    """Rows of code points as strings: input_values [n], input_splits [rows + 1] -> [rows]."""

    host = _encode

    def shape(input_values, input_splits):
        check(len(input_values) == 1, "Shape must be rank 1 but is rank {}", len(input_values))
        check(len(input_splits) == 1, "Shape must be rank 1 but is rank {}", len(input_splits))
        return (UNKNOWN if input_splits[0] == UNKNOWN else input_splits[0] - 1,)


def _transcode(call, strings):
    decoder = _Decoder(call.attrs)
    encoding = call.attrs.output_encoding
    encoding = encoding if isinstance(encoding, str) else encoding.decode()

    def transcoded(text):
        points, _ = decoder.characters(text)
        return "".join(map(chr, points)).encode(encoding.lower(), "surrogatepass")

    return each(transcoded, strings)


@op("UnicodeTranscode")
class UnicodeTranscode:
    """Strings in another encoding. input [...] -> [...]."""

    host = _transcode
    shape = of_input


# ---- scripts ---------------------------------------------------------------------------------------------------------


@functools.cache
def _scripts():
    """(where runs of characters of one script begin, their scripts)."""
    lines = files("nbtf.ops").joinpath("unicode_scripts.txt").read_text(encoding="ascii").split()
    starts, scripts, at = [], [], 0
    for line in lines:
        length, _, script = line.partition(":")
        starts.append(at)
        scripts.append(int(script))
        at += int(length)
    return starts, scripts


def _script(call, points):
    starts, scripts = _scripts()
    result = np.empty(points.shape, np.int32)
    flat = result.reshape(-1)
    for i, point in enumerate(points.reshape(-1).tolist()):
        flat[i] = scripts[bisect_right(starts, point) - 1] if 0 <= point <= LAST else -1
    return result


@op("UnicodeScript")
class UnicodeScript:
    """The number that ICU gives the script of each code point, -1 for what is none. input [...] -> int32 [...]."""

    host = _script
    shape = of_input
