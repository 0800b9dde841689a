"""Running the commands as a shell would, in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from nbtf_tools import main


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


def run_command(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Outcome:
    """`nbtf WORDS`: exit status, standard output, standard error."""
    return _outcome(capsys, [str(word) for word in words])


def _outcome(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> Outcome:
    capsys.readouterr()
    try:
        status = main.main(words)
    except SystemExit as exit_request:
        status = exit_request.code if isinstance(exit_request.code, int) else 1
    captured = capsys.readouterr()
    return Outcome(status, captured.out, captured.err)


def refusal(outcome: Outcome) -> str:
    """The one line that a refused command prints."""
    assert outcome.status == 1, outcome
    assert outcome.err.startswith("nbtf: error: ")
    assert outcome.err.count("\n") == 1, outcome.err
    assert not outcome.out
    return outcome.err.removeprefix("nbtf: error: ").rstrip("\n")
