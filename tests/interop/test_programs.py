"""Programs of tests/programs, built by nbtf and by TensorFlow in one process; TensorFlow loads and runs nbtf's graph."""

import numpy as np
import pytest
from programs import comparison

import nbtf

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def tensorflow():
    from tensorflow.compat import v1

    v1.disable_v2_behavior()
    v1.logging.set_verbosity(v1.logging.ERROR)
    return v1


@pytest.mark.parametrize("name", comparison.program_names())
def test_tensorflow_takes_the_graph(name, tensorflow) -> None:
    graph, _ = comparison.built(nbtf, comparison.load_program(name))
    graph_def = tensorflow.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    with tensorflow.Graph().as_default() as loaded:
        tensorflow.import_graph_def(graph_def, name="")
    assert len(loaded.get_operations()) == len(graph.get_operations())


@pytest.mark.parametrize("name", comparison.program_names())
def test_values_agree(name, tensorflow) -> None:
    program = comparison.load_program(name)
    found = {}
    for tf in (nbtf, tensorflow):
        graph, fetches = comparison.built(tf, program)
        found[tf] = comparison.values(tf, program, graph, fetches)
    assert sorted(found[nbtf]) == sorted(found[tensorflow])
    for label, value in found[nbtf].items():
        if value.dtype.kind in "fc":
            tolerance = {"rtol": getattr(program, "RTOL", 1e-5) or 1e-6, "atol": getattr(program, "ATOL", 1e-6)}
            np.testing.assert_allclose(value, found[tensorflow][label], **tolerance, err_msg=label)
        else:
            np.testing.assert_array_equal(value, found[tensorflow][label], err_msg=label)
