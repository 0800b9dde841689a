"""Values as text: AsString, StringFormat, StringToNumber, and what Print and Assert say. Python computes these ops."""

import math
import re
import sys

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import each, of_input, of_string_tensor, utf8
from nbtf.shapes import check

# ---- elements --------------------------------------------------------------------------------------------------------

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}


def escaped(text):
    """Bytes as in the source of a C program, but for those of UTF-8 characters."""
    shown = text.decode("utf-8", "surrogateescape")
    return "".join(_ESCAPES.get(c) or (f"\\{ord(c):03o}" if ord(c) < 32 or ord(c) == 127 else c) for c in shown)


def float_text(value, single):
    """The shortest of 6 and 9 digits (15 and 17 of a double) that tells the number apart from others."""
    few, many = (6, 9) if single else (15, 17)
    text = f"{value:.{few}g}"
    same = float(np.float32(text)) if single else float(text)
    return text if same == value or math.isnan(value) else f"{value:.{many}g}"


def _element(dtype, quoted):
    """How one element is written."""
    if dtype == dtypes.string:
        return (lambda value: f'"{escaped(value)}"') if quoted else escaped
    if dtype == dtypes.bool:
        return lambda value: str(int(value))
    if dtype.is_integer or dtype.is_quantized:
        return str
    if dtype.is_floating:
        return lambda value: float_text(float(value), dtype != dtypes.float64)
    return lambda value: "?"


# ---- tensors ---------------------------------------------------------------------------------------------------------


def summary(array, dtype, most):
    """As Print and Assert show a tensor: the first `most` elements (all if below 0), rows in brackets."""
    limit = array.size if most < 0 else min(most, array.size)
    texts = [_element(dtype, False)(value) for value in array.reshape(-1)[:limit]]
    if array.ndim == 0:
        return texts[0] if texts else "..."
    parts = []
    done = 0

    def walk(axis):
        nonlocal done
        for i in range(array.shape[axis]):
            if done >= limit:
                # a row that was begun says that it goes on
                if axis == array.ndim - 1 and axis:
                    parts.append("...")
                return
            if axis == array.ndim - 1:
                parts.append((" " if i else "") + texts[done])
                done += 1
            else:
                parts.append("[")
                walk(axis + 1)
                parts.append("]")

    walk(0)
    return "".join(parts) + ("..." if array.size > limit else "")


def layout(array, dtype, most):
    """As StringFormat shows a tensor: the first and last `most` of each axis (all if below 0), a row a line."""
    ends = array.size if most < 0 else min(most, array.size)
    text_of = _element(dtype, True)

    def walk(part, axis):
        if axis == array.ndim:
            return text_of(part[()] if isinstance(part, np.ndarray) else part)
        apart = " " if axis == array.ndim - 1 else "\n" * (array.ndim - axis - 1) + " " * (axis + 1)
        size = array.shape[axis]
        shown = [walk(part[i], axis + 1) for i in range(min(ends, size))]
        last = [walk(part[i], axis + 1) for i in range(max(ends, size - ends), size)]
        dots = ["..."] if size > 2 * ends else []
        # TensorFlow sets whatever follows the first elements apart, even where there are none
        text = apart.join(shown) + "".join(apart + item for item in (*dots, *last))
        return f"[{text}]"

    return walk(array, 0)


# ---- printing --------------------------------------------------------------------------------------------------------


def _assert(call, condition, *data):
    check(condition.ndim == 0, "In[0] should be a scalar: {}", condition.shape)
    if condition:
        return
    shown = [f"[{summary(array, t, call.attrs.summarize)}]" for array, t in zip(data, call.attrs.T, strict=True)]
    raise InvalidArgumentError(None, call.node.origin, f"assertion failed: {' '.join(shown)}")


@op("Assert")
class Assert:
    """Raises InvalidArgumentError with the first `summarize` elements of data, unless condition [] holds."""

    host = _assert
    gradient = NOT_DIFFERENTIABLE


def _say(stream, text):
    stream.write(text)
    stream.flush()


def _print(call, data, *others):
    attrs = call.attrs
    printed = call.resources.kept_words(call.node.name, "printed", 1)
    printed[0] += 1
    if printed[0] <= attrs.first_n or attrs.first_n < 0:
        shown = [summary(array, t, attrs.summarize) for array, t in zip(others, attrs.U, strict=True)]
        text = utf8(attrs.message).decode(errors="replace") + "".join(f"[{item}]" for item in shown)
        _say(sys.stderr, text + "\n")
    return data


@op("Print")
class Print:
    """input; prints message and the first `summarize` elements of data to stderr, the first first_n times."""

    host = _print

    def shape(input, out):
        for dim in input:
            out.append(dim)

    def gradient(op, dy):
        return dy, *[None] * (len(op.inputs) - 1)


