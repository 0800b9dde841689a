"""Authoring kernels: `@kernel` turns a plain function over typed views into `int64 kernel(int64 state, int64 ip)`.

An author writes

    @kernel(rank=4)
    def max_pool(input, output, ksize, strides, padding): ...

and names parameters as the op's signature does (the op's block names the kernel). Each gets
    an input, output or workspace   an array view of the declared rank (flat unless declared), dtype by the variant
    <name>_dims                     the dims of that input or output: int64 view, its length is the rank
    a list input or output          x[i] is a flat view, <name>_dims[i] its dims, len(x) their number
    an attribute                    int, float, bool, or an int64 or float64 view for a list
    part, parts                     which part of its work this call does, of how many; see nbtf/kernels/team.py
An op may also be written to the raw interface with `@instruction`.

From a kernel and its op's block two functions are generated. `prepare`, one an op: runs the shape rule, the same
function that graph building runs, sets the output dims and sees to the output buffers; the loop calls it when input
dims changed. `entry`, one a choice of dtypes: makes the views and calls the body. Bodies are plain Python too: after a
refusal the host calls them on numpy arrays to find the words.
"""

import inspect
from dataclasses import dataclass, field

import numpy as np
from numba import njit, types
from numba.extending import register_jitable

from nbtf import layout, shapes
from nbtf.kernels import dims, memory
from nbtf.layout import ALONE, NEXT, RANK, REFUSED, THREADS

