"""The command line as a whole: help, versions, exit statuses, and a quick start."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbtf_tools import main
from nbtf_tools.freeze_graph import main as freeze_graph_main
from tools.command_line import refusal, run_command

import nbtf
from nbtf import version


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(capsys, "--version") == (0, f"nbtf {version.NBTF_VERSION}\n", "")


def test_without_a_command_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_command(capsys)
    assert outcome.status == 2
    assert all(command in outcome.out for command in ("inspect", "run", "freeze", "warmup"))


@pytest.mark.parametrize("words", [["inspect"], ["nonsense"], ["run", "x.pb", "--bench", "0"], ["freeze", "--x"]])
def test_a_wrong_command_line_is_status_2(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    outcome = run_command(capsys, *words)
    assert outcome.status == 2
    assert "usage: nbtf" in outcome.err


@pytest.mark.parametrize("command", ["inspect", "run", "freeze", "warmup"])
def test_help_of_each_command(capsys: pytest.CaptureFixture[str], command: str) -> None:
    outcome = run_command(capsys, command, "--help")
    assert outcome.status == 0
    assert outcome.out.startswith(f"usage: nbtf {command}")


@pytest.mark.parametrize("command", ["--help", "run --help"])
def test_help_imports_neither_numpy_nor_protobuf(command: str) -> None:
    code = (
        "import sys; from nbtf_tools.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "assert not {'numpy', 'google', 'numba', 'llvmlite'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, *command.split()], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("no such\n file"), "no such file"),
        (ValueError("wrong"), "wrong"),
        (
            nbtf.errors.InvalidArgumentError(
                None, None, "bad\n\t [[{{node x}}]]\n\nOriginal stack trace for 'x':\n  a"
            ),
            "InvalidArgumentError: bad",
        ),
    ],
)
def test_errors_are_one_line(capsys: pytest.CaptureFixture[str], error: Exception, told: str) -> None:
    def command(arguments: object) -> None:
        raise error

    assert main.execute(command, None, "nbtf") == 1  # type: ignore[arg-type]
    assert capsys.readouterr().err == f"nbtf: error: {told}\n"


def test_a_mistake_of_the_program_itself_keeps_its_traceback() -> None:
    def command(arguments: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main.execute(command, None, "nbtf")  # type: ignore[arg-type]


def test_a_reader_that_leaves_early(golden: Path) -> None:
    """As in `nbtf inspect FILE | head -1`."""
    words = [sys.executable, "-m", "nbtf_tools.main", "inspect", str(golden / "digits/frozen.pb")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.skipif(os.name != "posix", reason="of POSIX's shells")
def test_without_streams_and_with_few_characters(golden: Path, tmp_path: Path) -> None:
    """As in `nbtf inspect FILE >&-`, and in a terminal that knows ASCII alone."""
    path = shutil.copy(golden / "digits/frozen.pb", tmp_path / "größe.pb")
    program = f"{shlex.quote(sys.executable)} -m nbtf_tools.main inspect {shlex.quote(str(path))}"
    closed = subprocess.run(["sh", "-c", f"{program} >&-"], stderr=subprocess.PIPE, check=False)
    assert (closed.returncode, closed.stderr) == (0, b"")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    told = subprocess.run(["sh", "-c", program], stdout=subprocess.PIPE, env=ascii_only, check=True).stdout
    assert rb"gr\xf6\xdfe.pb" in told


def test_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = refusal(run_command(capsys, "inspect", tmp_path / "none.pb"))
    assert told == f"File {tmp_path / 'none.pb'} does not exist."


def test_freeze_graph_is_a_program_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze_graph_main(["--input_graph", "x", "--output_node_names", "y"]) == 1
    assert capsys.readouterr().err == "freeze_graph: error: Input checkpoint '' doesn't exist!\n"
