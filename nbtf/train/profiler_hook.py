"""The hook that writes timelines of training steps."""

from __future__ import annotations

import logging
import os
from typing import Any

from nbtf.python.client.timeline import Timeline
from nbtf.summary.file_writer import FileWriterCache
from nbtf.train.hooks import SecondOrStepTimer
from nbtf.train.session_run_hook import SessionRunArgs, SessionRunHook
from nbtf.train.steps import get_global_step_read
from nbtf.wire import schema

_log = logging.getLogger("nbtf")


class ProfilerHook(SessionRunHook):
    """Traces a run every so many steps or seconds: `timeline-<step>.json` in the format of Chrome's trace viewer.

    The run's metadata goes into the folder's event file, too, tagged `step_<step>`.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
    ) -> None:
        """show_dataflow: arrows between ops. show_memory: what is allocated when.

        Raises ValueError unless exactly one of save_steps and save_secs is given.
        """
        self._folder = output_dir or os.curdir
        self._show_dataflow, self._show_memory = show_dataflow, show_memory
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)

    def begin(self) -> None:
        self._next_step: int | None = None
        self._step = get_global_step_read()
        if self._step is None:
            raise RuntimeError("Global step should be created to use ProfilerHook.")
        self._events = FileWriterCache.get(self._folder)

    def before_run(self, run_context: Any) -> SessionRunArgs:
        self._due = self._next_step is not None and self._timer.should_trigger_for_step(self._next_step)
        options = schema.RunOptions(trace_level=schema.RunOptions.FULL_TRACE) if self._due else None
        return SessionRunArgs({"global_step": self._step}, options=options)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        before = int(run_values.results["global_step"])
        if self._next_step is None:
            self._timer.update_last_triggered_step(before)
        step = before + 1
        if self._due:
            step = int(run_context.session.run(self._step))
            self._timer.update_last_triggered_step(step)
            self._write(step, run_values.run_metadata)
        self._next_step = step + 1

    def _write(self, step: int, run_metadata: Any) -> None:
        path = os.path.join(self._folder, f"timeline-{step}.json")
        _log.info("Saving timeline for %d into '%s'.", step, path)
        timeline = Timeline(run_metadata.step_stats)
        with open(path, "w", encoding="utf-8") as file:
            file.write(timeline.generate_chrome_trace_format(self._show_dataflow, self._show_memory))
        self._events.add_run_metadata(run_metadata, f"step_{step}")
