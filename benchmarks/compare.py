"""The nets of zoo.py in nbtf, TensorFlow, ONNX Runtime and TFLite: times, processor time, agreement, memory, start.

python benchmarks/compare.py --tensorflow-python PATH [--nets a,b] [--batch 1,8] [--threads 1,2] [--rounds N] [--write FILE]

Each library lives in a process of its own for each number of threads (TensorFlow has one pool of threads a process, as
large as its first session asks for). They take turns, a fraction of a second each, so that a machine that grows slower
slows all, and no two compute at the same time. TensorFlow runs both with its own kernels and with oneDNN's, which it
takes unasked only where the processor has AVX-512 VNNI; ratios are to the faster of the two. A turn counts as its fastest run. Times are medians over the
rounds with their range, ratios are medians of the ratios round by round; below 1: nbtf is faster. Where other programs
run beside, trust processor time.
What nbtf computes must agree with TensorFlow within 1e-4 of the largest element. The tables are Markdown; `--write`
also puts them between the marks in a file such as docs/performance.md.
"""

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pairs

HERE = Path(__file__).resolve().parent
ZOO = HERE / "zoo"
LIBRARIES = {
    "nbtf": "nbtf",
    "tensorflow": "TensorFlow",
    "onednn": "TensorFlow with oneDNN",
    "onnxruntime": "ONNX Runtime",
    "tflite": "TFLite",
}
SUFFIXES = {"nbtf": "pb", "tensorflow": "pb", "onednn": "pb", "onnxruntime": "onnx", "tflite": "tflite"}
RIVALS = {"TensorFlow": ("tensorflow", "onednn"), "fastest": tuple(LIBRARIES)[1:]}
TURN = 0.2  # seconds of one turn, or
LEAST_RUNS = 3
STEPS = 3  # training steps whose losses are compared
TOLERANCE = 1e-4
MARKS = ("<!-- compare.py -->", "<!-- compare.py ends -->")

Runner = Callable[[], list[Any]]

# ---- one library, in a process of its own ----------------------------------------------------------------------------


def fed(facts: dict[str, Any], batch: int) -> dict[str, np.ndarray[Any, Any]]:
    """The same inputs in every library."""
    rng, values = np.random.default_rng(1), {}
    for name, spec in facts["inputs"].items():
        shape = [batch if dim is None else dim for dim in spec["shape"]]
        whole = spec["high"]
        values[name] = (
            rng.integers(whole, size=shape, dtype=np.int32) if whole else rng.standard_normal(shape, np.float32)
        )
    return values


