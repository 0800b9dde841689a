"""Where datasets come from: tensors, ranges, Python generators, other datasets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.control_flow.calling_python import py_func
from nbtf.data import structures
from nbtf.data.base import DatasetBase, int64, new_dataset, seed_tensors
from nbtf.data.traced import TracedFunction
from nbtf.dtypes import as_dtype
from nbtf.graph.conversion import convert_n_to_tensor, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset


class Sources(DatasetBase):
    """The functions that make datasets from what is none."""

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """A dataset of one element: `tensors`, a structure of values that become tensors."""
        element = structures.normalized(tensors)
        spec = structures.map_components(structures.spec_of, element)
        return new_dataset(raw.TensorDataset, structures.tensors_of(element), spec=spec, name=name)

    @staticmethod
    def from_sparse_tensor_slices(sparse_tensor: SparseTensor) -> Dataset:
        """The rows of a SparseTensor, each as its indices, values and dense shape. Raises TypeError for others."""
        if not isinstance(sparse_tensor, SparseTensor):
            raise TypeError(
                "Invalid `sparse_tensor`. `sparse_tensor` must be a `tf.sparse.SparseTensor`. Got "
                f"{type(sparse_tensor)}."
            )
        rank = sparse_tensor.dense_shape.shape.as_list()[0]
        rest = None if rank is None else rank - 1
        spec = (
            TensorSpec([None, rest], dtypes.int64),
            TensorSpec([None], sparse_tensor.dtype),
            TensorSpec([rest], dtypes.int64),
        )
        parts = sparse_tensor.indices, sparse_tensor.values, sparse_tensor.dense_shape
        return new_dataset(raw.SparseTensorSliceDataset, *parts, spec=spec)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """A dataset of the rows of `tensors`, a structure of values [n, ...] with equally many rows.

        Raises ValueError for scalars, and for components with different numbers of rows.
        """
        return sliced(structures.normalized(tensors), name, is_files=False)

    @staticmethod
    def range(*args: Any, **kwargs: Any) -> Dataset:
        """A dataset of integers: range(stop), range(start, stop) or range(start, stop, step).

        output_type: their dtype, int64 by default. name: the dataset's.
        """
        dtype = as_dtype(kwargs.pop("output_type", dtypes.int64))
        name = kwargs.pop("name", None)
        if kwargs:
            raise TypeError(f"range() got unexpected keyword arguments {sorted(kwargs)}")
        if not 1 <= len(args) <= 3:
            raise ValueError(f"Invalid `args`. The length of `args` should be between 1 and 3 but was {len(args)}.")
        start, stop, step = {1: (0, *args, 1), 2: (*args, 1), 3: args}[len(args)]
        numbers = int64(start, "start"), int64(stop, "stop"), int64(step, "step")
        return new_dataset(raw.RangeDataset, *numbers, spec=TensorSpec([], dtype), name=name)

    @staticmethod
    def random(
        seed: int | None = None, rerandomize_each_iteration: bool | None = None, name: str | None = None
    ) -> Dataset:
        """A dataset of random numbers in [0, 2**32), int64, without end.

        rerandomize_each_iteration: where it is repeated, each pass has numbers of its own.
        """
        numbers, seeds = TensorSpec([], dtypes.int64), seed_tensors(seed)
        if not rerandomize_each_iteration:
            return new_dataset(raw.RandomDataset, *seeds, spec=numbers, name=name)._as_v2()
        generator = raw.DummySeedGenerator()
        return new_dataset(
            raw.RandomDatasetV2, *seeds, generator, spec=numbers, name=name, rerandomize_each_iteration=True
        )._as_v2()

    @staticmethod
    def counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64, name: str | None = None) -> Dataset:
        """A dataset of start, start + step, start + 2 step ... without end."""
        with name_scope("counter"):
            first = convert_to_tensor(start, dtype, name="start")
            difference = convert_to_tensor(step, dtype, name="step")
            endless = Sources.from_tensors(0).repeat()
            return endless.scan(first, lambda state, _: (state + difference, state), name=name)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Dataset:
        """A dataset of the elements of several ones side by side, in the structure of datasets that is given.

        Raises TypeError for what is no dataset.
        """
        if not args and datasets is None:
            raise TypeError("Must pass at least one dataset to `zip`.")
        if args and datasets is not None:
            raise TypeError("Both `*args` and `datasets` cannot be set.")
        structure = datasets if not args else args[0] if len(args) == 1 else args
        leaves = structures.flatten(structure)
        for leaf in leaves:
            if not structures.is_dataset(leaf):
                raise TypeError(
                    f"Invalid input to `zip`. Inputs are expected to be (nested) structures of "
                    f"`tf.data.Dataset` objects but encountered object of type {type(leaf)}."
                )
        spec = structures.pack(structure, [leaf.element_spec for leaf in leaves])
        return new_dataset(raw.ZipDataset, [leaf._variant_tensor for leaf in leaves], spec=spec, name=name)

    @staticmethod
    def choose_from_datasets(
        datasets: Sequence[Dataset], choice_dataset: Dataset, stop_on_empty_dataset: bool = True
    ) -> Dataset:
        """A dataset of elements of the dataset that each element of choice_dataset, int64 [], numbers.

        Raises TypeError for a choice_dataset of anything else, ValueError where there is no dataset.
        """
        if not datasets:
            raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
        if not structures.is_dataset(choice_dataset):
            raise TypeError(
                "Invalid `choice_dataset`. `choice_dataset` should be a `tf.data.Dataset` but is "
                f"{type(choice_dataset)}."
            )
        if not structures.are_compatible(choice_dataset.element_spec, TensorSpec([], dtypes.int64)):
            raise TypeError(
                "Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` tensors but are "
                f"{choice_dataset.element_spec}."
            )
        return _directed(whole_everywhere(choice_dataset), datasets, stop_on_empty_dataset)

    @staticmethod
    def sample_from_datasets(
        datasets: Sequence[Dataset],
        weights: Any = None,
        seed: int | None = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Dataset:
        """A dataset of elements of datasets chosen at random, with probabilities `weights`, or equal ones.

        weights: one a dataset, or a dataset of such. stop_on_empty_dataset: it ends with the first of them; by default
        with the last. Raises ValueError where there is no dataset, or weights of another number, TypeError for weights
        that are neither float32 nor float64.
        """
        if not datasets:
            raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
        if structures.is_dataset(weights):
            selector = _varying_selector(weights, seed, rerandomize_each_iteration)
            return _directed(selector, datasets, stop_on_empty_dataset)
        logits: Any = [[1.0] * len(datasets)]
        if weights is not None:
            datasets, weights = _chosen_with_weights(datasets, weights)
            logits = raw.ExpandDims(raw.Log(weights, name="logits"), 0)
        if len(datasets) == 1:
            return datasets[0]

        def select_dataset_constant_logits(seed: Tensor) -> Any:
            return raw.Squeeze(raw.StatelessMultinomial(logits, 1, seed), [0, 1])

        seeds = Sources.random(seed, rerandomize_each_iteration).batch(2)
        selector = mapped_in_order(seeds, select_dataset_constant_logits)
        return _directed(selector, datasets, stop_on_empty_dataset)

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: bool | None = None, seed: int | None = None, name: str | None = None
    ) -> Dataset:
        """A dataset of the names of files, in random order unless shuffle is False; a run fails where there are none."""
        from nbtf.control_flow.assertion import assert_v1
        from nbtf.math.operands import maximum
        from nbtf.strings.joining import reduce_join

        with name_scope("list_files"):
            pattern = convert_to_tensor(file_pattern, dtypes.string, name="file_pattern")
            found = raw.MatchingFiles(pattern)
            is_any = raw.Greater(raw.Shape(found)[0], 0, name="match_not_empty")
            message = raw.Add("No files matched pattern: ", reduce_join(pattern, separator=", "), name="message")
            with control_dependencies([assert_v1(is_any, [message], summarize=1, name="assert_not_empty")]):
                files = raw.Identity(found)
            dataset = sliced(files, name, is_files=True)
            if shuffle is None or shuffle:
                count = maximum(raw.Shape(files, dtypes.int64)[0], 1)
                dataset = dataset.shuffle(count, seed=seed, name=name)
            return dataset

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of what generator(*args) yields, called anew for each iteration; it runs in this process only.

        output_types, output_shapes: of what it yields, in its structure; or output_signature, a structure of specs.
        args: tensors; the generator gets their values as arrays.
        Raises TypeError for what cannot be called, or no types.
        """
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        for name_of_other, other in (("output_types", output_types), ("output_shapes", output_shapes)):
            if output_signature is not None and other is not None:
                raise TypeError(
                    f"The `{name_of_other}` argument can not be used together with the `output_signature` argument."
                )
        if output_signature is None and output_types is None:
            raise TypeError(
                "To specify the output signature you need to provide either the `output_signature` argument or the "
                "`output_types` argument."
            )
        spec = output_signature
        if spec is None:
            spec = structures.spec_from_types(output_types, output_shapes)
        values = () if args is None else tuple(convert_n_to_tensor(args, name="args"))
        state = _Generators(generator, spec)

        def get_iterator_id_fn(unused: Any) -> Tensor:
            number: Tensor = py_func(state.begin, values, dtypes.int64)
            number.set_shape([])
            return number

        def generator_next_fn(number: Tensor) -> Any:
            found = py_func(state.next, [number], structures.flat_types(spec))
            for tensor, shape in zip(found, structures.flat_shapes(spec), strict=True):
                tensor.set_shape(shape)
            return structures.from_tensors(spec, found)

        def finalize_fn(number: Tensor) -> Any:
            return py_func(state.finish, [number], dtypes.int64)

        def flat_map_fn(dummy: Tensor) -> Dataset:
            dummy_spec, number_spec = TensorSpec([], dtypes.int32), TensorSpec(None, dtypes.int64)
            begin = TracedFunction(get_iterator_id_fn, "Dataset_from_generator", dummy_spec)
            advance = TracedFunction(generator_next_fn, "Dataset_from_generator", number_spec)
            finish = TracedFunction(finalize_fn, "Dataset_from_generator", number_spec)
            return new_dataset(
                raw.GeneratorDataset,
                [dummy, *begin.captured],
                advance.captured,
                finish.captured,
                init_func=begin.reference,
                next_func=advance.reference,
                finalize_func=finish.reference,
                spec=spec,
                name=name,
            )

        return Sources.from_tensors(0, name=name).flat_map(flat_map_fn, name=name)


