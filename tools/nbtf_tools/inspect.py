"""nbtf inspect: what a graph file holds, and how to run it."""

from __future__ import annotations

import argparse
import json
import math
import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtf.graph.operation import Operation
    from nbtf.graph.tensor import Tensor
    from nbtf_tools.loading import Model

SUMMARY = "what a graph file holds, and how to run it"
DESCRIPTION = """\
Inputs, outputs, signatures, ops, parameters, and ops that nbtf cannot run, of a
.pb, .pbtxt or .meta file, a SavedModel folder, or a folder of checkpoints.
Without the signature serving_default, outputs are a guess: what depends on an
input and no node reads."""

_SHOWN_OPS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--checkpoint", metavar="PREFIX", help="where the variables' values lie")
    parser.add_argument(
        "--tags",
        default="serve",
        metavar="TAG,...",
        help="which MetaGraphDef of a SavedModel: the one with exactly these tags (default: serve)",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(command=inspect)


def inspect(arguments: argparse.Namespace) -> None:
    """Prints what the file holds."""
    from nbtf_tools.loading import open_model

    model = open_model(arguments.file, arguments.checkpoint, split_tags(arguments.tags))
    facts = describe(model)
    if arguments.json:
        print(json.dumps(facts, indent=2))
    else:
        print("\n".join(_report(facts)))


def split_tags(tags: str) -> list[str]:
    """The tags of a comma-separated list."""
    return [tag.strip() for tag in tags.split(",") if tag.strip()]


def describe(model: Model) -> dict[str, Any]:
    """What a file holds, as JSON has it; an unknown dimension is null, a shape of unknown rank too."""
    inputs, outputs = model.inputs(), model.outputs()
    operations = model.graph.get_operations()
    versions = model.graph_def.versions
    return {
        "file": model.path,
        "kind": model.kind,
        "tags": list(model.meta_graph_def.meta_info_def.tags) if model.meta_graph_def is not None else [],
        "versions": {"producer": versions.producer, "min_consumer": versions.min_consumer},
        "written_by": model.meta_graph_def.meta_info_def.tensorflow_version if model.meta_graph_def else "",
        "nodes": len(operations),
        "inputs": [_tensor_facts(tensor) for tensor in inputs],
        "outputs": [_tensor_facts(tensor) for tensor in outputs],
        "signatures": {name: _signature_facts(signature) for name, signature in model.signatures.items()},
        "ops": dict(sorted(Counter(op.type for op in operations).items())),
        "constants": _sizes([op for op in operations if op.type == "Const"]),
        "variables": _sizes([op for op in operations if op.type in ("Variable", "VariableV2", "VarHandleOp")]),
        "checkpoint": model.checkpoint,
        "functions": sorted(model.graph.functions),
        "unsupported": unsupported_ops(model, outputs),
        "run": run_line(model, inputs, outputs),
    }


def _tensor_facts(tensor: Tensor) -> dict[str, Any]:
    return {"name": tensor.name, "op": tensor.op.type, "dtype": tensor.dtype.name, "shape": _dims(tensor)}


def _dims(tensor: Tensor) -> list[int | None] | None:
    return None if tensor.shape.ndims is None else tensor.shape.as_list()


def _signature_facts(signature: Any) -> dict[str, Any]:
    return {
        "method": signature.method_name,
        "inputs": {key: signature.inputs[key].name for key in sorted(signature.inputs)},
        "outputs": {key: signature.outputs[key].name for key in sorted(signature.outputs)},
    }


def _sizes(operations: list[Operation]) -> dict[str, int]:
    """How many values the nodes hold, in how many bytes; those of unknown shape and strings hold none that counts."""
    from nbtf.tensor_shape import TensorShape

    values = size = 0
    for op in operations:
        dtype = op.get_attr("dtype").base_dtype
        shape = TensorShape(op.get_attr("shape")) if op.type == "VarHandleOp" else op.outputs[0].shape
        if shape.is_fully_defined():
            count = math.prod(dim or 0 for dim in shape.as_list())
            values += count
            size += count * (0 if dtype.name == "string" else dtype.size)
    return {"nodes": len(operations), "values": values, "bytes": size}


def unsupported_ops(model: Model, outputs: list[Tensor]) -> list[dict[str, Any]]:
    """Ops that nbtf cannot run, with their nodes, and whether the outputs need one of them."""
    from nbtf.compiler.pipeline import unsupported
    from nbtf.compiler.prune import prune
    from nbtf.graph import registry

    needed = {node.name for node in prune(outputs, [], []).nodes}
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def add(op_type: str, reason: str, name: str, is_needed: bool) -> None:
        entry = found.setdefault((op_type, reason), {"op": op_type, "reason": reason, "nodes": [], "needed": False})
        entry["nodes"].append(name)
        entry["needed"] = entry["needed"] or is_needed

    for node in prune([], model.graph.get_operations(), []).nodes:
        reason = None if node.op_type in model.graph.functions else unsupported(node, lowered=False)
        if reason is not None:
            add(node.op_type, reason, node.name, node.name in needed)
    for name, function in sorted(model.graph.functions.items()):
        for inner in function.node_def:
            if inner.op not in model.graph.functions and registry.find(inner.op) is None:
                add(inner.op, f"no kernel for op {inner.op}", f"{name}/{inner.name}", False)
    return [found[key] for key in sorted(found)]


def run_line(model: Model, inputs: list[Tensor], outputs: list[Tensor]) -> str:
    """A command that runs the file, to be completed with the user's own files."""
    words = ["nbtf", "run", model.path]
    if model.kind == "SavedModel":
        tags = ",".join(model.meta_graph_def.meta_info_def.tags)
        words += [] if tags == "serve" else ["--tags", tags]
    elif model.checkpoint is not None and model.checkpoint != model.path.removesuffix(".meta"):
        words += ["--checkpoint", model.checkpoint]
    signature = model.signature(None)
    if signature is not None:
        names, fetched = sorted(signature.inputs), sorted(signature.outputs)
    else:
        names = [_short(tensor) for tensor in inputs if tensor.op.type != "PlaceholderWithDefault"]
        fetched = [_short(tensor) for tensor in outputs]
    for name in names:
        words += ["--input", f"{name}={name.rpartition('/')[2].replace(':', '_')}.npy"]
    for name in fetched:
        words += ["--output", name]
    return shlex.join(words)


def _short(tensor: Tensor) -> str:
    return tensor.name.removesuffix(":0")


# ---- text ----


def _report(facts: dict[str, Any]) -> list[str]:
    versions = facts["versions"]
    head = f"{facts['file']}: {facts['kind']}, {facts['nodes']} nodes, producer {versions['producer']}"
    if versions["min_consumer"]:
        head += f", needs consumer {versions['min_consumer']}"
    if facts["written_by"]:
        head += f", written by TensorFlow {facts['written_by']}"
    lines = [head]
    if facts["tags"]:
        lines.append(f"tags: {', '.join(facts['tags'])}")
    if facts["checkpoint"]:
        lines.append(f"checkpoint: {facts['checkpoint']}")
    lines += _tensor_lines("inputs", facts["inputs"])
    if "serving_default" not in facts["signatures"]:
        lines += _tensor_lines("outputs (a guess)", facts["outputs"])
    for name, signature in facts["signatures"].items():
        lines.append(f"signature {name}" + (f" ({signature['method']})" if signature["method"] else ""))
        lines += [f"  {key} = {tensor}" for key, tensor in signature["inputs"].items()]
        lines += [f"  -> {key} = {tensor}" for key, tensor in signature["outputs"].items()]
    lines += _op_lines(facts["ops"])
    for what in ("constants", "variables"):
        sizes = facts[what]
        if sizes["nodes"]:
            lines.append(f"{what}: {sizes['values']:,} values, {_bytes(sizes['bytes'])}, in {sizes['nodes']} nodes")
    if facts["functions"]:
        lines.append(f"functions: {', '.join(facts['functions'])}")
    lines += _unsupported_lines(facts["unsupported"])
    lines += ["run it:", f"  {facts['run']}"]
    return lines


def _tensor_lines(title: str, tensors: list[dict[str, Any]]) -> list[str]:
    if not tensors:
        return [f"{title}: none"]
    width = max(len(tensor["name"]) for tensor in tensors)
    return [f"{title}:"] + [
        f"  {tensor['name']:{width}}  {tensor['dtype']} {shape_text(tensor['shape'])}"
        + (", optional" if tensor["op"] == "PlaceholderWithDefault" else "")
        for tensor in tensors
    ]


def shape_text(shape: list[int | None] | None) -> str:
    """ "[?, 8, 8, 1]"; "of any shape" for an unknown rank."""
    return "of any shape" if shape is None else f"[{', '.join('?' if dim is None else str(dim) for dim in shape)}]"


def _op_lines(ops: dict[str, int]) -> list[str]:
    frequent = sorted(ops.items(), key=lambda item: (-item[1], item[0]))
    counts = [f"{count} {op_type}" for op_type, count in frequent[:_SHOWN_OPS]]
    if len(frequent) > _SHOWN_OPS:
        rest = frequent[_SHOWN_OPS:]
        counts.append(f"{sum(count for _, count in rest)} of {len(rest)} other types")
    return [f"ops: {', '.join(counts)}"]


def _unsupported_lines(unsupported: list[dict[str, Any]]) -> list[str]:
    if not unsupported:
        return ["unsupported ops: none"]
    lines = ["unsupported ops:"]
    for entry in unsupported:
        nodes = ", ".join(entry["nodes"][:5])
        more = f" and {len(entry['nodes']) - 5} more" if len(entry["nodes"]) > 5 else ""
        lines.append(
            f"  {entry['reason']}: {nodes}{more}" + ("" if entry["needed"] else " (not needed by the outputs)")
        )
    return lines


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"