FLAT = 0
ENTRY = types.int64(types.int64, types.int64)
OPTIONS = {"error_model": "numpy", "nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
RULE_OPTIONS = {**OPTIONS, "boundscheck": True}  # a rule is cheap and writes into descriptors: safe by construction

DATA_TYPES = {"int64": 9}  # numbers of the dtypes of variables that an op has of one dtype only
NARROW = frozenset({"float16", "bfloat16"})  # of variables only: what other operands hold, the compiler widens

KERNELS = {}  # name -> Kernel
INSTRUCTIONS = {}  # name -> function of (state, ip)
SCALAR_RULES = {}  # name -> function of one, two or three scalars


@dataclass
class Kernel:
    body: object
    rank: dict
    fastmath: object
    work: object = None
    first: object = None
    last: object = None
    parameters: list = field(init=False)

    def __post_init__(self):
        self.parameters = list(inspect.signature(self.body).parameters)

    @property
    def functions(self):
        """What is compiled of it, under the names that the generated text calls."""
        all_of_them = {"body": self.body, "work": self.work, "first": self.first, "last": self.last}
        return {name: function for name, function in all_of_them.items() if function}


def kernel(body=None, *, rank=FLAT, fastmath=False, work=None, first=None, last=None):
    """rank: of all views, or a dict by name. fastmath: LLVM flags that keep NaN and Inf, such as {"contract"}.

    Of a body with the parameters `part` and `parts`, which several threads may call at once: work tells how many
    multiply-adds, or what takes as long, all parts are together; first and last are called once, before and after.
    They take parameters as the body does.
    """

    def register(body):
        names = inspect.signature(body).parameters
        ranks = rank if isinstance(rank, dict) else dict.fromkeys(names, rank)
        KERNELS[body.__name__] = Kernel(body, ranks, fastmath, work, first, last)
        return body

    return register(body) if body else register


def instruction(function):
    """A kernel or prepare step written to the raw interface: jumps, copies, the loop itself."""
    INSTRUCTIONS[function.__name__] = function
    return function


def scalar_rule(function):
    """An elementwise op, written once for one element; argument count tells unary, binary and ternary apart."""
    SCALAR_RULES[function.__name__] = function
    return register_jitable(function)


def rule_for(name, dtype):
    """The scalar rule for a first operand of this numpy type name: `whole_<name>` and `complex_<name>` are what
    integers and complex numbers take instead of `<name>`, where they exist."""
    special = {"i": "whole_", "u": "whole_", "c": "complex_"}.get(np.dtype(dtype).kind, "") + name
    return SCALAR_RULES[special if special in SCALAR_RULES else name]


# ---- generated text --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Argument:
    """An operand of the op, or a run of them."""

    name: str
    first: str  # index of its first operand: an expression over `attrs`
    count: str | None  # number of operands of a list: an expression; None for a single operand
    variable: bool = False  # the operand is a handle; what counts is the variable behind it

    @property
    def slot(self):
        """Text of the address of its descriptor: a variable's record is laid out as a slot."""
        slot = f"operand(state, ip, {self.first})"
        return f"variable_of({slot})" if self.variable else slot


@dataclass(frozen=True)
class Signature:
    """What the generated text needs of an op's signature."""

    inputs: tuple
    outputs: tuple
    workspace: tuple
    kept: tuple
    attrs: dict  # name -> (kind, word index in the attribute block)

    @property
    def arguments(self):
        return (*self.inputs, *self.outputs, *self.workspace, *self.kept)


def prepare_source(kernel, signature, block, dtypes):
    """Text of the prepare step of an op. Independent of element types, but for inputs that its rules read by value."""
    lines = ["def prepare(state, ip):", "    attrs = attrs_of(ip)"]
    rule = list(block.parameters)
    size_rule = list(inspect.signature(block.workspace_size).parameters) if block.workspace_size else []
    lines += _attribute_lines(signature, {*rule, *size_rule})
    lines += _variable_checks(signature, block)
    lines += _rank_checks(kernel, signature)
    by_value = block.by_value
    forwarded = block.forwards[0] if block.forwards else None
    if "out" in rule and forwarded is None:
        lines += _out_lines(signature)
    lines.append(f"    result = shape_rule({_rule_arguments(signature, rule, by_value, dtypes)})")
    if "out" not in rule:
        several = len(signature.outputs) > 1
        for i, output in enumerate(signature.outputs):
            if output.name != forwarded:
                part = f"result[{i}]" if several else "result"
                lines.append(f"    set_shape(operand(state, ip, {output.first}), {part})")
    if block.workspace_size:
        lines.append(f"    sizes = workspace_size({_rule_arguments(signature, size_rule, by_value, dtypes)})")
        for i, space in enumerate(signature.workspace):
            size = f"sizes[{i}] * word(state, THREADS)" if space.name in block.each_thread else f"sizes[{i}]"
            lines.append(f"    set_shape(operand(state, ip, {space.first}), ({size},))")
    others = [pair[0] for pair in (block.shares, block.forwards) if pair]
    for argument in (*signature.outputs, *signature.workspace):
        if argument.name not in others:
            lines += _reserve_lines(argument)
    return "\n".join([*lines, "    return NEXT"])


def _rank_checks(kernel, signature):
    """A view of declared rank is safe whatever the rule forgot."""
    lines = []
    for argument in signature.inputs:
        rank = kernel.rank.get(argument.name) if kernel else None
        if rank:
            lines += [f"    if word({argument.slot}, RANK) != {rank}:", "        return REFUSED"]
    return lines


def _variable_checks(signature, block):
    """A handle must lead to a variable, and the variable must have been assigned."""
    lines = []
    for argument in signature.inputs:
        if argument.name in block.variables:
            held = block.variables[argument.name]
            dtype = f"word(attrs, {signature.attrs[held][1]})" if held in signature.attrs else DATA_TYPES[held]
            lines += [
                f"    status = variable_status(operand(state, ip, {argument.first}), {dtype})",
                "    if status != NEXT:",
                "        return status",
            ]
    return lines


def _out_lines(signature):
    first = signature.outputs[0]
    if len(signature.outputs) == 1 and first.count is None:
        return [f"    out = writable_dims(operand(state, ip, {first.first}))"]
    total = " + ".join(output.count or "1" for output in signature.outputs)
    return [
        f"    clear_ranks(state, ip, {first.first}, {total})",
        f"    out = out_list(state, ip, {first.first}, {total}, np.int64)",
    ]


def _reserve_lines(argument):
    reserve = f"reserve(state, operand(state, ip, {argument.first}{{}}))"
    if argument.count is None:
        return [f"    status = {reserve.format('')}", "    if status != NEXT:", "        return status"]
    return [
        f"    for i in range({argument.count}):",
        f"        status = {reserve.format(' + i')}",
        "        if status != NEXT:",
        "            return status",
    ]


def _rule_arguments(signature, parameters, by_value, dtypes):
    inputs = {argument.name: argument for argument in signature.inputs}
    texts = []
    for name in parameters:
        if name in inputs and name not in by_value:
            texts.append(_dims_text(inputs[name]))
        elif name in inputs:
            texts.append(_view_text(inputs[name], FLAT, dtypes[name]))
        elif name.removesuffix("_dims") in inputs and name not in signature.attrs:
            texts.append(_dims_text(inputs[name.removesuffix("_dims")]))
        else:
            texts.append(name)
    return ", ".join(texts)


def entry_source(kernel, signature, block, dtypes):
    """Text of the entry of one variant: views of the operands, attributes, and the author's body."""
    lines = ["def entry(state, ip):"]
    if kernel.work:
        lines += [
            "    part, parts, seat = 0, 1, 0",
            "    helping = state & 1 != 0",
            "    if helping:",
            "        state, part, parts, seat = called(state - 1)",
        ]
    lines.append("    attrs = attrs_of(ip)")
    calls = {
        name: f"{name}({', '.join(_entry_arguments(function, kernel, signature, block, dtypes))})"
        for name, function in kernel.functions.items()
    }
    wanted = {name for function in kernel.functions.values() for name in inspect.signature(function).parameters}
    lines += _attribute_lines(signature, wanted)
    lines += _sharing_lines(calls) if kernel.work else [f"    {calls['body']}"]
    arguments = {argument.name: argument for argument in signature.arguments}
    lines += [f"    set_size(operand(state, ip, {arguments[name].first}))" for name in block.shrinks]
    return "\n".join([*lines, "    return NEXT"])


def _sharing_lines(calls):
    """All parts, by the team or here; or the one that a helper was called for. One call of the body: it is inlined."""
    lines = ["    status = ALONE", "    if not helping:"]
    if "first" in calls:
        lines.append(f"        {calls['first']}")
    lines += [
        f"        many = parts_for(state, {calls['work']})",
        "        if many > 1:",
        "            status = share_out(state, ip, many)",
        "        if status != ALONE and status != NEXT:",
        "            return status",
        "    if status == ALONE:",
        f"        {calls['body']}",
    ]
    return [*lines, "    if not helping:", f"        {calls['last']}"] if "last" in calls else lines


def _entry_arguments(function, kernel, signature, block, dtypes):
    arguments = {argument.name: argument for argument in signature.arguments}
    texts = []
    for name in inspect.signature(function).parameters:
        if name in block.each_thread:
            texts.append(f"own_share({_view_text(arguments[name], FLAT, dtypes[name])}, state, seat)")
        elif name in arguments:
            texts.append(_view_text(arguments[name], kernel.rank.get(name, FLAT), dtypes[name]))
        elif name.endswith("_dims") and name.removesuffix("_dims") in arguments:
            texts.append(_dims_text(arguments[name.removesuffix("_dims")]))
        else:
            texts.append(name)
    return texts


def _view_text(argument, rank, dtype):
    numpy_type = "np.bool_" if dtype == "bool" else f"np.{dtype}"  # numpy 1 has no np.bool
    if argument.count is not None:
        return f"view_list(state, ip, {argument.first}, {argument.count}, {numpy_type})"
    if dtype in NARROW:
        return f"{dtype}_view({argument.slot})"
    return f"{'flat' if rank == FLAT else f'view{rank}'}({argument.slot}, {numpy_type})"


def _dims_text(argument):
    if argument.count is not None:
        return f"dims_list(state, ip, {argument.first}, {argument.count}, np.int64)"
    return f"dims_of({argument.slot})"


_READERS = {
    "int": "word",
    "float": "float_word",
    "bool": "bool_word",
    "list(int)": "list_words",
    "list(float)": "float_list_words",
}


def _attribute_lines(signature, names):
    return [
        f"    {name} = {_READERS[kind]}(attrs, {at})" for name, (kind, at) in signature.attrs.items() if name in names
    ]


# ---- functions from text ---------------------------------------------------------------------------------------------


def make_prepare(kernel, signature, block, dtypes):
    """dtypes: argument name -> numpy type name, for the inputs that are read by value."""
    register_rule_helpers(block.shape)
    functions = {"shape_rule": njit(block.shape, **RULE_OPTIONS)}
    if block.workspace_size:
        register_rule_helpers(block.workspace_size)
        functions["workspace_size"] = njit(block.workspace_size, **RULE_OPTIONS)
    return _function("prepare", prepare_source(kernel, signature, block, dtypes), functions)


def register_rule_helpers(rule):
    """Plain functions of nbtf.ops that a rule calls compile with it: rules know nothing of Numba."""
    for name in rule.__code__.co_names:
        helper = rule.__globals__.get(name)
        if inspect.isfunction(helper) and helper.__module__.startswith("nbtf.ops.") and helper not in _RULE_HELPERS:
            _RULE_HELPERS.add(helper)
            register_rule_helpers(helper)
            register_jitable(boundscheck=True)(helper)


_RULE_HELPERS = set()


def make_entry(kernel, signature, block, dtypes):
    """dtypes: argument name -> numpy type name, for every argument that the kernel takes."""
    functions = {
        name: njit(function, fastmath=kernel.fastmath, **OPTIONS) for name, function in kernel.functions.items()
    }
    if kernel.work:
        from nbtf.kernels import team  # its instructions register in this module

        functions |= {name: getattr(team, name) for name in ("called", "parts_for", "share_out", "own_share")}
    if not NARROW.isdisjoint(dtypes.values()):
        from nbtf.kernels import narrow  # it converts by scalar rules, which this module registers

        functions |= {"float16_view": narrow.float16_view, "bfloat16_view": narrow.bfloat16_view}
    return _function("entry", entry_source(kernel, signature, block, dtypes), functions)


def _function(name, source, functions):
    space = {**_SPACE, **functions}
    exec(compile(source, f"<{name}>", "exec"), space)
    return space[name]


_SPACE = {
    "np": np,
    "ALONE": ALONE,
    "NEXT": NEXT,
    "RANK": RANK,
    "REFUSED": REFUSED,
    "THREADS": THREADS,
    **{name: getattr(memory, name) for name in dir(memory) if not name.startswith("_")},
    **{name: getattr(dims, name) for name in ("view_list", "dims_list", "out_list", "writable_dims", "clear_ranks")},
}

assert layout.MAX_RANK == shapes.MAX_RANK  # two leaves that may not import each other
