"""tf.contrib.layers: batch normalization whose moving averages are updated otherwise than tf.layers does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.array.shapes import reshape
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.layers.layer_scopes import NCHW, VariablesCollections, channels_of, collections_for
from nbtf.contrib.layers.named_outputs import smart_cond
from nbtf.dtypes import float16, float32
from nbtf.graph.collections import GraphKeys, add_to_collections
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.initializers.constants import Ones, Zeros
from nbtf.layers.choices import known
from nbtf.nn.normalizing import batch_normalization, fused_batch_norm, moments, weighted_moments
from nbtf.train.moving_averages import assign_moving_average
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope

UPDATE_OPS = GraphKeys.UPDATE_OPS
_STARTS = {"beta": Zeros(), "gamma": Ones(), "moving_mean": Zeros(), "moving_variance": Ones()}


class AveragedNorm:
    """One batch_norm layer in the current variable scope; see `batch_norm` for its facts."""

    def __init__(
        self,
        data_format: str,
        decay: Any,
        epsilon: float,
        center: bool,
        scale: bool,
        trainable: bool,
        initializers: Mapping[str, Any],
        regularizers: Mapping[str, Any],
        variables_collections: VariablesCollections,
    ) -> None:
        self.data_format = data_format
        self.decay = decay
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.trainable = trainable
        self.initializers = initializers
        self.regularizers = regularizers
        self.variables_collections = variables_collections

    def update_by(self, updates_collections: Any, zero_debias: bool) -> None:
        """Where the operations go that update the moving averages; None: outputs wait for them."""
        self.updates_collections = updates_collections
        self.zero_debias = zero_debias

    # ---- variables ----

    def _variable(self, name: str, channels: int, dtype: Any, trainable: bool) -> Any:
        return model_variable(
            name,
            shape=[channels],
            dtype=dtype,
            initializer=self.initializers.get(name, _STARTS[name]),
            regularizer=self.regularizers.get(name) if trainable or name in ("beta", "gamma") else None,
            trainable=trainable,
            collections=collections_for(self.variables_collections, name),
        )

    def _averages(self, channels: int, dtype: Any) -> tuple[Any, Any]:
        """(moving_mean, moving_variance), which are never cut into parts."""
        with variable_scope(get_variable_scope()) as scope:
            scope.set_partitioner(None)
            mean = self._variable("moving_mean", channels, dtype, False)
            return mean, self._variable("moving_variance", channels, dtype, False)

    # ---- operations ----

    def fused(self, inputs: Any, is_training: Any) -> Any:
        """In one op, which takes images: rows of features become images of one pixel."""
        static, rows = inputs.shape, inputs.shape.ndims == 2
        channels = channels_of(inputs, self.data_format)
        if rows:
            pixels = [-1, channels, 1, 1] if self.data_format == NCHW else [-1, 1, 1, channels]
            inputs = reshape(inputs, pixels)
        dtype = float32 if inputs.dtype == float16 else inputs.dtype.base_dtype
        beta = (
            self._variable("beta", channels, dtype, self.trainable) if self.center else constant(0.0, dtype, [channels])
        )
        gamma = (
            self._variable("gamma", channels, dtype, self.trainable) if self.scale else constant(1.0, dtype, [channels])
        )
        moving_mean, moving_variance = self._averages(channels, dtype)

        def of_batch() -> Any:
            return fused_batch_norm(inputs, gamma, beta, epsilon=self.epsilon, data_format=self.data_format)

        def of_averages() -> Any:
            return fused_batch_norm(
                inputs,
                gamma,
                beta,
                mean=moving_mean,
                variance=moving_variance,
                epsilon=self.epsilon,
                is_training=False,
                data_format=self.data_format,
            )

        outputs, mean, variance = smart_cond(is_training, of_batch, of_averages)
        (outputs,) = self._updated(is_training, (moving_mean, moving_variance), (mean, variance), [outputs], [outputs])
        outputs.set_shape(inputs.shape)
        if rows:
            outputs = reshape(outputs, [-1 if dim is None else dim for dim in static.as_list()])
        return outputs

    def separate(self, inputs: Any, is_training: Any, batch_weights: Any) -> Any:
        """In several ops. batch_weights: [N], of the examples, or None."""
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError(f"Inputs {inputs.name} has undefined rank.")
        first = self.data_format == NCHW
        channels = channels_of(inputs, self.data_format)
        dtype = inputs.dtype.base_dtype
        if batch_weights is not None:
            batch_weights = reshape(batch_weights, [-1] + [1] * (rank - 1))
        axes = [axis for axis in range(rank) if axis != (1 if first else rank - 1)]
        beta = self._variable("beta", channels, dtype, self.trainable) if self.center else None
        gamma = self._variable("gamma", channels, dtype, self.trainable) if self.scale else None
        moving_mean, moving_variance = self._averages(channels, dtype)
        mean, variance = moving_mean, moving_variance
        if known(is_training) is not False:
            if batch_weights is None:
                mean, variance = moments(inputs, axes, keep_dims=first)
            else:
                mean, variance = weighted_moments(inputs, axes, batch_weights, keep_dims=first)
            if first:
                mean, variance = reshape(mean, [-1]), reshape(variance, [-1])
            averages = (moving_mean, moving_variance)
            mean, variance = self._updated(is_training, averages, (mean, variance), [mean, variance], averages)
        if first:
            dims = [1, channels] + [1] * (rank - 2)
            mean, variance = reshape(mean, dims), reshape(variance, dims)
            beta = None if beta is None else reshape(beta, dims)
            gamma = None if gamma is None else reshape(gamma, dims)
        outputs = batch_normalization(inputs, mean, variance, beta, gamma, self.epsilon)
        outputs.set_shape(inputs.shape)
        return outputs

    def _updated(self, is_training: Any, averages: Any, batch: Any, trained: Any, untrained: Any) -> Any:
        """What the outputs are made of, `trained` or `untrained`, after the averages were updated if they wait for it."""
        if known(is_training) is False:
            return untrained

        def updates() -> list[Any]:
            mean = assign_moving_average(averages[0], batch[0], self.decay, zero_debias=self.zero_debias)
            return [mean, assign_moving_average(averages[1], batch[1], self.decay, zero_debias=False)]

        if self.updates_collections is None:

            def forced() -> list[Any]:
                with control_dependencies(updates()):
                    return [raw.Identity(one) for one in trained]

            chosen = smart_cond(is_training, forced, lambda: list(untrained))
            return chosen if isinstance(chosen, (list, tuple)) else [chosen]
        for update in smart_cond(is_training, updates, lambda: list(averages)):
            add_to_collections(self.updates_collections, update)
        if trained is untrained or len(trained) == 1:
            return trained
        return smart_cond(is_training, lambda: list(trained), lambda: list(untrained))
