"""tf.test.TestCase: what passes and what fails, and gradients by differences."""

import random
import unittest
from typing import Any

import numpy as np
import pytest

import nbtf as tf


class Case(tf.test.TestCase):
    """Run by the tests below, not by pytest."""

    def runTest(self) -> None:  # noqa: N802 - unittest calls it so
        """Nothing."""


@pytest.fixture
def case() -> Any:
    made = Case()
    made.setUp()
    yield made
    made.tearDown()


PASSES = {
    "assertAllClose": [([1.0, 2.0], [1.0, 2.0 + 1e-7]), ({"a": [1, (2, [3.0])]}, {"a": [1, (2, [3.0])]})],
    "assertAllCloseAccordingToType": [(np.float16([1]), np.float16([1.0005]))],
    "assertAllEqual": [([1, 2], np.array([1, 2])), ([b"a"], ["a"]), (np.nan, np.nan)],
    "assertAllGreater": [([2, 3], 1)],
    "assertAllGreaterEqual": [([1, 2], 1)],
    "assertAllInRange": [([1, 2], 1, 2)],
    "assertAllInSet": [([1, 1, 2], [1, 2, 3])],
    "assertAllLess": [([1, 2], 3)],
    "assertAllLessEqual": [([1, 2], 2)],
    "assertArrayNear": [([1.0], [1.05], 0.1)],
    "assertBetween": [(1, 0, 2)],
    "assertContainsInOrder": [(["a", "c"], "abc")],
    "assertContainsSubsequence": [("abcd", "bd")],
    "assertContainsSubset": [([1], [1, 2])],
    "assertDTypeEqual": [(np.float32(1), np.float32)],
    "assertDeviceEqual": [("/cpu:0", "/device:CPU:0")],
    "assertDictAlmostEqual": [({"a": 1.0}, {"a": 1.0 + 1e-9})],
    "assertEmpty": [([],)],
    "assertEndsWith": [("ab", "b")],
    "assertItemsEqual": [([1, 2], [2, 1])],
    "assertLen": [([1, 2], 2)],
    "assertNDArrayNear": [([1.0], [1.05], 0.1)],
    "assertNear": [(1.0, 1.05, 0.1)],
    "assertNoCommonElements": [([1], [2])],
    "assertNotAllClose": [([1.0], [2.0])],
    "assertNotAllEqual": [([1], [2])],
    "assertNotEmpty": [([1],)],
    "assertNotEndsWith": [("ab", "a")],
    "assertNotStartsWith": [("ab", "b")],
    "assertProtoEquals": [("name: 'a'", tf.NodeDef(name="a"))],
    "assertRegexMatch": [("abc", ["x", "b"])],
    "assertSameElements": [([1, 1, 2], [2, 1])],
    "assertSameStructure": [([1, {"a": 2}], [3, {"a": 4}])],
    "assertSequenceAlmostEqual": [([1.0], [1.0 + 1e-9])],
    "assertSequenceStartsWith": [([1], [1, 2])],
    "assertShapeEqual": [(np.zeros([2]), np.ones([2]))],
    "assertStartsWith": [("ab", "a")],
    "assertTotallyOrdered": [([1], [2, 2], [3])],
}
FAILS = {
    "assertAllClose": [([1.0], [1.1]), ([1.0], [1.0, 1.0]), ({"a": 1}, {"b": 1}), ([1, [2.0, 3]], [1, [2.0, 4]])],
    "assertAllEqual": [([1], [2]), ([1], [1, 1])],
    "assertAllGreater": [([2, 3], 2)],
    "assertAllInRange": [([1, 2], 1, 2, True), ([1, 3], 1, 2)],
    "assertAllInSet": [([1], [2])],
    "assertBetween": [(3, 0, 2)],
    "assertContainsInOrder": [(["c", "a"], "abc")],
    "assertContainsSubsequence": [("abcd", "db")],
    "assertDTypeEqual": [(np.float32(1), np.float64)],
    "assertDeviceEqual": [("/cpu:0", "/cpu:1")],
    "assertEmpty": [([1],)],
    "assertLen": [([1], 2)],
    "assertNear": [(1.0, 1.2, 0.1)],
    "assertNotAllClose": [([1.0], [1.0])],
    "assertNotEmpty": [([],)],
    "assertProtoEquals": [("name: 'b'", tf.NodeDef(name="a"))],
    "assertSameStructure": [([1], [1, 2])],
    "assertShapeEqual": [(np.zeros([2]), np.ones([3]))],
    "assertTotallyOrdered": [([2], [1])],
}


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, rows in PASSES.items() for a in rows], ids=str)
def test_passes(case: Any, name: str, arguments: tuple[Any, ...]) -> None:
    getattr(case, name)(*arguments)


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, rows in FAILS.items() for a in rows], ids=str)
def test_fails(case: Any, name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError):
        getattr(case, name)(*arguments)


