"""Writes errors/: malformed graphs as text, and what TensorFlow says when it imports or runs them.

    python make_errors.py

Every graph is tried in a process of its own, since a malformed graph may bring TensorFlow down.
"""

from __future__ import annotations

import json
import os
from typing import Any

from make_errors_graphs import GRAPHS
from make_recording import GOLDEN, Failure, session_config, tf

# isort: split
import numpy as np
from google.protobuf import text_format

FOLDER = GOLDEN / "errors"


def outcome(name: str) -> dict[str, Any]:
    """The stage at which TensorFlow refuses the graph, and its words; error None when it does not."""
    graph = GRAPHS[name]
    with tf.Graph().as_default():
        try:
            tf.import_graph_def(text_format.Parse(graph.text, tf.GraphDef()), name="")
        except Exception as exception:
            return {"stage": "import", **Failure.of(exception).as_json()}
        try:
            with tf.Session(config=session_config(optimize=False)) as session:
                values = session.run(graph.run, graph.feeds)
        except Exception as exception:
            return {"stage": "run", **Failure.of(exception).as_json()}
    return {"stage": "run", "error": None, "value": listed(values[0])}


def listed(value: Any) -> dict[str, Any]:
    """A small array as JSON; bytes as Latin-1 text."""
    array = np.asarray(value)
    items = [item.decode("latin-1") if isinstance(item, bytes) else item for item in array.ravel().tolist()]
    if array.dtype.kind == "c":
        items = [[item.real, item.imag] for item in items]
    dtype = "string" if array.dtype == object else array.dtype.name
    return {"dtype": dtype, "shape": list(array.shape), "items": items}


def outcome_of_process(name: str) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()  # before this process has any session or thread of TensorFlow; far quicker than a new interpreter
    if not child:
        os.write(writing, json.dumps(outcome(name)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    status = os.waitpid(child, 0)[1]
    if status:
        # An abort of TensorFlow is no answer to follow; the case still says that the graph must be refused.
        return {"stage": "run", "error": "Crash", "message": f"wait status {status}"}
    answer: dict[str, Any] = json.loads(told)
    return answer


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.iterdir():
        stale.unlink()
    cases = []
    for name, graph in GRAPHS.items():
        text = text_format.MessageToString(text_format.Parse(graph.text, tf.GraphDef()))
        (FOLDER / f"{name}.pbtxt").write_text(text)
        entry = {"name": name, "category": "errors", "kind": "error", "graph": f"errors/{name}.pbtxt", "run": graph.run}
        if graph.feeds:
            entry["feeds"] = graph.feeds
        cases.append(entry | outcome_of_process(name))
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"tensorflow": {json.dumps(tf.__version__)},\n"cases": [\n{lines}\n]}}\n'
    (FOLDER / "manifest.json").write_text(text)
    print(f"errors: {len(cases)} cases")


if __name__ == "__main__":
    main()
