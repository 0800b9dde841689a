"""The layout of help texts."""

from __future__ import annotations

import inspect
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any


def get_help_width() -> int:
    """Columns of a help text: those of the terminal, 80 where there is none."""
    if not sys.stdout.isatty():
        return 80
    columns = shutil.get_terminal_size((80, 24)).columns
    return columns if columns >= 40 else 80


def text_wrap(text: str, length: int | None = None, indent: str = "", firstline_indent: str | None = None) -> str:
    """The text in lines of up to `length` columns, each behind the indent."""
    width = get_help_width() if length is None else length
    first = indent if firstline_indent is None else firstline_indent
    lines: list[str] = []
    for paragraph in (line.strip() for line in text.splitlines()):
        start = first if not lines else indent
        lines += textwrap.wrap(paragraph, width, initial_indent=start, subsequent_indent=indent) or [""]
    return "\n".join(lines)


def doc_to_help(doc: str) -> str:
    """A docstring as help: its lines joined to paragraphs."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    return "\n".join(" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)


def flag_dict_to_args(flag_map: Mapping[str, Any], multi_flags: set[str] | None = None) -> Iterator[str]:
    """Flags by name as a command line; those in multi_flags come once for each of their values."""
    for name, value in flag_map.items():
        if value is None or isinstance(value, bool):
            yield f"--no{name}" if value is False else f"--{name}"
        elif isinstance(value, (str, bytes)):
            yield f"--{name}={value.decode() if isinstance(value, bytes) else value}"
        elif hasattr(value, "__iter__"):
            if multi_flags and name in multi_flags:
                yield from (f"--{name}={item}" for item in value)
            else:
                yield f"--{name}={','.join(str(item) for item in value)}"
        else:
            yield f"--{name}={value}"