def graph_runner(library: str, net: str, facts: dict[str, Any], batch: int, threads: int) -> Runner:
    tf = importlib.import_module("nbtf" if library == "nbtf" else "tensorflow.compat.v1")
    if library != "nbtf":
        tf.disable_v2_behavior()
    graph_def = tf.GraphDef()
    graph_def.ParseFromString((ZOO / f"{net}.pb").read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    config = tf.ConfigProto(intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads)
    session = tf.Session(graph=graph, config=config)
    feeds = {f"{name}:0": value for name, value in fed(facts, batch).items()}
    if not facts["trains"]:
        return lambda: list(session.run(facts["outputs"], feeds))
    session.run(facts["init"])
    return lambda: session.run([*facts["outputs"], facts["train"]], feeds)[:-1]


def onnx_runner(library: str, net: str, facts: dict[str, Any], batch: int, threads: int) -> Runner:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(str(ZOO / f"{net}.onnx"), options, providers=["CPUExecutionProvider"])
    feeds = {f"{name}:0": value for name, value in fed(facts, batch).items()}
    feeds = {k: np.ascontiguousarray(np.moveaxis(v, -1, 1)) if v.ndim == 4 else v for k, v in feeds.items()}
    return lambda: list(session.run(facts["outputs"], feeds))


def tflite_runner(library: str, net: str, facts: dict[str, Any], batch: int, threads: int) -> Runner:
    tf = importlib.import_module("tensorflow")
    interpreter = tf.lite.Interpreter(str(ZOO / f"{net}.tflite"), num_threads=threads)
    values = fed(facts, batch)
    places = {detail["name"].removesuffix(":0"): detail["index"] for detail in interpreter.get_input_details()}
    for name, value in values.items():
        interpreter.resize_tensor_input(places[name], value.shape)
    interpreter.allocate_tensors()
    found = {detail["name"].removesuffix(":0"): detail["index"] for detail in interpreter.get_output_details()}
    outputs = [found[name.removesuffix(":0")] for name in facts["outputs"]]

    def run() -> list[Any]:
        for name, value in values.items():
            interpreter.set_tensor(places[name], value)
        interpreter.invoke()
        return [interpreter.get_tensor(output) for output in outputs]

    return run


RUNNERS: dict[str, Callable[[str, str, dict[str, Any], int, int], Runner]] = {
    **dict.fromkeys(("nbtf", "tensorflow", "onednn"), graph_runner),
    "onnxruntime": onnx_runner,
    "tflite": tflite_runner,
}


def child(library: str) -> None:
    """Answers each line, a case, with seconds of its runs; the first time it loads the net and saves what it computes."""
    case, run = None, None
    print("{}", flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        try:
            if case != wanted or run is None:
                run = None  # frees the last net first
                net, batch, threads, results = wanted
                facts = json.loads((ZOO / f"{net}.json").read_text())
                run = RUNNERS[library](library, net, facts, batch, threads)
                case = wanted
                found = [run() for _ in range(STEPS if facts["trains"] else 1)]
                np.savez(results, *[np.asarray(value) for values in found for value in values])
            answer: dict[str, Any] = turn(run)
        except Exception as error:  # noqa: BLE001  # told in the table, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:160]}
        print(json.dumps(answer), flush=True)


def turn(run: Runner) -> dict[str, float]:
    """Seconds of the fastest run of some, on the clock and of the processor: what other programs add is left out."""
    walls: list[float] = []
    processor: list[float] = []
    while sum(walls) < TURN or len(walls) < LEAST_RUNS:
        begin = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - begin[0])
        processor.append(time.process_time() - begin[1])
    return {"wall": min(walls), "processor": min(processor)}


def first(library: str, net: str) -> None:
    """Runs a net once in this new process; prints the process's age and the most memory it held."""
    from startup import process_age

    facts = json.loads((ZOO / f"{net}.json").read_text())
    RUNNERS[library](library, net, facts, 1, 1)()
    age = process_age()
    status = Path("/proc/self/status").read_text()  # getrusage would count what the parent held before exec
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"start": age, "memory": peak}))


def environment(library: str) -> dict[str, str]:
    given = pairs.environment()
    if library != "nbtf":
        given.pop("PYTHONPATH", None)
    given["TF_ENABLE_ONEDNN_OPTS"] = str(int(library == "onednn"))
    return given


