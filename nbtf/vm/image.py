"""The kernel image: object code by key, kept in the user's cache; numba and LLVM only on a miss.

One file a variant under <cache>/<environment key>/. The environment key covers the processor and the versions of
everything that makes code; the file name carries a digest of the sources that the variant was made from. Files are
written under temporary names and renamed, so several processes may fill one image at once.

What the cache lacks may have come with the package: code for a level of processors that the host reaches, made by
tools/make_images.py, under nbtf/images/<level>/. Code made on this machine for this very processor comes first.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import re
import stat
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from types import CodeType

from nbtf.compiler.variant import Variant
from nbtf.graph import registry
from nbtf.native.digest import blake2b
from nbtf.native.object_file import is_native, undefined_symbols
from nbtf.native.placement import place
from nbtf.native.processor import Host, chosen_level, host, levels_of, remembered_host
from nbtf.vm.library_symbols import LIBRARY_SYMBOLS

_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # pathlib takes longer to import than an image to load
_SHARED_SOURCES = (
    "shapes.py",
    "layout.py",
    "vm/builder.py",
    "compiler/packing.py",
    "kernels/jit.py",
    "kernels/memory.py",
    "kernels/dims.py",
    "kernels/map.py",
    "kernels/shared.py",
    "kernels/team.py",
)
IMAGES = os.path.join(_PACKAGE, "images")
_MAGIC = b"nbtfimg1"
_DIGEST_BYTES = 16
_IMPORTS = re.compile(rb"\nfrom nbtf\.(\S+) import (.*)")  # found several times as fast as with ^


class ImageWarning(UserWarning):
    """The kernel cache cannot be used; kernels are compiled anew in every process."""


class Image:
    """Compiled code in this process. Thread-safe; one a process (see `image`)."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self.compiled = 0
        """Variants that this process compiled because no file held them."""
        self._placed: list[Callable[[str], int]] = []  # they keep the code alive
        self._addresses: dict[Variant, int] = {}
        self._lock = threading.Lock()

    def require(self, variants: Iterable[Variant]) -> None:
        """Makes the addresses of these variants known: loads what the cache holds, compiles the rest.

        Raises ValueError where NBTF_CPU_LEVEL asks for code of another architecture.
        """
        with self._lock:
            missing = [v for v in variants if v not in self._addresses]
            if missing:
                self._load(self._codes(missing))

    def make(self, variants: Iterable[Variant]) -> None:
        """Compiles those of these variants that no file holds; loads none, so they may be for another architecture."""
        with self._lock:
            self._codes(variants)

    def address(self, variant: Variant) -> int:
        return self._addresses[variant]

    def files(self) -> tuple[list[str], list[str]]:
        """What the cache holds: images that this version loads on this processor, and those of other ones."""
        current: list[str] = []
        others: list[str] = []
        if self.folder is None:
            return current, others
        families = [name for name in os.listdir(os.path.join(_PACKAGE, "kernels")) if name.endswith(".py")]
        digests = {_source_digest(name.removesuffix(".py")) for name in families}
        for folder, name in sorted(_image_files(os.path.dirname(self.folder))):
            ours = folder == self.folder and name.removesuffix(".o").rpartition("-")[2] in digests
            (current if ours else others).append(os.path.join(folder, name))
        return current, others

    def _codes(self, variants: Iterable[Variant]) -> dict[Variant, bytes]:
        """Object code of each, from files where they hold it."""
        found = {v: self._read(v) for v in variants}
        absent = sorted(v for v, code in found.items() if code is None)
        codes = {v: code for v, code in found.items() if code is not None}
        if absent:
            from nbtf.vm.compile_pool import compile_all  # processes and all: not for those who only load

            for variant, code in compile_all(absent):
                codes[variant] = code
                self.compiled += 1
                self._write(variant, code)
        return codes

    def _load(self, codes: dict[Variant, bytes]) -> None:
        address = place(list(codes.values()))
        self._placed.append(address)
        self._addresses.update({variant: address(variant.symbol) for variant in codes})

    # ---- files ----

    def _read(self, variant: Variant) -> bytes | None:
        """The object code, or None where no file has it."""
        name = file_name(variant)
        code = _whole_code(os.path.join(self.folder, name)) if self.folder else None
        shipped = (_whole_code(os.path.join(folder, name)) for folder in _shipped_folders()) if code is None else ()
        return next((found for found in shipped if found is not None and is_native(found)), code)

    def _write(self, variant: Variant, code: bytes) -> None:
        if self.folder is None:
            return
        folder, name = self.folder, file_name(variant)
        temporary = os.path.join(folder, f".{name}.{os.getpid()}.{threading.get_ident()}")
        try:
            os.makedirs(folder, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(_MAGIC + _digest(code) + code)
            os.replace(temporary, os.path.join(folder, name))
        except OSError as error:
            self.folder = None
            _warn(f"cannot write compiled kernels to {folder}: {error}")


def file_name(variant: Variant) -> str:
    """Of a variant's object code, in every folder."""
    return f"{variant.symbol}-{_source_digest(variant.family)}.o"


def _image_files(root: str) -> list[tuple[str, str]]:
    """Folder and name of all object code in a cache."""
    found = []
    for folder in _folders_in(root):
        names = [
            name for name in os.listdir(folder) if name.startswith("nbtf_") and name.endswith(".o") and "-" in name
        ]
        found += [(folder, name) for name in names]
    return found


def _folders_in(root: str) -> list[str]:
    try:
        with os.scandir(root) as entries:
            return [entry.path for entry in entries if entry.is_dir()]
    except OSError:
        return []


def _whole_code(path: str) -> bytes | None:
    """The object code in a file, or None: absent, unreadable or damaged. LLVM would crash on half an object file."""
    data = _content(path)
    if data is None:
        return None
    head = len(_MAGIC) + _DIGEST_BYTES
    code = data[head:]
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : head] != _digest(code):
        return None
    try:
        foreign = undefined_symbols(code) - LIBRARY_SYMBOLS
    except ValueError:
        return None
    return None if foreign else code


