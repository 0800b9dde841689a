"""Damaged bytes of real graphs: parsed, imported, compiled and run, they give a value or a clean exception.

The work is done by a child process, so that a crash or an endless loop is a failed test and not the end of all tests.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SECONDS = 20  # that mutations are tried for; the first ones are the same in every run
SECONDS_A_RUN = 2  # before a run, which may be a legal loop without end, is interrupted
MEMORY = 8 << 30
LARGEST_GRAPH = 20_000  # bytes


def _graphs() -> list[Path]:
    """Small graphs of every kind."""
    manifests = [GOLDEN / folder / "manifest.json" for folder in ("control", "functional")] + [GOLDEN / "manifest.json"]
    named = {
        case["graph"]
        for manifest in manifests
        for case in json.loads(manifest.read_text())["cases"]
        if case.get("graph", "").endswith(".pb")
    }
    return sorted(GOLDEN / name for name in named if (GOLDEN / name).stat().st_size <= LARGEST_GRAPH)


def damaged(data: bytes, source: random.Random) -> bytes:
    """One to eight changes: bits, bytes, large varints, pieces cut out, repeated or exchanged."""
    result = bytearray(data)
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(result))
        end = min(len(result), at + source.randint(1, 24))
        change = source.randrange(6)
        if change == 0:
            result[at] ^= 1 << source.randrange(8)
        elif change == 1:
            result[at] = source.choice([0, 1, 2, 127, 128, 255, source.randrange(256)])
        elif change == 2:
            result[at:end] = b"\xff" * (end - at - 1) + b"\x01"
        elif change == 3 and len(result) > 100:
            del result[at:end]
        elif change == 4:
            result[at:at] = result[at:end]
        else:
            other = source.randrange(len(result))
            result[at:end] = result[other : other + end - at]
    return bytes(result)


def test_damaged_graphs_are_refused_or_run(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, __file__, str(log)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    child = subprocess.run(command, capture_output=True, text=True, timeout=10 * SECONDS, env=environment, check=False)
    last = log.read_text().splitlines()[-1] if log.exists() else "nothing"
    assert child.returncode == 0, f"status {child.returncode} at {last}\n{child.stderr[-4000:]}"
    counts = json.loads(child.stdout.splitlines()[-1])
    assert counts["tried"] >= 20
    assert counts["refused"] > 0
    assert counts["ran"] > 0


# ---- in the child ----------------------------------------------------------------------------------------------------


def _small_feeds(graph: Any) -> dict[Any, Any]:
    feeds = {}
    for op in graph.get_operations():
        if op.type == "Placeholder" and op.outputs[0].dtype.is_numpy_compatible:
            dims = [min(dim, 3) if dim is not None and dim >= 0 else 2 for dim in op.outputs[0].shape.dims or []]
            dtype = op.outputs[0].dtype.as_numpy_dtype
            feeds[op.outputs[0]] = np.full([int(d) for d in dims], b"a" if dtype is object else 1, dtype)
    return feeds


def _fetches(graph: Any) -> list[Any]:
    """What no other operation takes: the ends of the graph."""
    return [op for op in graph.get_operations() if not any(tensor.consumers() for tensor in op.outputs)]


def _try(data: bytes) -> str:
    """What became of it; anything but an exception that the API promises comes out as it is."""
    from google.protobuf.message import DecodeError

    from nbtf import errors
    from nbtf.graph.graph import Graph
    from nbtf.graph.importer import import_graph_def
    from nbtf.session import Session
    from nbtf.wire import schema

    graph = Graph()
    try:
        graph_def = schema.GraphDef.FromString(data)
        with graph.as_default():
            import_graph_def(graph_def, name="")
        with Session(graph=graph) as session:
            session.run(_fetches(graph), _small_feeds(graph))
    except (DecodeError, ValueError, TypeError, errors.OpError, RuntimeError) as refusal:
        if isinstance(refusal, RecursionError):
            raise
        return "refused"
    except KeyboardInterrupt:
        return "interrupted"
    return "ran"


def _child(log: str) -> None:
    import collections
    import faulthandler
    import resource
    import signal

    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    counts = collections.Counter[str]()
    graphs = [(path, path.read_bytes()) for path in _graphs()]
    end = time.monotonic() + SECONDS
    with open(log, "w") as journal:
        for seed in range(1_000_000):
            if time.monotonic() > end:
                break
            path, data = graphs[seed % len(graphs)]
            journal.write(f"seed {seed} of {path.name}\n")
            journal.flush()
            faulthandler.dump_traceback_later(30 * SECONDS_A_RUN, exit=True)
            signal.alarm(SECONDS_A_RUN)
            counts[_try(damaged(data, random.Random(seed)))] += 1
            signal.alarm(0)
            faulthandler.cancel_dump_traceback_later()
            counts["tried"] += 1
    sys.stdout.write(json.dumps(counts) + "\n")


if __name__ == "__main__":
    _child(sys.argv[1])
