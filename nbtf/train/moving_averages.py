"""Moving averages: shadow variables that follow variables and tensors with exponential decay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf import dtypes
from nbtf.control_flow.branching import cond
from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import colocate_with, device, init_scope, name_scope
from nbtf.initializers.constants import Zeros
from nbtf.math.casting import cast
from nbtf.math.operands import minimum
from nbtf.math.operands import pow as power
from nbtf.train import slots
from nbtf.variables.assigning import assign, assign_sub
from nbtf.variables.initialization import (
    global_variables,
    is_variable_initialized,
    moving_average_variables,
    trainable_variables,
)
from nbtf.variables.scoping import get_variable, variable_scope
from nbtf.variables.variable import Variable

_AVERAGED = (dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64)
_VARIABLES = ("Variable", "VariableV2", "VarHandleOp")


class ExponentialMovingAverage:
    """shadow -= (1 - decay) (shadow - value), for each variable or tensor that `apply` is given.

    The shadow of a variable starts at its value, that of a tensor at zero. num_updates: with it the decay is
    min(decay, (1 + num_updates) / (10 + num_updates)): averages move faster at first. zero_debias: corrects averages of
    tensors for their start at zero.
    """

    def __init__(
        self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Any] = {}

    @property
    def name(self) -> str:
        """What a shadow's name ends with."""
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Operation:
        """The operation that moves the shadows of `var_list`, all trainable variables unless given; makes new shadows.

        Raises TypeError for what holds no floats.
        """
        followed = trainable_variables() if var_list is None else list(var_list)
        debiased = {followed_one for followed_one in followed if self._make_average(followed_one)}
        with name_scope(self._name) as scope:
            decay = self._current_decay()
            updates = [
                assign_moving_average(self._averages[one], one, decay, zero_debias=one in debiased) for one in followed
            ]
            return group(*updates, name=scope)

    def _make_average(self, followed: Any) -> bool:
        """Makes the shadow of a variable or tensor if there is none; whether its start at zero needs correction."""
        if followed.dtype.base_dtype not in _AVERAGED:
            raise TypeError(f"The variables must be half, float, or double: {followed.name}")
        if followed in self._averages:
            return False
        with init_scope():
            if isinstance(followed, Variable):
                with device(followed.device):
                    value = cond(is_variable_initialized(followed), followed.read_value, lambda: followed.initial_value)
                self._averages[followed] = slots.create_slot(followed, value, self._name)
                default_stacks.get_default_graph().add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, followed)
                return False
            self._averages[followed] = slots.create_zeros_slot(
                followed, self._name, colocate_with_primary=followed.op.type in _VARIABLES
            )
        return self._zero_debias

    def _current_decay(self) -> Any:
        decay = convert_to_tensor(self._decay, dtype=dtypes.float32, name="decay")
        if self._num_updates is None:
            return decay
        updates = cast(self._num_updates, dtypes.float32, name="num_updates")
        return minimum(decay, (1.0 + updates) / (10.0 + updates))

    def average(self, var: Any) -> Any:
        """The shadow of a variable or tensor; None before it was given to `apply`."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """The name of the shadow, whether there is one or not."""
        if var in self._averages:
            return str(self._averages[var].op.name)
        return default_stacks.get_default_graph().unique_name(f"{var.op.name}/{self._name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> dict[str, Any]:
        """For a Saver: name in the checkpoint -> variable, averaged variables (trainable ones, unless given) by the
        names of their shadows, and all others by their own."""
        averaged = moving_avg_variables
        if averaged is None:
            averaged = trainable_variables() + moving_average_variables()
        averaged = dict.fromkeys(averaged)
        found = {self.average_name(variable): variable for variable in averaged}
        names = {variable.name for variable in averaged}
        for variable in dict.fromkeys(global_variables()):
            if variable.name not in names and variable.op.name not in found:
                found[variable.op.name] = variable
        return found


def assign_moving_average(
    variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Any:
    """variable -= (1 - decay) (variable - value), and what it holds then.

    zero_debias: the variable started at zero; it is made the average of the values seen, weighted alike.
    """
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        rest = cast(convert_to_tensor(1.0 - decay, name="decay"), variable.dtype.base_dtype)
        if zero_debias:
            return _assign_debiased(variable, value, rest, scope)
        return assign_sub(variable, (variable - value) * rest, name=scope)


def _assign_debiased(unbiased: Any, value: Any, rest: Any, scope: str) -> Any:
    """Keeps the biased average and the number of steps in variables of their own, under the unbiased one's name."""
    with variable_scope(unbiased.op.name, values=[unbiased, value, rest]), colocate_with(unbiased), init_scope():
        dtype = unbiased.dtype.base_dtype
        biased = get_variable("biased", initializer=Zeros(), shape=unbiased.get_shape(), dtype=dtype, trainable=False)
        steps = get_variable("local_step", shape=[], dtype=dtype, initializer=Zeros(), trainable=False)
    moved = assign_sub(biased, (biased - value) * rest)
    counted = steps.assign_add(1)
    return assign(unbiased, moved / (1 - power(1.0 - rest, counted)), name=scope)
