"""Two Pythons measured in turn: A B A B ..., so that a machine that grows slower slows both."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence


def arguments(description: str) -> argparse.Namespace:
    """The command line that all comparisons share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tensorflow-python", metavar="PATH", help="a Python with TensorFlow; without it nbtf alone")
    parser.add_argument("--pairs", type=int, default=7, help="runs of each")
    return parser.parse_args()


def run(python: str, script: str, library: str) -> dict[str, float]:
    """Figures that `script --child LIBRARY` prints as its last line."""
    command = [python, script, "--child", library]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def environment() -> dict[str, str]:
    """That of a library's process. Modules that were compiled are kept, as they are where a package is installed."""
    given = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    return given


def compare(script: str, options: argparse.Namespace) -> None:
    """Prints medians of every figure, and of the ratios pair by pair, with their range."""
    run(sys.executable, script, "nbtf")  # compiles what the cache lacks
    ours, theirs = [], []
    for _ in range(options.pairs):
        ours.append(run(sys.executable, script, "nbtf"))
        if options.tensorflow_python:
            theirs.append(run(options.tensorflow_python, script, "tensorflow"))
    for name in ours[0]:
        mine = [figures[name] for figures in ours]
        line = f"{name:44} nbtf {spread(mine)}"
        if theirs:
            peer = [figures[name] for figures in theirs]
            ratios = [a / b for a, b in zip(mine, peer, strict=True)]
            line += f"   TensorFlow {spread(peer)}   ratio {spread(ratios)}"
        print(line)


def spread(values: Sequence[float]) -> str:
    """Median, and the range."""
    return f"{statistics.median(values):.3g} ({min(values):.3g} .. {max(values):.3g})"