class _Generators:
    """Generators under way, by number."""

    def __init__(self, generator: Callable[..., Any], spec: Any) -> None:
        self._generator = generator
        self._spec = spec
        self._running: dict[int, Iterator[Any]] = {}
        self._next_number = 0

    def begin(self, *args: Any) -> np.int64:
        number = self._next_number
        self._next_number += 1
        self._running[number] = iter(self._generator(*args))
        return np.int64(number)

    def next(self, number: Any) -> list[Any]:
        """The components of what is yielded next. StopIteration at the end, TypeError for what does not fit the specs."""
        yielded = next(self._running[int(number)])
        try:
            parts = structures.parts_up_to(self._spec, yielded)
        except TypeError as error:
            raise TypeError(
                "`generator` yielded an element that did not match the expected structure. The expected structure was "
                f"{self._spec}, but the yielded element was {yielded}."
            ) from error
        return [
            self._array(part, one, yielded) for part, one in zip(parts, structures.flatten(self._spec), strict=True)
        ]

    def _array(self, part: Any, spec: TensorSpec, yielded: Any) -> Any:
        try:
            array = _as_array(part, spec.dtype)
        except (TypeError, ValueError) as error:
            raise TypeError(
                "`generator` yielded an element that did not match the expected structure. The expected structure was "
                f"{self._spec}, but the yielded element was {yielded}."
            ) from error
        if not spec.shape.is_compatible_with(array.shape):
            raise TypeError(
                f"`generator` yielded an element of shape {array.shape} where an element of shape {spec.shape} was "
                "expected."
            )
        return array

    def finish(self, number: Any) -> np.int64:
        self._running.pop(int(number), None)
        return np.int64(0)


