"""Write nbtf/ops/families.txt: the op types that each file of nbtf/ops has blocks of."""

import argparse
import pkgutil
import sys
from pathlib import Path

import nbtf.ops
from nbtf.graph import registry


def families() -> str:
    """The text of the list: a line a family, its name and its op types."""
    lines = []
    for module in sorted(module.name for module in pkgutil.iter_modules(nbtf.ops.__path__)):
        registry.import_family(module)
        lines.append(" ".join([module, *sorted(block.op_type for block in registry.blocks_of(module))]))
    return "\n".join(line for line in lines if " " in line) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the list is out of date")
    path = Path(registry.FAMILIES)
    if parser.parse_args().check:
        current = families() == path.read_text()
        print("" if current else f"{path} is out of date")
        return int(not current)
    path.write_text(families())
    return 0


if __name__ == "__main__":
    sys.exit(main())
