"""Write nbtf/wire/op_defs.txt, the signatures of TensorFlow's ops, from a JSON export of TensorFlow's op registry.

    python tools/make_op_defs.py REGISTRY.json

The export is {"ops": [...]}; an op has name, in and out (arguments: name, type or type_attr or type_list_attr, and
number_attr, is_ref), attr (name, type, default, allowed, min), commutative, aggregate, stateful,
allows_uninitialized_input, deprecated_version. The output has a line an op: its name, a tab, and a JSON object in which
an argument is written as in TensorFlow's op declarations ("inputs:N*T", "ref:Ref(T)").
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from typing import Any

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "nbtf" / "wire" / "op_defs.txt"
_FLAGS = {
    "commutative": "commutative",
    "aggregate": "aggregate",
    "stateful": "stateful",
    "allows_uninitialized_input": "uninitialized",
    "distributed_communication": "distributed",
    "deprecated_version": "deprecated",
}
# is_distributed_communication, of which the export does not tell.
_DISTRIBUTED = frozenset({"Batch", "BatchFunction", "Recv", "StatefulPartitionedCall", "_HostRecv", "_Recv"})

# Older names of which the export does not tell, although TensorFlow's Python functions add ops under them.
_OLDER_NAMES = {"GroupByReducerDataset": "ExperimentalGroupByReducerDataset"}


def argument(facts: dict[str, Any]) -> str:
    kind = facts.get("type_attr") or facts.get("type_list_attr") or facts["type"]
    if facts.get("is_ref"):
        kind = f"Ref({kind})"
    if "number_attr" in facts:
        kind = f"{facts['number_attr']}*{kind}"
    return f"{facts['name']}:{kind}"


def default(kind: str, value: Any) -> Any:
    """Shapes as lists (null: unknown rank), tensors as text; the rest as it is."""
    if kind == "shape":
        return value["shape"]
    if kind == "tensor":
        return " ".join(value["tensor"]["text"].split())
    if kind == "list(tensor)":
        return [default("tensor", one) for one in value]
    return value


def line(op: dict[str, Any]) -> str:
    fields: dict[str, Any] = {"in": [argument(one) for one in op["in"]], "out": [argument(one) for one in op["out"]]}
    op = op | {"distributed_communication": op["name"] in _DISTRIBUTED}
    attrs = {}
    for attr in op["attr"]:
        facts = {key: attr[key] for key in ("type", "allowed", "min") if key in attr}
        if "default" in attr:
            facts["default"] = default(attr["type"], attr["default"])
        attrs[attr["name"]] = facts
    fields |= {"attr": attrs} | {short: op[key] for key, short in _FLAGS.items() if op.get(key)}
    return op["name"] + "\t" + json.dumps({key: value for key, value in fields.items() if value}, separators=(",", ":"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("registry", type=pathlib.Path)
    ops = json.loads(parser.parse_args().registry.read_text(encoding="utf-8"))["ops"]
    ops += [op | {"name": _OLDER_NAMES[op["name"]]} for op in ops if op["name"] in _OLDER_NAMES]
    OUTPUT.write_text("".join(line(op) + "\n" for op in sorted(ops, key=lambda op: op["name"])), encoding="utf-8")
    print(f"{OUTPUT}: {len(ops)} ops")
    return 0


if __name__ == "__main__":
    sys.exit(main())
