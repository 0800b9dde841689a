"""Device names: nbtf runs everything in one place, but graphs keep, merge and write them as TensorFlow does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class DeviceSpec:
    """A partly given device, "/job:worker/replica:0/task:1/device:CPU:0"; every part may be None."""

    __slots__ = ("device_index", "device_type", "job", "replica", "task")

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self.job = job
        self.replica = replica
        self.task = task
        self.device_type = device_type.upper() if device_type in ("cpu", "gpu") else device_type
        self.device_index = device_index

    @classmethod
    def from_string(cls, spec: str) -> DeviceSpec:
        """Raises ValueError for a part that no device has."""
        return cls().parse_from_string(spec)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        found: dict[str, Any] = {}
        for part in spec.split("/"):
            words = part.split(":")
            if len(words) == 2 and words[0] in ("job", "replica", "task"):
                found[words[0]] = words[1] if words[0] == "job" else _number(words[1], words[0], spec)
            elif words[0] in ("cpu", "CPU", "gpu", "GPU") and len(words) <= 2:
                _put_device(found, words[0].upper(), words[1] if len(words) == 2 else "*", spec)
            elif words[0] == "device" and len(words) == 3:
                _put_device(found, words[1], words[2], spec)
            elif part:
                raise ValueError(
                    f"Unknown attribute '{words[0]}' is encountered while parsing the device spec: '{spec}'."
                )
        for name in self.__slots__:
            setattr(self, name, found.get(name))
        return self

    def merge_from(self, other: DeviceSpec) -> None:
        """Takes over every part that `other` gives."""
        for name in self.__slots__:
            if getattr(other, name) is not None:
                setattr(self, name, getattr(other, name))

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """A new one: this, overridden by every part that `dev` gives."""
        merged = self.replace()
        merged.merge_from(dev)
        return merged

    def replace(self, **kwargs: Any) -> DeviceSpec:
        """A new one: this, but for the parts given by name."""
        return DeviceSpec(**{**{name: getattr(self, name) for name in self.__slots__}, **kwargs})

    def to_string(self) -> str:
        parts = []
        if self.job is not None:
            parts.append(f"/job:{self.job}")
        if self.replica is not None:
            parts.append(f"/replica:{self.replica}")
        if self.task is not None:
            parts.append(f"/task:{self.task}")
        if self.device_type is not None:
            index = "*" if self.device_index is None else self.device_index
            parts.append(f"/device:{self.device_type}:{index}")
        return "".join(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSpec) and self.to_string() == other.to_string()

    def __hash__(self) -> int:
        return hash(self.to_string())

    def __repr__(self) -> str:
        return f"DeviceSpec({self.to_string()!r})"


DeviceFunction = Callable[[Any], Any]
"""Takes an Operation and gives the device string for it, or None."""


def canonical_device(device: Any) -> str:
    """The canonical string of a device string or DeviceSpec. Raises ValueError for an unknown part."""
    if isinstance(device, DeviceSpec):
        return device.to_string()
    if not device:
        return ""
    return DeviceSpec.from_string(device).to_string()


def merged_device(outer: Any, inner: str) -> str:
    """`outer`, overridden by every part that `inner` gives."""
    merged = DeviceSpec.from_string(canonical_device(outer))
    merged.merge_from(DeviceSpec.from_string(inner))
    return merged.to_string()


def _put_device(found: dict[str, Any], device_type: str, index: str, spec: str) -> None:
    if "device_type" in found:
        raise ValueError(f"Multiple device types are not allowed while parsing the device spec: {spec}.")
    found["device_type"] = device_type
    found["device_index"] = None if index == "*" else _number(index, "device", spec)


def _number(text: str, part: str, spec: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"'{text}' is no number of a {part}, in the device spec: '{spec}'.")
    return int(text)
