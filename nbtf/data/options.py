"""Options: what a program says of how a dataset is to be computed. They are kept in the graph, and change no element."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, ClassVar

from nbtf.data.base import new_dataset
from nbtf.graph.raw_ops import raw

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset


class AutotuneAlgorithm(enum.Enum):
    """How numbers of threads are found."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class AutoShardPolicy(enum.IntEnum):
    """By what elements are spread over machines."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What is said of state outside of a dataset that is saved."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class _Group:
    """Named settings, None where nothing was said.

    Raises AttributeError for names that there are not, TypeError for values of another type, ValueError where the
    settings are a dataset's own.
    """

    _settings: ClassVar[dict[str, tuple[int, type]]] = {}
    """Name -> (field of the message, type)."""
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        for name, (_, kind) in self._settings.items():
            value = kind() if issubclass(kind, _Group) else self._defaults.get(name)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_is_fixed", False)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no property {name}.")

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_fixed:
            raise ValueError(
                "Mutating `tf.data.Options()` returned by `tf.data.Dataset.options()` has no effect. Use "
                "`tf.data.Dataset.with_options(options)` to set or update dataset options."
            )
        if name not in self._settings:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        kind = self._settings[name][1]
        if not isinstance(value, kind):
            words = f'Property "{name}" must be of type {kind}, got: {value} (type: {type(value)})'
            raise TypeError(words)
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._settings)

    def __hash__(self) -> int:
        return hash(type(self))

    def _fixed(self) -> Any:
        """These settings, which no longer change."""
        for name in self._settings:
            if isinstance(getattr(self, name), _Group):
                getattr(self, name)._fixed()
        object.__setattr__(self, "_is_fixed", True)
        return self

    def _merged(self, other: Any) -> Any:
        """These settings, where the other ones say nothing else."""
        made = type(self)()
        for name in self._settings:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, _Group):
                value = mine._merged(theirs)
            else:
                value = mine if theirs == self._defaults.get(name) else theirs
            object.__setattr__(made, name, value)
        return made

    def serialized(self) -> bytes:
        """The message that tells them."""
        parts = []
        for name, (field, _) in sorted(self._settings.items(), key=lambda item: item[1][0]):
            value = getattr(self, name)
            if isinstance(value, _Group):
                content = value.serialized()
                parts.append(bytes([field << 3 | 2]) + _varint(len(content)) + content)
            elif value is not None and not (name in self._defaults and value == 0):
                parts.append(_varint(field << 3) + _varint(value.value if isinstance(value, enum.Enum) else int(value)))
        return b"".join(parts)


def _varint(value: int) -> bytes:
    found, value = bytearray(), value & (1 << 64) - 1
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


class ThreadingOptions(_Group):
    """How many threads a dataset may use."""

    _settings: ClassVar = {"max_intra_op_parallelism": (1, int), "private_threadpool_size": (2, int)}


class AutotuneOptions(_Group):
    """How far numbers of threads and elements are found by trying."""

    _settings: ClassVar = {
        "enabled": (1, bool), "cpu_budget": (2, int), "ram_budget": (3, int), "autotune_algorithm": (4, AutotuneAlgorithm),
    }  # fmt: skip


class DistributeOptions(_Group):
    """How elements are spread over machines."""

    _settings: ClassVar = {"auto_shard_policy": (1, AutoShardPolicy), "num_devices": (2, int)}
    _defaults: ClassVar = {"auto_shard_policy": AutoShardPolicy.AUTO}


class OptimizationOptions(_Group):
    """Which rewrites of a pipeline are wanted."""

    _settings: ClassVar = {
        "apply_default_optimizations": (1, bool), "filter_fusion": (6, bool), "map_and_batch_fusion": (9, bool),
        "map_and_filter_fusion": (10, bool), "map_fusion": (11, bool), "map_parallelization": (12, bool),
        "noop_elimination": (14, bool), "parallel_batch": (15, bool), "shuffle_and_repeat_fusion": (17, bool),
        "filter_parallelization": (18, bool), "inject_prefetch": (19, bool),
    }  # fmt: skip


_RENAMED = {"experimental_deterministic": "deterministic", "experimental_threading": "threading"}
"""Older names of settings."""


class Options(_Group):
    """All settings. `deterministic`, `threading.private_threadpool_size` and the like are set as attributes."""

    _settings: ClassVar = {
        "deterministic": (1, bool), "experimental_distribute": (2, DistributeOptions),
        "experimental_optimization": (3, OptimizationOptions), "experimental_slack": (4, bool),
        "threading": (5, ThreadingOptions), "experimental_external_state_policy": (6, ExternalStatePolicy),
        "autotune": (7, AutotuneOptions), "experimental_symbolic_checkpoint": (8, bool),
        "experimental_warm_start": (9, bool),
    }  # fmt: skip

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(_RENAMED.get(name, name), value)

    def __getattr__(self, name: str) -> Any:
        if name in _RENAMED:
            return getattr(self, _RENAMED[name])
        return super().__getattr__(name)

    def merge(self, options: Options) -> Options:
        """These settings, where `options` says nothing else."""
        merged: Options = self._merged(options)
        return merged


def with_options(dataset: Dataset, options: Options, name: str | None = None) -> Dataset:
    """`Dataset.with_options`."""
    with dataset._variant_tensor.graph.colocate_with(dataset._variant_tensor):
        made = new_dataset(
            raw.OptionsDataset, dataset._variant_tensor, options.serialized(), spec=dataset.element_spec, name=name
        )
    made._options = dataset.options().merge(options)._fixed()
    return made