@functools.cache
def _shipped_folders() -> list[str]:
    """Of code that came with the package, for the levels that this processor reaches, the highest first."""
    if os.environ.get("NBTF_CPU_LEVEL"):
        return []  # somebody wants code for that level, whatever the host could run
    folders = [os.path.join(IMAGES, level) for level in levels_of(_host())]
    return [folder for folder in folders if os.path.isdir(folder)]


@functools.cache
def image() -> Image:
    """The image of this process."""
    return Image(_image_folder())


def _image_folder() -> str | None:
    root = cache_folder()
    problem = _foreign(root)
    if problem:
        _warn(f"will not load compiled kernels from {root}: {problem}")
        return None
    return os.path.join(root, _environment_key(_host()))


@functools.cache
def _host() -> Host:
    root = cache_folder()
    return host() if _foreign(root) else remembered_host(root, _version_of("llvmlite"))


def cache_folder() -> str:
    """Where images lie: $NBTF_CACHE_DIR, else nbtf in the user's cache folder."""
    chosen = os.environ.get("NBTF_CACHE_DIR")
    if chosen:
        return chosen
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA", os.path.join(home, "AppData", "Local")), "nbtf", "cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "nbtf")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "nbtf")


def _foreign(folder: str) -> str | None:
    """Why code from this folder must not run: somebody else may have written it."""
    if sys.platform == "win32":
        return None
    for path in (folder, *_folders_in(folder)):
        try:
            facts = os.stat(path)
        except OSError:
            continue
        if facts.st_uid not in (os.getuid(), 0):
            return f"{path} belongs to another user"
        if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not facts.st_mode & stat.S_ISVTX:
            return f"others may write to {path}"
    return None