def _print_v2(call, text):
    check(text.ndim == 0, "Input is expected to be scalar, but got {}", text.shape)
    target = utf8(call.attrs.output_stream).decode(errors="replace")
    line = (text[()] + utf8(call.attrs.end)).decode(errors="replace")
    if target.startswith("file://"):
        with open(target.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(line)
        return
    known = ("stdout", "stderr", "log(info)", "log(warning)", "log(error)")
    check(target in known, "Unknown output stream: {}. Must be one of {} or file://", target, ", ".join(known))
    _say(sys.stdout if target == "stdout" else sys.stderr, line)


@op("PrintV2")
class PrintV2:
    """Writes input [] and `end` to stdout, stderr, or a file."""

    host = _print_v2


# ---- numbers as strings and back -------------------------------------------------------------------------------------


def _number_format(attrs, dtype):
    """The printf format of AsString."""
    fill = attrs.fill
    check(len(fill) <= 1, "Fill string must be one or fewer characters")
    check(not (attrs.scientific and attrs.shortest), "Cannot select both scientific and shortest notation")
    check(not fill or fill in " +-0#", 'Fill argument not supported: "{}"', fill)
    is_real = dtype.is_floating or dtype.is_complex
    check(
        is_real or not (attrs.scientific or attrs.shortest),
        "scientific and shortest format not supported for datatype {}",
        type_name(dtype),
    )
    check(is_real or attrs.precision < 0, "precision not supported for datatype {}", type_name(dtype))
    width = str(attrs.width) if attrs.width > 0 else ""
    if not is_real:
        return f"%{fill}{width}{'s' if dtype == dtypes.string else 'd'}"
    precision = f".{attrs.precision}" if attrs.precision >= 0 else ""
    return f"%{fill}{width}{precision}{'e' if attrs.scientific else 'g' if attrs.shortest else 'f'}"


def _formatted(form, value):
    if isinstance(value, float) and not math.isfinite(value):
        form = form.replace("%0", "%", 1)  # only digits are filled up with zeros
    return form % value


def _as_string(call, values):
    dtype = call.attrs.T
    form = _number_format(call.attrs, dtype)
    if dtype == dtypes.bool:
        return _texts(values, lambda value: "true" if value else "false")
    if dtype == dtypes.string:
        return each(lambda text: form.encode() % text, values)
    if dtype.is_complex:
        return _texts(values, lambda v: f"({_formatted(form, float(v.real))},{_formatted(form, float(v.imag))})")
    convert = int if dtype.is_integer else float
    return _texts(values, lambda value: _formatted(form, convert(value)))


def _texts(values, text_of):
    result = np.empty(values.shape, object)
    result.reshape(-1)[:] = [text_of(value).encode() for value in values.reshape(-1)]
    return result


@op("AsString")
class AsString:
    """Numbers as printf writes them. input [...] -> [...]."""

    host = _as_string
    shape = of_input
    gradient = NOT_DIFFERENTIABLE


_FLOAT = re.compile(rb"\s*([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan))\s*", re.IGNORECASE)
_INTEGER = re.compile(rb"\s*(-?\d+)\s*")


def _to_number(call, strings):
    dtype = call.attrs.out_type

    def convert(text):
        match = (_INTEGER if dtype.is_integer else _FLOAT).fullmatch(text)
        message = "StringToNumberOp could not correctly convert string: {}"
        check(match is not None, message, text.decode(errors="replace"))
        number = match.group(1).decode().lower()
        if not dtype.is_integer:
            return float.fromhex(number) if "0x" in number else float(number)
        check(dtype.min <= int(number) <= dtype.max, message, number)
        return int(number)

    with np.errstate(over="ignore"):
        return each(convert, strings, dtype.storage)


@op("StringToNumber")
class StringToNumber:
    """The numbers that strings write out; white space around them is passed over. string_tensor [...] -> [...]."""

    host = _to_number
    shape = of_string_tensor
    gradient = NOT_DIFFERENTIABLE


def _string_format(call, *inputs):
    attrs = call.attrs
    parts = utf8(attrs.template).split(utf8(attrs.placeholder))
    check(
        len(parts) == len(inputs) + 1,
        "num placeholders in template and num inputs must match: {} vs. {}",
        len(parts) - 1,
        len(inputs),
    )
    text = parts[0]
    for part, array, dtype in zip(parts[1:], inputs, attrs.T, strict=True):
        text += layout(array, dtype, attrs.summarize).encode("utf-8", "surrogateescape") + part
    return np.array(text, object)


@op("StringFormat")
class StringFormat:
    """template with each placeholder replaced by a tensor as text: []."""

    host = _string_format

    def shape(inputs, out):
        """A scalar, whatever the inputs are."""
