"""Writes dtypes/kernels.json: for which dtypes TensorFlow has a CPU kernel, op by op.

    python make_dtypes.py            (needs TensorFlow; reading the file does not)

The file maps an op to a list of rows; each row maps the op's type attributes to the list of dtypes they may
take together, "*" meaning every dtype that the op's signature allows. An op that works
on no dtype attribute has the one row {}.
A list-valued attribute (`Tin`) has a row for the dtypes that its elements may take. An op without a CPU
kernel is absent.
Names are those of the DataType enum in lower case without DT_ ("float", "half", "int32", ...).
"""

import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import tensorflow as tf
from tensorflow.core.framework import kernel_def_pb2, op_def_pb2, types_pb2
from tensorflow.python.framework import kernels, op_def_registry

HERE = Path(__file__).parent
ANY = frozenset({"*"})
Row = dict[str, frozenset[str]]

# Families that graphs of this library never hold: other devices, distribution, other runtimes, and data pipelines.
FOREIGN = ("_", "TPU", "Xla", "Nccl", "Collective", "Tensorrt", "TRT", "Risc", "Uniform", "Boosted", "Experimental")


def dtype_name(value: int) -> str:
    return str(types_pb2.DataType.Name(value)).removeprefix("DT_").lower()


def type_attrs(op: op_def_pb2.OpDef) -> list[str]:
    return [attr.name for attr in op.attr if attr.type in ("type", "list(type)")]


def kernel_row(kernel: kernel_def_pb2.KernelDef, attrs: list[str]) -> Row:
    row = dict.fromkeys(attrs, ANY)
    for constraint in kernel.constraint:
        if constraint.name in row:
            row[constraint.name] = frozenset(map(dtype_name, constraint.allowed_values.list.type))
    return row


def merge_rows(rows: list[Row], attrs: list[str]) -> list[Row]:
    """Joins rows that differ in one attribute only, attribute by attribute."""
    for attr in attrs:
        joined: dict[tuple[frozenset[str], ...], Row] = {}
        for row in rows:
            rest = tuple(row[other] for other in attrs if other != attr)
            if rest not in joined:
                joined[rest] = dict(row)
            elif joined[rest][attr] == ANY or row[attr] == ANY:
                joined[rest][attr] = ANY
            else:
                joined[rest][attr] |= row[attr]
        rows = list(joined.values())
    return rows


def cpu_rows(op: op_def_pb2.OpDef) -> list[Row]:
    # A DEFAULT kernel serves every device that has no kernel of its own.
    registered = [
        kernel
        for kernel in kernels.get_registered_kernels_for_op(op.name).kernel
        if kernel.device_type in ("CPU", "DEFAULT") and not kernel.label
    ]
    attrs = type_attrs(op)
    return merge_rows([kernel_row(kernel, attrs) for kernel in registered], attrs)


def as_json(row: Row) -> dict[str, str | list[str]]:
    return {attr: "*" if dtypes == ANY else sorted(dtypes) for attr, dtypes in row.items()}


def main() -> None:
    table = {}
    for name, op in sorted(op_def_registry_all().items()):
        rows = cpu_rows(op)
        if rows and not name.startswith(FOREIGN):
            table[name] = sorted(map(as_json, rows), key=json.dumps)
    out = HERE / "dtypes"
    out.mkdir(exist_ok=True)
    lines = [f"  {json.dumps(name)}: {json.dumps(rows, separators=(',', ':'))}" for name, rows in table.items()]
    (out / "kernels.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(table)} ops of TensorFlow {tf.__version__}")


def op_def_registry_all() -> dict[str, op_def_pb2.OpDef]:
    names = {kernel.op for kernel in kernels.get_all_registered_kernels().kernel}
    found = {name: op_def_registry.get(name) for name in names}
    return {name: op for name, op in found.items() if op is not None}


if __name__ == "__main__":
    main()
