"""Where the first values of an estimator's variables come from, if not from their initializers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from nbtf import logging
from nbtf.saved_model.reader import variables_prefix
from nbtf.train.checkpoint_initializers import warm_start


class _WarmStartSettings(NamedTuple):
    ckpt_to_initialize_from: Any
    vars_to_warm_start: Any
    var_name_to_vocab_info: Mapping[str, Any]
    var_name_to_prev_var_name: Mapping[str, str]


class WarmStartSettings(_WarmStartSettings):
    """Variables that start with the values of a checkpoint, of a prefix or the latest of a folder.

    vars_to_warm_start: a pattern of names of trainable variables, or a list of patterns of any variables, or of
    variables. var_name_to_vocab_info: name -> tf.train.VocabInfo, where the vocabulary has changed.
    var_name_to_prev_var_name: name -> name in the checkpoint. Raises ValueError without a checkpoint.
    """

    __slots__ = ()

    def __new__(
        cls,
        ckpt_to_initialize_from: Any,
        vars_to_warm_start: Any = ".*",
        var_name_to_vocab_info: Mapping[str, Any] | None = None,
        var_name_to_prev_var_name: Mapping[str, str] | None = None,
    ) -> Self:
        if not ckpt_to_initialize_from:
            raise ValueError("`ckpt_to_initialize_from` MUST be set in WarmStartSettings")
        return super().__new__(
            cls,
            ckpt_to_initialize_from,
            vars_to_warm_start,
            var_name_to_vocab_info or {},
            var_name_to_prev_var_name or {},
        )


def settings_of(warm_start_from: Any) -> WarmStartSettings | None:
    """Settings for a path, of a checkpoint or a SavedModel, or as they are. Raises ValueError for anything else."""
    if warm_start_from is None or isinstance(warm_start_from, WarmStartSettings):
        return warm_start_from
    if not isinstance(warm_start_from, (str, os.PathLike)):
        raise ValueError(
            f"warm_start_from must be a string or a WarmStartSettings, instead got {type(warm_start_from)}"
        )
    path = os.fspath(warm_start_from)
    if os.path.isdir(path) and os.path.exists(os.path.join(path, "saved_model.pb")):
        path = variables_prefix(path)
    return WarmStartSettings(ckpt_to_initialize_from=path)


def start_from(settings: WarmStartSettings) -> None:
    """Changes the initializers of the default graph's variables."""
    logging.info("Warm-starting with WarmStartSettings: %s", settings)
    warm_start(*settings)
