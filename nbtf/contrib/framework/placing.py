"""tf.contrib.framework: on which device variables are."""

from __future__ import annotations

from typing import Any

from nbtf.graph.device import DeviceSpec


class VariableDeviceChooser:
    """A function for tf.device or `variable` that deals variables out to the tasks of a job, one after the other."""

    def __init__(
        self,
        num_tasks: int = 0,
        job_name: str = "ps",
        device_type: str = "CPU",
        device_index: int = 0,
        replica: int | None = None,
    ) -> None:
        """num_tasks: 0 for no job."""
        self._num_tasks, self._job_name, self._replica = num_tasks, job_name, replica
        self._device_type, self._device_index = device_type, device_index
        self._next_task = 0

    def __call__(self, op: Any) -> str:
        """The device of the next variable."""
        job: str | None = None
        task: int | None = None
        if self._num_tasks > 0:
            job, task = self._job_name, self._next_task
            self._next_task = (self._next_task + 1) % self._num_tasks
        spec = DeviceSpec(
            job=job,
            replica=self._replica,
            task=task,
            device_type=self._device_type,
            device_index=self._device_index,
        )
        return str(spec.to_string())