class Library:
    """A library's process, started when it is first asked, and again after it died."""

    def __init__(self, name: str, python: str) -> None:
        self.name, self.python = name, python
        self.process: subprocess.Popen[str] | None = None

    def ask(self, case: Sequence[Any]) -> dict[str, Any]:
        process = self.process or self._start()
        if process is None:
            return {"error": "its process does not start"}
        assert process.stdin is not None
        process.stdin.write(json.dumps(case) + "\n")
        process.stdin.flush()
        return self._answer()

    def _start(self) -> subprocess.Popen[str] | None:
        self.process = subprocess.Popen(
            [self.python, __file__, "--child", self.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(self.name),
        )
        self._answer()  # that it is ready, or that it died
        return self.process

    def close(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()  # it ends with its input
            self.process.wait()
            self.process = None

    def _answer(self) -> dict[str, Any]:
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        self.process = None
        return {"error": "its process died"}


# ---- the comparison --------------------------------------------------------------------------------------------------

Figures = dict[str, Any]
"""Of one library in one case: the seconds of every round under "wall" and "processor", and "distance"; or an "error"."""


def measure(libraries: dict[str, Library], case: tuple[str, int, int], rounds: int) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory() as folder:
        answers: dict[str, list[Figures]] = {}
        for _ in range(rounds):
            for name, library in libraries.items():
                so_far = answers.setdefault(name, [])
                if not (ZOO / f"{case[0]}.{SUFFIXES[name]}").exists():
                    so_far.append({"error": "no file: its converter failed, or it does not train"})
                elif not (so_far and "error" in so_far[0]):
                    so_far.append(library.ask([*case, f"{folder}/{name}.npz"]))
        found: dict[str, Figures] = {}
        for name, given in answers.items():
            errors = [answer for answer in given if "error" in answer]
            found[name] = errors[0] if errors else {k: [answer[k] for answer in given] for k in given[0]}
        for name, figures in found.items():
            if "error" not in figures and "error" not in found.get("tensorflow", {"error": ""}):
                figures["distance"] = distance(f"{folder}/{name}.npz", f"{folder}/tensorflow.npz")
    return found


def distance(path: str, reference: str) -> float:
    """The largest difference of two files of arrays, each relative to the largest element of its array."""
    worst = 0.0
    with np.load(path) as ours, np.load(reference) as theirs:
        for key in theirs.files:
            a, b = ours[key].astype(np.float64), theirs[key].astype(np.float64)
            if a.shape != b.shape:
                return float("inf")
            if b.size:
                worst = max(worst, float(np.max(np.abs(a - b)) / max(np.max(np.abs(b)), 1e-30)))
    return worst


class Table:
    """A line a case, and what the ratios are on average."""

    def __init__(self, peers: Sequence[str]) -> None:
        self.peers = list(peers)
        columns = ["net", "batch", "threads", *(f"{LIBRARIES[name]}, ms" for name in ["nbtf", *peers])]
        if peers:
            columns += ["/ TensorFlow", "/ fastest", "/ TensorFlow, processor", "/ fastest, processor", "difference"]
        self.head = [row(columns), row(["---"] * len(columns))]
        self.ratios: dict[tuple[int, str], list[float]] = {}
        self.errors: list[str] = []

    def line(self, case: tuple[str, int, int], found: dict[str, Figures]) -> str:
        net, batch, threads = case
        for name, figures in found.items():
            if "error" in figures and "no file" not in figures["error"]:
                self.errors.append(f"- {net}, batch {batch}, {LIBRARIES[name]}: {figures['error']}")
        good = {name: figures for name, figures in found.items() if "error" not in figures}
        cells = [spread([1e3 * s for s in good[name]["wall"]]) if name in good else "-" for name in found]
        if self.peers and "nbtf" in good:
            for clock in ("wall", "processor") if threads == 1 else ("wall",):
                cells += [self.ratio(threads, clock, rival, good) for rival in ("TensorFlow", "fastest")]
            cells += ["-"] * (0 if threads == 1 else 2)
            off = good["nbtf"].get("distance", float("nan"))
            cells.append(f"{off:.0e}" + (" **too far**" if off > TOLERANCE else ""))
        return row([net, str(batch), str(threads), *cells])

    def ratio(self, threads: int, clock: str, rival: str, good: dict[str, Figures]) -> str:
        """nbtf against TensorFlow, or against whoever is fastest of the others."""
        peers = [name for name in self.peers if name in good and name in RIVALS[rival]]
        if not peers:
            return "-"
        peer = min(peers, key=lambda name: statistics.median(good[name][clock]))
        pairs = zip(good["nbtf"][clock], good[peer][clock], strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        key = (threads, f"{rival}, {'on the clock' if clock == 'wall' else 'processor time'}")
        self.ratios.setdefault(key, []).append(ratio)
        return f"{ratio:.2f}" + (f" ({LIBRARIES[peer]})" if rival == "fastest" else "")

    def tail(self) -> list[str]:
        lines = [""]
        for (threads, rival), ratios in sorted(self.ratios.items()):
            mean, slower = statistics.geometric_mean(ratios), sum(ratio > 1 for ratio in ratios)
            lines.append(
                f"- {threads} thread{'s' * (threads > 1)}, nbtf / {rival}: geometric mean {mean:.2f} of {len(ratios)} "
                f"cases, {slower} above 1"
            )
        return [*lines, *(["", "What did not run:", "", *self.errors] if self.errors else [])]


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def spread(values: Sequence[float]) -> str:
    """Median, and the range where there are several."""
    low, middle, high = (
        f"{v:.0f}" if v >= 100 else f"{v:.3g}" for v in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({low} .. {high})" if len(values) > 1 else middle


def compare_nets(libraries: dict[str, Library], options: argparse.Namespace) -> list[str]:
    table = Table([name for name in libraries if name != "nbtf"])
    print("\n".join(table.head))
    lines: dict[tuple[str, int, int], str] = {}
    for threads in options.threads:
        for case in [(net, batch, threads) for net in options.nets for batch in batches_of(net, options.batch)]:
            lines[case] = table.line(case, measure(libraries, case, options.rounds))
            print(lines[case], flush=True)
        for library in libraries.values():
            library.close()
    print("\n".join(table.tail()))
    return [*table.head, *(lines[case] for case in sorted(lines)), *table.tail()]


def batches_of(net: str, wanted: list[int]) -> list[int]:
    """Those to measure; of a net that fixes its own, that one."""
    inputs = json.loads((ZOO / f"{net}.json").read_text())["inputs"].values()
    free = any(None in spec["shape"] for spec in inputs)
    return wanted if free else [next(iter(inputs))["shape"][0]]


def compare_costs(pythons: dict[str, str], rounds: int) -> list[str]:
    """What a run costs besides its arithmetic, the first time: start and memory."""
    figures: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for name, python in pythons.items():
            once = {net: ask_once(python, name, net) for net in ("mobilenet_v1", "resnet50")}
            figures.setdefault("process start to the first MobileNet inference, s", {}).setdefault(name, []).append(
                once["mobilenet_v1"]["start"]
            )
            for net, title in (("mobilenet_v1", "MobileNet"), ("resnet50", "ResNet-50")):
                key = f"most memory of a process that runs {title} once, MiB"
                figures.setdefault(key, {}).setdefault(name, []).append(once[net]["memory"])
    lines = ["", row(["what", *(LIBRARIES[name] for name in pythons)]), row(["---"] * (1 + len(pythons)))]
    for title, values in figures.items():
        lines.append(row([title, *(spread(values[name]) if name in values else "-" for name in pythons)]))
    print("\n".join(lines))
    return lines


def ask_once(python: str, library: str, net: str) -> dict[str, float]:
    command = [python, __file__, "--once", net, "--child", library]
    done = subprocess.run(command, env=environment(library), capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def write_between_marks(path: Path, lines: Sequence[str]) -> None:
    before, rest = path.read_text().split(MARKS[0])
    _, after = rest.split(MARKS[1])
    path.write_text("\n".join([before + MARKS[0], "", *lines, "", MARKS[1] + after]))


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--tensorflow-python", metavar="PATH", help="a Python with TensorFlow; with onnxruntime, if any"
    )
    parser.add_argument("--nets", type=lambda text: text.split(","), metavar="a,b", help="by default all of zoo/")
    parser.add_argument("--batch", type=numbers, default=[1, 8], metavar="1,8")
    parser.add_argument("--threads", type=numbers, default=[1], metavar="1,2")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--costs", action="store_true", help="also start and memory")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also put the tables between the marks in FILE")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        first(options.child, options.once)
        return
    if options.child:
        child(options.child)
        return
    if options.nets is None:
        options.nets = [path.stem for path in sorted(ZOO.glob("*.json"))]
    pythons = {"nbtf": sys.executable}
    if options.tensorflow_python:
        pythons |= {name: options.tensorflow_python for name in LIBRARIES if name != "nbtf"}
    lines = compare_nets({name: Library(name, python) for name, python in pythons.items()}, options)
    if options.costs:
        pythons.pop("onednn", None)  # whose kernels change none of these
        lines += compare_costs(pythons, options.rounds)
    if options.write:
        write_between_marks(options.write, lines)


if __name__ == "__main__":
    main()
