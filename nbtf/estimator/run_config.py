"""RunConfig: how often an estimator saves and logs, where, and which task of a cluster this process is."""

from __future__ import annotations

import copy
import inspect
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from nbtf.train.cluster import ClusterSpec
from nbtf.wire import schema

_USE_DEFAULT = object()
_SAVE_SECS = 600
_REPLACEABLE = (
    "model_dir", "tf_random_seed", "save_summary_steps", "save_checkpoints_steps", "save_checkpoints_secs",
    "session_config", "keep_checkpoint_max", "keep_checkpoint_every_n_hours", "log_step_count_steps",
    "train_distribute", "device_fn", "protocol", "eval_distribute", "experimental_distribute",
    "experimental_max_worker_delay_secs", "session_creation_timeout_secs", "checkpoint_save_graph_def",
)  # fmt: skip


def _setting(name: str) -> Any:
    return property(lambda config: getattr(config, f"_{name}"), doc=f"The argument `{name}`.")


class TaskType:
    """Kinds of tasks in a cluster."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"
    CHIEF = "chief"
    EVALUATOR = "evaluator"


class RunConfig:
    """Settings of an Estimator's runs.

    model_dir: the folder of checkpoints and events. tf_random_seed: seed of the graphs. save_summary_steps: steps
    between summaries. save_checkpoints_steps, save_checkpoints_secs: between checkpoints; one of them; 600 seconds unless
    given, None for both for no checkpoints. session_config: a ConfigProto. keep_checkpoint_max: how many are kept, 0 for
    all. keep_checkpoint_every_n_hours: one in so many hours is kept anyhow. log_step_count_steps: steps between lines of
    the log; None for none. device_fn: operation -> device. checkpoint_save_graph_def: whether the graph is saved too.

    The environment variable TF_CONFIG, JSON, tells of a cluster: {"cluster": {"chief": ["host:port"], ...}, "task":
    {"type": "chief", "index": 0}}, and of "model_dir". Raises ValueError for what is out of range or does not fit
    together. Distribution strategies are not part of nbtf: an Estimator refuses them.
    """

    def __init__(
        self,
        model_dir: str | os.PathLike[str] | None = None,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_steps: Any = _USE_DEFAULT,
        save_checkpoints_secs: Any = _USE_DEFAULT,
        session_config: Any = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000,
        log_step_count_steps: int | None = 100,
        train_distribute: Any = None,
        device_fn: Callable[[Any], Any] | None = None,
        protocol: str | None = None,
        eval_distribute: Any = None,
        experimental_distribute: Any = None,
        experimental_max_worker_delay_secs: int | None = None,
        session_creation_timeout_secs: float = 7200,
        checkpoint_save_graph_def: bool = True,
    ) -> None:
        if save_checkpoints_steps is _USE_DEFAULT and save_checkpoints_secs is _USE_DEFAULT:
            save_checkpoints_steps, save_checkpoints_secs = None, _SAVE_SECS
        elif save_checkpoints_secs is _USE_DEFAULT:
            save_checkpoints_secs = None
        elif save_checkpoints_steps is _USE_DEFAULT:
            save_checkpoints_steps = None
        elif save_checkpoints_steps is not None and save_checkpoints_secs is not None:
            raise ValueError("`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set.")
        environment = _environment()
        self._set(
            model_dir=_model_dir(environment, model_dir),
            tf_random_seed=tf_random_seed,
            save_summary_steps=save_summary_steps,
            save_checkpoints_steps=save_checkpoints_steps,
            save_checkpoints_secs=save_checkpoints_secs,
            session_config=session_config,
            keep_checkpoint_max=keep_checkpoint_max,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            log_step_count_steps=log_step_count_steps,
            train_distribute=train_distribute,
            device_fn=device_fn,
            protocol=protocol,
            eval_distribute=eval_distribute,
            experimental_distribute=experimental_distribute,
            experimental_max_worker_delay_secs=experimental_max_worker_delay_secs,
            session_creation_timeout_secs=session_creation_timeout_secs,
            checkpoint_save_graph_def=checkpoint_save_graph_def,
        )
        self._read_cluster(environment)

    def _set(self, **settings: Any) -> None:
        for name, value in settings.items():
            _check(name, value)
            setattr(self, f"_{name}", value)

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with other settings. Raises ValueError for a name that is no argument of RunConfig."""
        for name in kwargs:
            if name not in _REPLACEABLE:
                raise ValueError(f"Replacing {name} is not supported. Allowed properties are {list(_REPLACEABLE)}.")
        steps, secs = kwargs.get("save_checkpoints_steps"), kwargs.get("save_checkpoints_secs")
        if steps is not None and secs is not None:
            raise ValueError("`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set.")
        if steps is not None:
            kwargs["save_checkpoints_secs"] = None
        elif secs is not None:
            kwargs["save_checkpoints_steps"] = None
        replaced: RunConfig = copy.deepcopy(self)
        replaced._set(**kwargs)
        return replaced

    model_dir = _setting("model_dir")
    tf_random_seed = _setting("tf_random_seed")
    save_summary_steps = _setting("save_summary_steps")
    save_checkpoints_steps = _setting("save_checkpoints_steps")
    save_checkpoints_secs = _setting("save_checkpoints_secs")
    session_config = _setting("session_config")
    keep_checkpoint_max = _setting("keep_checkpoint_max")
    keep_checkpoint_every_n_hours = _setting("keep_checkpoint_every_n_hours")
    log_step_count_steps = _setting("log_step_count_steps")
    train_distribute = _setting("train_distribute")
    device_fn = _setting("device_fn")
    protocol = _setting("protocol")
    eval_distribute = _setting("eval_distribute")
    experimental_max_worker_delay_secs = _setting("experimental_max_worker_delay_secs")
    session_creation_timeout_secs = _setting("session_creation_timeout_secs")
    checkpoint_save_graph_def = _setting("checkpoint_save_graph_def")

    # ---- the cluster ----

    def _read_cluster(self, environment: dict[str, Any]) -> None:
        self._service = environment.get("service")
        if self._service is not None and not isinstance(self._service, Mapping):
            raise TypeError('If "service" is set in TF_CONFIG, it must be a dict.')
        self._cluster_spec = ClusterSpec(environment.get("cluster") or {})
        task = environment.get("task") or {}
        self._evaluation_master = ""
        if self._cluster_spec.jobs and task.get("type") != TaskType.EVALUATOR:
            self._set_cluster_task(task, environment)
            return
        evaluates = bool(self._cluster_spec.jobs)
        self._cluster_spec = ClusterSpec({})
        self._task_type = task.get("type", TaskType.WORKER)
        self._task_id = int(task.get("index", 0))
        if self._task_type == TaskType.EVALUATOR and evaluates:
            _check_index(self._task_id)
            self._master, self._is_chief, self._global_id_in_cluster = "", False, None
            self._num_ps_replicas = self._num_worker_replicas = 0
            return
        if self._task_type not in (TaskType.WORKER,):
            raise ValueError('If "cluster" is not set in TF_CONFIG, task type must be WORKER.')
        if self._task_id != 0:
            raise ValueError('If "cluster" is not set in TF_CONFIG, task index must be 0.')
        self._master = environment.get("session_master", "")
        self._evaluation_master = environment.get("eval_session_master", "")
        self._is_chief, self._global_id_in_cluster = True, 0
        self._num_ps_replicas, self._num_worker_replicas = 0, 1

    def _set_cluster_task(self, task: Mapping[str, Any], environment: dict[str, Any]) -> None:
        jobs = self._cluster_spec.as_dict()
        chief = TaskType.MASTER if TaskType.MASTER in jobs else TaskType.CHIEF
        if chief == TaskType.MASTER and TaskType.CHIEF in jobs:
            raise ValueError("If `master` node exists in `cluster`, job `chief` is not supported.")
        if chief not in jobs:
            raise ValueError('If "cluster" is set in TF_CONFIG, it must have one "chief" node.')
        if len(jobs[chief]) > 1:
            raise ValueError(f'The "cluster" in TF_CONFIG must have only one "{chief}" node.')
        if not task.get("type"):
            raise ValueError('If "cluster" is set in TF_CONFIG, task type must be set.')
        if task.get("index") is None:
            raise ValueError('If "cluster" is set in TF_CONFIG, task index must be set.')
        self._task_type, self._task_id = task["type"], int(task["index"])
        _check_index(self._task_id)
        where = (
            f"in the cluster_spec:\n{self._cluster_spec}\n\nNote that these values may be coming from the TF_CONFIG "
            "environment variable."
        )
        if self._task_type not in jobs:
            raise ValueError(f"{self._task_type} is not a valid task_type {where}")
        if self._task_id >= len(jobs[self._task_type]):
            raise ValueError(f"{self._task_id} is not a valid task_id for task_type {self._task_type} {where}")
        protocol = self._protocol or "grpc"  # type: ignore[attr-defined]  # of _set
        address = f"{protocol}://{jobs[self._task_type][self._task_id]}"
        self._master = environment.get("session_master", address)
        self._num_ps_replicas = len(jobs.get(TaskType.PS, ()))
        self._num_worker_replicas = len(jobs.get(TaskType.WORKER, ())) + 1
        self._is_chief = self._task_type == chief
        self._global_id_in_cluster = self._global_id(jobs, chief)
        if self._session_config is None:  # type: ignore[has-type]  # of _set
            self._session_config = self._cluster_session_config()

    def _cluster_session_config(self) -> Any:
        """A session sees the devices that its task has to do with, and no others."""
        filters = {
            TaskType.MASTER: ["/job:ps", "/job:master"],
            TaskType.CHIEF: ["/job:ps", "/job:chief"],
            TaskType.WORKER: ["/job:ps", f"/job:worker/task:{self._task_id}"],
            TaskType.PS: ["/job:ps", "/job:worker", "/job:chief", "/job:master"],
        }.get(self._task_type)
        if filters is None:
            return None
        config = default_session_config()
        config.device_filters.extend(filters)
        return config

    def _global_id(self, jobs: dict[str, Any], chief: str) -> int:
        """Its number among all: the chief, then workers, then parameter servers, then all others by name."""
        order = [chief, TaskType.WORKER, TaskType.PS]
        order += [job for job in sorted(jobs) if job not in order]
        before = order[: order.index(self._task_type)]
        return sum(len(jobs.get(job, ())) for job in before) + self._task_id

    @property
    def cluster_spec(self) -> ClusterSpec:
        return self._cluster_spec

    @property
    def task_type(self) -> str:
        return str(self._task_type)

    @property
    def task_id(self) -> int:
        return self._task_id

    @property
    def global_id_in_cluster(self) -> int | None:
        """The task's number among all of the cluster; None for an evaluator."""
        return self._global_id_in_cluster

    @property
    def is_chief(self) -> bool:
        return self._is_chief

    @property
    def master(self) -> str:
        return str(self._master)

    @property
    def evaluation_master(self) -> str:
        return str(self._evaluation_master)

    @property
    def num_ps_replicas(self) -> int:
        return self._num_ps_replicas

    @property
    def num_worker_replicas(self) -> int:
        return self._num_worker_replicas

    @property
    def service(self) -> Any:
        """What TF_CONFIG says of the service that started the process."""
        return self._service


