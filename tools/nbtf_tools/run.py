"""nbtf run: feeds files to a graph and shows, or saves, what it computes."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import TYPE_CHECKING, Any

from nbtf_tools import profiling
from nbtf_tools.inspect import shape_text, split_tags

if TYPE_CHECKING:
    from nbtf.graph.tensor import Tensor
    from nbtf_tools.loading import Model

SUMMARY = "run a graph on files"
DESCRIPTION = """\
Runs a .pb, .pbtxt or .meta file, a SavedModel folder, or a folder of
checkpoints. Names are tensors ("x:0"), operations ("x": its first output) or,
with a signature, its keys. Inputs are files:
  .npy              one array
  .npz[:key]        one of several arrays
  .png .jpg         an image: pixels 0 to 255, times --image-scale
  .txt              numbers in rows; lines for a string tensor
A batch dimension of 1 is added where a tensor wants one more dimension."""

_TRACED_RUNS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("graph", metavar="GRAPH")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=FILE", help="feed a tensor; repeatable")
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="NAME",
        help="what to compute; repeatable; by default the signature's outputs, else those that `nbtf inspect` guesses",
    )
    parser.add_argument("--save", metavar="OUT.npz", help="write the outputs to this file, under their names")
    parser.add_argument(
        "--bench", nargs="?", type=_count, const=100, metavar="N", help="run N times (100) and tell how long one takes"
    )
    parser.add_argument("--profile", action="store_true", help=f"tell where the time goes, from {_TRACED_RUNS} runs")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--checkpoint", metavar="PREFIX", help="where the variables' values lie")
    parser.add_argument("--tags", default="serve", metavar="TAG,...", help="of the MetaGraphDef in a SavedModel")
    parser.add_argument("--signature", metavar="KEY", help="take names from this signature (serving_default)")
    parser.add_argument(
        "--image-scale", type=float, default=1.0, metavar="FACTOR", help="multiply pixels, e.g. by 0.00392156862745"
    )
    parser.set_defaults(command=run)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {count}")
    return count


def run(arguments: argparse.Namespace) -> None:
    """Loads, feeds, runs, reports."""
    from nbtf_tools.feeding import read_input
    from nbtf_tools.loading import open_model

    model = open_model(arguments.graph, arguments.checkpoint, split_tags(arguments.tags))
    session = model.session()
    signature = model.signature(arguments.signature)
    feeds: dict[Tensor, Any] = {}
    for given in arguments.input:
        name, equals, path = given.partition("=")
        if not (name and equals and path):
            raise ValueError(f"--input {given}: must be NAME=FILE")
        tensor = _named(model, name, signature.inputs if signature is not None else {})
        feeds[tensor] = read_input(path, tensor, arguments.image_scale)
    outputs = _outputs(model, arguments.output, signature)
    values = session.run(outputs, feeds)
    times = _bench(session, outputs, feeds, arguments.bench) if arguments.bench else None
    trace = None
    if arguments.profile:
        trace = profiling.fastest_trace(lambda: session._trace(outputs, feeds), _TRACED_RUNS)
    if arguments.save:
        _save(arguments.save, values)
    if arguments.json:
        told = _facts(outputs, values, times)
        if trace is not None:
            told["profile"] = profiling.facts(trace)
        print(json.dumps(told, indent=2))
    else:
        lines = _report(outputs, values, times)
        if trace is not None:
            lines += ["", *profiling.report(trace)]
        print("\n".join(lines))


def _named(model: Model, name: str, keys: Any) -> Tensor:
    return model.tensor(keys[name].name if name in keys else name)


def _outputs(model: Model, names: list[str], signature: Any) -> dict[str, Tensor]:
    """Name as given -> tensor."""
    if names:
        keys = signature.outputs if signature is not None else {}
        return {name: _named(model, name, keys) for name in names}
    if signature is not None:
        return {key: model.tensor(signature.outputs[key].name) for key in sorted(signature.outputs)}
    guessed = model.outputs()
    if not guessed:
        raise ValueError(f"{model.path}: every output is read by some node; say which to compute with --output")
    return {tensor.name.removesuffix(":0"): tensor for tensor in guessed}


def _bench(session: Any, outputs: dict[str, Tensor], feeds: dict[Tensor, Any], count: int) -> list[float]:
    """Seconds of each of `count` runs; what a first run prepares was prepared by the one before."""
    call = session.make_callable(list(outputs.values()), list(feeds))
    values = list(feeds.values())
    call(*values)
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        call(*values)
        times.append(time.perf_counter() - begin)
    return times


def _save(path: str, values: dict[str, Any]) -> None:
    import io

    import numpy as np

    from nbtf.wire.files import write_atomically

    storable = {}
    for name, value in values.items():
        array = np.asarray(value)
        if array.dtype == object:  # an object array would be pickled; numpy's own byte strings lose trailing zeros
            if any(item.endswith(b"\0") for item in array.flat):
                raise ValueError(f"{name}: strings that end in a zero byte cannot be kept in an .npz file")
            array = array.astype(bytes)
        storable[name] = array
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **storable)
    write_atomically(path if path.endswith(".npz") else f"{path}.npz", buffer.getvalue())


# ---- what is told ----


def _facts(outputs: dict[str, Tensor], values: dict[str, Any], times: list[float] | None) -> dict[str, Any]:
    import numpy as np

    facts: dict[str, Any] = {"outputs": {}}
    for name, tensor in outputs.items():
        array = np.asarray(values[name])
        facts["outputs"][name] = {
            "tensor": tensor.name,
            "dtype": tensor.dtype.base_dtype.name,
            "shape": list(array.shape),
            "values": _plain(array.tolist()),
        }
    if times is not None:
        facts["seconds"] = {"runs": len(times), "median": statistics.median(times), "min": min(times)}
    return facts


def _plain(value: Any) -> Any:
    """JSON has neither bytes, complex numbers, NaN nor infinities: the last three become strings."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, complex) or (isinstance(value, float) and value - value != 0):
        return str(value)
    if isinstance(value, (str, bool, int, float)):
        return value
    return float(value)  # bfloat16 and its like


def _report(outputs: dict[str, Tensor], values: dict[str, Any], times: list[float] | None) -> list[str]:
    import numpy as np

    lines = []
    for name, tensor in outputs.items():
        array = np.asarray(values[name])
        lines.append(f"{name}  {tensor.dtype.base_dtype.name} {shape_text(list(array.shape))}{_range_text(array)}")
        text = np.array2string(array, threshold=100, edgeitems=3, precision=6, suppress_small=True, max_line_width=110)
        lines += [f"  {line}" for line in text.splitlines()]
    if times is not None:
        ordered = sorted(times)
        low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
        lines.append(
            f"{len(times)} runs: median {_seconds(statistics.median(times))}, "
            f"{_seconds(low)} to {_seconds(high)} without the fastest and slowest tenth"
        )
    return lines


def _range_text(array: Any) -> str:
    import numpy as np

    if array.size < 2 or array.dtype.kind not in "iuf":
        return ""
    text = f"  min {array.min():.6g}, max {array.max():.6g}, mean {array.mean(dtype=np.float64):.6g}"
    unusual = array.size - np.count_nonzero(np.isfinite(array)) if array.dtype.kind == "f" else 0
    return text + (f", {unusual} not finite" if unusual else "")


def _seconds(seconds: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
