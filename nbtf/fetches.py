"""The structure of fetches: what `Session.run` was asked for, flat, and the same structure put back around values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.tensor_handle import HANDLE_OP, TensorHandle

if TYPE_CHECKING:
    from nbtf.session import Session


class FetchPlan:
    """`tensors` to compute and `operations` to run, each once, and how their values go back into the structure."""

    def __init__(self, graph: Graph, fetches: Any, session: Session | None = None) -> None:
        """session: whose handles of kept tensors are given out; without one their strings are."""
        self.tensors: list[Tensor] = []
        self.operations: list[Operation] = []
        self._positions: dict[Tensor, int] = {}
        self._graph = graph
        self._session = session
        self.build: Callable[[list[Any]], Any] = self._builder(fetches)
        """The structure, filled from the values of `tensors` in order."""

    def _builder(self, fetch: Any) -> Callable[[list[Any]], Any]:
        if fetch is None:
            raise TypeError(f'Argument `fetch` = {fetch} has invalid type "{type(fetch).__name__}". Cannot be None')
        if isinstance(fetch, (list, tuple)):
            return self._sequence(fetch)
        if isinstance(fetch, Mapping):
            return self._mapping(fetch)
        return self._element(fetch)

    def _sequence(self, fetch: Sequence[Any]) -> Callable[[list[Any]], Any]:
        parts = [self._builder(item) for item in fetch]
        kind = type(fetch)
        if hasattr(kind, "_fields"):
            return lambda values: kind(*(part(values) for part in parts))
        if kind is list and self.tensors == [self._plain_tensor(item) for item in fetch]:
            count = len(parts)  # others may follow it
            return lambda values: values if len(values) == count else values[:count]
        return lambda values: kind([part(values) for part in parts])  # type: ignore[call-arg]

    def _mapping(self, fetch: Mapping[Any, Any]) -> Callable[[list[Any]], Any]:
        parts = {key: self._builder(item) for key, item in fetch.items()}
        kind: Any = type(fetch)
        if hasattr(kind, "default_factory"):
            return lambda values: kind(fetch.default_factory, {k: part(values) for k, part in parts.items()})  # type: ignore[attr-defined]
        return lambda values: kind((key, part(values)) for key, part in parts.items())

    def _plain_tensor(self, fetch: Any) -> Tensor | None:
        """The tensor whose value is handed out, as it is, for something that can be fetched; None for others."""
        if not isinstance(fetch, (str, Tensor)):
            return None
        element = self._graph.as_graph_element(fetch)
        return element if isinstance(element, Tensor) and _is_plain(element) else None

    def _element(self, fetch: Any) -> Callable[[list[Any]], Any]:
        composite = getattr(fetch, "_fetch_components", None)
        if composite is not None:
            components, rebuild = composite()
            inner = self._builder(list(components))
            return lambda values: rebuild(inner(values))
        try:
            element = self._graph.as_graph_element(fetch)
        except TypeError as error:
            raise TypeError(
                f'Argument `fetch` = {fetch} has invalid type "{type(fetch).__name__}" must be a string or Tensor. '
                f"({error})"
            ) from None
        except (KeyError, ValueError) as error:
            raise ValueError(f"Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ({error})") from None
        if not self._graph.is_fetchable(element):
            raise ValueError(
                f"Operation {element.name} has been marked as not fetchable. Typically this happens when it is defined "
                "in another function or code block. Use return values, explicit Python locals or TensorFlow collections "
                "to access it."
            )
        if isinstance(element, Operation):
            if element not in self.operations:
                self.operations.append(element)
            return lambda values: None
        if element not in self._positions:
            self._positions[element] = len(self.tensors)
            self.tensors.append(element)
        position = self._positions[element]
        if self._session is not None and not _is_plain(element):
            dtype, session = element.op.inputs[0].dtype, self._session
            return lambda values: TensorHandle(values[position], dtype, session)
        return lambda values: values[position]


def _is_plain(element: Tensor) -> bool:
    """Whether its value is handed out as it is."""
    return element.op.type != HANDLE_OP
