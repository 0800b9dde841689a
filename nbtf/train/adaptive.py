"""Optimizers that scale each element's step by the gradients it has seen: the Adagrad family, Adadelta, RMSProp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.filling import ones, ones_like
from nbtf.array.moving import identity
from nbtf.array.shapes import shape as shape_of
from nbtf.dtypes import DType
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, device
from nbtf.math.casting import cast
from nbtf.math.operands import maximum
from nbtf.train.op_optimizer import OpOptimizer

PENALTIES = {"lr": "learning_rate", "l1": "l1_regularization_strength", "l2": "l2_regularization_strength"}


def _filled_with(number: float) -> Any:
    """An initializer: a tensor of this number."""
    return lambda shape, dtype=None, partition_info=None: constant(number, dtype=dtype, shape=shape)


def _ones(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
    return ones(shape, dtype=dtype)


class AdagradOptimizer(OpOptimizer):
    """accum += gradient^2; var -= learning_rate gradient / sqrt(accum). Slot "accumulator"."""

    STEP = "Adagrad"
    SLOTS = {"accum": "accumulator"}  # noqa: RUF012  # read-only by its annotation in the base

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        """Raises ValueError for an initial value that is not positive."""
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name, lr=learning_rate)
        self._initial_accumulator_value = initial_accumulator_value

    def _filled_like(self, variable: Any, dtype: DType) -> Any:
        return lambda: cast(raw.Fill(shape_of(variable), self._initial_accumulator_value), dtype)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype = variable.dtype.base_dtype
            initializer = _filled_with(self._initial_accumulator_value)
            if not variable.get_shape().is_fully_defined():
                initializer = self._filled_like(variable, dtype)
            self._get_or_make_slot_with_initializer(
                variable, initializer, variable.get_shape(), dtype, "accumulator", self._name
            )


class ProximalAdagradOptimizer(OpOptimizer):
    """Adagrad, then shrinking by l1 and l2 penalties. Slot "accumulator"."""

    STEP = "ProximalAdagrad"
    SLOTS = {"accum": "accumulator"}  # noqa: RUF012
    PARAMETER_NAMES = PENALTIES

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        """Raises ValueError for an initial value that is not positive."""
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(
            use_locking, name, lr=learning_rate, l1=l1_regularization_strength, l2=l2_regularization_strength
        )
        self._initial_accumulator_value = initial_accumulator_value

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            with colocate_with(variable):
                value = constant(
                    self._initial_accumulator_value, dtype=variable.dtype.base_dtype, shape=variable.get_shape()
                )
            self._get_or_make_slot(variable, value, "accumulator", self._name)


class AdagradDAOptimizer(OpOptimizer):
    """Adagrad by dual averaging. Slots "gradient_accumulator", "gradient_squared_accumulator"."""

    STEP = "AdagradDA"
    SLOTS = {  # noqa: RUF012
        "gradient_accumulator": "gradient_accumulator",
        "gradient_squared_accumulator": "gradient_squared_accumulator",
    }

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        """global_step: int64 []. Raises ValueError for an initial value that is not positive."""
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                "initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(use_locking, name, lr=learning_rate)
        self._initial_gradient_squared_accumulator_value = initial_gradient_squared_accumulator_value
        self._penalties = {"l1": l1_regularization_strength, "l2": l2_regularization_strength}
        self._global_step = global_step
        self._next_step: Any = None
        self._step_read: Any = None

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            with colocate_with(variable):
                sums = constant(0.0, dtype=dtype, shape=shape)
                squares = constant(self._initial_gradient_squared_accumulator_value, dtype=dtype, shape=shape)
            self._get_or_make_slot(variable, sums, "gradient_accumulator", self._name)
            self._get_or_make_slot(variable, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self) -> None:
        super()._prepare()
        with colocate_with(self._tensors["lr"]):
            self._next_step = identity(self._global_step) + 1

    def _added(self, form: str, var: Any, dtype: DType, grad: Any, indices: Any = None) -> Any:
        with device(var.device):
            self._step_read = identity(self._next_step)
        return super()._added(form, var, dtype, grad, indices)

    def _scalar(self, parameter: str, var: Any, dtype: DType) -> Any:
        if parameter == "global_step":
            return self._step_read
        if parameter in self._penalties:
            return cast(self._penalties[parameter], dtype)
        return super()._scalar(parameter, var, dtype)


class AdadeltaOptimizer(OpOptimizer):
    """Steps as long as recent steps were. Slots "accum", "accum_update"."""

    STEP = "Adadelta"
    SLOTS = {"accum": "accum", "accum_update": "accum_update"}  # noqa: RUF012
    PARAMETER_NAMES = {}  # noqa: RUF012

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name, lr=learning_rate, rho=rho, epsilon=epsilon)

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "accum", self._name)
            self._zeros_slot(variable, "accum_update", self._name)


class RMSPropOptimizer(OpOptimizer):
    """Divides gradients by the root of the running mean of their squares. Slots "rms", "momentum"; centered: "mg"."""

    SLOTS = {"ms": "rms", "mom": "momentum", "mg": "mg"}  # noqa: RUF012
    PARAMETER_NAMES = {"lr": "learning_rate", "rho": "decay"}  # noqa: RUF012

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name, lr=learning_rate, rho=decay, momentum=momentum, epsilon=epsilon)
        self._centered = centered

    def _step(self) -> str:
        return "CenteredRMSProp" if self._centered else "RMSProp"

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape = variable.dtype.base_dtype, variable.get_shape()
            initial: Any = _ones if shape.is_fully_defined() else ones_like(variable)
            self._get_or_make_slot_with_initializer(variable, initial, shape, dtype, "rms", self._name)
            if self._centered:
                self._zeros_slot(variable, "mg", self._name)
            self._zeros_slot(variable, "momentum", self._name)


class FtrlOptimizer(OpOptimizer):
    """Follow the regularized leader. Slots "accum", "linear"."""

    SLOTS = {"accum": "accum", "linear": "linear"}  # noqa: RUF012

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float | None = None,
    ) -> None:
        """accum_name, linear_name: suffixes of the slots' variables. Raises ValueError for values of the wrong sign."""
        super().__init__(use_locking, name, lr=learning_rate)
        for what, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{what} {value:f} needs to be positive or zero")
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power:f} needs to be negative or zero")
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1, self._l2 = l1_regularization_strength, l2_regularization_strength
        self._l2_shrinkage = l2_shrinkage_regularization_strength
        self._beta = 0.0 if beta is None else beta
        self._accum_name, self._linear_name = accum_name, linear_name

    def _step(self) -> str:
        return "FtrlV2" if self._l2_shrinkage > 0.0 else "Ftrl"

    def _initial_sums(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        return ones(shape, dtype=dtype) * self._initial_accumulator_value

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            dtype, shape, name = variable.dtype.base_dtype, variable.get_shape(), self._accum_name or self._name
            self._get_or_make_slot_with_initializer(variable, self._initial_sums, shape, dtype, "accum", name)
            self._zeros_slot(variable, "linear", self._linear_name or self._name)

    def _prepare(self) -> None:
        rate = self._call_if_callable(self._learning_rate)
        self._tensors["lr"] = convert_to_tensor(rate, name="learning_rate")
        self._tensors["l1"] = convert_to_tensor(self._l1, name="l1_regularization_strength")
        self._tensors["l2"] = self._l2 + self._beta / (2.0 * maximum(rate, 1e-36))
        self._tensors["beta"] = convert_to_tensor(self._beta, name="beta")
        self._tensors["l2_shrinkage"] = convert_to_tensor(
            self._l2_shrinkage, name="l2_shrinkage_regularization_strength"
        )
        self._tensors["lr_power"] = convert_to_tensor(self._learning_rate_power, name="learning_rate_power")
