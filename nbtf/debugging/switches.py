"""Switches of tf.debugging: how errors and placements are told."""

from __future__ import annotations

_filtering = True
_logging_placement = False


def enable_traceback_filtering() -> None:
    """Kept for programs that ask; nbtf's tracebacks are short as they are."""
    global _filtering
    _filtering = True


def disable_traceback_filtering() -> None:
    """See `enable_traceback_filtering`."""
    global _filtering
    _filtering = False


def is_traceback_filtering_enabled() -> bool:
    """What was said last; true at first."""
    return _filtering


def set_log_device_placement(enabled: bool) -> None:
    """Kept for programs that ask; there is one device."""
    global _logging_placement
    _logging_placement = bool(enabled)


def get_log_device_placement() -> bool:
    """What was said last; false at first."""
    return _logging_placement


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Raises NotImplementedError: `tf.add_check_numerics_ops` checks the tensors of a graph."""
    raise NotImplementedError(
        "tf.add_check_numerics_ops() checks all tensors of a graph; none are checked by themselves"
    )


def disable_check_numerics() -> None:
    """Without effect: tensors are not checked by themselves."""
