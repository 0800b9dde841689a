"""Name spaces whose names are imported from where they are made when someone first asks for them (PEP 562).

    _names = NameSpace(__name__, {"nbtf.nn.convolutions": ("conv2d", "conv2d_v1 as conv")}, modules=("rnn_cell",))
    __getattr__, __dir__ = _names.find, _names.list

tools/make_stubs.py writes the same as `__init__.pyi`, for type checkers.
"""

import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from nbtf import collector


class NameSpace:
    """What a package offers.

    exports: module -> names in it, or "name in it as public name". modules: submodules. own: what the package's
    `__init__.py` defines itself.
    """

    def __init__(
        self, package: str, exports: Mapping[str, Iterable[str]], modules: Iterable[str] = (), own: Iterable[str] = ()
    ) -> None:
        self.package = package
        self.own = tuple(own)
        self.modules = tuple(modules)
        self.sources: dict[str, tuple[str, str]] = {}
        """Public name -> (module, name in it)."""
        for module, names in exports.items():
            for text in names:
                name, _, public = text.partition(" as ")
                self.sources[public or name] = (module, name)

    def find(self, name: str) -> Any:
        """The package's `__getattr__`: what it finds becomes an attribute of the package."""
        with collector.paused():
            value = self._imported(name)
        setattr(sys.modules[self.package], name, value)
        return value

    def _imported(self, name: str) -> Any:
        if name in self.sources:
            module, source = self.sources[name]
            found = importlib.import_module(module)
            return getattr(found, source) if hasattr(found, source) else importlib.import_module(f"{module}.{source}")
        if name in self.modules:
            return importlib.import_module(f"{self.package}.{name}")
        raise AttributeError(f"module {self.package!r} has no attribute {name!r}")

    def list(self) -> list[str]:
        """The package's `__dir__`."""
        return sorted({*self.sources, *self.modules, *self.own})
