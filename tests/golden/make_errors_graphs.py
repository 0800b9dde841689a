"""Malformed GraphDefs, as text. `make_errors.py` records what TensorFlow says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ErrorGraph:
    text: str
    run: list[str]
    feeds: dict[str, Any] = field(default_factory=dict)


GRAPHS: dict[str, ErrorGraph] = {}
VERSIONS = "versions { producer: 1645 }"


def graph(name: str, *parts: str, run: str = "out:0", versions: str = VERSIONS, **feeds: Any) -> None:
    """Registers a graph; `feeds` names the placeholders it feeds."""
    fed = {f"{tensor}:0": value for tensor, value in feeds.items()}
    GRAPHS[name] = ErrorGraph(" ".join([*parts, versions]), [run], fed)


def attr(key: str, value: str) -> str:
    return f'attr {{ key: "{key}" value {{ {value} }} }}'


def node(name: str, op: str, *parts: str, inputs: tuple[str, ...] = ()) -> str:
    names = " ".join(f'input: "{i}"' for i in inputs)
    return f'node {{ name: "{name}" op: "{op}" {names} {" ".join(parts)} }}'


def of_type(dtype: str = "DT_FLOAT", key: str = "T") -> str:
    return attr(key, f"type: {dtype}")


def dims(*sizes: int) -> str:
    return " ".join(f"dim {{ size: {size} }}" for size in sizes)


def tensor(dtype: str, shape: str, values: str) -> str:
    return f"tensor {{ dtype: {dtype} tensor_shape {{ {shape} }} {values} }}"


def const(
    name: str, values: str = "float_val: 1", shape: str = "", dtype: str = "DT_FLOAT", attr_dtype: str = ""
) -> str:
    return node(name, "Const", of_type(attr_dtype or dtype, "dtype"), attr("value", tensor(dtype, shape, values)))


def placeholder(name: str, dtype: str = "DT_FLOAT", shape: str = "unknown_rank: true") -> str:
    return node(name, "Placeholder", of_type(dtype, "dtype"), attr("shape", f"shape {{ {shape} }}"))


def add(name: str, *inputs: str, extra: str = "") -> str:
    return node(name, "AddV2", of_type(), extra, inputs=inputs)


def identity(name: str, *inputs: str, extra: str = "") -> str:
    return node(name, "Identity", of_type(), extra, inputs=inputs)


def ints(name: str, *values: int) -> str:
    return const(name, " ".join(f"int_val: {v}" for v in values), dims(len(values)), "DT_INT32")


# ------------------------------------------------------------------------------------------------ edges

graph("cycle", const("c"), add("a", "c", "b"), add("b", "a", "c"), identity("out", "b"))
graph("cycle_of_one", const("c"), add("out", "c", "out"))
graph("cycle_of_control_edges", const("c"), identity("a", "c", "^b"), identity("b", "c", "^a"), identity("out", "a"))
graph("cycle_not_fetched", const("c"), add("a", "c", "b"), add("b", "a", "c"), identity("out", "c"))
graph("input_missing", const("c"), add("out", "c", "nowhere"))
graph("control_input_missing", const("c"), identity("out", "c", "^nowhere"))
graph("slot_too_large", const("c"), add("out", "c", "c:1"))
graph("slot_negative", const("c"), add("out", "c", "c:-1"))
graph("slot_not_a_number", const("c"), add("out", "c", "c:first"))
graph("slot_overflows", const("c"), add("out", "c", "c:99999999999999999999"))
graph("slot_twice", const("c"), add("out", "c", "c:0:0"))
graph("slot_with_leading_zero", const("c"), add("out", "c", "c:00"))
graph("input_empty", const("c"), add("out", "c", ""))
graph("input_with_space", const("c"), add("out", "c", " c"))
graph("control_input_with_slot", const("c"), identity("out", "c", "^c:0"))
graph("control_input_first", const("c"), const("d"), identity("out", "^d", "c"))
graph("control_input_twice", const("c"), const("d"), identity("out", "c", "^d", "^d"))
graph("control_input_of_itself", const("c"), identity("out", "c", "^out"))
graph("forward_reference", identity("out", "c"), const("c"))
graph("inputs_too_few", const("c"), add("out", "c"))
graph("inputs_too_many", const("c"), add("out", "c", "c", "c"))
graph("inputs_none", add("out"))
graph(
    "inputs_of_const",
    const("c"),
    node("out", "Const", of_type(key="dtype"), attr("value", tensor("DT_FLOAT", "", "float_val: 1")), inputs=("c",)),
)
graph("list_input_too_short", const("c"), node("out", "AddN", of_type(), attr("N", "i: 3"), inputs=("c", "c")))

# ------------------------------------------------------------------------------------------------ names and ops

graph("name_twice", const("out"), const("out"))
graph("name_empty", const("c"), identity("", "c"), identity("out", "c"))
for kind, bad_name in {
    "space": "a b",
    "colon": "a:0",
    "caret": "^a",
    "leading_slash": "/a",
    "leading_dash": "-a",
    "leading_underscore": "_a",
    "trailing_slash": "a/",
    "unicode": "\\303\\251",
    "newline": "a\\nb",
    "percent": "a%b",
    "dot": ".a",
    "backslash": "a\\\\b",
    "greater": "a>b",
}.items():
    graph(f"name_with_{kind}", const(bad_name), const("out"))
graph("op_unknown", node("out", "NoSuchOp"))
graph("op_empty", node("out", ""))
graph("op_unknown_not_fetched", node("odd", "NoSuchOp"), const("out"))
graph(
    "op_without_kernel",
    placeholder("x", "DT_QINT8"),
    ints("axis", 0),
    node("out", "Prod", of_type("DT_QINT8"), of_type("DT_INT32", "Tidx"), inputs=("x", "axis")),
)
graph(
    "op_for_another_device",
    const("c"),
    node(
        "out",
        "NcclAllReduce",
        of_type(),
        attr("reduction", 's: "sum"'),
        attr("num_devices", "i: 1"),
        attr("shared_name", 's: "s"'),
        inputs=("c",),
    ),
)
graph(
    "op_deprecated",
    const("c"),
    node(
        "out",
        "BatchNormWithGlobalNormalization",
        of_type(),
        attr("variance_epsilon", "f: 0.1"),
        attr("scale_after_normalization", "b: true"),
        inputs=("c",) * 5,
    ),
)
graph("graph_empty", versions="", run="out:0")
graph("versions_missing", const("out"), versions="")
graph("consumer_too_old", const("out"), versions="versions { producer: 99999 min_consumer: 99999 }")
graph("consumer_bad", const("out"), versions="versions { producer: 1645 bad_consumers: 1645 }")
graph("producer_negative", const("out"), versions="versions { producer: -1 }")

# ------------------------------------------------------------------------------------------------ attributes

MATMUL = ("transpose_a", "transpose_b")
graph("attr_missing", const("c"), node("out", "Cast", of_type(key="SrcT"), inputs=("c",)))
graph("attr_missing_dtype", node("out", "Placeholder"))
graph("attr_missing_value", node("out", "Const", of_type(key="dtype")))
graph("attr_missing_T", const("c"), node("out", "Identity", inputs=("c",)))
graph(
    "attr_default_left_out", const("c", "float_val: 2", dims(1, 1)), node("out", "MatMul", of_type(), inputs=("c", "c"))
)
graph("attr_unknown", const("c"), identity("out", "c", extra=attr("colour", 's: "red"')))
graph("attr_unknown_private", const("c"), identity("out", "c", extra=attr("_colour", 's: "red"')))
graph("attr_int_for_type", const("c"), node("out", "Identity", attr("T", "i: 1"), inputs=("c",)))
graph("attr_string_for_type", const("c"), node("out", "Identity", attr("T", 's: "float"'), inputs=("c",)))
graph("attr_list_for_type", const("c"), node("out", "Identity", attr("T", "list { type: DT_FLOAT }"), inputs=("c",)))
graph("attr_empty_value", const("c"), node("out", "Identity", attr("T", ""), inputs=("c",)))
graph(
    "attr_int_for_bool",
    const("c", "float_val: 2", dims(1, 1)),
    node("out", "MatMul", of_type(), attr("transpose_a", "i: 1"), inputs=("c", "c")),
)
graph("attr_float_for_int", const("c"), node("out", "AddN", of_type(), attr("N", "f: 1"), inputs=("c",)))
graph(
    "attr_tensor_for_shape",
    node("out", "Placeholder", of_type(key="dtype"), attr("shape", tensor("DT_FLOAT", "", "float_val: 1"))),
)
graph(
    "attr_placeholder_outside_function",
    const("c"),
    node("out", "Identity", attr("T", 'placeholder: "T"'), inputs=("c",)),
)
graph("attr_below_minimum", node("out", "AddN", of_type(), attr("N", "i: 0")))
graph("attr_negative_count", const("c"), node("out", "AddN", of_type(), attr("N", "i: -1"), inputs=("c",)))
graph("attr_huge_count", const("c"), node("out", "AddN", of_type(), attr("N", "i: 9223372036854775807"), inputs=("c",)))
graph(
    "attr_huge_output_count",
    const("c", shape=dims(1)),
    ints("axis", 0),
    node("out", "Unpack", of_type(), attr("num", "i: 1000000000000"), attr("axis", "i: 0"), inputs=("c",)),
)
graph("dtype_invalid", const("c"), node("out", "Identity", of_type("DT_INVALID"), inputs=("c",)))
graph("dtype_unknown", const("c"), node("out", "Identity", attr("T", "type: 999"), inputs=("c",)))
graph(
    "dtype_not_allowed",
    const("c", 'string_val: "s"', dims(1, 1), "DT_STRING"),
    node("out", "MatMul", of_type("DT_STRING"), inputs=("c", "c")),
)
graph("dtype_ref_in_attr", const("c"), node("out", "Identity", of_type("DT_FLOAT_REF"), inputs=("c",)))
graph("dtype_mismatch", const("c"), const("i", "int_val: 1", "", "DT_INT32"), add("out", "c", "i"))
graph("dtype_mismatch_both", const("i", "int_val: 1", "", "DT_INT32"), add("out", "i", "i"))
graph("ref_expected", const("c"), node("out", "Assign", of_type(), inputs=("c", "c")))
graph("resource_expected", const("c"), node("out", "ReadVariableOp", of_type(key="dtype"), inputs=("c",)))
CONV = {"strides": "list { i: 1 i: 1 i: 1 i: 1 }", "padding": 's: "SAME"'}
for kind, changed in {
    "padding_unknown": {"padding": 's: "FULL"'},
    "padding_lower_case": {"padding": 's: "same"'},
    "data_format_unknown": {"data_format": 's: "NHCW"'},
    "strides_too_few": {"strides": "list { i: 1 i: 1 }"},
    "strides_zero": {"strides": "list { i: 1 i: 0 i: 1 i: 1 }"},
    "strides_negative": {"strides": "list { i: 1 i: -1 i: 1 i: 1 }"},
    "strides_in_batch": {"strides": "list { i: 2 i: 1 i: 1 i: 1 }"},
    "strides_empty": {"strides": "list { }"},
    "strides_of_floats": {"strides": "list { f: 1 f: 1 f: 1 f: 1 }"},
    "dilations_zero": {"dilations": "list { i: 1 i: 0 i: 1 i: 1 }"},
    "explicit_without_pads": {"padding": 's: "EXPLICIT"'},
    "pads_without_explicit": {"explicit_paddings": "list { i: 0 i: 0 i: 1 i: 1 i: 1 i: 1 i: 0 i: 0 }"},
    "pads_negative": {
        "padding": 's: "EXPLICIT"',
        "explicit_paddings": "list { i: 0 i: 0 i: -1 i: 1 i: 1 i: 1 i: 0 i: 0 }",
    },
    "nchw_on_cpu": {"data_format": 's: "NCHW"'},
}.items():
    graph(
        f"conv_{kind}",
        const("image", shape=dims(1, 4, 4, 4)),
        const("filter", shape=dims(2, 2, 4, 4)),
        node(
            "out", "Conv2D", of_type(), *[attr(k, v) for k, v in (CONV | changed).items()], inputs=("image", "filter")
        ),
    )

# ------------------------------------------------------------------------------------------------ constants

graph("const_negative_dim", const("out", "float_val: 1", dims(2, -2)))
graph("const_unknown_dim", const("out", "float_val: 1", dims(-1)))
graph("const_unknown_rank", const("out", "float_val: 1", "unknown_rank: true"))
graph("const_overflowing_shape", const("out", "float_val: 1", dims(1 << 40, 1 << 40)))
graph("const_overflowing_bytes", const("out", "float_val: 1", dims(1 << 62)))
graph("const_overflow_with_zero", const("out", "", dims(1 << 40, 1 << 40, 0)))
graph("const_rank_300", const("out", "float_val: 1", dims(*[1] * 300)))
graph("const_rank_254", const("out", "float_val: 1", dims(*[1] * 254)))
graph("const_content_too_short", const("out", 'tensor_content: "abc"', dims(2)))
graph("const_content_too_long", const("out", 'tensor_content: "0123456789abcdef"', dims(2)))
graph("const_content_of_strings", const("out", 'tensor_content: "ab"', dims(2), "DT_STRING"))
graph(
    "const_content_garbage_of_strings",
    const("out", 'tensor_content: "\\377\\377\\377\\377\\377"', dims(2), "DT_STRING"),
)
graph("const_values_too_many", const("out", "float_val: [1, 2, 3]", dims(2)))
graph("const_values_of_other_field", const("out", "int_val: [1, 2]", dims(2)))
graph("const_values_none", const("out", "", dims(2)))
graph("const_values_for_empty", const("out", "float_val: 1", dims(0)))
graph("const_strings_too_few", const("out", 'string_val: "a"', dims(3), "DT_STRING"))
graph("const_complex_half_value", const("out", "scomplex_val: 1", "", "DT_COMPLEX64"))
graph("const_bool_out_of_range", const("out", 'tensor_content: "\\007"', dims(1), "DT_BOOL"))
graph("const_half_out_of_range", const("out", "half_val: 70000", "", "DT_HALF"))
graph("const_uint8_out_of_range", const("out", "int_val: 300", "", "DT_UINT8"))
graph("const_dtypes_differ", const("out", "int_val: 1", "", "DT_INT32", "DT_FLOAT"))
graph("const_of_variant", const("out", "", "", "DT_VARIANT"))
graph("const_of_invalid", const("out", "", "", "DT_INVALID"))
graph("const_of_ref", const("out", "float_val: 1", "", "DT_FLOAT_REF"))
graph("placeholder_negative_dim", placeholder("x", shape=dims(-5)), identity("out", "x"), x=[1.0])
graph("placeholder_huge", placeholder("x", shape=dims(1 << 62, 1 << 62)), identity("out", "x"))

# ------------------------------------------------------------------------------------------------ devices

COLOCATE = 'list {{ s: "loc:@{}" }}'
graph("colocated_with_missing", const("c"), identity("out", "c", extra=attr("_class", COLOCATE.format("nowhere"))))
graph("colocated_with_itself", const("c"), identity("out", "c", extra=attr("_class", COLOCATE.format("out"))))
graph("colocated_with_node", const("c"), identity("out", "c", extra=attr("_class", COLOCATE.format("c"))))
graph("colocated_without_prefix", const("c"), identity("out", "c", extra=attr("_class", 'list { s: "c" }')))
graph("colocated_not_a_list", const("c"), identity("out", "c", extra=attr("_class", 's: "loc:@c"')))
for kind, device in {
    "invalid": "nonsense",
    "of_gpu": "/device:GPU:0",
    "of_old_gpu": "/gpu:0",
    "of_worker": "/job:worker/task:1",
    "of_cpu": "/cpu:0",
    "of_second_cpu": "/device:CPU:7",
    "of_any_cpu": "/device:CPU:*",
    "of_unknown_type": "/device:ABACUS:0",
    "without_id": "/device:CPU",
}.items():
    graph(f"device_{kind}", const("c"), identity("out", "c", extra=f'device: "{device}"'))

# ------------------------------------------------------------------------------------------------ control flow


def enter(name: str, source: str, frame: str = "frame") -> str:
    return node(name, "Enter", of_type(), attr("frame_name", f's: "{frame}"'), inputs=(source,))


def exit_of(name: str, source: str) -> str:
    return node(name, "Exit", of_type(), inputs=(source,))


def next_of(name: str, source: str) -> str:
    return node(name, "NextIteration", of_type(), inputs=(source,))


def merge(name: str, *inputs: str) -> str:
    return node(name, "Merge", of_type(), attr("N", f"i: {len(inputs)}"), inputs=inputs)


graph("merge_without_inputs", merge("out"))
graph("exit_without_enter", const("c"), exit_of("out", "c"))
graph("next_without_frame", const("c"), next_of("out", "c"))
graph("enter_and_exit_only", const("c"), enter("e", "c"), exit_of("out", "e"))
graph("enter_never_left", const("c"), enter("e", "c"), identity("out", "e"))
graph("frames_mixed", const("c"), enter("e", "c"), add("a", "e", "c"), exit_of("out", "a"))
graph(
    "frames_of_two_names",
    const("c"),
    enter("e", "c"),
    enter("f", "c", "other"),
    add("a", "e", "f"),
    exit_of("out", "a"),
)
graph("enter_without_frame_name", const("c"), node("e", "Enter", of_type(), inputs=("c",)), exit_of("out", "e"))
graph("enter_frame_name_empty", const("c"), enter("e", "c", ""), exit_of("out", "e"))
graph("exit_twice", const("c"), enter("e", "c"), exit_of("x", "e"), exit_of("out", "x"))
graph("loop_not_through_merge", const("c"), enter("e", "c"), add("a", "e", "n"), next_of("n", "a"), exit_of("out", "a"))
graph("loop_outside_frame", const("c"), merge("m", "c", "n"), next_of("n", "m"), identity("out", "c"))
graph("loop_of_merge_without_next", const("c"), merge("m", "c", "i"), identity("i", "m"), identity("out", "m"))
graph("switch_pred_is_float", const("c"), node("s", "Switch", of_type(), inputs=("c", "c")), identity("out", "s:1"))
graph("loop_cond_of_float", const("c"), node("out", "LoopCond", inputs=("c",)))

# ------------------------------------------------------------------------------------------------ functions

FLOAT_LIST = "list { type: DT_FLOAT }"


def call(function: str, tin: str = FLOAT_LIST, tout: str = FLOAT_LIST) -> str:
    target = attr("f", f'func {{ name: "{function}" }}')
    return node("out", "PartitionedCall", attr("Tin", tin), attr("Tout", tout), target, inputs=("c",))


def function(name: str, body: str, result: str, arg: str = "type: DT_FLOAT", more: str = "") -> str:
    signature = f'name: "{name}" input_arg {{ name: "x" {arg} }} output_arg {{ name: "y" type: DT_FLOAT }} {more}'
    return f'function {{ signature {{ {signature} }} {body} ret {{ key: "y" value: "{result}" }} }}'


def inner(name: str, op: str, *inputs: str) -> str:
    return node(name, op, of_type(), inputs=inputs).replace("node {", "node_def {", 1)


def library(*functions: str) -> str:
    return f"library {{ {' '.join(functions)} }}"


NEG = inner("neg", "Neg", "x")
graph("function_missing", const("c"), call("Nowhere"))
graph("function_missing_not_fetched", const("c"), call("Nowhere").replace('"out"', '"odd"'), const("out"))
graph(
    "function_attr_missing",
    const("c"),
    node("out", "PartitionedCall", attr("Tin", FLOAT_LIST), attr("Tout", FLOAT_LIST), inputs=("c",)),
)
graph("function_name_empty", const("c"), call(""))
graph("function_twice", const("c"), call("F"), library(function("F", NEG, "neg:y:0"), function("F", NEG, "x")))
graph(
    "function_twice_same", const("c"), call("F"), library(function("F", NEG, "neg:y:0"), function("F", NEG, "neg:y:0"))
)
graph("function_return_missing", const("c"), call("F"), library(function("F", NEG, "nowhere:y:0")))
graph("function_return_without_output", const("c"), call("F"), library(function("F", NEG, "neg")))
graph("function_return_wrong_output", const("c"), call("F"), library(function("F", NEG, "neg:z:0")))
graph("function_return_wrong_index", const("c"), call("F"), library(function("F", NEG, "neg:y:1")))
graph(
    "function_body_input_missing",
    const("c"),
    call("F"),
    library(function("F", inner("neg", "Neg", "nowhere"), "neg:y:0")),
)
graph(
    "function_body_op_unknown", const("c"), call("F"), library(function("F", inner("neg", "NoSuchOp", "x"), "neg:y:0"))
)
graph(
    "function_body_cycle",
    const("c"),
    call("F"),
    library(function("F", inner("a", "AddV2", "x", "b:z:0") + inner("b", "AddV2", "a:z:0", "x"), "a:z:0")),
)
graph("function_arg_without_type", const("c"), call("F"), library(function("F", NEG, "neg:y:0", arg="")))
graph("function_arg_type_mismatch", const("c"), call("F"), library(function("F", "", "x", arg="type: DT_INT32")))
graph(
    "function_tin_too_long",
    const("c"),
    call("F", tin="list { type: DT_FLOAT type: DT_FLOAT }"),
    library(function("F", NEG, "neg:y:0")),
)
graph("function_tin_empty", const("c"), call("F", tin="list { }"), library(function("F", NEG, "neg:y:0")))
graph(
    "function_tout_wrong", const("c"), call("F", tout="list { type: DT_INT32 }"), library(function("F", NEG, "neg:y:0"))
)
graph("function_named_like_op", const("c"), call("Neg"), library(function("Neg", NEG, "neg:y:0")))
graph("function_name_invalid", const("c"), call("a b"), library(function("a b", NEG, "neg:y:0")))
graph(
    "function_without_return",
    const("c"),
    call("F"),
    library(function("F", NEG, "neg:y:0").replace('key: "y"', 'key: "z"')),
)
graph("function_node_twice", const("c"), call("F"), library(function("F", NEG + NEG, "neg:y:0")))
BRANCHES = " ".join(
    f'attr {{{{ key: "{key}_branch" value {{{{ func {{{{ name: "{{}}" }}}} }}}} }}}}' for key in ("then", "else")
)


def if_node(then: str, orelse: str) -> str:
    types = [of_type("DT_BOOL", "Tcond"), attr("Tin", FLOAT_LIST), attr("Tout", FLOAT_LIST)]
    return node("out", "If", *types, BRANCHES.format(then, orelse), inputs=("p", "c"))


TRUE = const("p", "bool_val: true", "", "DT_BOOL")
graph("if_branch_missing", const("c"), TRUE, if_node("F", "Nowhere"), library(function("F", NEG, "neg:y:0")))
graph(
    "if_branch_of_other_type",
    const("c"),
    TRUE,
    if_node("F", "G"),
    library(function("F", "", "x", arg="type: DT_INT32"), function("G", NEG, "neg:y:0")),
)

# ------------------------------------------------------------------------------------------------ shapes and values

graph(
    "matmul_of_known_shapes",
    const("a", shape=dims(2, 3)),
    const("b", shape=dims(4, 5)),
    node("out", "MatMul", of_type(), inputs=("a", "b")),
)
graph(
    "matmul_of_fed_shapes",
    placeholder("a"),
    placeholder("b"),
    node("out", "MatMul", of_type(), inputs=("a", "b")),
    a=[[1.0, 2.0]],
    b=[[1.0, 2.0]],
)
graph(
    "matmul_of_vectors",
    placeholder("a"),
    placeholder("b"),
    node("out", "MatMul", of_type(), inputs=("a", "b")),
    a=[1.0],
    b=[1.0],
)
graph("add_of_known_shapes", const("a", shape=dims(2)), const("b", shape=dims(3)), add("out", "a", "b"))
graph("add_of_fed_shapes", placeholder("a"), placeholder("b"), add("out", "a", "b"), a=[1.0, 2.0], b=[1.0, 2.0, 3.0])


def one_op(name: str, op: str, operands: dict[str, str], *attrs: str, **feeds: Any) -> None:
    """Placeholders of the given dtypes, in this order, into one op."""
    parts = [placeholder(operand, dtype) for operand, dtype in operands.items()]
    graph(name, *parts, node("out", op, *attrs, inputs=tuple(operands)), **feeds)


FI = {"x": "DT_FLOAT", "i": "DT_INT32"}
RESHAPE = (of_type(), of_type("DT_INT32", "Tshape"))
one_op("reshape_size", "Reshape", FI, *RESHAPE, x=[1.0, 2.0, 3.0], i=[2, 2])
one_op("reshape_two_unknown", "Reshape", FI, *RESHAPE, x=[1.0, 2.0], i=[-1, -1])
one_op("reshape_negative", "Reshape", FI, *RESHAPE, x=[1.0, 2.0], i=[-2])
one_op("reshape_not_divisible", "Reshape", FI, *RESHAPE, x=[1.0, 2.0, 3.0], i=[2, -1])
one_op("reshape_unknown_of_zero", "Reshape", FI, *RESHAPE, x=[], i=[0, -1])
one_op("reshape_overflow", "Reshape", FI, *RESHAPE, x=[1.0], i=[2147483647, 2147483647, 2147483647])
one_op("reshape_shape_is_matrix", "Reshape", FI, *RESHAPE, x=[1.0], i=[[1]])
GATHER = (of_type(key="Tparams"), of_type("DT_INT32", "Tindices"), of_type("DT_INT32", "Taxis"))
GATHER_IN = {**FI, "axis": "DT_INT32"}
one_op("gather_index_too_large", "GatherV2", GATHER_IN, *GATHER, x=[1.0, 2.0], i=[0, 2], axis=0)
one_op("gather_index_negative", "GatherV2", GATHER_IN, *GATHER, x=[1.0, 2.0], i=[-1], axis=0)
one_op("gather_axis", "GatherV2", GATHER_IN, *GATHER, x=[1.0, 2.0], i=[0], axis=1)
one_op("gather_axis_is_vector", "GatherV2", GATHER_IN, *GATHER, x=[1.0, 2.0], i=[0], axis=[0, 0])
one_op("gather_of_scalar", "GatherV2", GATHER_IN, *GATHER, x=1.0, i=[0], axis=0)
CONCAT = (of_type(), attr("N", "i: 2"), of_type("DT_INT32", "Tidx"))
CONCAT_IN = {"x": "DT_FLOAT", "y": "DT_FLOAT", "i": "DT_INT32"}
one_op("concat_shapes", "ConcatV2", CONCAT_IN, *CONCAT, x=[[1.0, 2.0]], y=[[1.0]], i=0)
one_op("concat_ranks", "ConcatV2", CONCAT_IN, *CONCAT, x=[[1.0, 2.0]], y=[1.0], i=0)
one_op("concat_axis", "ConcatV2", CONCAT_IN, *CONCAT, x=[1.0], y=[1.0], i=1)
one_op("concat_of_scalars", "ConcatV2", CONCAT_IN, *CONCAT, x=1.0, y=1.0, i=0)
SUM = (of_type(), of_type("DT_INT32", "Tidx"))
one_op("sum_axis", "Sum", FI, *SUM, x=[1.0], i=[1])
one_op("sum_axis_negative", "Sum", FI, *SUM, x=[1.0], i=[-2])
one_op("sum_axis_twice", "Sum", FI, *SUM, x=[[1.0]], i=[0, 0])
INTS = {"x": "DT_INT32", "y": "DT_INT32"}
for division in ("Div", "FloorDiv", "FloorMod", "TruncateDiv", "TruncateMod", "Mod"):
    one_op(f"zero_divisor_{division}", division, INTS, of_type("DT_INT32"), x=[1, 2], y=[1, 0])
one_op("integer_to_negative_power", "Pow", INTS, of_type("DT_INT32"), x=[2], y=[-1])
FILL = (of_type(), of_type("DT_INT32", "index_type"))
FILL_IN = {"i": "DT_INT32", "x": "DT_FLOAT"}
one_op("fill_negative", "Fill", FILL_IN, *FILL, i=[2, -1], x=1.0)
one_op("fill_overflow", "Fill", FILL_IN, *FILL, i=[2147483647, 2147483647, 2147483647], x=1.0)
one_op("fill_dims_is_matrix", "Fill", FILL_IN, *FILL, i=[[1]], x=1.0)
one_op("fill_value_is_vector", "Fill", FILL_IN, *FILL, i=[1], x=[1.0])
one_op("transpose_perm_twice", "Transpose", FI, of_type(), of_type("DT_INT32", "Tperm"), x=[[1.0]], i=[0, 0])
one_op("transpose_perm_range", "Transpose", FI, of_type(), of_type("DT_INT32", "Tperm"), x=[[1.0]], i=[0, 2])
one_op("transpose_perm_size", "Transpose", FI, of_type(), of_type("DT_INT32", "Tperm"), x=[[1.0]], i=[0])
one_op("squeeze_not_one", "Squeeze", {"x": "DT_FLOAT"}, of_type(), attr("squeeze_dims", "list { i: 0 }"), x=[1.0, 2.0])
one_op("squeeze_range", "Squeeze", {"x": "DT_FLOAT"}, of_type(), attr("squeeze_dims", "list { i: 3 }"), x=[1.0])
one_op("expand_dims_range", "ExpandDims", FI, of_type(), of_type("DT_INT32", "Tdim"), x=[1.0], i=3)
SPLIT_IN = {"i": "DT_INT32", "x": "DT_FLOAT"}
one_op("split_uneven", "Split", SPLIT_IN, of_type(), attr("num_split", "i: 2"), i=0, x=[1.0, 2.0, 3.0])
one_op("split_axis", "Split", SPLIT_IN, of_type(), attr("num_split", "i: 2"), i=1, x=[1.0, 2.0])
one_op("unpack_num", "Unpack", {"x": "DT_FLOAT"}, of_type(), attr("num", "i: 2"), x=[1.0, 2.0, 3.0])
one_op("pack_shapes", "Pack", {"x": "DT_FLOAT", "y": "DT_FLOAT"}, of_type(), attr("N", "i: 2"), x=[1.0], y=[1.0, 2.0])
one_op("tile_negative", "Tile", FI, of_type(), of_type("DT_INT32", "Tmultiples"), x=[1.0], i=[-1])
one_op("tile_count", "Tile", FI, of_type(), of_type("DT_INT32", "Tmultiples"), x=[1.0], i=[1, 1])
one_op("pad_negative", "Pad", FI, of_type(), of_type("DT_INT32", "Tpaddings"), x=[1.0], i=[[-1, 0]])
one_op("pad_shape", "Pad", FI, of_type(), of_type("DT_INT32", "Tpaddings"), x=[1.0], i=[[1, 0], [0, 1]])
SLICE_IN = {"x": "DT_FLOAT", "b": "DT_INT32", "s": "DT_INT32"}
SLICE = (of_type(), of_type("DT_INT32", "Index"))
one_op("slice_begin", "Slice", SLICE_IN, *SLICE, x=[1.0], b=[2], s=[1])
one_op("slice_size", "Slice", SLICE_IN, *SLICE, x=[1.0, 2.0], b=[1], s=[2])
one_op("slice_size_negative", "Slice", SLICE_IN, *SLICE, x=[1.0, 2.0], b=[0], s=[-2])
one_op("slice_rank", "Slice", SLICE_IN, *SLICE, x=[1.0, 2.0], b=[0, 0], s=[1, 1])
RANGE_IN = {"a": "DT_INT32", "b": "DT_INT32", "d": "DT_INT32"}
one_op("range_zero_delta", "Range", RANGE_IN, of_type("DT_INT32", "Tidx"), a=0, b=3, d=0)
one_op("range_wrong_sign", "Range", RANGE_IN, of_type("DT_INT32", "Tidx"), a=0, b=3, d=-1)
one_op("range_of_vector", "Range", RANGE_IN, of_type("DT_INT32", "Tidx"), a=[0], b=3, d=1)
CHECKED = {"x": "DT_FLOAT"}
one_op("check_numerics_nan", "CheckNumerics", CHECKED, of_type(), attr("message", 's: "bad"'), x=[1.0, float("inf")])
one_op("softmax_of_scalar", "Softmax", CHECKED, of_type(), x=1.0)
one_op("placeholder_not_fed", "Neg", CHECKED, of_type())
one_op("top_k_too_many", "TopKV2", {"x": "DT_FLOAT", "k": "DT_INT32"}, of_type(), x=[1.0, 2.0], k=3)
one_op("top_k_negative", "TopKV2", {"x": "DT_FLOAT", "k": "DT_INT32"}, of_type(), x=[1.0, 2.0], k=-1)
one_op("bias_add_size", "BiasAdd", {"x": "DT_FLOAT", "b": "DT_FLOAT"}, of_type(), x=[[1.0, 2.0]], b=[1.0])
one_op("segment_sum_order", "SegmentSum", FI, of_type(), of_type("DT_INT32", "Tindices"), x=[1.0, 2.0], i=[1, 0])
