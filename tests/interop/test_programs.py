"""Programs of tests/programs: TensorFlow takes the graphs that nbtf builds for them, and what it computes is recorded."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from programs import comparison

import nbtf

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("own_folder")]

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "programs"


@pytest.fixture(scope="module")
def tensorflow() -> Any:
    from tensorflow.compat import v1

    if not v1.__version__.startswith("2.15"):
        pytest.skip("the programs' nodes and values are those of TensorFlow 2.15")
    v1.disable_v2_behavior()
    v1.logging.set_verbosity(v1.logging.ERROR)
    return v1


@pytest.mark.parametrize("name", comparison.program_names())
def test_tensorflow_runs_the_graph(name: str, tensorflow: Any) -> None:
    """Programs with a `run` of their own find variables by collections, which a plain GraphDef does not have; Python
    functions live in the process that registered them."""
    program = comparison.load_program(name)
    graph, fetches = comparison.built(nbtf, program)
    graph_def = tensorflow.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    with tensorflow.Graph().as_default() as loaded:
        tensorflow.import_graph_def(graph_def, name="")
    assert len(loaded.get_operations()) == len(graph.get_operations())
    calls_python = any("PyFunc" in op.type for op in loaded.get_operations())
    if calls_python or hasattr(program, "run") or not getattr(program, "SAME_NODES", True):
        return
    named = {label: loaded.as_graph_element(fetch.name) for label, fetch in fetches.items() if hasattr(fetch, "name")}
    found = comparison.values(tensorflow, program, loaded, named)
    rtol, atol = getattr(program, "RTOL", 1e-5) or 1e-6, getattr(program, "ATOL", 1e-6)
    with np.load(GOLDEN / f"{name}.npz") as expected:
        for label, value in found.items():
            if value.dtype.kind in "fc":
                np.testing.assert_allclose(value, expected[label], rtol, atol, err_msg=label)
            else:
                np.testing.assert_array_equal(value, expected[label], label)
