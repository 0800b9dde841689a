"""Optionals: variants that hold several tensors, or nothing, as the branches of a functional If return to their gradient."""

from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops.tensor_array import shape_words


def _numbers(types):
    return [dtype.as_datatype_enum for dtype in types]


def _value_words(node):
    words = [len(node.outputs)]
    for dtype, shape in zip(_numbers(node.attrs.output_types), node.attrs.output_shapes, strict=True):
        of_shape = shape_words(shape, node)
        words += [dtype, len(of_shape), *of_shape]
    return words


@op("OptionalNone")
class OptionalNone:
    """An optional without a value: optional []."""

    instruction = "make_optional"
    words = lambda node: [0, 0]

    def shape():
        return ()


@op("OptionalFromValue")
class OptionalFromValue:
    """An optional that holds the components: N x [...] -> optional []."""

    instruction = "make_optional"
    words = lambda node: [1, len(node.inputs), *_numbers(node.attrs.Toutput_types)]

    def shape():
        return ()

    def gradient(op, dy):
        return list(
            raw.OptionalGetValue(
                dy, output_types=[x.dtype.base_dtype for x in op.inputs], output_shapes=[x.shape for x in op.inputs]
            )
        )


@op("_OptionalIf")
class OptionalIf:
    """An optional that holds the components if present [] is true: present [], N x [...] -> optional []."""

    instruction = "make_optional_if"
    words = lambda node: [len(node.inputs) - 1, *_numbers(node.attrs.Toutput_types)]

    def shape():
        return ()


@op("OptionalHasValue")
class OptionalHasValue:
    """Whether the optional holds anything: optional [] -> has_value []."""

    instruction = "optional_has_value"

    def shape():
        return ()


@op("OptionalGetValue")
class OptionalGetValue:
    """The components, without a copy: optional [] -> N x [...]."""

    instruction = "optional_value"
    words = _value_words
    lends = ("components",)

    def gradient(op, *dy):
        return raw.OptionalFromValue(list(dy))
