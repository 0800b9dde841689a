"""Regular expressions, in RE2's syntax."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether each string matches the pattern as a whole. pattern: text, or a scalar string tensor."""
    if isinstance(pattern, (str, bytes)):
        return raw.StaticRegexFullMatch(input, pattern, name=name)
    return raw.RegexFullMatch(input, pattern, name=name)


def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None) -> Any:
    r"""Each string with its first match, or all of them, replaced; `\1` in `rewrite` is the first group."""
    if isinstance(pattern, (str, bytes)) and isinstance(rewrite, (str, bytes)):
        return raw.StaticRegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)
    return raw.RegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)
