"""tf.train.do_quantize_training_on_graphdef: a graph whose matrix products and convolutions train on rounded inputs.

Each input gets a QuantizeAndDequantizeV2. Its range is known by the activation before it, or is a moving average of the
smallest and largest values, kept in two variables, which become part of the graph's checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint import varint
from nbtf.graph.verifier import not_registered, parse_reference, topological_order
from nbtf.wire import op_defs, schema
from nbtf.wire.tensor import make_tensor_proto, tensor_from_proto

QUANTIZED = ("MatMul", "Conv2D")
MOST_BITS = 63
MODEL_INPUTS = 2
DECAY = 0.999
_VARIABLES = ("Const", "Variable", "VariableV2")
_PASS_ON = (
    "Reshape",
    "ConcatV2",
    "Identity",
    "MaxPool",
    "AvgPool",
    "MaxPool3D",
    "AvgPool3D",
)  # the first input's range


class _Range(NamedTuple):
    """What is known of the values of a tensor."""

    signed: bool
    limits: tuple[float, float] | None = None
    known: bool = True


_ACTIVATIONS = {
    "Relu": _Range(False),
    "Relu6": _Range(False, (0.0, 6.0)),
    "Sigmoid": _Range(False, (0.0, 1.0)),
    "Tanh": _Range(True, (-1.0, 1.0)),
    **dict.fromkeys(_VARIABLES, _Range(True)),
}
_MODEL_INPUT = _Range(True, known=False)


def do_quantize_training_on_graphdef(input_graph: Any, num_bits: int) -> Any:
    """A copy of a GraphDef in which all MatMuls and Conv2Ds, but those of gradients, get rounded inputs.

    num_bits: of the rounded numbers, 1 to 63. Behind Relu6, Sigmoid and Tanh the range is fixed, also through Reshape,
    ConcatV2, Identity and poolings; elsewhere two variables `<input>/Min/Variable` and `<input>/Max/Variable` follow it.
    They need no initializers, and a SaveV2 in the graph, with its restore_all, saves and restores them too.

    Raises IndexError for other num_bits, NotImplementedError where more than two inputs come from other ops, ValueError
    for graphs that cannot be imported, inputs that are not float32, and several SaveV2 ops, RuntimeError for unknown ops.
    """
    if not 1 <= num_bits <= MOST_BITS:
        raise IndexError(f"num_bits should be in range [1, {MOST_BITS}] but is: {num_bits}")
    graph = _QuantizedGraph(input_graph, num_bits)
    graph.quantize()
    graph.save_ranges()
    return graph.graph_def


class _QuantizedGraph:
    def __init__(self, graph_def: Any, num_bits: int) -> None:
        self.graph_def = schema.GraphDef.FromString(graph_def.SerializeToString())
        self.num_bits = num_bits
        self.variables: list[str] = []
        nodes = list(self.graph_def.node)
        functions = {function.signature.name for function in self.graph_def.library.function}
        for node in nodes:
            if op_defs.find(node.op) is None and node.op not in functions:
                raise RuntimeError(not_registered(node.op))
            _normalize(node)
        nodes = [nodes[i] for i in topological_order(nodes)]
        del self.graph_def.node[:]
        self.graph_def.node.extend(nodes)
        self.by_name = {node.name: node for node in self.graph_def.node}

    # ---- inputs of products ----

    def quantize(self) -> None:
        inputs = list(self._inputs())
        done = set()
        for node, position, found in inputs:
            source = parse_reference(node.input[position])[0]
            if source not in done:
                done.add(source)
                self._round(source, found)
            node.input[position] = f"{source}/QuantizeAndDequantizeV2"

    def _inputs(self) -> Iterator[tuple[Any, int, _Range]]:
        """Each input that becomes a rounded one: the node that takes it, which of its inputs, what is known of it."""
        model_inputs = 0
        for node in self.graph_def.node:
            if node.op not in QUANTIZED or node.name.startswith("gradients"):
                continue
            for position, text in enumerate(node.input):
                name, index = parse_reference(text)
                if index < 0:
                    continue
                found = self._range(name)
                model_inputs += not found.known
                if model_inputs > MODEL_INPUTS:
                    raise NotImplementedError(
                        f"Found an unknown op: {name} with type: {self.by_name[name].op}; Unknown ops are considered as "
                        f"model input for now and only {MODEL_INPUTS} inputs are supported currently."
                    )
                yield node, position, found

    def _range(self, name: str) -> _Range:
        node, passed_on = self.by_name[name], False
        while node.op in _PASS_ON:
            node, passed_on = self.by_name[parse_reference(node.input[0])[0]], True
        found = _ACTIVATIONS.get(node.op, _MODEL_INPUT)
        return found._replace(known=True) if passed_on else found

    def _round(self, source: str, found: _Range) -> None:
        node = self.by_name[source]
        dtype = op_defs.argument_dtypes(node)[1][0].base_dtype
        if found.limits is None:
            limits = self._moving_range(source, dtype)
        else:
            names = (f"{source}/InputMin", f"{source}/InputMax")
            limits = [self._constant(name, limit) for name, limit in zip(names, found.limits, strict=True)]
        name = f"{source}/QuantizeAndDequantizeV2"
        if dtype != dtypes.float32:
            one = f"Inconsistent values for attr 'T' {_enum_name(dtype)} vs. DT_FLOAT"
            raise ValueError(f"2 errors while building NodeDef '{name}' using {_summary(_ROUND)}:\n{one}\n{one}")
        facts = {"T": dtype, "signed_input": found.signed, "num_bits": self.num_bits, "range_given": True}
        self._add(name, _ROUND, [source, *limits], **facts)

    def _moving_range(self, source: str, dtype: dtypes.DType) -> list[str]:
        decay = self._constant(f"{source}/Decay", DECAY)
        axes = f"{source}/ReductionAxes"
        start = self._constant(f"{axes}/RangeStart", np.int32(0))
        step = self._constant(f"{axes}/RangeDelta", np.int32(1))
        rank = self._add(f"{axes}/InputRank", "Rank", [source], T=dtype)
        every = self._add(f"{axes}/ReductionAxes", "Range", [start, rank, step], Tidx=dtypes.int32)
        extremes = [
            self._add(f"{source}/{op}", op, [source, every], T=dtype, Tidx=dtypes.int32, keep_dims=False)
            for op in ("Min", "Max")
        ]
        return [self._moving_average(extreme, decay, dtype) for extreme in extremes]

    def _moving_average(self, value: str, decay: str, dtype: dtypes.DType) -> str:
        """Of a scalar; the first value is taken as it is."""
        average = f"{value}/EMA"
        if dtype != dtypes.float32:
            raise ValueError(
                f"Inconsistent values for attr 'T' DT_FLOAT vs. {_enum_name(dtype)} while building NodeDef "
                f"'{average}/ValueDiff' using {_summary('Sub')}"
            )
        variable = self._add(f"{value}/Variable", "VariableV2", [], dtype=dtype, shape=())
        self.variables.append(variable)
        known = self._add(f"{value}/IsInitialized", "IsVariableInitialized", [variable], dtype=dtype)
        self._add(f"{value}/Switch", "Switch", [value, known], T=dtype)
        one = self._constant(f"{average}/OneConst", 1.0)
        share = self._add(f"{average}/DecayComplement", "Sub", [one, decay], T=dtype)
        away = self._add(f"{average}/ValueDiff", "Sub", [variable, f"{value}/Switch:1"], T=dtype)
        step = self._add(f"{average}/UpdateValue", "Mul", [away, share], T=dtype)
        moved = self._add(f"{average}/EMAValue", "Sub", [variable, step], T=dtype)
        merged = self._add(f"{value}/Merge", "Merge", [f"{value}/Switch", moved], T=dtype, N=2)
        return self._add(f"{value}/AssignValue", "Assign", [variable, merged], T=dtype)

    # ---- checkpoints ----

    def save_ranges(self) -> None:
        savers = [node for node in self.graph_def.node if node.op == "SaveV2"]
        if len(savers) > 1:
            raise ValueError("Input graph has multiple SaveV2 ops.")
        if not savers:
            return
        scope = savers[0].name.rpartition("/")[0]
        restore_all = self.by_name.get(f"{scope}/restore_all")
        if restore_all is None or restore_all.op != "NoOp":
            raise ValueError("graph has SaveOp, but no restore_all NoOp")
        filename = savers[0].input[0]
        for i, variable in enumerate(self.variables):
            assigned = self._restore(scope, filename, variable, 2 * i)
            restore_all.input.append(f"^{assigned}")
        _normalize(restore_all)
        self._save(savers[0])

    def _restore(self, scope: str, filename: str, variable: str, number: int) -> str:
        restore = f"{scope}/RestoreV2/_{number}_qt"
        parts = {"tensor_names": variable, "shape_and_slices": ""}
        texts = [self._constant(f"{restore}/{part}", np.array([text.encode()])) for part, text in parts.items()]
        self._add(restore, "RestoreV2", [filename, *texts], dtypes=[dtypes.float32])
        return self._add(f"{scope}/Assign/_{number + 1}_qt", "Assign", [variable, restore], T=dtypes.float32)

    def _save(self, old: Any) -> None:
        """The SaveV2 anew, behind all other nodes, so that it comes after what it saves."""
        inputs = [text for text in old.input if not text.startswith("^")]
        name, types = old.name, [dtypes.as_dtype(one) for one in old.attr["dtypes"].list.type]
        if self.variables:
            _extend(self.by_name[parse_reference(inputs[1])[0]], self.variables)
            _extend(self.by_name[parse_reference(inputs[2])[0]], [""] * len(self.variables))
        self.graph_def.node.remove(old)
        types += [dtypes.float32] * len(self.variables)
        self._add(name, "SaveV2", [*inputs, *self.variables], dtypes=types)

    # ---- nodes ----

    def _constant(self, name: str, value: Any) -> str:
        value = np.float32(value) if isinstance(value, float) else value
        proto = make_tensor_proto(value)
        return self._add(name, "Const", [], dtype=dtypes.as_dtype(proto.dtype), value=proto)

    def _add(self, name: str, op_type: str, inputs: Sequence[str], **attrs: Any) -> str:
        definition = op_defs.signature(op_type)
        assert definition is not None
        node = self.graph_def.node.add(name=name, op=op_type, input=inputs)
        for key, value in attrs.items():
            node.attr[key].CopyFrom(op_defs.encode_attr(value, definition.attrs[key]))
        op_defs.fill_defaults(node, definition)
        return name


_ROUND = "QuantizeAndDequantizeV2"


def _summary(op_type: str) -> str:
    definition = op_defs.signature(op_type)
    assert definition is not None
    return definition.summary


def _enum_name(dtype: dtypes.DType) -> str:
    return schema.DataType.Name(dtype.as_datatype_enum)


def _normalize(node: Any) -> None:
    """As TensorFlow writes nodes: defaults filled in, "x" for "x:0", control inputs sorted, each once."""
    op_defs.fill_defaults(node)
    references = [parse_reference(text) for text in node.input]
    data = [f"{name}:{index}" if index else name for name, index in references if index >= 0]
    control = sorted({f"^{name}" for name, index in references if index < 0})
    if [*data, *control] != list(node.input):
        node.input[:] = [*data, *control]


def _extend(node: Any, texts: Sequence[str]) -> None:
    """Appends to a constant vector of strings, in TensorFlow's bytes: all lengths as varints, then the strings."""
    if node.op != "Const":
        raise ValueError(f"Input {node.name} of a SaveV2 is a {node.op}, not a Const")
    values = [*tensor_from_proto(node.attr["value"].tensor).tolist(), *(text.encode() for text in texts)]
    proto = schema.TensorProto(dtype=dtypes.string.as_datatype_enum)
    proto.tensor_shape.dim.add(size=len(values))
    proto.tensor_content = b"".join([*(varint.encode(len(value)) for value in values), *values])
    node.attr["value"].tensor.CopyFrom(proto)
