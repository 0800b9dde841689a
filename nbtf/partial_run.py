"""Session.partial_run: one run of a graph in several steps, each with some of the feeds and some of the fetches.

Every operation runs once in all steps together: what an earlier step computed and a later one still needs is fetched
along, kept, and fed to the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nbtf.errors import InvalidArgumentError
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor

Runner = Callable[[Sequence[Tensor], Mapping[Tensor, Any], frozenset[Operation]], list[Any]]
"""(fetches, fed values, operations that are done) -> values."""


class PartialRun:
    """The state of one partial run; used up when everything has been fetched."""

    def __init__(self, fetches: Iterable[Tensor], feeds: Iterable[Tensor]) -> None:
        self._to_fetch = dict.fromkeys(fetches, True)
        self._to_feed = dict.fromkeys(feeds, True)
        self._kept: dict[Tensor, Any] = {}
        self._done: set[Operation] = set()
        if not self._to_fetch:
            raise InvalidArgumentError(None, None, "Must specify at least one target to fetch or execute.")

    @property
    def is_over(self) -> bool:
        return not any(self._to_fetch.values())

    def step(self, fetches: Sequence[Tensor], feeds: Mapping[Tensor, Any], run: Runner) -> list[Any]:
        """The values of `fetches`. Raises InvalidArgumentError for what was not announced, or comes a second time."""
        self._check(self._to_feed, feeds, "feed", "fed")
        self._check(self._to_fetch, fetches, "fetch", "fetched")
        kept = {**self._kept, **feeds}
        needed = self._needed(fetches, kept)
        missing = [one for one, waits in self._to_feed.items() if waits and one not in feeds and one.op in needed]
        if missing:
            message = f"Fetch {missing[0].name} can't be computed from the feeds that have been fed so far."
            raise InvalidArgumentError(None, None, message)
        handed_on = self._handed_on(needed, fetches, kept)
        values = run([*fetches, *handed_on], kept, frozenset(self._done))
        self._kept = {**kept, **dict(zip([*fetches, *handed_on], values, strict=True))}
        self._done |= {op for op in needed if not _leads_to_state(op)}
        self._to_feed.update(dict.fromkeys(feeds, False))
        self._to_fetch.update(dict.fromkeys(fetches, False))
        return values[: len(fetches)]

    @staticmethod
    def _check(announced: Mapping[Tensor, bool], given: Iterable[Tensor], kind: str, past: str) -> None:
        for tensor in given:
            if tensor not in announced:
                message = f"The {kind} {tensor.name} was not specified in partial_run_setup."
                raise InvalidArgumentError(None, None, message)
            if not announced[tensor]:
                raise InvalidArgumentError(None, None, f"The {kind} {tensor.name} has already been {past}.")

    def _needed(self, fetches: Iterable[Tensor], known: Mapping[Tensor, Any]) -> set[Operation]:
        """Operations that these fetches still need."""
        found: set[Operation] = set()
        pending = [tensor.op for tensor in fetches if tensor not in known]
        while pending:
            op = pending.pop()
            if op not in found and op not in self._done:
                found.add(op)
                pending += [tensor.op for tensor in op.inputs if tensor not in known]
                pending += op.control_inputs
        return found

    def _handed_on(
        self, needed: set[Operation], fetches: Iterable[Tensor], known: Mapping[Tensor, Any]
    ) -> list[Tensor]:
        """What later steps will read of this one, besides its fetches."""
        rest = [tensor for tensor, waits in self._to_fetch.items() if waits]
        later = self._needed(rest, known) - needed
        read = {tensor: None for op in later for tensor in op.inputs if tensor.op in needed}
        read.update({tensor: None for tensor in rest if tensor.op in needed})
        return [one for one in read if one not in fetches and one not in known and not _leads_to_state(one.op)]


def _leads_to_state(op: Operation) -> bool:
    """Whether an operation only names what the session owns: every step may do that again."""
    return op.block is not None and op.block.resource is not None
