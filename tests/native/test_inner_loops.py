"""The loops that time is spent in, as LLVM writes them for processors that the tests need not run on.

Sums that do not stay in registers, or vectors of half the width, give right numbers slowly: only the assembly tells.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PROGRAM = Path(__file__).with_name("tile_assembly.py")
WINDOW, POSITIONS = 3, 4  # of the depthwise tile in the program


class Facts(NamedTuple):
    """How a processor's assembly says what is counted."""

    multiply_add: str
    vector: str
    """A register of the full width that the numbers are in."""
    branch: str
    on_stack: str
    reloads: dict[str, int]
    """Of addresses, in a turn of a tile that has more rows or panels than the processor has registers for addresses."""


LEVELS = {
    "aarch64": Facts(r"^fmla\b", r"\bv\d+\.4s\b", r"^(?:b\.?\w*|cbn?z|tbn?z)\b.*?(\.L\w+)$", r"\[sp\b", {}),
    "x86-64-v3": Facts(r"^vfmadd", r"%ymm\d+", r"^j\w+\s+(\.L\w+)$", r"\(%rsp", {}),
    "x86-64-v4": Facts(r"^vfmadd", r"%zmm\d+", r"^j\w+\s+(\.L\w+)$", r"\(%rsp", {"highest": 5, "narrow": 4, "wide": 3}),
}
ANY_VECTOR = r"%[xyz]mm|\b[vqds]\d+\b"


class Made(NamedTuple):
    level: str
    facts: Facts
    tile: dict[str, int]
    functions: dict[str, list[str]]
    """Labels and instructions, by name."""


@pytest.fixture(scope="module", params=LEVELS)
def made(request: pytest.FixtureRequest) -> Made:
    environment = {**os.environ, "NBTF_CPU_LEVEL": request.param}
    run = subprocess.run([sys.executable, PROGRAM], env=environment, check=True, capture_output=True, timeout=300)
    answer: dict[str, Any] = json.loads(run.stdout)
    functions: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in answer.pop("text").splitlines():
        code = re.split(r"//|\s#", line)[0].strip()
        start = re.match(r"^(nbtf_\w+):", code)
        if start:
            lines = functions.setdefault(start[1], [])
        elif code and not re.match(r"\.(?!L\w+:)", code):
            lines.append(code)
    return Made(request.param, LEVELS[request.param], answer, functions)


def loop(lines: list[str], facts: Facts, multiply_adds: int) -> list[str]:
    """The shortest loop with so many multiply-adds at least."""
    labels = {line[:-1]: at for at, line in enumerate(lines) if line.endswith(":")}
    found = []
    for at, line in enumerate(lines):
        branch = re.match(facts.branch, line)
        if branch and labels.get(branch[1], at) < at:
            body = [code for code in lines[labels[branch[1]] : at + 1] if not code.endswith(":")]
            if len(matching(body, facts.multiply_add)) >= multiply_adds:
                found.append(body)
    assert found, f"no loop with {multiply_adds} multiply-adds"
    return min(found, key=len)


def matching(body: list[str], pattern: str) -> list[str]:
    return [code for code in body if re.search(pattern, code)]


@pytest.mark.parametrize("shape", ["highest", "narrow", "wide"])
def test_product(made: Made, shape: str) -> None:
    """A turn is one k: a multiply-add for each vector of sums, and of loads no more than the processor does meanwhile."""
    facts, tile = made.facts, made.tile
    rows, vectors = {
        "highest": (tile["rows"], tile["vectors"]),
        "narrow": (tile["rows"], 1),
        "wide": (1, tile["wide"]),
    }[shape]
    body = loop(made.functions[f"nbtf_tile_float32_{rows}x{vectors}"], facts, rows * vectors)
    adds = matching(body, facts.multiply_add)
    assert len(adds) == rows * vectors
    assert len({re.findall(facts.vector, add)[0 if made.level == "aarch64" else -1] for add in adds}) == len(adds)
    stack = matching(body, facts.on_stack)
    assert not matching(stack, ANY_VECTOR)
    assert len(stack) <= facts.reloads.get(shape, 0)
    if shape == "highest":
        assert len(adds) >= 12 and len(matching(body, r"\(%|\[x")) <= len(adds)


def test_depthwise(made: Made) -> None:
    """All lines of taps of one vector of channels."""
    facts = made.facts
    multiply_adds = WINDOW * WINDOW * POSITIONS
    lines = made.functions["nbtf_depthwise_tile_3_1"]
    assert len(matching(lines, facts.multiply_add)) == multiply_adds
    assert all(re.search(facts.vector, code) for code in matching(lines, facts.multiply_add))
    body = loop(lines, facts, WINDOW * POSITIONS)
    assert not matching(matching(body, facts.on_stack), ANY_VECTOR)


def test_registers_hold_the_tile(made: Made) -> None:
    """Sums, a row of b and an element of a."""
    registers = 16 if made.level == "x86-64-v3" else 32
    spare = registers - made.tile["rows"] * made.tile["vectors"] - made.tile["vectors"]
    assert 1 <= spare <= 6
    bits = {"aarch64": 128, "x86-64-v3": 256, "x86-64-v4": 512}[made.level]
    assert made.tile["lanes"] * 32 == bits
