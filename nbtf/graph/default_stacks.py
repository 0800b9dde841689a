"""The default graph and the default session: one stack of each a thread, above one global graph."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtf.graph.graph import Graph


class DefaultStack(threading.local):
    """The objects made default by nested `with` blocks of this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.enforce_nesting = True

    def innermost(self) -> Any:
        return self.stack[-1] if self.stack else None

    @contextmanager
    def default(self, value: Any) -> Iterator[Any]:
        self.stack.append(value)
        try:
            yield value
        finally:
            if self.stack:  # empty after a reset inside the block
                if self.enforce_nesting:
                    if self.stack[-1] is not value:
                        raise AssertionError(f"Nesting violated for default stack of {type(value)} objects")
                    self.stack.pop()
                elif value in self.stack:
                    self.stack.remove(value)


sessions = DefaultStack()
graphs = DefaultStack()
_global_lock = threading.Lock()
_global_graph: Graph | None = None


def get_default_graph() -> Graph:
    """The graph of the innermost `with graph.as_default()` of this thread, else the global one."""
    innermost: Graph | None = graphs.innermost()
    return innermost if innermost is not None else _get_global_graph()


def _get_global_graph() -> Graph:
    global _global_graph
    with _global_lock:
        if _global_graph is None:
            from nbtf.graph.graph import Graph  # Graph builds on this module

            _global_graph = Graph()
        return _global_graph


def reset_default_graph() -> None:
    """Replaces the global graph by an empty one. Raises AssertionError inside a `with graph.as_default()`."""
    global _global_graph
    if graphs.stack:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, "
            "exit the nesting and create a new graph."
        )
    with _global_lock:
        _global_graph = None


def get_default_session() -> Any:
    """The session of the innermost `with session.as_default()` of this thread, or None."""
    return sessions.innermost()


def session_for(method: str, session: Any, graph: Graph) -> Any:
    """The session that `eval()` or `run()` of an element of `graph` is to use. Raises ValueError if there is none."""
    action = "Cannot evaluate tensor using `eval()`" if method == "eval" else "Cannot execute operation using `run()`"
    colon = "" if method == "eval" else ":"
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"{action}: No default session is registered. Use `with sess.as_default(){colon}` or pass an "
                f"explicit session to `{method}(session=sess)`"
            )
        if session.graph is not graph:
            thing = "tensor's" if method == "eval" else "operation's"
            raise ValueError(
                f"{action}: The default session's graph is different from the {thing} graph. "
                f"Pass an explicit session to `{method}(session=sess)`."
            )
    elif session.graph is not graph:
        raise ValueError(
            f"{action}: The passed session's graph is different from the "
            f"{'tensor' if method == 'eval' else 'operation'}'s graph."
        )
    return session
