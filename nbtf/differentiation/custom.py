"""tf.custom_gradient: a function whose gradient another function makes; tf.recompute_grad, which is one of them."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.gradient_registry import RegisterGradient
from nbtf.graph.gradient_walk import UnconnectedGradients, gradients
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor

_numbers = itertools.count()


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """Decorator of a function that returns its result and a function of the result's gradients.

    f(*tensors) -> (result, grad_fn); grad_fn(*gradients of the flat result) -> gradients of the tensors. Where f reads
    resource variables that are not among its arguments, grad_fn takes a keyword `variables` and returns a pair:
    gradients of the tensors, and a list of those of the variables.
    Raises ValueError for keyword arguments and for a wrong number of gradients, TypeError for variables that have no
    handle, or a grad_fn that does not take them.
    """
    if f is None:
        return custom_gradient
    function = f

    @functools.wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise ValueError(
                "The custom_gradient decorator currently supports keywords arguments only when eager execution is enabled."
            )
        return _Call(function, args).result

    return decorated


class _Call:
    """One call of a decorated function: its results and arguments pass through an IdentityN of their own gradient."""

    def __init__(self, function: Callable[..., Any], args: Sequence[Any]) -> None:
        graph = get_default_graph()
        args = nest.map_structure(convert_to_tensor, list(args))
        known = set(graph.get_collection(GraphKeys.GLOBAL_VARIABLES))
        result, self._gradient_function = function(*args)
        self._args = nest.flatten(args)
        flat = [convert_to_tensor(one) for one in nest.flatten(result)]
        made = [one for one in graph.get_collection(GraphKeys.GLOBAL_VARIABLES) if one not in known]
        _check_resources(made)
        self._variables = _variables_between(flat, self._args)
        self._check_takes_variables()
        self._result_count = len(flat)
        name = f"CustomGradient-{next(_numbers)}"
        RegisterGradient(name)(self._gradient)
        for one in flat:
            raw.Identity(one)  # nothing reads these: TensorFlow's graphs have them
        originals = [*flat, *self._args, *self._variables]
        with graph.gradient_override_map({"IdentityN": name}):
            passed = raw.IdentityN(originals)
        for variable in self._variables:
            raw.ReadVariableOp(variable.handle, variable.dtype)
        for original, own in zip([*flat, *self._args], passed, strict=False):
            own.handle_data = original.handle_data
        self.result = nest.pack_sequence_as(result, passed[: len(flat)])

    def _check_takes_variables(self) -> None:
        if not self._variables:
            return
        taken = inspect.getfullargspec(self._gradient_function)
        if "variables" not in taken.args and "variables" not in taken.kwonlyargs and not taken.varkw:
            raise TypeError(
                "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses variables: "
                f"{self._variables}"
            )

    def _gradient(self, op: Operation, *gradients_of_outputs: Any) -> list[Any]:
        given = gradients_of_outputs[: self._result_count]
        if self._variables:
            of_args, of_variables = self._gradient_function(*given, variables=self._variables)
            if len(of_variables) != len(self._variables):
                raise ValueError(
                    "Must return gradient for each variable from @custom_gradient grad_fn. "
                    f"Expected {len(self._variables)} gradients, got {len(of_variables)}."
                )
        else:
            of_args, of_variables = self._gradient_function(*given), []
        of_args = nest.flatten(of_args)
        if len(of_args) != len(self._args):
            raise ValueError(
                f"custom_gradient function expected to return {len(self._args)} gradients, but returned {len(of_args)} "
                "instead."
            )
        return [*[None] * self._result_count, *of_args, *of_variables]


def _check_resources(variables: Sequence[Any]) -> None:
    for variable in variables:
        if not isinstance(getattr(variable, "handle", None), Tensor):
            raise TypeError(
                "All variables used by a function wrapped with @custom_gradient must be `ResourceVariable`s. Ensure that "
                f"no `variable_scope` is created with `use_resource=False`. Received: {variable}"
            )


def _variables_between(results: Sequence[Tensor], args: Sequence[Tensor]) -> list[Any]:
    """The trainable resource variables that results depend on, other than through the arguments."""
    ends = {tensor.op for tensor in args}
    seen: set[Operation] = set()
    pending = [tensor.op for tensor in results]
    while pending:
        op = pending.pop()
        if op not in seen and op not in ends:
            seen.add(op)
            pending.extend(tensor.op for tensor in op.inputs)
    trainable = get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES)
    return [one for one in trainable if isinstance(getattr(one, "handle", None), Tensor) and one.handle.op in seen]


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function like f whose intermediate tensors are computed again for the gradient, instead of being kept."""

    @custom_gradient
    def inner(*args: Any) -> Any:
        result = f(*args)

        def gradient(*d_results: Any, variables: Any = None) -> Any:
            # a data dependency: nothing of f is computed again before there is a gradient
            first = raw.Reshape(d_results[0], [-1])[:1]
            there = raw.Cast(raw.Max(first, [0]), bool)
            nothing = raw.SelectV2(raw.Equal(there, there), 0.0, float("nan"))
            again = [raw.Identity(arg) for arg in args]
            again = [arg + raw.Cast(nothing, arg.dtype.base_dtype) for arg in again]
            handles = [variable.handle for variable in variables or ()]
            found = gradients(
                nest.flatten(f(*again)),
                [*again, *handles],
                grad_ys=list(d_results),
                unconnected_gradients=UnconnectedGradients.ZERO,
            )
            of_args, of_variables = found[: len(again)], found[len(again) :]
            return (of_args, of_variables) if variables else of_args

        return result, gradient

    return functools.wraps(f)(inner)


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """f, through which gradients pass as if it were the identity: grad_pass_through(tf.round)(x)."""

    @custom_gradient
    def through(*args: Any, **kwargs: Any) -> Any:
        def gradient(*d_results: Any, variables: Any = None) -> Any:
            if variables is not None:
                return d_results, [None] * len(variables)
            return d_results

        return f(*args, **kwargs), gradient

    return through  # type: ignore[no-any-return]
