"""Assertions about containers and texts that tests of TensorFlow use beside unittest's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import unittest

    _Base = unittest.TestCase
else:
    _Base = object


class AbslAssertions(_Base):
    """Mixed into a unittest.TestCase."""

    def assertEmpty(self, container: Any, msg: str | None = None) -> None:
        if len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of {len(container)}."))

    def assertNotEmpty(self, container: Any, msg: str | None = None) -> None:
        if not len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of 0."))

    def assertLen(self, container: Any, expected_len: int, msg: str | None = None) -> None:
        if len(container) != expected_len:
            shown = f"{container!r} has length of {len(container)}, expected {expected_len}."
            self.fail(self._formatMessage(msg, shown))

    def assertItemsEqual(self, first: Iterable[Any], second: Iterable[Any], msg: str | None = None) -> None:
        """The same items as often, in any order."""
        self.assertCountEqual(first, second, msg)

    def assertSameElements(
        self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: str | None = None
    ) -> None:
        """The same items, however often."""
        self.assertEqual(set(expected_seq), set(actual_seq), msg)

    def assertNoCommonElements(
        self, expected_seq: Iterable[Any], actual_seq: Iterable[Any], msg: str | None = None
    ) -> None:
        common = set(expected_seq) & set(actual_seq)
        if common:
            self.fail(self._formatMessage(msg, f"Common elements {common} were found"))

    def assertContainsSubset(
        self, expected_subset: Iterable[Any], actual_set: Iterable[Any], msg: str | None = None
    ) -> None:
        missing = set(expected_subset) - set(actual_set)
        if missing:
            self.fail(self._formatMessage(msg, f"Missing elements {missing} in {actual_set}"))

    def assertContainsSubsequence(
        self, container: Iterable[Any], subsequence: Sequence[Any], msg: str | None = None
    ) -> None:
        """The items of `subsequence` come in this order, others between them or not."""
        left = iter(container)
        for item in subsequence:
            if item not in left:
                self.fail(self._formatMessage(msg, f"{subsequence} not a subsequence of {container}."))

    def assertContainsInOrder(self, strings: Iterable[str], target: str, msg: str | None = None) -> None:
        """The texts stand in `target`, one after the other."""
        place = 0
        for text in [strings] if isinstance(strings, str) else strings:
            found = target.find(text, place)
            if found < 0:
                self.fail(self._formatMessage(msg, f"Did not find {text!r} after position {place} of {target!r}"))
            place = found + len(text)

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: str | None = None) -> None:
        if not minv <= value <= maxv:
            self.fail(self._formatMessage(msg, f"{value!r} unexpectedly not between {minv!r} and {maxv!r}"))

    def assertStartsWith(self, actual: str, expected_start: str, msg: str | None = None) -> None:
        if not actual.startswith(expected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does not start with {expected_start!r}"))

    def assertNotStartsWith(self, actual: str, unexpected_start: str, msg: str | None = None) -> None:
        if actual.startswith(unexpected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does start with {unexpected_start!r}"))

    def assertEndsWith(self, actual: str, expected_end: str, msg: str | None = None) -> None:
        if not actual.endswith(expected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does not end with {expected_end!r}"))

    def assertNotEndsWith(self, actual: str, unexpected_end: str, msg: str | None = None) -> None:
        if actual.endswith(unexpected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does end with {unexpected_end!r}"))

    def assertSequenceStartsWith(self, prefix: Sequence[Any], whole: Sequence[Any], msg: str | None = None) -> None:
        self.assertEqual(list(prefix), list(whole[: len(prefix)]), msg)

    def assertSequenceAlmostEqual(
        self,
        expected_seq: Sequence[Any],
        actual_seq: Sequence[Any],
        places: int | None = None,
        msg: str | None = None,
        delta: float | None = None,
    ) -> None:
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for one, other in zip(expected_seq, actual_seq, strict=True):
            self.assertAlmostEqual(one, other, places=places, msg=msg, delta=delta)  # type: ignore[arg-type]

    def assertDictAlmostEqual(
        self,
        a: Mapping[Any, Any],
        b: Mapping[Any, Any],
        places: int | None = None,
        msg: str | None = None,
        delta: float | None = None,
    ) -> None:
        self.assertCountEqual(list(a), list(b), msg)
        for key in a:
            self.assertAlmostEqual(a[key], b[key], places=places, msg=msg, delta=delta)  # type: ignore[arg-type]

    def assertTotallyOrdered(self, *groups: Sequence[Any], msg: str | None = None) -> None:
        """Items of one group are equal, and less than those of later groups."""
        for i, group in enumerate(groups):
            for item in group:
                for other in group:
                    self.assertTrue(item == other and item <= other and not item < other, msg)
                for later in (other for rest in groups[i + 1 :] for other in rest):
                    self.assertTrue(item < later and item != later and later > item, msg)

    def assertRegexMatch(self, actual_str: Any, regexes: Sequence[Any], message: str | None = None) -> None:
        """One of the expressions matches at least."""
        if not any(re.search(regex, actual_str) for regex in regexes):
            self.fail(self._formatMessage(message, f"{actual_str!r} matches none of {regexes}"))

    def assertRaisesRegexp(  # type: ignore[override]
        self, expected_exception: Any, expected_regexp: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """`assertRaisesRegex` under its old name."""
        return self.assertRaisesRegex(expected_exception, expected_regexp, *args, **kwargs)

    assertRegexpMatches = property(lambda self: self.assertRegex)
    assertNotRegexpMatches = property(lambda self: self.assertNotRegex)

    @contextlib.contextmanager
    def _literal_match(self, expected_exception: Any, expected_message: str) -> Iterator[None]:
        with self.assertRaises(expected_exception) as caught:
            yield
        self.assertEqual(expected_message, str(caught.exception))

    def assertRaisesWithLiteralMatch(
        self,
        expected_exception: Any,
        expected_exception_message: str,
        callable_obj: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """What is called, or inside, raises an error with exactly this text."""
        context = self._literal_match(expected_exception, expected_exception_message)
        if callable_obj is None:
            return context
        with context:
            callable_obj(*args, **kwargs)
        return None
