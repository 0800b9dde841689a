"""Which processor this is in LLVM's words, and which one code is made for.

LLVM takes its time to load, and is not needed where code is only run: what it says is kept in a file.
NBTF_CPU_LEVEL names a level of processors, such as x86-64-v3, to make code for instead of for the very host. It may be of
another architecture: then code is made, but not run.
"""

from __future__ import annotations

import functools
import os
import platform
import sys
from typing import NamedTuple

from nbtf.native.digest import blake2b


class Cpu(NamedTuple):
    """What LLVM calls a processor: ``name`` as in ``skylake-avx512``, ``features`` as in ``+avx2,-avx512f,...``."""

    name: str
    features: str

    def has(self, feature: str) -> bool:
        """Whether it has ``feature``, in LLVM's spelling (``sse4.2``, ``crc``)."""
        return f"+{feature}" in self.features.split(",")


class Host(NamedTuple):
    """This machine: LLVM's triple, as in ``x86_64-unknown-linux-gnu``, and its processor."""

    triple: str
    cpu: Cpu


_V2 = "+cx16,+popcnt,+sse3,+ssse3,+sse4.1,+sse4.2"
_V3 = f"{_V2},+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe"
LEVELS = {
    "x86-64-v4": Cpu("x86-64-v4", f"{_V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"),
    "x86-64-v3": Cpu("x86-64-v3", _V3),
    "x86-64-v2": Cpu("x86-64-v2", _V2),
    "aarch64": Cpu("generic", "+neon"),
}
"""Levels of processors by name, which begins with the architecture's; of one architecture the highest first."""

_ARCHITECTURES = {"x86-64": "x86_64", "aarch64": "aarch64"}  # as levels and as LLVM's triples spell them

# What tells kinds of processors apart in Linux's list of them; the rest is of the moment or of one core.
_CPUINFO_KEYS = (
    *("vendor_id", "cpu family", "model", "model name", "stepping", "microcode", "flags"),
    *("Features", "CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"),
)


@functools.cache
def host() -> Host:
    """This machine, asked of LLVM."""
    from nbtf.native.llvm import binding

    llvm = binding()
    return Host(llvm.get_process_triple(), Cpu(llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()))


def remembered_host(folder: str, llvm_version: str) -> Host:
    """This machine, from a file in the folder that LLVM's answer of an earlier process is kept in.

    The file's name carries what the system says of the processor and the version of LLVM, so that it answers for no other
    ones. Where the system says nothing, or the folder takes no file, LLVM is asked every time.
    """
    said = _said_by_the_system()
    if said is None:
        return host()
    key = blake2b(f"{llvm_version}\0{said}".encode(), digest_size=8).hexdigest()
    name_of_file = f"processor-{key}.txt"
    path = os.path.join(folder, name_of_file)
    try:
        with open(path, encoding="utf-8") as file:
            triple, name, features = file.read().split()
        return Host(triple, Cpu(name, features))
    except (OSError, ValueError):
        pass
    found = host()
    temporary = os.path.join(folder, f".{name_of_file}.{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            file.write("\n".join((found.triple, *found.cpu)))
        os.replace(temporary, path)
    except OSError:
        pass  # compiled kernels cannot be written either, and whoever writes those says so
    return found


def _said_by_the_system() -> str | None:
    if sys.platform != "linux":
        return None
    try:
        with open("/proc/cpuinfo") as file:
            first = file.read(1 << 13).partition("\n\n")[0]
    except OSError:
        return None
    lines = [line for line in first.splitlines() if line.partition(":")[0].strip() in _CPUINFO_KEYS]
    return "\n".join([os.uname().machine, *lines]) if lines else None


def levels_of(host: Host) -> list[str]:
    """The levels that a machine reaches, the highest first."""
    mine = _architecture(host.triple.partition("-")[0])
    reached = [name for name, cpu in LEVELS.items() if all(host.cpu.has(f[1:]) for f in cpu.features.split(","))]
    return [name for name in reached if name.startswith(mine)]


def _architecture(machine: str) -> str:
    """As levels spell it, of what an operating system or LLVM calls a machine."""
    return {"arm64": "aarch64", "x86_64": "x86-64", "amd64": "x86-64"}.get(machine.lower(), machine)


def chosen_level() -> Cpu | None:
    """The level in the environment's NBTF_CPU_LEVEL. Raises ValueError for one that does not exist."""
    level = os.environ.get("NBTF_CPU_LEVEL")
    if not level:
        return None
    if level not in LEVELS:
        raise ValueError(f"NBTF_CPU_LEVEL: no level of processors is named {level!r}; there are {', '.join(LEVELS)}")
    return LEVELS[level]


@functools.cache
def code_cpu() -> Cpu:
    """The processor that code is made for: the host's, or a level that was chosen."""
    return chosen_level() or host().cpu


def code_triple() -> str:
    """LLVM's triple of what code is made for: the host's, but for a level of another architecture that of Linux on it."""
    return host().triple if runs_here() else f"{_ARCHITECTURES[_chosen_architecture()]}-unknown-linux-gnu"


def runs_here() -> bool:
    """Whether code that is made is for the architecture of this machine."""
    return chosen_level() is None or _chosen_architecture() == _architecture(platform.machine())


def _chosen_architecture() -> str:
    return next(name for name in _ARCHITECTURES if os.environ["NBTF_CPU_LEVEL"].startswith(name))
