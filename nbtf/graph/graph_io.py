"""write_graph: a graph as a .pb or .pbtxt file."""

from __future__ import annotations

import os
from typing import Any

from nbtf.graph.graph import Graph
from nbtf.wire import files


def write_graph(graph_or_graph_def: Any, logdir: str | os.PathLike[str], name: str, as_text: bool = True) -> str:
    """Writes a Graph or GraphDef to `logdir`/`name`, which is made if missing; gives the path.

    as_text: text format, else binary. The file appears whole or not at all.
    """
    graph_def = graph_or_graph_def.as_graph_def() if isinstance(graph_or_graph_def, Graph) else graph_or_graph_def
    folder = os.fspath(logdir)
    os.makedirs(folder or ".", exist_ok=True)
    path = os.path.join(folder, name)
    files.write_message(path, graph_def, as_text=as_text)
    return path
