"""Records what TensorFlow answers to a graph: the graph file, the feeds, the results, one manifest a folder.

The other `make_*.py` scripts build the graphs. Every graph is imported again into an empty graph and run from there, so
the recorded values belong to the file, not to the Python objects that made it. Import this module before TensorFlow: it
sets the environment that TensorFlow reads when it is loaded.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import rewriter_config_pb2
from tensorflow.python.framework import error_interpolation

tf.disable_v2_behavior()
tf.logging.set_verbosity(tf.logging.ERROR)
# Session.run pads a message with the Python stack that made the node; the recorded text is the runtime's own.
error_interpolation.interpolate_graph = lambda message, graph: message

GOLDEN = Path(__file__).resolve().parent
TOLERANCE = 1e-5
# TensorArrays, stacks, queues and per-step resources are numbered through the whole process.
PROCESS_NUMBERS = [
    re.compile(pattern)
    for pattern in (r"(TensorArray \S+_)\d+(:)", r"(Stack\[\S+_)\d+(\])", r"(Queue '_)\d+(_)", r"(__per_step_)\d+(/)")
]
Value = np.ndarray
Feeds = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One session.run: names of tensors ("a:0") and operations ("a"), and values for the tensors it feeds."""

    run: list[str]
    feeds: Feeds = field(default_factory=dict)
    session: int = 0


@dataclass(frozen=True)
class Failure:
    """An exception of session.run or of an import, as the manifests keep it."""

    error: str
    message: str
    node: str | None = None

    @classmethod
    def of(cls, exception: Exception) -> Failure:
        text = exception.message if isinstance(exception, tf.errors.OpError) else str(exception)
        nodes = re.findall(r"\{\{node (?!_retval)([^}]+)\}\}", text)
        # "{{function_node f}} ... [[{{node n}}]]": the place, innermost first, kept apart from the message.
        text = re.split(r"\n\t ?\[\[", re.sub(r"\{\{function_node [^}]+\}\} ?", "", text))[0]
        text = re.sub(r"(binary running on )\S+(\. Make)", r"\1{host}\2", text)
        for numbered in PROCESS_NUMBERS:
            text = numbered.sub(r"\1{n}\2", text)
        return cls(type(exception).__name__, text.strip(), nodes[0] if nodes else None)

    def as_json(self) -> dict[str, str]:
        return {
            k: v for k, v in (("error", self.error), ("message", self.message), ("node", self.node)) if v is not None
        }


Outcome = Failure | list[Value | None]
Loader = Callable[[], object]


def storable(value: Any) -> Value:
    """The array as an .npz can hold it without pickling: strings as bytes, bfloat16 as float32."""
    array = np.asarray(value)
    if array.dtype.kind in "OUS":
        flat = [item if isinstance(item, bytes) else str(item).encode() for item in array.ravel()]
        return np.array(flat, dtype="S" if any(flat) else "S1").reshape(array.shape)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def with_folders(value: Any, tmp: str) -> Any:
    """Puts real folders for {tmp} and {golden} in strings that are fed."""
    array = np.asarray(value)
    if array.dtype.kind not in "OUS":
        return value
    folders = {b"{tmp}": tmp.encode(), b"{golden}": str(GOLDEN).encode()}
    items = [item if isinstance(item, bytes) else str(item).encode() for item in array.ravel()]
    for mark, folder in folders.items():
        items = [item.replace(mark, folder) for item in items]
    return np.array(items, dtype=object).reshape(array.shape)


def without_folders(value: Any, tmp: str) -> Value:
    array = storable(value)
    if array.dtype.kind != "S":
        return array
    items = [item.replace(tmp.encode(), b"{tmp}") for item in array.ravel()]
    return storable(np.array(items, dtype=object).reshape(array.shape))


def session_config(optimize: bool) -> tf.ConfigProto:
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    if not optimize:
        config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        config.graph_options.rewrite_options.constant_folding = rewriter_config_pb2.RewriterConfig.OFF
    return config


