"""What programs with control flow have in common: the contexts of a graph as values that can be compared."""

import numpy as np


def contexts(graph):
    """label -> bytes of the message, of every context in the graph's collections."""
    found = {}
    for key in ("cond_context", "while_context"):
        for i, context in enumerate(graph.get_collection(key)):
            message = context.to_proto().SerializeToString(deterministic=True)
            found[f"{key} {i}"] = np.frombuffer(message, np.uint8)
    return found


def run_with(feeds):
    """A `run` of a program: its fetches with each of several feeds (label -> feed_dict), and the graph's contexts."""

    def run(tf, session, fetches):
        results = contexts(session.graph)
        for label, feed in feeds.items():
            for name, value in session.run(dict(fetches), feed).items():
                if value is not None:
                    results[f"{label} {name}"] = value
        return results

    return run
