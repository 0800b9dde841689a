"""Regular expressions in RE2's syntax, run by Python's `re` on text decoded from UTF-8. Python computes these ops.

Both syntaxes agree on most patterns. What RE2 alone has is translated; what Python alone has is refused, as RE2 does.
"""

import functools
import re

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import each, of_input, utf8
from nbtf.shapes import CheckFailed, check, copy_dims

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<quote>\\Q.*?(?:\\E|\Z)) | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]) | (?P<escape>\\x\{[0-9A-Fa-f]+\}|\\.)
    | (?P<perl>\(\?(?:P?[=!>\#(]|<[=!])) | (?P<repeat>[*+?}]\+) | (?P<end>\$) | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
_IN_CLASS = re.compile(r"\[:\^?\w+:\]|\\x\{[0-9A-Fa-f]+\}|\\.|\[", re.DOTALL)


def _refused(pattern, reason):
    return CheckFailed(f"Invalid pattern: {pattern}, error: {reason}")


def _escape(pattern, token):
    """A backslash and what follows it."""
    if token.startswith("\\x{"):
        return re.escape(chr(int(token[3:-1], 16)))
    letter = token[1:]
    if letter in "pP":
        raise _refused(pattern, f"invalid character class range: {token}: classes of Unicode are not supported")
    if letter in "123456789" or (letter.isalpha() and letter not in "AabBCdDfnrsStvwWxz"):
        raise _refused(pattern, f"invalid escape sequence: {token}")
    return {"C": "(?s:.)", "z": "\\Z"}.get(letter, token)


def _class(pattern, text):
    """A class in brackets."""

    def inner(match):
        token = match.group()
        if token.startswith("\\"):
            return _escape(pattern, token)
        if token == "[":
            return "\\["
        name = token[2:-2]
        if name not in _CLASSES:
            raise _refused(pattern, f"invalid character class range: {token}")
        return _CLASSES[name]

    head = re.match(r"\[\^?\]?", text).group()
    return head.replace("]", "\\]") + _IN_CLASS.sub(inner, text[len(head) : -1]) + "]"


def translated(pattern):
    """A pattern of RE2 as one of Python's. Raises CheckFailed for what RE2 refuses."""
    several_lines = re.search(r"\(\?[isU]*m", pattern)
    parts = []
    for match in _TOKEN.finditer(pattern):
        token = match.group()
        match match.lastgroup:
            case "quote":
                parts.append(re.escape(token[2:].removesuffix("\\E")))
            case "class":
                parts.append(_class(pattern, token))
            case "escape":
                parts.append(_escape(pattern, token))
            case "perl":
                raise _refused(pattern, f"invalid perl operator: {token}")
            case "repeat":
                raise _refused(pattern, f"bad repetition operator: {token}")
            case "end":
                parts.append("$" if several_lines else "\\Z")
            case _:
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
    gradient = NOT_DIFFERENTIABLE

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