def answers(load: Loader, steps: Sequence[Step], optimize: bool) -> list[Outcome]:
    """Runs the steps on a fresh copy of the graph; steps of one session number share one session."""
    tmp = tempfile.mkdtemp()
    outcomes: list[Outcome] = []
    with tf.Graph().as_default() as graph:
        load()
        sessions = {
            number: tf.Session(graph=graph, config=session_config(optimize)) for number in {s.session for s in steps}
        }
        for step in steps:
            feeds = {name: with_folders(value, tmp) for name, value in step.feeds.items()}
            try:
                values = sessions[step.session].run(step.run, feeds)
                outcomes.append([None if v is None else without_folders(v, tmp) for v in values])
            except Exception as exception:
                failure = Failure.of(exception)
                outcomes.append(Failure(failure.error, failure.message.replace(tmp, "{tmp}"), failure.node))
        for session in sessions.values():
            session.close()
    shutil.rmtree(tmp)
    return outcomes


def same(a: Outcome, b: Outcome) -> bool:
    if isinstance(a, Failure) or isinstance(b, Failure):
        return isinstance(a, Failure) and isinstance(b, Failure) and (a.error, a.message) == (b.error, b.message)
    for x, y in zip(a, b, strict=True):
        if (x is None) != (y is None):
            return False
        if x is None or y is None:
            continue
        if x.dtype.kind in "fc":
            if x.shape != y.shape or not np.allclose(x, y, TOLERANCE, TOLERANCE, equal_nan=True):
                return False
        elif not np.array_equal(x, y):
            return False
    return True


class Recorder:
    """Collects the cases of one folder and writes its files and manifest."""

    def __init__(self, category: str) -> None:
        self.category = category
        self.folder = GOLDEN / category
        self.cases: list[dict[str, Any]] = []
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def graph(
        self,
        name: str,
        graph_def: tf.GraphDef,
        fetches: Sequence[str],
        runs: Sequence[Feeds],
        *,
        as_text: bool = False,
    ) -> None:
        """One graph and a case for each of its feeds; runs that fail become a session case of one step each."""
        path = self._write(f"{name}.{'pbtxt' if as_text else 'pb'}", graph_def, as_text)
        data: dict[str, Value] = {}
        data_path = f"{self.category}/{name}.npz"
        for index, feeds in enumerate(runs):
            step = Step(list(fetches), feeds)
            case = f"{name}-{index}" if len(runs) > 1 else name
            outcome = self._agreed(case, lambda: tf.import_graph_def(graph_def, name=""), [step])[0]
            prefix = f"run{index}_"
            entry: dict[str, Any] = {"name": case, "category": self.category, "graph": path, "data": data_path}
            fed = self._feeds(feeds, data, prefix)
            if isinstance(outcome, Failure):
                failed = {"run": step.run, "feeds": fed, **outcome.as_json()}
                self.cases.append({**entry, "kind": "session", "steps": [failed]})
                continue
            fetched = []
            for position, (tensor, value) in enumerate(zip(fetches, outcome, strict=True)):
                assert value is not None, f"{name} fetches the operation {tensor}; a graph case fetches tensors"
                key = f"{prefix}out{position}"
                data[key] = value
                fetched.append({"tensor": tensor, "key": key, "dtype": value.dtype.name, "shape": list(value.shape)})
            ops = sorted({node.op for node in _all_nodes(graph_def)})
            tolerances = {"rtol": TOLERANCE, "atol": TOLERANCE}
            self.cases.append({**entry, "kind": "graph", "feeds": fed, "fetches": fetched, "ops": ops, **tolerances})
        np.savez_compressed(GOLDEN / data_path, **data)

    def session(self, name: str, graph: tf.GraphDef | tf.MetaGraphDef, steps: Sequence[Step]) -> None:
        """One graph and what session.run answers step after step."""
        if isinstance(graph, tf.MetaGraphDef):
            where = {"meta": self._write(f"{name}.meta", graph)}
            outcomes = self._agreed(name, lambda: tf.train.import_meta_graph(graph), steps)
            nodes = _all_nodes(graph.graph_def)
        else:
            where = {"graph": self._write(f"{name}.pb", graph)}
            outcomes = self._agreed(name, lambda: tf.import_graph_def(graph, name=""), steps)
            nodes = _all_nodes(graph)
        data: dict[str, Value] = {}
        told = [self._step(i, s, o, data) for i, (s, o) in enumerate(zip(steps, outcomes, strict=True))]
        np.savez_compressed(self.folder / f"{name}.npz", **data)
        self.cases.append(
            {"name": name, "category": self.category, **where, "data": f"{self.category}/{name}.npz", "kind": "session"}
            | {"steps": told, "ops": sorted({n.op for n in nodes}), "rtol": TOLERANCE, "atol": TOLERANCE}
        )

    def write_manifest(self) -> None:
        lines = ",\n".join(json.dumps(case) for case in self.cases)
        text = f'{{"tensorflow": {json.dumps(tf.__version__)},\n"cases": [\n{lines}\n]}}\n'
        (self.folder / "manifest.json").write_text(text)
        print(f"{self.category}: {len(self.cases)} cases")

    def _step(self, index: int, step: Step, outcome: Outcome, data: dict[str, Value]) -> dict[str, Any]:
        told: dict[str, Any] = {"run": step.run, "feeds": self._feeds(step.feeds, data, f"step{index}_")}
        if step.session:
            told["session"] = step.session
        if isinstance(outcome, Failure):
            return told | outcome.as_json()
        keys: list[str | None] = []
        for position, value in enumerate(outcome):
            keys.append(None if value is None else f"step{index}_out{position}")
            if value is not None:
                data[f"step{index}_out{position}"] = value
        return told | {"expect": keys}

    def _agreed(self, name: str, load: Loader, steps: Sequence[Step]) -> list[Outcome]:
        """The answers of the graph as it stands; says where graph optimization, which drops some control edges and
        folds some checks, would change them."""
        outcomes = answers(load, steps, optimize=False)
        for step, plain, optimized in zip(steps, outcomes, answers(load, steps, optimize=True), strict=True):
            if not same(plain, optimized):
                print(f"  {name}: optimization changes {step.run}\n    plain:     {plain}\n    optimized: {optimized}")
        return outcomes

    def _feeds(self, feeds: Feeds, data: dict[str, Value], prefix: str) -> list[dict[str, str]]:
        told = []
        for position, (tensor, value) in enumerate(feeds.items()):
            data[f"{prefix}in{position}"] = storable(value)
            told.append({"tensor": tensor, "key": f"{prefix}in{position}"})
        return told

    def _write(self, file: str, message: Any, as_text: bool = False) -> str:
        tf.io.write_graph(message, str(self.folder), file, as_text=as_text)
        return f"{self.category}/{file}"


