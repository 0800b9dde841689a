"""tf.contrib.layers: batch normalization and layer normalization."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.array.filling import ones, zeros
from nbtf.array.joining import stack
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.batch_moments import UPDATE_OPS, AveragedNorm
from nbtf.contrib.layers.layer_scopes import (
    NCHW,
    NHWC,
    Activation,
    VariablesCollections,
    channels_order,
    collect_variables,
    collections_for,
    finished,
    model_variables,
)
from nbtf.dtypes import float16
from nbtf.graph.conversion import convert_to_tensor
from nbtf.initializers.constants import Ones, Zeros
from nbtf.layers.normalization import BatchNormalization
from nbtf.math.reductions import reduce_prod
from nbtf.nn.normalizing import batch_normalization, fused_batch_norm, moments
from nbtf.variables.scoping import variable_scope

ONES, ZEROS = Ones(), Zeros()


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: Any = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Activation = None,
    param_initializers: Mapping[str, Any] | None = None,
    param_regularizers: Mapping[str, Any] | None = None,
    updates_collections: Any = UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = NHWC,
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Mapping[str, Any] | None = None,
    renorm_decay: float = 0.99,
    adjustment: Callable[[Any], tuple[Any, Any]] | None = None,
) -> Any:
    """(inputs - mean) / sqrt(variance + epsilon) * gamma + beta, by moments along all axes but the channels'.

    While training (is_training, a bool or a tensor of one) the moments are the batch's, and operations in
    updates_collections bring moving averages nearer to them by 1 - decay; None: the outputs wait for that themselves.
    Else the moments are the moving averages. center: with beta. scale: with gamma. param_initializers,
    param_regularizers: of "beta", "gamma", "moving_mean" and "moving_variance"; so are the keys of
    variables_collections, if it is a dict. batch_weights: [N], of the examples. fused: in one op, where it can (None: so
    too). zero_debias_moving_mean: the moving mean is corrected for its start at 0. renorm, renorm_clipping,
    renorm_decay, adjustment: see tf.layers.BatchNormalization.

    Raises ValueError for unknown channels, another data format, and what does not go together.
    """
    order = channels_order(data_format, (NCHW, NHWC))
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    plain = batch_weights is None and updates_collections == UPDATE_OPS and not zero_debias_moving_mean
    fits = batch_weights is None and not renorm and rank in (2, 4) and adjustment is None
    one_op = fused is not False and fits and (rank == 2 or not plain)
    initializers, regularizers = dict(param_initializers or {}), dict(param_regularizers or {})
    with variable_scope(scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=model_variables()) as sc:
        if plain and not one_op:
            layer = BatchNormalization(
                axis=1 if order == "channels_first" else -1,
                momentum=decay,
                epsilon=epsilon,
                center=center,
                scale=scale,
                beta_initializer=initializers.get("beta") or ZEROS,
                gamma_initializer=initializers.get("gamma") or ONES,
                moving_mean_initializer=initializers.get("moving_mean") or ZEROS,
                moving_variance_initializer=initializers.get("moving_variance") or ONES,
                beta_regularizer=regularizers.get("beta"),
                gamma_regularizer=regularizers.get("gamma"),
                trainable=trainable,
                renorm=renorm,
                renorm_clipping=renorm_clipping,
                renorm_momentum=renorm_decay,
                adjustment=adjustment,
                name=sc.name,
                _scope=sc,
                _reuse=reuse,
                fused=fused,
            )
            outputs = layer(inputs, training=is_training)
            collect_variables(
                variables_collections,
                beta=layer.beta,
                gamma=layer.gamma,
                moving_mean=layer.moving_mean,
                moving_variance=layer.moving_variance,
            )
            return finished(outputs, activation_fn, outputs_collections, sc.name)
        if renorm or adjustment is not None:
            raise ValueError(
                "renorm and adjustment are not supported with batch_weights, updates_collections or "
                "zero_debias_moving_mean"
            )
        norm = AveragedNorm(
            data_format, decay, epsilon, center, scale, trainable, initializers, regularizers, variables_collections
        )
        norm.update_by(updates_collections, zero_debias_moving_mean)
        outputs = norm.fused(inputs, is_training) if one_op else norm.separate(inputs, is_training, batch_weights)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Activation = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
    use_fused_batch_norm: bool | None = None,
) -> Any:
    """(inputs - mean) / sqrt(variance) * gamma + beta, by each example's moments along the axes from begin_norm_axis on.

    beta and gamma, without center and scale left out, have the dims from begin_params_axis on, which must be known.
    use_fused_batch_norm: in one op. Raises ValueError for an unknown rank and axes that the inputs have not.
    """
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError(f"Inputs {inputs.name} has undefined rank.")
        first = begin_norm_axis + rank if begin_norm_axis < 0 else begin_norm_axis
        if begin_params_axis >= rank or first >= rank:
            raise ValueError(
                f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({first}) must be < rank(inputs) ({rank})"
            )
        dims = inputs.shape[begin_params_axis:]
        if not dims.is_fully_defined():
            raise ValueError(
                f"Inputs {inputs.name}: shape(inputs)[{begin_params_axis}:] is not fully defined: {inputs.shape}"
            )

        def parameter(name: str, initializer: Any) -> Any:
            return model_variable(
                name,
                shape=dims,
                dtype=inputs.dtype.base_dtype,
                initializer=initializer,
                collections=collections_for(variables_collections, name),
                trainable=trainable,
            )

        beta = parameter("beta", ZEROS) if center else None
        gamma = parameter("gamma", ONES) if scale else None
        # half precision does not hold 1e-12
        epsilon = 1e-3 if inputs.dtype == float16 else 1e-12
        if use_fused_batch_norm:
            outputs = _fused_layer_norm(inputs, first, beta, gamma, epsilon)
        else:
            mean, variance = moments(inputs, list(range(first, rank)), keep_dims=True)
            outputs = batch_normalization(inputs, mean, variance, offset=beta, scale=gamma, variance_epsilon=epsilon)
        outputs.set_shape(inputs.shape)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


def _fused_layer_norm(inputs: Any, first: int, beta: Any, gamma: Any, epsilon: float) -> Any:
    """The op normalizes channels: examples become the channels, and what is normalized together the batch."""
    dims = shape(inputs)
    examples = reduce_prod(dims[:first])
    columns = transpose(reshape(inputs, stack([examples, -1])))
    images = reshape(columns, stack([-1, 1, 1, examples]))
    one, zero = ones([examples], inputs.dtype), zeros([examples], inputs.dtype)
    normed, _, _ = fused_batch_norm(images, one, zero, epsilon=max(epsilon, 1.001e-5))
    outputs = reshape(transpose(reshape(normed, stack([-1, examples]))), dims)
    if gamma is not None:
        outputs = outputs * gamma
    return outputs if beta is None else outputs + beta
