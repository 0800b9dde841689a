"""tf.contrib.seq2seq: helpers, which sample a decoder's outputs and say what its next inputs are."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.filling import zeros_like
from nbtf.array.joining import tile
from nbtf.array.shapes import expand_dims, shape, size
from nbtf.control_flow.branching import cond
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import DType, int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import equal, greater_equal
from nbtf.math.reductions import argmax, reduce_all
from nbtf.nn.embeddings import embedding_lookup
from nbtf.nn.recurrence import transpose_batch_time
from nbtf.random.sampling import categorical
from nbtf.tensor_shape import TensorShape


class Helper(abc.ABC):
    """Base of helpers."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """Number of sequences, an int32 []."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> TensorShape:
        """The shape of one sequence's sample."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> DType: ...

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """(finished, bool [batch], first inputs)."""

    @abc.abstractmethod
    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """A sample of each sequence's outputs of a step."""

    @abc.abstractmethod
    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """(finished, next inputs, state)."""


class ScalarSamples(Helper):
    """Helpers whose samples are an int32 a sequence."""

    @property
    def sample_ids_shape(self) -> TensorShape:
        return TensorShape([])

    @property
    def sample_ids_dtype(self) -> DType:
        return int32


class CustomHelper(Helper):
    """A helper that functions are: initialize_fn(), sample_fn(time, outputs, state), next_inputs_fn(..., sample_ids)."""

    def __init__(
        self,
        initialize_fn: Callable[[], tuple[Any, Any]],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., tuple[Any, Any, Any]],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        """sample_ids_shape, sample_ids_dtype: of one sequence's sample, by default [] and int32."""
        self._initialize_fn, self._sample_fn, self._next_inputs_fn = initialize_fn, sample_fn, next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or int32

    @property
    def batch_size(self) -> Any:
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> DType:
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        with name_scope(name, f"{type(self).__name__}Initialize"):
            finished, inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = size(finished)
        return finished, inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        with name_scope(name, f"{type(self).__name__}Sample", [time, outputs, state]):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, f"{type(self).__name__}NextInputs", [time, outputs, state, sample_ids]):
            return self._next_inputs_fn(time=time, outputs=outputs, state=state, sample_ids=sample_ids)


class TrainingHelper(ScalarSamples):
    """Inputs are given, for all steps; samples are the best outputs, and have no effect."""

    def __init__(self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None) -> None:
        """inputs: a structure of [batch, T, ...], or [T, batch, ...] with time_major. sequence_length: int32 [batch].

        Raises ValueError for a sequence_length that is no vector.
        """
        with name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = nest.map_structure(convert_to_tensor, inputs)
            self._inputs = inputs
            if not time_major:
                inputs = nest.map_structure(transpose_batch_time, inputs)
            self._arrays = nest.map_structure(_steps_of, inputs)
            self._sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.shape.ndims != 1:
                raise ValueError(
                    f"Expected sequence_length to be a vector, but received shape: {self._sequence_length.shape}"
                )
            self._zero_inputs = nest.map_structure(lambda steps: zeros_like(steps[0, :]), inputs)
            self._batch_size = size(self._sequence_length)

    @property
    def inputs(self) -> Any:
        return self._inputs

    @property
    def sequence_length(self) -> Any:
        return self._sequence_length

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        with name_scope(name, "TrainingHelperInitialize"):
            finished = equal(0, self._sequence_length)
            return finished, self._inputs_of(0, finished)

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        with name_scope(name, "TrainingHelperSample", [time, outputs]):
            return cast(argmax(outputs, axis=-1), int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, "TrainingHelperNextInputs", [time, outputs, state]):
            finished = greater_equal(time + 1, self._sequence_length)
            return finished, self._inputs_of(time + 1, finished), state

    def _inputs_of(self, step: Any, finished: Any) -> Any:
        return cond(
            reduce_all(finished),
            lambda: self._zero_inputs,
            lambda: nest.map_structure(lambda array: array.read(step), self._arrays),
        )


def _steps_of(inputs: Any) -> TensorArray:
    array = TensorArray(inputs.dtype, size=shape(inputs)[0], element_shape=inputs.shape[1:])
    return array.unstack(inputs)


class GreedyEmbeddingHelper(ScalarSamples):
    """The best output of a step is what the next one gets, embedded, until it is end_token."""

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        """embedding: [V, D], or a function of ids [batch]. start_tokens: int32 [batch]; end_token: int32 [].

        Raises ValueError for tokens of another rank.
        """
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens, self._end_token = checked_tokens(start_tokens, end_token)
        self._batch_size = size(start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return tile([False], expand_dims(self._batch_size, 0)), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        return argmax(logits_in(outputs), axis=-1, output_type=int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        finished = equal(sample_ids, self._end_token)
        inputs = cond(reduce_all(finished), lambda: self._start_inputs, lambda: self._embedding_fn(sample_ids))
        return finished, inputs, state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """As GreedyEmbeddingHelper, but each step draws from its outputs, which are logits."""

    def __init__(
        self,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        softmax_temperature: Any = None,
        seed: int | None = None,
    ) -> None:
        """softmax_temperature: a float [] above 0, by which logits are divided; None for 1."""
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature, self._seed = softmax_temperature, seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        logits = logits_in(outputs)
        if self._softmax_temperature is not None:
            logits = logits / self._softmax_temperature
        return categorical(logits, 1, dtype=int32, seed=self._seed)[:, 0]


class InferenceHelper(Helper):
    """A step's sample is what the next one gets, for samples that are no ids."""

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        """sample_fn: outputs -> samples, of sample_shape and sample_dtype each. end_fn: samples -> finished, bool [batch].

        start_inputs: [batch, ...]. next_inputs_fn: samples -> inputs, where they are not the same.
        """
        self._sample_fn, self._end_fn, self._next_inputs_fn = sample_fn, end_fn, next_inputs_fn
        self._sample_shape, self._sample_dtype = TensorShape(sample_shape), sample_dtype
        self._start_inputs = convert_to_tensor(start_inputs, name="start_inputs")
        self._batch_size = shape(start_inputs)[0]

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> DType:
        return self._sample_dtype  # type: ignore[no-any-return]

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return tile([False], expand_dims(self._batch_size, 0)), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), inputs, state


def embedding_function(embedding: Any) -> Callable[[Any], Any]:
    """A function of ids, of a matrix [V, D] or such a function."""
    return embedding if callable(embedding) else lambda ids: embedding_lookup(embedding, ids)


def checked_tokens(start_tokens: Any, end_token: Any) -> tuple[Any, Any]:
    """Both as int32 tensors. Raises ValueError for start tokens that are no vector, and an end token that is no scalar."""
    start = convert_to_tensor(start_tokens, dtype=int32, name="start_tokens")
    end = convert_to_tensor(end_token, dtype=int32, name="end_token")
    if start.shape.ndims != 1:
        raise ValueError("start_tokens must be a vector")
    if end.shape.ndims != 0:
        raise ValueError("end_token must be a scalar")
    return start, end


def logits_in(outputs: Any) -> Any:
    """Outputs that are one tensor. Raises TypeError for a structure."""
    if nest.is_nested(outputs):
        raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")
    return outputs