Case = tuple[list[tf.Tensor], list[dict[tf.Tensor, Any]]]
Builder = Callable[[], Case] | Callable[[], list[Step]]


class Builders:
    """The cases of a script. Used as a decorator, it registers a function that builds a graph in the default graph and
    returns either the tensors to fetch and the feeds of every run, or the steps of a session."""

    def __init__(self, meta: bool = False) -> None:
        self.functions: list[Builder] = []
        self.meta = meta  # a session's graph is written as MetaGraphDef, with its collections

    def __call__(self, build: Builder) -> Builder:
        self.functions.append(build)
        return build

    def record(self, recorder: Recorder) -> None:
        for build in self.functions:
            with tf.Graph().as_default() as graph:
                built = build()
                if isinstance(built, list):
                    exported = tf.train.export_meta_graph() if self.meta else graph.as_graph_def()
                    recorder.session(build.__name__, exported, built)
                    continue
                fetches, runs = built
                named = [{tensor.name: value for tensor, value in run.items()} for run in runs]
                recorder.graph(build.__name__, graph.as_graph_def(), [tensor.name for tensor in fetches], named)


def scalar(dtype: tf.DType, name: str) -> tf.Tensor:
    return tf.placeholder(dtype, [], name=name)


def ramp(*shape: int) -> Value:
    """0.25, 0.5, 0.75, ... in the shape."""
    return (np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + 1) / 4


def _all_nodes(graph_def: tf.GraphDef) -> list[tf.NodeDef]:
    return [*graph_def.node, *(node for function in graph_def.library.function for node in function.node_def)]
