"""Golden graphs of one op family: each is loaded, run as TensorFlow ran it, and compared tensor by tensor."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from nbtf.errors import OpError
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire import schema

GOLDEN = Path(__file__).parent.parent / "golden"
Case = dict[str, Any]


def cases(folder: str) -> list[Case]:
    """The cases of a folder's manifest."""
    return list(json.loads((GOLDEN / folder / "manifest.json").read_text())["cases"])


def answers(case: Case) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Fed values by placeholder, and values and TensorFlow's values by op, of a case of kind graph."""
    data = np.load(GOLDEN / case["data"])
    names = [fetch["tensor"] for fetch in case["fetches"]]
    with _session(case) as session:
        feeds = _feeds(session, case["feeds"], data)
        results = session.run(names, feeds)
    keys = [_key(name) for name in names]
    wanted = {key: data[fetch["key"]] for key, fetch in zip(keys, case["fetches"], strict=True)}
    return {_key(name): value for name, value in feeds.items()}, dict(zip(keys, results, strict=True)), wanted


def refusal(case: Case) -> str:
    """What nbtf says where TensorFlow refused, while the graph is loaded or run; empty if it does not refuse."""
    (step,) = case["steps"]
    data = np.load(GOLDEN / case["data"])
    try:
        with _session(case) as session:
            session.run(step["run"], _feeds(session, step["feeds"], data))
    except (OpError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def assert_same(result: Any, wanted: np.ndarray, rtol: float, atol: float) -> None:
    """NaN and infinities at the same places, the same signs of zeros left aside."""
    array = np.asarray(result)
    assert array.shape == wanted.shape
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    assert array.dtype == wanted.dtype
    if array.dtype.kind in "fc":
        np.testing.assert_allclose(array, wanted, rtol=rtol, atol=atol)
    else:
        np.testing.assert_array_equal(array, wanted)


def words(text: str) -> str:
    """Letters only: shapes and numbers are written in more than one way."""
    return " ".join(re.findall("[A-Za-z]+", text))


def _key(name: str) -> str:
    return name.removesuffix(":0")


def _session(case: Case) -> Session:
    definition = schema.GraphDef()
    definition.ParseFromString((GOLDEN / case["graph"]).read_bytes())
    graph = Graph()
    with graph.as_default():
        import_graph_def(definition, name="")
    return Session(graph=graph)


def _feeds(session: Session, told: list[dict[str, str]], data: Any) -> dict[str, np.ndarray]:
    feeds = {}
    for feed in told:
        dtype = session.graph.get_tensor_by_name(feed["tensor"]).dtype
        value = data[feed["key"]]
        feeds[feed["tensor"]] = value if value.dtype.kind == "S" else value.astype(dtype.storage)
    return feeds
