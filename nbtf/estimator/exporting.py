"""Writing an estimator's model as a SavedModel, a graph for each mode."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbtf import logging
from nbtf.errors import NotFoundError
from nbtf.estimator.export.outputs import outputs_of, signature_defs
from nbtf.estimator.modes import ModeKeys
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.graph import Graph
from nbtf.random.seeds import set_random_seed
from nbtf.saved_model import tag_constants
from nbtf.saved_model.builder import SavedModelBuilder
from nbtf.session import Session
from nbtf.train.saver import Saver
from nbtf.train.scaffold import Scaffold
from nbtf.train.steps import create_global_step

if TYPE_CHECKING:
    from nbtf.estimator.base import Estimator

Path = str | os.PathLike[str]

_TAGS = {ModeKeys.TRAIN: tag_constants.TRAINING, ModeKeys.EVAL: "eval", ModeKeys.PREDICT: tag_constants.SERVING}
"""In the order in which graphs are written; the first one brings the variables."""
_TRAIN_OP_KEY = "saved_model_train_op"
_TRIES = 10


def export_all(
    estimator: Estimator,
    base: Path,
    receiver_fns: Mapping[str, Callable[[], Any]],
    checkpoint_path: str,
    assets_extra: Mapping[str, Path] | None,
    as_text: bool,
    strip_default_attrs: bool,
) -> bytes:
    """The folder that it wrote; it appears whole or not at all."""
    if not any(mode in receiver_fns for mode in _TAGS):
        raise ValueError(f"No valid modes for exporting found. Got {receiver_fns.keys()}.")
    folder = _new_folder(base)
    unfinished = os.path.join(os.path.dirname(folder), f"temp-{os.path.basename(folder)}")
    builder = SavedModelBuilder(unfinished)
    modes = [mode for mode in _TAGS if mode in receiver_fns]
    for mode in modes:
        _add_graph(estimator, builder, receiver_fns[mode], mode, checkpoint_path, mode == modes[0], strip_default_attrs)
    builder.save(as_text)
    for name, source in (assets_extra or {}).items():
        target = os.path.join(unfinished, "assets.extra", name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)
    os.rename(unfinished, folder)
    return os.fsencode(folder)


def _new_folder(base: Path) -> str:
    """A folder below base that is not there yet, named by the time in seconds. RuntimeError where there is none."""
    for _ in range(_TRIES):
        folder = os.path.join(os.fspath(base), str(int(time.time())))
        if not os.path.exists(folder):
            return folder
        time.sleep(1)
        logging.warning("Directory %s already exists; retrying.", folder)
    raise RuntimeError(f"Failed to obtain a unique export directory name after {_TRIES} attempts.")


def _add_graph(
    estimator: Estimator,
    builder: SavedModelBuilder,
    receiver_fn: Callable[[], Any],
    mode: str,
    checkpoint_path: str,
    with_variables: bool,
    strip_default_attrs: bool,
) -> None:
    config = estimator.config
    with Graph().as_default() as graph:
        create_global_step(graph)
        set_random_seed(config.tf_random_seed)
        receiver = receiver_fn()
        spec = estimator._call_model_fn(receiver.features, getattr(receiver, "labels", None), mode, config)
        signatures = signature_defs(receiver, outputs_of(spec), serving_only=mode == ModeKeys.PREDICT)
        local_init = spec.scaffold.local_init_op
        with Session(config=config.session_config) as session:
            if local_init is None:
                local_init = Scaffold.default_local_init_op()
            saver = spec.scaffold.saver or Saver(sharded=True)
            _restore(saver, session, checkpoint_path)
            if spec.train_op is not None:
                add_to_collection(_TRAIN_OP_KEY, spec.train_op)
            add = builder.add_meta_graph_and_variables if with_variables else None
            kwargs: dict[str, Any] = {
                "tags": [_TAGS[mode]],
                "signature_def_map": signatures,
                "assets_collection": get_collection(GraphKeys.ASSET_FILEPATHS),
                "main_op": local_init,
                "saver": saver,
                "strip_default_attrs": strip_default_attrs,
            }
            if add is not None:
                add(session, **kwargs)
            else:
                builder.add_meta_graph(**kwargs)


def _restore(saver: Any, session: Session, checkpoint_path: str) -> None:
    try:
        saver.restore(session, checkpoint_path)
    except NotFoundError as error:
        raise ValueError(
            "Could not load all requested variables from checkpoint. Please make sure your model_fn does not expect "
            f"variables that were not saved in the checkpoint.\n\n{error}"
        ) from error
