"""tf.contrib.seq2seq: helpers for training, where some inputs are what the decoder itself gave a step before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.filling import fill
from nbtf.array.indexing import where
from nbtf.array.joining import concat
from nbtf.contrib.seq2seq.decoder_inputs import TrainingHelper, embedding_function
from nbtf.control_flow.branching import cond
from nbtf.dtypes import bool as bool_type
from nbtf.dtypes import int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import greater, less, maximum
from nbtf.math.reductions import reduce_all
from nbtf.random.distributions import random_uniform
from nbtf.random.sampling import categorical


def _probability(given: Any) -> Any:
    probability = convert_to_tensor(given, name="sampling_probability")
    if probability.shape.ndims not in (0, 1):
        raise ValueError(f"sampling_probability must be either a scalar or a vector. saw shape: {probability.shape}")
    return probability


def _drawn(batch_size: Any, probability: Any, seed: int | None) -> Any:
    """bool [batch], each true with its probability."""
    return less(random_uniform([batch_size], seed=seed, dtype=probability.dtype), probability)


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """A step's input is given or, by chance, the embedding of an id drawn from the outputs of the step before."""

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        """sampling_probability: a float [] or [batch]. seed: of ids; scheduling_seed: of the choice. See TrainingHelper.

        Raises ValueError for a sampling_probability of another rank.
        """
        with name_scope(name, "ScheduledEmbeddingSamplingWrapper", [embedding, sampling_probability]):
            self._embedding_fn = embedding_function(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed, self._scheduling_seed = seed, scheduling_seed
            super().__init__(inputs, sequence_length, time_major, name)

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Drawn ids int32 [batch], -1 where the given input stays."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs, state]):
            chosen = _drawn(self.batch_size, self._sampling_probability, self._scheduling_seed)
            ids = categorical(outputs, 1, dtype=int32, seed=self._seed)[:, 0]
            return where(chosen, ids, fill([self.batch_size], -1))

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", [time, outputs, state, sample_ids]):
            finished, given, state = super().next_inputs(time, outputs, state, sample_ids)

            def mixed() -> Any:
                embedded = self._embedding_fn(maximum(sample_ids, 0))
                return where(greater(sample_ids, -1), embedded, given)

            return finished, cond(reduce_all(finished), lambda: given, mixed), state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """A step's input is given or, by chance, the outputs of the step before."""

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: str | None = None,
    ) -> None:
        """next_inputs_fn: outputs -> inputs, where they are not the same. auxiliary_inputs: joined to either, of the shape
        of inputs but for the last axis. sampling_probability: a float [] or [batch]. See TrainingHelper.

        Raises ValueError for a sampling_probability of another rank and for inputs that are structures.
        """
        with name_scope(name, "ScheduledOutputTrainingHelper", [inputs, auxiliary_inputs, sampling_probability]):
            self._sampling_probability = _probability(sampling_probability)
            self._seed, self._next_inputs_fn = seed, next_inputs_fn
            self._auxiliary = auxiliary_inputs is not None
            if self._auxiliary:
                if nest.is_nested(inputs):
                    raise ValueError("auxiliary_inputs needs inputs that are one tensor")
                inputs = (inputs, auxiliary_inputs)
            super().__init__(inputs, sequence_length, time_major, name)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        finished, inputs = super().initialize(name)
        return finished, concat(list(inputs), -1) if self._auxiliary else inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """int32 [batch], 1 where outputs are taken."""
        with name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs, state]):
            return cast(_drawn(self.batch_size, self._sampling_probability, self._seed), int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, "ScheduledOutputTrainingHelperNextInputs", [time, outputs, state, sample_ids]):
            finished, given, state = super().next_inputs(time, outputs, state, sample_ids)
            given, *auxiliary = list(given) if self._auxiliary else [given]

            def mixed() -> Any:
                own = outputs if self._next_inputs_fn is None else self._next_inputs_fn(outputs)
                return where(cast(sample_ids, bool_type), own, given)

            inputs = cond(reduce_all(finished), lambda: given, mixed)
            return finished, concat([inputs, *auxiliary], -1) if auxiliary else inputs, state