def _as_array(value: Any, dtype: dtypes.DType) -> np.ndarray[Any, Any]:
    """The value with that dtype. Raises TypeError or ValueError where it is of another kind."""
    if dtype == dtypes.string:
        found = np.asarray(value)
        if found.dtype.kind not in "USO":
            raise TypeError(f"{value} is no text")
        texts = [text.encode() if isinstance(text, str) else bytes(text) for text in found.reshape(-1).tolist()]
        array = np.empty(len(texts), object)
        array[:] = texts
        return array.reshape(found.shape)
    found = np.asarray(value)
    if found.dtype.kind in "USO" or (found.dtype.kind in "fc" and not (dtype.is_floating or dtype.is_complex)):
        raise TypeError(f"{value} is no {dtype.name}")
    return found.astype(dtype.as_numpy_dtype)


def sliced(element: Any, name: str | None, is_files: bool) -> Dataset:
    """The dataset of the rows of an element's components."""
    leaves = structures.flatten(element)
    count = None
    for leaf in leaves:
        if leaf.shape.dims is not None and not leaf.shape.dims:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        rows = None if leaf.shape.dims is None else leaf.shape[0]
        if rows is not None:
            count = rows if count is None else count.merge_with(rows)
    spec = structures.without_rows(structures.map_components(structures.spec_of, element))
    return new_dataset(raw.TensorSliceDataset, structures.rows_of(element), spec=spec, name=name, is_files=is_files)


