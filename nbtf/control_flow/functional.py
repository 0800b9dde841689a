"""map_fn, scan, foldl, foldr: a function over the rows of tensors, one row after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nbtf import nest
from nbtf.array.shapes import shape as shape_of
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.graph import scopes
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import Dimension, TensorShape
from nbtf.variables.scope_stack import get_variable_scope


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """fn of each row of `elems`, stacked.

    elems: a tensor [n, ...] or a structure of such tensors; fn gets the same structure of rows. dtype (or
    fn_output_signature): the structure of dtypes that fn returns, where it is not that of elems.
    infer_shape: all results of fn have the same shape.
    Raises ValueError for elems without rows or of different numbers of rows, and results of another structure.
    """
    _check_callable(fn)
    signature = dtype if fn_output_signature is None else fn_output_signature
    flat = nest.flatten(elems)
    if not flat:
        raise ValueError(
            "elems must be a Tensor or (possibly nested) sequence of Tensors. "
            f"Got {elems}, which does not contain any Tensors."
        )
    with scopes.name_scope(name, "map", flat), variables_read_at_home():
        rows = _Rows(flat)
        sources = rows.unstacked()
        i = constant(0)
        dtypes = [one.dtype for one in rows.tensors] if signature is None else nest.flatten(signature)
        results = [TensorArray(one, rows.count, infer_shape=infer_shape) for one in dtypes]

        def step(i: Tensor, arrays: Sequence[TensorArray]) -> tuple[Any, Any]:
            result = fn(nest.pack_sequence_as(elems, [one.read(i) for one in sources]))
            nest.assert_same_structure(elems if signature is None else signature, result)
            values = nest.flatten(result)
            arrays = [array.write(i, value) for array, value in zip(arrays, values, strict=True)]
            return i + 1, arrays

        _, results = while_loop(
            lambda i, _: i < rows.count,
            step,
            (i, results),
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=rows.count,
        )
        return nest.pack_sequence_as(elems if signature is None else signature, rows.stacked(results))


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All intermediate values of a fold: a = fn(a, row) for each row of `elems`, stacked.

    initializer: what a is at first, a structure of tensors; the first row by default. reverse: from the last row on.
    Raises as map_fn.
    """
    _check_callable(fn)
    structure = elems if initializer is None else initializer
    flat = nest.flatten(elems)
    with scopes.name_scope(name, "scan", flat), variables_read_at_home():
        rows = _Rows(flat)
        n = rows.count
        sources = rows.unstacked(shaped=True)
        if initializer is None:
            values = [source.read(n - 1 if reverse else 0) for source in sources]
            start = 1
        else:
            values = [convert_to_tensor(one) for one in nest.flatten(initializer)]
            start = 0
        results = [
            TensorArray(one.dtype, n, element_shape=one.shape if infer_shape else None, infer_shape=infer_shape)
            for one in values
        ]
        if initializer is None:
            first = n - 1 if reverse else 0
            results = [array.write(first, value) for array, value in zip(results, values, strict=True)]

        def step(i: Tensor, values: Sequence[Tensor], arrays: Sequence[TensorArray]) -> tuple[Any, Any, Any]:
            row = nest.pack_sequence_as(elems, [source.read(i) for source in sources])
            result = fn(nest.pack_sequence_as(structure, values), row)
            nest.assert_same_structure(structure, result)
            values = nest.flatten(result)
            arrays = [array.write(i, value) for array, value in zip(arrays, values, strict=True)]
            return (i - 1 if reverse else i + 1), values, arrays

        _, _, results = while_loop(
            (lambda i, *_: i >= 0) if reverse else (lambda i, *_: i < n),
            step,
            (n - 1 - start if reverse else start, values, results),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=n,
        )
        return nest.pack_sequence_as(structure, rows.stacked(results))


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of a = fn(a, row) for each row of `elems`, from the first to the last.

    initializer: what a is at first; the first row by default. Raises as map_fn.
    """
    return _fold(fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name, reverse=False)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of a = fn(a, row) for each row of `elems`, from the last to the first.

    initializer: what a is at first; the last row by default. Raises as map_fn.
    """
    return _fold(fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name, reverse=True)


def _fold(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any,
    parallel_iterations: int,
    back_prop: bool,
    swap_memory: bool,
    name: str | None,
    reverse: bool,
) -> Any:
    _check_callable(fn)
    flat = nest.flatten(elems)
    with scopes.name_scope(name, "foldr" if reverse else "foldl", flat), variables_read_at_home():
        rows = _Rows(flat)
        n = rows.count
        sources = [TensorArray(one.dtype, n).unstack(one) for one in rows.tensors]

        def row(i: Any) -> Any:
            return nest.pack_sequence_as(elems, [source.read(i) for source in sources])

        def backward(i: Any, a: Any) -> list[Any]:
            i = i - 1
            return [i, fn(a, row(i))]

        def forward(i: Any, a: Any) -> list[Any]:
            a = fn(a, row(i))
            return [i + 1, a]

        if initializer is not None:
            start, a = n if reverse else constant(0), initializer
        elif reverse:
            start = n - 1
            a = row(start)
        else:
            a = row(0)
            start = constant(1)
        _, result = while_loop(
            (lambda i, _: i > 0) if reverse else (lambda i, _: i < n),
            backward if reverse else forward,
            [start, a],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=n,
        )
        return result


@contextmanager
def variables_read_at_home() -> Iterator[None]:
    """Variables that are made inside are read once, where they live, and not in every iteration."""
    scope = get_variable_scope()
    if scope.caching_device is not None:
        yield
        return
    scope.set_caching_device(lambda op: op.device)
    try:
        yield
    finally:
        scope.set_caching_device(None)


def _check_callable(fn: Any) -> None:
    if not callable(fn):
        raise TypeError(f"{fn} is not callable")


class _Rows:
    """Tensors whose rows go together."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.tensors = [convert_to_tensor(one, name="elem") for one in values]
        first = self.tensors[0].shape
        if first.dims is not None and not first.dims:
            raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
        count = _row_count(first)
        self.count: Any = shape_of(self.tensors[0])[0] if count.value is None else count.value
        """How many: a number where the first tensor tells, else an int32 scalar."""
        for tensor in self.tensors[1:]:
            count = count.merge_with(_row_count(tensor.shape))
        self._known = TensorShape([count])

    def unstacked(self, shaped: bool = False) -> list[TensorArray]:
        """The rows of each tensor; shaped: where the shape of a row is known, others are refused."""
        shapes = [one.shape[1:] if shaped else None for one in self.tensors]
        arrays = [
            TensorArray(one.dtype, self.count, element_shape=shape)
            for one, shape in zip(self.tensors, shapes, strict=True)
        ]
        return [array.unstack(one) for array, one in zip(arrays, self.tensors, strict=True)]

    def stacked(self, arrays: Sequence[TensorArray]) -> list[Tensor]:
        """Results, one element a row, as tensors."""
        results = [array.stack() for array in arrays]
        for result in results:
            result.set_shape(self._known.concatenate(result.shape[1:]))
        return results


def _row_count(shape: TensorShape) -> Dimension:
    return Dimension(None) if shape.dims is None else Dimension(shape.as_list()[0])
