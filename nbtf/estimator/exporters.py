"""Exporters: what writes SavedModels on the way, after an evaluation."""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbtf import logging
from nbtf.estimator.calling import parameter_names
from nbtf.estimator.evaluation import LOSS
from nbtf.summary.event_file import summary_iterator

if TYPE_CHECKING:
    from nbtf.estimator.base import Estimator

Path = str | os.PathLike[str]

_TIMESTAMP = re.compile(r"\d{10}")


class Exporter:
    """What train_and_evaluate calls after each evaluation."""

    @property
    def name(self) -> str:
        """The folder of its exports, below export/ in model_dir."""
        raise NotImplementedError(f"{type(self).__name__} has no name.")

    def export(
        self,
        estimator: Estimator,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        """Writes an export below export_path, of a checkpoint that was evaluated; gives its path, None for none."""
        raise NotImplementedError(f"{type(self).__name__} exports nothing.")


class _SavedModelExporter(Exporter):
    """What those have in common that write SavedModels."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Any,
        assets_extra: Mapping[str, Path] | None,
        as_text: bool,
    ) -> None:
        self._name = name
        self._serving_input_receiver_fn = serving_input_receiver_fn
        self._assets_extra, self._as_text = assets_extra, as_text

    @property
    def name(self) -> str:
        return self._name

    def _write(self, estimator: Estimator, export_path: str, checkpoint_path: str) -> bytes:
        return estimator.export_saved_model(
            export_path,
            self._serving_input_receiver_fn,
            assets_extra=self._assets_extra,
            as_text=self._as_text,
            checkpoint_path=checkpoint_path,
        )


class FinalExporter(_SavedModelExporter):
    """Exports once, when training has ended."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
    ) -> None:
        """See Estimator.export_saved_model."""
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text)

    def export(
        self,
        estimator: Estimator,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if not is_the_final_export:
            return None
        logging.info("Performing the final export in the end of training.")
        return self._write(estimator, export_path, checkpoint_path)


class LatestExporter(_SavedModelExporter):
    """Exports after every evaluation."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        """exports_to_keep: older ones are deleted; None keeps all. Raises ValueError where it is not positive."""
        if exports_to_keep is not None and exports_to_keep <= 0:
            raise ValueError("`exports_to_keep`, if provided, must be positive number")
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text)
        self._exports_to_keep = exports_to_keep

    def export(
        self,
        estimator: Estimator,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        written = self._write(estimator, export_path, checkpoint_path)
        _delete_older(export_path, self._exports_to_keep)
        return written


def _loss_smaller(best_eval_result: Mapping[str, Any] | None, current_eval_result: Mapping[str, Any] | None) -> bool:
    """Whether the current loss is below the best one. Raises ValueError for a result without a loss."""
    for name, result in (("best_eval_result", best_eval_result), ("current_eval_result", current_eval_result)):
        if not result or LOSS not in result:
            raise ValueError(f"{name} cannot be empty or no loss is found in it.")
    assert best_eval_result is not None and current_eval_result is not None
    return bool(best_eval_result[LOSS] > current_eval_result[LOSS])


class BestExporter(_SavedModelExporter):
    """Exports after an evaluation that is better than all before; the first one always."""

    def __init__(
        self,
        name: str = "best_exporter",
        serving_input_receiver_fn: Callable[[], Any] | None = None,
        event_file_pattern: str | None = "eval/*.tfevents.*",
        compare_fn: Callable[..., bool] = _loss_smaller,
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        """compare_fn: (best_eval_result, current_eval_result) -> whether the current one is better, by default by its
        loss. event_file_pattern: files below model_dir that tell of earlier evaluations, None for none.
        exports_to_keep: older ones are deleted; None keeps all.

        Raises ValueError for a compare_fn of other parameters, and where exports_to_keep is not positive.
        """
        if compare_fn is None:
            raise ValueError("`compare_fn` must not be None.")
        names = parameter_names(compare_fn)
        for required in ("best_eval_result", "current_eval_result"):
            if required not in names:
                raise ValueError(f"compare_fn ({compare_fn}) must include {required} argument.")
        others = set(names) - {"best_eval_result", "current_eval_result"}
        if others:
            raise ValueError(f"compare_fn ({compare_fn}) has following not expected args: {sorted(others)}")
        if exports_to_keep is not None and exports_to_keep <= 0:
            raise ValueError(f"`exports_to_keep`, if provided, must be a positive number. Got {exports_to_keep}")
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text)
        self._compare_fn, self._event_file_pattern = compare_fn, event_file_pattern
        self._exports_to_keep = exports_to_keep
        self._model_dir: str | None = None
        self._best_eval_result: Mapping[str, Any] | None = None
        self._has_exported = False

    def export(
        self,
        estimator: Estimator,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if self._model_dir != estimator.model_dir and self._event_file_pattern:
            self._model_dir = estimator.model_dir
            self._best_eval_result = self._best_so_far(os.path.join(self._model_dir, self._event_file_pattern))
        if (
            self._has_exported
            and self._best_eval_result is not None
            and not self._compare_fn(best_eval_result=self._best_eval_result, current_eval_result=eval_result)
        ):
            return None
        logging.info("Performing best model export.")
        self._best_eval_result = eval_result
        written = self._write(estimator, export_path, checkpoint_path)
        _delete_older(export_path, self._exports_to_keep)
        self._has_exported = True
        return written

    def _best_so_far(self, pattern: str) -> Mapping[str, Any] | None:
        """The best of the results in event files."""
        best = None
        for path in sorted(glob.glob(pattern)):
            for event in summary_iterator(path):
                result = {v.tag: v.simple_value for v in event.summary.value if v.WhichOneof("value") == "simple_value"}
                if result and (best is None or self._compare_fn(best_eval_result=best, current_eval_result=result)):
                    best = result
        return best


def _delete_older(folder: str, count: int | None) -> None:
    """Deletes all exports but the `count` latest ones."""
    if count is None or not os.path.isdir(folder):
        return
    for name in sorted(name for name in os.listdir(folder) if _TIMESTAMP.fullmatch(name))[:-count]:
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
