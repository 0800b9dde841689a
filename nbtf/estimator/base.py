"""Estimator: a model function with a folder, that is trained, evaluated, run and exported."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbtf import logging
from nbtf.checkpoint.reader import list_variables, load_checkpoint, load_variable
from nbtf.checkpoint.state import latest_checkpoint
from nbtf.contrib.training.evaluation import StopAfterNEvalsHook, evaluate_once
from nbtf.estimator import calling, evaluation, warm_starting
from nbtf.estimator.exporting import export_all
from nbtf.estimator.modes import ModeKeys
from nbtf.estimator.run_config import RunConfig, default_session_config
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.graph import Graph
from nbtf.random.seeds import set_random_seed
from nbtf.summary.summaries import scalar
from nbtf.train.device_setter import replica_device_setter
from nbtf.train.hooks import (
    CheckpointSaverHook,
    CheckpointSaverListener,
    LoggingTensorHook,
    NanTensorHook,
    StopAtStepHook,
)
from nbtf.train.monitored_session import ChiefSessionCreator, MonitoredSession, MonitoredTrainingSession
from nbtf.train.saver import Saver
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.train.steps import create_global_step, get_global_step, get_global_step_read

Path = str | os.PathLike[str]


class Estimator:
    """A model with its checkpoints.

    Every call builds a graph of its own from what the input function and the model function give, and its variables
    from the latest checkpoint in model_dir; without one they are initialized.
    """

    def __init__(
        self,
        model_fn: Callable[..., EstimatorSpec],
        model_dir: Path | None = None,
        config: RunConfig | None = None,
        params: Mapping[str, Any] | None = None,
        warm_start_from: Any = None,
    ) -> None:
        """model_fn: (features, and any of labels, mode, params, config) -> EstimatorSpec. model_dir: the folder of
        checkpoints and events; config's, or a temporary one, unless given. params: what model_fn gets as `params`, a
        copy. warm_start_from: a path of a checkpoint or SavedModel, or a WarmStartSettings.

        Raises ValueError for functions of other parameters, for a folder that is not config's, for a config that is no
        RunConfig or asks for a distribution strategy, and in subclasses for methods that replace those of Estimator.
        """
        self._refuse_overridden_members()
        self._config = _with_defaults(config, model_dir)
        if self._config.train_distribute is not None or self._config.eval_distribute is not None:
            raise ValueError("train_distribute and eval_distribute must be None: nbtf trains in one process.")
        assert self._config.model_dir is not None
        self._model_dir: str = self._config.model_dir
        self._session_config = self._config.session_config
        self._device_fn = self._config.device_fn or _replica_device_setter(self._config)
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        calling.check_model_fn(model_fn, params)
        logging.info("Using config: %s", vars(self._config))
        self._model_fn = model_fn
        self._params = copy.deepcopy({} if params is None else params)
        self._warm_start_settings = warm_starting.settings_of(warm_start_from)

    def _refuse_overridden_members(self) -> None:
        own = set(vars(Estimator)) & set().union(*(vars(c) for c in type(self).__mro__ if not issubclass(Estimator, c)))
        replaced = sorted(name for name in own if not name.startswith("_") or name == "_call_model_fn")
        if replaced:
            raise ValueError(
                f"Subclasses of Estimator cannot override members of Estimator. {type(self)} does override {replaced}"
            )

    @property
    def model_dir(self) -> str:
        return self._model_dir

    @property
    def config(self) -> RunConfig:
        return copy.deepcopy(self._config)

    @property
    def params(self) -> Any:
        return copy.deepcopy(self._params)

    @property
    def model_fn(self) -> Callable[..., EstimatorSpec]:
        """(features, labels, mode, config) -> EstimatorSpec; the params are this estimator's."""

        def public_model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
            return self._call_model_fn(features, labels, mode, config)

        return public_model_fn

    # ---- what was trained ----

    def get_variable_value(self, name: str) -> Any:
        """A variable's value in the latest checkpoint, an array.

        Raises ValueError where there is no checkpoint, tf.errors.NotFoundError for a variable that is not in it.
        """
        self._require_checkpoint()
        return load_variable(self._model_dir, name)

    def get_variable_names(self) -> list[str]:
        """Names of the variables in the latest checkpoint. Raises ValueError where there is none."""
        self._require_checkpoint()
        return [name for name, _ in list_variables(self._model_dir)]

    def _require_checkpoint(self) -> None:
        if not latest_checkpoint(self._model_dir):
            raise ValueError(f"Could not find trained model in model_dir: {self._model_dir}.")

    def latest_checkpoint(self) -> str | None:
        """The prefix of the latest checkpoint; None where there is none."""
        return latest_checkpoint(self._model_dir)

    def eval_dir(self, name: str | None = None) -> str:
        """The folder of the events of evaluations of this name."""
        return os.path.join(self._model_dir, "eval" if not name else f"eval_{name}")

    # ---- training ----

    def train(
        self,
        input_fn: Callable[..., Any],
        hooks: Iterable[SessionRunHook] | None = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Iterable[CheckpointSaverListener] | None = None,
    ) -> Estimator:
        """Trains from the latest checkpoint on, until the inputs end, or so many steps more, or up to step max_steps.

        input_fn: (any of mode, params, config) -> (features, labels) or a tf.data.Dataset of them. saving_listeners: are
        called around each checkpoint. Raises ValueError for steps that are not positive, and for both kinds at once.
        """
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        for name, value in (("steps", steps), ("max_steps", max_steps)):
            if value is not None and value <= 0:
                raise ValueError(f"Must specify {name} > 0, given: {value}")
        if max_steps is not None and max_steps <= self._trained_steps():
            logging.info("Skipping training since max_steps has already saved.")
            return self
        all_hooks = calling.checked_hooks(hooks)
        if steps is not None or max_steps is not None:
            all_hooks.append(StopAtStepHook(steps, max_steps))
        loss = self._train(input_fn, all_hooks, calling.checked_listeners(saving_listeners))
        logging.info("Loss for final step: %s.", loss)
        return self

    def _trained_steps(self) -> int:
        path = latest_checkpoint(self._model_dir)
        if path is None:
            return 0
        with load_checkpoint(path) as reader:
            return int(reader.get_tensor(GraphKeys.GLOBAL_STEP)) if reader.has_tensor(GraphKeys.GLOBAL_STEP) else 0

    def _train(
        self,
        input_fn: Callable[..., Any],
        hooks: Sequence[SessionRunHook],
        listeners: Sequence[CheckpointSaverListener],
    ) -> Any:
        with Graph().as_default() as graph, graph.device(self._device_fn):
            set_random_seed(self._config.tf_random_seed)
            create_global_step(graph)
            get_global_step_read(graph)
            features, labels, input_hooks = self._inputs(input_fn, ModeKeys.TRAIN)
            spec = self._call_model_fn(features, labels, ModeKeys.TRAIN, self.config)
            if self._warm_start_settings is not None:
                warm_starting.start_from(self._warm_start_settings)
            if not any(summary.op.name == "loss" for summary in get_collection(GraphKeys.SUMMARIES)):
                scalar("loss", spec.loss)
            add_to_collection(GraphKeys.LOSSES, spec.loss)
            worker_hooks = [*input_hooks, *hooks, NanTensorHook(spec.loss), *self._loss_logging(spec)]
            worker_hooks += spec.training_hooks
            self._add_saver(spec)
            chief_hooks = self._saving(spec, [*worker_hooks, *spec.training_chief_hooks], listeners)
            return self._run_training(spec, worker_hooks, [*chief_hooks, *spec.training_chief_hooks])

    def _loss_logging(self, spec: EstimatorSpec) -> list[SessionRunHook]:
        every = self._config.log_step_count_steps
        if every is None:
            return []
        return [LoggingTensorHook({"loss": spec.loss, "step": get_global_step()}, every_n_iter=every)]

    def _add_saver(self, spec: EstimatorSpec) -> None:
        if spec.scaffold.saver is None and not get_collection(GraphKeys.SAVERS):
            saver = Saver(
                sharded=True,
                max_to_keep=self._config.keep_checkpoint_max,
                keep_checkpoint_every_n_hours=self._config.keep_checkpoint_every_n_hours,
                defer_build=True,
                save_relative_paths=True,
            )
            add_to_collection(GraphKeys.SAVERS, saver)

    def _saving(
        self, spec: EstimatorSpec, hooks: Sequence[SessionRunHook], listeners: Sequence[CheckpointSaverListener]
    ) -> list[SessionRunHook]:
        """The hook that saves checkpoints, unless the model has its own; listeners join the one that there is."""
        secs, steps = self._config.save_checkpoints_secs, self._config.save_checkpoints_steps
        savers = [hook for hook in hooks if isinstance(hook, CheckpointSaverHook)]
        added: list[SessionRunHook] = []
        if (secs or steps) and not savers:
            saver = CheckpointSaverHook(
                self._model_dir,
                save_secs=secs,
                save_steps=steps,
                scaffold=spec.scaffold,
                save_graph_def=self._config.checkpoint_save_graph_def,
            )
            added, savers = [saver], [saver]
        if listeners:
            if not savers:
                raise ValueError(
                    "There should be a CheckpointSaverHook to use saving_listeners. Please set one of the "
                    "RunConfig.save_checkpoints_steps or RunConfig.save_checkpoints_secs."
                )
            savers[0]._listeners.extend(listeners)
        return added

    def _run_training(
        self, spec: EstimatorSpec, hooks: Sequence[SessionRunHook], chief_hooks: Sequence[SessionRunHook]
    ) -> Any:
        """The last loss; None where no step was made."""
        loss = None
        with MonitoredTrainingSession(
            master=self._config.master,
            is_chief=self._config.is_chief,
            checkpoint_dir=self._model_dir,
            scaffold=spec.scaffold,
            hooks=hooks,
            chief_only_hooks=chief_hooks,
            save_checkpoint_secs=0,  # a hook of the estimator's does that
            save_summaries_steps=self._config.save_summary_steps,
            config=self._session_config,
            log_step_count_steps=self._config.log_step_count_steps,
            max_wait_secs=self._config.session_creation_timeout_secs,
            save_graph_def=self._config.checkpoint_save_graph_def,
        ) as session:
            while not session.should_stop():
                _, loss = session.run([spec.train_op, spec.loss])
        if loss is None:
            logging.warning("Training with estimator made no steps. Perhaps input is empty or misspecified.")
        return loss

    # ---- evaluation ----

    def evaluate(
        self,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Metric -> value over so many batches, or all; with them "loss", the mean of the batches', and "global_step".

        They are also written as events, to `eval_dir(name)`. checkpoint_path: the latest unless given; where there is
        none, variables are initialized. Raises ValueError for steps that are not positive.
        """
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        all_hooks = calling.checked_hooks(hooks)
        if steps is not None:
            all_hooks.append(StopAfterNEvalsHook(steps))
        checkpoint_path = checkpoint_path or self._latest_or_log("evaluate")
        with Graph().as_default() as graph, graph.device(self._device_fn):
            built = self._build_evaluation(input_fn, all_hooks, checkpoint_path)
            return self._run_evaluation(built, checkpoint_path, self.eval_dir(name))

    def _build_evaluation(
        self, input_fn: Callable[..., Any], hooks: Sequence[SessionRunHook], checkpoint_path: str | None
    ) -> evaluation.Evaluation:
        """Adds a model and its metrics to the default graph."""
        set_random_seed(self._config.tf_random_seed)
        global_step = create_global_step()
        features, labels, input_hooks = self._inputs(input_fn, ModeKeys.EVAL)
        spec = self._call_model_fn(features, labels, ModeKeys.EVAL, self.config)
        update, values = evaluation.metric_ops(spec, global_step)
        scaffold = evaluation.scaffold_for(spec)
        self._start_warm(checkpoint_path)
        return evaluation.Evaluation(scaffold, update, values, [*input_hooks, *hooks, *spec.evaluation_hooks])

    def _run_evaluation(self, built: evaluation.Evaluation, checkpoint_path: str | None, folder: str) -> dict[str, Any]:
        """Evaluates what was built in the default graph, and writes events to a folder."""
        results = evaluate_once(
            checkpoint_path,  # type: ignore[arg-type]  # None: no checkpoint
            master=self._config.evaluation_master,
            scaffold=built.scaffold,
            eval_ops=built.update,
            final_ops=built.values,
            hooks=built.hooks,
            config=self._session_config,
        )
        step = int(results[GraphKeys.GLOBAL_STEP])
        evaluation.write_results(folder, results, step)
        if checkpoint_path:
            evaluation.write_checkpoint_path(folder, checkpoint_path, step)
        return dict(results)

    # ---- prediction ----

    def predict(
        self,
        input_fn: Callable[..., Any],
        predict_keys: str | Sequence[str] | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
    ) -> Iterator[Any]:
        """Yields the predictions of one example after the other: an array, or key -> array, as the model has them.

        predict_keys: the keys that are wanted. yield_single_examples: false yields whole batches, of which the arrays
        need not have the same length. Raises ValueError for keys that no prediction has.
        """
        all_hooks = calling.checked_hooks(hooks)
        checkpoint_path = checkpoint_path or self._latest_or_log("predict")
        with Graph().as_default() as graph, graph.device(self._device_fn):
            set_random_seed(self._config.tf_random_seed)
            create_global_step(graph)
            features, _, input_hooks = self._inputs(input_fn, ModeKeys.PREDICT)
            spec = self._call_model_fn(features, None, ModeKeys.PREDICT, self.config)
            self._start_warm(checkpoint_path)
            predictions = _chosen(spec.predictions, predict_keys)
            creator = ChiefSessionCreator(
                checkpoint_filename_with_path=checkpoint_path,
                master=self._config.master,
                scaffold=spec.scaffold,
                config=self._session_config,
            )
            all_hooks = [*input_hooks, *all_hooks, *spec.prediction_hooks]
            with MonitoredSession(session_creator=creator, hooks=all_hooks) as session:
                while not session.should_stop():
                    batch = session.run(predictions)
                    if yield_single_examples:
                        yield from _examples(batch)
                    else:
                        yield batch

    # ---- export ----

    def export_saved_model(
        self,
        export_dir_base: Path,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        experimental_mode: str = ModeKeys.PREDICT,
    ) -> bytes:
        """Writes a SavedModel below export_dir_base, into a folder named by the time in seconds; gives its path.

        serving_input_receiver_fn: () -> ServingInputReceiver. assets_extra: path in assets.extra/ -> file to copy there.
        Raises ValueError where there is no checkpoint, or not all variables of the model are in it.
        """
        receivers = {experimental_mode: _required(serving_input_receiver_fn)}
        return self._export(export_dir_base, receivers, assets_extra, as_text, checkpoint_path, True)

    def export_savedmodel(
        self,
        export_dir_base: Path,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """As `export_saved_model`. strip_default_attrs: leave out attributes that have their default values."""
        receivers = {ModeKeys.PREDICT: _required(serving_input_receiver_fn)}
        return self._export(export_dir_base, receivers, assets_extra, as_text, checkpoint_path, strip_default_attrs)

    def experimental_export_all_saved_models(
        self,
        export_dir_base: Path,
        input_receiver_fn_map: Mapping[str, Callable[[], Any]],
        assets_extra: Mapping[str, Path] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
    ) -> bytes:
        """As `export_saved_model`, a graph for each mode: mode -> () -> what the model receives."""
        return self._export(export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path, True)

    def _export(
        self,
        base: Path,
        receiver_fns: Mapping[str, Callable[[], Any]],
        assets_extra: Mapping[str, Path] | None,
        as_text: bool,
        checkpoint_path: str | None,
        strip_default_attrs: bool,
    ) -> bytes:
        checkpoint_path = checkpoint_path or latest_checkpoint(self._model_dir)
        if not checkpoint_path and self._warm_start_settings is not None:
            checkpoint_path = self._warm_start_settings.ckpt_to_initialize_from
            if os.path.isdir(checkpoint_path):
                checkpoint_path = latest_checkpoint(checkpoint_path)
        if not checkpoint_path:
            raise ValueError(f"Couldn't find trained model at {self._model_dir}.")
        return export_all(self, base, receiver_fns, checkpoint_path, assets_extra, as_text, strip_default_attrs)

    # ---- the graph ----

    def _inputs(self, input_fn: Callable[..., Any], mode: str) -> tuple[Any, Any, list[SessionRunHook]]:
        result, hooks = calling.inputs_of(input_fn, mode, self.params, self.config)
        if mode == ModeKeys.PREDICT:
            return (result[0] if isinstance(result, (list, tuple)) else result), None, hooks
        return *calling.features_and_labels(result), hooks

    def _call_model_fn(self, features: Any, labels: Any, mode: str, config: RunConfig) -> EstimatorSpec:
        return calling.call_model_fn(self._model_fn, features, labels, mode, self.params, config)

    def _latest_or_log(self, purpose: str) -> str | None:
        found = latest_checkpoint(self._model_dir)
        if not found:
            logging.info(
                "Could not find trained model in model_dir: %s, running initialization to %s.", self._model_dir, purpose
            )
        return found

    def _start_warm(self, checkpoint_path: str | None) -> None:
        if not checkpoint_path and self._warm_start_settings is not None:
            warm_starting.start_from(self._warm_start_settings)


# ---- settings --------------------------------------------------------------------------------------------------------


def _with_defaults(given: Any, model_dir: Path | None) -> RunConfig:
    if given is None:
        logging.info("Using default config.")
    config = RunConfig() if given is None else given
    if not isinstance(config, RunConfig):
        raise ValueError(f"config must be an instance of `RunConfig`, but provided {config}.")
    if config.session_config is None:
        config = config.replace(session_config=default_session_config())
    if model_dir is not None:
        folder = os.fspath(model_dir)
        if config.model_dir is not None and config.model_dir != folder:
            raise ValueError(
                "`model_dir` are set both in constructor and `RunConfig`, but with different values. In constructor: "
                f"'{folder}', in `RunConfig`: '{config.model_dir}' "
            )
        if folder:
            return config.replace(model_dir=folder)
    if config.model_dir is None:
        folder = tempfile.mkdtemp()
        logging.warning("Using temporary folder as model directory: %s", folder)
        return config.replace(model_dir=folder)
    return config


def _replica_device_setter(config: RunConfig) -> Any:
    """Variables to the parameter servers, all else to this worker; None where there are no servers."""
    if not config.num_ps_replicas:
        return None
    worker = f"/job:{config.task_type}/task:{config.task_id}" if config.task_type else "/job:worker"
    return replica_device_setter(
        ps_tasks=config.num_ps_replicas, worker_device=worker, merge_devices=True, cluster=config.cluster_spec
    )


def _required(receiver_fn: Any) -> Callable[[], Any]:
    if not receiver_fn:
        raise ValueError("An input_receiver_fn must be defined.")
    return receiver_fn  # type: ignore[no-any-return]


# ---- predictions -----------------------------------------------------------------------------------------------------


def _chosen(predictions: Any, keys: str | Sequence[str] | None) -> Any:
    if not keys:
        return predictions
    if not isinstance(predictions, Mapping):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    chosen = {key: value for key, value in predictions.items() if key in keys}
    if not chosen:
        raise ValueError(f"Expected to run at least one output from {predictions.keys()}, provided {keys}.")
    return chosen


def _examples(batch: Any) -> Iterator[Any]:
    if not isinstance(batch, dict):
        yield from batch
        return
    length = None
    for key, value in batch.items():
        if length is not None and value.shape[0] != length:
            raise ValueError(
                f"Batch length of predictions should be same. {key} has different batch length than others."
            )
        length = value.shape[0]
    for i in range(length or 0):
        yield {key: value[i] for key, value in batch.items()}
