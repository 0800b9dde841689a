"""tf.contrib.layers: images as sequences of columns, and where in an image features are."""

from __future__ import annotations

from typing import Any

from nbtf.array.grids import meshgrid
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.layer_scopes import NCHW, NHWC, VariablesCollections, channels_order, collections_for
from nbtf.contrib.layers.named_outputs import collect_named_outputs
from nbtf.dtypes import float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Constant, Ones
from nbtf.math.reductions import reduce_sum
from nbtf.nn.activations import softmax
from nbtf.variables.scoping import variable_scope


@add_arg_scope
def images_to_sequence(inputs: Any, data_format: str = NHWC, outputs_collections: Any = None, scope: Any = None) -> Any:
    """The columns of images, from left to right: [N, H, W, C] or "NCHW" -> [W, N * H, C].

    Raises ValueError for another data format, another rank, and unknown W or C.
    """
    order = channels_order(data_format, (NCHW, NHWC))
    with name_scope(scope, "ImagesToSequence", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        if order == "channels_first":
            inputs = transpose(inputs, [0, 2, 3, 1])
        _, _, width, depth = inputs.shape.as_list()
        dims = shape(inputs)
        batch, height = dims[0], dims[1]
        columns = transpose(inputs, [2, 0, 1, 3])
        return collect_named_outputs(outputs_collections, sc, reshape(columns, [width, batch * height, depth]))


@add_arg_scope
def sequence_to_images(
    inputs: Any,
    height: int,
    output_data_format: str = "channels_last",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """`images_to_sequence` turned round: [W, N * height, C] -> [N, height, W, C], or [N, C, height, W].

    output_data_format: "channels_last" or "channels_first". Raises ValueError for another rank.
    """
    with name_scope(scope, "SequenceToImages", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        width, rows, depth = inputs.shape.as_list()
        batch = -1 if rows is None else rows // height
        images = reshape(inputs, [width, batch, height, depth])
        order = [1, 3, 2, 0] if output_data_format == "channels_first" else [1, 2, 0, 3]
        return collect_named_outputs(outputs_collections, sc, transpose(images, order))


@add_arg_scope
def spatial_softmax(
    features: Any,
    temperature: float | None = None,
    name: str | None = None,
    variables_collections: VariablesCollections = None,
    trainable: bool = True,
    data_format: str = NHWC,
) -> Any:
    """The mean place of each channel's features, weighted by their softmax: [N, H, W, C] or "NCHW" -> [N, 2 * C].

    Places are (row, column) from -1 to 1. temperature: what features are divided by, the start of a variable; by
    default 1. trainable: whether it is trained. variables_collections: the variable's, if it is.

    Raises ValueError for another data format.
    """
    order = channels_order(data_format, (NCHW, NHWC))
    with variable_scope(name, "spatial_softmax"):
        features = convert_to_tensor(features)
        known, dims = features.shape.as_list(), shape(features)
        first = 2 if order == "channels_first" else 1
        height, width = dims[first], dims[first + 1]
        channels = known[1 if order == "channels_first" else 3]
        with name_scope("spatial_softmax_op", "spatial_softmax_op", [features]):
            rows, columns = meshgrid(raw.LinSpace(-1.0, 1.0, height), raw.LinSpace(-1.0, 1.0, width), indexing="ij")
            rows = reshape(rows, [height * width])
            columns = reshape(columns, [height * width])
            heat = model_variable(
                "temperature",
                shape=(),
                dtype=float32,
                initializer=Ones() if temperature is None else Constant(temperature),
                collections=collections_for(variables_collections, "temperature") if trainable else None,
                trainable=trainable,
            )
            if order == "channels_last":
                features = transpose(features, [0, 3, 1, 2])
            shares = softmax(reshape(features, [-1, height * width]) / heat)
            places = [reduce_sum(axis * shares, [1], keepdims=True) for axis in (rows, columns)]
            found = reshape(concat(places, 1), [-1, channels * 2])
            found.set_shape([known[0], channels * 2])
            return found