def test_tensors_are_evaluated(case: Any) -> None:
    x = tf.constant([1.0, 2.0])
    case.assertAllClose(x, [1, 2])
    with case.session():
        case.assertAllEqual(case.evaluate(x), x)
        case.assertAllClose({"x": x}, {"x": [1, 2]})
    with case.cached_session() as first, case.test_session() as second:
        assert first is second


def test_errors_of_operations(case: Any) -> None:
    with case.assertRaisesOpError("wrong"):
        raise tf.errors.InvalidArgumentError(None, None, "something wrong")
    with pytest.raises(AssertionError), case.assertRaisesOpError("else"):
        raise tf.errors.InvalidArgumentError(None, None, "something wrong")
    with pytest.raises(AssertionError), case.assertRaisesOpError("nothing"):
        pass
    with case.assertRaisesWithPredicateMatch(ValueError, lambda error: error.args == (3,)):
        raise ValueError(3)
    case.assertRaisesWithLiteralMatch(ValueError, "3", _raise_three)


def _raise_three() -> None:
    raise ValueError("3")


def test_each_test_starts_anew() -> None:
    class Two(tf.test.TestCase):
        seen: list[Any] = []  # noqa: RUF012 - shared on purpose

        def test_a(self) -> None:
            self.seen.append((tf.constant(1.0).name, random.random(), self.get_temp_dir() == self.get_temp_dir()))

        test_b = test_a

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Two).run(result)
    assert not result.failures and not result.errors and len(result.skipped) == 1  # test_session is no test
    assert Two.seen[0] == Two.seen[1] and Two.seen[0][0] == "Const:0" and Two.seen[0][2]


def test_gradients_by_differences(case: Any) -> None:
    with case.session():
        x = tf.placeholder(tf.float64, [3])
        y = tf.tanh(x)
        by_graph, by_differences = tf.test.compute_gradient(x, [3], y, [3], np.array([0.1, 0.2, 0.3]))
        assert by_graph.shape == (3, 3)
        np.testing.assert_allclose(by_graph, np.diag(1 - np.tanh([0.1, 0.2, 0.3]) ** 2))
        np.testing.assert_allclose(by_graph, by_differences, atol=1e-6)
        assert tf.test.compute_gradient_error([x], [[3]], y, [3]) < 1e-5


def test_stubs_are_put_back() -> None:
    with tf.test.StubOutForTesting() as stubs:
        stubs.Set(np, "pi", 3)
        assert np.pi == 3
        with pytest.raises(AttributeError):
            stubs.SmartSet(np, "no_such_name", 3)
    assert np.pi > 3


def test_the_machine() -> None:
    assert not tf.test.is_gpu_available() and not tf.test.is_built_with_cuda() and tf.test.gpu_device_name() == ""
    assert tf.test.get_temp_dir() == tf.test.get_temp_dir()


def test_graph_defs_are_compared_node_by_node() -> None:
    one, other = (tf.GraphDef(node=[tf.NodeDef(name=n, op="NoOp") for n in names]) for names in ("ab", "ba"))
    tf.test.assert_equal_graph_def(one, other)
    with pytest.raises(AssertionError, match="node c is only in the expected graph"):
        tf.test.assert_equal_graph_def(one, tf.GraphDef(node=[*other.node, tf.NodeDef(name="c")]))
    with pytest.raises(TypeError):
        tf.test.assert_equal_graph_def(one, None)
