"""Non-maximum suppression of a batch of images, each with room for the same number of boxes."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import fill
from nbtf.array.indexing import where
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import expand_dims, reshape, shape
from nbtf.control_flow.looping import while_loop
from nbtf.eager.tracing import function
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_any

_ANY_SCORE = float("-inf")


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _ANY_SCORE,
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: int = 512,
) -> Any:
    """`non_max_suppression` of boxes [..., N, 4], and how many there are: (indices [..., M], numbers [...]).

    M is max_output_size, zeros fill it; without pad_to_max_output_size what was found, of boxes [N, 4] alone.
    sorted_input: scores fall. canonicalized_coordinates: the first corner is the upper left one. tile_size: of
    TensorFlow's computation. These three are hints, which change nothing here.
    """
    with name_scope(name, "non_max_suppression_padded"):
        if not pad_to_max_output_size and boxes.shape.ndims is not None and boxes.shape.ndims > 2:
            raise ValueError(
                f"'pad_to_max_output_size' (value {pad_to_max_output_size}) must be True for batched input"
            )
        arguments = [boxes, scores, max_output_size, iou_threshold, score_threshold]
        arguments += [sorted_input, canonicalized_coordinates, tile_size]
        selected, count = non_max_suppression_padded_v2(*(convert_to_tensor(argument) for argument in arguments))
        if not pad_to_max_output_size:
            return selected[0, :count], count
        dims = concat([shape(boxes)[:-2], expand_dims(max_output_size, 0)], 0)
        return reshape(selected, dims), count


@function
def non_max_suppression_padded_v2(
    boxes: Tensor,
    scores: Tensor,
    max_output_size: Tensor,
    iou_threshold: Tensor,
    score_threshold: Tensor,
    sorted_input: Tensor,
    canonicalized_coordinates: Tensor,
    tile_size: Tensor,
) -> Any:
    """Indices [images, max_output_size], and their numbers in the shape of the batch. A box at 0 or below is none."""
    batch, count, static = shape(boxes)[:-2], shape(boxes)[-2], boxes.shape[:-2]
    lowest = fill(shape(scores), _ANY_SCORE)
    scores = where(reduce_any(boxes > 0, -1), scores, lowest)
    boxes = reshape(boxes, concat([[-1], [count], [4]], 0))
    scores = reshape(scores, concat([[-1], [count]], 0))
    images = shape(boxes)[0]

    def suppress(i: Tensor, selected: Tensor, found: Tensor) -> Any:
        limits = (max_output_size, iou_threshold, score_threshold)
        one, number = raw.NonMaxSuppressionV4(boxes[i], scores[i], *limits, pad_to_max_output_size=True)
        row = [[i]]
        selected = raw.TensorScatterUpdate(selected, row, [one])
        return i + 1, selected, raw.TensorScatterUpdate(found, row, [number])

    nothing = [0, fill(stack([images, max_output_size]), 0), fill([images], 0)]
    _, selected, found = while_loop(lambda i, *_: i < images, suppress, nothing)
    found = reshape(found, batch)
    found.set_shape(static)
    return selected, found
