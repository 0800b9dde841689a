"""What Print and PrintV2 write, and how often. Golden sessions test Assert and the texts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import run_op

from nbtf import errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire.tensor import make_tensor_proto


def test_print_passes_its_input_on(capfd: pytest.CaptureFixture[str]) -> None:
    data = [np.arange(5), np.array(b"text", object), np.float32(0.5)]
    (passed,) = run_op("Print", [np.int32([1, 2]), data], {"message": "got: "}, known=False)[0]
    assert passed.tolist() == [1, 2]
    assert capfd.readouterr().err == "got: [0 1 2...][text][0.5]\n"


def test_print_stops_after_first_n(capfd: pytest.CaptureFixture[str]) -> None:
    graph = Graph()
    with graph.as_default():
        one: Any = apply_op("Const", value=make_tensor_proto(np.int32(1)), dtype=np.int32)
        printed = apply_op("Print", input=one, data=[one], first_n=2)
    with Session(graph=graph) as session:
        for _ in range(4):
            session.run(printed)
    assert capfd.readouterr().err == "[1]\n[1]\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr", "log(info)"])
def test_print_v2_writes_to_streams(stream: str, capfd: pytest.CaptureFixture[str]) -> None:
    run_op("PrintV2", [np.array(b"line", object)], {"output_stream": stream, "end": "."}, known=False)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == (("line.", "") if stream == "stdout" else ("", "line."))


def test_print_v2_appends_to_a_file(tmp_path: Path) -> None:
    attrs = {"output_stream": f"file://{tmp_path}/log"}
    for text in (b"one", b"two"):
        run_op("PrintV2", [np.array(text, object)], attrs, known=False)
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_print_v2_knows_its_streams() -> None:
    with pytest.raises(errors.InvalidArgumentError, match="Unknown output stream: nowhere"):
        run_op("PrintV2", [np.array(b"x", object)], {"output_stream": "nowhere"}, known=False)
