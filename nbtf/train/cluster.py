"""ClusterSpec: the jobs of a program for many processes, and the addresses of their tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.wire import schema


class ClusterSpec:
    """Jobs by name; the tasks of each by number, with their addresses ("host:port")."""

    def __init__(self, cluster: Any) -> None:
        """cluster: job -> list of addresses or dictionary from task to address, a ClusterDef, or a ClusterSpec.

        Raises TypeError for anything else.
        """
        self._jobs: dict[str, dict[int, str]] = {}
        if isinstance(cluster, Mapping):
            for job, tasks in cluster.items():
                self._jobs[job] = _tasks(job, tasks)
        elif isinstance(cluster, schema.ClusterDef):
            self._jobs = {job.name: dict(sorted(job.tasks.items())) for job in cluster.job}
        elif isinstance(cluster, ClusterSpec):
            self._jobs = {job: dict(tasks) for job, tasks in cluster._jobs.items()}
        else:
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, or a "
                "`ClusterDef` protocol buffer"
            )

    @property
    def jobs(self) -> list[str]:
        return list(self._jobs)

    def num_tasks(self, job_name: str) -> int:
        return len(self._tasks_of(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        return sorted(self._tasks_of(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        tasks = self._tasks_of(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """Addresses by task number; None where a number is missing."""
        tasks = self._tasks_of(job_name)
        return [tasks.get(i) for i in range(max(tasks) + 1)] if tasks else []

    def _tasks_of(self, job_name: str) -> dict[int, str]:
        if job_name not in self._jobs:
            raise ValueError(f"No such job in cluster: {job_name!r}")
        return self._jobs[job_name]

    def as_dict(self) -> dict[str, Any]:
        """Job -> list of addresses, or dictionary where task numbers are missing."""
        found: dict[str, Any] = {}
        for job, tasks in self._jobs.items():
            is_dense = sorted(tasks) == list(range(len(tasks)))
            found[job] = [tasks[i] for i in range(len(tasks))] if is_dense else dict(tasks)
        return found

    def as_cluster_def(self) -> Any:
        """A ClusterDef."""
        message = schema.ClusterDef()
        for job in sorted(self._jobs):
            added = message.job.add(name=job)
            for number, address in sorted(self._jobs[job].items()):
                added.tasks[number] = address
        return message

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        jobs = ", ".join(f"{job!r}: {tasks!r}" for job, tasks in sorted(self.as_dict().items()))
        return f"ClusterSpec({{{jobs}}})"


def _tasks(job: str, tasks: Any) -> dict[int, str]:
    if isinstance(tasks, (list, tuple)):
        tasks = dict(enumerate(tasks))
    if not isinstance(tasks, Mapping):
        raise TypeError(f"The tasks for job {job!r} must be a list or a dictionary from integers to strings.")
    for number, address in tasks.items():
        if not isinstance(number, int):
            raise TypeError(f"The tasks for job {job!r} must be a list or a dictionary from integers to strings.")
        if not isinstance(address, str):
            raise TypeError(f"Task address must be bytes or unicode string. Received: {address!r}")
    return dict(sorted(tasks.items()))
