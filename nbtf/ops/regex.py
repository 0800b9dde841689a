"""Regular expressions in RE2's syntax, run by Python's `re` on text decoded from UTF-8. Python computes these ops.

Both syntaxes agree on most patterns. What RE2 alone has is translated; what Python alone has is refused, as RE2 does.
"""

import functools
import re

from nbtf.graph.registry import op
from nbtf.ops.string_arrays import each, of_input, utf8
from nbtf.shapes import CheckFailed, check, copy_dims

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\Q.*?(?:\\E|$)|\\x\{[0-9A-Fa-f]+\}|\\.|\[:\^?\w+:\]|\[\^?\]?|\]|\(\?[^:imsU\-P)]*|\(\?P?[=!<]?|\$|[^\\\[\]($]+|.",
    re.DOTALL,
)


def _refused(pattern, reason):
    return CheckFailed(f"Invalid pattern: {pattern}, error: {reason}")


def _escape(pattern, token, in_class):
    """A backslash and what follows it."""
    if token.startswith("\\Q"):
        return re.escape(token[2:].removesuffix("\\E"))
    if token.startswith("\\x{"):
        return re.escape(chr(int(token[3:-1], 16)))
    letter = token[1:]
    if letter.isdigit() and letter != "0":
        raise _refused(pattern, f"invalid escape sequence: {token}")
    if letter in "pP":
        raise _refused(pattern, f"invalid character class range: {token}: Unicode classes are not supported")
    if letter == "Z" or (letter.isalpha() and letter not in "AabBCdDfnrsStvwWxz"):
        raise _refused(pattern, f"invalid escape sequence: {token}")
    if letter == "C":
        return "(?s:.)"
    return "\\Z" if letter == "z" else token


def translated(pattern):
    """A pattern of RE2 as one of Python's. Raises CheckFailed for what RE2 refuses."""
    parts, in_class = [], False
    for token in _TOKEN.findall(pattern):
        if token.startswith("\\"):
            parts.append(_escape(pattern, token, in_class))
        elif in_class and token.startswith("[:"):
            name = token[2:-2].lstrip("^")
            if name not in _CLASSES or "^" in token:
                raise _refused(pattern, f"invalid character class range: {token}")
            parts.append(_CLASSES[name])
        elif in_class:
            parts.append("\\[" if token == "[" else token)
            in_class = token != "]"
        elif token.startswith("["):
            parts.append("[" + token[1:].replace("]", "\\]"))
            in_class = True
        elif token == "$":
            parts.append("$" if re.search(r"\(\?[isU]*m", pattern) else "\\Z")
        elif re.match(r"\(\?(P?[=!>#(]|<[=!])", token):
            raise _refused(pattern, f"invalid perl operator: {token}")
        else:
            parts.append(token)
    return "".join(parts)


@functools.lru_cache(256)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """The compiled form of an RE2 pattern. Raises CheckFailed."""
    text = pattern.decode("utf-8", "surrogateescape")
    try:
        return re.compile(translated(text), re.ASCII)
    except re.error as error:
        missing = f"missing ): {text}" if "unterminated subpattern" in str(error) else str(error)
        raise _refused(text, missing) from None


# ---- replacing -------------------------------------------------------------------------------------------------------


def _replacement(rewrite, groups):
    """What stands for a match, as a function of the match; None where the rewrite names a group that is not there."""
    parts = re.split(r"\\([0-9\\])", rewrite)
    if any(part.isdigit() and int(part) > groups for part in parts[1::2]):
        return None

    def replace(match):
        found = list(parts)
        found[1::2] = ["\\" if part == "\\" else match.group(int(part)) or "" for part in parts[1::2]]
        return "".join(found)

    return replace


def _replaced(call, strings, pattern, rewrite):
    expression = compiled(pattern)
    replace = _replacement(rewrite.decode("utf-8", "surrogateescape"), expression.groups)
    if replace is None:
        return strings
    count = 0 if call.attrs.replace_global else 1

    def one(text):
        result = expression.sub(replace, text.decode("utf-8", "surrogateescape"), count=count)
        return result.encode("utf-8", "surrogateescape")

    return each(one, strings)


def _regex_replace(call, strings, pattern, rewrite):
    for name, value in (("pattern", pattern), ("rewrite", rewrite)):
        check(value.ndim == 0, "{} must be scalar, but received {}", name, value.shape)
    return _replaced(call, strings, pattern[()], rewrite[()])


@op("RegexReplace")
class RegexReplace:
    """Matches of an RE2 pattern replaced, all or the first; \\\\1 stands for a group. input [...] -> [...]."""

    host = _regex_replace

    def shape(input, pattern, rewrite, out):
        for dims in (pattern, rewrite):
            check(len(dims) == 0, "Shape must be rank 0 but is rank {}", len(dims))
        copy_dims(input, out)


def _static_replace(call, strings):
    return _replaced(call, strings, utf8(call.attrs.pattern), utf8(call.attrs.rewrite))


@op("StaticRegexReplace")
class StaticRegexReplace:
    """As RegexReplace, with pattern and rewrite as attributes."""

    host = _static_replace
    shape = of_input


# ---- matching --------------------------------------------------------------------------------------------------------


def _matches(strings, pattern):
    expression = compiled(pattern)
    return each(lambda text: expression.fullmatch(text.decode("utf-8", "surrogateescape")) is not None, strings, bool)


def _full_match(call, strings, pattern):
    check(pattern.ndim == 0, "Pattern must be scalar, but received {}", pattern.shape)
    return _matches(strings, pattern[()])


@op("RegexFullMatch")
class RegexFullMatch:
    """Whether an RE2 pattern matches all of a string: bool. input [...], pattern [] -> [...]."""

    host = _full_match

    def shape(input, pattern, out):
        check(len(pattern) == 0, "Shape must be rank 0 but is rank {}", len(pattern))
        copy_dims(input, out)


def _static_full_match(call, strings):
    return _matches(strings, utf8(call.attrs.pattern))


@op("StaticRegexFullMatch")
class StaticRegexFullMatch:
    """As RegexFullMatch, with the pattern as an attribute."""

    host = _static_full_match
    shape = of_input
