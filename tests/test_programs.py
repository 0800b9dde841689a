"""Programs that TensorFlow ran: built with nbtf they make the same graph, node by node, the same values and errors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs import comparison

import nbtf as tf

GOLDEN = Path(__file__).parent / "golden" / "programs"
NAMES = comparison.program_names()

pytestmark = pytest.mark.usefixtures("own_folder")


def recorded(name: str) -> tuple[list[str], dict[str, Any]]:
    """Lines of nodes, and the facts about fetches and errors."""
    nodes, _, facts = (GOLDEN / f"{name}.nodes").read_text(encoding="utf-8").rpartition("\n{\n")
    return nodes.splitlines(), json.loads("{\n" + facts)


@pytest.mark.parametrize("name", NAMES)
def test_graph(name: str) -> None:
    nodes, facts = recorded(name)
    program = comparison.load_program(name)
    graph, fetches = comparison.built(tf, program)
    if getattr(program, "SAME_NODES", True):
        assert comparison.listing(graph).splitlines() == [line for line in nodes if line]
    assert comparison.signatures(fetches) == facts["signatures"]


@pytest.mark.parametrize("name", NAMES)
def test_values(name: str) -> None:
    program = comparison.load_program(name)
    graph, fetches = comparison.built(tf, program)
    found = comparison.values(tf, program, graph, fetches)
    with np.load(GOLDEN / f"{name}.npz") as expected:
        assert sorted(found) == sorted(expected.files)
        for label in expected.files:
            check_equal(found[label], expected[label], program, label)


def check_equal(value: np.ndarray, expected: np.ndarray, program: Any, label: str) -> None:
    assert value.shape == expected.shape and value.dtype.kind == expected.dtype.kind, label
    if expected.dtype.kind not in "fc":
        np.testing.assert_array_equal(value, expected, label)
        return
    assert value.dtype == expected.dtype, label
    rtol, atol = getattr(program, "RTOL", 1e-5), getattr(program, "ATOL", 1e-6)
    np.testing.assert_allclose(value, expected, rtol, atol if rtol else 0, err_msg=label)


@pytest.mark.parametrize("name", [n for n in NAMES if hasattr(comparison.load_program(n), "errors")])
def test_errors(name: str) -> None:
    _, facts = recorded(name)
    found = comparison.raised(tf, comparison.load_program(name))
    assert {label: kind for label, (kind, _) in found.items()} == {k: kind for k, (kind, _) in facts["errors"].items()}
