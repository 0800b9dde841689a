"""What a program of tests/programs is, and what is compared between nbtf and TensorFlow: every node, every value, errors.

A program is a module that builds a graph with `tf`, whichever library that is:

    def build(tf):
        '''Returns what to fetch: label -> tensor, operation or variable.'''
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        return {"sum": tf.reduce_sum(x, 1)}

    FEEDS = {"x:0": [[1, 2, 3]]}                 # for the runs

    def run(tf, session, fetches):               # instead of one run of all fetches
        session.run(tf.global_variables_initializer())
        return {"sum": session.run(fetches["sum"], FEEDS)}

    def errors(tf):                              # label -> (what must raise, words of the message)
        return {"rank": (lambda: tf.matmul([1.0], [2.0]), "rank")}

    SAME_NODES = False                           # only values are compared: TensorFlow has other nodes

    RTOL = 1e-5                                  # of floats; 0 for equal bits
    ATOL = 1e-6

`errors` is called with a fresh default graph; so is each of its functions.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

PROGRAMS = Path(__file__).parent
LONGEST_ATTR = 240
OF_RUN_TIME = frozenset({"config_proto", "_collective_manager_ids", "_read_only_resource_inputs"})
"""Attributes of calls of tf.functions that tell of the devices and the run time of the TensorFlow that made them."""


def program_names() -> list[str]:
    """ "array/slices" for tests/programs/array/slices.py, sorted."""
    return sorted(path.relative_to(PROGRAMS).with_suffix("").as_posix() for path in PROGRAMS.glob("*/*.py"))


def load_program(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"program_{name.replace('/', '_')}", PROGRAMS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(tf: Any, program: ModuleType) -> tuple[Any, dict[str, Any]]:
    """The graph that the program builds, and its fetches."""
    tf.reset_default_graph()
    graph = tf.Graph()
    with graph.as_default():
        fetches = dict(program.build(tf))
    return graph, fetches


def values(tf: Any, program: ModuleType, graph: Any, fetches: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """What the program's run answers, by label."""
    with graph.as_default(), tf.Session(graph=graph) as session:
        if hasattr(program, "run"):
            results = program.run(tf, session, fetches)
        else:
            results = session.run(dict(fetches), getattr(program, "FEEDS", None))
    return {label: storable(value) for label, value in results.items() if value is not None}


def storable(value: Any) -> np.ndarray:
    """A fetched value as an array that `.npz` holds without pickling."""
    array = np.asarray(value)
    if array.dtype == object:
        return array.astype(np.bytes_)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def raised(tf: Any, program: ModuleType) -> dict[str, tuple[str, str]]:
    """label -> (class, message) of every error the program lists; the message must have the program's words."""
    found = {}
    for label, (function, words) in program.errors(tf).items() if hasattr(program, "errors") else ():
        with tf.Graph().as_default():
            try:
                function()
            except Exception as error:
                message = str(error)
                assert re.search(words, message), f"{label}: {words!r} is not in {type(error).__name__}: {message}"
                first = re.sub(r"(?<![\w.])/[\w./-]+/", "", message.splitlines()[0]) if message else ""
                found[label] = (type(error).__name__, first)  # without folders of the machine that recorded it
            else:
                raise AssertionError(f"{label}: nothing was raised")
    return found


def listing(graph: Any) -> str:
    """One line a node: name, op, inputs, device, attributes; long attributes by their digest."""
    return "".join(f"{_node_line(node)}\n" for node in graph.as_graph_def().node)


def _node_line(node: Any) -> str:
    left_out = OF_RUN_TIME if node.op in ("PartitionedCall", "StatefulPartitionedCall") else ()
    attrs = [f"{name}={_attr_text(node.attr[name])}" for name in sorted(node.attr) if name not in left_out]
    device = f" @{node.device}" if node.device else ""
    return f"{node.name} = {node.op}({', '.join(node.input)}){device} {' '.join(attrs)}".rstrip()


def _attr_text(value: Any) -> str:
    text = " ".join(str(value).split())
    # numbered in order of the process, as functions are
    text = re.sub(r'"(pyfunc|CustomGradient)[-_]\d+"', r'"\1"', text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid", text)  # shared names of tables
    text = re.sub(r'func { name: "[^"]+"', lambda name: re.sub(r"(?<=_)\d+", "n", name[0]), text)
    text = re.sub(r'"_make_dataset_\w+"', '"_make_dataset"', text)  # named by a digest
    if len(text) <= LONGEST_ATTR:
        return "{" + text + "}"
    return "{" + f"{text[:60]}... {hashlib.sha256(text.encode()).hexdigest()[:16]}" + "}"


def signatures(fetches: Mapping[str, Any]) -> dict[str, str]:
    """label -> dtype and static shape, of fetches that have them."""
    found = {}
    for label, fetch in fetches.items():
        if hasattr(fetch, "dtype") and hasattr(fetch, "shape"):
            found[label] = f"{fetch.dtype.name} {fetch.shape}"
    return found
