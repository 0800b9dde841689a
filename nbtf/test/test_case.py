"""TestCase: unittest's, with a session and assertions about tensors, arrays and messages."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import tempfile
import unittest
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nbtf import errors, nest
from nbtf.graph import default_stacks
from nbtf.graph.device import canonical_device
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.random.seeds import set_random_seed
from nbtf.session import Session
from nbtf.test.absl_assertions import AbslAssertions
from nbtf.wire import text_format

_SEED = 87654321
"""Of the graph of each test, and of numpy and random."""


class TestCase(AbslAssertions, unittest.TestCase):
    """Each test has a default graph of its own, a seed, and a folder if it asks for one."""

    def setUp(self) -> None:
        super().setUp()
        self._temporary: str | None = None
        self._cached: Session | None = None
        random.seed(_SEED)
        np.random.seed(_SEED)
        default_stacks.reset_default_graph()
        set_random_seed(_SEED)

    def tearDown(self) -> None:
        if self._cached is not None:
            self._cached.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
        super().tearDown()

    def get_temp_dir(self) -> str:
        """A folder of this test's own, the same at every call; it goes when the test is done."""
        if self._temporary is None:
            self._temporary = tempfile.mkdtemp(prefix=self.id().rpartition(".")[2])
        return self._temporary

    # ---- sessions ----

    @contextlib.contextmanager
    def session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """A session of the default graph, or of `graph`, which is the default one inside."""
        with Session(graph=graph, config=config) as session:
            yield session

    @contextlib.contextmanager
    def cached_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Session]:
        """The session that this test used before, if it did. Raises ValueError where that has another graph."""
        if self._cached is None:
            self._cached = Session(graph=graph, config=config)
        elif graph is not None and graph is not self._cached.graph:
            raise ValueError("The graph used to get the cached session is different than the one that was used to create "
                             "the session. Maybe create a new session with self.session()")  # fmt: skip
        with self._cached.graph.as_default(), self._cached.as_default():
            yield self._cached

    def test_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Any:
        """`cached_session` under its old name, or `session` where a graph is given; no test, whatever it is called."""
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")
        return self.cached_session() if graph is None else self.session(graph, config)

    def evaluate(self, tensors: Any) -> Any:
        """The values, in the default session, or else in that of `cached_session`."""
        session = default_stacks.get_default_session()
        if session is not None:
            return session.run(tensors)
        with self.cached_session() as cached:
            return cached.run(tensors)

    def _value(self, value: Any) -> Any:
        """A tensor's or variable's value; anything else as it is."""
        is_element = isinstance(value, Tensor) or hasattr(value, "_as_graph_element")
        return self.evaluate(value) if is_element and not isinstance(value, Operation) else value

    def _array(self, value: Any) -> np.ndarray[Any, Any]:
        value = self._value(value)
        if isinstance(value, (list, tuple)):
            value = [self._value(item) for item in value]
        return np.asarray(value)

    # ---- close ----

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """|f1 - f2| <= err."""
        self.assertTrue(f1 == f2 or abs(f1 - f2) <= err, f"{f1!r} != {f2!r} +/- {err!r} ({msg or ''})")

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: str | None = None) -> None:
        """The same, of each pair."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for one, other in zip(farray1, farray2, strict=True):
            self.assertNear(float(one), float(other), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None) -> None:
        """The norm of the difference is below err."""
        distance = np.linalg.norm(self._array(ndarray1) - self._array(ndarray2))
        self.assertTrue(distance < err, msg or f"arrays differ by {distance}, not below {err}")

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        """|a - b| <= atol + rtol * |b| everywhere, of arrays, tensors, and structures of them; half is not so exact."""
        self._assert_close(a, b, rtol, atol, msg, ())

    def _assert_close(self, a: Any, b: Any, rtol: float, atol: float, msg: str | None, path: tuple[Any, ...]) -> None:
        a, b = self._as_plain(a), self._as_plain(b)
        where = f"{msg or ''} at {''.join(f'[{key!r}]' for key in path)}" if path else msg
        if isinstance(a, Mapping) or isinstance(b, Mapping):
            self.assertTrue(
                isinstance(a, Mapping) and isinstance(b, Mapping), f"only one is a dict: {a}, {b} ({where})"
            )
            self.assertCountEqual(list(a), list(b), where)
            for key in a:
                self._assert_close(a[key], b[key], rtol, atol, msg, (*path, key))
        elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and not self._is_array(a, b):
            self.assertEqual(len(a), len(b), where)
            for i, (one, other) in enumerate(zip(a, b, strict=True)):
                self._assert_close(one, other, rtol, atol, msg, (*path, i))
        else:
            self._assert_arrays_close(self._array(a), self._array(b), rtol, atol, where)

    def _as_plain(self, value: Any) -> Any:
        if hasattr(value, "_asdict"):
            return value._asdict()
        return self._value(value)

    def _is_array(self, a: Any, b: Any) -> bool:
        """Whether both are arrays of numbers, and not structures of arrays of different shapes."""
        try:
            kinds = {self._array(value).dtype.kind for value in (a, b)}
        except ValueError:
            return False
        return kinds <= set("biufc")

    def _assert_arrays_close(self, a: Any, b: Any, rtol: float, atol: float, msg: str | None) -> None:
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}. {msg or ''}")
        if any(array.dtype == np.float16 for array in (a, b)):
            rtol, atol = max(rtol, 1e-2), max(atol, 1e-2)
        if any(array.dtype.name == "bfloat16" for array in (a, b)):
            a, b = a.astype(np.float32), b.astype(np.float32)
            rtol, atol = max(rtol, 1e-2), max(atol, 1e-2)
        np.testing.assert_allclose(a, b, rtol, atol, equal_nan=True, err_msg=msg or "")

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        """`assertAllClose` with the tolerance of the less exact type of the two."""
        by_type = {
            "float32": (float_rtol, float_atol),
            "complex64": (float_rtol, float_atol),
            "float16": (half_rtol, half_atol),
            "bfloat16": (bfloat16_rtol, bfloat16_atol),
        }
        for array in (self._array(a), self._array(b)):
            type_rtol, type_atol = by_type.get(array.dtype.name, (rtol, atol))
            rtol, atol = max(rtol, type_rtol), max(atol, type_atol)
        self.assertAllClose(a, b, rtol, atol, msg)

    def assertNotAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        """`assertAllClose` would fail."""
        try:
            self.assertAllClose(a, b, rtol, atol, msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are close at all elements. {msg or ''}")

    # ---- equal and ordered ----

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Arrays or tensors of the same shape with the same elements; NaN equals NaN."""
        a, b = self._array(a), self._array(b)
        if b.dtype.kind == "U":
            b = np.char.encode(b, "utf-8") if a.dtype.kind in "OS" and _holds_bytes(a) else b
        if a.ndim <= 3 or a.size < 500:
            self.assertEqual(
                a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}. Contents: {a}. {msg or ''}"
            )
        np.testing.assert_array_equal(a, b, msg or "")

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """`assertAllEqual` would fail."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        self._assert_all(self._array(a) > comparison_target, f"> {comparison_target}", a)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        self._assert_all(self._array(a) < comparison_target, f"< {comparison_target}", a)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        self._assert_all(self._array(a) >= comparison_target, f">= {comparison_target}", a)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        self._assert_all(self._array(a) <= comparison_target, f"<= {comparison_target}", a)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """All elements lie between the bounds, which belong to the range unless it is open there."""
        array = self._array(target)
        if array.dtype.kind not in "iuf":
            raise AssertionError(f"The value of {target} does not have an ordered numeric type: {array.dtype}")
        above = array > lower_bound if open_lower_bound else array >= lower_bound
        below = array < upper_bound if open_upper_bound else array <= upper_bound
        self._assert_all(above & below, f"between {lower_bound} and {upper_bound}", target)

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """All elements are in the set."""
        unexpected = set(self._array(target).reshape(-1).tolist()) - set(expected_set)
        if unexpected:
            raise AssertionError(f"{len(unexpected)} unique element(s) are not in the set {expected_set}: {unexpected}")

    def _assert_all(self, holds: Any, rule: str, value: Any) -> None:
        array = self._array(value)
        if not np.all(holds):
            bad = np.argwhere(~np.broadcast_to(holds, array.shape))
            raise AssertionError(f"not all elements are {rule}: {array[tuple(bad[0])]} at {bad[0].tolist()} is not")

    # ---- types, shapes, devices, messages ----

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: str | None = None) -> None:
        """An array and a tensor, or two of a kind, have one shape."""
        shapes = []
        for value in (input_a, input_b):
            if not isinstance(value, (np.ndarray, np.generic, Tensor)):
                raise TypeError(f"input must be a numpy array or a Tensor, not {type(value)}")
            shapes.append(list(value.shape) if isinstance(value, (np.ndarray, np.generic)) else value.shape.as_list())
        self.assertAllEqual(shapes[0], shapes[1], msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """An array's or tensor's element type."""
        found = target.dtype.as_numpy_dtype if isinstance(target, Tensor) else self._array(target).dtype
        self.assertEqual(np.dtype(found), np.dtype(getattr(expected_dtype, "as_numpy_dtype", expected_dtype)))

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: str | None = None) -> None:
        """Two names of one device."""
        one, other = canonical_device(device1), canonical_device(device2)
        self.assertEqual(one, other, f"Devices {one} and {other} are not equal. {msg or ''}")

    def assertProtoEquals(
        self,
        expected_message_maybe_ascii: Any,
        message: Any,
        msg: str | None = None,
        relative_tolerance: float | None = None,
    ) -> None:
        """Two messages, the first perhaps as text, have the same fields."""
        expected = expected_message_maybe_ascii
        if isinstance(expected, str):
            expected = text_format.from_text(expected, type(message)())
        if type(expected).__name__ != type(message).__name__:
            self.fail(f"Can't compare protos of type {type(expected)} and {type(message)}.")
        self.assertEqual(str(expected), str(message), msg)

    def assertProtoEqualsVersion(
        self, expected: str, actual: Any, producer: int = 1645, min_consumer: int = 0, msg: str | None = None
    ) -> None:
        """A GraphDef is what the text and the versions say."""
        versions = f"versions {{ producer: {producer} min_consumer: {min_consumer} }}"
        self.assertProtoEquals(f"{expected}\n{versions}", actual, msg)

    # ---- errors ----

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: Any, expected_err_re_or_predicate: str | Callable[[Any], bool]
    ) -> Iterator[Any]:
        """What is inside raises exception_type; its text matches, also that of an operation it came through."""
        predicate: Callable[[Any], bool]
        if isinstance(expected_err_re_or_predicate, str):
            pattern = expected_err_re_or_predicate

            def matches(error: Any) -> bool:
                text = error.message if isinstance(error, errors.OpError) else str(error)
                if isinstance(error, errors.OpError) and error.op is not None:
                    text += f"\nCaused by op {error.op.name!r}"
                return re.search(pattern, text) is not None

            predicate = matches
        else:
            predicate = expected_err_re_or_predicate
        try:
            yield
        except exception_type as error:
            if not predicate(error):
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error
        else:
            self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """The same of errors of operations."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(self, exception_type: Any = errors.InvalidArgumentError) -> Any:
        """The same of shapes that do not fit."""
        words = r"Incompatible shapes|Dimensions must be equal|required broadcastable shapes"
        return self.assertRaisesWithPredicateMatch(exception_type, words)

    # ---- the rest ----

    def assertSameStructure(self, a: Any, b: Any, aname: str = "a", bname: str = "b", msg: str | None = None) -> None:
        """Two nested structures have the same form."""
        try:
            nest.assert_same_structure(a, b)
        except (TypeError, ValueError) as error:
            self.fail(f"{aname} and {bname} differ in structure: {error} {msg or ''}")

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[Any]:
        """What is written to a stream with a file descriptor inside: `contents()` of what this gives, as text."""
        descriptor = stream.fileno()
        kept = os.dup(descriptor)
        with tempfile.TemporaryFile() as captured:
            os.dup2(captured.fileno(), descriptor)
            try:
                yield _Captured(stream, captured)
            finally:
                stream.flush()
                os.dup2(kept, descriptor)
                os.close(kept)


class _Captured:
    def __init__(self, stream: Any, file: Any) -> None:
        self._stream = stream
        self._file = file

    def contents(self) -> str:
        self._stream.flush()
        self._file.seek(0)
        text: str = self._file.read().decode()
        return text


def _holds_bytes(array: np.ndarray[Any, Any]) -> bool:
    return array.size > 0 and isinstance(array.reshape(-1)[0], bytes)
