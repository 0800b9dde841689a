"""tf.layers: batch normalization, also in one op, with renormalization, and over parts of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.array.filling import ones, ones_like, zeros_like
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.dtypes import DType, as_dtype, bfloat16, float16, float32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, control_dependencies, name_scope
from nbtf.initializers.constants import Ones, Zeros
from nbtf.layers.base import Layer
from nbtf.layers.choices import choose, known
from nbtf.layers.input_spec import InputSpec
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_mean
from nbtf.nn.normalizing import batch_normalization as normalized
from nbtf.nn.normalizing import fused_batch_norm, moments
from nbtf.tensor_shape import TensorShape, as_shape
from nbtf.variables.assigning import assign, assign_sub
from nbtf.variables.policies import VariableAggregation, VariableSynchronization

ONES = Ones()
ZEROS = Zeros()


class BatchNormalization(Layer):
    """(inputs - mean) / sqrt(variance + epsilon) * gamma + beta, by moments along all axes but `axis`.

    While training the moments are the batch's, and the moving averages come nearer to them by 1 - momentum when the
    operations in UPDATE_OPS run; else they are the moving averages. fused: in one op, where it can (None: so too).
    renorm: training uses moving averages too, corrected within renorm_clipping ("rmin", "rmax", "dmax").
    virtual_batch_size: so many examples at a time have moments of their own. adjustment: a function from the shape of
    the inputs to (scale, bias), applied while training. Raises ValueError for axes that the inputs have not, or of
    unknown length.
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = ZEROS,
        gamma_initializer: Any = ONES,
        moving_mean_initializer: Any = ZEROS,
        moving_variance_initializer: Any = ONES,
        beta_regularizer: Callable[[Any], Any] | None = None,
        gamma_regularizer: Callable[[Any], Any] | None = None,
        beta_constraint: Callable[[Any], Any] | None = None,
        gamma_constraint: Callable[[Any], Any] | None = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, Any] | None = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Callable[[Any], tuple[Any, Any]] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        self.axis: Any = axis if isinstance(axis, int) else list(axis)
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.renorm = renorm
        self.virtual_batch_size = virtual_batch_size
        self.adjustment = adjustment
        self.fused = fused is not False and not renorm and virtual_batch_size is None and adjustment is None
        if renorm:
            self.renorm_clipping = dict(renorm_clipping or {})
            allowed = ["rmax", "rmin", "dmax"]
            if set(self.renorm_clipping) - set(allowed):
                raise ValueError(
                    f"Received invalid keys for `renorm_clipping` argument: {renorm_clipping}. Supported values: {allowed}."
                )
            self.renorm_momentum = renorm_momentum

    # ---- variables ----

    def build(self, input_shape: Any) -> None:
        static = as_shape(input_shape)
        rank = static.ndims
        if not rank:
            raise ValueError(f"Input has undefined rank. Received: input_shape={static}.")
        given = [self.axis] if isinstance(self.axis, int) else self.axis
        self.axis = [axis + rank if axis < 0 else axis for axis in given]
        if any(not 0 <= axis < rank for axis in self.axis):
            raise ValueError(
                "Invalid value for `axis` argument. Expected 0 <= axis < inputs.rank (with "
                f"inputs.rank={rank}). Received: axis={tuple(self.axis)}"
            )
        if len(set(self.axis)) != len(self.axis):
            raise ValueError(f"Duplicate axis: {tuple(self.axis)}")
        dims = static.as_list()
        lengths = {axis: dims[axis] for axis in self.axis}
        if None in lengths.values():
            raise ValueError(
                f"Input has undefined `axis` dimension. Received input with shape {tuple(static.dims or ())} and "
                f"axis={tuple(self.axis)}"
            )
        self.fused = self.fused and (rank, self.axis) in ((4, [1]), (4, [3]), (5, [1]), (5, [4]))
        self.input_spec = InputSpec(ndim=rank, axes=lengths)
        self._add_variables(self._parameter_shape(rank, lengths))
        self.built = True

    def _parameter_shape(self, rank: int, lengths: Mapping[int, int]) -> list[int]:
        if len(lengths) == 1 and self.virtual_batch_size is None:
            return list(lengths.values())
        dims = [lengths.get(axis, 1) for axis in range(rank)]
        if self.virtual_batch_size is not None:  # the inputs get an axis of virtual batches
            dims.insert(1, 1)
            self.axis = [axis + 1 for axis in self.axis]
        return dims

    @property
    def _parameter_dtype(self) -> DType:
        dtype = as_dtype(self.dtype or float32)
        return float32 if dtype in (float16, bfloat16) else dtype

    def _add_variables(self, dims: list[int]) -> None:
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                dims,
                self._parameter_dtype,
                self.gamma_initializer,
                self.gamma_regularizer,
                True,
                self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                dims,
                self._parameter_dtype,
                self.beta_initializer,
                self.beta_regularizer,
                True,
                self.beta_constraint,
            )
        partitioner = self._scope.partitioner if self._scope is not None else None
        if self._scope is not None:
            self._scope.set_partitioner(None)  # moments are never cut into parts
        try:
            self.moving_mean = self._add_moment("moving_mean", dims, self.moving_mean_initializer)
            self.moving_variance = self._add_moment("moving_variance", dims, self.moving_variance_initializer)
            if self.renorm:
                with colocate_with(self.moving_variance):
                    self.moving_stddev = self._add_moment("moving_stddev", dims, self._initial_stddev)
                with colocate_with(self.moving_mean):
                    self.renorm_mean = self._add_moment("renorm_mean", dims, self.moving_mean_initializer)
                with colocate_with(self.moving_variance):
                    self.renorm_stddev = self._add_moment("renorm_stddev", dims, self._initial_stddev)
        finally:
            if self._scope is not None:
                self._scope.set_partitioner(partitioner)
        if self.fused:
            self._beta = constant(0.0, self._parameter_dtype, dims) if self.beta is None else self.beta
            self._gamma = constant(1.0, self._parameter_dtype, dims) if self.gamma is None else self.gamma

    def _initial_stddev(self, *args: Any, **kwargs: Any) -> Any:
        return raw.Sqrt(self.moving_variance_initializer(*args, **kwargs))

    def _add_moment(self, name: str, dims: list[int], initializer: Any) -> Any:
        return self.add_weight(
            name,
            dims,
            self._parameter_dtype,
            initializer,
            trainable=False,
            synchronization=VariableSynchronization.ON_READ,
            aggregation=VariableAggregation.MEAN,
        )

    # ---- operations ----

    def call(self, inputs: Any, training: Any = False) -> Any:
        if self.virtual_batch_size is not None:
            return self._over_virtual_batches(inputs, training)
        if self.fused:
            return self._fused(inputs, training)
        return self._normalized(inputs, training)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape)

    def _over_virtual_batches(self, inputs: Any, training: Any) -> Any:
        dims = shape(inputs)
        flat = concat([constant([-1]), dims[1:]], 0)
        parted = concat([constant([self.virtual_batch_size, -1]), flat[1:]], 0)
        return reshape(self._normalized(reshape(inputs, parted), training), flat)

    def _fused(self, inputs: Any, training: Any) -> Any:
        data_format = {(4, 1): "NCHW", (4, 3): "NHWC", (5, 1): "NCDHW", (5, 4): "NDHWC"}
        attrs: dict[str, Any] = {"epsilon": self.epsilon, "data_format": data_format[inputs.shape.ndims, self.axis[0]]}

        def apply(is_training: bool) -> tuple[Any, Any, Any]:
            return fused_batch_norm(
                inputs,
                self._gamma,
                self._beta,
                self.moving_mean,
                self.moving_variance,
                is_training=is_training,
                **attrs,
            )

        outputs, mean, variance = choose(training, lambda: apply(True), lambda: apply(False))
        if known(training) is not False:
            momentum = convert_to_tensor(choose(training, lambda: self.momentum, lambda: 1.0))
            self.add_update(lambda: _move(self.moving_mean, mean, momentum))
            self.add_update(lambda: _move(self.moving_variance, variance, momentum))
        return outputs

    def _normalized(self, inputs: Any, training: Any) -> Any:
        static = inputs.shape
        reduced = [axis for axis in range(static.ndims) if axis not in self.axis]
        if self.virtual_batch_size is not None:
            del reduced[1]
        spread = self._spreading(static, reduced)
        scale, offset = spread(self.gamma), spread(self.beta)
        if known(training) is False:
            mean, variance = self.moving_mean, self.moving_variance
        else:
            scale, offset = self._adjusted(inputs, training, scale, offset)
            keep_dims = self.virtual_batch_size is not None or len(self.axis) > 1
            mean, variance = moments(cast(inputs, self._parameter_dtype), reduced, keep_dims=keep_dims)
            scale, offset, mean, variance = self._trained(training, scale, offset, mean, variance)
        mean, variance = cast(mean, inputs.dtype), cast(variance, inputs.dtype)
        offset = None if offset is None else cast(offset, inputs.dtype)
        scale = None if scale is None else cast(scale, inputs.dtype)
        outputs = normalized(inputs, spread(mean), spread(variance), offset, scale, self.epsilon)
        outputs.set_shape(static)
        return outputs

    def _spreading(self, static: TensorShape, reduced: list[int]) -> Callable[[Any], Any]:
        """Gives vectors the rank of the inputs, where broadcasting does not."""
        rank = static.ndims
        assert rank is not None
        dims = [1] * rank
        dims[self.axis[0]] = static.as_list()[self.axis[0]]

        def spread(value: Any) -> Any:
            if value is None or len(value.shape) == rank or reduced == list(range(rank - 1)):
                return value
            return reshape(value, dims)

        return spread

    def _adjusted(self, inputs: Any, training: Any, scale: Any, offset: Any) -> tuple[Any, Any]:
        if self.adjustment is None:
            return scale, offset
        factor, bias = self.adjustment(shape(inputs))
        factor = choose(training, lambda: factor, lambda: _ones_like(factor))
        bias = choose(training, lambda: bias, lambda: zeros_like(bias))
        return _composed(factor, bias, scale, offset)

    def _trained(self, training: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
        """(scale, offset, mean, variance) while training, or if only a run can tell whether it is."""
        batch_mean, batch_variance = mean, variance
        mean = choose(training, lambda: batch_mean, lambda: convert_to_tensor(self.moving_mean))
        variance = choose(training, lambda: batch_variance, lambda: convert_to_tensor(self.moving_variance))
        if self.virtual_batch_size is not None:
            new_mean = reduce_mean(mean, axis=1, keepdims=True)
            new_variance = reduce_mean(variance, axis=1, keepdims=True)
        else:
            new_mean, new_variance = mean, variance
        if self.renorm:
            r, d, new_mean, new_variance = self._renorm_correction(training, new_mean, new_variance)
            r, d = raw.StopGradient(r, name="renorm_r"), raw.StopGradient(d, name="renorm_d")
            scale, offset = _composed(r, d, scale, offset)

        def update_mean() -> Any:
            return choose(training, lambda: _move(self.moving_mean, new_mean, self.momentum), lambda: self.moving_mean)

        def update_variance() -> Any:
            update = self._move_stddev if self.renorm else self._move_variance
            return choose(training, lambda: update(new_variance), lambda: self.moving_variance)

        self.add_update(update_mean)
        self.add_update(update_variance)
        return scale, offset, mean, variance

    def _move_variance(self, variance: Any) -> Any:
        return _move(self.moving_variance, variance, self.momentum)

    def _move_stddev(self, variance: Any) -> Any:
        moved = _move(self.moving_stddev, raw.Sqrt(variance + self.epsilon), self.momentum)
        new_variance = raw.Relu(moved * moved - self.epsilon)
        with name_scope("AssignNewValue") as scope, colocate_with(self.moving_variance):
            return assign(self.moving_variance, new_variance, name=scope)

    def _renorm_correction(self, training: Any, mean: Any, variance: Any) -> tuple[Any, Any, Any, Any]:
        """(r, d) from the batch's moments to the moving averages, and the moments after those were updated."""
        stddev = raw.Sqrt(variance + self.epsilon)
        renorm_stddev = raw.Maximum(self.renorm_stddev, raw.Sqrt(self.epsilon))
        ratio = stddev / renorm_stddev
        distance = (mean - self.renorm_mean) / renorm_stddev
        with control_dependencies([ratio, distance]):
            mean, stddev = raw.Identity(mean), raw.Identity(stddev)
        r, d = self._clipped(ratio, distance)
        r_chosen = choose(training, lambda: r, lambda: _ones_like(r))
        d_chosen = choose(training, lambda: d, lambda: zeros_like(d))

        def updated(variable: Any, value: Any) -> Any:
            value = raw.Identity(value)
            return choose(
                training, lambda: _move(variable, value, self.renorm_momentum), lambda: raw.Identity(variable)
            )

        updates = [updated(self.renorm_mean, mean), updated(self.renorm_stddev, stddev)]
        with control_dependencies(updates):
            return r_chosen, d_chosen, raw.Identity(mean), raw.Identity(variance)

    def _clipped(self, r: Any, d: Any) -> tuple[Any, Any]:
        rmin, rmax, dmax = (self.renorm_clipping.get(key) for key in ("rmin", "rmax", "dmax"))
        if rmin is not None:
            r = raw.Maximum(r, rmin)
        if rmax is not None:
            r = raw.Minimum(r, rmax)
        if dmax is not None:
            d = raw.Minimum(raw.Maximum(d, -dmax), dmax)
        return r, d


def _composed(scale: Any, offset: Any, then_scale: Any, then_offset: Any) -> tuple[Any, Any]:
    """x -> (x * scale + offset) * then_scale + then_offset, as one scale and one offset."""
    if then_scale is not None:
        scale = scale * then_scale
        offset = offset * then_scale
    if then_offset is not None:
        offset = offset + then_offset
    return scale, offset


def _ones_like(tensor: Any) -> Any:
    static = tensor.shape
    return ones(static, tensor.dtype, "ones_like") if static.is_fully_defined() else ones_like(tensor)


def _move(variable: Any, value: Any, momentum: Any) -> Any:
    """Brings a moving average nearer to `value`."""
    with name_scope("AssignMovingAvg") as scope, colocate_with(variable):
        decay = convert_to_tensor(1.0 - momentum, name="decay")
        dtype = variable.dtype.base_dtype
        delta = (variable - cast(value, dtype)) * cast(decay, dtype)
        return assign_sub(variable, delta, name=scope)


def batch_normalization(
    inputs: Any,
    axis: int | Sequence[int] = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = ZEROS,
    gamma_initializer: Any = ONES,
    moving_mean_initializer: Any = ZEROS,
    moving_variance_initializer: Any = ONES,
    beta_regularizer: Callable[[Any], Any] | None = None,
    gamma_regularizer: Callable[[Any], Any] | None = None,
    beta_constraint: Callable[[Any], Any] | None = None,
    gamma_constraint: Callable[[Any], Any] | None = None,
    training: Any = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
    renorm: bool = False,
    renorm_clipping: Mapping[str, Any] | None = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Callable[[Any], tuple[Any, Any]] | None = None,
) -> Any:
    """The output of a new `BatchNormalization` layer. training: a bool, or a tensor of one. reuse: see `dense`."""
    layer = BatchNormalization(
        axis,
        momentum,
        epsilon,
        center,
        scale,
        beta_initializer,
        gamma_initializer,
        moving_mean_initializer,
        moving_variance_initializer,
        beta_regularizer,
        gamma_regularizer,
        beta_constraint,
        gamma_constraint,
        renorm,
        renorm_clipping,
        renorm_momentum,
        fused,
        trainable,
        virtual_batch_size,
        adjustment,
        name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs, training=training)
