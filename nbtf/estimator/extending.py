"""Parts of estimators that users put together: functions of logits, and further metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.estimator.base import Estimator
from nbtf.estimator.calling import parameter_names
from nbtf.estimator.modes import ModeKeys
from nbtf.graph.tensor import Tensor

_METRIC_PARAMETERS = ("features", "labels", "predictions", "config")


def call_logit_fn(logit_fn: Callable[..., Any], features: Any, mode: str, params: Any, config: Any) -> Any:
    """What logit_fn makes of features, called with those of mode, params and config that it has parameters for.

    Raises ValueError where that is neither a tensor nor a dict of tensors.
    """
    given = {"mode": mode, "params": params, "config": config}
    names = parameter_names(logit_fn)
    result = logit_fn(features=features, **{name: value for name, value in given.items() if name in names})
    is_dict = isinstance(result, dict) and all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in result.items()
    )
    if not (is_dict or isinstance(result, Tensor)):
        raise ValueError(
            f"logit_fn should return a Tensor or a dictionary mapping strings to Tensors.  logit_fn returned: {result}"
        )
    return result


def add_metrics(estimator: Estimator, metric_fn: Callable[..., dict[str, Any]]) -> Estimator:
    """Another estimator, which also evaluates what metric_fn returns: a dict of (value, update) pairs.

    metric_fn is called with those of features, labels, predictions and config that it has parameters for; its metrics
    come before the estimator's of the same name. Raises ValueError for other parameters.
    """
    names = parameter_names(metric_fn)
    unknown = [name for name in names if name not in _METRIC_PARAMETERS]
    if unknown:
        raise ValueError(f"metric_fn ({metric_fn}) has following not expected args: {unknown}")

    def model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        given = {"features": features, "labels": labels, "predictions": spec.predictions, "config": config}
        added = metric_fn(**{name: given[name] for name in names})
        return spec._replace(eval_metric_ops={**(spec.eval_metric_ops or {}), **added})

    return Estimator(
        model_fn=model_fn,
        model_dir=estimator.model_dir,
        config=estimator.config,
        warm_start_from=estimator._warm_start_settings,
    )
