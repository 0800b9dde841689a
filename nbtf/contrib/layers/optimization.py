"""tf.contrib.layers: a training step of a loss, with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf.contrib.layers.gradient_changes import Gradients, clipped_by_norm, multiplied, noisy
from nbtf.control_flow.grouping import with_dependencies
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Constant
from nbtf.math.clipping import global_norm
from nbtf.summary.summaries import histogram, scalar
from nbtf.train.adam import AdamOptimizer
from nbtf.train.adaptive import AdagradOptimizer, FtrlOptimizer, RMSPropOptimizer
from nbtf.train.descent import GradientDescentOptimizer, MomentumOptimizer
from nbtf.train.optimizer import Optimizer
from nbtf.train.steps import assert_global_step, get_global_step
from nbtf.variables.initialization import trainable_variables
from nbtf.variables.scoping import get_variable, variable_scope

OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Optimizer]] = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Ftrl": FtrlOptimizer,
    "Momentum": lambda learning_rate: MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": RMSPropOptimizer,
    "SGD": GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]
_DEFAULT_SUMMARIES = ["loss", "learning_rate", "global_gradient_norm"]


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    clip_gradients: float | Callable[[Gradients], Gradients] | None = None,
    learning_rate_decay_fn: Callable[[Any, Any], Any] | None = None,
    update_ops: Sequence[Any] | None = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Any:
    """The loss, a scalar, that cannot be computed without a step of training: fetch it to train.

    global_step: None for the graph's own, if it has one; it is counted up unless increment_global_step is False.
    learning_rate: a float, which becomes a variable, a scalar tensor, or None where the optimizer has its own.
    optimizer: a name ("SGD", "Adam" ...), a class, an instance, or a function of the learning rate. Gradients get
    noise of gradient_noise_scale, factors by variable or its name, and a bound: of their common norm, or what a
    function of (gradient, variable) pairs makes of them. learning_rate_decay_fn: a function of learning rate and global
    step. update_ops: run before the loss is computed, by default those in UPDATE_OPS. variables: what is trained, by
    default all trainable variables. name: of the variable scope. summaries: some of OPTIMIZER_SUMMARIES.

    Raises ValueError for arguments that are not as said, or where there is nothing to train.
    """
    loss = convert_to_tensor(loss)
    if loss.shape.ndims not in (0, None):
        raise ValueError(f"Expected scalar shape for {loss.name}, saw shape: {loss.shape}.")
    if global_step is None:
        global_step = get_global_step()
    else:
        assert_global_step(global_step)
    with variable_scope(name, "OptimizeLoss", [loss, global_step]):
        if update_ops is None:
            update_ops = list(dict.fromkeys(get_collection(GraphKeys.UPDATE_OPS)))
        if update_ops:
            loss = with_dependencies(list(update_ops), loss)
        rate = _learning_rate(learning_rate)
        wanted = _checked_summaries(summaries)
        if learning_rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("global_step is required for learning_rate_decay_fn.")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in wanted:
                scalar("learning_rate", rate)
        opt = _optimizer(optimizer, rate)
        trained = trainable_variables() if variables is None else variables
        gradients = opt.compute_gradients(loss, trained, colocate_gradients_with_ops=colocate_gradients_with_ops)
        if gradient_noise_scale is not None:
            gradients = noisy(gradients, gradient_noise_scale)
        if gradient_multipliers is not None:
            gradients = multiplied(gradients, gradient_multipliers)
        gradients = _clipped(gradients, clip_gradients, wanted)
        _summarize(loss, gradients, clip_gradients is not None, wanted)
        step = global_step if increment_global_step else None
        trained_once = opt.apply_gradients(gradients, global_step=step, name="train")
        return with_dependencies([trained_once], loss)


def _learning_rate(given: Any) -> Any:
    if given is None or (isinstance(given, Tensor) and given.shape.ndims == 0):
        return given
    if not isinstance(given, float):
        raise ValueError(f"Learning rate should be 0d Tensor or float. Got {given} of type {type(given)}")
    if given < 0.0:
        raise ValueError(f"Invalid learning_rate {given}.")
    return get_variable("learning_rate", [], trainable=False, initializer=Constant(given))


def _checked_summaries(given: Sequence[str] | None) -> Sequence[str]:
    for one in given or ():
        if one not in OPTIMIZER_SUMMARIES:
            allowed = ", ".join(OPTIMIZER_SUMMARIES)
            raise ValueError(f"Summaries should be one of [{allowed}], you provided {one}.")
    return _DEFAULT_SUMMARIES if given is None else given


def _optimizer(given: Any, rate: Any) -> Optimizer:
    if isinstance(given, Optimizer):
        return given
    made_of_rate = isinstance(given, str) or (isinstance(given, type) and issubclass(given, Optimizer))
    if made_of_rate and rate is None:
        kind = "string" if isinstance(given, str) else "class"
        raise ValueError(f"Learning rate is None, but should be specified if optimizer is {kind} ({given}).")
    if isinstance(given, str):
        if given not in OPTIMIZER_CLS_NAMES:
            names = ", ".join(OPTIMIZER_CLS_NAMES)
            raise ValueError(f"Optimizer name should be one of [{names}], you provided {given}.")
        return OPTIMIZER_CLS_NAMES[given](learning_rate=rate)
    if made_of_rate:
        made: Optimizer = given(learning_rate=rate)
        return made
    if not callable(given):
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of Optimizer or "
            f"function with one argument. Got {given}."
        )
    made = given() if rate is None else given(rate)
    if not isinstance(made, Optimizer):
        raise ValueError(f"Unrecognized optimizer: function should return subclass of Optimizer. Got {made}.")
    return made


def _norms(wanted: Sequence[str]) -> bool:
    return "global_gradient_norm" in wanted or "gradient_norm" in wanted


def _clipped(gradients: Gradients, bound: Any, wanted: Sequence[str]) -> Gradients:
    if _norms(wanted):
        scalar("global_norm/gradient_norm", global_norm([gradient for gradient, _ in gradients]))
    if isinstance(bound, float):
        return clipped_by_norm(gradients, bound)
    if callable(bound):
        changed: Gradients = bound(gradients)
        return changed
    if bound is not None:
        raise ValueError(f"Unknown type {type(bound)} for clip_gradients")
    return gradients


def _summarize(loss: Any, gradients: Gradients, clipped: bool, wanted: Sequence[str]) -> None:
    if "loss" in wanted:
        scalar("loss", loss)
    for gradient, variable in gradients:
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        if values is None:
            continue
        name = variable.name.replace(":", "_")
        if "gradients" in wanted:
            histogram(f"gradients/{name}", values)
        if "gradient_norm" in wanted:
            scalar(f"gradient_norm/{name}", global_norm([values]))
    if clipped and _norms(wanted):
        scalar("global_norm/clipped_gradient_norm", global_norm([gradient for gradient, _ in gradients]))
