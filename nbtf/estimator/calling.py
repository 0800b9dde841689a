"""Calling what users hand to an estimator: input functions and model functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from nbtf import logging
from nbtf.data.base import DatasetBase
from nbtf.data.iterators import make_initializable_iterator
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.scopes import device
from nbtf.train.hooks import CheckpointSaverListener
from nbtf.train.session_run_hook import SessionRunHook


def parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the parameters of anything that can be called; a bound `self` is none of them."""
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD))


# ---- input functions -------------------------------------------------------------------------------------------------


class _InitializeIterator(SessionRunHook):
    """Starts the iterator of a dataset in every session that is made."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def begin(self) -> None:
        self._initializer = self._iterator.initializer

    def after_create_session(self, session: Any, coord: Any) -> None:
        session.run(self._initializer)


def inputs_of(input_fn: Callable[..., Any], mode: str, params: Any, config: Any) -> tuple[Any, list[SessionRunHook]]:
    """What an input function returns, of a dataset its next element; and hooks that this needs.

    It is called with those of mode, params and config that it has parameters for.
    """
    given = {"mode": mode, "params": params, "config": config}
    names = parameter_names(input_fn)
    with device("/cpu:0"):
        result = input_fn(**{name: value for name, value in given.items() if name in names})
    if not isinstance(result, DatasetBase):
        return result, []
    iterator = make_initializable_iterator(result)
    return iterator.get_next(), [_InitializeIterator(iterator)]


def features_and_labels(result: Any) -> tuple[Any, Any]:
    """The parts of what an input function gave. Raises ValueError for a sequence of another length than 2."""
    if not isinstance(result, (list, tuple)):
        return result, None
    if len(result) != 2:
        raise ValueError("input_fn should return (features, labels) as a len 2 tuple.")
    return result[0], result[1]


# ---- model functions -------------------------------------------------------------------------------------------------


def check_model_fn(model_fn: Callable[..., Any], params: Any) -> None:
    """Raises ValueError for a model function with other parameters than an estimator has arguments for."""
    names = parameter_names(model_fn)
    if "features" not in names:
        raise ValueError(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        raise ValueError(
            f"model_fn ({model_fn}) does not include params argument, but params ({params}) is passed to Estimator."
        )
    if params is None and "params" in names:
        logging.warning(
            "Estimator's model_fn (%s) includes params argument, but params are not passed to Estimator.", model_fn
        )
    others = [name for name in names if name not in ("features", "labels", "mode", "params", "config")]
    if others:
        raise ValueError(f"model_fn ({model_fn}) has following not expected args: {others}")


def call_model_fn(
    model_fn: Callable[..., Any], features: Any, labels: Any, mode: str, params: Any, config: Any
) -> EstimatorSpec:
    """The spec of a model, built in the default graph.

    Raises ValueError where there are labels that the function does not take, and for anything but an EstimatorSpec.
    """
    names = parameter_names(model_fn)
    if labels is not None and "labels" not in names:
        raise ValueError("model_fn does not take labels, but input_fn returns labels.")
    given = {"labels": labels, "mode": mode, "params": params, "config": config}
    logging.info("Calling model_fn.")
    spec = model_fn(features=features, **{name: value for name, value in given.items() if name in names})
    logging.info("Done calling model_fn.")
    if not isinstance(spec, EstimatorSpec):
        raise ValueError("model_fn should return an EstimatorSpec.")
    return spec


# ---- hooks -----------------------------------------------------------------------------------------------------------


def checked_hooks(hooks: Iterable[SessionRunHook] | None) -> list[SessionRunHook]:
    found = list(hooks or ())
    for hook in found:
        if not isinstance(hook, SessionRunHook):
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook}")
    return found


def checked_listeners(listeners: Iterable[CheckpointSaverListener] | None) -> list[CheckpointSaverListener]:
    found = list(listeners or ())
    for listener in found:
        if not isinstance(listener, CheckpointSaverListener):
            raise TypeError(f"saving_listeners must be a list of CheckpointSaverListener, given: {listener}")
    return found
