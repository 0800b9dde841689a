"""tf.logging: lines such as `INFO:tensorflow:Restoring parameters from m-3`, of nbtf itself and of its users."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.logging.lines": (
        "DEBUG", "ERROR", "FATAL", "INFO", "TaskLevelStatusMessage", "WARN", "debug", "error", "fatal", "flush",
        "get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if", "set_verbosity", "vlog", "warn",
        "warning",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
