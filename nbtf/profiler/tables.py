"""Profiles as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbtf.profiler.nodes import ProfileNode
from nbtf.profiler.views import TypeNode


def number_text(number: int) -> str:
    for size, unit in ((1e9, "b"), (1e6, "m"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.2f}{unit}"
    return str(number)


def time_text(micros: int) -> str:
    """Of microseconds."""
    if micros >= 1e6:
        return f"{micros / 1e6:.2f}sec"
    return f"{micros / 1e3:.2f}ms" if micros >= 1e3 else f"{micros}us"


def memory_text(size: int) -> str:
    """Of bytes."""
    if size >= 1e6:
        return f"{size / 1e6:.2f}MB"
    return f"{size / 1e3:.2f}KB" if size >= 1e3 else f"{size}B"


def shape_text(shape: Sequence[int] | None) -> str:
    return "unknown" if shape is None else "x".join(map(str, shape))


_Text = Callable[[int], str]
_COUNTED: dict[str, tuple[str, str, _Text, str]] = {
    "params": ("# parameters", "parameters", number_text, " params"),
    "float_ops": ("# float_ops", "float_ops", number_text, " flops"),
    "bytes": ("requested bytes", "requested_bytes", memory_text, ""),
    "peak_bytes": ("peak bytes", "peak_bytes", memory_text, ""),
    "residual_bytes": ("residual bytes", "residual_bytes", memory_text, ""),
    "output_bytes": ("output bytes", "output_bytes", memory_text, ""),
    "micros": ("total execution time", "exec_micros", time_text, ""),
    "accelerator_micros": ("accelerator execution time", "accelerator_exec_micros", time_text, ""),
    "cpu_micros": ("cpu execution time", "cpu_exec_micros", time_text, ""),
}
"""Attribute -> head of the column, what is counted, its text, and what stands behind it."""
_OTHER = {
    "device": "assigned devices",
    "op_types": "op types",
    "occurrence": "op count (run|defined)",
    "input_shapes": "input shapes",
}
SELECTABLE = (*_COUNTED, *_OTHER)


def tree_table(root: ProfileNode, selected: Sequence[str]) -> str:
    """A line a node, indented by depth: of each count the node's own, and with all below it."""
    heads = [_COUNTED[name][0] for name in _COUNTED if name in selected]
    heads += [_OTHER[name] for name in _OTHER if name in selected]
    lines = [" | ".join(["node name", *heads])]
    pending = [(0, root)]
    while pending:
        depth, node = pending.pop()
        lines.append(f"{'  ' * depth}{node.name} ({', '.join(_tree_cells(node, selected))})")
        pending += [(depth + 1, child) for child in reversed(node.shown)]
    return "\n".join(lines) + "\n"


def _tree_cells(node: ProfileNode, selected: Sequence[str]) -> Iterator[str]:
    facts = node.facts
    for name, (_, measure, text, unit) in _COUNTED.items():
        if name in selected:
            if name == "params" and facts.shape:
                yield shape_text(facts.shape)
            own = text(node.counts[measure]) if node.is_counted else "--"
            yield f"{own}/{text(node.totals[measure])}{unit}"
    if "device" in selected and facts.devices:
        yield "|".join(facts.devices)
    if "op_types" in selected:
        yield "|".join(sorted(facts.types))
    if "occurrence" in selected:
        runs, definitions = (node.counts["run_count"], 1) if node.is_counted else ("--", "--")
        yield f"{runs}/{node.totals['run_count']}|{definitions}/{node.definitions}"
    if "input_shapes" in selected:
        yield "|".join(f"{i}:{shape_text(shape)}" for i, shape in facts.input_shapes.items())


_TYPE_ORDER = (*list(_COUNTED)[2:], "params", "float_ops")


def type_table(root: ProfileNode, selected: Sequence[str]) -> str:
    """A line an op type: of each count the type's own, and what part of the whole it is, with all below it and alone."""
    heads = [_COUNTED[name][0] for name in _TYPE_ORDER if name in selected]
    heads += [_OTHER[name] for name in _OTHER if name in selected]
    lines = [" | ".join(["node name", *heads]).replace("op count (", "op occurrence (")]
    node = root
    while node.shown:
        (node,) = node.shown
        assert isinstance(node, TypeNode)
        lines.append(f"{node.name:<25}{', '.join(_type_cells(node, root, selected))}")
        if "input_shapes" in selected:
            lines += ["", *_input_lines(node), ""]
    return "\n".join(lines) + "\n"


def _type_cells(node: ProfileNode, root: ProfileNode, selected: Sequence[str]) -> Iterator[str]:
    for name in _TYPE_ORDER:
        if name in selected:
            _, measure, text, unit = _COUNTED[name]
            whole = root.totals[measure]
            if text is memory_text and not node.counts[measure]:
                whole = 0
            parts = [100 * count / whole if whole else 0 for count in (node.totals[measure], node.counts[measure])]
            unit = " float_ops" if name == "float_ops" else unit
            yield f"{text(node.counts[measure])}{unit} ({parts[0]:.2f}%, {parts[1]:.2f}%)".rjust(30)
    if "device" in selected:  # members that did not run have an empty one
        members = node.members if isinstance(node, TypeNode) else [node]
        yield "|".join(sorted({device for member in members for device in member.facts.devices or [""]}))
    if "op_types" in selected:
        yield "|".join(sorted(node.facts.types))
    if "occurrence" in selected:
        yield f"{node.counts['run_count']}|{len(node.members) if isinstance(node, TypeNode) else 0}".rjust(10)


def _input_lines(node: TypeNode) -> list[str]:
    """How often and how long the type ran on inputs of the same shapes."""
    found: dict[str, list[int]] = {}
    for member in node.members:
        key = ",\t".join(f"{i}:{shape_text(shape)}" for i, shape in member.facts.input_shapes.items())
        sums = found.setdefault(key, [0, 0, 0])
        for i, count in enumerate((member.counts["run_count"], 1, member.counts["exec_micros"])):
            sums[i] += count
    return [
        f"input_type: {key}\t(run*{runs}|defined*{defined})\texec_time: {time_text(micros)}"
        for key, (runs, defined, micros) in sorted(found.items(), key=lambda one: (-one[1][0], one[0]))
    ]


def options_text(options: dict[str, Any]) -> str:
    """A line an option."""

    def text(value: Any) -> str:
        if isinstance(value, list | tuple):
            return ",".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return "".join(f"{'-' + name:<28}{text(value)}\n" for name, value in options.items())