def _environment_key(machine: Host) -> str:
    cpu = chosen_level() or machine.cpu
    parts: Sequence[str] = (
        sys.implementation.cache_tag or "",
        machine.triple,
        cpu.name,
        cpu.features,
        _version_of("numba"),
        _version_of("llvmlite"),
    )  # not numpy's: numba compiles what kernels use of it by itself, to the same bytes beside numpy 1 and 2
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _version_of(package: str) -> str:
    """A package's version without importing it: importlib.metadata alone would take longer than loading the image."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return "absent"
    version = _content(os.path.join(os.path.dirname(spec.origin), "_version.py"))
    return "unknown" if version is None else blake2b(version, digest_size=8).hexdigest()


@functools.cache
def _source_digest(family: str) -> str:
    """Digest of everything that code of this family is made from: sources, and what its blocks compile of theirs."""
    digest = _digest_of_shared_sources().copy()
    _add_sources(digest, sorted(_kernel_sources(family)))
    for block in registry.family(family):
        digest.update(repr(_compiled_facts(block)).encode())
    return digest.hexdigest()


@functools.cache
def _digest_of_shared_sources() -> blake2b:
    """To be copied: what every family's digest begins with."""
    digest = blake2b(digest_size=8)
    _add_sources(digest, _SHARED_SOURCES)
    return digest


def _add_sources(digest: blake2b, names: Iterable[str]) -> None:
    for name in names:
        source = _source(name)
        if source is not None:
            digest.update(name.encode() + b"\0" + source)


def _compiled_facts(block: registry.Block) -> tuple[object, ...]:
    """What compiled code depends on in a block: its rules and the layout of its operands, not its gradient or words."""
    rules = [_rule_facts(rule) for rule in (block.shape, block.workspace_size) if rule is not None]
    names = (block.op_type, block.kernel, block.rule, block.scalars, block.alike, block.forwards, block.shares)
    return (*names, block.variables, block.keeps, block.moves, block.shrinks, block.workspace, block.each_thread, rules)


def _rule_facts(rule: Callable[..., object]) -> tuple[object, ...]:
    """A rule's code, and that of the functions of nbtf.ops that it calls; those of nbtf.shapes are a shared source."""
    code = rule.__code__
    called = [getattr(rule, "__globals__", {}).get(name) for name in code.co_names]
    helpers = [_rule_facts(f) for f in called if inspect.isfunction(f) and f.__module__.startswith("nbtf.ops.")]
    annotations = sorted((name, str(kind)) for name, kind in rule.__annotations__.items())
    return code.co_code, code.co_varnames, code.co_names, _plain_constants(code), annotations, helpers


def _plain_constants(code: CodeType) -> list[object]:
    """Constants in a form whose text is the same in every process."""
    found: list[object] = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            constant = (constant.co_code, constant.co_names, _plain_constants(constant))
        elif isinstance(constant, frozenset):
            constant = sorted(map(repr, constant))
        found.append(constant)
    return found


def _kernel_sources(family: str) -> set[str]:
    """kernels/<family>.py and the kernel modules and leaves it imports, at any remove."""
    found: set[str] = set()
    pending = [f"kernels/{family}.py"]
    while pending:
        name = pending.pop()
        if name not in found and _source(name) is not None:
            found.add(name)
            pending += (imported for imported in _imports(name) if imported.startswith("kernels/"))
            found.update(imported for imported in _imports(name) if not imported.startswith("kernels/"))
    return found


@functools.cache
def _source(name: str) -> bytes | None:
    """The content of a file of the package, which many families share; None where there is none."""
    return _content(os.path.join(_PACKAGE, name))


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


@functools.cache
def _imports(name: str) -> tuple[str, ...]:
    """Files of the package that a kernel module names in its imports."""
    found: list[str] = []
    for line in _IMPORTS.finditer(b"\n" + (_source(name) or b"")):
        module, names = (part.decode() for part in line.groups())
        if module == "kernels":
            found += (f"kernels/{one}.py" for one in re.findall(r"\w+", names))
        elif module.count(".") == module.startswith("kernels."):
            found.append(f"{module.replace('.', '/')}.py")
    return tuple(found)


def _digest(code: bytes) -> bytes:
    return blake2b(code, digest_size=_DIGEST_BYTES).digest()


def _warn(message: str) -> None:
    warnings.warn(f"nbtf {message}", ImageWarning, stacklevel=2)