def _chosen_with_weights(datasets: Sequence[Dataset], weights: Any) -> tuple[Sequence[Dataset], Tensor]:
    """The datasets that may be chosen at all, as far as that is known, and their weights [n]."""
    if isinstance(weights, Tensor):
        if not weights.shape.is_compatible_with([len(datasets)]):
            raise ValueError(
                "Invalid `weights`. The shape of `weights` should be compatible with `[len(datasets)]` but is "
                f"{weights.shape}."
            )
    else:
        if len(weights) != len(datasets):
            raise ValueError(
                "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                f"`len(weights)={len(weights)}` vs. `len(datasets)={len(datasets)}`."
            )
        pairs = [(dataset, weight) for dataset, weight in zip(datasets, weights, strict=True) if weight > 0]
        datasets, weights = zip(*pairs, strict=True) if pairs else ([datasets[0].take(0)], [1.0])
    tensor = convert_to_tensor(weights, name="weights")
    if tensor.dtype not in (dtypes.float32, dtypes.float64):
        raise TypeError(
            f"Invalid `weights`. `weights` type must be either `tf.float32` or `tf.float64` but is {tensor.dtype!r}."
        )
    return datasets, tensor


def _varying_selector(weights: Dataset, seed: int | None, rerandomize: bool | None) -> Dataset:
    """Numbers of datasets, each drawn by the next element of `weights`."""
    logits = weights.map(lambda *weight: raw.Log(weight, name="logits"))

    def select_dataset_varying_logits(logits: Tensor, seed: Tensor) -> Any:
        return raw.Squeeze(raw.StatelessMultinomial(logits, 1, seed), [0, 1])

    pairs = Sources.zip((logits, Sources.random(seed, rerandomize).batch(2)))
    return mapped_in_order(pairs, select_dataset_varying_logits)


def mapped_in_order(dataset: Dataset, function: Callable[..., Any]) -> Dataset:
    """`Dataset.map` as TensorFlow has it inside of other datasets: one element at a time, as many as there were."""
    traced = TracedFunction(function, "Dataset_map", dataset.element_spec)
    facts: dict[str, Any] = {"preserve_cardinality": True, "use_inter_op_parallelism": False}
    return dataset._mapped(raw.MapDataset, traced, spec=traced.spec, **facts)


def _directed(selector: Dataset, datasets: Sequence[Dataset], stop_on_empty_dataset: bool) -> Dataset:
    """Elements of the datasets that the selector's elements number."""
    spec = datasets[0].element_spec
    for number, other in enumerate(datasets[1:], start=1):
        if structures.kinds_of(spec) != structures.kinds_of(other.element_spec):
            raise TypeError(
                "Invalid `datasets`. `datasets` must have compatible element specs.\n Dataset 0 element_spec="
                f"{datasets[0].element_spec}.\nDataset {number} element_spec={other.element_spec}."
            )
        spec = structures.most_general(spec, other.element_spec)
    return new_dataset(
        raw.DirectedInterleaveDataset,
        selector._variant_tensor,
        [one._variant_tensor for one in datasets],
        spec=spec,
        stop_on_empty_dataset=stop_on_empty_dataset,
    )._as_v2()


def whole_everywhere(dataset: Dataset) -> Dataset:
    """The dataset as one that is whole on each of several machines."""
    return new_dataset(raw.RewriteDataset, dataset._variant_tensor, "replicate_on_split", spec=dataset.element_spec)


LARGEST = sys.maxsize