def _environment() -> dict[str, Any]:
    found = json.loads(os.environ.get("TF_CONFIG") or "{}")
    if not isinstance(found, dict):
        raise ValueError(f"TF_CONFIG must be a JSON object, got: {found!r}")
    return found


def _model_dir(environment: dict[str, Any], given: str | os.PathLike[str] | None) -> str | None:
    model_dir = None if given is None else os.fspath(given)
    if model_dir == "":
        raise ValueError("model_dir should be non-empty.")
    of_environment: str | None = environment.get("model_dir")
    if of_environment == "":
        raise ValueError("model_dir in TF_CONFIG should be non-empty.")
    if of_environment and model_dir and of_environment != model_dir:
        raise ValueError(
            "`model_dir` provided in RunConfig construct, if set, must have the same value as the model_dir in TF_CONFIG. "
            f'model_dir: {model_dir}\nTF_CONFIG["model_dir"]: {of_environment}.\n'
        )
    return model_dir or of_environment


def _check_index(index: int) -> None:
    if index < 0:
        raise ValueError("Task index must be non-negative number.")


def _check(name: str, value: Any) -> None:
    """Raises ValueError for a setting out of its range."""
    if value is None:
        return
    not_negative = ("save_summary_steps", "save_checkpoints_steps", "save_checkpoints_secs", "keep_checkpoint_max")
    positive = ("keep_checkpoint_every_n_hours", "log_step_count_steps", "session_creation_timeout_secs")
    if name == "model_dir" and not value:
        raise ValueError("model_dir should be non-empty")
    if name in not_negative and value < 0:
        raise ValueError(f"{name} should be >= 0")
    if name in positive and value <= 0:
        raise ValueError(f"{name} should be > 0")
    if name == "session_config" and getattr(getattr(value, "DESCRIPTOR", None), "name", "") != "ConfigProto":
        raise ValueError("session_config must be instance of ConfigProto")
    if name == "tf_random_seed" and not _is_integer(value):
        raise ValueError("tf_random_seed must be integer.")
    if name == "device_fn" and not (callable(value) and list(inspect.signature(value).parameters) == ["op"]):
        raise ValueError('device_fn must be callable with exactly one argument "op".')
    if name == "protocol" and value not in ("grpc", "grpc+verbs"):
        raise ValueError("protocol should be grpc or grpc+verbs")


def _is_integer(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def default_session_config() -> Any:
    """What sessions of estimators are made with where no session_config is given."""
    options = schema.GraphOptions()
    options.rewrite_options.meta_optimizer_iterations = 1
    return schema.ConfigProto(allow_soft_placement=True, graph_options=options)
