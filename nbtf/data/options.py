"""Options: what a program says of how a dataset is to be computed. They are kept in the graph, and change no element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtf.data.base import new_dataset
from nbtf.graph.raw_ops import raw

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset


class _Group:
    """Named settings, None where nothing was said. Raises AttributeError for names that there are not."""

    _names: tuple[str, ...] = ()

    def __init__(self) -> None:
        for name in self._names:
            object.__setattr__(self, name, None)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no property {name}.")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._names:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(type(self))


class ThreadingOptions(_Group):
    """How many threads a dataset may use."""

    _names = ("max_intra_op_parallelism", "private_threadpool_size")


class AutotuneOptions(_Group):
    """How far numbers of threads and elements are found by trying."""

    _names = ("autotune_algorithm", "cpu_budget", "enabled", "initial_parallelism", "min_parallelism", "ram_budget")


class DistributeOptions(_Group):
    """How elements are spread over machines."""

    _names = ("auto_shard_policy", "num_devices")


class OptimizationOptions(_Group):
    """Which rewrites of a pipeline are wanted."""

    _names = (
        "apply_default_optimizations", "filter_fusion", "filter_parallelization", "inject_prefetch",
        "map_and_batch_fusion", "map_and_filter_fusion", "map_fusion", "map_parallelization", "noop_elimination",
        "parallel_batch", "seq_interleave_prefetch", "shuffle_and_repeat_fusion",
    )  # fmt: skip


_RENAMED = {"experimental_deterministic": "deterministic", "experimental_threading": "threading"}
"""Older names of settings."""


class Options(_Group):
    """All settings. `deterministic`, `threading.private_threadpool_size` and the like are set as attributes."""

    _names = (
        "autotune", "deterministic", "experimental_distribute", "experimental_external_state_policy",
        "experimental_optimization", "experimental_slack", "experimental_symbolic_checkpoint",
        "experimental_warm_start", "threading",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.autotune = AutotuneOptions()
        self.experimental_distribute = DistributeOptions()
        self.experimental_optimization = OptimizationOptions()
        self.threading = ThreadingOptions()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(_RENAMED.get(name, name), value)

    def __getattr__(self, name: str) -> Any:
        if name in _RENAMED:
            return getattr(self, _RENAMED[name])
        return super().__getattr__(name)

    def merge(self, options: Options) -> Options:
        """These settings, where `options` says nothing else."""
        merged: Options = _merged(self, options)
        return merged

    def serialized(self) -> bytes:
        """The message in an OptionsDataset."""
        parts = [
            _number(1, self.deterministic),
            _message(2, b""),
            _message(3, b""),
            _number(4, self.experimental_slack),
            _message(
                5,
                _number(1, self.threading.max_intra_op_parallelism)
                + _number(2, self.threading.private_threadpool_size),
            ),
            _message(7, _number(1, self.autotune.enabled)),
        ]
        return b"".join(parts)


def _merged(group: Any, other: Any) -> Any:
    made = type(group)()
    for name in group._names:
        mine, theirs = getattr(group, name), getattr(other, name)
        if isinstance(mine, _Group):
            value = _merged(mine, theirs)
        else:
            value = mine if theirs is None else theirs
        object.__setattr__(made, name, value)
    return made


def _number(field: int, value: Any) -> bytes:
    """A field of a message: a bool or a small number; nothing for None."""
    return b"" if value is None else bytes([field << 3]) + _varint(int(value))


def _message(field: int, content: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def with_options(dataset: Dataset, options: Options, name: str | None = None) -> Dataset:
    """`Dataset.with_options`."""
    with dataset._variant_tensor.graph.colocate_with(dataset._variant_tensor):
        made = new_dataset(
            raw.OptionsDataset, dataset._variant_tensor, options.serialized(), spec=dataset.element_spec, name=name
        )
    made._options = dataset.options().merge(options)
    return made
