"""Compile kernels for a level of processors into nbtf/images/, which a wheel built from this checkout then carries.

python tools/make_images.py x86-64-v3 [GRAPH ...]    the kernels of these graphs, else of every op in its usual types

Who installs that wheel on a processor of that level compiles none of them. A level of another architecture is made for Linux
on it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nbtf.native.processor import LEVELS
from nbtf.vm.image import IMAGES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("level", choices=LEVELS)
    parser.add_argument("graphs", nargs="*", metavar="GRAPH", help=".pb, .pbtxt, .meta file or SavedModel folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NBTF_CPU_LEVEL": arguments.level, "NBTF_CACHE_DIR": cache}
        command = [sys.executable, "-c", "from nbtf_tools.main import main; main()", "warmup", *arguments.graphs]
        status = subprocess.run(command, env=environment, check=False).returncode
        if status:
            return status
        made = sorted(Path(cache).glob("*/*.o"))
        target = Path(IMAGES) / arguments.level
        target.mkdir(parents=True, exist_ok=True)
        for path in target.glob("*.o"):
            path.unlink()
        copies = [Path(shutil.copy(path, target)) for path in made]
    print(f"{len(copies)} kernels, {sum(path.stat().st_size for path in copies) / 1e6:.1f} MB: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
