"""Write the type stubs of nbtf's lazy name spaces: `__init__.pyi` beside each `__init__.py` that has one."""

import argparse
import importlib
import sys
from pathlib import Path

from nbtf.lazy import NameSpace

ROOT = Path(__file__).resolve().parent.parent


def name_spaces() -> dict[Path, NameSpace]:
    """Stub -> name space, of every package that has one."""
    found = {}
    for source in sorted((ROOT / "nbtf").rglob("__init__.py")):
        package = ".".join(source.parent.relative_to(ROOT).parts)
        names = getattr(importlib.import_module(package), "_names", None)
        if isinstance(names, NameSpace) and names.package == package:
            found[source.with_suffix(".pyi")] = names
    return found


def stub(names: NameSpace) -> str:
    """The text of one stub."""
    purpose = (importlib.import_module(names.package).__doc__ or "").splitlines()[0]
    lines = [f'"""{purpose}"""', "", "# Made by tools/make_stubs.py; do not edit.", ""]
    lines += [f"from {names.package} import {name} as {name}" for name in sorted(names.modules)]
    imports = sorted((module, name, public) for public, (module, name) in names.sources.items())
    lines += [f"from {module} import {name} as {public}" for module, name, public in imports]
    values = vars(importlib.import_module(names.package))
    lines += ["", *(f"{name}: {type(values[name]).__name__}" for name in names.own)]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a stub is out of date")
    check = parser.parse_args().check
    stale = 0
    for path, names in name_spaces().items():
        text = stub(names)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
