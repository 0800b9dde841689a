"""Server: of a program of one process, the sessions of that process."""

from __future__ import annotations

import threading
from typing import Any

from nbtf.errors import UnimplementedError
from nbtf.train.cluster import ClusterSpec


class Server:
    """Stands for this process in a cluster of one task: `target` is what makes a Session run here."""

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: Any = None,
        start: bool = True,
    ) -> None:
        """server_or_cluster_def: a cluster of one task. Raises UnimplementedError for a cluster of several: nbtf runs in
        one process, and ValueError for a job or task that the cluster does not have."""
        self._cluster = ClusterSpec(server_or_cluster_def)
        tasks = sum(self._cluster.num_tasks(job) for job in self._cluster.jobs)
        if tasks != 1:
            raise UnimplementedError(None, None, f"a cluster of {tasks} tasks: nbtf runs a graph in one process")
        (job,) = self._cluster.jobs
        self._cluster.task_address(
            job_name or job, self._cluster.task_indices(job)[0] if task_index is None else task_index
        )
        self._stopped = threading.Event()

    @staticmethod
    def create_local_server(config: Any = None, start: bool = True) -> Server:
        """A server of this process alone."""
        return Server({"localhost": ["localhost:0"]}, protocol="grpc", config=config, start=start)

    @property
    def target(self) -> str:
        """What a Session takes as its target: "", this process."""
        return ""

    def start(self) -> None:
        """Does nothing: this process runs."""

    def join(self) -> None:
        """Waits until the process is stopped, as a server does."""
        self._stopped.wait()
