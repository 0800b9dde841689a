"""tf.profiler.ProfileOptionBuilder: what a profile counts, which nodes it shows, and where the table goes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

Options = dict[str, Any]

_DEFAULTS: Options = {
    "max_depth": 100,
    "min_bytes": 0,
    "min_micros": 0,
    "min_params": 0,
    "min_float_ops": 0,
    "min_occurrence": 0,
    "order_by": "name",
    "account_type_regexes": [".*"],
    "start_name_regexes": [".*"],
    "trim_name_regexes": [],
    "show_name_regexes": [".*"],
    "hide_name_regexes": [],
    "account_displayed_op_only": False,
    "select": ["micros"],
    "step": -1,
    "output": "stdout",
}


class ProfileOptionBuilder:
    """Makes the dict of options that tf.profiler.profile takes, one call after the other.

        ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_max_depth(3).order_by("name").build()

    Regular expressions must match whole names.
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        """options: where to start, such as one of the static methods gives."""
        self._options: Options = copy.deepcopy(_DEFAULTS if options is None else dict(options))

    @staticmethod
    def trainable_variables_parameter() -> Options:
        """Parameters of the trainable variables, by scope."""
        changes = {"max_depth": 10000, "account_type_regexes": ["_trainable_variables"], "select": ["params"]}
        return {**copy.deepcopy(_DEFAULTS), **changes, "account_displayed_op_only": True}

    @staticmethod
    def float_operation() -> Options:
        """Floating-point operations of every op that has some, most first; a multiply-add is two."""
        changes = {"max_depth": 10000, "min_float_ops": 1, "order_by": "float_ops", "select": ["float_ops"]}
        return {**copy.deepcopy(_DEFAULTS), **changes, "account_displayed_op_only": True}

    @staticmethod
    def time_and_memory(
        min_micros: int = 1,
        min_bytes: int = 1,
        min_accelerator_micros: int = 0,
        min_cpu_micros: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> Options:
        """Time, in microseconds, and memory, in bytes, of a run whose RunMetadata is given, slowest first."""
        return {
            **copy.deepcopy(_DEFAULTS),
            "max_depth": 10000,
            "min_micros": min_micros,
            "min_bytes": min_bytes,
            "min_accelerator_micros": min_accelerator_micros,
            "min_cpu_micros": min_cpu_micros,
            "min_peak_bytes": min_peak_bytes,
            "min_residual_bytes": min_residual_bytes,
            "min_output_bytes": min_output_bytes,
            "order_by": "micros",
            "account_displayed_op_only": True,
            "select": ["micros", "bytes"],
        }

    def build(self) -> Options:
        """The options, as a dict of its own."""
        return copy.deepcopy(self._options)

    def _with(self, **changes: Any) -> ProfileOptionBuilder:
        self._options.update(changes)
        return self

    def with_max_depth(self, max_depth: int) -> ProfileOptionBuilder:
        """No nodes deeper than this: in scopes, in data flow, or in the list of op types."""
        return self._with(max_depth=max_depth)

    def with_min_memory(
        self, min_bytes: int = 0, min_peak_bytes: int = 0, min_residual_bytes: int = 0, min_output_bytes: int = 0
    ) -> ProfileOptionBuilder:
        """Only nodes that, with what is below them, take at least so many bytes."""
        return self._with(
            min_bytes=min_bytes,
            min_peak_bytes=min_peak_bytes,
            min_residual_bytes=min_residual_bytes,
            min_output_bytes=min_output_bytes,
        )

    def with_min_execution_time(
        self, min_micros: int = 0, min_accelerator_micros: int = 0, min_cpu_micros: int = 0
    ) -> ProfileOptionBuilder:
        """Only nodes that, with what is below them, take at least so many microseconds."""
        return self._with(
            min_micros=min_micros, min_accelerator_micros=min_accelerator_micros, min_cpu_micros=min_cpu_micros
        )

    def with_min_parameters(self, min_params: int) -> ProfileOptionBuilder:
        """Only nodes of at least so many parameters."""
        return self._with(min_params=min_params)

    def with_min_occurrence(self, min_occurrence: int) -> ProfileOptionBuilder:
        """Only nodes that ran at least so often."""
        return self._with(min_occurrence=min_occurrence)

    def with_min_float_operations(self, min_float_ops: int) -> ProfileOptionBuilder:
        """Only nodes of at least so many floating-point operations."""
        return self._with(min_float_ops=min_float_ops)

    def with_accounted_types(self, account_type_regexes: Sequence[str]) -> ProfileOptionBuilder:
        """Only ops of matching types are counted: op types, devices, and types that an op log gives."""
        return self._with(account_type_regexes=copy.copy(account_type_regexes))

    def with_node_names(
        self,
        start_name_regexes: Sequence[str] | None = None,
        show_name_regexes: Sequence[str] | None = None,
        hide_name_regexes: Sequence[str] | None = None,
        trim_name_regexes: Sequence[str] | None = None,
    ) -> ProfileOptionBuilder:
        """The nodes to start at; of those, what is shown, but for what is hidden; below which nothing is shown."""
        given = {
            "start_name_regexes": start_name_regexes,
            "show_name_regexes": show_name_regexes,
            "hide_name_regexes": hide_name_regexes,
            "trim_name_regexes": trim_name_regexes,
        }
        return self._with(**{name: copy.copy(regexes) for name, regexes in given.items() if regexes is not None})

    def account_displayed_op_only(self, is_true: bool) -> ProfileOptionBuilder:
        """Whether totals count only what is shown."""
        return self._with(account_displayed_op_only=is_true)

    def with_empty_output(self) -> ProfileOptionBuilder:
        """No table."""
        return self._with(output="none")

    def with_stdout_output(self) -> ProfileOptionBuilder:
        """The table goes to the standard output."""
        return self._with(output="stdout")

    def with_file_output(self, outfile: str) -> ProfileOptionBuilder:
        """The table goes to a file."""
        return self._with(output=f"file:outfile={outfile}")

    def with_timeline_output(self, timeline_file: str) -> ProfileOptionBuilder:
        """A timeline; profile() refuses it: nbtf.python.client.timeline makes one of RunMetadata."""
        return self._with(output=f"timeline:outfile={timeline_file}")

    def with_pprof_output(self, pprof_file: str) -> ProfileOptionBuilder:
        """A profile of pprof; profile() refuses it."""
        return self._with(output=f"pprof:outfile={pprof_file}")

    def order_by(self, attribute: str) -> ProfileOptionBuilder:
        """By "name", or most first: one of the attributes that select takes."""
        return self._with(order_by=attribute)

    def select(self, attributes: Sequence[str]) -> ProfileOptionBuilder:
        """The columns: of "params", "float_ops", "bytes", "peak_bytes", "residual_bytes", "output_bytes", "micros",
        "accelerator_micros", "cpu_micros", "device", "op_types", "occurrence", "input_shapes"."""
        return self._with(select=copy.copy(attributes))

    def with_step(self, step: int) -> ProfileOptionBuilder:
        """A step that was added to a Profiler; -1 for the mean of all."""
        return self._with(step=step)
